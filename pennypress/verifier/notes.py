"""Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint, tlog-cosignature)."""

import base64
import hashlib
import re
from dataclasses import dataclass

from .ed25519 import is_signed

MOST_BYTES = 64 * 1024
SIGNATURE, COSIGNATURE = 1, 4


class Distrusted(Exception):
    """A note is malformed, or not signed with the right key; the message says why."""


class NotSigned(Distrusted):
    """It is no key or note at all, as where a server answers with a page of its own."""


@dataclass(frozen=True)
class Key:
    """A key that checks signatures, with the name that it signs under."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        body = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return hashlib.sha256(body).digest()[:4]

    def __str__(self) -> str:
        packed = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{packed}"


def read_key(text: str) -> Key:
    """Read `name+id+key`. Raises Distrusted."""
    name, _, rest = text.strip().partition("+")
    number, _, packed = rest.partition("+")
    raw = _decode(packed)
    if not name or raw is None or len(raw) != 33 or raw[0] not in {SIGNATURE, COSIGNATURE}:
        raise NotSigned(f"{text.strip()[:80]!r} is not the key of a record")
    key = Key(name, raw[0], raw[1:])
    if key.id.hex() != number:
        raise Distrusted("the key does not match its own key ID")
    return key


@dataclass(frozen=True)
class SignedCheckpoint:
    """What a checkpoint states, and the signed note that states it."""

    origin: str
    size: int
    root: bytes
    note: bytes


def read_checkpoint(note: bytes, key: Key) -> SignedCheckpoint:
    """Check the key's signature on a checkpoint, and return what it states. Raises Distrusted."""
    read_signed(note, key)
    stated = read_stated(note)
    if stated.origin != key.name:
        raise Distrusted(f"the checkpoint is of {stated.origin}, not of {key.name}")
    return stated


def read_signed(note: bytes, key: Key) -> str:
    """Check the key's signature on a note, and return its text. Raises Distrusted."""
    text, signatures = _split(note)
    made = [raw for name, raw in signatures if name == key.name and raw[:4] == key.id]
    if not made:
        raise Distrusted("it is not signed with the key")
    for raw in made:
        if not is_signed(key.public, raw[4:], text):
            raise Distrusted("its signature is wrong")
    return text.decode()


def read_stated(note: bytes) -> SignedCheckpoint:
    """Return what a checkpoint states, whoever signed it. Raises Distrusted."""
    origin, size, root = _split(note)[0].decode().split("\n")[:3]
    decoded = _decode(root)
    if not re.fullmatch("0|[1-9][0-9]{0,17}", size) or decoded is None or len(decoded) != 32:
        raise Distrusted("the checkpoint states no size and root")
    return SignedCheckpoint(origin, int(size), decoded, note)


def stated_times(note: bytes) -> list[tuple[str, int]]:
    """The times that cosignatures state, with the names of the witnesses; none is verified here."""
    return [
        (name, int.from_bytes(raw[4:12], "big")) for name, raw in _split(note)[1] if len(raw) == 76
    ]


def _split(note: bytes) -> tuple[bytes, list[tuple[str, bytes]]]:
    if len(note) > MOST_BYTES:
        raise NotSigned("the checkpoint is too long")
    try:
        text, blank, tail = note.decode().rpartition("\n\n")
    except UnicodeDecodeError as error:
        raise NotSigned("the checkpoint is not text") from error
    if not blank or text.count("\n") < 2 or not tail.endswith("\n") or not tail.startswith("— "):
        raise NotSigned("the checkpoint is not a signed note")
    signatures = []
    for line in tail[:-1].split("\n"):
        dash, _, rest = line.partition(" ")
        name, _, packed = rest.partition(" ")
        raw = _decode(packed)
        if dash != "—" or not name or raw is None or len(raw) < 5:
            raise Distrusted("a signature line in the checkpoint is malformed")
        signatures.append((name, raw))
    return f"{text}\n".encode(), signatures


def _decode(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return None
