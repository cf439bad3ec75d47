#!/bin/bash
# Runs PgBouncer, and has it take up its settings whenever they change. The kubelet exchanges the files of a ConfigMap under a process and
# tells it nothing; PgBouncer, told by SIGHUP, sizes its pools anew and closes no client's connection.
set -eu

settings=$1
every_seconds=2

# Read before PgBouncer does: what changes in between is told once too often, and never missed.
taken=$(<"$settings")

follow() {
  local now
  while sleep "$every_seconds"; do
    now=$(<"$settings") || continue
    if [[ $now != "$taken" ]]; then
      taken=$now
      echo "heroes-pgbouncer: the settings have changed" >&2
      kill -HUP "$1"
    fi
  done
}

# PgBouncer takes this process over, with its number: signals reach it as they did, and the follower ends with it.
follow $$ &
exec /usr/sbin/pgbouncer "$settings"
