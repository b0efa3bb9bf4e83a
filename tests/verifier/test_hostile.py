"""Whatever a site answers in place of JSON leads to a finding, and never breaks the checker."""

import json
import re

import pytest

from pennypress.verifier.check import verify
from pennypress.verifier.command import main
from pennypress.verifier.source import open_source
from pennypress.verifier.strict_json import MOST_DEPTH, MOST_NUMBER, NotStrict, read_canonical

from .writer import NO_CLAIMS, entry, put, write_log

pytestmark = pytest.mark.once

VALUE = b'"X"'  # in the place of which something hostile is put
LARGEST = b"9007199254740991"  # RFC 8785, appendix D

# What is no JSON, or no value that anybody can take for one thing only.
NO_JSON = {
    "not a number": b"NaN",
    "infinity": b"Infinity",
    "minus infinity": b"-Infinity",
    "a number of 60,000 digits": b"9" * 60_000,
    "nested 30,000 times": b"[" * 30_000 + b"]" * 30_000,
    "nested 300 times": b"[" * 300 + b"]" * 300,
    "nested in objects": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "a member twice": b'{"a":1,"a":2}',
    "a member twice in another writing": b'{"a":1,"\\u0061":1}',
    "bytes that are no UTF-8": b'"\xff"',
    "half of a surrogate pair in bytes": b'"\xed\xa0\x80"',
    "an overlong encoding": b'"\xc0\xaf"',
    "a control character": b'"\x01"',
    "a number with a leading zero": b"01",
    "nothing": b"",
    "a comma too many": b"[1,]",
    "single quotes": b"'a'",
}
# What is JSON, but not what a canonical entry holds.
NOT_CANONICAL = {
    "half of a surrogate pair": b'"\\ud800"',
    "the other half": b'"\\udc00"',
    "both halves, escaped": b'"\\ud83d\\ude00"',
    "a number past those of all readers": b"9007199254740992",
    "one below zero": b"-9007199254740992",
    "a number of 4,000 digits": b"9" * 4_000,
    "a number past those that are written out": b"1e999",
    "a fraction": b"1.5",
    "a whole number as a fraction": b"1.0",
    "an exponent": b"1e2",
    "minus zero": b"-0",
    "members out of order": b'{"b":1,"a":2}',
    "white space": b"[1, 2]",
    "an escape that need not be": b'"\\/"',
    "a letter that need not be escaped": b'"\\u00e9"',
    "an escape in capitals": b'"\\u001F"',
}


def made(value):
    """An entry with a value among its facts."""
    return entry("some.thing", a="X").replace(VALUE, value)


def check(root):
    return verify(open_source(str(root)), with_pages=False)


def named_in(report):
    return {(finding.code, finding.where) for finding in report.findings}


def print_report(root, capsys):
    """What the command prints, when it ends as it should where something disagrees."""
    assert main([str(root), "--json", "--no-pages"]) == 1
    assert json.loads(capsys.readouterr().out)["ok"] is False
    assert main([str(root), "--no-pages"]) == 1
    return capsys.readouterr().out


# ── Entries ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "value", [*NO_JSON.values(), *NOT_CANONICAL.values()], ids=[*NO_JSON, *NOT_CANONICAL]
)
def test_an_entry_with_a_hostile_value_is_named_alone(tmp_path, capsys, value):
    entries = [entry("some.thing", n=n) for n in range(70)]
    entries[40] = made(value)
    write_log(tmp_path, entries)
    report = check(tmp_path)
    assert named_in(report) == {("malformed", "entry 40")}
    assert report.entries == 70
    assert all(len(finding.message) < 100 for finding in report.findings)
    assert "entry 40: " in print_report(tmp_path, capsys)


@pytest.mark.parametrize(
    "body",
    [
        made(b"1").decode().encode("utf-16"),
        made(b"1").decode().encode("utf-32-le"),
        b"\xef\xbb\xbf" + made(b"1"),
        made(b"1") + b"\n",
        b" " + made(b"1"),
        made(b"1") * 2,
        made(b"1") + b"," + made(b"1"),
        made(b"1")[:-1],
        b"null",
        b'"entry"',
        b"1",
        b"NaN",
    ],
    ids=range(12),
)
def test_a_text_that_is_not_one_entry_is_named_alone(tmp_path, body):
    write_log(tmp_path, [entry("some.thing", n=1), body, entry("some.thing", n=2)])
    assert named_in(check(tmp_path)) == {("malformed", "entry 1")}


def test_entries_that_only_make_sense_together_are_each_named(tmp_path):
    """As many values as entries, in canonical form, and yet none where it should be."""
    one, other = made(b"1"), entry("some.thing", a=[1, {"b": 2}])
    place = other.index(b",{")
    write_log(tmp_path, [one + b"," + one, other[:place], other[place + 1 :]])
    assert named_in(check(tmp_path)) == {("malformed", f"entry {n}") for n in range(3)}


def test_what_canonical_json_allows_is_taken():
    for value in (
        LARGEST, b"-" + LARGEST, b"0", b"true", b"null", b"[]", b"{}", b'""', b"[[1],[2]]",
        '"Fähre – 🚢"'.encode(), b'"\\"\\\\\\b\\f\\n\\r\\t\\u0000\\u001f/\x7f"', b'{"a":1,"b":2}',
        b"[" * MOST_DEPTH + b"1" + b"]" * MOST_DEPTH, b'"' + b"a" * 60_000 + b'"',
    ):  # fmt: skip
        assert read_canonical([value, b"1"]) == [json.loads(value), 1]
    for value in (str(MOST_NUMBER + 1).encode(), b"[" * (MOST_DEPTH + 1) + b"]" * (MOST_DEPTH + 1)):
        with pytest.raises(NotStrict):
            read_canonical([value])


# ── Documents ──────────────────────────────────────────────────────────────────────────────────


def break_document(root, path, value):
    """Put a value beside what a document says, which stays as it was."""
    whole = (root / path).read_bytes()
    put(root, path, whole[:-1] + b',"more":' + value + b"}")


@pytest.fixture
def log(tmp_path):
    write_log(tmp_path, [entry("some.thing", n=n) for n in range(3)])
    return tmp_path


@pytest.mark.parametrize("path", ["record/claims.json", "record/opened/0.json"])
@pytest.mark.parametrize("value", NO_JSON.values(), ids=NO_JSON)
def test_a_document_that_is_no_json_is_named(log, capsys, path, value):
    break_document(log, path, value)
    report = check(log)
    assert named_in(report) == {("malformed", path)}
    assert all(len(finding.message) < 100 for finding in report.findings)
    assert f"{path}: " in print_report(log, capsys)


@pytest.mark.parametrize("path", ["record/claims.json", "record/opened/0.json"])
def test_a_document_in_another_encoding_is_named(log, path):
    text = (log / path).read_text()
    for encoding in ("utf-16", "utf-32-be", "utf-8-sig"):
        put(log, path, text.encode(encoding))
        assert named_in(check(log)) == {("malformed", path)}


def test_two_claims_under_one_name_are_named(log):
    """Two readers could each take another one for what is claimed."""
    claims = json.dumps({"size": 3, **NO_CLAIMS})
    put(log, "record/claims.json", claims.replace('"size": 3', '"size": 3, "size": 3').encode())
    (finding,) = check(log).findings
    assert (finding.code, finding.where) == ("malformed", "record/claims.json")
    assert "twice" in finding.message


@pytest.mark.parametrize("size", ["1e999", "3.0", "true", "null", '"3"', "-1", "9" * 4_000])
def test_a_size_that_is_none_is_named(log, capsys, size):
    claims = json.dumps({**NO_CLAIMS, "size": "X"})
    put(log, "record/claims.json", claims.replace('"X"', size).encode())
    assert {finding.code for finding in check(log).findings} <= {"claims", "uncovered"}
    assert "disagreement" in print_report(log, capsys)


def test_a_sum_that_is_none_is_named(log, capsys):
    account = {"account": "assets:bank", "currency": "USD", "balance": 10**4_000}
    put(log, "record/claims.json", {**NO_CLAIMS, "size": 3, "accounts": [account]})
    assert {finding.code for finding in check(log).findings} == {"ledger"}
    assert "assets:bank in USD" in print_report(log, capsys)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("entry", "NaN"), ("entry", "true"), ("entry", "1.0"), ("entry", "-1"), ("entry", "1e999"),
        ("entry", "9" * 4_000), ("name", "[]"), ("name", "null"), ("name", '"\\ud800"'),
        ("salt", "1"), ("salt", '"é"'), ("content", '"\\ud800"'), ("content", "{}"),
    ],
)  # fmt: skip
def test_what_is_opened_wrongly_is_named(log, member, value):
    row = json.dumps({"entry": 1, "name": "a", "salt": "", "content": "", member: "X"})
    put(log, "record/opened/0.json", f'{{"opened":[{row}]}}'.replace('"X"', value).encode())
    (finding,) = check(log).findings
    assert finding.code in {"opened", "malformed"}
    assert finding.where == "record/opened/0.json"


# ── What is printed ────────────────────────────────────────────────────────────────────────────


def test_a_hostile_text_is_printed_harmlessly_in_its_own_line(log, capsys):
    words = "a\ud800b\nEverything agrees.\x1b[2J\u202ec"
    account = {"account": words, "currency": "USD", "balance": 1}
    story = {"number": 1, "url": words, "versions": []}
    put(log, "record/claims.json", {**NO_CLAIMS, "size": 3, "accounts": [account],
                                    "stories": [story]})  # fmt: skip
    assert main([str(log)]) == 1
    out = capsys.readouterr().out
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202e]", out)
    assert "\nEverything agrees." not in out
    assert "a\\ud800b\\n" in out
