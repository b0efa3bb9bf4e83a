"""What is published: pages, stories, people and pictures, and each published version."""

from .embeds import EmbedCard
from .pages import HomePage, HousePage, SectionPage
from .people import Person
from .pictures import Picture, Rendition
from .stories import Byline, StoryPage, StoryQuerySet
from .versions import Version

__all__ = [
    "Byline",
    "EmbedCard",
    "HomePage",
    "HousePage",
    "Person",
    "Picture",
    "Rendition",
    "SectionPage",
    "StoryPage",
    "StoryQuerySet",
    "Version",
]
