"""Rows of the public record: canonical entries, and the salts of what they commit to."""

from django.db import models

from .notes import LONGEST_WITNESS_NAME


class Log(models.Model):
    """The one row that counts entries; updating it makes writers queue, so no number is skipped."""

    size = models.BigIntegerField(default=0)
    begins = models.BigIntegerField(
        null=True, help_text="The first entry under the present origin, where another log's precede"
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="record_one_log")]

    def __str__(self) -> str:
        return f"log of {self.size} entries"


class Entry(models.Model):
    """One entry of the record. `body` holds the exact bytes (RFC 8785 JSON); never changed."""

    index = models.BigIntegerField(primary_key=True, help_text="Position in the log, from 0")
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=120, db_index=True)
    body = models.BinaryField()

    class Meta:
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return f"{self.index} {self.kind} {self.subject}"


class Salt(models.Model):
    """The salt of one commitment of an entry: public while its content is, erased with it."""

    entry = models.ForeignKey(
        Entry, on_delete=models.PROTECT, related_name="salts", db_index=False
    )  # the constraint below is its index
    name = models.CharField(max_length=40)
    salt = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "name"], name="record_one_salt_per_name")
        ]

    def __str__(self) -> str:
        return f"salt of {self.name} in entry {self.entry_id}"


class Tile(models.Model):
    """256 neighbouring hashes of the tree (C2SP tlog-tiles), and the root over them. Full ones.

    Those at the right edge of the tree are not stored: they follow from what is.
    """

    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField(help_text="Position within the level, from 0")
    hashes = models.BinaryField(max_length=8192)
    root = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["level", "index"], name="record_one_tile_per_place")
        ]

    def __str__(self) -> str:
        return f"tile {self.level}/{self.index}"


class Checkpoint(models.Model):
    """A signed statement of the log's size and root. Never changed."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    note = models.TextField(help_text="C2SP tlog-checkpoint, as it is served")
    signed = models.DateTimeField()

    def __str__(self) -> str:
        return f"checkpoint of {self.size} entries"


class Day(models.Model):
    """The first checkpoint signed on a day (UTC): the one that every page shows.

    A day on which a restore began a successor has one of each log.
    """

    day = models.DateField(db_index=True)
    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="+")
    entry = models.BigIntegerField(primary_key=True, help_text="Its own line in the record")

    def __str__(self) -> str:
        return f"checkpoint of {self.day}"


class Cosignature(models.Model):
    """A witness's line under a checkpoint: this tree was shown to others, too. Never changed."""

    checkpoint = models.ForeignKey(
        Checkpoint, on_delete=models.PROTECT, related_name="cosignatures"
    )
    witness = models.CharField(max_length=LONGEST_WITNESS_NAME)
    line = models.TextField(help_text="C2SP tlog-cosignature, as it is served")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["checkpoint", "witness"], name="record_one_line_per_witness"
            )
        ]

    def __str__(self) -> str:
        return f"cosignature of {self.witness}"
