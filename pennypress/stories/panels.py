"""Panels of the story editor."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel

from .slugs import SlugInput


def address_panels() -> list[MultiFieldPanel]:
    """A page's address, and what search engines may show of it."""
    return [
        MultiFieldPanel(
            [FieldPanel("slug", widget=SlugInput), FieldPanel("search_description")],
            heading=_("Address"),
        )
    ]


class ArrivalNotesPanel(HelpPanel):
    """What an import was not sure of, or could not bring; shown only where there is something."""

    def __init__(self, **kwargs) -> None:
        super().__init__(**{"template": "stories/admin/story_notes.html", **kwargs})

    class BoundPanel(HelpPanel.BoundPanel):
        def is_shown(self) -> bool:
            story = self.instance
            missing = story.picture_missing and not story.lead_picture_id
            return super().is_shown() and bool(missing or story.arrival_notes)


class ProblemsPanel(HelpPanel):
    """Everything that stands in the way of publication, at once, with links to the fields."""

    def __init__(self, **kwargs) -> None:
        super().__init__(**{"template": "stories/admin/problems.html", **kwargs})

    class BoundPanel(HelpPanel.BoundPanel):
        def is_shown(self) -> bool:
            return super().is_shown() and self.form is not None and bool(self.problems)

        @property
        def problems(self) -> list:
            return self.form.list_problems() if self.form.is_bound else []
