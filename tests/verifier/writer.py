"""A small log of its own, written as files: it shares no line with the site nor with the checker.

Hashes are those of RFC 6962 as its text defines them, from the top down.
"""

import base64
import hashlib
import json
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ORIGIN = "paper.example/log"


def sha(data):
    return hashlib.sha256(data).digest()


def root_of(leaves):
    """RFC 6962, section 2.1."""

    @cache
    def node(start, end):
        if end - start == 1:
            return leaves[start]
        half = 1
        while half * 2 < end - start:
            half *= 2
        return sha(b"\x01" + node(start, start + half) + node(start + half, end))

    return node(0, len(leaves)) if leaves else sha(b"")


class Signer:
    """A key, its name, and notes signed with it."""

    def __init__(self, seed=1, name=ORIGIN):
        self.key, self.name = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32), name
        self.packed = b"\x01" + self.key.public_key().public_bytes_raw()
        self.id = sha(name.encode() + b"\n" + self.packed)[:4]

    def __str__(self):
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(self.packed).decode()}"

    def note(self, size, root):
        return self.sign(f"{self.name}\n{size}\n{base64.b64encode(root).decode()}\n")

    def sign(self, text):
        made = base64.b64encode(self.id + self.key.sign(text.encode())).decode()
        return f"{text}\n— {self.name} {made}\n".encode()


def entry(kind, subject="record", time="2026-01-02T03:04:05Z", commitments=None, **facts):
    said = {
        "commitments": commitments or {},
        "facts": facts,
        "kind": kind,
        "subject": subject,
        "time": time,
    }
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def number_path(number):
    digits = f"{number:03}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    parts = [digits[place : place + 3] for place in range(0, len(digits), 3)]
    return "/".join([f"x{part}" for part in parts[:-1]] + parts[-1:])


def put(root, path, content):
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())


def tile_path(level, index, width):
    return f"record/tile/{level}/{number_path(index)}" + ("" if width == 256 else f".p/{width}")


def write_hashes(root, leaves):
    """Write the tiles of every level."""
    level, hashes = 0, leaves
    while hashes:
        for start in range(0, len(hashes), 256):
            tile = hashes[start : start + 256]
            put(root, tile_path(level, start // 256, len(tile)), b"".join(tile))
        full = range(0, len(hashes) - 255, 256)
        level, hashes = level + 1, [root_of(hashes[start : start + 256]) for start in full]


def write_bundles(root, entries):
    for start in range(0, len(entries), 256):
        bundle = entries[start : start + 256]
        packed = b"".join(len(one).to_bytes(2, "big") + one for one in bundle)
        put(root, tile_path("entries", start // 256, len(bundle)), packed)


NO_CLAIMS = {"campaigns": [], "accounts": [], "stories": [], "discussions": [], "decisions": []}


def write_log(root: Path, entries, signer=None, claims=None, opened=()):
    """Write a whole log into a folder; return the note of its checkpoint."""
    signer = signer or Signer()
    leaves = [sha(b"\x00" + one) for one in entries]
    write_bundles(root, entries)
    write_hashes(root, leaves)
    for index in range(-(-len(entries) // 256)):
        here = [one for one in opened if one["entry"] // 256 == index]
        put(root, f"record/opened/{index}.json", {"opened": here})
    put(root, "record/claims.json", {"size": len(entries), **(claims or NO_CLAIMS)})
    put(root, "record/key", f"{signer}\n".encode())
    note = signer.note(len(entries), root_of(leaves))
    put(root, "record/checkpoint", note)
    return note
