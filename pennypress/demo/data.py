"""The demo newspaper as data: the files beside this module, read and checked.

Texts are wrapped in the files: the lines of a paragraph are joined on reading, and an empty line
ends it. A story is Markdown under a head of TOML. What Markdown has no mark for (a quotation with
its speaker, a picture, an embed, an editor's note, a pull quote) stands in a fenced block of that
name. Days are counted back from the day on which the demo is made, so no story names a current
date, weekday or season of its own.
"""

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from pydantic import AfterValidator, BaseModel, ConfigDict, TypeAdapter, ValidationError

from pennypress.newsroom.house_texts import RULES

FOLDER = Path(__file__).parent
_STORY_FILE = re.compile(r"\+\+\+\n(.*?)^\+\+\+\n(.*)", re.DOTALL | re.MULTILINE)
T = TypeVar("T")


class BadDemoData(ValueError):
    """A data file cannot be used; the message names the file and says what is wrong with it."""


# ── What the files hold ────────────────────────────────────────────────────────────────────────


def join_lines(text: str) -> str:
    """Return a wrapped text with each paragraph on one line, and an empty line between them."""
    return re.sub(r"(?<!\n)\n(?!\n)", " ", text.strip())


Text = Annotated[str, AfterValidator(join_lines)]
# A block of a story's body, as StoryPage takes it; a picture is still its slug.
BodyBlock = tuple[str, Any]


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DemoPicture(_Data):
    """What a picture shows. `focal` is the spot a crop must keep, as shares of width and height.

    `credits` are those in other languages.
    """

    title: str
    alt: Text
    credit: str
    credits: dict[str, str] = {}
    focal: tuple[float, float]


class DemoSection(_Data):
    """A section of the paper in one language."""

    slug: str
    title: str
    summary: str
    language: str = "en"


class DemoPerson(_Data):
    """Someone who writes for the paper. `portrait` is a picture's slug."""

    slug: str
    name: str
    role: str
    bio: Text
    portrait: str | None = None


class DemoPaper(_Data):
    """The paper itself. `taglines` are those of its other languages."""

    title: str
    tagline: str
    taglines: dict[str, str]
    sections: tuple[DemoSection, ...]
    people: tuple[DemoPerson, ...]


class DemoAppeal(_Data):
    """The appeal in another language."""

    heading: str
    text: Text


class DemoCampaign(_Data):
    """What readers are asked to pay for. `goal` is in minor units."""

    slug: str
    title: str
    goal: int
    text: Text
    appeal_heading: str
    appeal_text: Text
    appeals: dict[str, DemoAppeal] = {}


class DemoGift(_Data):
    """A gift in minor units, with a name only where the giver asked for one."""

    minor: int
    days_ago: int
    reference: str
    name: str = ""


class DemoCarriedOver(_Data):
    """What the fund held before, in minor units."""

    minor: int
    days_ago: int
    source: str


class DemoFund(_Data):
    """The fund: where to pay, what for, and what came in."""

    currency: str
    account_holder: str
    account_details: str
    reference_hint: str
    campaign: DemoCampaign
    carried_over: DemoCarriedOver
    gifts: tuple[DemoGift, ...]


class DemoSource(_Data):
    """What a story rests on. `seen_days_ago`: when the newsroom last saw it."""

    title: str
    publisher: str
    url: str = ""
    seen_days_ago: int | None = None


class DemoStory(_Data):
    """A story. `picture` and `bylines` are slugs; an empty `alt` stands for the picture's own.

    `hour` is UTC.
    """

    slug: str
    section: str
    kind: Literal["news", "analysis", "opinion"]
    days_ago: int
    hour: int
    headline: str
    standfirst: Text
    bylines: tuple[str, ...]
    dateline: str = ""
    picture: str | None = None
    caption: Text = ""
    alt: Text = ""
    language: str = "en"
    lead: bool = False
    sources: tuple[DemoSource, ...]
    body: tuple[BodyBlock, ...]


class DemoComment(_Data):
    """A reader's comment, in Markdown. Without a name it is a nameless one.

    `key` is unique within its discussion and `parent` is the key of the comment it answers.
    `minutes_after` counts from the story's publication. `held`: it waits for a moderator.
    `removed_under` is the number of the house rule under which it was removed.
    """

    key: str
    parent: str | None = None
    name: str | None = None
    minutes_after: int
    held: bool = False
    removed_under: int | None = None
    text: Text


class _Discussion(_Data):
    comments: tuple[DemoComment, ...]


class _QuotationBlock(_Data):
    text: Text
    speaker: str
    role: str
    source: str


class _PictureBlock(_Data):
    picture: str
    caption: Text


class _EmbedBlock(_Data):
    url: str
    title: str
    author: str


@dataclass(frozen=True)
class Demo:
    """All of the demo but its crowd. Pictures, stories and discussions are by slug."""

    folder: Path
    paper: DemoPaper
    fund: DemoFund
    pictures: dict[str, DemoPicture]
    stories: dict[str, DemoStory]
    discussions: dict[str, tuple[DemoComment, ...]]

    def picture_file(self, slug: str) -> Path:
        """The image file of a picture."""
        return self.folder / "pictures" / f"{slug}.webp"


# ── Reading ────────────────────────────────────────────────────────────────────────────────────


def load_demo(folder: Path = FOLDER) -> Demo:
    """Read the demo's files and check that they fit together; raises BadDemoData."""
    demo = Demo(
        folder=folder,
        paper=read_toml(folder / "paper.toml", DemoPaper),
        fund=read_toml(folder / "fund.toml", DemoFund),
        pictures=read_toml(folder / "pictures.toml", dict[str, DemoPicture]),
        stories={path.stem: _read_story(path) for path in sorted(folder.glob("stories/*.md"))},
        discussions={
            path.stem: read_toml(path, _Discussion).comments
            for path in sorted(folder.glob("discussions/*.toml"))
        },
    )
    _check_references(demo)
    return demo


def read_toml(path: Path, kind: type[T]) -> T:
    """Read a TOML file as a `kind` (a pydantic model, or a dict of them); raises BadDemoData."""
    with _naming(path):
        return TypeAdapter(kind).validate_python(tomllib.loads(path.read_text(encoding="utf-8")))


def _read_story(path: Path) -> DemoStory:
    with _naming(path):
        parts = _STORY_FILE.fullmatch(path.read_text(encoding="utf-8"))
        if parts is None:
            raise ValueError("a story begins with a head of TOML between two lines of +++")
        head = tomllib.loads(parts[1])
        for key in ("slug", "body"):  # the file's name and what stands under the head
            if key in head:
                raise ValueError(f"{key}: unknown key")
        return DemoStory(slug=path.stem, body=_read_body(parts[2]), **head)


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Have what is wrong with a file's data told with the file's name."""
    try:
        yield
    except ValidationError as error:
        found = "; ".join(
            f"{'.'.join(map(str, one['loc']))}: "
            + ("unknown key" if one["type"] == "extra_forbidden" else one["msg"])
            for one in error.errors()
        )
        raise BadDemoData(f"{path}: {found}") from error
    except ValueError as error:
        raise BadDemoData(f"{path}: {error}") from error


# ── A story's body ─────────────────────────────────────────────────────────────────────────────

# The markup that the editor's rich text keeps, rather than what Markdown usually becomes.
_INLINE = {
    "em_open": "<i>",
    "em_close": "</i>",
    "strong_open": "<b>",
    "strong_close": "</b>",
    "softbreak": " ",
}
_MARKDOWN = MarkdownIt("commonmark")
for _rule, _html in _INLINE.items():
    _MARKDOWN.add_render_rule(_rule, lambda *_, html=_html: html)


def _read_body(text: str) -> tuple[BodyBlock, ...]:
    return tuple(map(_read_block, SyntaxTreeNode(_MARKDOWN.parse(text)).children))


def _read_block(node: SyntaxTreeNode) -> BodyBlock:
    match node.type, node.info:
        case "paragraph", _:
            return "paragraph", _render_paragraph(_text_of(node))
        case "heading", _:
            return "heading", _text_of(node)
        case (("bullet_list" | "ordered_list"), _):
            items = [_render_paragraph(_text_of(_only_child(item))) for item in node.children]
            return "list", {"ordered": node.type == "ordered_list", "items": items}
        case "fence", "note":
            return "note", _render_paragraph(node.content)
        case "fence", "pull_quote":
            return "pull_quote", join_lines(node.content)
        case "fence", ("quotation" | "picture" | "embed") as kind:
            models = {"quotation": _QuotationBlock, "picture": _PictureBlock, "embed": _EmbedBlock}
            return kind, models[kind](**tomllib.loads(node.content)).model_dump()
    name = node.info if node.type == "fence" else node.type
    raise ValueError(f"a story's body has no block of the kind {name!r}")


def _only_child(item: SyntaxTreeNode) -> SyntaxTreeNode:
    if [child.type for child in item.children] != ["paragraph"]:
        raise ValueError("an item of a list is one paragraph")
    return item.children[0]


def _text_of(node: SyntaxTreeNode) -> str:
    return node.children[0].content


def _render_paragraph(text: str) -> str:
    return f"<p>{_MARKDOWN.renderInline(text.strip())}</p>"


# ── What refers to what ────────────────────────────────────────────────────────────────────────


def _check_references(demo: Demo) -> None:
    """Raise BadDemoData where a file names something that there is not."""
    rules = {rule.number for rule in RULES}
    people = {person.slug for person in demo.paper.people}
    sections = {(section.language, section.slug) for section in demo.paper.sections}
    portraits = [person.portrait for person in demo.paper.people if person.portrait]
    _expect(demo.folder / "paper.toml", "picture", portraits, demo.pictures)
    for slug in demo.pictures:
        if not (file := demo.picture_file(slug)).exists():
            where = demo.folder / "pictures.toml"
            raise BadDemoData(f"{where}: {slug}: there is no pictures/{file.name}")
    for slug, story in demo.stories.items():
        path = demo.folder / "stories" / f"{slug}.md"
        ours = {section for language, section in sections if language == story.language}
        shown = [value["picture"] for kind, value in story.body if kind == "picture"]
        _expect(path, "section", [story.section], ours)
        _expect(path, "person", story.bylines, people)
        _expect(path, "picture", [*shown, *filter(None, [story.picture])], demo.pictures)
    for slug, comments in demo.discussions.items():
        path = demo.folder / "discussions" / f"{slug}.toml"
        _expect(path, "story", [slug], demo.stories)
        earlier: set[str] = set()
        for comment in comments:
            _expect(path, "earlier comment", filter(None, [comment.parent]), earlier)
            _expect(path, "house rule", filter(None, [comment.removed_under]), rules)
            if comment.key in earlier:
                raise BadDemoData(f"{path}: two comments have the key {comment.key!r}")
            earlier.add(comment.key)


def _expect(path: Path, what: str, named: Iterable[object], known: Collection[object]) -> None:
    for name in named:
        if name not in known:
            raise BadDemoData(f"{path}: there is no {what} {name!r}")
