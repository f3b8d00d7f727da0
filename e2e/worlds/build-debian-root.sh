#!/bin/bash
# usage: build-debian-root.sh TARGET CODENAME PACKAGES SOURCES_FILE
# Builds a Debian root once. Several test runs may ask at the same time: one builds, the others wait and find it.
set -euo pipefail
target=$1 codename=$2 packages=$3 sources=$4

mkdir -p -m 700 "$(dirname "$target")"
exec 9>"$target.lock"
flock 9
[ -e "$target/.complete" ] && exit 0

rm -rf "$target" "$target.part"
# The archive's own dates do not matter to a root for tests: a mirror may be a snapshot.
mmdebstrap --quiet --mode=root --variant=apt --format=directory \
  --include="$packages" \
  --aptopt='Acquire::Check-Valid-Until "false"' \
  --aptopt='Acquire::Check-Date "false"' \
  --aptopt='Acquire::Languages "none"' \
  --dpkgopt=force-unsafe-io \
  --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' \
  "$codename" "$target.part" - <"$sources"
# An overlay's mount points must exist below.
mkdir -p "$target.part/opt/redflag" "$target.part/srv/repository"
touch "$target.part/.complete"
mv "$target.part" "$target"
