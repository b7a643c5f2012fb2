"""Become a program that ends with whoever started it: `python leash.py PARENT PROGRAM ARGUMENT…`.

The kernel's parent-death signal is set here, in the child, rather than between fork and exec in the
parent, where no Python may run safely once there are threads. It follows the thread that spawned:
spawn from the main one. Where there is no such signal, the next start ends what was left.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    parent, program = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            sys.exit("The parent died before its child began.")
    os.execv(program[0], program)


main()
