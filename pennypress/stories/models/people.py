"""Those who make the paper."""

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.fields import RichTextField
from wagtail.search import index

from pennypress.foundation.clean_fields import CleanText
from pennypress.foundation.slugs import SlugField
from pennypress.pictures.models import Picture
from pennypress.record.actions import lock_log

from ..old_addresses import person_moved
from ..outside_changes import person_changed


class Person(index.Indexed, CleanText, models.Model):
    """Someone who writes, draws or photographs, with a page of their own."""

    slug = SlugField(max_length=80, unique=True, db_index=False)
    name = models.CharField(max_length=160)
    role = models.CharField(max_length=160, blank=True, help_text=_("As in “harbour reporter”"))
    bio = RichTextField(blank=True, features=["bold", "italic", "link"])
    portrait = models.ForeignKey(
        Picture, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("With which they sign in: their comments carry the newsroom's badge"),
    )

    search_fields = [index.SearchField("name"), index.AutocompleteField("name")]

    class Meta:
        ordering = ["name"]
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        """Save it, and the name where stories show it: each live one gets a minor version.

        With another slug, the addresses of before lead to the present ones.
        """
        written = kwargs.get("update_fields")
        with transaction.atomic():
            lock_log()  # before the person's own row: one order for all
            before = Person.objects.filter(pk=self.pk or 0).values_list("slug", flat=True).first()
            super().save(*args, **kwargs)
            person_changed(self)
            if before != self.slug and (written is None or "slug" in written):
                person_moved(before, self.slug)
