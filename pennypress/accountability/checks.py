"""What `pennypress check` proves about a site: settings, database, ledger, discussions, versions."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.core import checks
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, F, Q

from pennypress.discussion.models import Comment, Discussion
from pennypress.funding.figures import raised_minor
from pennypress.funding.models import Campaign, Transfer
from pennypress.record.models import Entry, Log
from pennypress.stories.models import StoryPage


@dataclass(frozen=True)
class Finding:
    """The outcome of one check; `problems` is empty when all is well."""

    name: str
    problems: list[str]


def run_checks() -> list[Finding]:
    """Run every check and return what each found. Changes nothing."""
    if problems := list(_database()):
        return [Finding("database", problems)]
    rest: dict[str, Callable[[], Iterator[str]]] = {
        "configuration": _configuration,
        "ledger": _ledger,
        "discussions": _discussions,
        "versions": _versions,
        "record": _record,
    }
    return [Finding("database", []), *(Finding(name, list(find())) for name, find in rest.items())]


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
        if total != raised_minor(campaign):
            yield f"campaign {campaign.slug}: the meter says {raised_minor(campaign)}, the entries {total}"


def _discussions() -> Iterator[str]:
    for discussion in Discussion.objects.annotate(
        found=Count("comments", filter=Q(comments__state="visible"))
    ).exclude(count=F("found")):
        yield f"discussion {discussion.pk} counts {discussion.count}, {discussion.found} are visible"
    for comment in Comment.objects.annotate(
        found=Count("replies", filter=Q(replies__shown=True))
    ).exclude(replies_shown=F("found")):
        yield f"comment {comment.pk} counts {comment.replies_shown} replies, {comment.found} are shown"
    for comment in Comment.objects.filter(parent__isnull=False).select_related("parent").iterator():
        if not comment.path.startswith(comment.parent.path):
            yield f"comment {comment.pk} does not lie under its parent {comment.parent_id}"


def _versions() -> Iterator[str]:
    for story in StoryPage.objects.live().filter(versions__isnull=True):
        yield f"story {story.pk} is published without a version: `pennypress serve` freezes it"


def _record() -> Iterator[str]:
    size = Log.objects.values_list("size", flat=True).first() or 0
    if Entry.objects.count() != size or Entry.objects.filter(index__gte=size).exists():
        yield f"the record says {size} entries and holds {Entry.objects.count()}"
