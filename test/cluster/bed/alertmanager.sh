#!/bin/bash
# alertmanager.sh PARTS: builds Alertmanager into the folder of the bed's parts, in the version that the bed's Prometheus names, and prints
# where it is. Beside build.sh and not in it, as promtool.sh: the other parts need not be built anew for it.
set -euo pipefail
parts=$1
cd "$(dirname "${BASH_SOURCE[0]}")/control-plane"

exec 9>"$parts/../lock"
flock 9
if [ ! -x "$parts/alertmanager" ]; then
  echo 'bed: building alertmanager (about two minutes)' >&2
  start=$SECONDS
  source=$(mktemp -d)
  trap 'rm -rf "$source"' EXIT
  # Its own go.mod and go.sum say what it is made of. The published module lacks its built web pages, which nothing here looks at.
  cp -r "$(go mod download -json github.com/prometheus/alertmanager | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')/." "$source/"
  chmod -R u+w "$source"
  mkdir -p "$source/ui/app/dist"
  touch "$source/ui/app/dist/index.html"
  (cd "$source" && CGO_ENABLED=0 nice go build -trimpath -ldflags '-s -w' -o "$parts/alertmanager.new" ./cmd/alertmanager) >&2
  mv "$parts/alertmanager.new" "$parts/alertmanager"
  echo "bed: built alertmanager in $((SECONDS - start)) s" >&2
fi
echo "$parts/alertmanager"
