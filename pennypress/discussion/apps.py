from django.apps import AppConfig


class DiscussionConfig(AppConfig):
    """Readers' comments below stories."""

    name = "pennypress.discussion"

    def ready(self) -> None:
        from pennypress.record.registry import declare

        from . import fragments, frame, live  # noqa: F401 - they register what they write
        from .declarations import DECLARATION

        declare(DECLARATION)
