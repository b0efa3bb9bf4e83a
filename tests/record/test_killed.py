"""A process that is killed at any step of the sealing leaves a record that goes on and verifies."""

import itertools

import pymerkle
import pytest
from django.db import transaction
from django.utils import timezone

from pennypress.foundation import files
from pennypress.operations.site_folder import SiteFolder
from pennypress.record import keys, sealing, tiles
from pennypress.record.actions import Fact, append_all, log_size
from pennypress.record.models import Checkpoint, Day, Entry, Tile
from pennypress.record.notes import read_checkpoint
from pennypress.record.sealing import find_faults, seal

pytestmark = pytest.mark.django_db

STEPS = [
    (tiles, "make_tiles"),
    (sealing, "note_erasures"),
    (sealing, "sign_checkpoint"),
    (sealing, "write_last_signed"),
    (sealing, "invalidate"),
    (sealing, "append"),
    (sealing, "read_or_make_key"),
    (keys, "replace_file"),
    (files, "_write"),
    (tiles, "_tile"),
]


class Killed(BaseException):
    """As by a signal: nothing catches it."""


@pytest.fixture(autouse=True)
def folder(settings, tmp_path, monkeypatch):
    settings.SITE_FOLDER = SiteFolder(tmp_path)
    monkeypatch.setattr(tiles, "TILES_AT_ONCE", 1)  # each tile in a step of its own


def write(count):
    with transaction.atomic():
        append_all(Fact("test.made", f"thing:{n}", timezone.now()) for n in range(count))


def kill_at(monkeypatch, module, step, *, call, after):
    """Let the process die at a call of a step; return whether there was such a call."""
    real, calls = getattr(module, step), itertools.count(1)

    def cut(*arguments, **named):
        dies = next(calls) == call
        if dies and not after:
            raise Killed
        result = real(*arguments, **named)
        if dies:
            raise Killed
        return result

    with monkeypatch.context() as patch:
        patch.setattr(module, step, cut)
        try:
            seal()
        except Killed:
            return True
    return False


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(("module", "step"), STEPS, ids=[step for _, step in STEPS])
@pytest.mark.parametrize("before", [0, 300], ids=["the first time", "later"])
def test_a_sealing_that_is_killed_is_taken_up(before, module, step, after, monkeypatch):
    if before:
        write(before)
        seal()
    days, killed = Day.objects.count(), 0
    for call in itertools.count(1):
        write(600)
        seen = keys.read_last_signed()
        dead = kill_at(monkeypatch, module, step, call=call, after=after)
        told = keys.read_last_signed()
        seal()
        check_that_it_extends(seen)
        check_that_it_extends(told)
        if not dead:
            break
        killed += 1
    assert killed or (before and step in {"append", "read_or_make_key"}), "it never came there"
    assert Day.objects.count() == max(days, 1)
    assert list(find_faults()) == []


def check_that_it_extends(note):
    """Hold the record against what may have been shown, with a peer's tree."""
    key = keys.read_key().verifier
    peer, roots = pymerkle.InmemoryTree(algorithm="sha256"), {}
    bodies = Entry.objects.order_by("index").values_list("index", "body")
    for number, (index, body) in enumerate(bodies, start=1):
        assert index == number - 1
        peer.append_entry(bytes(body))
    latest = Checkpoint.objects.latest("size")
    for one in (note, latest.note):
        if one is not None:
            signed = read_checkpoint(one, key)
            roots[signed.size] = signed.root
    assert latest.size == log_size() == peer.get_size()
    for size, root in roots.items():
        assert peer.get_root(size) == root
    assert Tile.objects.filter(level=0).count() == log_size() // 256
