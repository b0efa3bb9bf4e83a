"""`pennypress verify` finds every way in which a site could lie, and none where it does not."""

import base64
import datetime as dt
import hashlib
import http.server
import json
import re
import shutil
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path

import pytest
from django.db import transaction

from pennypress.accountability.seeds import record_documents
from pennypress.discussion.actions import (
    hold_comment,
    post_comment,
    publish_comment,
    record_unseen,
    remove_comment,
    withdraw_comment,
)
from pennypress.discussion.models import Comment, Rule, UnseenDay
from pennypress.funding.actions import carry_over, record_gift
from pennypress.operations.site_folder import SiteFolder
from pennypress.record import keys
from pennypress.record.actions import Fact, append_all
from pennypress.record.notes import SigningKey, sign_checkpoint, sign_note
from pennypress.record.sealing import latest_checkpoint, seal
from pennypress.record.tree import leaf_hash, root_of
from pennypress.stories.actions import publish_story
from pennypress.stories.publishing import record_unpublished
from pennypress.verifier.check import verify
from pennypress.verifier.command import main
from pennypress.verifier.source import open_source

pytestmark = [pytest.mark.django_db, pytest.mark.once]

FILLERS = 300  # entries, so that there is more than one tile, and one of a level above


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.SITE_FOLDER = SiteFolder(tmp_path / "home")
    settings.SITE_FOLDER.home.mkdir()
    settings.FIRST_COMMENTS = "publish"


@pytest.fixture
def paper(story, campaign, discussion):
    """A story in two versions, four comments of which one is removed and one withdrawn, gifts."""
    record_gift(campaign, 2_500, "USD", name="A giver")
    carry_over(campaign, 10_000, "USD", source="the old box")
    first = post_comment(discussion, name="Ada", text="Is the ramp open?").comment
    post_comment(discussion, name="Ben", text="It is.", parent=first.pk)
    rude = post_comment(discussion, name="Cy", text="You are all wrong.").comment
    remove_comment(rude, Rule.objects.first(), None)
    withdraw_comment(post_comment(discussion, name="Di", text="I take this back.").comment)
    hold_comment(post_comment(discussion, name="Ed", text="Wait.").comment, None)
    with transaction.atomic():
        now = dt.datetime.now(dt.UTC)
        append_all(Fact("arrival.finished", "arrival:1", now, {"made": {}}) for _ in range(FILLERS))
    story.title = "The quay is open, all of it"
    return publish_story(story, story.get_parent().specific)


@pytest.fixture
def folder(paper, reader, tmp_path):
    """The record, the claims and the story's page as files, as a mirror has them."""
    seal()
    root = tmp_path / "mirror"
    save(root, reader, [*record_documents(), (paper.url, f"{paper.url[1:]}index.html")])
    return root


def save(root, reader, documents):
    for address, name in documents:
        file = root / (name or address[1:])
        file.parent.mkdir(parents=True, exist_ok=True)
        response = reader.get(address)
        assert response.status_code == 200, address
        file.write_bytes(response.content)


def check(root, **options):
    return verify(open_source(str(root)), **options)


def codes(report):
    return {finding.code for finding in report.findings}


def note(root):
    return (root / "record/checkpoint").read_bytes()


def entries_of(root):
    found = []
    for file in sorted((root / "record/tile/entries").rglob("*")):
        bundle = file.read_bytes() if file.is_file() else b""
        while bundle:
            length = int.from_bytes(bundle[:2], "big")
            found.append(bundle[2 : 2 + length])
            bundle = bundle[2 + length :]
    return found


def forge(root, entries, key=None):
    """Write these entries as the log, with right tiles and a right signature: the owner's lie."""
    shutil.rmtree(root / "record/tile")
    leaves = [leaf_hash(entry) for entry in entries]
    for start in range(0, len(entries), 256):
        here = entries[start : start + 256]
        end = "" if len(here) == 256 else f".p/{len(here)}"
        for level, content in (
            ("entries", b"".join(len(e).to_bytes(2, "big") + e for e in here)),
            ("0", b"".join(leaves[start : start + 256])),
        ):
            file = root / f"record/tile/{level}/{start // 256:03}{end}"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
    full = [
        root_of((0, leaf) for leaf in leaves[s : s + 256]) for s in range(0, len(leaves) - 255, 256)
    ]
    if full:
        file = root / f"record/tile/1/000.p/{len(full)}"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"".join(full))
    signed = sign_checkpoint(key or keys.read_key(), len(entries), root_of((0, x) for x in leaves))
    (root / "record/checkpoint").write_text(signed)


def tamper_json(root, name, change):
    file = root / name
    said = json.loads(file.read_bytes())
    change(said)
    file.write_text(json.dumps(said))


def tamper_page(root, pattern, into):
    (file,) = (f for f in root.rglob("index.html"))
    text = file.read_text(encoding="utf-8")
    changed = re.sub(pattern, into, text, count=1)
    assert changed != text
    file.write_text(changed, encoding="utf-8")


# ── An honest site ─────────────────────────────────────────────────────────────────────────────


def test_an_honest_site_agrees_in_everything(folder):
    report = check(folder, since=note(folder), key=str(keys.read_key().verifier))
    assert report.findings == []
    assert report.entries == latest_checkpoint().size > FILLERS
    assert report.pages == 1
    assert report.claims > 10
    assert report.opened >= 4  # two versions, two comments, the campaign


def test_a_site_with_comments_that_nobody_saw_agrees(paper, discussion, reader, tmp_path, settings):
    """Held, removed and withdrawn unseen, restored, and counted: pages and claims follow."""
    settings.FIRST_COMMENTS = "hold-all"

    def held() -> Comment:
        return post_comment(discussion, name="Fay", text="Pills.").comment

    rule = Rule.objects.first()
    held()
    withdraw_comment(held())
    publish_comment(held(), None)
    remove_comment(held(), rule, None)
    publish_comment(remove_comment(held(), rule, None), None)
    remove_comment(publish_comment(held(), None), rule, None)
    UnseenDay.objects.update(day="2026-01-02")  # so that it is over
    record_unseen()
    seal()
    root = tmp_path / "mirror"
    save(root, reader, [*record_documents(), (paper.url, f"{paper.url[1:]}index.html")])
    assert UnseenDay.objects.get().count == 3
    assert check(root).findings == []


def test_a_site_that_grew_agrees_with_what_was_seen_before(folder, paper, campaign, reader):
    before = note(folder)
    record_gift(campaign, 700, "USD")
    seal()
    save(folder, reader, [*record_documents(), (paper.url, f"{paper.url[1:]}index.html")])
    report = check(folder, since=before)
    assert report.findings == []
    assert report.checkpoint.size > int(before.split(b"\n")[1])


def test_over_http_it_is_the_same(folder):
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))
    handler.log_message = lambda *arguments: None
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        report = check(f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
    assert report.findings == []


# ── The log ────────────────────────────────────────────────────────────────────────────────────


def test_a_changed_entry_is_named(folder):
    file = folder / "record/tile/entries/000"
    content = file.read_bytes()
    assert b'"amount":2500' in content
    file.write_bytes(content.replace(b'"amount":2500', b'"amount":9500', 1))
    report = check(folder)
    number = next(n for n, entry in enumerate(entries_of(folder)) if b'"amount":9500' in entry)
    assert f"entry {number}" in {f.where for f in report.findings if f.code == "entry"}


@pytest.mark.parametrize(
    "change",
    [
        lambda entries: entries[:3] + entries[4:],
        lambda entries: [*entries[:3], entries[4], entries[3], *entries[5:]],
        lambda entries: [*entries[:3], entries[2], *entries[3:]],
    ],
    ids=["removed", "reordered", "inserted"],
)
def test_another_list_of_entries_under_the_old_signature_is_named(folder, change):
    checkpoint, tiles = note(folder), folder / "record/tile/0"
    shutil.copytree(tiles, folder / "kept")
    entries = change(entries_of(folder))
    forge(folder, (entries + entries)[: int(checkpoint.split(b"\n")[1])])
    (folder / "record/checkpoint").write_bytes(checkpoint)
    assert "root" in codes(check(folder))
    shutil.rmtree(tiles)
    shutil.move(folder / "kept", tiles)
    assert "entry" in codes(check(folder))


@pytest.mark.parametrize("level", ["0", "1"])
def test_a_rewritten_tile_is_named(folder, level):
    file = next(f for f in sorted((folder / "record/tile" / level).rglob("*")) if f.is_file())
    content = bytearray(file.read_bytes())
    content[5] ^= 1
    file.write_bytes(content)
    report = check(folder)
    assert codes(report) & {"entry", "tile"}
    assert not report.ok


def test_a_truncated_log_is_named(folder):
    before = note(folder)
    forge(folder, entries_of(folder)[:40])
    report = check(folder, since=before)
    assert "truncated" in codes(report)
    assert "cut short" in report.findings[0].message


def test_a_bundle_with_too_few_entries_is_named(folder):
    file = next(f for f in (folder / "record/tile/entries/001.p").iterdir())
    content = file.read_bytes()
    file.write_bytes(content[2 + int.from_bytes(content[:2], "big") :])
    assert "truncated" in codes(check(folder))


def test_a_forked_log_is_named(folder):
    before = note(folder)
    entries = entries_of(folder)
    forge(folder, [*entries[:-1], entries[-2]])
    report = check(folder, since=before)
    assert codes(report) == {"forked"}


def test_a_rolled_back_database_that_goes_on_signing_is_named(folder):
    before = note(folder)
    entries = entries_of(folder)
    other = entries[-1].replace(b"story.published", b"story.unpublished")
    forge(folder, [*entries[:30], *([other] * len(entries))])
    assert "rewritten" in codes(check(folder, since=before))


def test_another_key_is_named(folder):
    known = str(keys.read_key().verifier)
    stranger = SigningKey.generate(keys.read_key().name)
    forge(folder, entries_of(folder), stranger)
    assert codes(check(folder)) == {"signature"}
    (folder / "record/key").write_text(f"{stranger.verifier}\n")
    assert check(folder).ok, "who pins no key cannot know"
    assert codes(check(folder, key=known)) == {"key"}
    assert "key" in codes(check(folder, key="nonsense"))


def test_a_wrong_signature_is_named(folder):
    text = note(folder).decode()
    size = text.split("\n")[1]
    (folder / "record/checkpoint").write_text(text.replace(f"\n{size}\n", f"\n{int(size) - 1}\n"))
    assert codes(check(folder)) == {"signature"}


def test_a_key_that_was_rotated_in_the_record_is_trusted(folder):
    old, new = keys.read_key(), SigningKey.generate(keys.read_key().name)
    rotated = {
        "commitments": {},
        "facts": {
            "new": str(new.verifier),
            "note": sign_note(old, f"key.rotated\n{old.verifier}\n{new.verifier}\n"),
            "old": str(old.verifier),
        },
        "kind": "key.rotated",
        "subject": "record",
        "time": "2026-01-01T00:00:00Z",
    }
    body = json.dumps(rotated, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    forge(folder, [*entries_of(folder), body.encode()], new)
    (folder / "record/key").write_text(f"{new.verifier}\n")
    assert check(folder, key=str(old.verifier)).ok


def test_an_entry_of_the_future_is_named(folder):
    past = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
    assert "time" in codes(check(folder, now=lambda: past))
    slow = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=4)
    assert check(folder, now=lambda: slow).ok


def test_a_cosignature_of_the_future_is_named(folder):
    later = int((dt.datetime.now(dt.UTC) + dt.timedelta(minutes=10)).timestamp())
    raw = b"abcd" + later.to_bytes(8, "big") + bytes(64)
    line = f"— witness.example/w {base64.b64encode(raw).decode()}\n".encode()
    (folder / "record/checkpoint").write_bytes(note(folder) + line)
    report = check(folder)
    assert codes(report) == {"time"}
    assert "witness.example/w" in report.findings[0].message


def test_what_is_no_entry_is_named(folder):
    forge(folder, [*entries_of(folder), b'{"kind": "x"}', b"\xff"])
    assert len([f for f in check(folder).findings if f.code == "malformed"]) == 2


# ── Claims ─────────────────────────────────────────────────────────────────────────────────────


def raise_sum(said):
    said["campaigns"][0]["raised"] += 1


def drop_version(said):
    said["stories"][0]["versions"].pop(0)


def other_time(said):
    said["stories"][0]["versions"][0]["published"] = "2026-01-01T00:00:00Z"


def more_comments(said):
    said["discussions"][0]["visible"] += 1


def forget_decision(said):
    said["decisions"] = [d for d in said["decisions"] if d["act"] != "removed"]


def move_money(said):
    said["accounts"][0]["balance"] += 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (raise_sum, "meter"), (drop_version, "versions"), (other_time, "versions"),
        (more_comments, "comments"), (forget_decision, "decisions"), (move_money, "ledger"),
    ],
)  # fmt: skip
def test_a_claim_that_disagrees_is_named(folder, change, code):
    tamper_json(folder, "record/claims.json", change)
    assert codes(check(folder)) == {code}


def test_malformed_claims_are_named(folder):
    tamper_json(folder, "record/claims.json", lambda said: said.pop("accounts"))
    assert codes(check(folder)) == {"claims"}
    (folder / "record/claims.json").write_text("[]")
    assert codes(check(folder)) == {"malformed"}


def test_a_page_whose_meter_disagrees_is_named(folder, paper):
    tamper_page(folder, r'data-raised="12500"', 'data-raised="99900"')
    report = check(folder)
    assert codes(report) == {"meter"}
    assert report.findings[0].where == paper.url


def test_a_page_whose_count_disagrees_is_named(folder):
    tamper_page(folder, r'data-count="2"', 'data-count="3"')
    assert codes(check(folder)) == {"comments"}


def test_a_comment_removed_without_a_decision_is_named(folder):
    tamper_page(folder, r'data-state="visible"', 'data-state="removed"')
    assert {"undecided", "comments"} <= codes(check(folder))


def test_a_version_whose_text_is_not_the_committed_one_is_named(folder):
    def change(said):
        found = next(one for one in said["opened"] if "The quay is open" in one["content"])
        found["content"] = found["content"].replace("quay", "pier")

    name = "record/opened/0.json"
    tamper_json(folder, name, change)
    report = check(folder)
    assert codes(report) == {"opened"}
    assert "content" in report.findings[0].message


def test_claims_that_no_checkpoint_covers_are_waited_for_and_named(folder):
    tamper_json(folder, "record/claims.json", lambda said: said.update(size=10_000))
    assert "uncovered" in codes(check(folder))


def test_a_missing_file_is_named_and_nothing_breaks(folder):
    for name in ("record/opened/0.json", "record/claims.json", "record/tile/0/000", "record/key"):
        (folder / name).unlink()
        report = check(folder)
        assert name in {f.where for f in report.findings if f.code == "missing"}


# ── Words that were taken back ─────────────────────────────────────────────────────────────────


def test_what_was_taken_back_or_removed_is_opened_nowhere(folder):
    everything = b"".join(f.read_bytes() for f in (folder / "record").rglob("*") if f.is_file())
    for words in (b"I take this back", b"You are all wrong", b"A giver", b"Ada\\\\", b"Wait."):
        assert words not in everything
    assert b"Is the ramp open?" in everything


def test_of_a_story_that_was_taken_down_nothing_is_opened(folder, paper, reader):
    paper.unpublish()
    record_unpublished(paper)
    seal()
    opened = b"".join(reader.get(f"/record/opened/{n}.json").content for n in (0, 1))
    for words in (b"The quay is open", b"Is the ramp open?"):
        assert words not in opened
    assert b"A year of the Tide" in opened


def test_no_entry_holds_a_word_or_a_name(folder):
    entries = b"".join(entries_of(folder))
    for words in (b"ramp", b"Ada", b"quay", b"giver", b"Tide", b"old box"):
        assert words not in entries


# ── The command ────────────────────────────────────────────────────────────────────────────────


def test_the_command_says_so_by_its_status(folder, tmp_path, capsys):
    kept = tmp_path / "seen"
    assert main([str(folder), "--save", str(kept)]) == 0
    assert "Everything agrees." in capsys.readouterr().out
    assert kept.read_bytes() == note(folder)
    assert main([str(folder), "--since", str(kept), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["ok"] is True
    tamper_json(folder, "record/claims.json", raise_sum)
    kept.unlink()
    assert main([str(folder), "--save", str(kept)]) == 1
    assert "raised of campaign main" in capsys.readouterr().out
    assert not kept.exists()


def test_what_cannot_be_read_is_said_in_one_line(folder, tmp_path, capsys):
    for arguments in ([str(tmp_path / "nothing")], [str(folder), "--since", str(tmp_path / "no")],
                      ["ftp://example.org/"]):  # fmt: skip
        assert main(arguments) == 3
        said = capsys.readouterr().err
        assert said.startswith("error: ")
        assert said.count("\n") == 1
    assert main(["http://127.0.0.1:9"]) == 3
    assert "cannot be read" in capsys.readouterr().out
    with pytest.raises(SystemExit) as stopped:
        main([])
    assert stopped.value.code == 2


def test_the_checker_needs_neither_django_nor_the_site():
    code = (
        "import sys, pennypress.verifier.command as c\n"
        "own = [m for m in sys.modules if m.startswith('pennypress.')"
        " and not m.startswith('pennypress.verifier')]\n"
        "sys.exit(bool(own) or 'django' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    for file in Path(sys.modules["pennypress.verifier"].__file__).parent.glob("*.py"):
        assert "django" not in file.read_text(encoding="utf-8").lower().replace("no django", "")


def test_a_downloaded_proof_leads_to_the_signed_root(folder, reader):
    for index in (0, 5, 255, 256, 299):
        lines = reader.get(f"/record/{index}/proof").content.decode().split("\n")
        assert lines[0] == "c2sp.org/tlog-proof@v1"
        assert lines[2] == f"index {index}"
        blank = lines.index("")
        path = [base64.b64decode(line) for line in lines[3:blank]]
        size, root = int(lines[blank + 2]), base64.b64decode(lines[blank + 3])
        entry = base64.b64decode(lines[1].removeprefix("extra "))
        assert entry == entries_of(folder)[index]
        assert climb(index, size, leaf_hash(entry), path) == root


def climb(index, size, node, path):
    """RFC 9162, section 2.1.3.2."""
    place, last = index, size - 1
    for other in path:
        if place & 1 or place == last:
            node = hashlib.sha256(b"\x01" + other + node).digest()
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = hashlib.sha256(b"\x01" + node + other).digest()
        place, last = place >> 1, last >> 1
    assert last == 0
    return node
