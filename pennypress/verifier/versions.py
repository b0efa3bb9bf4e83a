"""What a version of a story commits to: the content of its entry, read by its own schema."""

from dataclasses import dataclass
from typing import Any

from .strict_json import read_json

NEWEST = 2  # schema


class UnknownSchema(ValueError):
    """A content is written in a schema that this verifier does not know."""


class NoContent(ValueError):
    """A content is not that of a version."""


@dataclass(frozen=True)
class CommittedPicture:
    """A picture of a version. `sha256` is of the file in full size; empty where it is not said."""

    sha256: str
    alt: str
    caption: str
    credit: str


@dataclass(frozen=True)
class CommittedSource:
    """A source of a version."""

    title: str
    publisher: str
    address: str


@dataclass(frozen=True)
class CommittedStory:
    """What readers see of a version, as far as pages are compared with it.

    What is None the schema does not say, or not always. `date` is empty where it is not known.
    """

    headline: str
    standfirst: str
    kind: str
    dateline: str
    date: str | None
    bylines: list[str]
    lead: CommittedPicture | None
    in_text: list[CommittedPicture] | None
    tags: list[str] | None
    sources: list[CommittedSource]


def read_content(content: bytes) -> CommittedStory:
    """Read the content of a version. Raises NotStrict, NoContent and UnknownSchema."""
    said = read_json(content)
    try:
        schema = said.get("schema", 1)
        if type(schema) is int and schema > NEWEST:
            raise UnknownSchema(f"it is written in schema {schema}, which this verifier is not for")
        lead, body = said["picture"], said["body"]
        pictures = [block["value"] for block in body if block["type"] == "picture"]
        return CommittedStory(
            headline=_text(said["headline"]),
            standfirst=_text(said["standfirst"]),
            kind=_text(said["kind"]),
            dateline=_text(said["dateline"]),
            # In schema 1 only what the newsroom had set; pages show when it was published.
            date=None if schema == 1 else _text(said["date"]),
            bylines=[_text(name) for name in said["bylines"]],
            lead=None if lead is None else _read_picture(lead, schema),
            # A picture that was deleted is null, and readers see nothing of it.
            in_text=None
            if schema == 1
            else [_read_picture(one, schema) for one in pictures if one],
            tags=None if schema == 1 else [_text(tag) for tag in said["tags"]],
            sources=[_read_source(block["value"]) for block in said["sources"]],
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise NoContent("it is not the content of a version") from error


def _read_picture(said: Any, schema: int) -> CommittedPicture:
    # Schema 1 names the file that the newsroom uploaded, which has no address.
    sha256 = "" if schema == 1 else _text(said["sha256"])
    return CommittedPicture(
        sha256, _text(said["alt"]), _text(said["caption"]), _text(said["credit"])
    )


def _read_source(said: Any) -> CommittedSource:
    return CommittedSource(
        _text(said["title"]), _text(said.get("publisher")), _text(said.get("url"))
    )


def _text(value: Any) -> str:
    if value is None:
        return ""
    if type(value) is not str:
        raise TypeError(value)
    return value
