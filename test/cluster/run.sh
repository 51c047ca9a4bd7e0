#!/bin/bash
# Runs the cluster tests on a bed of their own: run.sh [arguments of vitest]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# The project's own Node before the machine's.
export PATH="$PWD/node_modules/.bin:$PATH"

parts=$(bash test/cluster/bed/build.sh)
bash test/cluster/bed/promtool.sh "$parts" >/dev/null
bash test/cluster/bed/alertmanager.sh "$parts" >/dev/null
bash test/cluster/bed/envoy.sh "$parts" >/dev/null
exec bash test/cluster/bed/enter.sh node test/cluster/host.ts "$parts" vitest run --project cluster "$@"
