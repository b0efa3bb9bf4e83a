"""What an editor's browser sends to the newsroom's admin: the forms of pages."""

import json
from collections.abc import Sequence
from typing import Any

from django.test import Client

from pennypress.stories.models import SectionPage, StoryPage


def rich(text: str) -> str:
    """A paragraph as the editor's text field sends it."""
    block = {
        "key": "aaaaa", "text": text, "type": "unstyled", "depth": 0,
        "inlineStyleRanges": [], "entityRanges": [],
    }  # fmt: skip
    return json.dumps({"blocks": [block], "entityMap": {}})


def stream(name: str, blocks: Sequence[tuple[str, Any]]) -> dict[str, str]:
    """A text of blocks: each a kind and its value, a dictionary where it has fields."""
    sent = {f"{name}-count": str(len(blocks))}
    for place, (kind, value) in enumerate(blocks):
        at = f"{name}-{place}"
        sent |= {f"{at}-deleted": "", f"{at}-order": str(place), f"{at}-type": kind, f"{at}-id": ""}
        fields = value if isinstance(value, dict) else {"": value}
        for field, text in fields.items():
            sent["-".join(filter(None, (at, "value", field)))] = str(text)
    return sent


def story_form(
    title: str = "Fog on the Sound",
    *,
    slug: str = "fog",
    body: Sequence[tuple[str, Any]] = (("paragraph", rich("It came in at noon.")),),
    sources: Sequence[tuple[str, Any]] = (),
    people: Sequence[int | str] = (),
    **fields: Any,
) -> dict[str, str]:
    """The fields of a story, as its form sends them."""
    form = {
        "title": title,
        "slug": slug,
        "standfirst": "",
        "kind": "news",
        "dateline": "",
        "published": "",
        "lead_picture": "",
        "lead_alt": "",
        "lead_caption": "",
        "campaign": "",
        "appeal": "",
        "discussion_open": "on",
        "tags": "",
        "search_description": "",
        "go_live_at": "",
        "expire_at": "",
        "bylines-TOTAL_FORMS": str(len(people)),
        "bylines-INITIAL_FORMS": "0",
        "bylines-MIN_NUM_FORMS": "0",
        "bylines-MAX_NUM_FORMS": "1000",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "comments-MIN_NUM_FORMS": "0",
        "comments-MAX_NUM_FORMS": "",
    }
    for place, person in enumerate(people):
        form |= {
            f"bylines-{place}-id": "",
            f"bylines-{place}-person": str(person),
            f"bylines-{place}-ORDER": str(place + 1),
            f"bylines-{place}-DELETE": "",
        }
    form |= stream("body", body) | stream("sources", sources)
    return form | {name: str(value) for name, value in fields.items()}


def add_story(client: Client, section: SectionPage, act: str = "", **form: Any):
    """Send the form of a new story; `act`: as `publish` or `submit`, else it is saved."""
    sent = story_form(**form) | ({f"action-{act}": act} if act else {})
    return client.post(f"/admin/pages/add/stories/storypage/{section.pk}/", sent)


def edit_story(client: Client, story: StoryPage, act: str = "", **form: Any):
    """Send the form of a story that is there already."""
    sent = story_form(**form) | ({f"action-{act}": act} if act else {})
    return client.post(f"/admin/pages/{story.pk}/edit/", sent)
