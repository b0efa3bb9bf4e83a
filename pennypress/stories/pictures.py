"""The pictures of stories: made ready for readers once a story is published."""

from django_tasks import task

from pennypress.pictures.renditions import make_renditions

from .models import StoryPage


@task()
def make_story_pictures(story_id: int) -> int:
    """Make the renditions of all pictures of a story; return how many were made."""
    story = StoryPage.objects.filter(pk=story_id).first()
    if story is None:
        return 0
    return sum(make_renditions(picture) for picture in story.pictures)
