from django.apps import AppConfig


class RecordConfig(AppConfig):
    """The public record."""

    name = "pennypress.record"

    def ready(self) -> None:
        from .declarations import DECLARATION
        from .registry import declare

        declare(DECLARATION)
