from django.apps import AppConfig


class ReadersConfig(AppConfig):
    """Who the readers are: accounts, guests, sign-in."""

    name = "pennypress.readers"

    def ready(self) -> None:
        from pennypress.record.registry import declare

        from . import outbox  # noqa: F401 - it registers its job
        from .declarations import DECLARATION

        declare(DECLARATION)
