"""Where Wagtail's publishing meets our verbs."""

from functools import partial

from django.db import transaction

from pennypress.delivery.actions import touch
from pennypress.record.actions import take_turn

from .actions import publish_version, record_unpublished
from .embeds import fetch_story_embeds
from .models import StoryPage
from .pictures import make_story_pictures


def story_published(sender, instance, **kwargs) -> None:
    """Freeze a version, and have the story's pictures made; other pages only become stale."""
    if not isinstance(instance, StoryPage):
        with transaction.atomic():
            take_turn()
            touch("site", "home")
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
        with transaction.atomic():
            take_turn()
            touch("site", "home")
