"""Where old addresses lead."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page


class Redirect(models.Model):
    """An old address, and where it leads: to a page wherever that is now, or to an address.

    `path` is decoded, NFC, and without `/` at its end. `query` holds the parameters that count, in
    order. Rows are found by `key`, a digest: paths are longer than an index takes. Written by the
    verbs in `actions.py` and by moves alone.
    """

    class Form(models.TextChoices):
        EXACT = "exact", _("this address alone")
        PREFIX = "prefix", _("this address and all below it")
        QUERY = "query", _("this address with these parameters")

    class Origin(models.TextChoices):
        HAND = "hand", _("by hand")
        MOVE = "move", _("by a move")
        ARRIVAL = "arrival", _("by an arrival")

    form = models.CharField(
        max_length=6,
        choices=Form,
        default=Form.EXACT,
        verbose_name=_("holds for"),
        help_text=_(
            "All below it: the end of an old address is kept. Parameters: what stands behind the "
            "“?”, in any order; others do not count."
        ),
    )
    path = models.TextField()
    query = models.TextField(blank=True)
    key = models.CharField(max_length=32)
    digest = models.CharField(max_length=32)
    page = models.ForeignKey(
        Page,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("to the page"),
        help_text=_("The address leads wherever it moves to, and nowhere while it is not public."),
    )
    rest = models.TextField(blank=True)  # behind the page's address: a part of it, ?query, #place
    address = models.TextField(blank=True)  # a path of this site, or an address elsewhere
    permanent = models.BooleanField(
        default=True,
        verbose_name=_("for good"),
        help_text=_("Search engines forget the old address. Otherwise it leads there for now."),
    )
    origin = models.CharField(
        max_length=7, choices=Origin, default=Origin.HAND, verbose_name=_("made")
    )
    made = models.DateTimeField(auto_now_add=True, verbose_name=_("when"))

    class Meta:
        ordering = ["-made", "-pk"]
        verbose_name = _("redirect")
        verbose_name_plural = _("redirects")
        indexes = [models.Index(fields=["key"], name="stories_redirect_key")]
        constraints = [
            models.UniqueConstraint(fields=["form", "digest"], name="stories_redirect_once"),
            models.CheckConstraint(
                condition=Q(form__in=["exact", "prefix", "query"]),
                name="stories_redirect_known_form",
            ),
            models.CheckConstraint(
                condition=(Q(form="query") & ~Q(query="")) | (~Q(form="query") & Q(query="")),
                name="stories_redirect_query_fits_form",
            ),
            models.CheckConstraint(
                condition=Q(page__isnull=False, address="")
                | (Q(page=None, rest="") & ~Q(address="")),
                name="stories_redirect_one_target",
            ),
        ]

    def __str__(self) -> str:
        return self.source

    def _source(self) -> str:
        """The old address, as people read it."""
        return f"{self.path}?{self.query}" if self.query else self.path

    _source.short_description = _("old address")  # type: ignore[attr-defined]
    _source.admin_order_field = "path"  # type: ignore[attr-defined]
    source = property(_source)
