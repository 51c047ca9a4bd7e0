#!/bin/bash
# Stands the test bed up and measures a diagnosis in it. Called by `npm run bench`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export PATH="$PWD/node_modules/.bin:$PATH"

parts=$(bash test/cluster/bed/build.sh)
exec bash test/cluster/bed/enter.sh node test/cluster/host.ts "$parts" node test/cluster/bench-site.ts
