"""Runs one command and prints its wall-clock seconds and peak memory as JSON.

Called by measure.ts as `python3 run_measured.py STDOUT_FILE COMMAND…`; node has no wait4. The peak is the
kernel's ru_maxrss of the child, the largest of its processes; it counts this small interpreter before the
exec, so figures below about 10 MB mean "at most that". The last line of standard output is ours; the
child's goes to STDOUT_FILE.
"""

import json
import os
import sys
import time


def main() -> int:
    target, command = sys.argv[1], sys.argv[2:]
    output = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    actions = [(os.POSIX_SPAWN_DUP2, output, 1)]
    start = time.perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ, file_actions=actions)
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - start
    exit_code = os.waitstatus_to_exitcode(status)
    print(json.dumps({"seconds": seconds, "peakBytes": usage.ru_maxrss * 1024, "exitCode": exit_code}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
