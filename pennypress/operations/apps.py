from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """What keeps a site running: serving, jobs, housekeeping, backups."""

    name = "pennypress.operations"
