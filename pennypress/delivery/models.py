"""What changed, and in which order: the rows by which every process learns of a commit."""

from django.db import models


class Sequence(models.Model):
    """The one row that numbers changes."""

    value = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="delivery_one_sequence")
        ]

    def __str__(self) -> str:
        return f"change {self.value}"


class Tag(models.Model):
    """A thing that pages show, such as `story:12`, and the number of its latest change."""

    name = models.CharField(max_length=120, primary_key=True)
    sequence = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return f"{self.name} at {self.sequence}"
