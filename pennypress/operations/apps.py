from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """What keeps a site running: serving, jobs, housekeeping, backups."""

    name = "pennypress.operations"

    def ready(self) -> None:
        from pennypress.record.registry import Declaration, declare

        from . import housekeeping, queued_tasks  # noqa: F401 - they register their jobs
        from .files_check import check_files, repair_files
        from .jobs import check_jobs

        declare(
            Declaration(
                part="operations",
                checks={"jobs": check_jobs, "files": check_files},
                repairs={"files": repair_files},
            )
        )
