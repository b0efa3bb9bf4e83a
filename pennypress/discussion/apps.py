from django.apps import AppConfig


class DiscussionConfig(AppConfig):
    """Readers' comments below stories."""

    name = "pennypress.discussion"

    def ready(self) -> None:
        from . import live  # noqa: F401 - registers its topic
