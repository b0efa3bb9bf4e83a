"""The sites that are measured: built once, kept under `.cache/bench`, and copied to be used.

`python -m bench.site KIND FOLDER` builds one there. It is built anew when this file changes, or the
words it is made of, or the database's schema.
"""

import contextlib
import datetime as dt
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache" / "bench"
INSTALLATION = CACHE / "installation"  # PENNYPRESS_CACHE of the commands that are measured

STORIES = 200
PARAGRAPHS = 15  # of about 40 words
# Discussions of each size. Some figures need several small ones, so that these stay small.
DISCUSSIONS = {21: 12, 1_000: 1, 10_000: 1, 100_000: 1}
SIZES = tuple(DISCUSSIONS)
TOP_LEVEL = 0.35  # of all comments
DEEPEST = 6
SMALL_STORIES, SMALL_DISCUSSIONS = 5, {21: 1, 200: 1}
BATCH = 1_000  # what the verb takes at once
BUILD_SECONDS = 1_800
CONTENTS = "bench.json"


@dataclass(frozen=True)
class Story:
    """A story of the site: its number, its path, and its comments' numbers, which are a range."""

    id: int
    url: str
    first_comment: int
    comments: int


@dataclass(frozen=True)
class Site:
    """A site's folder, and its stories by the number of their comments."""

    home: Path
    stories: dict[int, list[Story]]


def find_or_build(kind: str = "site") -> Path:
    """Return the folder of a site as it was built (see SITES); build it first where there is none.

    Those of this kind that do not fit any more are deleted.
    """
    folder = CACHE / f"{kind}-{_fingerprint(SITES[kind].sources)}"
    if not folder.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        for stale in CACHE.glob(f"{kind}-*"):
            shutil.rmtree(stale)
        draft = Path(tempfile.mkdtemp(prefix="draft-", dir=CACHE))
        try:
            subprocess.run(
                [sys.executable, "-m", "bench.site", kind, draft],
                check=True,
                cwd=ROOT,
                env=environment(draft),
                timeout=BUILD_SECONDS,
            )
            draft.rename(folder)  # whole or not at all
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return folder


@contextlib.contextmanager
def copy_of(built: Path) -> Iterator[Site]:
    """Lend a copy of the site, to be changed at will."""
    home = Path(tempfile.mkdtemp(prefix="run-", dir=CACHE))
    try:
        shutil.copytree(built, home, dirs_exist_ok=True)
        contents = json.loads((home / CONTENTS).read_text())
        stories = {int(size): [Story(*row) for row in rows] for size, rows in contents.items()}
        yield Site(home, stories)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def environment(home: Path, cache: Path = INSTALLATION) -> dict[str, str]:
    """The environment of a site: of the settings that may be set around us, only who is unlimited.

    `cache` is the folder of what is made once for an installation.
    """
    ours = {k: v for k, v in os.environ.items() if not k.startswith(("PENNYPRESS_", "DATABASE_"))}
    return ours | {
        "PENNYPRESS_HOME": str(home),
        "PENNYPRESS_CACHE": str(cache),
        "PENNYPRESS_FIRST_COMMENTS": "publish",
        # One client posts as fast as it can; `none` shows what the limits make of that.
        "PENNYPRESS_UNLIMITED": os.environ.get("PENNYPRESS_UNLIMITED") or "127.0.0.1/32",
        "DJANGO_SETTINGS_MODULE": "pennypress.settings",
    }


def _fingerprint(sources: Sequence[str]) -> str:
    """Changes with whatever makes a site: this file, the schema, and these files of the package."""
    package = ROOT / "pennypress"
    files = {Path(__file__), *package.glob("*/migrations/*.py")}
    files |= {file for pattern in sources for file in package.glob(pattern) if file.is_file()}
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


# ── Building ───────────────────────────────────────────────────────────────────────────────────


def build_large(home: Path) -> None:
    """Fill an empty folder with the large site."""
    print("Building the site to measure (once; some minutes)", flush=True)
    _build(home, STORIES, DISCUSSIONS)


def build_small(home: Path) -> None:
    """Fill an empty folder with the site that is attacked."""
    print("Building the site to attack (once)", flush=True)
    _build(home, SMALL_STORIES, SMALL_DISCUSSIONS)


def _build(home: Path, count_of_stories: int, discussions: dict[int, int]) -> None:
    """Fill an empty folder by the verbs that everyone uses."""
    import django

    django.setup()
    from django.db import connections

    from pennypress.newsroom.setup import set_up_site
    from pennypress.operations.static_files import collect_static_files
    from pennypress.operations.upgrade import upgrade_database
    from pennypress.stories.actions import find_or_make_section

    upgrade_database()
    collect_static_files()
    set_up_site("The Bench Tide")
    texts = _texts()
    _make_fund()
    section = find_or_make_section("news", "News")
    pages = [_make_story(number, section, texts) for number in range(count_of_stories)]
    print(f"  {len(pages)} stories", flush=True)
    stories: dict[int, list[tuple]] = {}
    rest = iter(pages)
    for size, count in discussions.items():
        for _, page in zip(range(count), rest, strict=False):  # takes no page too many
            first = _fill(page, size, texts)
            stories.setdefault(size, []).append((page.pk, page.url, first, size))
        print(f"  {count} × {size:,} comments", flush=True)
    stories[0] = [(page.pk, page.url, 0, 0) for page in rest]
    connections.close_all()  # the database's log goes back into its file
    (home / CONTENTS).write_text(json.dumps(stories))


def _texts() -> list[str]:
    """Some two thousand remarks of about forty words, each in one paragraph."""
    from pennypress.demo.crowd import make_crowd

    return [" ".join(comment.text.split()) for comment in make_crowd(2_000, seed=7)]


def _make_fund() -> None:
    """A campaign with its gifts, so that the meter stands on every page."""
    from pennypress.funding.actions import record_gift, save_campaign
    from pennypress.funding.models import Campaign

    campaign = save_campaign(
        Campaign(slug="spring", title="Spring fund", text="", currency="USD", goal=470_000)
    )
    for number in range(40):
        record_gift(campaign, 500 + 25 * number, "USD", reference=f"bench {number}")


def _make_story(number: int, section, texts: list[str]):
    from django.utils import timezone

    from pennypress.stories.actions import publish_story
    from pennypress.stories.models import StoryPage

    rng = Random(number)
    words = rng.choice(texts).split()[: rng.randint(5, 9)]
    body = [("paragraph", f"<p>{text}</p>") for text in rng.sample(texts, PARAGRAPHS)]
    story = StoryPage(
        title=" ".join(words).rstrip(".,;:"),
        slug=f"story-{number}",
        standfirst=rng.choice(texts)[:180],
        published=timezone.now() - dt.timedelta(hours=number + 1),
        body=body,
    )
    return publish_story(story, section)


def _fill(page, size: int, texts: list[str]) -> int:
    """Put `size` comments under a story, as an import does; return the first one's number."""
    from django.utils import timezone

    from pennypress.discussion.actions import Carried, carry_over_comments, open_discussion

    discussion = open_discussion(page)
    rng = Random(page.pk)
    start = timezone.now() - dt.timedelta(days=30)
    step = dt.timedelta(days=29) / size
    depths: list[int] = []
    numbers: dict[str, int] = {}
    for first in range(0, size, BATCH):
        batch = []
        for number in range(first, min(first + BATCH, size)):
            parent = _choose_parent(rng, depths)
            depths.append(1 if parent is None else depths[parent] + 1)
            said, added = rng.choice(texts), rng.choice(texts)
            batch.append(
                Carried(
                    source=str(number),
                    parent=None if parent is None else numbers.get(str(parent), str(parent)),
                    author=f"Reader {rng.randrange(size // 3 + 2)}",
                    text=f"{said} {' '.join(added.split()[:10])}.",
                    posted=start + number * step,
                    position=number,
                    markup="markdown",
                )
            )
        numbers |= carry_over_comments(discussion, batch)
    return numbers["0"]


def _choose_parent(rng: Random, depths: list[int]) -> int | None:
    """Which of the comments before is answered: half the replies go on with what is recent."""
    count = len(depths)
    if not count or rng.random() < TOP_LEVEL:
        return None
    while True:
        earliest = max(0, count - 15) if rng.random() < 0.5 else 0
        parent = rng.randrange(earliest, count)
        if depths[parent] < DEEPEST:
            return parent


def build_demo(home: Path) -> None:
    """Fill an empty folder with the demo newspaper, which nobody has served yet."""
    import django

    django.setup()
    from django.db import connections

    from pennypress.demo import build
    from pennypress.operations.static_files import collect_static_files
    from pennypress.operations.upgrade import upgrade_database

    print("Building the demo site (once)", flush=True)
    upgrade_database()
    collect_static_files()
    build.build_demo()
    connections.close_all()


@dataclass(frozen=True)
class Kind:
    """A kind of site: what fills its folder, and what that is made of, as patterns of files."""

    build: Callable[[Path], None]
    sources: tuple[str, ...]


SITES = {
    "site": Kind(build_large, ("demo/crowd.*",)),
    "small": Kind(build_small, ("demo/crowd.*",)),
    "demo": Kind(build_demo, ("demo/**/*.toml", "demo/**/*.md", "demo/**/*.py", "demo/pictures/*")),
}


if __name__ == "__main__":
    SITES[sys.argv[1]].build(Path(sys.argv[2]))
