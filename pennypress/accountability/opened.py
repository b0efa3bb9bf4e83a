"""Opening the record's commitments: the words behind them, with their salts, while both are public.

What was withdrawn, removed or taken down is not here. Its entry stays, and says nothing of it.
"""

import base64
import json
from collections.abc import Iterator

from wagtail.models import Page

from pennypress.delivery.dependencies import depends_on
from pennypress.discussion.actions import committed_words
from pennypress.discussion.models import Comment, Rule
from pennypress.discussion.rules import committed_rule
from pennypress.funding.actions import committed_text
from pennypress.funding.models import Campaign
from pennypress.record.actions import entries_about, holds
from pennypress.record.models import Entry, Salt
from pennypress.record.tiles import WIDTH, signed_size
from pennypress.stories.models import StoryPage, Version

Opened = tuple[int, str, bytes]  # entry, name of the commitment, the exact bytes committed to


def read_opened(bundle: int) -> list[dict[str, object]]:
    """Return what may be opened of the signed entries of a bundle, by number: salt and content."""
    entries = range(bundle * WIDTH, min((bundle + 1) * WIDTH, signed_size()))
    salts = {
        (entry, name): bytes(salt)
        for entry, name, salt in Salt.objects.filter(
            entry__gte=entries.start, entry__lt=entries.stop
        ).values_list("entry_id", "name", "salt")
    }
    return [
        {
            "entry": entry,
            "name": name,
            "salt": base64.b64encode(salts[entry, name]).decode(),
            "content": content.decode(),
        }
        for entry, name, content in sorted(_contents(entries))
        if (entry, name) in salts
    ]


def _contents(entries: range) -> Iterator[Opened]:
    yield from _versions(entries)
    yield from _comments(entries)
    yield from _campaigns(entries)
    yield from _rules(entries)


def _versions(entries: range) -> Iterator[Opened]:
    versions = Version.objects.filter(entry__gte=entries.start, entry__lt=entries.stop)
    public = set(
        StoryPage.objects.live()
        .public()
        .filter(versions__in=list(versions))
        .values_list("pk", flat=True)
    )
    for version in versions:
        depends_on(f"story:{version.story_id}")
        if version.story_id in public:
            yield version.entry, "content", version.content.encode()


def _comments(entries: range) -> Iterator[Opened]:
    posted = {
        int(subject.partition(":")[2]): index
        for index, subject in Entry.objects.filter(
            index__gte=entries.start, index__lt=entries.stop, kind="comment.posted"
        ).values_list("index", "subject")
    }
    comments = list(Comment.objects.filter(pk__in=list(posted)))
    pages = {comment.discussion_id for comment in comments}
    public = set(Page.objects.live().public().filter(pk__in=pages).values_list("pk", flat=True))
    depends_on(*(f"{kind}:{page}" for page in pages for kind in ("discussion", "story")))
    for comment in comments:
        if comment.visible and comment.discussion_id in public:
            yield posted[comment.pk], "words", committed_words(comment)


def _campaigns(entries: range) -> Iterator[Opened]:
    """Of a campaign only the latest words are known."""
    depends_on("campaigns")
    for campaign in Campaign.objects.all():
        depends_on(f"campaign:{campaign.pk}")
        said = Entry.objects.filter(
            subject=f"campaign:{campaign.pk}", kind__in=["campaign.opened", "campaign.changed"]
        ).last()
        if said and said.index in entries and "text" in json.loads(bytes(said.body))["commitments"]:
            yield said.index, "text", committed_text(campaign)


def _rules(entries: range) -> Iterator[Opened]:
    """Of a house rule only the present words are known."""
    depends_on("rules")
    for rule in Rule.objects.all():
        lines = entries_about(f"rule:{rule.number}")
        if lines and lines[-1] in entries and holds(lines[-1], "text", committed_rule(rule)):
            yield lines[-1], "text", committed_rule(rule)
