"""Who runs the site's jobs at the moment, and how they went."""

from django.db import models


class Lease(models.Model):
    """What one process has for itself until a moment by the database's clock, unless it renews.

    One is the leader's (see `leases.LEADER`); each process that runs jobs, or queued tasks,
    has one of its own.
    """

    name = models.CharField(max_length=80, primary_key=True)
    holder = models.CharField(max_length=64, help_text="Id of the process; empty when released")
    token = models.BigIntegerField(default=0, help_text="Rises with each new holder")
    taken = models.DateTimeField()
    expires = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.name}: {self.holder or 'nobody'}"

    @property
    def kind(self) -> str:
        """What kind of process has it: the first word of its name."""
        return self.name.partition(" ")[0]


class JobState(models.Model):
    """How a periodic job went. Written when that changes, else at most once a minute."""

    name = models.CharField(max_length=80)
    worker = models.CharField(
        max_length=64,
        blank=True,
        help_text="Of a job that runs on each node, the id of the process; empty for the leader's",
    )
    started = models.DateTimeField(null=True, help_text="The last run's start")
    succeeded = models.DateTimeField(null=True, help_text="The last success")
    failed = models.DateTimeField(null=True, help_text="The last failure")
    error = models.CharField(max_length=300, blank=True, help_text="Of the last failure, one line")
    failures = models.PositiveIntegerField(default=0, help_text="In a row, up to now")
    next_run = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        permissions = [("manage_jobs", "Can see background jobs, and retry or delete failed tasks")]
        constraints = [
            models.UniqueConstraint(fields=["name", "worker"], name="operations_one_state_per_job")
        ]

    def __str__(self) -> str:
        return self.name
