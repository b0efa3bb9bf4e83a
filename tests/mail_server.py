"""A mail server on loopback that takes mail, refuses it, drips or says nothing, as it is told."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class MailListener:
    """`answers` are said instead of the usual ones, by the command's first word."""

    answers: dict[str, bytes] = field(default_factory=dict)
    silent: bool = False  # accepts, and never says a word
    drips: float = 0.0  # seconds before each byte
    taken: list[str] = field(default_factory=list)  # whole messages
    commands: list[str] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    def listen(self, listening: socket.socket) -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            if self.silent:
                while connection.recv(4096):
                    pass
                return
            self._say(connection, self.answers.get("", b"220 here\r\n"))
            with connection.makefile("rb") as lines:
                while line := lines.readline():
                    self._answer(connection, line.decode().strip(), lines)

    def _answer(self, connection: socket.socket, line: str, lines) -> None:
        self.commands.append(line)
        verb = line.split(" ")[0].upper()
        usual = {"EHLO": b"250-here\r\n250 8BITMIME\r\n", "DATA": b"354 go on\r\n"}
        answer = self.answers.get(verb, usual.get(verb, b"250 ok\r\n"))
        self._say(connection, answer)
        if verb == "DATA" and answer.startswith(b"3"):
            message = []
            while (text := lines.readline()) not in {b".\r\n", b""}:
                message.append(text.decode())
            self.taken.append("".join(message))
            self._say(connection, self.answers.get(".", b"250 taken\r\n"))

    def _say(self, connection: socket.socket, words: bytes) -> None:
        if not words:  # it hangs up
            connection.shutdown(socket.SHUT_RDWR)
        if not self.drips:
            connection.sendall(words)
            return
        for place in range(len(words)):
            time.sleep(self.drips)
            connection.sendall(words[place : place + 1])


@contextlib.contextmanager
def mail_listener(**told) -> Iterator[MailListener]:
    """Listen on a free port of loopback until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listener = MailListener(**told, port=listening.getsockname()[1])
        threading.Thread(target=listener.listen, args=(listening,), daemon=True).start()
        yield listener
