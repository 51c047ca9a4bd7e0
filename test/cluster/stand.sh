#!/bin/bash
# Leaves a test bed standing for work by hand, and says how to reach it. Ctrl-C ends it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# The project's own Node before the machine's.
export PATH="$PWD/node_modules/.bin:$PATH"

parts=$(bash test/cluster/bed/build.sh)
exec node test/cluster/stand.ts "$parts"
