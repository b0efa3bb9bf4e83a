from django.apps import AppConfig


class AccountabilityConfig(AppConfig):
    """What can be proved: the record's pages, claims and checks."""

    name = "pennypress.accountability"

    def ready(self) -> None:
        from . import frame  # noqa: F401 - registers what it puts around pages
