from django.apps import AppConfig


class SiteConfig(AppConfig):
    """What stands around every page. Knows no part: parts register what they put there."""

    name = "pennypress.site"

    def ready(self) -> None:
        from . import fragments  # noqa: F401 - registers what it writes
