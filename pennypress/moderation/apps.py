from django.apps import AppConfig


class ModerationConfig(AppConfig):
    """The moderators' desk, above the discussion that they decide about."""

    name = "pennypress.moderation"
