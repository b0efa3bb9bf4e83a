"""What the system's kernel is asked to do for a listening socket, which the server does not ask.

A client that takes nothing of what it is sent would hold its connection, and the answer with it,
for as long as it likes: the server waits without end for room to write. TCP_USER_TIMEOUT (Linux)
ends such a connection. What is set on the listening socket holds for all that it accepts.
"""

import socket
from pathlib import Path

SEND_SECONDS = 60  # without room for a byte of what is to be sent
_DESCRIPTORS = Path("/proc/self/fd")


def give_up_the_deaf(port: int, seconds: float = SEND_SECONDS) -> int:
    """Have this process's sockets that listen on a port give up clients that take nothing.

    Returns how many there were; none on a system without this.
    """
    if not hasattr(socket, "TCP_USER_TIMEOUT") or not _DESCRIPTORS.is_dir():
        return 0
    found = 0
    for descriptor in list(_DESCRIPTORS.iterdir()):
        try:
            if str(descriptor.readlink()).startswith("socket:"):
                found += _give_up(int(descriptor.name), port, round(seconds * 1000))
        except OSError:  # closed meanwhile
            continue
    return found


def _give_up(descriptor: int, port: int, milliseconds: int) -> bool:
    """Set the bound on a socket if it listens on the port; say whether it does.

    Nothing is copied or closed here: closing a copy of a file's descriptor would release all locks
    that this process holds on the file, those of SQLite among them.
    """
    one = socket.socket(fileno=descriptor)
    try:
        if not _listens_on(one, port):
            return False
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)
        return True
    finally:
        one.detach()


def _listens_on(one: socket.socket, port: int) -> bool:
    if one.family not in {socket.AF_INET, socket.AF_INET6} or one.type != socket.SOCK_STREAM:
        return False
    if not one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
        return False
    return one.getsockname()[1] == port
