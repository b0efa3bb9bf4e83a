"""Panels of the story editor."""

from wagtail.admin.panels import HelpPanel


class ArrivalNotesPanel(HelpPanel):
    """What an import was not sure of, or could not bring; shown only where there is something."""

    def __init__(self, **kwargs) -> None:
        super().__init__(**{"template": "stories/admin/story_notes.html", **kwargs})

    class BoundPanel(HelpPanel.BoundPanel):
        def is_shown(self) -> bool:
            story = self.instance
            missing = story.picture_missing and not story.lead_picture_id
            return super().is_shown() and bool(missing or story.arrival_notes)
