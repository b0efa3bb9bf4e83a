from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    """How pages leave: the page cache, live updates, a CDN."""

    name = "pennypress.delivery"

    def ready(self) -> None:
        from . import purge  # noqa: F401 - registers its job
