from django.apps import AppConfig


class StoriesConfig(AppConfig):
    """Hears Wagtail say that a page was published: the only signals of code that is not ours."""

    name = "pennypress.stories"

    def ready(self) -> None:
        from wagtail.signals import page_published, page_unpublished

        from . import listeners

        page_published.connect(listeners.story_published)
        page_unpublished.connect(listeners.story_unpublished)
