"""Where what Wagtail does to pages, sites and pictures meets our verbs."""

from functools import partial

from django.db import transaction
from wagtail.models import Page

from pennypress.delivery.actions import invalidate
from pennypress.record.actions import lock_log

from .actions import publish_version, record_unpublished
from .embeds import fetch_story_embeds
from .models import HomePage, HousePage, SectionPage, StoryPage
from .pictures import make_story_pictures


def tag_of(page: Page) -> str:
    """The tag of a page of the paper: what its own address shows."""
    match page:
        case StoryPage():
            return f"story:{page.pk}"
        case SectionPage():
            return f"section:{page.pk}"
        case HomePage():
            return "home"
    return f"page:{page.pk}"


def story_published(sender, instance, **kwargs) -> None:
    """Freeze a version, and have the story's pictures made; other pages only become stale."""
    if not isinstance(instance, StoryPage):
        _changed(instance)
        return
    if not instance.live:  # only scheduled: Wagtail says "published" then too
        return
    publish_version(instance)
    transaction.on_commit(partial(make_story_pictures.enqueue, instance.pk))
    if any(block.block_type == "embed" for block in instance.body):
        transaction.on_commit(partial(fetch_story_embeds.enqueue, instance.pk))


def story_unpublished(sender, instance, **kwargs) -> None:
    """Record that a story was taken down."""
    if isinstance(instance, StoryPage):
        record_unpublished(instance)
    else:
        _changed(instance)


def page_moved(sender, instance, **kwargs) -> None:
    """A page has another address, or another place among its like: links to it change."""
    _everything_changed()


def page_deleted(sender, instance, **kwargs) -> None:
    """A page is gone for good, and with it the links to it."""
    _everything_changed()


def picture_deleted(sender, instance, **kwargs) -> None:
    """A picture is gone for good. Wagtail's views that delete one call no hook."""
    with transaction.atomic():
        invalidate(f"picture:{instance.pk}")


def restriction_changed(sender, instance, **kwargs) -> None:
    """A page is no longer for everybody, or is so again."""
    _everything_changed()


def site_saved(sender, instance, **kwargs) -> None:
    """The paper's name and address stand on every page."""
    _everything_changed()


def _changed(page: Page) -> None:
    with transaction.atomic():
        lock_log()
        # A house page is named in the footer alone; the others are named in the stories too.
        others = ["navigation"] if isinstance(page, HousePage) else ["navigation", "site", "home"]
        invalidate(tag_of(page), *others)


def _everything_changed() -> None:
    with transaction.atomic():
        lock_log()
        invalidate("site", "navigation", "home")
