"""Each lie that a log or its pages can tell is named, on a log that no part of the site wrote."""

import base64
import datetime as dt
import gzip
import hashlib
import http.server
import json
import shutil
import subprocess
import sys
import threading

import pytest

from pennypress.verifier.check import verify
from pennypress.verifier.command import main
from pennypress.verifier.source import open_source

from .writer import (
    ORIGIN,
    Signer,
    entry,
    put,
    root_of,
    sha,
    tile_path,
    write_bundles,
    write_hashes,
    write_log,
)

pytestmark = pytest.mark.once

SALT = bytes(range(32))
SAID = {
    "schema": 2, "headline": "The quay is open – again", "standfirst": "", "kind": "news",
    "dateline": "", "date": None, "bylines": ["Ann"], "tags": [], "picture": None,
    "body": [], "sources": [],
}  # fmt: skip
CONTENT = json.dumps(SAID, ensure_ascii=False)
NOW = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
SIZE = 600  # two full tiles, a partial one, and a level above

PAGE = """<!doctype html><article itemscope itemtype="https://schema.org/NewsArticle">
<h1 itemprop="headline">The quay is open – again</h1>
<p><span itemprop="author"><b itemprop="name">Ann</b></span>
<span data-version="2" data-record-entry="11"></span></p></article>
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "The quay is open – again",
"author": [{"@type": "Person", "name": "Ann"}]}</script>
<section id="meter" data-campaign="main" data-raised="12500"
 data-currency="USD" data-record-size="600"></section>
<section id="discussion" data-page="10" data-count="2" data-record-size="600"><ol>
<li id="comment-1"><article itemscope itemtype="https://schema.org/Comment" data-state="visible">
</article></li>
<li id="comment-2"><article itemscope itemtype="https://schema.org/Comment" data-state="removed">
</article></li>
<li id="comment-3"><article itemscope itemtype="https://schema.org/Comment" data-state="visible">
</article></li></ol></section>"""


def make_entries():
    sums = {"currency": "USD", "debit": "assets:bank"}
    committed = {"content": hashlib.sha256(SALT + CONTENT.encode()).hexdigest()}
    found = [
        entry("campaign.opened", "campaign:1", currency="USD", goal=50_000),
        entry("story.published", "story:10", commitments=committed, version=1),
        entry("gift.received", "campaign:1", "2026-01-03", amount=2500,
              credit="income:gifts:main", **sums),
        entry("sum.carried", "campaign:1", amount=10_000,
              credit="income:carried-over:main", **sums),
        entry("comment.posted", "comment:1", discussion=10, parent=None),
        entry("comment.posted", "comment:2", discussion=10, parent=None),
        entry("comment.removed", "comment:2", by="moderator", rule=1),  # older: no discussion
        entry("comment.held", "comment:3", by="policy", rule=None, discussion=10),
        entry("comment.published", "comment:3", by="moderator", rule=None, discussion=10),
        entry("comment.posted", "comment:4", discussion=10, parent=None),
        entry("comment.withdrawn", "comment:4"),
        entry("story.published", "story:10", "2026-02-01T00:00:00Z", committed, version=2),
    ]  # fmt: skip
    return found + [entry("some.thing", f"arrival:{n}", n=n) for n in range(len(found), SIZE)]


CLAIMS = {
    "campaigns": [{"number": 1, "slug": "main", "currency": "USD", "goal": 50_000, "raised": 12_500,
                   "carried_over": 10_000, "contributors": 1}],
    "accounts": [{"account": "assets:bank", "currency": "USD", "balance": 12_500},
                 {"account": "income:gifts:main", "currency": "USD", "balance": -2500},
                 {"account": "income:carried-over:main", "currency": "USD", "balance": -10_000}],
    "stories": [{"number": 10, "url": "/news/f%C3%A4hre/", "versions": [
        {"version": 1, "entry": 1, "published": "2026-01-02T03:04:05Z"},
        {"version": 2, "entry": 11, "published": "2026-02-01T00:00:00Z"}]}],
    "discussions": [{"page": 10, "url": None, "visible": 2}],
    "decisions": [{"act": "removed", "rule": 1, "count": 1},
                  {"act": "held", "rule": None, "count": 1},
                  {"act": "published", "rule": None, "count": 1}],
}  # fmt: skip
OPENED = {
    "entry": 1, "name": "content", "salt": base64.b64encode(SALT).decode(), "content": CONTENT,
}  # fmt: skip
ALL_OPENED = [OPENED, {**OPENED, "entry": 11}]  # both versions, which say the same


@pytest.fixture
def log(tmp_path):
    root = tmp_path / "mirror"
    write_log(root, make_entries(), claims=CLAIMS, opened=ALL_OPENED)
    put(root, "news/fähre/index.html", PAGE.encode())
    return root


def check(root, **options):
    return verify(open_source(str(root)), **{"now": lambda: NOW, **options})


def told(report):
    return {(finding.code, finding.where) for finding in report.findings}


def codes(report):
    return {finding.code for finding in report.findings}


def rewrite(root, entries, signer=None):
    """The same claims over another log, rightly signed."""
    shutil.rmtree(root / "record/tile")
    return write_log(root, entries, signer, CLAIMS, ALL_OPENED)


def checkpoint(root):
    return (root / "record/checkpoint").read_bytes()


def test_an_honest_log_agrees(log):
    report = check(log, since=checkpoint(log), key=str(Signer()))
    assert report.findings == []
    assert (report.entries, report.pages, report.opened) == (SIZE, 1, 2)
    assert report.tiles == 4  # three of leaves, one above
    assert report.checkpoint.root == root_of([sha(b"\x00" + one) for one in make_entries()])


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 512, 65_537])
def test_a_log_of_any_size_agrees_with_each_of_its_beginnings(tmp_path, size):
    entries = [entry("some.thing", n=n) for n in range(size)]
    write_log(tmp_path, entries)
    edges = {0, 1, size - size % 256, size - 1, size} if size < 1000 else {65_000, size}
    for before in edges & {*range(size + 1)}:
        leaves = [sha(b"\x00" + one) for one in entries[:before]]
        assert check(tmp_path, since=Signer().note(before, root_of(leaves))).findings == []
        if before > 0:
            false = Signer().note(before, root_of([*leaves[:-1], sha(b"other")]))
            code = "forked" if before == size else "rewritten"
            assert codes(check(tmp_path, since=false)) == {code}


# ── Entries and tiles ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda e: [*e[:300], e[300].replace(b"300", b"301"), *e[301:]], "entry 300"),
        (lambda e: [*e[:300], *e[301:], e[300]], "entries 300 to 599"),
        (lambda e: [*e[:300], e[301], e[300], *e[302:]], "entries 300 to 301"),
        (lambda e: [*e[:300], e[3], *e[300:-1]], "entries 300 to 599"),
    ],
    ids=["changed", "removed", "reordered", "inserted"],
)
def test_other_entries_than_those_in_the_tree_are_named(log, change, where):
    write_bundles(log, change(make_entries()))
    assert ("entry", where) in told(check(log, with_pages=False))
    assert "tile" not in codes(check(log))


@pytest.mark.parametrize("path", [(0, 1, 256), (0, 2, 88), (1, 0, 2)], ids=str)
def test_a_rewritten_tile_is_named_and_nothing_else(log, path):
    file = log / tile_path(*path)
    file.write_bytes(bytes([file.read_bytes()[0] ^ 1]) + file.read_bytes()[1:])
    assert told(check(log)) == {("tile", tile_path(*path))}


def test_a_tile_that_was_rewritten_with_its_entries_is_named(log):
    note, upper = checkpoint(log), (log / tile_path(1, 0, 2)).read_bytes()
    entries = make_entries()
    entries[300] = entry("some.thing", "arrival:300", n=0)
    rewrite(log, entries)
    (log / "record/checkpoint").write_bytes(note)
    assert told(check(log)) == {("root", "record/checkpoint")}
    (log / tile_path(1, 0, 2)).write_bytes(upper)
    assert ("tile", tile_path(0, 1, 256)) in told(check(log))


def test_many_differences_are_counted_and_not_all_told(log):
    entries = make_entries()
    broken = [b"{}" if n % 2 else one for n, one in enumerate(entries)]
    rewrite(log, broken)
    report = check(log)
    assert sum(finding.code == "malformed" for finding in report.findings) == 100
    assert report.unlisted["malformed"] == SIZE // 2 - 100


def test_a_partial_tile_that_is_gone_is_cut_from_the_full_one(log):
    more = make_entries() + [entry("some.thing", n=n) for n in range(200)]
    write_bundles(log, more)
    write_hashes(log, [sha(b"\x00" + one) for one in more])
    for level in ("entries", 0):
        (log / tile_path(level, 2, 88)).unlink()
    assert check(log).findings == []


def test_files_that_are_gone_are_named(log):
    for path in ("record/checkpoint", tile_path("entries", 1, 256), tile_path(1, 0, 2)):
        kept = (log / path).read_bytes()
        (log / path).unlink()
        assert ("missing", path) in told(check(log))
        (log / path).write_bytes(kept)
    (log / "news/fähre/index.html").unlink()
    assert told(check(log)) == {("missing", "/news/f%C3%A4hre/")}


# ── What was seen before ───────────────────────────────────────────────────────────────────────


def test_a_shorter_log_is_named(log):
    before = checkpoint(log)
    rewrite(log, make_entries()[:400])
    assert codes(check(log, since=before)) == {"truncated"}


def test_another_log_of_the_same_size_is_named(log):
    before = checkpoint(log)
    rewrite(log, [*make_entries()[:-1], entry("some.thing", "arrival:1", n=0)])
    assert codes(check(log, since=before)) == {"forked"}


@pytest.mark.parametrize("grown", [700, 1000])
def test_a_log_that_was_rolled_back_and_went_on_is_named(log, grown):
    before = checkpoint(log)
    others = [entry("other.thing", n=n) for n in range(grown - 550)]
    rewrite(log, make_entries()[:550] + others)
    assert "rewritten" in codes(check(log, since=before))


def test_what_was_seen_before_must_be_signed_with_a_key_that_is_known(log):
    forged = Signer(9).note(600, root_of([b""]))
    assert codes(check(log, since=forged)) == {"key"}
    assert codes(check(log, since=Signer(9).note(300, root_of([b""])))) == {"key"}
    assert codes(check(log, since=b"nonsense")) == {"key"}


# ── Keys ───────────────────────────────────────────────────────────────────────────────────────


def passing(kind, old, new, by=None):
    """The facts of an entry by which one key passes on to another."""
    note = (by or old).sign(f"{kind}\n{old}\n{new}\n").decode()
    return {"old": str(old), "new": str(new), "note": note}


def rotate(root, old, new, **other):
    said = entry("key.rotated", **passing("key.rotated", old, new, **other))
    rewrite(root, [*make_entries(), said], new)


def test_a_key_that_the_entries_pass_on_is_accepted_and_said(log):
    old, new, before = Signer(1), Signer(2), checkpoint(log)
    rotate(log, old, new)
    report = check(log, key=str(old), since=before)
    assert report.findings == []
    assert "entry 600" in report.notes[0]
    assert check(log, since=before).findings == [], "without a key given, the old note is known too"
    rotate(log, Signer(7), new)
    assert codes(check(log, key=str(old))) == {"key"}
    assert codes(check(log, since=before)) == {"key"}


def test_a_key_cannot_be_named_by_whom_has_not_the_old_one(log):
    old, new, before = Signer(1), Signer(2), checkpoint(log)
    rotate(log, old, new, by=new)
    assert codes(check(log)) == {"key"}
    assert codes(check(log, key=str(old), since=before)) == {"key"}


def test_a_record_is_signed_with_the_last_key_that_it_names(log):
    said = entry("key.rotated", **passing("key.rotated", Signer(1), Signer(2)))
    rewrite(log, [*make_entries(), said], Signer(1))
    assert codes(check(log)) == {"key"}


def test_a_wrong_key_is_named(log):
    assert codes(check(log, key=str(Signer(3)))) == {"key"}
    put(log, "record/key", f"{Signer(3)}\n".encode())
    assert codes(check(log)) == {"signature"}


@pytest.mark.parametrize(
    ("old", "new"), [(b"\n600\n", b"\n599\n"), (b"paper.example/log\n600", b"other.example\n600")]
)
def test_a_checkpoint_that_was_changed_after_it_was_signed_is_named(log, old, new):
    (log / "record/checkpoint").write_bytes(checkpoint(log).replace(old, new))
    assert codes(check(log)) == {"signature"}


def test_a_broken_signature_is_named(log):
    text, _, line = checkpoint(log).partition(b"\n\n")
    raw = base64.b64decode(line.split(b" ")[2])
    for other in (raw[:-1] + bytes([raw[-1] ^ 1]), raw[:-1], raw[:4]):
        made = f"— {ORIGIN} {base64.b64encode(other).decode()}\n".encode()
        (log / "record/checkpoint").write_bytes(text + b"\n\n" + made)
        assert codes(check(log)) == {"signature"}


def test_signatures_of_others_are_passed_over(log):
    others = b"".join(
        f"— w{n}.example {base64.b64encode(bytes(4 + 64)).decode()}\n".encode() for n in range(20)
    )
    (log / "record/checkpoint").write_bytes(checkpoint(log) + others)
    assert check(log).ok
    (log / "record/checkpoint").write_bytes(checkpoint(log) + others * 600)
    assert codes(check(log)) == {"signature"}, "longer than a note may be"


# ── Times ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("time", "code"),
    [
        ("2026-06-01T12:05:00Z", None), ("2026-06-01T12:05:01Z", "time"),
        ("2026-06-02", None), ("2026-06-03", "time"),
        ("2026-W01-1", "malformed"), ("2026-02-30", "malformed"), ("soon", "malformed"),
        ("2026-06-01T12:00:00+00:00", "malformed"),
    ],
)  # fmt: skip
def test_a_time_that_cannot_be_is_named(tmp_path, time, code):
    write_log(tmp_path, [entry("some.thing", time=time)])
    assert codes(check(tmp_path)) == ({code} if code else set())


# ── Entries that are none ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "body",
    [
        b"", b"\xff", b"[]", b"{}", b"[" * 60_000,
        entry("some.thing", a="X").replace(b'"X"', b"1.5"),
        entry("some.thing", a="X").replace(b'"X"', b"NaN"),
        entry("some.thing", a="X").replace(b'"X"', b'"\\ud800"'),
        entry("some.thing").replace(b":", b": ", 1),
        entry("gift.received", "campaign:1", amount=1, currency="USD", debit=1, credit="x"),
        entry("gift.received", "campaign:1", amount=True, currency="USD", debit="y", credit="x"),
        entry("comment.posted", "comment:x", discussion=1),
        entry("comment.removed", "comment:1", rule=[]),
        entry("spam.counted", "discussion", day="2026-01-01", count=0),
        entry("spam.counted", "discussion", day="2026-01-01", count="5"),
        entry("spam.counted", "discussion", day="2026-01-01"),
        entry("spam.counted", "discussion", day="20260101", count=5),
        entry("spam.counted", "discussion", day="2026-01-02", count=5),  # it is not over
    ],
    ids=range(18),
)  # fmt: skip
def test_what_is_no_entry_is_named_and_nothing_breaks(tmp_path, body):
    write_log(tmp_path, [body])
    assert ("malformed", "entry 0") in told(check(tmp_path))


def test_days_of_unseen_comments_are_counted_once_each(tmp_path):
    days = [entry("spam.counted", "discussion", day=f"2025-12-3{n}", count=7) for n in (0, 1)]
    write_log(tmp_path, days)
    assert check(tmp_path).ok
    write_log(tmp_path, [*days, days[0]])
    assert told(check(tmp_path)) == {("malformed", "entry 2")}


# ── Claims ─────────────────────────────────────────────────────────────────────────────────────


def tamper(root, path, change):
    said = json.loads((root / path).read_bytes())
    change(said)
    put(root, path, said)


def set_to(*way):
    *path, last, value = way

    def change(said):
        for step in path:
            said = said[step]
        said[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (set_to("campaigns", 0, "raised", 9), "meter", "to be 9, but the record adds up to 12500"),
        (set_to("campaigns", 0, "carried_over", 0), "meter", "adds up to 10000"),
        (set_to("campaigns", 0, "contributors", 5), "meter", "adds up to 1"),
        (set_to("campaigns", 0, "goal", None), "meter", "adds up to 50000"),
        (set_to("campaigns", []), "meter", "does not list"),
        (set_to("accounts", 0, "balance", 7), "ledger", "assets:bank in USD is claimed to be 7"),
        (lambda said: said["accounts"].pop(), "ledger", "income:carried-over:main"),
        (set_to("stories", 0, "versions", 0, "entry", 2), "versions", "story 10"),
        (set_to("stories", 0, "versions", 1, "published", "2026-02-02"), "versions", "10"),
        (lambda said: said["stories"][0]["versions"].pop(0), "versions", "story 10"),
        (set_to("stories", []), "versions", "by the record it is public"),
        (set_to("discussions", 0, "visible", 3), "comments", "page 10 is claimed to be 3"),
        (lambda said: said["decisions"].pop(0), "decisions",
         "(removed, rule 1) is claimed to be 0"),
        (set_to("decisions", 0, "rule", 2), "decisions", "(removed, rule 2)"),
        (lambda said: said["accounts"].append(said["accounts"][0]), "claims", "accounts"),
        (lambda said: said.clear(), "claims", "size"),
        (set_to("size", "600"), "claims", "size"),
        (set_to("size", -1), "claims", "size"),
        (set_to("stories", 0, "url", 5), "claims", "stories"),
        (set_to("campaigns", {}), "claims", "campaigns"),
        (lambda said: said["campaigns"][0].pop("goal"), "claims", "campaigns"),
        (lambda said: said["decisions"][0].pop("rule"), "claims", "decisions"),
        (set_to("size", 601), "uncovered", "601"),
    ],
)  # fmt: skip
def test_a_claim_that_disagrees_is_named_with_both_figures(log, change, code, words):
    tamper(log, "record/claims.json", change)
    report = check(log, with_pages=False)
    assert codes(report) == {code}
    assert any(words in finding.message for finding in report.findings)


def test_claims_are_recomputed_at_their_own_size(log):
    late = entry("comment.withdrawn", "comment:1")
    rewrite(log, [*make_entries(), late])
    tamper(log, "record/claims.json", set_to("size", SIZE))
    assert check(log).ok
    tamper(log, "record/claims.json", set_to("size", SIZE + 1))
    assert codes(check(log)) == {"comments"}


def test_a_gap_in_the_versions_is_named_even_when_it_is_claimed_so(log):
    entries = make_entries()
    entries[11] = entries[11].replace(b'"version":2', b'"version":3')
    rewrite(log, entries)
    tamper(log, "record/claims.json", set_to("stories", 0, "versions", 1, "version", 3))
    assert told(check(log, with_pages=False)) == {("versions", "story 10")}


def test_a_story_that_is_shown_while_the_record_has_it_taken_down_is_named(log):
    down, up = entry("story.unpublished", "story:10"), entry("story.restored", "story:10")
    rewrite(log, [*make_entries(), down, up])
    tamper(log, "record/claims.json", set_to("size", SIZE + 2))
    assert check(log).ok
    tamper(log, "record/claims.json", set_to("size", SIZE + 1))
    assert told(check(log)) == {("versions", "story 10")}


@pytest.mark.parametrize(
    "change",
    [
        set_to("opened", 0, "content", "The quay is closed"),
        set_to("opened", 0, "name", "words"),
        set_to("opened", 0, "entry", 2),
        set_to("opened", 0, "entry", 300),
        set_to("opened", 0, "entry", "1"),
        set_to("opened", 0, "content", "\ud800"),
        set_to("opened", [5]),
        # The same bytes in all, of which the first letter is claimed to be salt.
        set_to("opened", 0, {**OPENED, "content": CONTENT[1:],
                             "salt": base64.b64encode(SALT + b"{").decode()}),
    ],
)  # fmt: skip
def test_content_that_is_not_what_was_committed_to_is_named(log, change):
    tamper(log, "record/opened/0.json", change)
    assert codes(check(log)) == {"opened"}


# ── Pages ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('data-raised="12500"', 'data-raised="99900"', "meter"),
        ('data-raised="12500"', 'data-raised="--5"', "meter"),
        ('data-currency="USD"', 'data-currency="EUR"', "meter"),
        ('data-campaign="main"', 'data-campaign="other"', "meter"),
        ('data-record-size="600"></section>', "></section>", "meter"),
        ('data-record-size="600"></section>', 'data-record-size="-1"></section>', "meter"),
        ('data-record-size="600"></section>', 'data-record-size="9999"></section>', "uncovered"),
        ('data-version="2"', 'data-version="1"', "versions"),
        ('data-version="2"', 'data-version="3"', "versions"),
        ('data-record-entry="11"', 'data-record-entry="1"', "versions"),
        ('data-record-entry="11"', 'data-record-entry="700"', "uncovered"),
        ('data-version="2" data-record-entry="11"', "", "versions"),
        ('data-count="2"', 'data-count="3"', "comments"),
        ('data-count="2" data-record-size="600"', 'data-count="2"', "comments"),
        ('data-page="10"', 'data-page="11"', "comments"),
        ('<li id="comment-3">', '<li id="comment-3" hidden><!--', "comments"),
        ('id="comment-2"', 'id="comment-5"', "undecided"),
        ("<!doctype html>", "<![foo[", "malformed"),
    ],
)
def test_a_page_that_disagrees_is_named(log, old, new, code):
    assert PAGE.count(old) == 1
    put(log, "news/fähre/index.html", PAGE.replace(old, new).encode())
    report = check(log)
    assert codes(report) == {code}
    assert check(log, with_pages=False).ok


def test_a_comment_removed_without_a_decision_is_named(log):
    page = PAGE.replace('data-state="visible"', 'data-state="removed"', 1)
    put(log, "news/fähre/index.html", page.replace('data-count="2"', 'data-count="1"').encode())
    report = check(log)
    assert codes(report) == {"undecided", "comments"}
    assert any("comment 1 was removed without a decision" in str(one) for one in report.findings)


def test_an_address_that_no_page_can_have_is_named(log):
    for url in ("/a%00b/", "/a\ud800/", "/../../etc/"):
        tamper(log, "record/claims.json", set_to("stories", 0, "url", url))
        assert codes(check(log)) == {"missing"}


# ── A restored log ─────────────────────────────────────────────────────────────────────────────


BEFORE = "paper.example/before"


def restore(folder, taken_over=400, known=500, by=None, **other):
    """Begin a log that continues the first entries of another; return notes of the other."""
    old, new = Signer(1, BEFORE), Signer(2)
    leaves = [sha(b"\x00" + one) for one in make_entries()]

    def note(at):
        return old.note(at, root_of(leaves[:at]))

    facts = {
        "origin": old.name,
        "checkpoint": note(known).decode(),
        "size": known,
        "root": root_of(leaves[:known]).hex(),
        **passing("record.restored", old, new, by),
        **other,
    }
    restored = entry("record.restored", **facts)
    shutil.rmtree(folder / "record")
    after = [entry("other.thing", n=n) for n in range(SIZE - taken_over)]
    write_log(folder, [*make_entries()[:taken_over], restored, *after], new, CLAIMS, ALL_OPENED)
    return old, leaves, note


@pytest.mark.parametrize("seen", [1, 256, 399, 400])
def test_a_restored_log_is_said_by_name_and_is_no_disagreement(log, seen):
    old, _, note = restore(log)
    report = check(log, since=note(seen), key=str(old))
    (finding,) = report.findings
    assert report.ok
    assert (finding.level, finding.code) == ("restored", "restored")
    for said in (BEFORE, "500", "100 of these are lost"):
        assert said in finding.message


@pytest.mark.parametrize("seen", [401, 500])
def test_what_a_restore_lost_is_told_to_those_who_saw_it(log, seen):
    _, _, note = restore(log)
    report = check(log, since=note(seen))
    assert codes(report) == {"restored"}
    assert not report.ok
    assert f"{seen - 400} of the {seen} entries" in str(report.findings)


def test_a_restored_log_that_hides_what_was_seen_is_named(log):
    old, leaves, note = restore(log)
    assert "truncated" in codes(check(log, since=note(501)))
    assert "forked" in codes(check(log, since=old.note(500, root_of([*leaves[:499], b"other"]))))
    other = old.note(300, root_of([*leaves[:299], b"other"]))
    assert "rewritten" in codes(check(log, since=other))


def test_a_restored_log_must_fit_the_checkpoint_that_it_names(log):
    for wrong in ({"root": "00" * 32}, {"size": 499}, {"origin": "paper.example/else"}):
        restore(log, **wrong)
        assert codes(check(log)) == {"key"}


def test_nobody_without_the_old_key_can_call_himself_a_restored_log(log):
    old, _, note = restore(log, by=Signer(2))
    assert "key" in codes(check(log))
    assert "key" in codes(check(log, since=note(300)))
    assert "key" in codes(check(log, key=str(old)))


def test_another_log_is_not_taken_for_one_that_was_restored(log):
    restore(log)
    other = Signer(1, "paper.example/else").note(300, root_of([b""]))
    assert "key" in codes(check(log, since=other))


# ── Over HTTP, and as a command ────────────────────────────────────────────────────────────────


@pytest.fixture
def served(log):
    """The log over HTTP, packed with gzip; answers can be replaced by path."""
    replaced = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            path = self.path.lstrip("/")
            if path in replaced:
                status, headers, body = replaced[path]()
            else:
                name = path.replace("%C3%A4", "ä")
                file = log / (name + "index.html" if name.endswith("/") else name)
                status, headers, body = (
                    (200, {}, file.read_bytes()) if file.is_file() else (404, {}, b"")
                )
                if status == 200 and "gzip" in self.headers.get("Accept-Encoding", ""):
                    headers, body = {"Content-Encoding": "gzip"}, gzip.compress(body)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", replaced
        server.shutdown()


def test_over_http_it_is_the_same(served):
    report = check(served[0])
    assert report.findings == []
    assert (report.entries, report.pages) == (SIZE, 1)


@pytest.mark.parametrize(
    "answer",
    [
        (500, {}, b""),
        (200, {"Content-Encoding": "gzip"}, b"\x1f\x8b\x08" + bytes(6) + b"\x03\xff\xff\xff"),
        (200, {"Content-Encoding": "gzip"}, b"plain"),
        (200, {"Content-Length": "500"}, b"short"),
    ],
    ids=["error", "broken", "not packed", "cut off"],
)  # fmt: skip
def test_an_answer_that_is_none_is_named_and_nothing_breaks(served, answer):
    address, replaced = served
    replaced["record/checkpoint"] = lambda: answer
    assert told(check(address)) == {("missing", "record/checkpoint")}


def test_what_another_host_says_is_not_taken(served):
    address, replaced = served
    # It is the same server, and would give the right answer: only its name is another one.
    other = address.replace("127.0.0.1", "localhost") + "/record/key"
    replaced["record/key"] = lambda: (302, {"Location": other}, b"")
    (finding,) = check(address).findings
    assert (finding.code, finding.where) == ("missing", "record/key")
    assert "another host" in finding.message


def test_a_site_gets_ten_seconds_to_sign_what_it_claims(served, log):
    address, replaced = served
    leaves = [sha(b"\x00" + one) for one in make_entries()]
    early, slept = Signer().note(550, root_of(leaves[:550])), []
    note = checkpoint(log)
    replaced["record/checkpoint"] = lambda: (200, {}, note if len(slept) == 3 else early)
    assert check(address, sleep=slept.append).findings == []
    assert len(slept) == 3
    slept.clear()
    put(log, tile_path("entries", 2, 38), b"")
    replaced["record/checkpoint"] = lambda: (200, {}, early)
    assert "uncovered" in codes(check(address, sleep=slept.append))
    assert sum(slept) == pytest.approx(10)


def test_a_folder_is_not_waited_for(log):
    tamper(log, "record/claims.json", set_to("size", SIZE + 1))
    assert "uncovered" in codes(check(log, sleep=lambda seconds: pytest.fail("it waited")))


def test_the_command_takes_a_key_or_its_file(log, tmp_path, capsys):
    assert main([str(log), "--key", str(Signer())]) == 0
    assert main([str(log), "--key", str(log / "record/key")]) == 0
    assert "Everything agrees." in capsys.readouterr().out
    assert main([str(log), "--key", str(Signer(5))]) == 1
    assert main([str(log), "--key", str(tmp_path / "nothing")]) == 1
    assert "the key given" in capsys.readouterr().out


def test_the_command_saves_what_it_checked_and_tells_all_in_json(log, tmp_path, capsys):
    kept = tmp_path / "kept"
    assert main([str(log), "--json", "--save", str(kept)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["ok"], said["origin"], said["size"], said["tiles"]) == (True, ORIGIN, SIZE, 4)
    assert kept.read_bytes() == checkpoint(log)
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []
    rewrite(log, make_entries()[:400])
    assert main([str(log), "--json", "--since", str(kept), "--save", str(kept)]) == 1
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert (finding["code"], finding["level"]) == ("truncated", "disagreement")
    assert kept.read_bytes() != checkpoint(log), "what disagrees is not kept"


def test_it_runs_as_a_module_and_loads_nothing_of_the_site(log):
    code = (
        "import runpy, sys\n"
        "sys.argv = ['verifier', sys.argv[1]]\n"
        "try: runpy.run_module('pennypress.verifier', run_name='__main__')\n"
        "except SystemExit as end: status = end.code\n"
        "own = {m for m in sys.modules if m.split('.')[0] == 'pennypress'}\n"
        "alien = {m for m in own if m != 'pennypress' and m.split('.')[1] != 'verifier'}\n"
        "sys.exit(status or bool(alien) or 'django' in sys.modules or len(own) < 5)"
    )
    ran = subprocess.run([sys.executable, "-c", code, str(log)], capture_output=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert b"Everything agrees." in ran.stdout
