"""Score what the parsers of captured pages find against what people found on the same pages.

    python -m bench.captures [--form html] [--only NAME] [--held-back] [--verbose]

Pages and gold are read from beside the checkout (`../shared/corpora`, where it is present) and from
`tests/captures/pages`. Other forms of the pages are added to FORMS. With `--held-back` it is those
that nobody looks at who works on the parsers: `tests/captures/pages_held_back` and `…_unseen`.
"""

import argparse
import json
import re
import sys
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pennypress.formats.items import (
    ArrivalRefused,
    CommentItem,
    Doubt,
    Item,
    Markup,
    MeterItem,
    PageItem,
)

from .text_forms import find_text

ROOT = Path(__file__).parent.parent
CORPORA = ROOT.parent / "shared" / "corpora"
OWN = ROOT / "tests" / "captures" / "pages"

# Saved pages that lack the readers' names, which scripts brought: the words alone count.
NAMELESS = {"05-reddit-worth-it"}
QUOTED = 40  # characters of a comment that tell its words in a story


@dataclass(frozen=True)
class Comment:
    """A comment as the gold has it: the whole text, or its beginning and its length."""

    id: str
    parent: str | None
    author: str | None
    text: str
    length: int | None
    removed: bool


@dataclass(frozen=True)
class Gold:
    """What a page holds. `meter` says whether it has one."""

    name: str
    headline: str | None
    comments: tuple[Comment, ...]
    meter: bool
    elsewhere: bool
    known: bool  # whether anybody has written down which comments the page has
    story: str | None

    @property
    def shown(self) -> list[Comment]:
        return [comment for comment in self.comments if not comment.removed]


@dataclass
class Score:
    """Counts of one page, or of several added up."""

    pages: int = 0
    gold: int = 0
    found: int = 0
    right: int = 0
    parents: int = 0
    headlines: int = 0
    headline_of: int = 0
    leaked: int = 0  # comments whose words stand in the story without a grave doubt
    invented: int = 0  # comments on pages that have none
    meters: int = 0  # invented
    story_gold: int = 0  # words of the story
    story_found: int = 0
    story_right: int = 0
    refused: int = 0
    seconds: float = 0.0
    notes: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.gold if self.gold else 1.0

    @property
    def f1(self) -> float:
        both = self.gold + self.found
        return 2 * self.right / both if both else 1.0

    @property
    def parent_share(self) -> float:
        return self.parents / self.right if self.right else 1.0

    def add(self, other: "Score") -> None:
        for each in fields(self):
            if each.name != "notes":
                total = getattr(self, each.name) + getattr(other, each.name)
                setattr(self, each.name, total)


# --- Forms -----------------------------------------------------------------------------------


def read_html(path: Path) -> Iterable[Item]:
    from pennypress.captures.html import read_page

    return read_page(path.read_bytes(), name=path.name, captured=captured_at(path))


def read_text(path: Path) -> Iterable[Item]:
    from pennypress.captures.text.capture import read_capture
    from pennypress.formats.encodings import decode

    text = decode(path.read_bytes(), path.name, markup=False).text
    return read_capture(text.splitlines(keepends=True), name=path.name)


def find_form(form: str) -> Callable[[Path], Path]:
    return lambda page: find_text(page, form, CORPORA)


# A form: where files of it lie beside the pages' gold, given a page's file, and what reads one.
FORMS: dict[str, tuple[Callable[[Path], Path], Callable[[Path], Iterable[Item]]]] = {
    "html": (lambda page: page, read_html),
    **{
        form: (find_form(form), read_text)
        for form in ("archive", "w3m", "lynx", "links", "html2text")
    },
}


def captured_at(path: Path) -> datetime | None:
    """When a page was saved, where its name or its gold's `captured` says so."""
    gold = load_json(gold_path(path))
    stamp = str(gold.get("captured") or "")
    if not stamp:
        return None
    moment = datetime.fromisoformat(stamp)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


# --- Pages and gold --------------------------------------------------------------------------


def find_pages(only: str | None, *, held_back: bool = False) -> dict[str, list[Path]]:
    """Return the pages of each collection: those that parsers are made with, or the others."""
    folders = {"corpora": CORPORA / "pages", "own": OWN}
    if held_back:
        folders = {name: OWN.with_name(f"pages_{name}") for name in ("held_back", "unseen")}
    collections = {
        name: sorted(path for path in folder.rglob("*") if path.suffix in {".html", ".htm"})
        for name, folder in folders.items()
    }
    return {
        name: [path for path in paths if not only or only in path.name]
        for name, paths in collections.items()
    }


def gold_path(page: Path) -> Path:
    if page.is_relative_to(CORPORA):
        return CORPORA / "pages-gold" / f"{page.stem}.json"
    return page.with_suffix(".json")


def load_json(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def load_gold(page: Path) -> Gold:
    data = load_json(gold_path(page))
    entries = data.get("items") or data.get("comments") or []
    if not isinstance(entries, list):
        entries = []
    return Gold(
        name=page.stem,
        headline=data.get("title"),
        comments=tuple(
            Comment(
                id=str(entry["id"]),
                parent=None if entry.get("parent") is None else str(entry["parent"]),
                author=entry.get("author"),
                text=entry.get("text") or entry.get("text_start") or "",
                length=None if "text" in entry else entry.get("text_len"),
                removed=bool(entry.get("removed")),
            )
            for entry in entries
        ),
        meter=bool(data.get("meter")),
        elsewhere=bool(data.get("elsewhere")),
        known=bool(data),
        story=" ".join(data["story"]) if isinstance(data.get("story"), list) else None,
    )


# --- Comparing -------------------------------------------------------------------------------


BULLET = re.compile(r"^(?:[•◦▪□☆○*+o-]|\d+[.)])\s+", re.MULTILINE)
APOSTROPHES = str.maketrans("ʼ’‘`´", "'" * 5)  # as terminals' browsers print them


def squeeze(text: str) -> str:
    """The characters that can be seen, without white space, invisible marks and emoji."""
    return "".join(
        char
        for char in unicodedata.normalize("NFC", text).translate(APOSTROPHES)
        if not char.isspace() and unicodedata.category(char) not in {"Cf", "So", "Mn", "Sk"}
    )


def shown_text(comment: CommentItem) -> str:
    if comment.markup is Markup.PLAIN:
        return comment.text
    from pennypress.words.markdown import parse, shown_blocks

    return "".join(shown_blocks(parse(comment.text)))


def same_text(gold: Comment, text: str) -> bool:
    """Say whether a text is the gold's, whose lists have no bullets."""
    return is_text(gold, squeeze(text)) or is_text(gold, squeeze(BULLET.sub("", text)))


def is_text(gold: Comment, text: str) -> bool:
    start = squeeze(gold.text)
    if gold.length is None:
        return text == start
    # The length counts spaces; it is compared with what usual prose has.
    if gold.length <= len(gold.text):
        return text == start
    return text.startswith(start) and 0.7 < len(text) / gold.length <= 1.0


def match(gold: Gold, found: list[CommentItem]) -> dict[str, str]:
    """Return the found comments that are right, by source id: the gold's id."""
    nameless = gold.name in NAMELESS
    by_name: dict[str, list[Comment]] = defaultdict(list)
    for comment in gold.shown:
        by_name["" if nameless else squeeze(comment.author or "")].append(comment)
    matched: dict[str, str] = {}
    for item in found:
        text = shown_text(item)
        candidates = by_name["" if nameless else squeeze(item.author or "")]
        for comment in candidates:
            if same_text(comment, text):
                matched[item.source_id] = comment.id
                candidates.remove(comment)
                break
    return matched


def score_page(gold: Gold, items: Iterable[Item], verbose: bool) -> Score:
    score = Score(pages=1)
    began = time.perf_counter()
    try:
        listed = list(items)
    except ArrivalRefused as refusal:
        listed = []
        score.refused = 1
        score.notes.append(f"refused: {refusal}")
    score.seconds = time.perf_counter() - began
    pages = [item for item in listed if isinstance(item, PageItem)]
    comments = [item for item in listed if isinstance(item, CommentItem)]
    found = [comment for comment in comments if not comment.removed]
    doubts = [item for item in listed if isinstance(item, Doubt)]
    matched = match(gold, found)
    score.gold, score.found, score.right = len(gold.shown), len(found), len(matched)
    if not gold.known:
        score.found = 0
        score.notes.append(f"comments found, and nothing to compare them with: {len(found)}")
    score.parents = count_parents(gold, comments, matched, score, verbose)
    if gold.headline:
        score.headline_of = 1
        headline = pages[0].headline if pages else ""
        score.headlines = int(squeeze(headline) == squeeze(gold.headline))
        if not score.headlines:
            score.notes.append(f"headline “{headline}”, should be “{gold.headline}”")
    if not gold.shown and gold.known:
        score.invented = len(found)
    score.meters = int(not gold.meter and any(isinstance(item, MeterItem) for item in listed))
    story = squeeze(" ".join(" ".join(page.paragraphs) for page in pages))
    leaked = [
        comment
        for comment in gold.shown
        if len(squeeze(comment.text)) >= QUOTED and squeeze(comment.text)[:QUOTED] in story
    ]
    if gold.story is not None:
        wanted = Counter(gold.story.split())
        got = Counter(" ".join(" ".join(page.paragraphs) for page in pages).split())
        score.story_gold, score.story_found = wanted.total(), got.total()
        score.story_right = (wanted & got).total()
    if leaked and not any(doubt.grave for doubt in doubts):
        score.leaked = len(leaked)
    score.notes += [f"in the story: {comment.text[:60]}" for comment in leaked]
    if verbose:
        score.notes += list(tell_differences(gold, found, matched))
        score.notes += [f"doubt{'!' * doubt.grave} {doubt.what}: {doubt.why}" for doubt in doubts]
    return score


def count_parents(
    gold: Gold, found: list[CommentItem], matched: dict[str, str], score: Score, verbose: bool
) -> int:
    by_id = {comment.id: comment for comment in gold.comments}
    removed = {item.source_id for item in found if item.removed}
    right = 0
    for item in found:
        if item.source_id not in matched:
            continue
        parent = by_id[matched[item.source_id]].parent
        if parent in by_id and by_id[parent].removed:
            ok = item.parent in removed
        else:
            ok = (matched.get(item.parent) if item.parent else None) == parent and (
                (item.parent is None) == (parent is None)
            )
        right += ok
        if not ok and verbose:
            score.notes.append(f"parent of {matched[item.source_id]} is not {item.parent}")
    return right


def tell_differences(
    gold: Gold, found: list[CommentItem], matched: dict[str, str]
) -> Iterator[str]:
    missing = [comment for comment in gold.shown if comment.id not in set(matched.values())]
    extra = [item for item in found if item.source_id not in matched]
    for comment in missing[:8]:
        yield f"missing  {comment.author!r}: {comment.text[:70]!r} ({comment.length})"
    for item in extra[:8]:
        text = " ".join(item.text.split())
        yield f"wrong    {item.author!r}: {text[:70]!r} ({len(text)}), line {item.line}"


# --- Printing --------------------------------------------------------------------------------

_HEAD = f"{'':38}{'gold':>6}{'found':>6}{'prec':>6}{'rec':>6}{'F1':>6}{'par':>6}{'head':>6}"
_HEAD += f"{'storyR':>7}{'storyP':>7}{'leak':>5}{'inv':>5}{'met':>5}{'sec':>7}"


def share(part: int, whole: int) -> str:
    return f"{part / whole:.2f}" if whole else ""


def print_row(name: str, score: Score) -> None:
    head = f"{score.headlines}/{score.headline_of}"
    print(
        f"{name[:37]:38}{score.gold:6}{score.found:6}{score.precision:6.2f}{score.recall:6.2f}"
        f"{score.f1:6.2f}{score.parent_share:6.2f}{head:>6}"
        f"{share(score.story_right, score.story_gold):>7}"
        f"{share(score.story_right, score.story_found):>7}{score.leaked:5}{score.invented:5}"
        f"{score.meters:5}{score.seconds:7.2f}"
    )
    for note in score.notes:
        print(f"    {note}")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.captures", description=__doc__)
    parser.add_argument("--form", choices=sorted(FORMS), default="html")
    parser.add_argument("--only", help="pages whose file's name contains this")
    parser.add_argument("--held-back", action="store_true", help="pages that nobody looks at")
    parser.add_argument("--verbose", action="store_true", help="print what is missing and wrong")
    options = parser.parse_args(arguments)
    place, read = FORMS[options.form]
    for name, pages in find_pages(options.only, held_back=options.held_back).items():
        total = Score()
        print(f"\n{name}, {options.form}\n{_HEAD}")
        for page in pages:
            if place(page).exists():
                score = score_page(load_gold(page), read(place(page)), options.verbose)
                print_row(page.stem, score)
                total.add(score)
        print_row(f"total of {total.pages}", total)
    return 0


if __name__ == "__main__":
    sys.exit(main())
