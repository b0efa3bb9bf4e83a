"""What can happen to stories: they are published, frozen as versions, and taken down."""

import hashlib
import json
from typing import Any

import rfc8785
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.text import slugify
from wagtail.models import Locale, Page, Site

from pennypress.delivery.actions import invalidate
from pennypress.discussion.actions import set_open
from pennypress.foundation.text import nfc
from pennypress.record.actions import append, last_kind_about, lock_log

from .models import HomePage, SectionPage, StoryPage, Version

SLUG_LENGTH = 60


def publish_story(story: StoryPage, section: SectionPage, user=None) -> StoryPage:
    """Put a new story under its section, or save a changed one, and publish it.

    Freezes a version in the same transaction. Returns the story as it is live.
    """
    with transaction.atomic():
        if story.pk is None:
            story.slug = story.slug or free_slug(section, story.title)
            story.locale_id = section.locale_id
            section.add_child(instance=story)
        story.save_revision(user=user).publish(user=user)
    return StoryPage.objects.get(pk=story.pk)


def publish_version(story: StoryPage, *, witnessed: bool = True) -> Version | None:
    """Freeze the live state of a story as its next version. Called whenever Wagtail publishes one.

    The record says "carried over" of a version that is not `witnessed`: readers had it before the
    record knew of it, as they had the first one of a story from an arrival.
    Returns None when nothing that readers see has changed since the last version; the record then
    says of a story that was taken down that it is public again.
    """
    content = rfc8785.dumps(committed_content(story))
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        discussion = set_open(story, story.discussion_open)
        last = story.versions.order_by("-number").first()
        if last and last.digest == digest:
            if last_kind_about(f"story:{story.pk}") == "story.unpublished":
                append("story.restored", f"story:{story.pk}", timezone.now())
            invalidate(f"story:{story.pk}", f"section:{story.get_parent().pk}", "home")
            return None
        now = timezone.now()
        number = last.number + 1 if last else 1
        facts: dict[str, Any] = {
            "version": number,
            "kind": story.kind,
            "language": story.locale.language_code,
        }
        if not witnessed or (story.carried_over and number == 1):
            facts["carried_over"] = True
        entry = append("story.published", f"story:{story.pk}", now, facts, {"content": content})
        version = Version.objects.create(
            story=story,
            number=number,
            published=now,
            content=content.decode(),
            digest=digest,
            entry=entry.index,
        )
        invalidate(
            f"story:{story.pk}",
            f"discussion:{discussion.pk}",
            f"section:{story.get_parent().pk}",
            "home",
        )
    return version


def record_unpublished(story: StoryPage) -> None:
    """Record that a story was taken down. Its versions and discussion stay."""
    with transaction.atomic():
        append("story.unpublished", f"story:{story.pk}", timezone.now())
        invalidate(f"story:{story.pk}", f"section:{story.get_parent().pk}", "home")


def freeze_missing_versions() -> int:
    """Freeze live stories that have no version of their live state; return how many.

    Wagtail may publish outside of our transactions (a workflow's approval); should the process
    die just then, the next start heals it.
    """
    frozen = 0
    # Whatever was published again without a change is looked at again at each start, in vain.
    up_to_date = Version.objects.filter(
        story=OuterRef("pk"), published__gte=OuterRef("last_published_at")
    )
    for story in StoryPage.objects.live().exclude(Exists(up_to_date)):
        frozen += publish_version(story, witnessed=False) is not None
    return frozen


def committed_content(story: StoryPage) -> dict[str, Any]:
    """Return all that readers see of a story, as the value whose canonical JSON is frozen."""
    picture = story.lead_picture
    return {
        "headline": story.title,
        "standfirst": story.standfirst,
        "kind": story.kind,
        "language": story.locale.language_code,
        "dateline": story.dateline,
        "date": story.published.isoformat() if story.published else None,
        "bylines": [byline.person.name for byline in story.bylines.select_related("person")],
        "picture": {
            "sha1": picture.file_hash or picture.get_file_hash(),
            "alt": story.lead_alt,
            "caption": story.lead_caption,
            "credit": picture.credit,
        }
        if picture
        else None,
        "body": _blocks(story.body),
        "sources": _blocks(story.sources),
    }


def _blocks(stream) -> list[dict[str, Any]]:
    """A stream as Wagtail stores it, through JSON: dates become text. Block ids say nothing."""
    raw = json.loads(json.dumps(list(stream.get_prep_value()), cls=DjangoJSONEncoder))
    return [{"type": block["type"], "value": block["value"]} for block in raw]


def free_slug(parent: Page, title: str) -> str:
    """Return a slug for a title that no sibling has; Unicode letters stay."""
    base = slugify(nfc(title), allow_unicode=True) or "story"
    if len(base) > SLUG_LENGTH:
        base = base[: SLUG_LENGTH + 1].rpartition("-")[0] or base[:SLUG_LENGTH]
    taken = set(parent.get_children().values_list("slug", flat=True))
    if base in settings.RESERVED_SLUGS:
        taken.add(base)
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug


def home_of(language: str | None = None) -> HomePage | None:
    """Return the home page in a language, or in the site's own when that has none."""
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is None:
        return None
    home = HomePage.objects.filter(pk=site.root_page_id).first()
    if home and language and home.locale.language_code != language:
        locale = Locale.objects.filter(language_code=language).first()
        return (locale and home.get_translation_or_none(locale)) or home
    return home


def find_or_make_section(slug: str, title: str) -> SectionPage:
    """Return the section of this slug under the site's home page; make it when it is missing."""
    home = home_of()
    if home is None:
        raise LookupError("there is no site yet: run `pennypress init`")
    section = SectionPage.objects.child_of(home).filter(slug=slug).first()
    if section is None:
        with transaction.atomic():
            lock_log()
            section = home.add_child(
                instance=SectionPage(title=title, slug=slug, show_in_menus=True)
            )
            invalidate("home", "site", "navigation")
    return section
