"""Runs a command that ends when the process that started it ends.

Run as a script, before the command and in its place: `python -I -S lifeline.py PARENT SIGNAL UID:GID COMMAND...`.
It asks Linux for SIGNAL at the death of the process PARENT, whatever that died of, gives up root for UID:GID where one is named
("-": stays who it is), and becomes COMMAND. It imports nothing of ours, so that it costs 15 ms.
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
        user, group = map(int, account.split(":"))
        os.setgroups([])
        os.setgid(group)
        os.setuid(user)
    tie(int(parent), int(number))
    os.execvp(command[0], command)  # noqa: S606  # becoming the command is the point


def tie(parent: int, number: int) -> None:
    """Asks for the signal at the parent's death; ends at once if that came first. Elsewhere than on Linux does nothing.

    Comes after giving up root, because a change of user clears the request.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit("lifeline: the process that started this has ended")


if __name__ == "__main__":
    main(sys.argv[1:])
