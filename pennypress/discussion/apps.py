from django.apps import AppConfig


class DiscussionConfig(AppConfig):
    """Readers' comments below stories."""

    name = "pennypress.discussion"

    def ready(self) -> None:
        from . import fragments, frame, live  # noqa: F401 - they register what they write
