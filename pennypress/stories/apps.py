from django.apps import AppConfig


class StoriesConfig(AppConfig):
    """Hears what Wagtail does to pages and sites: it makes no call that we could take."""

    name = "pennypress.stories"

    def ready(self) -> None:
        from django.db.models.signals import post_delete, post_save
        from wagtail.models import Page, PageViewRestriction, Site
        from wagtail.signals import (
            page_published,
            page_slug_changed,
            post_page_move,
        )

        from pennypress.record.registry import declare

        # frame and fragments register what they put around and on pages, routing what it knows,
        # bylines who writes, the others their jobs
        from . import bylines, fragments, frame, listeners, routing, scheduling  # noqa: F401
        from .declarations import DECLARATION

        declare(DECLARATION)
        page_published.connect(listeners.story_published)
        post_save.connect(listeners.plain_page_saved, sender=Page)
        post_page_move.connect(listeners.page_moved)
        page_slug_changed.connect(listeners.page_moved)
        post_delete.connect(listeners.page_deleted, sender=Page)  # sent for each kind of page too
        post_save.connect(listeners.site_saved, sender=Site)
        for changed in (post_save, post_delete):
            changed.connect(listeners.restriction_changed, sender=PageViewRestriction)
