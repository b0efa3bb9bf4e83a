"""The public record: what an entry costs a comment; signing, proving and verifying a million.

`python -m bench.record HOME FOLDER` fills and signs the record of a site, writes it into a folder,
and prints what that took as JSON.
"""

import json
import random
import re
import subprocess
import sys
import time
from pathlib import Path

from .figures import CannotMeasure, median, spread
from .site import ROOT, Site, environment

ENTRIES = 1_000_000
APPENDS = 500
PROOFS = 500
BATCH = 50_000
CHILD_SECONDS = 900


def measure_record(site: Site, *, seconds: int, rounds: int) -> dict:
    """Grow the site's record to a million entries; sign it, prove entries of it, and verify it all.

    It is verified by this process, which has no part of the site, from files.
    """
    folder = site.home / "record-files"
    done = subprocess.run(
        [sys.executable, "-m", "bench.record", site.home, folder],
        cwd=ROOT,
        env=environment(site.home),
        capture_output=True,
        text=True,
        timeout=CHILD_SECONDS,
        check=False,
    )
    if done.returncode:
        raise CannotMeasure(f"the record could not be made: {done.stderr.strip()[-300:]}")
    return json.loads(done.stdout) | _verify(folder, rounds)


def _verify(folder: Path, rounds: int) -> dict:
    from pennypress.verifier.check import verify
    from pennypress.verifier.source import open_source

    rates, walls = [], []
    for _ in range(rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        report = verify(open_source(str(folder)), with_pages=False)
        walls.append(report.entries / (time.perf_counter() - wall))
        rates.append(report.entries / (time.process_time() - cpu))
        if not report.ok or report.entries < ENTRIES:
            raise CannotMeasure(f"the record does not verify: {report.findings[:1]}")
    return {
        "verified_per_cpu_second": median(rates),
        "verified_per_second": median(walls),
        "opened": report.opened,
    }


# ── Beside the site ────────────────────────────────────────────────────────────────────────────


def make_record(folder: Path) -> dict:
    """Append, fill up, sign and prove; write all that `verify` reads into the folder."""
    import django

    django.setup()
    append_ms = _time_appends()
    _fill_up()
    signing = _sign()
    proofs = _time_proofs()
    _write(folder)
    return {"entries": ENTRIES, "append_ms": append_ms, **signing, "proof_ms": proofs}


def _time_appends() -> dict:
    """What `append` adds to a transaction that writes a comment; nothing of it is kept."""
    from django.db import transaction
    from django.utils import timezone

    from pennypress.record.actions import append

    took = []
    with transaction.atomic():
        for number in range(APPENDS):
            facts = {"discussion": 1, "parent": None}
            words = json.dumps({"author": "A Reader", "text": "Some words. " * 20}).encode()
            begun = time.perf_counter()
            append("comment.posted", f"comment:{number}", timezone.now(), facts, {"words": words})
            took.append((time.perf_counter() - begun) * 1000)
        transaction.set_rollback(True)
    return spread(took)


def _fill_up() -> None:
    """Add entries until there are a million, past the verbs: these would take minutes."""
    from django.db import connection, transaction

    from pennypress.record.models import Log

    with transaction.atomic(), connection.cursor() as cursor:
        size = Log.objects.get().size
        for start in range(size, ENTRIES, BATCH):
            cursor.executemany(
                'INSERT INTO record_entry ("index", kind, subject, body) VALUES (%s, %s, %s, %s)',
                [_entry(number) for number in range(start, min(start + BATCH, ENTRIES))],
            )
        Log.objects.update(size=ENTRIES)


def _entry(number: int) -> tuple[int, str, str, bytes]:
    subject = f"arrival:{number}"
    said = {
        "commitments": {},
        "facts": {"made": {"comments": number, "stories": 1}},
        "kind": "arrival.finished",
        "subject": subject,
        "time": "2026-01-01T00:00:00Z",
    }
    return number, "arrival.finished", subject, json.dumps(said, separators=(",", ":")).encode()


def _sign() -> dict:
    from pennypress.record.sealing import seal

    Path("/proc/self/clear_refs").write_text("5")  # from now on the most that is resident
    before = _most_resident_kb()
    begun = time.perf_counter()
    seal()
    took = time.perf_counter() - begun
    return {"sign_seconds": took, "sign_mb": (_most_resident_kb() - before) / 1024}


def _most_resident_kb() -> int:
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)[1])


def _time_proofs() -> dict:
    from pennypress.record import tiles
    from pennypress.record.sealing import latest_checkpoint
    from pennypress.record.tree import inclusion_proof

    size = latest_checkpoint().size
    chosen = random.Random(4)
    took = []
    for _ in range(PROOFS):
        begun = time.perf_counter()
        inclusion_proof(chosen.randrange(size), size, tiles.subtrees(size))
        took.append((time.perf_counter() - begun) * 1000)
    return spread(took)


def _write(folder: Path) -> None:
    from django.conf import settings
    from django.test import Client

    from pennypress.accountability.seeds import record_documents

    settings.ALLOWED_HOSTS = ["*"]
    reader = Client()
    for address, name in record_documents():
        answer = reader.get(address)
        if answer.status_code != 200:
            raise CannotMeasure(f"{address} was answered with {answer.status_code}")
        file = folder / (name or address[1:])
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(answer.content)


if __name__ == "__main__":
    print(json.dumps(make_record(Path(sys.argv[2]))))
