"""The parts of a story's body."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock

from pennypress.foundation.hygiene import BadText, check_characters, plain_newlines

INLINE = ["bold", "italic", "link"]


class AddressBlock(blocks.URLBlock):
    """A web address. A draft may hold the beginning of one."""

    def clean(self, value: str) -> str:
        return value or "" if self.is_deferred_validation else super().clean(value)


class DayBlock(blocks.DateBlock):
    """A day. In a draft, what is no day is left out."""

    def clean(self, value):
        try:
            return super().clean(value)
        except ValidationError:
            if self.is_deferred_validation:
                return None
            raise


class QuotationBlock(blocks.StructBlock):
    """Somebody's words, with who said them and where."""

    text = blocks.TextBlock(label=_("Words"))
    speaker = blocks.CharBlock(required=False)
    role = blocks.CharBlock(required=False, help_text=_("As in “former town clerk”"))
    source = blocks.CharBlock(required=False, help_text=_("As in “to this paper on 6 November”"))

    class Meta:
        icon = "openquote"
        template = "stories/blocks/quotation.html"
        label = _("Quotation")


class BodyPictureBlock(blocks.StructBlock):
    """A picture within the text. Its credit belongs to the picture itself."""

    image = ImageBlock()
    caption = blocks.CharBlock(required=False)

    def get_comparison_class(self) -> type:
        from .comparison import BodyPictureComparison  # the admin alone needs it

        return BodyPictureComparison

    class Meta:
        icon = "image"
        template = "stories/blocks/picture.html"
        label = _("Picture")


class ListBlock(blocks.StructBlock):
    """A list, numbered or not."""

    ordered = blocks.BooleanBlock(required=False, label=_("Numbered"))
    items = blocks.ListBlock(blocks.RichTextBlock(features=INLINE))

    class Meta:
        icon = "list-ul"
        template = "stories/blocks/list.html"
        label = _("List")


class EmbedBlock(blocks.StructBlock):
    """Something published elsewhere, shown as a plain link: no frame, no script, no request.

    Title, author and picture are fetched when the story is saved; what an editor writes here
    comes first.
    """

    url = AddressBlock(label=_("Address"))
    title = blocks.CharBlock(required=False, help_text=_("Empty: as the other site says"))
    author = blocks.CharBlock(required=False, help_text=_("Empty: as the other site says"))

    class Meta:
        icon = "link-external"
        template = "stories/blocks/embed.html"
        label = _("Embed")


class CheckedStreamBlock(blocks.StreamBlock):
    """Blocks whose words are checked as all that people type: the one that deceives is named."""

    def clean(self, value, *args, **kwargs):
        value = super().clean(value, *args, **kwargs)
        errors = {}
        for place, child in enumerate(value):
            try:
                _check_words(child.get_prep_value()["value"])
            except BadText as error:
                errors[place] = ValidationError(str(error))
        if errors:
            raise blocks.StreamBlockValidationError(block_errors=errors)
        return value


def _check_words(value: Any) -> None:
    """Raise BadText for characters that no text may hold, in text at any depth."""
    if isinstance(value, str):
        check_characters(plain_newlines(value), "body", multiline=True)
    elif isinstance(value, Mapping):
        for part in value.values():
            _check_words(part)
    elif isinstance(value, list | tuple):
        for part in value:
            _check_words(part)


class BodyBlock(CheckedStreamBlock):
    """A story's body."""

    paragraph = blocks.RichTextBlock(
        features=INLINE, icon="pilcrow", template="stories/blocks/paragraph.html"
    )
    heading = blocks.CharBlock(icon="title", template="stories/blocks/heading.html")
    quotation = QuotationBlock()
    picture = BodyPictureBlock()
    list = ListBlock()
    embed = EmbedBlock()
    pull_quote = blocks.TextBlock(icon="openquote", template="stories/blocks/pull_quote.html")
    note = blocks.RichTextBlock(
        features=INLINE,
        icon="info-circle",
        template="stories/blocks/note.html",
        label=_("Editor's note"),
    )


class SourceBlock(blocks.StructBlock):
    """What the story rests on, as data."""

    title = blocks.CharBlock()
    publisher = blocks.CharBlock(required=False)
    url = AddressBlock(required=False, label=_("Address"))
    seen = DayBlock(required=False, help_text=_("When the newsroom last saw it"))

    class Meta:
        icon = "doc-full"
        label = _("Source")


class SourcesBlock(CheckedStreamBlock):
    """What a story rests on, one after the other."""

    source = SourceBlock()


class HousePageBlock(CheckedStreamBlock):
    """The text of a house page."""

    paragraph = blocks.RichTextBlock(
        features=[*INLINE, "ul", "ol"], template="stories/blocks/paragraph.html"
    )
    heading = blocks.CharBlock(icon="title", template="stories/blocks/heading.html")
