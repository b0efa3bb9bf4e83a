"""The record for people: its latest entries in plain words, each one's proof, and how to check."""

import base64
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from pennypress.delivery.dependencies import depends_on
from pennypress.foundation.paging import read_number
from pennypress.foundation.times import read_iso
from pennypress.record import tiles
from pennypress.record.keys import KeyMissing, read_key
from pennypress.record.models import Checkpoint, Entry
from pennypress.record.registry import PublicThing, declarations, entry_kinds
from pennypress.record.sealing import latest_checkpoint, latest_day
from pennypress.record.tree import inclusion_proof, leaf_hash
from pennypress.record.witnesses import first_cosigned, with_cosignatures

from .claims import read_claims
from .opened import read_opened
from .verifier_file import PATH, verifier_file, verifier_sha256

ENTRIES = 50  # on a page


@dataclass(frozen=True)
class ListedEntry:
    """An entry in plain words."""

    index: int
    kind: str
    words: str
    time: date
    detail: str
    about: list[PublicThing]  # nothing of what readers cannot see
    text: str  # the entry's exact text


def record_page(request: HttpRequest) -> HttpResponse:
    """The latest entries of the record, newest first."""
    depends_on("checkpoint")
    latest = latest_checkpoint()
    group = request.GET.get("of", "")
    groups = {name: words for one in declarations() for name, words in one.groups.items()}
    if group and group not in groups:
        raise Http404("no such kind of entry")
    before = read_number(request.GET, "before")
    size = latest.size if latest else 0
    if before is not None and not 0 < before <= size:
        raise Http404("no signed entry has this number")  # else there would be pages without end
    entries = Entry.objects.filter(index__lt=size if before is None else before)
    if group:
        kinds = [name for name, kind in entry_kinds().items() if kind.group == group]
        entries = entries.filter(kind__in=kinds)
    found = list(entries.order_by("-index")[: ENTRIES + 1])
    context = {
        "checkpoint": latest,
        "day": latest_day(),
        "groups": groups.items(),
        "group": group,
        "entries": _in_plain_words(found[:ENTRIES]),
        "next": found[ENTRIES - 1].index if len(found) > ENTRIES else None,
        "newer": before is not None,
    }
    return render(request, "accountability/record.html", context)


def entry_page(request: HttpRequest, index: str) -> HttpResponse:
    """One entry of the record: what it says, word for word, and where its proof is."""
    entry, checkpoint = _signed_entry(int(index))
    context = {
        "entry": _in_plain_words([entry])[0],
        "leaf": leaf_hash(bytes(entry.body)).hex(),
        "checkpoint": checkpoint,
        "bundle": entry.index // tiles.WIDTH,
    }
    return render(request, "accountability/entry.html", context)


def proof(request: HttpRequest, index: str) -> HttpResponse:
    """That an entry is in the record, as a file to check offline (C2SP tlog-proof).

    Where witnesses cosigned a checkpoint over it, that is the one, with their lines under it.
    """
    entry, checkpoint = _signed_entry(int(index))
    depends_on("cosigned")  # another witness may add its line to the same checkpoint later
    checkpoint = first_cosigned(entry.index) or checkpoint
    path = inclusion_proof(entry.index, checkpoint.size, tiles.subtrees(checkpoint.size))
    lines = [
        "c2sp.org/tlog-proof@v1",
        f"extra {base64.b64encode(bytes(entry.body)).decode()}",
        f"index {entry.index}",
        *(base64.b64encode(node).decode() for node in path),
        "",
        with_cosignatures(checkpoint),
    ]
    response = HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="entry-{entry.index}.tlog-proof"'
    return response


def how_to_check(request: HttpRequest) -> HttpResponse:
    """How anybody can check the record, told to somebody who has never heard of it."""
    depends_on("checkpoint")
    try:
        key = str(read_key().verifier)
    except KeyMissing:
        key = ""
    context = {
        "key": key,
        "checkpoint": latest_checkpoint(),
        "address": settings.PUBLIC_URL,
        "verifier": PATH,
        "fingerprint": verifier_sha256(),
    }
    return render(request, "accountability/how_to_check.html", context)


def verifier(request: HttpRequest) -> HttpResponse:
    """The program that checks the record, as one file."""
    depends_on("site")  # whatever it is of: of what depends on nothing nobody knows when it changes
    response = HttpResponse(verifier_file(), content_type="application/octet-stream")
    response.headers["Content-Disposition"] = 'attachment; filename="verifier.pyz"'
    return response


def claims(request: HttpRequest) -> HttpResponse:
    """All public figures, for those who add up the record."""
    depends_on("checkpoint")
    return JsonResponse(read_claims())


def opened(request: HttpRequest, index: str) -> HttpResponse:
    """The words behind the commitments of a bundle of entries, while they are public."""
    depends_on("checkpoint")
    bundle = int(index)
    if bundle * tiles.WIDTH >= tiles.signed_size():
        raise Http404("the record is not that long")
    return JsonResponse({"opened": read_opened(bundle)})


def schema(request: HttpRequest, kind: str) -> HttpResponse:
    """The JSON schema of a kind of entry."""
    if (found := entry_kinds().get(kind)) is None:
        raise Http404("there is no such kind of entry")
    return HttpResponse(
        json.dumps(found.schema(kind), indent=1), content_type="application/schema+json"
    )


def _signed_entry(index: int) -> tuple[Entry, Checkpoint]:
    """An entry, and the day's checkpoint if it covers it: kept proofs then stay the same."""
    day = latest_day()
    checkpoint = day.checkpoint if day and index < day.checkpoint.size else latest_checkpoint()
    if checkpoint is None or index >= checkpoint.size:
        raise Http404("the record has no such entry yet")
    depends_on("day")
    return Entry.objects.get(index=index), checkpoint


def _in_plain_words(entries: list[Entry]) -> list[ListedEntry]:
    """Say what entries say, and name what they are about, as far as readers can see it."""
    texts = [bytes(entry.body).decode() for entry in entries]
    bodies = [json.loads(text) for text in texts]
    subjects = [
        [entry.subject, *_mentions(body["facts"])]
        for entry, body in zip(entries, bodies, strict=True)
    ]
    public = _find_public({subject for some in subjects for subject in some})
    kinds = entry_kinds()
    return [
        ListedEntry(
            entry.index,
            entry.kind,
            str(kinds[entry.kind].words) if entry.kind in kinds else entry.kind,
            read_iso(body["time"]),
            _detail(body["facts"]),
            [public[subject] for subject in some if subject in public],
            text,
        )
        for entry, body, some, text in zip(entries, bodies, subjects, texts, strict=True)
    ]


def _mentions(facts: dict[str, Any]) -> list[str]:
    """The subjects that an entry's facts name."""
    return [name for one in declarations() if one.mentions for name in one.mentions(facts)]


def _detail(facts: dict[str, Any]) -> str:
    """The facts that people ask for, in a few words."""
    parts = [words for one in declarations() if one.describe for words in one.describe(facts)]
    if facts.get("carried_over"):
        parts.append(_("carried over, not seen by us"))
    return ", ".join(parts)


def _find_public(subjects: Iterable[str]) -> dict[str, PublicThing]:
    """Find what readers can see of these subjects. Each kind of them is asked for at once."""
    wanted: dict[str, dict[int, str]] = defaultdict(dict)
    for subject in subjects:
        what, _colon, number = subject.partition(":")
        wanted[what][int(number or 0)] = subject
    return {
        wanted[what][number]: thing
        for one in declarations()
        for what, find in one.links.items()
        if what in wanted
        for number, thing in find(wanted[what].keys()).items()
    }
