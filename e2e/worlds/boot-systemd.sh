#!/bin/bash
# usage: boot-systemd.sh LOWER MOUNTPOINT NAME HOSTNAME CHECKOUT
# NAME is unique on this machine, HOSTNAME is what the machine calls itself.
# Runs as the first process of new mount and pid namespaces and boots real systemd in an overlay of LOWER, again and
# again as the machine restarts itself or is killed. The overlay lasts over restarts, as a disk does; it lies in a tmpfs
# that only these namespaces see, so that nothing is left behind however they end.
set -euo pipefail
lower=$1 mountpoint=$2 name=$3 hostname=$4 checkout=$5

mount -t tmpfs -o mode=755 tmpfs "$mountpoint"
mkdir "$mountpoint"/{upper,work,root}
root=$mountpoint/root
mount -t overlay -o "lowerdir=$lower,upperdir=$mountpoint/upper,workdir=$mountpoint/work" overlay "$root"
# nspawn keeps notes of its machines here, which are nobody else's business.
mount -t tmpfs -o mode=755 tmpfs /run

# A control group of its own, or two machines would share one. Empty ones of test runs that were killed go first.
for hierarchy in /sys/fs/cgroup/systemd /sys/fs/cgroup/unified /sys/fs/cgroup; do
  [ -e "$hierarchy/cgroup.procs" ] || continue
  find "$hierarchy" -depth -mindepth 1 -path "$hierarchy/redflag-test-*" -type d -exec rmdir {} \; 2>/dev/null || :
  mkdir "$hierarchy/redflag-test-$name" 2>/dev/null && echo 0 >"$hierarchy/redflag-test-$name/cgroup.procs" || :
done

rm -f "$root/etc/machine-id"
tr -d - </proc/sys/kernel/random/uuid >"$root/etc/machine-id"
echo "$hostname" >"$root/etc/hostname"

for _ in 1 2 3 4 5 6 7 8; do
  systemd-nspawn --quiet --directory="$root" --register=no --keep-unit --machine="$name" --hostname="$hostname" \
    --resolv-conf=off --timezone=off --link-journal=no --bind-ro="$checkout:/opt/redflag" --boot \
    </dev/null >>"$mountpoint/console.log" 2>&1 && break
  echo "the machine ended with $?" >>"$mountpoint/console.log"
  sleep 0.1
done
tail -n 20 "$mountpoint/console.log" >&2
