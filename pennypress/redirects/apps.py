from django.apps import AppConfig


class RedirectsConfig(AppConfig):
    """Hears what Wagtail does to pages: it makes no call that we could take."""

    name = "pennypress.redirects"

    def ready(self) -> None:
        from django.db.models.signals import post_save, pre_delete, pre_save

        from pennypress.stories.models import Person

        from . import moves, people_moves  # finding registers what it knows

        pre_save.connect(moves.note_address)
        post_save.connect(moves.leave_redirect)
        pre_delete.connect(people_moves.forget_person, sender=Person)
