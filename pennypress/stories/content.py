"""What a version of a story commits to: all that readers see of it, as one value.

Each schema says how it was written: a version is compared with the story, and read, by its own.
Schema 1 (without a `schema`) names pictures by the SHA-1 of what the newsroom uploaded. Schema 2
names blocks by their ids, has the tags, and names each picture by the SHA-256 of the file that
readers get in full size, with its alternative text, caption and credit.

Cards of embeds are not in it: what another site says of itself is shown as it was fetched.
"""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from pennypress.foundation.times import rfc3339
from pennypress.pictures.models import Picture

Story = Any  # a StoryPage: its module imports this one

SCHEMA = 2


def schema_of(content: str) -> int:
    """Return the schema by which a version's content was written."""
    return int(json.loads(content).get("schema", 1))


def committed_content(story: Story, schema: int | None = None) -> dict[str, Any]:
    """Return all that readers see of a story: the value whose canonical JSON is frozen."""
    return _write_1(story) if schema == 1 else _write_2(story)


def _write_1(story: Story) -> dict[str, Any]:
    picture = story.lead_picture
    return {
        "headline": story.title,
        "standfirst": story.standfirst,
        "kind": story.kind,
        "language": story.locale.language_code,
        "dateline": story.dateline,
        "date": story.published.isoformat() if story.published else None,
        "bylines": [author.name for author in story.people],
        "picture": {
            "sha1": picture.file_hash or picture.get_file_hash(),
            "alt": story.lead_alt,
            "caption": story.lead_caption,
            "credit": picture.credit_in(story.locale.language_code),
        }
        if picture
        else None,
        "body": [_without_id(block) for block in _blocks(story.body)],
        "sources": [_without_id(block) for block in _blocks(story.sources)],
    }


def _write_2(story: Story) -> dict[str, Any]:
    picture, language = story.lead_picture, story.locale.language_code
    return {
        "schema": SCHEMA,
        "headline": story.title,
        "standfirst": story.standfirst,
        "kind": story.kind,
        "language": language,
        "dateline": story.dateline,
        "date": rfc3339(story.date) if story.date else None,
        "bylines": [author.name for author in story.people],
        "tags": story.tag_names,
        "appeal": story.appeal,
        "picture": write_picture(picture, story.lead_alt, story.lead_caption, language)
        if picture
        else None,
        "body": [
            block | {"value": _write_value(block, child.value, language)}
            for block, child in zip(_blocks(story.body), story.body, strict=True)
        ],
        "sources": _blocks(story.sources),
    }


def find_differences(story: Story, content: str) -> list[str]:
    """Return the names of what a story shows otherwise than a version's content says."""
    frozen = json.loads(content)
    shown = json.loads(json.dumps(committed_content(story, frozen.get("schema", 1))))
    return sorted(name for name in frozen.keys() | shown if frozen.get(name) != shown.get(name))


def write_picture(picture: Picture, alt: str, caption: str, language: str) -> dict[str, str]:
    """Return what a version says of a picture that a story in this language shows."""
    return {
        "sha256": picture.public_sha256,
        "alt": alt,
        "caption": caption,
        "credit": picture.credit_in(language),
    }


def read_credits(content: str) -> dict[str, str]:
    """Return how a version credits its pictures, by their SHA-256; nothing of schema 1."""
    frozen = json.loads(content)
    if frozen.get("schema", 1) == 1:
        return {}
    body = [block["value"] for block in frozen["body"] if block["type"] == "picture"]
    shown = [picture for picture in (frozen["picture"], *body) if picture]
    return {picture["sha256"]: picture["credit"] for picture in shown}


def _write_value(block: dict[str, Any], value: Any, language: str) -> Any:
    """A block's value as it is stored, but what readers see of a picture instead of its number."""
    if block["type"] != "picture":
        return block["value"]
    picture = value["image"]
    if picture is None:  # it was deleted
        return None
    alt = "" if picture.decorative else picture.contextual_alt_text or ""
    return write_picture(picture, alt, value["caption"], language)


def _blocks(stream) -> list[dict[str, Any]]:
    """A stream as Wagtail stores it, through JSON: dates become text."""
    raw = json.loads(json.dumps(list(stream.get_prep_value()), cls=DjangoJSONEncoder))
    return [{"id": block["id"], "type": block["type"], "value": block["value"]} for block in raw]


def _without_id(block: dict[str, Any]) -> dict[str, Any]:
    return {"type": block["type"], "value": block["value"]}
