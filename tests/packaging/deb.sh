#!/bin/sh
# Builds the Debian package, installs it into a fresh Debian 12, runs the server
# as its unit does, and purges it again. Needs root and a mirror of Debian.
#
#   tests/packaging/deb.sh [BUILD-FOLDER]     build/release unless given
#
# The fresh system is kept as build/packaging/base.tar and made anew when it is
# older than a week.
set -eu
cd "$(dirname "$0")/../.."
repository=$PWD
build=${1:-build/release}
cache=$repository/build/packaging

free_port() {
  python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
port=$(free_port)
admin=$(free_port)

fail() { printf 'not ok: %s\n' "$*" >&2; exit 1; }
ok() { printf 'ok: %s\n' "$*"; }

[ "$(id -u)" -eq 0 ] || fail "this test needs root: debootstrap, chroot"

# -- the package -------------------------------------------------------------

rm -f "$build"/thunderpush_*.deb
cmake --build "$build" --target deb > "$build/deb.log" 2>&1 \
  || { cat "$build/deb.log"; fail "the package is built"; }
deb=$(ls "$build"/thunderpush_*.deb)
ok "the package is built: $(basename "$deb")"

has() { # mode owner/group path: of the archive
  dpkg-deb -c "$deb" | awk -v mode="$1" -v owner="$2" -v path="./$3" '
    $1 == mode && $2 == owner && $6 == path { found = 1 }
    END { exit !found }' || fail "the package has $3 as $1 $2"
}
has -rwxr-xr-x root/root usr/bin/thunderpush
has -rwxr-xr-x root/root usr/bin/thunderpush-ctl
has -rw-r----- root/root etc/thunderpush/thunderpush.conf
has -rw-r--r-- root/root lib/systemd/system/thunderpush.service
has -rw-r--r-- root/root lib/systemd/system/thunderpush.socket
has -rw-r--r-- root/root usr/lib/sysusers.d/thunderpush.conf
has -rw-r--r-- root/root usr/share/man/man1/thunderpush.1.gz
has -rw-r--r-- root/root usr/share/man/man1/thunderpush-ctl.1.gz
has -rw-r--r-- root/root usr/share/man/man5/thunderpush.conf.5.gz
has -rw-r--r-- root/root usr/share/bash-completion/completions/thunderpush
has -rw-r--r-- root/root usr/share/zsh/vendor-completions/_thunderpush
has -rw-r--r-- root/root usr/share/fish/vendor_completions.d/thunderpush.fish
has -rw-r--r-- root/root usr/share/doc/thunderpush/copyright
! dpkg-deb -c "$deb" | awk '{ print $6 }' | grep -E 'thunderpush-docs|/usr/local|_test' \
  || fail "nothing that is only for the build is packaged"
for library in libcaf-core libboost-program-options libssl libspdlog libsystemd libc6; do
  dpkg-deb -f "$deb" Depends | grep -q "$library" || fail "it depends on $library"
done
ok "it has the files it should have, and depends on the libraries"

if command -v lintian > /dev/null; then
  lintian --fail-on error --suppress-tags bad-distribution-in-changes-file "$deb"
  ok "lintian finds no error"
fi

# -- a fresh system ----------------------------------------------------------

# shellcheck disable=SC2016 # apt-get fills these in
mirror=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME)' \
  | awk '$2 == "bookworm" { print $1; exit }')
mirror=${mirror:-http://deb.debian.org/debian/}
mkdir -p "$cache"
find "$cache" -name base.tar -mtime +7 -delete
root=$(mktemp -d "$cache/root.XXXXXX")
server=

cleanup() {
  [ -z "$server" ] || kill -KILL "$server" 2> /dev/null || true
  umount "$root/proc" 2> /dev/null || true
  rm -rf --one-file-system "$root"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

if [ ! -e "$cache/base.tar" ]; then
  debootstrap --variant=minbase --include=ca-certificates bookworm "$root" "$mirror" \
    > "$cache/debootstrap.log" 2>&1 \
    || { tail -20 "$cache/debootstrap.log"; fail "a fresh Debian 12 is made"; }
  chroot "$root" apt-get clean
  tar -C "$root" -cf "$cache/base.tar.new" .
  mv "$cache/base.tar.new" "$cache/base.tar"
else
  tar -C "$root" -xf "$cache/base.tar"
fi
chmod 755 "$root"
printf '#!/bin/sh\nexit 101\n' > "$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
cp /etc/resolv.conf "$root/etc/resolv.conf"
mount -t proc proc "$root/proc" 2> /dev/null || mount --bind /proc "$root/proc"
ok "a fresh Debian 12 is made"

inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
  DEBIAN_FRONTEND=noninteractive "$@"; }

everything() { # what the package could leave behind
  inside find / -xdev \( -path /proc -o -path /tmp -o -path /var/cache \
    -o -path /var/lib/apt -o -path /var/lib/dpkg -o -path /var/log/apt \) -prune \
    -o -iname '*thunderpush*' -print
}

cp "$deb" "$root/tmp/thunderpush.deb"
install_log="$cache/install.log"
inside apt-get -qq update > "$install_log" 2>&1
inside apt-get -qq install -y --no-install-recommends /tmp/thunderpush.deb curl \
  >> "$install_log" 2>&1 || { tail -30 "$install_log"; fail "it is installed"; }
ok "it is installed with what it depends on"

# -- what the installation made ----------------------------------------------

is() { # path "mode owner:group"
  [ "$(inside stat -c '%a %U:%G' "$1")" = "$2" ] \
    || fail "$1 is $2, not $(inside stat -c '%a %U:%G' "$1")"
}
is /etc/thunderpush "750 root:thunderpush"
is /etc/thunderpush/thunderpush.conf "640 root:thunderpush"
is /etc/thunderpush/main.secret "640 root:thunderpush"
inside getent passwd thunderpush | grep -q ':/usr/sbin/nologin$' \
  || fail "the user may not log in"
ok "configuration and secret are for the server's user to read and nobody to write"

secret=$(cat "$root/etc/thunderpush/main.secret")
printf %s "$secret" | grep -Eqx '[0-9a-f]{64}' || fail "the secret is 64 digits: $secret"
! grep -q '^secret *=' "$root/etc/thunderpush/thunderpush.conf" \
  || fail "the configuration has no secret of the example"
inside dpkg --verify thunderpush > "$cache/verify.log"
[ ! -s "$cache/verify.log" ] || { cat "$cache/verify.log"; fail "files are as packaged"; }
ok "the secret is random, and no file of the package was changed for it"

[ -L "$root/etc/systemd/system/multi-user.target.wants/thunderpush.service" ] \
  || fail "the service is enabled"
[ ! -L "$root/etc/systemd/system/sockets.target.wants/thunderpush.socket" ] \
  || fail "the socket is not enabled"
inside systemd-analyze verify --man=no /lib/systemd/system/thunderpush.service \
  /lib/systemd/system/thunderpush.socket > "$cache/units.log" 2>&1 \
  || { cat "$cache/units.log"; fail "systemd finds no mistake in the units"; }
ok "the service is enabled, the socket is not"

# -- a run as the unit has it ------------------------------------------------

command=$(sed -n 's/^ExecStart=//p' "$root/lib/systemd/system/thunderpush.service")
user=$(sed -n 's/^User=//p' "$root/lib/systemd/system/thunderpush.service")
as_user() { inside setpriv --reuid "$user" --regid "$user" --clear-groups \
  --no-new-privs --bounding-set=-all --inh-caps=-all "$@"; }

# shellcheck disable=SC2086 # the words of the unit
as_user $command --check-config > /dev/null || fail "the configuration is OK"
# shellcheck disable=SC2086
as_user sh -c 'echo $$; exec "$@"' sh $command --set server.port=$port \
  --set admin.listen=127.0.0.1:$admin --set server.drain=0 \
  > "$cache/pid" 2> "$cache/server.log" &
waited=$!
tries=0
until inside curl -fsS "http://127.0.0.1:$admin/health" > "$cache/health" 2> /dev/null; do
  tries=$((tries + 1))
  if [ "$tries" -gt 200 ] || ! kill -0 "$waited" 2> /dev/null; then
    cat "$cache/server.log"
    fail "the server answers /health"
  fi
  sleep 0.05
done
server=$(cat "$cache/pid")
ok "the server answers /health: $(head -c 60 "$cache/health")"

status() { # secret: of a request with it
  inside curl -s -o /dev/null -w '%{http_code}' -H "X-Thunder-Secret-Key: $1" \
    "http://127.0.0.1:$port/api/1.0.0/public/users/"
}
[ "$(status "$secret")" = 200 ] || fail "the secret of the installation is right"
[ "$(status secret)" = 401 ] || fail "the secret of the example is wrong"
ok "the API takes the secret of the installation and not that of the example"

inside thunderpush-ctl check --config /etc/thunderpush/thunderpush.conf \
  --url "http://127.0.0.1:$port" --admin "http://127.0.0.1:$admin" > "$cache/check.log" 2>&1 \
  || { cat "$cache/check.log"; fail "thunderpush-ctl check finds all well"; }
ok "thunderpush-ctl check finds all well"

kill -TERM "$server"
wait "$waited" || fail "the server ends with status 0: $(cat "$cache/server.log")"
server=
ok "the server ends with status 0"

# -- again, and away ---------------------------------------------------------

echo "# a line of the administrator" >> "$root/etc/thunderpush/thunderpush.conf"
inside apt-get -qq install -y --reinstall /tmp/thunderpush.deb >> "$install_log" 2>&1 \
  || { tail -30 "$install_log"; fail "it is installed again"; }
[ "$(cat "$root/etc/thunderpush/main.secret")" = "$secret" ] \
  || fail "an upgrade keeps the secret"
tail -1 "$root/etc/thunderpush/thunderpush.conf" | grep -q administrator \
  || fail "an upgrade keeps the configuration"
is /etc/thunderpush/thunderpush.conf "640 root:thunderpush"
ok "an upgrade keeps secret and configuration"

inside apt-get -qq remove -y thunderpush >> "$install_log" 2>&1 || fail "it is removed"
[ -e "$root/etc/thunderpush/main.secret" ] || fail "a removal keeps the secret"
inside apt-get -qq purge -y thunderpush >> "$install_log" 2>&1 || fail "it is purged"
left=$(everything)
[ -z "$left" ] || fail "a purge leaves nothing: $left"
! inside getent passwd thunderpush || fail "a purge removes the user"
! inside getent group thunderpush || fail "a purge removes the group"
ok "a purge leaves nothing"
