#!/bin/bash
# Builds what the bed is made of, from published Go modules, and prints the folder that holds it. What is there is not
# built again: the folder is named after everything that the build reads.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

command -v go >/dev/null || { echo 'The test bed is built from Go modules: go (1.26 or newer) is not on PATH.' >&2; exit 1; }

sources() { find . -name go.mod -o -name go.sum -o -name '*.go' -o -name build.sh | LC_ALL=C sort; }
key=$({ go env GOVERSION GOOS GOARCH; sources | xargs cat; } | sha256sum | cut -c1-16)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/orion-setup-bed
parts=$cache/$key
mkdir -p "$parts"

# Two checkouts may share the cache: the second waits, then finds everything there.
exec 9>"$cache/lock"
flock 9

kubernetes=v1.36.3
version=k8s.io/component-base/version
stamp="-s -w -X $version.gitVersion=$kubernetes -X $version.gitMajor=1 -X $version.gitMinor=36 -X $version.gitTreeState=clean"
stamp+=" -X $version.gitCommit=bed -X $version.buildDate=1970-01-01T00:00:00Z"
stamp+=" -X github.com/cert-manager/cert-manager/pkg/util.AppVersion=v1.21.2"
stamp+=" -X github.com/prometheus/common/version.Version=3.13.5"
export CGO_ENABLED=0

# build NAME MODULE PACKAGE [REMARK]
build() {
  [ -x "$parts/$1" ] && return
  local start=$SECONDS
  echo "bed: building $1${4:+ ($4)}" >&2
  # The tags leave Prometheus with the one service discovery that is used here.
  (cd "$2" && nice go build -trimpath -tags remove_all_sd,enable_kubernetes_sd -ldflags "$stamp" -o "$parts/$1.new" "$3") >&2
  mv "$parts/$1.new" "$parts/$1"
  echo "bed: built $1 in $((SECONDS - start)) s" >&2
}

# definitions NAME MODULE PACKAGE FOLDER: the custom resource definitions that a module ships
definitions() {
  [ -d "$parts/$1" ] && return
  mkdir -p "$parts/$1.new"
  cp "$(cd "$2" && go list -m -f '{{.Dir}}' "$3")/$4"/*.yaml "$parts/$1.new/"
  chmod -R u+w "$parts/$1.new"
  mv "$parts/$1.new" "$parts/$1"
}

build control-plane control-plane . 'about ten minutes with an empty Go build cache'
for name in etcd kube-apiserver kube-controller-manager kube-scheduler kubelet cert-manager cert-manager-webhook; do
  ln -sfn control-plane "$parts/$name"
done
build kubectl control-plane k8s.io/kubernetes/cmd/kubectl
build kwok control-plane sigs.k8s.io/kwok/cmd/kwok
build pebble acme github.com/letsencrypt/pebble/v2/cmd/pebble
build prometheus-operator prometheus-operator github.com/prometheus-operator/prometheus-operator/cmd/operator 'about two minutes'
build prometheus control-plane github.com/prometheus/prometheus/cmd/prometheus 'about one minute'
definitions cert-manager-crds control-plane github.com/cert-manager/cert-manager deploy/crds
definitions prometheus-operator-crds prometheus-operator github.com/prometheus-operator/prometheus-operator example/prometheus-operator-crd

# A machine that already has etcd and an API server for tests lends them, unless that API server is older than the
# controllers built here: Kubernetes does not support that.
if [ -x "${KUBEBUILDER_ASSETS:-}/kube-apiserver" ] && [ -x "$KUBEBUILDER_ASSETS/etcd" ]; then
  lent=$("$KUBEBUILDER_ASSETS/kube-apiserver" --version | grep -o 'v[0-9.]*')
  if [ "$(printf '%s\n' "$lent" "$kubernetes" | sort -V | tail -n 1)" = "$lent" ]; then
    echo "bed: etcd and kube-apiserver $lent come from KUBEBUILDER_ASSETS" >&2
    ln -sfn "$KUBEBUILDER_ASSETS/etcd" "$parts/etcd"
    ln -sfn "$KUBEBUILDER_ASSETS/kube-apiserver" "$parts/kube-apiserver"
  else
    echo "bed: kube-apiserver $lent of KUBEBUILDER_ASSETS is older than $kubernetes: building our own" >&2
  fi
fi
# What no bed has used for a month is of another time.
touch "$parts"
find "$cache" -mindepth 1 -maxdepth 1 -type d -mtime +30 -exec rm -rf {} +
echo "$parts"
