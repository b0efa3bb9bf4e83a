from django.apps import AppConfig


class ArrivalsConfig(AppConfig):
    """How a newsroom moves in."""

    name = "pennypress.arrivals"

    def ready(self) -> None:
        from pennypress.record.registry import declare

        from .declarations import DECLARATION

        declare(DECLARATION)
