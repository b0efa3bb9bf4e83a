"""Sealing: tiles, bundles and checkpoints that anybody can check, and never two histories."""

import base64
import datetime as dt

import pymerkle
import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from pennypress.operations.site_folder import SiteFolder
from pennypress.record import keys, sealing, tiles, tree
from pennypress.record.actions import Fact, append_all
from pennypress.record.models import Checkpoint, Day, Entry, Log, Tile
from pennypress.record.notes import (
    BadNote,
    SigningKey,
    read_checkpoint,
    read_verifier_key,
    sign_checkpoint,
)
from pennypress.record.sealing import WouldFork, seal

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.SITE_FOLDER = SiteFolder(tmp_path)
    return tmp_path


def write(count, first=0):
    with transaction.atomic():
        return append_all(
            Fact("test.made", f"thing:{number}", NOON) for number in range(first, first + count)
        )


def bodies():
    return [bytes(body) for body in Entry.objects.order_by("index").values_list("body", flat=True)]


def root_by_a_peer(size):
    peer = pymerkle.InmemoryTree(algorithm="sha256")
    for body in bodies()[:size]:
        peer.append_entry(body)
    return peer.get_root() if size else tree.EMPTY_ROOT


def read(reader, address):
    response = reader.get(f"/record/{address}")
    assert response.status_code == 200, address
    return response.content


def lines_of(note):
    return note.split("\n")


@pytest.mark.parametrize("count", [0, 1, 255, 256, 257, 700])
def test_a_checkpoint_states_the_size_and_root_of_all_entries(count, reader):
    write(count)
    latest = seal()
    key = read_verifier_key(read(reader, "key").decode())
    signed = read_checkpoint(read(reader, "checkpoint").decode(), key)
    assert signed.size == latest.size == count + 1  # the day's checkpoint is an entry, too
    assert signed.root == root_by_a_peer(count + 1)
    assert signed.origin == key.name


def test_from_tiles_and_bundles_alone_the_whole_tree_follows(reader):
    write(256 * 3 + 40)
    size = seal().size
    entries = []
    for start in range(0, size, 256):
        width = min(256, size - start)
        end = "" if width == 256 else f".p/{width}"
        bundle = read(reader, f"tile/entries/{start // 256:03}{end}")
        hashes = read(reader, f"tile/0/{start // 256:03}{end}")
        here = []
        while bundle:
            length = int.from_bytes(bundle[:2], "big")
            here.append(bundle[2 : 2 + length])
            bundle = bundle[2 + length :]
        assert b"".join(tree.leaf_hash(entry) for entry in here) == hashes
        entries += here
    assert entries == bodies()
    upper = read(reader, "tile/1/000.p/3")
    assert upper == b"".join(
        tree.root_of((0, tree.leaf_hash(entry)) for entry in entries[start : start + 256])
        for start in (0, 256, 512)
    )


@pytest.mark.parametrize(
    "tile",
    [
        "0/001", "0/000.p/256", "0/000.p/99", "00/000", "0/0", "0/x000/000", "1/000", "7/000",
        "entries/001", "0/000.p/0", "0/999999", "0/x999/x999/x999/x999/x999/x999/999",
    ],
)  # fmt: skip
def test_what_no_checkpoint_covers_or_nobody_writes_so_is_not_found(tile, reader):
    write(10)
    seal()
    assert reader.get(f"/record/tile/{tile}").status_code == 404


def test_tiles_may_be_kept_for_ever_and_the_checkpoint_for_two_seconds(reader):
    write(300)
    seal()
    assert "immutable" in reader.get("/record/tile/0/000")["Cache-Control"]
    checkpoint = reader.get("/record/checkpoint")
    assert checkpoint["Cache-Control"] == "public, max-age=2"
    assert checkpoint["Content-Type"] == "text/plain; charset=utf-8"


def test_before_anything_is_signed_there_is_nothing_to_fetch(reader):
    for address in ("checkpoint", "key", "tile/0/000.p/1"):
        assert reader.get(f"/record/{address}").status_code == 404


def test_nothing_new_is_not_signed_again():
    write(3)
    first = seal()
    moved = Log.objects.get().size
    assert seal() == first
    assert Log.objects.get().size == moved


def test_the_first_checkpoint_of_a_day_is_an_entry():
    write(3)
    seal()
    day = Day.objects.get()
    entry = Entry.objects.get(index=day.entry)
    assert entry.kind == "checkpoint.daily"
    assert bytes(day.checkpoint.root).hex() in bytes(entry.body).decode()
    write(2, 3)
    seal()
    assert Day.objects.count() == 1
    assert Checkpoint.objects.latest("size").size == 6


def test_inclusion_proofs_lead_to_the_signed_root():
    write(600)
    latest = seal()
    peer = pymerkle.InmemoryTree(algorithm="sha256")
    for body in bodies():
        peer.append_entry(body)
    subtree = tiles.subtrees(latest.size)
    for index in (0, 1, 255, 256, 511, 512, 599, 600):
        proof = tree.inclusion_proof(index, latest.size, subtree)
        assert proof == peer.prove_inclusion(index + 1).path[1:]


def test_a_database_rolled_back_is_not_signed():
    write(5)
    seal()
    before = keys.read_last_signed()
    other = SigningKey.parse(settings.SITE_FOLDER.record_key.read_text())
    keys.write_last_signed(sign_checkpoint(other, 9, b"r" * 32))
    write(1, 5)
    with pytest.raises(WouldFork, match="had 9 entries"):
        seal()
    keys.write_last_signed(sign_checkpoint(other, 5, b"r" * 32))
    with pytest.raises(WouldFork, match="not those that were signed"):
        seal()
    assert Checkpoint.objects.latest("size").note == before


def test_why_a_record_cannot_be_signed_is_said():
    write(5)
    assert not [*sealing.find_faults()]
    other = keys.read_or_make_key()
    keys.write_last_signed(sign_checkpoint(other, 7, b"r" * 32))
    assert "had 7 entries" in "".join(sealing.find_faults()), "though this database signed nothing"
    settings.SITE_FOLDER.record_last_signed.unlink()
    seal()
    assert not [*sealing.find_faults()]
    note = keys.read_last_signed()
    keys.write_last_signed(sign_checkpoint(keys.read_key(), 99, b"r" * 32))
    assert "had 99 entries" in "".join(sealing.find_faults())
    keys.write_last_signed(note)
    settings.SITE_FOLDER.record_key.unlink()
    assert "is missing" in "".join(sealing.find_faults())


def test_a_lost_key_is_never_replaced_silently():
    write(2)
    seal()
    settings.SITE_FOLDER.record_key.unlink()
    write(1, 2)
    with pytest.raises(keys.KeyMissing):
        seal()
    assert not settings.SITE_FOLDER.record_key.exists()
    settings.SITE_FOLDER.record_key.write_text("PRIVATE+KEY+pennypress/x+00000000+AAAA")
    with pytest.raises(BadNote):
        seal()


def test_only_the_owner_can_read_the_key():
    write(1)
    seal()
    assert settings.SITE_FOLDER.record_key.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "step", ["make_tiles", "root_at", "write_last_signed", "invalidate", "append"]
)
def test_who_dies_at_any_step_leaves_a_record_that_can_be_signed(step, monkeypatch):
    class Died(BaseException):
        pass

    def die(*arguments, **named):
        raise Died

    write(300)
    seal()
    write(300, 300)
    tomorrow = timezone.now() + dt.timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)  # so that a day's entry is due
    with monkeypatch.context() as patch:
        patch.setattr(tiles if step in {"make_tiles", "root_at"} else sealing, step, die)
        with pytest.raises(Died):
            seal()
    assert Day.objects.count() == 1
    latest = seal()
    assert latest.size == Log.objects.get().size
    assert bytes(latest.root) == root_by_a_peer(latest.size)
    assert sorted(Tile.objects.values_list("level", "index")) == [(0, 0), (0, 1)]


def test_what_is_signed_cannot_be_changed():
    write(300)
    seal()
    for model, field in ((Checkpoint, "note"), (Tile, "level"), (Day, "entry")):
        with pytest.raises(Exception, match="append-only"), transaction.atomic():
            model.objects.update(**{field: 1})


def test_a_note_reads_back_and_no_altered_one_does():
    key = SigningKey.generate("pennypress/test")
    assert SigningKey.parse(key.as_text()) == key
    assert read_verifier_key(str(key.verifier)) == key.verifier
    note = sign_checkpoint(key, 7, b"\x05" * 32)
    assert read_checkpoint(note, key.verifier).size == 7
    origin, size, root, *_rest = lines_of(note)
    assert (origin, size, base64.b64decode(root)) == ("pennypress/test", "7", b"\x05" * 32)
    with pytest.raises(BadNote, match="wrong"):
        read_checkpoint(note.replace("\n7\n", "\n8\n"), key.verifier)
    with pytest.raises(BadNote, match="not signed"):
        read_checkpoint(note, SigningKey.generate("pennypress/test").verifier)


@pytest.fixture
def log_of_300():
    write(300)
    seal()


NO_NUMBERS = [
    "-1", "+1", "%2B1", "1.0", "1e1", "0x1", "", "%20", "%201", "1%20", "text", "01", "00", "1_0",
    "9" * 16, "9" * 5_000, "%D9%A1", "%EF%BC%91", "%C2%B2", "1%0A", "1,2", "null",
]  # fmt: skip


@pytest.mark.parametrize("number", NO_NUMBERS)
def test_what_is_no_number_is_not_found(log_of_300, reader, number):
    assert reader.get(f"/record/checkpoint?size={number}").status_code == 404
    assert reader.get(f"/record/?before={number}").status_code == 404
    for address in ("{}/proof", "opened/{}.json"):
        found = reader.get(f"/record/{address.format(number)}", follow=True)
        assert found.status_code == 404
    assert reader.get(f"/record/{number or '%20'}/").status_code == 404
    for address in ("tile/0/{}", "tile/{}/000", "tile/entries/000.p/{}", "tile/0/x{}/001"):
        assert reader.get(f"/record/{address.format(number)}").status_code == 404


def test_a_number_is_asked_for_once(log_of_300, reader):
    for address in ("/record/checkpoint?size=", "/record/?before="):
        size = sealing.latest_checkpoint().size
        assert reader.get(f"{address}{size}").status_code == 200
        name = address.rpartition("?")[2]
        assert reader.get(f"{address}{size}&{name}{size}").status_code == 404
    assert reader.get(f"/record/checkpoint?size={size + 1}").status_code == 404
    assert reader.get("/record/checkpoint").status_code == 200


@pytest.mark.parametrize(
    "tile",
    ["0/000.p/256", "0/x000/000", "0/x001", "0/x001/", "0/x001/x000", "0/0", "0/0000", "0/1000",
     "0/x001/00", "07/000", "entries/x000/000", "entries/000.p/256", "entries/000.p/0",
     "entries/000.p/01", "entries/000/000"],
)  # fmt: skip
def test_a_tile_has_one_address(log_of_300, reader, tile):
    assert reader.get("/record/tile/0/000").status_code == 200
    assert reader.get(f"/record/tile/{tile}").status_code == 404
