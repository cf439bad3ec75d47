#!/bin/sh
# Tells HAProxy what only the pod knows: whom the cluster asks for names, and the domain of the namespace.
set -eu

resolv() { awk -v word="$1" '$1 == word { print $2; exit }' /etc/resolv.conf; }

if [ -z "${DNS_SERVER:-}" ]; then
  server=$(resolv nameserver)
  case "$server" in
    '') echo 'edge: /etc/resolv.conf names no nameserver: give DNS_SERVER as ADDRESS:PORT' >&2; exit 1 ;;
    *:*) DNS_SERVER="[$server]:53" ;;
    *) DNS_SERVER="$server:53" ;;
  esac
fi
# The first domain that is searched is the namespace's own (dnsPolicy ClusterFirst).
: "${DNS_DOMAIN:=$(resolv search)}"
if [ -z "$DNS_DOMAIN" ]; then
  echo 'edge: /etc/resolv.conf searches no domain: give DNS_DOMAIN as NAMESPACE.svc.DOMAIN' >&2
  exit 1
fi
export DNS_SERVER DNS_DOMAIN

exec haproxy -db -f /etc/haproxy/haproxy.cfg
