from django.apps import AppConfig


class ArrivalsConfig(AppConfig):
    """How a newsroom moves in."""

    name = "pennypress.arrivals"

    def ready(self) -> None:
        from wagtail.signals import page_published

        from pennypress.record.registry import declare

        from . import listeners
        from .declarations import DECLARATION

        declare(DECLARATION)
        page_published.connect(listeners.story_published)
