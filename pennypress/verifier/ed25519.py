"""Checking Ed25519 signatures (RFC 8032, 5.1) in plain Python: nothing need be installed for it.

Only what is public is computed with, so it need not hide how long it takes. One check takes some
milliseconds.
"""

import hashlib

P = 2**255 - 19  # the field
L = 2**252 + 27742317777372353535851937790883648493  # the order of the base point
D = -121665 * pow(121666, -1, P) % P  # the curve is -x² + y² = 1 + D·x²·y²
ROOT = pow(2, (P - 1) // 4, P)  # of -1

Point = tuple[int, int, int, int]  # X, Y, Z, T with x = X/Z, y = Y/Z, x·y = T/Z

NEUTRAL: Point = (0, 1, 1, 0)


def is_signed(public: bytes, signature: bytes, message: bytes) -> bool:
    """Say whether a signature of 64 bytes on a message was made with the key of a public one."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key = _read_point(public)
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or scalar >= L:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    challenge = int.from_bytes(digest, "little") % L
    # R = S·B - k·A, compared as it is written: what RFC 8032 calls sufficient.
    found = _add(_times(scalar, BASE), _times(challenge, _negative(key)))
    return _write_point(found) == signature[:32]


def _read_point(written: bytes) -> Point | None:
    """Read 32 bytes: y, and in the highest bit whether x is odd. None for what is no point."""
    number = int.from_bytes(written, "little")
    odd, y = number >> 255, number & (2**255 - 1)
    if y >= P:
        return None
    x = _find_x(y, odd)
    return None if x is None else (x, y, 1, x * y % P)


def _find_x(y: int, odd: int) -> int | None:
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and odd):
        return None
    return P - x if x & 1 != odd else x


def _write_point(point: Point) -> bytes:
    x, y, z, _ = point
    inverse = pow(z, -1, P)
    x, y = x * inverse % P, y * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _negative(point: Point) -> Point:
    x, y, z, t = point
    return P - x, y, z, P - t


def _add(one: Point, other: Point) -> Point:
    """Add two points; also one to itself (RFC 8032, 5.1.4)."""
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * D * one[3] * other[3] % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(number: int, point: Point) -> Point:
    found = NEUTRAL
    while number:
        if number & 1:
            found = _add(found, point)
        point = _add(point, point)
        number >>= 1
    return found


def _base() -> Point:
    y = 4 * pow(5, -1, P) % P
    x = _find_x(y, 0)
    assert x is not None
    return x, y, 1, x * y % P


BASE = _base()
