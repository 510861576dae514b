"""Runs a command and writes what the operating system says it cost: `measure.py RESULT LIMIT_S COMMAND...`.

CPU time is that of the process and of every descendant that it waited for; the memory is the largest of
any one of them. The command runs in a process group of its own, which is killed when its time is over.
"""
import json
import os
import signal
import sys
import time

result, limit = sys.argv[1], int(sys.argv[2])
started = time.monotonic()
child = os.fork()
if child == 0:
    os.setpgid(0, 0)
    os.execvp(sys.argv[3], sys.argv[3:])


def stop(*_):
    os.killpg(child, signal.SIGKILL)


signal.signal(signal.SIGALRM, stop)
signal.signal(signal.SIGTERM, stop)
signal.signal(signal.SIGINT, stop)
signal.alarm(limit)
_, status, usage = os.wait4(child, 0)
wall = time.monotonic() - started
signal.alarm(0)
with open(result, "w") as file:
    json.dump({
        "code": os.waitstatus_to_exitcode(status),
        "wallSeconds": wall,
        "cpuSeconds": usage.ru_utime + usage.ru_stime,
        "rssMegabytes": usage.ru_maxrss / 1024,
    }, file)
