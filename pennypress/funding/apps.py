from django.apps import AppConfig


class FundingConfig(AppConfig):
    """The fund: campaigns, the ledger, the meter."""

    name = "pennypress.funding"

    def ready(self) -> None:
        from pennypress.record.registry import declare

        from . import fragments, frame, live  # noqa: F401 - they register what they write
        from .declarations import DECLARATION

        declare(DECLARATION)
