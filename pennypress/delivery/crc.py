"""The check sum of two texts joined, from those of each: gzip is joined without reading the texts.

The CRC-32 of a text followed by another is the first one's, moved past the other's length, plus the
second's, in arithmetic over the field of two elements (the method of zlib's crc32_combine).
"""

from functools import lru_cache

_POLYNOMIAL = 0xEDB88320  # CRC-32 as in gzip, lowest power in the highest bit
_ONE = 1 << 31


def combine(first: int, second: int, length: int) -> int:
    """Return the CRC-32 of two texts joined; `length` is the second one's, in bytes."""
    return _times(_moved_by(length), first) ^ second


@lru_cache(maxsize=4096)
def _moved_by(length: int) -> int:
    """x to the power of 8 · length: what moving past so many bytes multiplies by."""
    power, square = _ONE, _ONE >> 8  # 1, and x to the 8th
    while length:
        if length & 1:
            power = _times(power, square)
        square = _times(square, square)
        length >>= 1
    return power


def _times(a: int, b: int) -> int:
    """Multiply two polynomials modulo the CRC's."""
    product = 0
    while a:
        if a & _ONE:
            product ^= b
        a = (a << 1) & 0xFFFFFFFF
        b = (b >> 1) ^ (_POLYNOMIAL if b & 1 else 0)
    return product
