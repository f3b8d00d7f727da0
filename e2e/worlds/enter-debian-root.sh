#!/bin/bash
# usage: enter-debian-root.sh LOWER MOUNTPOINT HOSTNAME CHECKOUT [REPOSITORY]
# Runs as the first process of new mount, pid, uts and ipc namespaces. Every change lands in a tmpfs that only these
# namespaces see, so that nothing is left behind however they end.
set -euo pipefail
lower=$1 mountpoint=$2 name=$3 checkout=$4 repository=${5:-}

hostname "$name"
mount -t tmpfs -o mode=755 tmpfs "$mountpoint"
mkdir "$mountpoint"/{upper,work,root}
root=$mountpoint/root
mount -t overlay -o "lowerdir=$lower,upperdir=$mountpoint/upper,workdir=$mountpoint/work" overlay "$root"
mount -t proc proc "$root/proc"
if [ "$lower" = / ]; then
  # Real packages of this very machine are installed here: they must not find its disks.
  mount -t tmpfs -o mode=755 tmpfs "$root/dev"
  mkdir "$root/dev/pts" "$root/dev/shm"
  for device in null zero full random urandom tty; do
    touch "$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
  done
  mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts"
  ln -s pts/ptmx "$root/dev/ptmx"
  ln -s /proc/self/fd "$root/dev/fd"
  mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
  # Nor are its services started a second time.
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
  chmod 755 "$root/usr/sbin/policy-rc.d"
  mkdir -p "$root/opt/redflag"
else
  mount --rbind /dev "$root/dev"
fi
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mkdir -p -m 1777 "$root/run/lock"

bind_read_only() {
  mount --bind "$1" "$2"
  mount -o remount,bind,ro "$2"
}
bind_read_only "$checkout" "$root/opt/redflag"
[ -z "$repository" ] || bind_read_only "$repository" "$root/srv/repository"

rm -f "$root/etc/machine-id"
tr -d - </proc/sys/kernel/random/uuid >"$root/etc/machine-id"
echo "$name" >"$root/etc/hostname"

cd "$root"
# Bash reaps whatever is orphaned inside, as init does: a killed agent leaves children behind.
exec chroot "$root" /bin/bash -c 'echo ready; exec >/dev/null; sleep infinity & while :; do wait; done'
