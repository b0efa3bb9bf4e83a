from django.apps import AppConfig


class RecordConfig(AppConfig):
    """The public record."""

    name = "pennypress.record"

    def ready(self) -> None:
        from . import sealing, witnesses  # noqa: F401 - they register their jobs
        from .declarations import DECLARATION
        from .registry import declare

        declare(DECLARATION)
