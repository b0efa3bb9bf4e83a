"""What goes live, and what of it is recorded: every page of the paper passes through here.

`PaperPage.save` calls `check_going_live` before a live page is written and `record_state` after it,
in one transaction. Whatever makes a page live (an editor, a schedule, a workflow, a bulk action, a
copy, a translation, an arrival) ends in that save.
"""

import hashlib
import threading
from typing import Any

import rfc8785
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.db.models import TextField
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.fields import StreamField

from pennypress.delivery.actions import invalidate
from pennypress.discussion.actions import set_open
from pennypress.record.actions import append, last_kind_about, lock_log

from .content import SCHEMA, Story, committed_content, schema_of
from .translations import translations_tag

# The models: their modules import this one.
PaperPage = Any
Version = Any

HOME_DEPTH = 2  # in Wagtail's tree of pages: front pages lie below its root
BLOCKS_IN_USE = threading.RLock()  # held while blocks check a text: Wagtail changes them meanwhile


class NotPublishable(ValidationError):
    """A page cannot go live as it is; the messages say why, and by field where there is one."""

    def __init__(self, why: dict[str, list[str]] | str) -> None:
        # Wagtail's API expects a dictionary of whatever validation refuses.
        super().__init__(why if isinstance(why, dict) else {NON_FIELD_ERRORS: [why]})


# ── Before ─────────────────────────────────────────────────────────────────────────────────────


def check_going_live(page: PaperPage, *, was_live: bool) -> None:
    """Decide whether a page may be live. Raises NotPublishable."""
    if page.alias_of_id:
        raise NotPublishable(
            _("“%(title)s” cannot be an alias of another page: copy that page instead.")
            % {"title": page.title}
        )
    if not was_live and page.go_live_at and page.go_live_at > timezone.now():
        raise NotPublishable(
            _("“%(title)s” is scheduled for later: it cannot go live before.")
            % {"title": page.title}
        )
    if not was_live and page.depth and page.depth > HOME_DEPTH:
        home = page.get_ancestors().filter(depth=HOME_DEPTH, live=False).first()
        if home is not None:
            raise NotPublishable(
                _("Publish the front page “%(home)s” first: nothing below it can be read before.")
                % {"home": home.title}
            )
    if missing := find_missing(page):
        raise NotPublishable(missing)


def check_taking_down(page: PaperPage) -> None:
    """Decide whether a page may be taken down. Raises NotPublishable."""
    if page.depth == HOME_DEPTH and page.get_descendants().filter(live=True).exists():
        raise NotPublishable(
            _("“%(title)s” is the front page of pages that are live: take these down first.")
            % {"title": page.title}
        )


def find_missing(page: PaperPage) -> dict[str, list[str]]:
    """Return what a page lacks for publication, in an editor's words, by the name of the field."""
    missing: dict[str, list[str]] = {}
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            incomplete = _find_incomplete(getattr(page, field.name))
            if incomplete:
                missing[field.name] = [incomplete]
        elif isinstance(field, TextField) and (most := field.max_length):
            length = len(getattr(page, field.name))
            if length > most:
                missing[field.name] = [
                    _("It has %(length)d characters; %(most)d are the most.")
                    % {"length": length, "most": most}
                ]
    for name, said in page.find_missing_facts().items():
        missing.setdefault(name, []).extend(said)
    return missing


def _find_incomplete(stream) -> str:
    """Say what in a text of blocks is not complete; "" when all is."""
    try:
        with BLOCKS_IN_USE:
            stream.stream_block.clean(stream)
    except ValidationError as error:
        numbers = sorted(n for n in getattr(error, "block_errors", {}) if isinstance(n, int))
        if not numbers:
            return " ".join(error.messages)
        places = ", ".join(f"{number + 1} ({stream[number].block.label})" for number in numbers)
        return _("Something is missing or wrong in part %(places)s.") % {"places": places}
    return ""


# ── After ──────────────────────────────────────────────────────────────────────────────────────


def page_changed(page: PaperPage) -> None:
    """A page of the paper is live, or was: its own address and the links to it show the change."""
    with transaction.atomic():
        lock_log()
        invalidate(page.cache_tag, translations_tag(page), *page.tags_around)


def publish_version(story: Story, *, change: str = "", witnessed: bool = True) -> Version | None:
    """Freeze the live state of a story, as the database has it, as its next version.

    `change` says what kind of change it is (`Version.Change`; "": an ordinary one). The record says
    "carried over" of a version that is not `witnessed`: readers had it before the record knew of
    it, as they had the first one of a story from an arrival.
    Returns None when nothing that readers see has changed since the last version; the record then
    says of a story that was taken down that it is public again.
    """
    with transaction.atomic():
        discussion = set_open(story, story.discussion_open)
        last = story.versions.order_by("-number").first()
        content = _canonical(story)
        if last and last.content == _as_in(last, story, content):
            if last_kind_about(f"story:{story.pk}") == "story.unpublished":
                append("story.restored", f"story:{story.pk}", timezone.now())
            _note_pictures(story, last)  # another one may look the same
            page_changed(story)
            return None
        now = timezone.now()
        number = last.number + 1 if last else 1
        facts: dict[str, Any] = {
            "version": number,
            "kind": story.kind,
            "language": story.locale.language_code,
        }
        if change:
            facts["change"] = change
        if not witnessed or (story.carried_over and number == 1):
            facts["carried_over"] = True
        entry = append(
            "story.published", f"story:{story.pk}", now, facts, {"content": content.encode()}
        )
        version = story.versions.create(
            number=number,
            published=now,
            change=change,
            content=content,
            digest=hashlib.sha256(content.encode()).hexdigest(),
            entry=entry.index,
        )
        _note_pictures(story, version)
        invalidate(
            story.cache_tag,
            translations_tag(story),
            f"discussion:{discussion.pk}",
            *story.tags_around,
        )
    return version


def _note_pictures(story: Story, version: Version) -> None:
    """Note which pictures a version shows: they stay as long as readers can see it."""
    use = version.pictures.model
    numbers = {picture.pk for picture in story.pictures}
    use.objects.bulk_create(
        [use(version=version, picture_id=number) for number in numbers], ignore_conflicts=True
    )


def _as_in(version: Version, story: Story, content: str) -> str:
    """What a story shows, by the schema of a version; `content` is that by the latest one."""
    schema = schema_of(version.content)
    return content if schema == SCHEMA else _canonical(story, schema)


def _canonical(story: Story, schema: int | None = None) -> str:
    return rfc8785.dumps(committed_content(story, schema)).decode()


def record_unpublished(story: Story) -> None:
    """Record that a story was taken down, if readers had it. Its versions and discussion stay."""
    with transaction.atomic():
        lock_log()
        if last_kind_about(f"story:{story.pk}") in {"story.published", "story.restored"}:
            append("story.unpublished", f"story:{story.pk}", timezone.now())
        page_changed(story)
