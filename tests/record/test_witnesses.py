"""Witnesses cosign what extends the last, and their lines are kept.

The witness here is written from C2SP tlog-witness and RFC 9162 alone; it stands in because a test
reaches no public one.
"""

import base64
import hashlib
import http.server
import runpy
import socket
import threading
import time
from dataclasses import replace

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction
from django.utils import timezone

import pennypress
from pennypress.delivery.models import Tag
from pennypress.foundation.jobs import JobFailed, periodic_jobs
from pennypress.operations import jobs
from pennypress.operations.site_folder import SiteFolder
from pennypress.record import keys, witnesses
from pennypress.record.actions import append, log_size
from pennypress.record.models import Cosignature
from pennypress.record.notes import BadNote, read_witness_key
from pennypress.record.sealing import latest_checkpoint, seal
from pennypress.record.succession import continue_log
from pennypress.record.witnesses import ask_witnesses, ask_witnesses_again
from pennypress.verifier.notes import read_checkpoint, read_key, stated_times

pytestmark = pytest.mark.django_db


def sha(data):
    return hashlib.sha256(data).digest()


def extends(old, old_root, new, new_root, proof):
    """RFC 9162, section 2.1.4.2."""
    if old == 0:
        return not proof
    if old == new:
        return not proof and old_root == new_root
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        return False
    low, high = old - 1, new - 1
    while low & 1:
        low, high = low >> 1, high >> 1
    first = second = path[0]
    for node in path[1:]:
        if high == 0:
            return False
        if low & 1 or low == high:
            first, second = sha(b"\x01" + node + first), sha(b"\x01" + node + second)
            while low and not low & 1:
                low, high = low >> 1, high >> 1
        else:
            second = sha(b"\x01" + second + node)
        low, high = low >> 1, high >> 1
    return high == 0 and (first, second) == (old_root, new_root)


class Witness(http.server.BaseHTTPRequestHandler):
    """It knows one log by its key, and remembers the last tree that it cosigned."""

    def do_POST(self):
        desk = self.server.desk
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        assert self.path == "/w/add-checkpoint"
        desk.asked.append(body)
        head, _, note = body.partition("\n\n")
        old, *proof = head.split("\n")
        origin, size, root = note.split("\n")[:3]
        status, answer = self.judge(
            desk, origin, int(old.removeprefix("old ")), int(size), base64.b64decode(root), note,
            [base64.b64decode(line, validate=True) for line in proof],
        )  # fmt: skip
        self.send_response(status)
        if status == 409:
            self.send_header("Content-Type", "text/x.tlog.size")
        self.end_headers()
        self.wfile.write(answer.encode())

    def judge(self, desk, origin, old, size, root, note, proof):
        if desk.answer is not None:
            return desk.answer
        if origin != desk.log.name:
            return 404, ""
        text, signed = note.rpartition("\n\n")[0] + "\n", note.rpartition("\n\n")[2]
        raw = base64.b64decode(signed.split(" ")[2])
        try:
            Ed25519PublicKey.from_public_bytes(desk.log.public).verify(raw[4:], text.encode())
        except InvalidSignature:
            return 403, ""
        if old > size:
            return 400, ""
        if old != desk.size:
            return 409, f"{desk.size}\n"
        if not extends(old, desk.root, size, root, proof):
            return 422, ""
        desk.size, desk.root = size, root
        return 200, desk.cosign(text)

    def log_message(self, *_):
        pass


class Desk:
    name = "witness.example/w"

    def __init__(self):
        self.key, self.asked, self.answer = Ed25519PrivateKey.generate(), [], None
        self.size, self.root, self.log, self.ahead = 0, b"", None, 0
        self.packed = b"\x04" + self.key.public_key().public_bytes_raw()
        self.id = sha(self.name.encode() + b"\n" + self.packed)[:4]

    def __str__(self):
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(self.packed).decode()}"

    def cosign(self, text):
        now = int(time.time()) + self.ahead
        made = self.key.sign(f"cosignature/v1\ntime {now}\n{text}".encode())
        line = base64.b64encode(self.id + now.to_bytes(8, "big") + made).decode()
        return f"— somebody.else AAAAAAAA\n— {self.name} {line}\n"


@pytest.fixture
def witness(settings, tmp_path):
    settings.SITE_FOLDER = SiteFolder(tmp_path)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Witness)
    server.desk = desk = Desk()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    settings.WITNESSES = [(f"http://127.0.0.1:{server.server_port}/w", str(desk))]
    grow(3)
    desk.log = keys.read_key().verifier
    yield desk
    server.shutdown()
    server.server_close()


def grow(count):
    with transaction.atomic():
        for number in range(count):
            append("test.made", f"thing:{number}", timezone.now())
    return seal()


def test_what_a_witness_cosigned_is_kept_and_served(witness, reader):
    assert reader.get("/record/cosigned").status_code == 404
    assert ask_witnesses() == 1
    assert ask_witnesses() == 0, "it is asked once"
    note = reader.get("/record/checkpoint").content
    assert reader.get("/record/cosigned").content == note
    assert read_checkpoint(note, read_key(str(witness.log))).size == log_size()
    ((name, said),) = stated_times(note)
    assert name == witness.name
    assert abs(said - time.time()) < 100


def test_a_proof_carries_the_first_cosigned_checkpoint_over_its_entry(witness, reader):
    before = reader.get("/record/1/proof").content.decode()
    assert "witness" not in before.partition("\n\n")[2]
    ask_witnesses()
    proof = reader.get("/record/1/proof").content.decode()
    assert proof.endswith(reader.get("/record/cosigned").content.decode())
    grow(9)
    ask_witnesses()
    assert reader.get("/record/1/proof").content.decode() == proof
    later = reader.get("/record/8/proof").content.decode()
    assert later.endswith(reader.get("/record/cosigned").content.decode())
    assert later != proof
    assert "cosigned" in reader.get("/record/1/proof").cached_page.tags, (
        "a second line may come to it"
    )


@pytest.mark.parametrize("more", [1, 2, 7, 250, 600])
def test_each_next_tree_comes_with_the_proof_that_it_extends_the_last(more, witness, reader):
    ask_witnesses()
    before = reader.get("/record/cosigned").content
    grow(more)
    assert reader.get("/record/cosigned").content == before
    assert ask_witnesses() == 1
    assert witness.size == log_size()
    assert len(witness.asked) == 2


def test_a_witness_that_knows_more_than_we_do_is_asked_again_from_there(witness):
    ask_witnesses()
    size, root = witness.size, witness.root
    grow(5)
    ask_witnesses()
    grow(9)
    witness.size, witness.root = size, root  # it lost its latest
    assert ask_witnesses() == 1
    assert len(witness.asked) == 4


@pytest.mark.parametrize(
    "answer",
    [
        (200, ""),
        (200, "nonsense\n— x y"),
        (403, ""),
        (404, ""),
        (409, "99999\n"),
        (409, "x"),
        (500, ""),
    ],
)
def test_a_witness_that_does_not_cosign_leaves_nothing_and_is_told_of_once(answer, witness, caplog):
    witness.answer = answer
    for _ in range(3):
        assert ask_witnesses() == 0
    assert Cosignature.objects.count() == 0
    assert len([one for one in caplog.records if "did not cosign" in one.getMessage()]) == 1
    witness.answer = None
    assert ask_witnesses() == 1, "it is asked again"


def test_a_line_that_is_wrong_or_of_the_future_is_not_kept(witness, caplog):
    note = latest_checkpoint().note
    text = note.rpartition("\n\n")[0] + "\n"
    witness.answer = 200, witness.cosign(text.replace("\n4\n", "\n5\n") + "x")
    assert ask_witnesses() == 0
    witness.ahead = 1000
    witness.answer = 200, witness.cosign(text)
    assert ask_witnesses() == 0
    assert Cosignature.objects.count() == 0


def test_one_that_cannot_be_reached_does_not_keep_the_others_waiting(witness, settings):
    settings.WITNESSES = [("http://127.0.0.1:9/none", str(witness)), *settings.WITNESSES]
    assert ask_witnesses() == 1


def test_the_successor_of_a_record_is_another_log_to_a_witness(witness):
    ask_witnesses()
    assert not continue_log([], [])
    seal()
    witness.log, witness.size, witness.root = keys.read_key().verifier, 0, b""
    assert ask_witnesses() == 1
    assert witness.asked[-1].startswith("old 0\n\n")


def test_a_line_cannot_be_changed(witness):
    ask_witnesses()
    with pytest.raises(IntegrityError), transaction.atomic():
        Cosignature.objects.update(line="another")


def test_without_witnesses_nobody_is_asked(witness, settings):
    settings.WITNESSES = []
    assert ask_witnesses() == 0
    assert witness.asked == []


@pytest.mark.parametrize("key", ["", "a+b+c", "a+00000000+" + base64.b64encode(bytes(33)).decode()])
def test_what_is_no_key_of_a_witness_is_refused(key):
    with pytest.raises(BadNote):
        read_witness_key(key)


def test_cached_pages_learn_of_a_new_line(witness):
    before = Tag.objects.get(name="checkpoint").sequence
    ask_witnesses()
    assert Tag.objects.get(name="checkpoint").sequence > before
    before = Tag.objects.get(name="checkpoint").sequence
    ask_witnesses()
    assert Tag.objects.get(name="checkpoint").sequence == before


def test_lines_stand_in_the_order_of_their_names(witness, settings, reader):
    ask_witnesses()
    checkpoint, line = latest_checkpoint(), Cosignature.objects.get().line
    for name in ("z.example", "a.example"):
        Cosignature.objects.create(checkpoint=checkpoint, witness=name, line=f"— {name} AAAAAAAA")
    assert reader.get("/record/checkpoint").content.decode() == (
        f"{checkpoint.note}— a.example AAAAAAAA\n{line}\n— z.example AAAAAAAA\n"
    )
    grow(1)
    assert reader.get("/record/checkpoint").content.decode() == latest_checkpoint().note
    assert line in reader.get(f"/record/checkpoint?size={checkpoint.size}").content.decode()


def test_what_is_signed_with_another_key_under_the_same_name_is_refused(witness, caplog):
    witness.key = Ed25519PrivateKey.generate()  # its number is that of the key in the settings
    assert ask_witnesses() == 0
    assert "is wrong" in caplog.text
    witness.id = b"abcd"
    assert ask_witnesses() == 0
    assert "no line by its key" in caplog.text
    assert Cosignature.objects.count() == 0


def test_a_longer_record_of_our_origin_is_told_of(witness, caplog):
    witness.size = 50
    assert ask_witnesses() == 0
    assert "a longer record of this origin, of 50 entries" in caplog.text
    assert len(witness.asked) == 1


def test_a_witness_that_ever_names_other_sizes_is_asked_twice_and_no_more(witness):
    witness.answer = 409, "2\n"
    assert ask_witnesses() == 0
    assert [body.split("\n")[0] for body in witness.asked] == ["old 0", "old 2"]


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n"


@pytest.mark.parametrize(
    ("pieces", "why"),
    [
        ([], "cannot be reached"),
        ([b""] * 40, "cannot be reached: TimeoutError"),
        ([HEAD, *[b"x"] * 40], "too slow"),
        ([HEAD, b"x" * 100_000], "too much"),
        ([HEAD, b"\xff\xfe"], "no text"),
        ([b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\n\r\n"], "answered 302"),
        ([b"nonsense\r\n\r\n"], "cannot be reached"),
    ],
    ids=["hangs up", "is silent", "trickles", "floods", "is no text", "moved", "is no HTTP"],
)
def test_a_witness_that_is_out_of_order_holds_nobody_up(
    pieces, why, witness, settings, monkeypatch, caplog
):
    monkeypatch.setattr(witnesses, "TIMEOUT_SECONDS", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        asked = []
        thread = threading.Thread(
            target=answer_rudely, args=(listening, pieces, asked), daemon=True
        )
        thread.start()
        rude = Desk()
        rude.name = "rude.example"
        rude.id = sha(rude.name.encode() + b"\n" + rude.packed)[:4]
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/r"
        settings.WITNESSES = [(address, str(rude)), *settings.WITNESSES]
        began = time.monotonic()
        assert ask_witnesses() == 1, "the other one cosigned"
        assert ask_witnesses() == 0
        assert time.monotonic() - began < 5
        thread.join(20)
    assert len(asked) == 2, "a redirect is not followed"
    assert asked[0].startswith(b"POST /r/add-checkpoint ")
    (told,) = [one.getMessage() for one in caplog.records if "did not cosign" in one.getMessage()]
    assert "rude.example" in told
    assert why in told


def answer_rudely(listening, pieces, asked):
    """Answer two connections, a piece each 50 ms: an empty piece sends nothing."""
    for _ in range(2):
        connection, _address = listening.accept()
        with connection:
            heard = connection.recv(65_536)
            while b"\n\xe2\x80\x94 " not in heard:  # the signature: what is left unread resets
                if not (more := connection.recv(65_536)):
                    break  # whoever asked ran out of time in the middle
                heard += more
            asked.append(heard)
            try:
                for piece in pieces:
                    connection.sendall(piece)
                    if len(pieces) > 9:
                        time.sleep(0.05)
            except OSError:
                pass  # whoever asked has had enough


class Joined(jobs.JobProcess):
    """A process that may run its jobs, without asking the database."""

    joined = True


def test_the_job_fails_while_a_witness_does_not_cosign(witness):
    witness.answer = 500, ""
    with pytest.raises(JobFailed, match="1 of 1 did not: it answered 500"):
        ask_witnesses_again()
    witness.answer = None
    ask_witnesses_again()
    assert Cosignature.objects.count() == 1


def test_the_server_asks_again_and_again_and_only_if_there_are_witnesses(
    witness, settings, monkeypatch
):
    stopping, asked = threading.Event(), []

    def ask():
        asked.append(1)
        if len(asked) == 3:
            stopping.set()
        raise RuntimeError("out of order")

    monkeypatch.setattr(witnesses, "ask_witnesses", ask)
    monkeypatch.setattr(jobs.JobRun, "_pause", lambda run: 0)
    (job,) = [job for job in periodic_jobs() if job.run is ask_witnesses_again]
    jobs.JobRun(replace(job, on_each_node=True, interval=1), Joined()).repeat(stopping)
    assert len(asked) == 3
    settings.WITNESSES = ()
    assert job not in periodic_jobs()


# ── Settings ───────────────────────────────────────────────────────────────────────────────────


def read_settings(monkeypatch, value):
    monkeypatch.setenv("PENNYPRESS_WITNESSES", value)
    return runpy.run_path(f"{pennypress.__path__[0]}/settings.py")["WITNESSES"]


def test_witnesses_come_from_the_settings(monkeypatch):
    first, second = Desk(), Desk()
    second.name = "other.example"
    second.id = sha(second.name.encode() + b"\n" + second.packed)[:4]
    assert read_settings(monkeypatch, "") == ()
    said = f"https://witness.example/abc/ {first}, http://127.0.0.1:81/ {second}"
    assert read_settings(monkeypatch, said) == (
        ("https://witness.example/abc", str(first)),
        ("http://127.0.0.1:81", str(second)),
    )


def test_a_witness_whose_name_no_column_holds_is_refused_at_the_start(monkeypatch):
    desk = Desk()
    desk.name = "w" * 201
    desk.id = sha(desk.name.encode() + b"\n" + desk.packed)[:4]
    with pytest.raises(ImproperlyConfigured, match="more than 200 characters"):
        read_settings(monkeypatch, f"https://witness.example/ {desk}")


@pytest.mark.parametrize(
    "value",
    [
        "https://witness.example/hidden",
        "witness.example/hidden KEY",
        "https://u:hidden@witness.example KEY",
        "https://witness.example/?hidden KEY",
        "ftp://witness.example/hidden KEY",
        "https://witness.example/hidden KEYA",
        "https://witness.example/hidden x.example+KEY",
        "https://witness.example/hidden a+00000000+AAAA",
        "https://witness.example/hidden KEY,https://other.example/hidden KEY",
    ],
)
def test_a_witness_that_makes_no_sense_is_one_clear_error(value, monkeypatch):
    with pytest.raises(ImproperlyConfigured, match="PENNYPRESS_WITNESSES") as raised:
        read_settings(monkeypatch, value.replace("KEY", str(Desk())))
    assert "hidden" not in str(raised.value)
