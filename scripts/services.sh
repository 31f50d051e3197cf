#!/bin/sh
# Install the servers that tests talk to (sshd, PostgreSQL, NATS, gpg, Tryton); where that is not possible they are skipped.
set -eu
# A minute, once a machine, while all else goes on; the tests that need it wait for it.
cache="${XDG_CACHE_HOME:-$HOME/.cache}/cmgateway"
mkdir -p "$cache"
nohup .venv/bin/python -m bench.tryton >"$cache/tryton.log" 2>&1 &
missing=""
[ -x /usr/sbin/sshd ] || missing="$missing openssh-server"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1 || missing="$missing postgresql"
command -v nats-server >/dev/null 2>&1 || [ -x /usr/sbin/nats-server ] || missing="$missing nats-server"
command -v gpg >/dev/null 2>&1 || missing="$missing gnupg"
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    # The tests start servers of their own; those of the packages are not to start.
    mkdir -p /etc/postgresql-common
    [ -e /etc/postgresql-common/createcluster.conf ] || echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
    apt-get update -q
    # shellcheck disable=SC2086 # a list of packages
    DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $missing
else
    echo "Tests that need these are skipped; install them to run all: apt-get install$missing" >&2
fi
