"""Witnesses: others who sign each checkpoint that they see, if it extends the one they saw before.

The log's part of C2SP tlog-witness, with Ed25519 cosignatures as C2SP tlog-cosignature says.
"""

import base64
import logging
import re
from dataclasses import dataclass
from http import HTTPStatus

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from pennypress.delivery.actions import invalidate
from pennypress.foundation.http import Answer, FetchFailed, fetch
from pennypress.foundation.jobs import JobFailed, periodic_job

from . import tiles, tree
from .models import Checkpoint, Cosignature, Log
from .notes import BadNote, WitnessKey, read_witness_key
from .sealing import latest_checkpoint

logger = logging.getLogger("pennypress.record")

TIMEOUT_SECONDS = 10.0
MOST_BYTES = 16 * 1024  # of an answer
AHEAD_SECONDS = 5 * 60  # by which a witness's clock may be ahead of ours

_said: dict[str, str] = {}  # by address: what was logged last of its failing


class Unwitnessed(Exception):
    """A witness gave no cosignature that can be believed; the message says why."""


@dataclass(frozen=True)
class Witness:
    """A witness from the settings: its submission prefix, and the key that it cosigns with."""

    url: str
    key: WitnessKey


def ask_witnesses() -> int:
    """Ask each witness to cosign the latest checkpoint; return how many now did.

    Those whose line is kept already are not asked. One that fails is named in the log, once for
    the same reason, and the others are asked all the same. Raises BadNote for a witness's key in
    the settings that is none, and DamagedLog.
    """
    if not settings.WITNESSES:
        return 0
    latest = latest_checkpoint()
    begins = _begin_of_log()
    if latest is None or latest.size <= begins:  # of the log that this one continues
        return 0
    made = 0
    for url, key in settings.WITNESSES:
        witness = Witness(url.rstrip("/"), read_witness_key(key))
        if latest.cosignatures.filter(witness=witness.key.name).exists():
            continue
        try:
            line = _ask(witness, latest, _cosigned_size(witness, begins))
        except (Unwitnessed, FetchFailed, BadNote, ValueError) as error:
            _log_failing(witness, error)
            continue
        _keep(latest, witness, line)
        made += 1
        if _said.pop(witness.url, ""):
            logger.warning("the witness %s cosigns again", witness.key.name)
    return made


@periodic_job(
    "ask-witnesses",
    interval=60,
    longest_pause=60,
    summary="Asks the witnesses to cosign the record's latest checkpoint.",
    when=lambda: bool(settings.WITNESSES),
)
def ask_witnesses_again() -> None:
    """Ask each witness. Raises JobFailed while one of them does not cosign."""
    ask_witnesses()
    if failing := [_said[url] for url, _ in settings.WITNESSES if url in _said]:
        raise JobFailed(f"{len(failing)} of {len(settings.WITNESSES)} did not: {failing[0]}")


def latest_cosigned() -> Checkpoint | None:
    """Return the latest checkpoint of this log that a witness cosigned; None before the first."""
    found = Cosignature.objects.filter(checkpoint_id__gt=_begin_of_log())
    line = found.select_related("checkpoint").order_by("-checkpoint_id").first()
    return line.checkpoint if line else None


def first_cosigned(index: int) -> Checkpoint | None:
    """Return the first checkpoint over the entry at `index` that a witness cosigned, or None.

    Once there is one it stays the same.
    """
    found = Cosignature.objects.filter(checkpoint_id__gt=max(index, _begin_of_log()))
    line = found.select_related("checkpoint").order_by("checkpoint_id").first()
    return line.checkpoint if line else None


def with_cosignatures(checkpoint: Checkpoint) -> str:
    """Return a checkpoint's note with the lines of all witnesses that cosigned it."""
    lines = checkpoint.cosignatures.order_by("witness").values_list("line", flat=True)
    return checkpoint.note + "".join(f"{line}\n" for line in lines)


def _begin_of_log() -> int:
    """How many entries were taken over from the log that this one continues."""
    return Log.objects.values_list("begins", flat=True).first() or 0


def _cosigned_size(witness: Witness, begins: int) -> int:
    """The size of the latest checkpoint that the witness cosigned for this log; 0 before one."""
    found = Cosignature.objects.filter(witness=witness.key.name, checkpoint_id__gt=begins)
    sizes = found.order_by("-checkpoint_id").values_list("checkpoint_id", flat=True)
    return sizes.first() or 0


def _ask(witness: Witness, checkpoint: Checkpoint, old: int) -> str:
    """Ask for a cosignature; once more if the witness saw another size than `old` last."""
    answer = _post(witness.url, _request(checkpoint, old))
    if answer.status == HTTPStatus.CONFLICT:
        old = _read_size(answer)
        if old > checkpoint.size:
            raise Unwitnessed(f"it cosigned a longer record of this origin, of {old} entries")
        answer = _post(witness.url, _request(checkpoint, old))
    if answer.status != HTTPStatus.OK:
        raise Unwitnessed(f"it answered {answer.status}")
    return _read_line(checkpoint.note, answer.body, witness)


def _request(checkpoint: Checkpoint, old: int) -> bytes:
    """The body of a request: the checkpoint, and that it extends the one of `old` entries."""
    proof = []
    if old:
        proof = tree.consistency_proof(old, checkpoint.size, tiles.subtrees(checkpoint.size))
    lines = [f"old {old}", *(base64.b64encode(node).decode() for node in proof), ""]
    return ("\n".join(lines) + "\n" + checkpoint.note).encode()


def _read_line(note: str, answer: bytes, witness: Witness) -> str:
    """The witness's line in its answer about a note. Raises Unwitnessed, BadNote, ValueError."""
    for line in answer.decode().split("\n"):
        seconds = witness.key.check(line, note)
        if seconds is None:  # of another key
            continue
        if seconds > timezone.now().timestamp() + AHEAD_SECONDS:
            raise Unwitnessed("its clock is ahead of ours")
        return line
    raise Unwitnessed("its answer has no line by its key")


def _read_size(answer: Answer) -> int:
    """The size that the witness saw last. Raises Unwitnessed where its refusal names none."""
    size = re.fullmatch(rb"(0|[1-9][0-9]{0,17})\n", answer.body)
    if answer.content_type != "text/x.tlog.size" or not size:
        raise Unwitnessed(f"it answered {answer.status}, and with no size")
    return int(size[1])


def _post(url: str, body: bytes) -> Answer:
    """Send a request and return what is answered. Raises FetchFailed."""
    return fetch(
        f"{url}/add-checkpoint",
        method="POST",
        body=body,
        headers={"Content-Type": "text/plain; charset=utf-8"},
        seconds=TIMEOUT_SECONDS,
        most_bytes=MOST_BYTES,
    )


def _keep(checkpoint: Checkpoint, witness: Witness, line: str) -> None:
    with transaction.atomic():
        Cosignature.objects.get_or_create(  # another machine of the site may have asked, too
            checkpoint=checkpoint, witness=witness.key.name, defaults={"line": line}
        )
        invalidate("checkpoint", "cosigned")


def _log_failing(witness: Witness, error: Exception) -> None:
    """Say what is wrong with a witness, unless that was the last that was said of it."""
    if isinstance(error, Unwitnessed | BadNote):
        why = str(error)
    elif isinstance(error, FetchFailed):
        why = f"it {error}"
    else:
        why = "its answer is no text"
    if _said.get(witness.url) != why:
        logger.warning("the witness %s did not cosign: %s", witness.key.name, why)
    _said[witness.url] = why
