"""What arrived from elsewhere: each run with its report, and where each item came from."""

from django.db import models


class Arrival(models.Model):
    """One run of `pennypress import`."""

    kind = models.CharField(max_length=20)
    files = models.TextField(help_text="Names of the files, without their folders")
    started = models.DateTimeField()
    finished = models.DateTimeField(null=True)
    report = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"arrival {self.pk} ({self.kind})"


class Origin(models.Model):
    """Where something came from. One row per source id: running an import again finds it here."""

    class What(models.TextChoices):
        STORY = "story"
        COMMENT = "comment"
        CAMPAIGN = "campaign"
        SUM = "sum"

    source = models.CharField(max_length=200, unique=True)
    what = models.CharField(max_length=10, choices=What)
    number = models.BigIntegerField(help_text="Primary key of what was made")
    arrival = models.ForeignKey(Arrival, on_delete=models.PROTECT, related_name="origins")

    def __str__(self) -> str:
        return f"{self.what} {self.number} from {self.source}"
