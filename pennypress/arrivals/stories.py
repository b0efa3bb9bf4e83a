"""Writing the stories of arriving pages: published as their source showed them, or as drafts."""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from pennypress.formats.items import ArrivalRefused, Block, BlockKind, PageItem
from pennypress.formats.items import Picture as PictureItem
from pennypress.foundation.hygiene import take_as_is
from pennypress.foundation.slugs import cut_slug, make_slug
from pennypress.foundation.text import ISOLATES
from pennypress.funding.actions import main_campaign
from pennypress.funding.models import Campaign
from pennypress.pictures.models import Picture
from pennypress.stories.actions import (
    SLUG_LENGTH,
    find_or_make_person,
    find_or_make_section,
    free_slug,
    home_of,
    publish_story,
    save_draft,
)
from pennypress.stories.models import Byline, SectionPage, StoryPage
from pennypress.stories.publishing import find_missing

from .report import ArrivalReport

HEADLINE_LENGTH = 255
# How long each text may be in a story that is published.
NAMES = {
    "standfirst": "a standfirst",
    "appeal": "an appeal",
    "lead_alt": "an alternative text",
    "lead_caption": "a caption",
}
LENGTHS = {"standfirst": 600, "appeal": 300, "lead_alt": 300, "lead_caption": 400}


@dataclass(frozen=True)
class Said:
    """A doubt in the words of a report, with its place in the files."""

    what: str
    why: str
    where: str
    grave: bool


def compose_story(
    page: PageItem,
    *,
    pictures: Mapping[str, Picture],
    lead: tuple[PictureItem, Picture | None] | None,
    campaign: Campaign | None,
    doubts: Sequence[Said],
    report: ArrivalReport,
) -> StoryPage:
    """Return a page's story, not stored yet. `pictures` are those that the capture holds."""
    item, picture = lead or (None, None)
    title = _cut(page.headline, HEADLINE_LENGTH, "a headline", report)
    texts = {
        "standfirst": page.standfirst or "",
        "appeal": page.appeal or "",
        "lead_alt": (item.alt or item.caption or title) if item and picture else "",
        "lead_caption": (item.caption or "") if item and picture else "",
    }
    return StoryPage(
        title=title,
        body=list(filter(None, (_write_block(block, pictures) for block in page.blocks))),
        published=page.published,
        date_unknown=page.published is None,
        carried_over=True,
        lead_picture=picture,
        picture_missing=item is not None and picture is None,
        campaign=campaign if campaign != main_campaign() else None,
        arrival_notes="\n".join(f"{doubt.what}: {doubt.why} ({doubt.where})" for doubt in doubts),
        **{
            name: _cut(text, LENGTHS[name], NAMES[name], report, lines=True)
            for name, text in texts.items()
        },
    )


def store_story(
    story: StoryPage, page: PageItem, section: SectionPage, *, draft: bool
) -> StoryPage:
    """Store a story with its bylines and tags, and publish it unless it is to be a draft.

    One that lacks what publication needs is a draft in any case. Returns it as it is then.
    """
    for place, name in enumerate(_names(page.bylines)):
        story.bylines.add(Byline(person=find_or_make_person(name), sort_order=place))
    if draft or find_missing(story):
        return save_draft(story, section)
    return publish_story(story, section)


def find_section(slug: str) -> SectionPage:
    """Return the section that the operator named; make it when it is missing."""
    try:
        return find_or_make_section(slug, slug.replace("-", " ").capitalize())
    except ValidationError as error:
        raise ArrivalRefused(" ".join(error.messages), f"--section {slug}") from error


def future_address(section: str, title: str) -> str:
    """Return where a story would stand in a section that may be missing still."""
    home = home_of()
    found = SectionPage.objects.child_of(home).filter(slug=section).first() if home else None
    if found is not None:
        return f"{found.url}{free_slug(found, title)}/"
    return f"/{section}/{cut_slug(make_slug(title), SLUG_LENGTH) or 'story'}/"


def _names(bylines: Sequence[str]) -> list[str]:
    names = (take_as_is(ISOLATES.sub("", name), multiline=False)[:160] for name in bylines)
    return list(dict.fromkeys(name for name in names if name))


def _cut(text: str, most: int, what: str, report: ArrivalReport, *, lines: bool = False) -> str:
    text = take_as_is(text, multiline=lines)
    if len(text) <= most:
        return text
    report.skip(f"the end of {what}", f"it has more than {most} characters")
    # What is cut off may have closed a change of direction.
    return take_as_is(text[: most - 1], multiline=lines) + "…"


def _write_block(block: Block, pictures: Mapping[str, Picture]) -> tuple[str, Any] | None:
    """Return a block as a story's body holds it; None for a picture that did not come along."""
    match block.kind:
        case BlockKind.HEADING:
            return "heading", take_as_is(block.text.replace("\n", " "), multiline=False)
        case BlockKind.LIST | BlockKind.NUMBERED:
            items = [f"<p>{_closed(take_as_is(item))}</p>" for item in block.items]
            return "list", {"ordered": block.kind == BlockKind.NUMBERED, "items": items}
        case BlockKind.QUOTATION:
            return "quotation", {"text": take_as_is(block.text)}
        case BlockKind.PICTURE:
            picture = pictures.get(block.source or "")
            if picture is None:
                return None
            picture.contextual_alt_text = picture.description
            picture.decorative = not picture.description
            return "picture", {"image": picture, "caption": take_as_is(block.text)}
        case BlockKind.LINK:
            return "embed", {"url": block.source or ""}
        case BlockKind.CODE:
            return "paragraph", f"<p>{_lines(block.text)}</p>"
    return "paragraph", f"<p>{_closed(take_as_is(block.html))}</p>"


def _closed(markup: str) -> str:
    """Markup as Wagtail's editor reads it: breaks are closed."""
    return markup.replace("<br>", "<br/>")


def _lines(text: str) -> str:
    return html.escape(take_as_is(text), quote=False).replace("\n", "<br/>")
