#!/bin/sh
# Boots a Debian 12 with systemd in namespaces of its own, with the Debian
# package installed, and does what the operator's guide says: start, reload,
# socket activation, restart, logs, purge. After deb.sh, whose package and
# fresh system it takes. Needs root; says so and ends well where the system
# lets no other system boot.
#
#   tests/packaging/booted.sh [BUILD-FOLDER]     build/release unless given
set -eu
cd "$(dirname "$0")/../.."
build=${1:-build/release}
cache=$PWD/build/packaging

fail() {
  printf 'not ok: %s\n' "$*" >&2
  [ ! -s "$cache/boot.log" ] || cat "$cache/boot.log" >&2
  [ -z "$system" ] || journal -n 40 >&2 || true
  exit 1
}
ok() { printf 'ok: %s\n' "$*"; }

system=
root=
[ "$(id -u)" -eq 0 ] || fail "this test needs root: namespaces, chroot"
new_namespaces="--mount --pid --fork --uts --ipc --net --cgroup"
# shellcheck disable=SC2086 # the words are meant
if ! unshare $new_namespaces true 2> /dev/null \
  || { [ ! -d /sys/fs/cgroup/systemd ] && [ ! -e /sys/fs/cgroup/cgroup.procs ]; }
then
  echo "not run: this system gives no namespaces and control groups"
  exit 0
fi
deb=$(ls "$build"/thunderpush_*.deb)
[ -e "$cache/base.tar" ] || fail "run tests/packaging/deb.sh first"

cleanup() {
  [ -z "$system" ] || kill -KILL "$system" 2> /dev/null || true
  [ -z "$root" ] || umount "$root/proc" 2> /dev/null || true
  rm -rf --one-file-system "$root"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

# -- a system that can boot --------------------------------------------------

root=$(mktemp -d "$cache/booted.XXXXXX")
tar -C "$root" -xf "$cache/base.tar"
chmod 755 "$root"
printf '#!/bin/sh\nexit 101\n' > "$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
cp /etc/resolv.conf "$root/etc/resolv.conf"
cp "$deb" "$root/srv/thunderpush.deb"
mount -t proc proc "$root/proc" 2> /dev/null || mount --bind /proc "$root/proc"
chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
  DEBIAN_FRONTEND=noninteractive sh -c 'apt-get -qq update && apt-get -qq install \
    -y --no-install-recommends systemd dbus curl /srv/thunderpush.deb' \
  > "$cache/boot.log" 2>&1 || fail "systemd and the package are installed"
umount "$root/proc"
rm "$root/usr/sbin/policy-rc.d"
# Nothing here has a terminal or hardware to look after.
for unit in getty@tty1 serial-getty@ttyS0 systemd-logind systemd-udevd; do
  ln -s /dev/null "$root/etc/systemd/system/$unit.service"
done

cat > "$cache/boot" <<'END'
set -eu
root=$1
mount --make-rprivate /
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount --rbind /sys "$root/sys"
# systemd makes the folder of the hierarchies read-only: it gets one of its own.
if [ -d /sys/fs/cgroup/systemd ]; then
  mount -t tmpfs tmpfs "$root/sys/fs/cgroup"
  for hierarchy in /sys/fs/cgroup/*; do
    mkdir "$root$hierarchy"
    mount --bind "$hierarchy" "$root$hierarchy"
  done
fi
mount -t tmpfs tmpfs "$root/run"
mount -t tmpfs tmpfs "$root/tmp"
mount --rbind /dev "$root/dev"
cd "$root"
mkdir -p before
pivot_root . before
cd /
umount -l /before
exec env -i container=namespaces PATH=/usr/sbin:/usr/bin:/sbin:/bin \
  /lib/systemd/systemd --system --log-target=journal
END
# shellcheck disable=SC2086
timeout -k 5 300 unshare $new_namespaces sh "$cache/boot" "$root" \
  > "$cache/boot.log" 2>&1 &
launcher=$!

# The first process of the new system: the child of unshare's child.
find_system() {
  unshare_pid=$(ps -o pid= --ppid "$launcher" | tr -d ' ')
  [ -n "$unshare_pid" ] || return 1
  system=$(ps -o pid= --ppid "$unshare_pid" | tr -d ' ')
  [ -n "$system" ] && [ "$(cat "/proc/$system/comm")" = systemd ]
}
inside() { timeout 60 nsenter -t "$system" -m -p -u -i -n \
  env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 "$@"; }
journal() { inside journalctl --no-pager -u thunderpush "$@"; }

eventually() { # what, and the command that tells
  what=$1
  shift
  tries=0
  until "$@" > /dev/null 2>&1; do
    tries=$((tries + 1))
    [ "$tries" -lt 300 ] || fail "$what"
    kill -0 "$launcher" 2> /dev/null || fail "$what: the system has ended"
    sleep 0.1
  done
  ok "$what"
}
answers() { inside curl -fsS http://127.0.0.1:8081/health; }
logged() { journal | grep -q "$1"; }

# Some machines let no second system boot: that says nothing about the package.
tries=0
until find_system && inside systemctl is-active basic.target > /dev/null 2>&1; do
  tries=$((tries + 1))
  if [ "$tries" -gt 100 ] || ! kill -0 "$launcher" 2> /dev/null; then
    cat "$cache/boot.log"
    echo "not run: systemd does not boot here"
    exit 0
  fi
  sleep 0.3
done
ok "systemd boots"
eventually "the service is started with the system" \
  inside systemctl is-active thunderpush
eventually "the server answers" answers
inside systemctl --no-pager status thunderpush | grep -q 'Status: "serving http' \
  || fail "its status says what it serves"
ok "its status says what it serves"

# -- a reload ----------------------------------------------------------------

config=$root/etc/thunderpush/thunderpush.conf
inside thunderpush --config /etc/thunderpush/thunderpush.conf --check-config \
  > /dev/null || fail "the installed configuration is OK"
printf '\n[log]\nlevel = debug\n' >> "$config"
inside systemctl reload thunderpush || fail "a reload succeeds"
eventually "the log tells what a reload has changed" \
  logged "configuration reloaded: changed log.level"
cp "$config" "$cache/good.conf"
echo "colour = blue" >> "$config"
! inside systemctl reload thunderpush 2> /dev/null \
  || fail "a reload of a bad configuration fails"
answers > /dev/null || fail "and the server goes on"
ok "a reload of a bad configuration fails, and the server goes on"
cp "$cache/good.conf" "$config"
inside thunderpush --config /etc/thunderpush/thunderpush.conf --print-config \
  | grep -q '^level = debug' || fail "--print-config tells what is in effect"
inside curl -fsS http://127.0.0.1:8081/config | grep -q '"log.level", "value": "debug"' \
  || fail "and so does the endpoint"
ok "what is in effect is told"

# -- failures ----------------------------------------------------------------

main_pid() { inside systemctl show -p MainPID --value thunderpush; }
is_another() { [ "$(main_pid)" != "$1" ] && answers; }
before=$(main_pid)
inside sh -c "kill -KILL $before"
eventually "a server that was killed is started again" is_another "$before"

# -- socket activation -------------------------------------------------------

inside systemctl stop thunderpush
inside systemctl enable --now thunderpush.socket 2> /dev/null
inside systemctl start thunderpush
eventually "the server takes the socket of systemd" \
  inside curl -fsS http://127.0.0.1:8080/connect
cat > "$root/srv/ask" <<'END'
# Asks until it is told to stop, and writes what went wrong.
until [ -e /srv/stop ]; do
  curl -sS --retry 0 -o /dev/null -w '%{http_code}\n' \
    http://127.0.0.1:8080/connect >> /srv/answers 2>> /srv/failures
done
END
inside sh /srv/ask &
asking=$!
eventually "there are answers before a restart" grep -q 200 "$root/srv/answers"
before=$(main_pid)
inside systemctl restart thunderpush || fail "a restart succeeds"
eventually "another process serves" is_another "$before"
touch "$root/srv/stop"
wait "$asking" || fail "whoever asks ends well"
[ ! -s "$root/srv/failures" ] || fail "nobody is refused: $(cat "$root/srv/failures")"
[ "$(sort -u "$root/srv/answers")" = 200 ] \
  || fail "all are answered 200: $(sort "$root/srv/answers" | uniq -c)"
ok "a restart refuses nobody: $(wc -l < "$root/srv/answers") answers"

# -- the log, and the end ----------------------------------------------------

journal -p warning --since today > /dev/null || fail "warnings are found by priority"
journal -o json -n 1 | grep -q '"PRIORITY"' || fail "lines have priorities"
ok "the journal has priorities"
inside env DEBIAN_FRONTEND=noninteractive apt-get -qq purge -y thunderpush \
  > "$cache/purge.log" 2>&1 || { cat "$cache/purge.log"; fail "it is purged"; }
! inside systemctl is-active --quiet thunderpush || fail "a purge ends the server"
[ ! -e "$root/etc/thunderpush" ] || fail "a purge leaves nothing in /etc"
ok "a purge ends the server and leaves nothing"
