"""What `pennypress check` proves: settings, database, ledger, discussions, versions, record."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import rfc8785
from django.core import checks
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Exists, F, Model, OuterRef, Q, Subquery

from pennypress.discussion.models import Comment, Discussion
from pennypress.funding.actions import ENTRY_KINDS
from pennypress.funding.figures import raised_minor
from pennypress.funding.models import Campaign, Transfer
from pennypress.record.actions import holds
from pennypress.record.append_only import is_protected
from pennypress.record.models import Checkpoint, Cosignature, Day, Entry, Log, Tile
from pennypress.record.sealing import find_faults
from pennypress.stories.models import StoryPage, Version

from .kinds import KINDS


@dataclass(frozen=True)
class CheckResult:
    """The outcome of one check; `problems` is empty when all is well."""

    name: str
    problems: list[str]


def run_checks() -> list[CheckResult]:
    """Run every check and return what each found. Changes nothing."""
    if problems := list(_database()):
        return [CheckResult("database", problems)]
    rest: dict[str, Callable[[], Iterator[str]]] = {
        "configuration": _configuration,
        "ledger": _ledger,
        "discussions": _discussions,
        "versions": _versions,
        "record": _record,
    }
    return [
        CheckResult("database", []),
        *(CheckResult(name, list(find())) for name, find in rest.items()),
    ]


def _database() -> Iterator[str]:
    executor = MigrationExecutor(connection)
    if plan := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield f"{len(plan)} migrations are not applied: `pennypress serve` applies them"
    elif connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode")
            if cursor.fetchone()[0] not in {"wal", "memory"}:
                yield "SQLite does not run in WAL mode"
            cursor.execute("PRAGMA synchronous")
            if cursor.fetchone()[0] < 2:
                yield "SQLite would lose acknowledged commits on power loss (synchronous < FULL)"
            cursor.execute("PRAGMA quick_check")
            if (verdict := cursor.fetchone()[0]) != "ok":
                yield f"SQLite finds damage: {verdict}"


def _configuration() -> Iterator[str]:
    for message in checks.run_checks():
        if message.level >= checks.ERROR:
            yield f"{message.id}: {message.msg}"


def _ledger() -> Iterator[str]:
    if wrong := Transfer.objects.filter(Q(amount__lte=0) | Q(debit=F("credit"))).count():
        yield f"{wrong} transfers are not balanced"
    for row in Transfer.objects.filter(credit__campaign__isnull=False).exclude(
        currency=F("credit__campaign__currency")
    ):
        yield f"transfer {row.pk} is in {row.currency}, its campaign is not"
    for campaign in Campaign.objects.all():
        total = sum(
            Transfer.objects.filter(credit__campaign=campaign).values_list("amount", flat=True)
        ) - sum(Transfer.objects.filter(debit__campaign=campaign).values_list("amount", flat=True))
        if total != (shown := raised_minor(campaign)):
            yield f"campaign {campaign.slug}: the meter says {shown}, the entries {total}"
    yield from _ledger_against_record()
    yield from _unprotected(Transfer)


def _ledger_against_record() -> Iterator[str]:
    """Hold every transfer against the line of the record that was written with it."""
    body = Entry.objects.filter(pk=OuterRef("entry")).values("body")[:1]
    rows = Transfer.objects.select_related("debit", "credit").annotate(body=Subquery(body))
    for row in rows.order_by("pk").iterator():
        facts = {
            "amount": row.amount,
            "currency": row.currency,
            "debit": row.debit.code,
            "credit": row.credit.code,
        }
        said = _read(row.body)
        if (said.get("facts"), said.get("time")) != (facts, row.day.isoformat()):
            yield f"transfer {row.pk} is not what line {row.entry} of the record says"
    booked = Exists(Transfer.objects.filter(entry=OuterRef("pk")))
    for entry in Entry.objects.filter(kind__in=ENTRY_KINDS.values()).exclude(booked):
        yield f"line {entry.pk} of the record says {entry.kind}, the ledger has no such entry"


def _unprotected(model: type[Model]) -> Iterator[str]:
    if not is_protected(connection, model._meta.db_table):
        yield f"the database would let {model._meta.verbose_name_plural} be changed"


def _discussions() -> Iterator[str]:
    for discussion in Discussion.objects.annotate(
        found=Count("comments", filter=Q(comments__state="visible"))
    ).exclude(count=F("found")):
        numbers = f"counts {discussion.count}, {discussion.found} are visible"
        yield f"discussion {discussion.pk} {numbers}"
    for comment in Comment.objects.annotate(
        found=Count("replies", filter=Q(replies__shown=True))
    ).exclude(replies_shown=F("found")):
        numbers = f"counts {comment.replies_shown} replies, {comment.found} are shown"
        yield f"comment {comment.pk} {numbers}"
    for reply in Comment.objects.filter(parent__isnull=False).select_related("parent").iterator():
        if reply.parent and not reply.path.startswith(reply.parent.path):
            yield f"comment {reply.pk} does not lie under its parent {reply.parent_id}"


def _versions() -> Iterator[str]:
    for story in StoryPage.objects.live().filter(versions__isnull=True):
        yield f"story {story.pk} is published without a version: `pennypress serve` freezes it"
    for version in Version.objects.iterator():
        content = version.content.encode()
        if hashlib.sha256(content).hexdigest() != version.digest or not holds(
            version.entry, "content", content
        ):
            yield f"{version} is not what line {version.entry} of the record commits to"


def _record() -> Iterator[str]:
    size = Log.objects.values_list("size", flat=True).first() or 0
    outside = Entry.objects.filter(Q(index__lt=0) | Q(index__gte=size))
    if Entry.objects.count() != size or outside.exists():
        yield f"the record says {size} entries and holds {Entry.objects.count()}"
    for entry in Entry.objects.order_by("pk").iterator():
        said = _read(entry.body)
        if (said.get("kind"), said.get("subject")) != (entry.kind, entry.subject):
            yield f"line {entry.pk} of the record is damaged"
        elif entry.kind not in KINDS:
            yield f"line {entry.pk} of the record is of no known kind: {entry.kind}"
    yield from find_faults()
    for model in (Entry, Tile, Checkpoint, Day, Cosignature):
        yield from _unprotected(model)


def _read(body: bytes | memoryview | None) -> dict[str, object]:
    """Return what an entry's bytes say, or nothing when they are no canonical JSON object."""
    try:
        said = json.loads(bytes(body or b""))
        whole = isinstance(said, dict) and rfc8785.dumps(said) == bytes(body or b"")
        return said if whole else {}
    except ValueError:
        return {}
