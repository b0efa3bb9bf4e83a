"""What is published: pages, stories, people and pictures, and each published version."""

from .embeds import EmbedCard
from .pages import HomePage, HousePage, SectionPage
from .paper_page import PaperPage
from .people import Person
from .stories import Author, Byline, StoryPage, StoryQuerySet, StoryTag
from .versions import Version, VersionPicture

__all__ = [
    "Author",
    "Byline",
    "EmbedCard",
    "HomePage",
    "HousePage",
    "PaperPage",
    "Person",
    "SectionPage",
    "StoryPage",
    "StoryQuerySet",
    "StoryTag",
    "Version",
    "VersionPicture",
]
