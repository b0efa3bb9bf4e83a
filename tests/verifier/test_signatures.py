"""The verifier's own check of signatures, beside a library's and the standard's examples."""

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from pennypress.verifier.ed25519 import BASE, L, P, _times, _write_point, is_signed

pytestmark = pytest.mark.once


def says_the_library(public: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def key_of(seed: bytes) -> tuple[Ed25519PrivateKey, bytes]:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    return key, key.public_key().public_bytes_raw()


# RFC 8032, 7.1: seed, public key, message, signature.
@pytest.mark.parametrize(
    ("public", "message", "signature"),
    [
        (
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
            "d25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
            "387b2eaeb4302aeeb00d291612bb0c00",
        ),
    ],
)
def test_the_standards_examples_hold(public, message, signature):
    parts = [bytes.fromhex(part) for part in (public, signature, message)]
    assert is_signed(*parts)
    assert not is_signed(parts[0], parts[1], parts[2] + b"!")


@given(seed=st.binary(min_size=32, max_size=32), message=st.binary(max_size=200))
def test_what_a_library_signs_is_signed(seed, message):
    key, public = key_of(seed)
    assert is_signed(public, key.sign(message), message)


@given(
    seed=st.binary(min_size=32, max_size=32),
    place=st.integers(0, 95),
    change=st.integers(1, 255),
)
def test_one_changed_byte_of_key_or_signature_is_noticed_as_by_the_library(seed, place, change):
    key, public = key_of(seed)
    whole = bytearray(public + key.sign(b"the record"))
    whole[place] ^= change
    changed = bytes(whole)
    assert not is_signed(changed[:32], changed[32:], b"the record")
    assert not says_the_library(changed[:32], changed[32:], b"the record")


def test_a_signature_cannot_be_written_in_two_ways():
    key, public = key_of(bytes(32))
    signature = key.sign(b"x")
    scalar = int.from_bytes(signature[32:], "little") + L
    again = signature[:32] + scalar.to_bytes(32, "little")
    assert not is_signed(public, again, b"x")
    assert not says_the_library(public, again, b"x")


@pytest.mark.parametrize("y", [P, P + 1, 2**255 - 1, 2, 2**255 | 1, 2**255 | (P - 1)], ids=str)
def test_what_is_no_point_of_the_curve_is_no_key(y):
    public = y.to_bytes(32, "little")
    signature = _write_point(_times(5, BASE)) + bytes(32)
    assert not is_signed(public, signature, b"x")


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_other_lengths_are_refused(length):
    _, public = key_of(bytes(32))
    assert not is_signed(bytes(length), bytes(64), b"")
    assert not is_signed(public, bytes(63 if length == 64 else length), b"")
