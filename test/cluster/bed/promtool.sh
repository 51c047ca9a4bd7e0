#!/bin/bash
# promtool.sh PARTS: builds Prometheus' own tool for rule tests into the folder of the bed's parts, from the same version as the bed's
# Prometheus, and prints where it is. Beside build.sh and not in it, as only the rule tests need it: seconds, once build.sh has been there.
set -euo pipefail
parts=$1
cd "$(dirname "${BASH_SOURCE[0]}")/control-plane"

exec 9>"$parts/../lock"
flock 9
if [ ! -x "$parts/promtool" ]; then
  # The one module that promtool needs and Prometheus does not, in the version that Prometheus names.
  modules=$(mktemp -d)
  trap 'rm -rf "$modules"' EXIT
  cp go.mod go.sum "$modules/"
  go mod edit -require=github.com/nsf/jsondiff@v0.0.0-20260207060731-8e8d90c4c0ac "$modules/go.mod"
  cat >>"$modules/go.sum" <<'SUMS'
github.com/nsf/jsondiff v0.0.0-20260207060731-8e8d90c4c0ac h1:4YV96Dzy2csSnhzl14/Qk5YsSrKAQusGsIADDn/4/g8=
github.com/nsf/jsondiff v0.0.0-20260207060731-8e8d90c4c0ac/go.mod h1:mpRZBD8SJ55OIICQ3iWH0Yz3cjzA61JdqMLoWXeB2+8=
SUMS
  echo 'bed: building promtool' >&2
  CGO_ENABLED=0 nice go build -modfile="$modules/go.mod" -mod=mod -trimpath -tags remove_all_sd,enable_kubernetes_sd -ldflags '-s -w' \
    -o "$parts/promtool.new" github.com/prometheus/prometheus/cmd/promtool >&2
  mv "$parts/promtool.new" "$parts/promtool"
fi
echo "$parts/promtool"
