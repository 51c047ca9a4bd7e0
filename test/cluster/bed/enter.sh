#!/bin/bash
# enter.sh COMMAND…: runs it in a network and a process namespace of its own. When this process or its parent ends, in
# whatever way, the kernel kills everything inside; nothing inside can reach another network.
set -euo pipefail
[ "$(id -u)" = 0 ] || { echo 'The test bed needs root: it makes a network namespace of its own.' >&2; exit 1; }
for tool in unshare setpriv ip; do
  command -v "$tool" >/dev/null || { echo "The test bed needs $tool (Debian: util-linux, iproute2)." >&2; exit 1; }
done
# The first process of the namespace stays a shell, which also takes in orphans whose parent was killed by a test.
exec setpriv --pdeathsig KILL unshare --net --pid --fork --kill-child --mount-proc bash -c '"$@"; exit $?' bed "$@"
