"""Strict JSON: Python's own decoder accepts more than RFC 8259 and RFC 8785 allow."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

MOST_NUMBER = 2**53 - 1  # RFC 8785: not every reader holds larger whole numbers exactly
MOST_DEPTH = 250  # lists and objects in one another; entries need four


class NotStrict(ValueError):
    """It is not JSON, or not canonical JSON where that is required; the message says why."""


def read_json(data: bytes) -> Any:
    """Parse a JSON document in UTF-8. Raises NotStrict.

    A member that occurs twice is refused: two readers could take it for different values.
    """
    with _refusals():
        document = _documents.decode(data.decode())
    if _nests_too_deeply(document):
        raise NotStrict("it is nested too deeply")
    return document


def read_canonical(texts: list[bytes]) -> list[Any]:
    """Parse several texts, each in canonical JSON (RFC 8785) without fractions.

    Raises NotStrict when any of them is something else.
    """
    values = []
    with _refusals():
        decoded = [text.decode() for text in texts]
        for text in decoded:
            value, end = _read_value(text)
            if end != len(text):
                raise NotStrict("it is not in canonical form")
            # Each level takes two brackets at least: shorter texts need no look.
            if end > 2 * MOST_DEPTH and _nests_too_deeply(value):
                raise NotStrict("it is nested too deeply")
            values.append(value)
    # Encoding them again does not reproduce whitespace, members out of order or repeated, needless
    # escapes, "-0", or lone surrogates, which UTF-8 cannot hold. They are encoded as one list, in
    # half the time: each text is one whole value, so the lists are equal only if each text is.
    if _encode(values) != f"[{','.join(decoded)}]":
        raise NotStrict("it is not in canonical form")
    return values


@contextmanager
def _refusals() -> Iterator[None]:
    """Turn what the decoder raises into NotStrict."""
    try:
        yield
    except NotStrict:
        raise
    except RecursionError as error:
        raise NotStrict("it is nested too deeply") from error
    except ValueError as error:
        raise NotStrict("it is not JSON in UTF-8") from error


def _nests_too_deeply(value: Any) -> bool:
    """Whether it is nested deeper than MOST_DEPTH: how deep Python reads depends on its version."""
    level = _nested_in([value])
    for _ in range(MOST_DEPTH):
        level = [child for one in level for child in _nested_in(one)]
    return bool(level)


def _nested_in(value: dict[str, Any] | list[Any]) -> list[Any]:
    children = value.values() if isinstance(value, dict) else value
    return [child for child in children if isinstance(child, (dict, list))]


def _read_members(members: list[tuple[str, Any]]) -> dict[str, Any]:
    parsed = dict(members)
    if len(parsed) != len(members):
        raise NotStrict("an object has the same member twice")
    return parsed


def _read_whole(digits: str) -> int:
    if len(digits) < 16:
        return int(digits)
    # The length first: a number of 60,000 digits is never converted.
    if len(digits) > 17 or abs(number := int(digits)) > MOST_NUMBER:
        raise NotStrict(f"the number {digits[:20]}… is larger than {MOST_NUMBER}")
    return number


def _refuse_fraction(text: str) -> NoReturn:
    raise NotStrict(f"the number {text[:20]} is not whole")


def _refuse_constant(name: str) -> NoReturn:
    raise NotStrict(f"it is not JSON: {name} is not a number")


_documents = json.JSONDecoder(object_pairs_hook=_read_members, parse_constant=_refuse_constant)
_read_value = json.JSONDecoder(
    parse_int=_read_whole, parse_float=_refuse_fraction, parse_constant=_refuse_constant
).raw_decode
_encode = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":")
).encode
