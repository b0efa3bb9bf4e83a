"""Where what Wagtail does to pages and sites meets our verbs."""

from functools import partial

from django.db import transaction

from pennypress.delivery.actions import invalidate
from pennypress.record.actions import lock_log

from .embeds import fetch_story_embeds
from .models import PaperPage, StoryPage
from .pictures import make_story_pictures
from .publishing import check_taking_down


def story_published(sender, instance, **kwargs) -> None:
    """Have a story's pictures made, and its embeds fetched. Its version is frozen by then."""
    if not isinstance(instance, StoryPage) or not instance.live:  # only scheduled: sent then too
        return
    transaction.on_commit(partial(make_story_pictures.enqueue, instance.pk))
    if any(block.block_type == "embed" for block in instance.body):
        transaction.on_commit(partial(fetch_story_embeds.enqueue, instance.pk))


def plain_page_saved(sender, instance, update_fields, **kwargs) -> None:
    """A page was saved as a mere page: its kind's own `save` did not see it."""
    if update_fields is None or "live" in update_fields:
        page = instance.specific
        if isinstance(page, PaperPage):
            if not page.live:
                check_taking_down(page)
            page.record_state()


def page_moved(sender, instance, **kwargs) -> None:
    """A page has another address, or another place among its like: links to it change."""
    _everything_changed()


def page_deleted(sender, instance, **kwargs) -> None:
    """A page is gone for good, and with it the links to it."""
    _everything_changed()


def restriction_changed(sender, instance, **kwargs) -> None:
    """A page is no longer for everybody, or is so again."""
    _everything_changed()


def site_saved(sender, instance, **kwargs) -> None:
    """The paper's name and address stand on every page."""
    _everything_changed()


def _everything_changed() -> None:
    with transaction.atomic():
        lock_log()
        invalidate("site", "navigation", "home")
