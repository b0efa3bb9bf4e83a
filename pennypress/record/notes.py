"""Signed notes and checkpoints, as the C2SP specifications signed-note and tlog-checkpoint say."""

import base64
import hashlib
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

_ED25519 = b"\x01"
_COSIGNATURE = b"\x04"  # C2SP tlog-cosignature: Ed25519, with a time
LONGEST_WITNESS_NAME = 200  # characters: a column of the database holds it
_NAME = re.compile(r"[^\s+]+")


class BadNote(ValueError):
    """A note, key or checkpoint is not what its specification says; the message says how."""


@dataclass(frozen=True)
class VerifierKey:
    """The public half of a log's key, with the name under which it signs."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes before each signature that say which key made it."""
        signed_bytes = self.name.encode() + b"\n" + _ED25519 + self.public
        return hashlib.sha256(signed_bytes).digest()[:4]

    def __str__(self) -> str:
        key = base64.b64encode(_ED25519 + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{key}"


@dataclass(frozen=True)
class SigningKey:
    """A log's key. Its text is a secret."""

    name: str
    seed: bytes

    @classmethod
    def generate(cls, name: str) -> "SigningKey":
        """Make a new key that signs under this name."""
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def parse(cls, text: str) -> "SigningKey":
        """Read a key from the text that `as_text` wrote. Raises BadNote."""
        match = re.fullmatch(r"PRIVATE\+KEY\+([^\s+]+)\+([0-9a-f]{8})\+(\S+)", text.strip())
        try:
            raw = base64.b64decode(match[3], validate=True) if match else b""
        except ValueError:
            raw = b""
        if not match or len(raw) != 33 or raw[:1] != _ED25519:
            raise BadNote("this is no signing key of a record")
        key = cls(match[1], raw[1:])
        if key.verifier.id.hex() != match[2]:
            raise BadNote("the signing key is damaged: its name and its bytes do not match")
        return key

    def as_text(self) -> str:
        """The key as one line of text: keep it secret."""
        key = base64.b64encode(_ED25519 + self.seed).decode()
        return f"PRIVATE+KEY+{self.name}+{self.verifier.id.hex()}+{key}\n"

    @property
    def verifier(self) -> VerifierKey:
        public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()
        return VerifierKey(self.name, public)

    def sign(self, text: str) -> str:
        """Return the signature line for a note's text, which ends with a newline."""
        made = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        return f"— {self.name} {base64.b64encode(self.verifier.id + made).decode()}\n"


def read_verifier_key(text: str) -> VerifierKey:
    """Read a verifier key (`name+id+key`). Raises BadNote."""
    parts = text.strip().split("+", 2)
    try:
        raw = base64.b64decode(parts[2], validate=True)
    except (IndexError, ValueError):
        raw = b""
    if len(raw) != 33 or raw[:1] != _ED25519 or not _NAME.fullmatch(parts[0]):
        raise BadNote("this is no verifier key")
    key = VerifierKey(parts[0], raw[1:])
    if key.id.hex() != parts[1]:
        raise BadNote("the verifier key is damaged: its name and its bytes do not match")
    return key


@dataclass(frozen=True)
class WitnessKey:
    """The public key of a witness, with the name under which it cosigns."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        signed_bytes = self.name.encode() + b"\n" + _COSIGNATURE + self.public
        return hashlib.sha256(signed_bytes).digest()[:4]

    def check(self, line: str, note: str) -> int | None:
        """Return when this witness cosigned a note by this line, in seconds since 1970.

        None for a line of somebody else. Raises BadNote for a wrong signature.
        """
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        try:
            raw = base64.b64decode(encoded, validate=True)
        except ValueError:
            return None
        if dash != "—" or name != self.name or raw[:4] != self.id or len(raw) != 76:
            return None
        time = int.from_bytes(raw[4:12], "big")
        text = note.rpartition("\n\n")[0] + "\n"
        signed_bytes = f"cosignature/v1\ntime {time}\n{text}".encode()
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(raw[12:], signed_bytes)
        except InvalidSignature as error:
            raise BadNote(f"the cosignature of {self.name} is wrong") from error
        return time


def read_witness_key(text: str) -> WitnessKey:
    """Read a witness's verifier key (`name+id+key`). Raises BadNote."""
    parts = text.strip().split("+", 2)
    try:
        raw = base64.b64decode(parts[2], validate=True)
    except (IndexError, ValueError):
        raw = b""
    if len(raw) != 33 or raw[:1] != _COSIGNATURE or not _NAME.fullmatch(parts[0]):
        raise BadNote("this is no verifier key of a witness")
    key = WitnessKey(parts[0], raw[1:])
    if key.id.hex() != parts[1]:
        raise BadNote("the witness's key is damaged: its name and its bytes do not match")
    return key


def checkpoint_text(origin: str, size: int, root: bytes) -> str:
    """Return the text of a checkpoint: what is signed."""
    return f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"


def sign_checkpoint(
    key: SigningKey, size: int, root: bytes, former: SigningKey | None = None
) -> str:
    """Return a signed checkpoint. The same tree and keys give the same bytes.

    `former` is the key that passes on to `key` within this tree: who knows it alone can read on.
    """
    text = checkpoint_text(key.name, size, root)
    note = sign_note(key, text)
    return note + former.sign(text) if former else note


@dataclass(frozen=True)
class Signed:
    """A checkpoint whose signature was verified."""

    origin: str
    size: int
    root: bytes


def sign_note(key: SigningKey, text: str) -> str:
    """Return a signed note (C2SP signed-note) of this text, which ends with a newline."""
    return f"{text}\n{key.sign(text)}"


def read_checkpoint(note: str, key: VerifierKey) -> Signed:
    """Verify a signed checkpoint and return what it says. Raises BadNote."""
    text = read_note(note, key)
    origin, size, root, *_ = [*text.split("\n"), "", ""]
    if not re.fullmatch(r"0|[1-9][0-9]*", size):
        raise BadNote("the checkpoint states no size")
    return Signed(origin, int(size), base64.b64decode(root))


def read_note(note: str, key: VerifierKey) -> str:
    """Return the text of a note that is signed with this key. Raises BadNote."""
    text, _, lines = note.rpartition("\n\n")
    text += "\n"
    for line in lines.splitlines():
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        try:
            raw = base64.b64decode(encoded, validate=True)
        except ValueError:
            continue
        if dash == "—" and name == key.name and raw[:4] == key.id:
            try:
                Ed25519PublicKey.from_public_bytes(key.public).verify(raw[4:], text.encode())
            except InvalidSignature as error:
                raise BadNote("the checkpoint's signature is wrong") from error
            return text
    raise BadNote("the checkpoint is not signed with this key")


def is_signed(note: str, key: SigningKey) -> bool:
    """Say whether a checkpoint is signed with this key."""
    try:
        return bool(read_checkpoint(note, key.verifier))
    except BadNote:
        return False
