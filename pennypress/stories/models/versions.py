"""What was published of a story, as it was."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .stories import StoryPage


class Version(models.Model):
    """A published state of a story, frozen: `content` is the exact text the record commits to."""

    story = models.ForeignKey(StoryPage, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    published = models.DateTimeField()
    content = models.TextField(help_text=_("Canonical JSON"))
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of the content"))
    entry = models.BigIntegerField(unique=True, help_text=_("Its entry in the public record"))

    class Meta:
        ordering = ["story", "number"]
        constraints = [
            models.UniqueConstraint(fields=["story", "number"], name="stories_version_once")
        ]

    def __str__(self) -> str:
        return f"version {self.number} of story {self.story_id}"
