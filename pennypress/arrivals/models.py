"""What arrived from elsewhere: each run with its report, and where each item came from."""

from django.conf import settings
from django.db import models
from wagtail.models import Page


class Arrival(models.Model):
    """One run of `pennypress import`. One that was interrupted has not finished: it is resumed."""

    kind = models.CharField(max_length=20)
    files = models.TextField(help_text="Names of the files, without their folders")
    started = models.DateTimeField()
    finished = models.DateTimeField(null=True)
    report = models.JSONField(default=dict)
    take_back_asked = models.DateTimeField(null=True)
    taken_back = models.DateTimeField(null=True)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        permissions = [("manage_arrivals", "Can see to what arrived from elsewhere")]

    def __str__(self) -> str:
        return f"arrival {self.pk} ({self.kind})"


class Origin(models.Model):
    """Where something came from. One row per source id: running an import again finds it here."""

    class What(models.TextChoices):
        STORY = "story"
        COMMENT = "comment"
        CAMPAIGN = "campaign"
        SUM = "sum"
        PICTURE = "picture"

    source = models.CharField(max_length=200, unique=True)
    what = models.CharField(max_length=10, choices=What)
    number = models.BigIntegerField(help_text="Primary key of what was made")
    arrival = models.ForeignKey(Arrival, on_delete=models.PROTECT, related_name="origins")

    def __str__(self) -> str:
        return f"{self.what} {self.number} from {self.source}"


class WaitingComments(models.Model):
    """The comments of a story that arrived as a draft: they are written when it is published.

    What nobody can read is not in the record, and a draft that is thrown away takes them along.
    """

    page = models.OneToOneField(Page, primary_key=True, on_delete=models.CASCADE, related_name="+")
    arrival = models.ForeignKey(Arrival, on_delete=models.CASCADE, related_name="+")
    items = models.JSONField(help_text="As `CommentItem` has them")
    hold_flagged = models.BooleanField()

    def __str__(self) -> str:
        return f"{len(self.items)} comments of page {self.page_id}"


class OpenDoubt(models.Model):
    """Something that a parser was not sure of; an editor settles it."""

    arrival = models.ForeignKey(Arrival, on_delete=models.CASCADE, related_name="doubts")
    page = models.ForeignKey(Page, null=True, on_delete=models.CASCADE, related_name="+")
    what = models.CharField(max_length=40)
    why = models.TextField()
    where = models.CharField(max_length=300)
    grave = models.BooleanField(help_text="It kept the page a draft")
    settled = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["arrival", "page"],
                condition=models.Q(settled__isnull=True),
                name="arrivals_open_doubts",
            )
        ]

    def __str__(self) -> str:
        return f"{self.what}: {self.why}"


def known_number(source: str) -> int | None:
    """Return the primary key of what was made of a source before; None for nothing."""
    return Origin.objects.filter(source=source).values_list("number", flat=True).first()


def remember(source: str, what: str, number: int, arrival: Arrival) -> None:
    """Note what was made of a source."""
    Origin.objects.create(source=source, what=what, number=number, arrival=arrival)
