"""What was published of a story, as it was."""

from django.db import models
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from pennypress.pictures.models import Picture

from .stories import StoryPage


class Version(models.Model):
    """A published state of a story, frozen: `content` is the exact text the record commits to."""

    class Change(models.TextChoices):
        """What kind of change led to it."""

        EDIT = "", _("Edited")
        MINOR = "minor", _("Minor")  # of what the story shows, but not of the story itself

    story = models.ForeignKey(StoryPage, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    published = models.DateTimeField()
    change = models.CharField(max_length=16, choices=Change, default=Change.EDIT, blank=True)
    content = models.TextField(help_text=_("Canonical JSON"))
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of the content"))
    entry = models.BigIntegerField(unique=True, help_text=_("Its entry in the public record"))

    why_kept = _(
        "Published stories are part of the public record and cannot be deleted. Unpublish instead."
    )

    class Meta:
        ordering = ["story", "number"]
        constraints = [
            models.UniqueConstraint(fields=["story", "number"], name="stories_version_once"),
            models.CheckConstraint(
                condition=models.Q(change__in=["", "minor"]), name="stories_version_known_change"
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of story {self.story_id}"


def protect_while_public(collector, field, uses, using) -> None:
    """Refuse to delete what a version of a live story shows; forget it of stories taken down."""
    public = [use for use in uses if use.version.story.live]
    if public:
        raise ProtectedError(f"{len(public)} public versions show it", set(public))
    models.CASCADE(collector, field, uses, using)


class VersionPicture(models.Model):
    """A picture that a version shows: neither it nor its file goes while readers can see that."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="pictures")
    picture = models.ForeignKey(Picture, on_delete=protect_while_public, related_name="shown_in")

    why_kept = _(
        "This picture cannot be deleted: published versions of stories show it, and whoever checks "
        "the public record must be able to see it. If it must go, take those stories down first."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "picture"], name="stories_version_picture_once"
            )
        ]

    def __str__(self) -> str:
        return f"picture {self.picture_id} in {self.version}"
