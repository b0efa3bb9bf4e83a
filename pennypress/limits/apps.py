from django.apps import AppConfig


class LimitsConfig(AppConfig):
    """How often what may happen: from an address, by a reader, on the whole site."""

    name = "pennypress.limits"

    def ready(self) -> None:
        from . import cleaning  # noqa: F401 - registers its job
