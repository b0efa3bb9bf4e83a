"""What limits remember beyond one process: buckets, the days' keys, and what waits."""

from django.db import models


class Bucket(models.Model):
    """A bucket that is not full: the moment at which it will be. Gone once it is."""

    # A number, not words: each comment writes half a dozen of these, and this is one index less.
    id = models.BigIntegerField(primary_key=True, help_text="Hash of the limit and its thing")
    full_at = models.BigIntegerField(help_text="Microseconds since 1970")

    def __str__(self) -> str:
        return f"bucket {self.pk}"


class DayKey(models.Model):
    """The random key under which a day's addresses are hashed. Gone when the next day is over."""

    day = models.DateField(primary_key=True)
    key = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"key of {self.day}"


class Waiting(models.Model):
    """A reader's comment that waits for a moderator, by its number, and who sent it."""

    number = models.BigIntegerField(primary_key=True)
    sender = models.CharField(
        max_length=32, blank=True, help_text="Its address under the key of its day, while there is"
    )
    day = models.DateField()

    def __str__(self) -> str:
        return f"comment {self.number}"
