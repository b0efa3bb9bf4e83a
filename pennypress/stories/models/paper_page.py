"""What all pages of the paper have in common: how they go live, and how they are copied."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin.forms.pages import CopyForm

from pennypress.record.actions import lock_log

from ..page_forms import PaperPageForm
from ..publishing import HOME_DEPTH, check_going_live, check_taking_down, page_changed

if TYPE_CHECKING:
    from wagtail.models import Page as Base
else:
    from django.db.models import Model as Base


class CopyAsDraftForm(CopyForm):
    """A copy is a draft: what is live is published by itself, and nothing is an alias."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name in ("publish_copies", "alias"):
            self.fields.pop(name, None)


class PaperPage(Base):
    """Stands before `Page` among a page model's bases."""

    base_form_class = PaperPageForm
    copy_form_class = CopyAsDraftForm
    # What invalidates links to the page, besides its own tag.
    tags_around: tuple[str, ...] = ("navigation", "site", "home")
    # Of the slugs that are kept for the site itself, those that this kind of page may have.
    allowed_slugs: frozenset[str] = frozenset()
    # Whoever writes one of these of a live page changes what readers see.
    shown_fields: frozenset[str] = frozenset({"live", "alias_of"})

    class Meta:
        abstract = True

    def save(self, *args, **kwargs) -> None:
        """Save it; what is or was live passes through `publishing`. Raises NotPublishable."""
        written = kwargs.get("update_fields")
        if written is not None and self.shown_fields.isdisjoint(written):
            super().save(*args, **kwargs)
            return
        with transaction.atomic():
            if self._state.adding:
                self._speak_as_its_parent()
                if self.live:
                    self._begin()
            was_live = type(self)._default_manager.filter(pk=self.pk or 0, live=True).exists()
            if self.live or (self.alias_of_id and self._state.adding):
                check_going_live(self, was_live=was_live)
            elif was_live:
                check_taking_down(self)
            if self.live or was_live:
                lock_log()  # before the page's own row: one order for all
            super().save(*args, **kwargs)
            if self.live or was_live:
                self.record_state()

    def clean(self) -> None:
        super().clean()
        if self.depth == HOME_DEPTH + 1:
            self.refuse_reserved_slug()

    def refuse_reserved_slug(self) -> None:
        """Raise ValidationError for a slug below the front page that is an address of the site."""
        reserved = settings.RESERVED_SLUGS - self.allowed_slugs
        # A page that was made before its slug was reserved can still be edited.
        unchanged = type(self)._default_manager.filter(pk=self.pk or 0, slug=self.slug).exists()
        if self.slug in reserved and not unchanged:
            raise ValidationError(
                {"slug": _("“%(slug)s” is an address of the site itself.") % {"slug": self.slug}}
            )

    @property
    def cache_tag(self) -> str:
        """The cache tag of what the page's own address shows."""
        return f"page:{self.pk}"

    def find_missing_facts(self) -> dict[str, list[str]]:
        """Return what the page lacks for publication, by field, besides complete blocks."""
        return {}

    def _speak_as_its_parent(self) -> None:
        """Take the language of the page above, whose address the new one has: a copy may differ."""
        above = self.get_parent() if self.depth and self.depth > HOME_DEPTH else None
        if above is not None:
            self.locale_id = above.locale_id

    def _begin(self) -> None:
        """A page that is made live at once has been since then; one that is scheduled is not."""
        now = timezone.now()
        if self.go_live_at and self.go_live_at > now:
            self.live = False
        else:
            self.first_published_at = now

    def create_alias(
        self, *, parent=None, update_slug=None, update_locale=None, user=None,
        reset_translation_key=True, **options,
    ) -> "PaperPage":  # fmt: skip
        """Return a copy instead, as a draft: no page of the paper is an alias of another."""
        changes = {"slug": update_slug, "locale": update_locale}
        return self.copy(
            to=parent,
            update_attrs={name: value for name, value in changes.items() if value},
            copy_revisions=False,
            keep_live=False,
            user=user,
            reset_translation_key=reset_translation_key,
        )

    def record_state(self) -> None:
        """Record what changed for readers, as the database has it; called after each save."""
        page_changed(self)
