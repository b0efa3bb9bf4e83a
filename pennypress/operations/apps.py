from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """What keeps a site running: serving, jobs, housekeeping, backups."""

    name = "pennypress.operations"

    def ready(self) -> None:
        from pennypress.record.registry import Declaration, declare

        from . import housekeeping, queued_tasks  # noqa: F401 - they register their jobs
        from .jobs import check_jobs

        declare(Declaration(part="operations", checks={"jobs": check_jobs}))
