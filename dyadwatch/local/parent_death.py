"""Runs a command that ends when the process that started it ends.

Run as a script in front of the command: `python -I -S parent_death.py PARENT SIGNAL UID:GID COMMAND...`. It
gives up root for UID:GID ("-" keeps the user), asks Linux to send SIGNAL at the death of the process PARENT,
however that dies, and replaces itself by COMMAND. It imports nothing of ours, which keeps it at 15 ms.
"""

import ctypes
import os
import sys
from collections.abc import Sequence

_PR_SET_PDEATHSIG = 1  # prctl(2)


def main(arguments: Sequence[str]) -> None:
    """Replaces this process by the command; returns only by an exception."""
    parent, number, account, *command = arguments
    if account != "-":
        uid, gid = map(int, account.split(":"))
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    signal_on_parent_death(int(parent), int(number))
    os.execvp(command[0], command)  # noqa: S606  # becoming the command is the point


def signal_on_parent_death(parent: int, number: int) -> None:
    """Asks the kernel for the signal at the parent's death; exits
    at once if it is dead already. Linux only, else a no-op.

    Must come after giving up root: a change of user clears the request.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit("parent_death: the process that started this has ended")


if __name__ == "__main__":
    main(sys.argv[1:])
