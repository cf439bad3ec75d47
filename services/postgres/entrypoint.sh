#!/bin/sh
# Starts PostgreSQL on the volume at /data: makes the cluster when there is none, then, on the socket alone, ensures the
# database, the roles and their passwords (ensure.sql), and only then listens on TCP. So whoever can connect finds it all there.
set -eu

pgdata=/data/pgdata
share=/usr/local/share/heroes-postgres
credentials=/etc/heroes/credentials

say() { echo "heroes-postgres: $*" >&2; }

for name in superuser owner api backup; do
  if [ ! -s "$credentials/$name-password" ]; then
    say "$credentials/$name-password is missing or empty. Mount the platform's credentials Secret there."
    exit 1
  fi
done

if [ ! -s "$pgdata/PG_VERSION" ]; then
  if [ -e "$pgdata" ] && [ -n "$(ls -A "$pgdata")" ]; then
    say "$pgdata holds files but no PG_VERSION: not a database directory. Look at the volume; nothing was changed."
    exit 1
  fi
  # Made beside its place and renamed, so that an initdb that was cut off leaves nothing that looks like a database.
  rm -rf "$pgdata.new"
  initdb --pgdata="$pgdata.new" --username=postgres --auth=scram-sha-256 --pwfile="$credentials/superuser-password" \
    --encoding=UTF8 --locale-provider=builtin --builtin-locale=C.UTF-8 --locale=C.UTF-8 --data-checksums >&2
  rm -rf "$pgdata"
  sync
  mv "$pgdata.new" "$pgdata"
fi

version=$(cat "$pgdata/PG_VERSION")
if [ "$version" != 17 ]; then
  say "$pgdata was made by PostgreSQL $version, this image is 17. Restore a backup into a new volume instead."
  exit 1
fi

# A fast stop that also works while the start below is still recovering.
trap 'say "stopping"; pg_ctl --pgdata="$pgdata" --mode=fast --wait stop >&2 || true; exit 0' TERM INT

say 'ensuring database and roles'
pg_ctl --pgdata="$pgdata" --wait --timeout=3600 --silent \
  --options="-c config_file=$share/postgresql.conf -c listen_addresses=''" start >&2 &
wait $!
psql --no-psqlrc --quiet --username=postgres --dbname=postgres --file="$share/ensure.sql" >&2 &
wait $!
pg_ctl --pgdata="$pgdata" --mode=fast --wait --silent stop >&2
trap - TERM INT

say 'starting'
# PostgreSQL reads SIGTERM as "wait for every client"; a pod that goes wants the fast shutdown, and that is SIGINT.
postgres -D "$pgdata" -c config_file="$share/postgresql.conf" &
server=$!
trap 'kill -INT $server 2>/dev/null || true' TERM INT
status=0
wait $server || status=$?
while kill -0 $server 2>/dev/null; do
  status=0
  wait $server || status=$?
done
exit "$status"
