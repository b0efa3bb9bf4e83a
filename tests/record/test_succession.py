"""Keys that pass on, and logs that continue after a restore: never a fork, and never unsaid."""

import json
from contextlib import contextmanager
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from pennypress.operations.site_folder import SiteFolder
from pennypress.record import keys
from pennypress.record.actions import append, log_size
from pennypress.record.append_only import protect, unprotect
from pennypress.record.erasures import Erasure, due_erasures, read_erasures
from pennypress.record.models import Checkpoint, Day, Entry, Log, Tile
from pennypress.record.notes import read_checkpoint, read_note, sign_checkpoint
from pennypress.record.sealing import WouldFork, find_faults, latest_day, seal
from pennypress.record.succession import continue_log, rotate_key
from pennypress.record.tiles import root_at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.SITE_FOLDER = SiteFolder(tmp_path)
    return tmp_path


def write(count, kind="test.made", first=0):
    with transaction.atomic():
        for number in range(first, first + count):
            append(kind, f"comment:{number}", timezone.now())


@contextmanager
def unprotected(*models):
    with connection.cursor() as cursor:
        editor = SimpleNamespace(connection=connection, execute=cursor.execute)
        tables = [model._meta.db_table for model in models]
        for table in tables:
            unprotect(editor, table)
        yield
        for table in tables:
            protect(editor, table)


def roll_back(size):
    """Make the database as it was at a size: as putting an old copy back does."""
    with unprotected(Day, Checkpoint, Tile, Entry):
        Day.objects.filter(entry__gte=size).delete()
        Checkpoint.objects.filter(size__gt=size).delete()
        Tile.objects.all().delete()
        Entry.objects.filter(index__gte=size).delete()
    Log.objects.update(size=size, begins=None)


def facts_of(kind):
    return [
        json.loads(bytes(entry.body))["facts"]
        for entry in Entry.objects.filter(kind=kind).order_by("index")
    ]


def last_signed(key):
    return read_checkpoint(keys.read_last_signed() or "", key.verifier)


# ── Keys ───────────────────────────────────────────────────────────────────────────────────────


def test_a_key_passes_on_by_an_entry_that_it_signs():
    write(3)
    seal()
    before = keys.read_key()
    old, new = rotate_key()
    assert old == before.verifier
    assert keys.read_key().verifier == new
    (facts,) = facts_of("key.rotated")
    assert (facts["old"], facts["new"]) == (str(old), str(new))
    assert read_note(facts["note"], old) == f"key.rotated\n{old}\n{new}\n"
    note = Checkpoint.objects.latest("size").note
    for key in (old, new):
        assert read_checkpoint(note, key).size == log_size(), "those who know the old one read on"
    write(1)
    assert read_checkpoint(seal().note, new).size == log_size()
    assert list(find_faults()) == []
    assert not settings.SITE_FOLDER.next_record_key.exists()


class Killed(BaseException):
    pass


STEPS = ["append", "_sign", "write_last_signed", "write_key"]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_rotation_that_is_cut_short_ends_with_one_key(step, when, monkeypatch):
    write(3)
    seal()
    old = keys.read_key()
    module = "succession" if step == "append" else "sealing"
    with monkeypatch.context() as patch:
        path = f"pennypress.record.{module}.{step}"
        real = getattr(import_module(f"pennypress.record.{module}"), step)

        def cut(*args, **kwargs):
            if when == "after":
                real(*args, **kwargs)
            raise Killed

        patch.setattr(path, cut)
        with pytest.raises(Killed):
            rotate_key()
    seal()
    seal()
    rotated = bool(facts_of("key.rotated"))
    key = keys.read_key()
    assert (key != old) == rotated
    assert not settings.SITE_FOLDER.next_record_key.exists()
    assert read_checkpoint(Checkpoint.objects.latest("size").note, key.verifier).size == log_size()
    assert list(find_faults()) == []
    rotate_key()
    assert list(find_faults()) == []


# ── Restores ───────────────────────────────────────────────────────────────────────────────────


def test_a_log_whose_last_checkpoint_is_known_and_covered_goes_on():
    write(5)
    seal()
    note = keys.read_last_signed()
    settings.SITE_FOLDER.record_last_signed.unlink()
    assert continue_log([note], [])
    assert keys.read_last_signed() == note
    assert facts_of("record.restored") == []


def test_a_log_that_was_never_signed_goes_on():
    write(5)
    assert continue_log([], [])


def test_a_database_that_was_put_back_is_continued_by_a_successor():
    write(300)
    seal()
    old = keys.read_key()
    write(300)
    seal()
    last = keys.read_last_signed()
    root = root_at(310)
    roll_back(310)
    with pytest.raises(WouldFork):
        seal()
    assert not continue_log([last], [])
    (facts,) = facts_of("record.restored")
    assert (facts["origin"], facts["size"]) == (old.name, read_checkpoint(last, old.verifier).size)
    assert facts["checkpoint"] == last
    new = keys.read_key()
    assert new.name != old.name
    said = f"record.restored\n{old.verifier}\n{new.verifier}\n"
    assert read_note(facts["note"], old.verifier) == said
    signed = seal()
    assert read_checkpoint(signed.note, new.verifier).size == log_size()
    assert root_at(310) == root, "what was taken over is the same to the last bit"
    assert list(find_faults()) == []


def test_without_knowledge_of_what_was_signed_last_a_successor_begins():
    write(5)
    size = seal().size
    settings.SITE_FOLDER.record_last_signed.unlink()
    assert not continue_log([], [])
    (facts,) = facts_of("record.restored")
    assert facts["size"] == size


def test_a_checkpoint_that_no_known_key_signed_is_not_believed():
    write(5)
    seal()
    stranger = keys.make_key(keys.read_key().name)
    forged = sign_checkpoint(stranger, 3, root_at(3))
    assert not continue_log([forged], [])


def test_after_a_rotation_an_older_key_does_not_go_on():
    write(5)
    seal()
    old = settings.SITE_FOLDER.record_key.read_text()
    rotate_key()
    last, new = keys.read_last_signed(), keys.read_key()
    settings.SITE_FOLDER.record_key.write_text(old)  # as an older backup has it
    write(5)
    assert not continue_log([last], [new])


def test_a_successor_has_a_day_of_its_own():
    write(5)
    seal()
    before = latest_day()
    assert not continue_log([], [])
    assert latest_day() is None
    seal()
    after = latest_day()
    assert (after.day, after.entry > before.entry) == (before.day, True)
    key = keys.read_key()
    assert read_checkpoint(after.checkpoint.note, key.verifier)


# ── Erasures ───────────────────────────────────────────────────────────────────────────────────


def listed():
    return [str(one) for one in read_erasures(settings.SITE_FOLDER.erasures.read_text())]


def test_what_is_erased_is_listed_before_it_is_signed(monkeypatch):
    write(2)
    seal()
    write(1, "comment.withdrawn", 1)
    monkeypatch.setattr("pennypress.record.sealing.write_last_signed", lambda note: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        seal()
    name = keys.read_key().name
    assert listed() == [f"{name} 3 comment.withdrawn comment:1"]
    with pytest.raises(ZeroDivisionError):
        seal()
    assert len(listed()) == 1


def test_a_list_that_is_gone_is_made_anew():
    write(2)
    write(2, "comment.withdrawn")
    seal()
    before = listed()
    settings.SITE_FOLDER.erasures.unlink()
    write(1, "comment.withdrawn", 7)
    seal()
    assert listed()[:2] == before
    assert len(listed()) == 3


def test_a_list_that_is_damaged_is_refused_and_says_where():
    with pytest.raises(ValueError, match="line 2"):
        read_erasures("a 1 comment.withdrawn comment:1\na b\n")


def test_numbers_in_the_list_are_understood_in_the_log_that_gave_them():
    write(10)  # comments 0 to 9
    seal()
    first = keys.read_key().name
    kept = settings.SITE_FOLDER.record_key.read_text()
    assert not continue_log([], [])
    second = keys.read_key().name
    seal()
    write(10, first=10)  # comments 10 to 19, which only the second log knows
    lines = [
        Erasure(first, 500, "comment.withdrawn", "comment:3"),
        Erasure(first, 501, "comment.withdrawn", "comment:12"),  # another one of that number
        Erasure(second, 502, "comment.withdrawn", "comment:13"),
        Erasure("pennypress/else", 3, "comment.withdrawn", "comment:1"),
    ]
    assert {subject for _, subject in due_erasures(second, lines)} == {"comment:3", "comment:13"}
    # An older copy of the first log's database is put back: it knows nothing of the second.
    known = read_erasures(settings.SITE_FOLDER.erasures.read_text())
    roll_back(10)
    settings.SITE_FOLDER.record_key.write_text(kept)
    due = {subject for _, subject in due_erasures(first, [*lines, *known])}
    assert due == {"comment:3"}, "what the second log erased of the shared entries is due, too"
    lines.append(Erasure(second, 503, "comment.withdrawn", "comment:4"))
    due = {subject for _, subject in due_erasures(first, [*lines, *known])}
    assert due == {"comment:3", "comment:4"}
