"""Measure what the site's own code costs, beside the limit: a raw durable insert in SQLite.

`make bench` prints one table and writes it to `.cache/bench.json`. Each figure is the median of its
runs, all in one process and one go, so that ratios hold on a noisy machine; absolute times do not.
"""

import json
import os
import platform
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

SIZES = (21, 1_000, 10_000)
POSTS = 60
RENDERS = 15


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="pennypress-bench-") as folder:
        os.environ |= {
            "PENNYPRESS_HOME": folder,
            "DJANGO_SETTINGS_MODULE": "pennypress.settings",
            "PENNYPRESS_FIRST_COMMENTS": "publish",
            "DATABASE_URL": "",
        }
        rows = measure(Path(folder))
    report(rows)


def measure(folder: Path) -> list[dict[str, object]]:
    """Make a site with one story per size and measure reading it and posting to it."""
    import django

    django.setup()
    from pennypress.cli import collect_static_files, upgrade_database
    from pennypress.newsroom import set_up_site
    from pennypress.stories.actions import find_or_make_section

    upgrade_database()
    collect_static_files()
    set_up_site("The Bench Tide")
    section = find_or_make_section("news", "News")
    raw = raw_insert(folder)
    return [{"comments": 0, "what": "raw insert, WAL and FULL", "ms": raw, "ratio": 1.0}] + [
        row for size in SIZES for row in measure_story(section, size, raw)
    ]


def raw_insert(folder: Path) -> float:
    """Median milliseconds of one durable insert, nothing around it."""
    database = sqlite3.connect(folder / "raw.sqlite3", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE comment (id INTEGER PRIMARY KEY, text TEXT)")
    text = "word " * 50
    return median_ms(
        lambda: database.execute("INSERT INTO comment (text) VALUES (?)", (text,)), POSTS * 4
    )


def measure_story(section, size: int, raw: float) -> list[dict[str, object]]:
    """Fill a story with `size` comments; measure page, discussion page, API page and a post."""
    from django.test import Client

    from pennypress.demo.crowd import make_crowd
    from pennypress.discussion.actions import open_discussion, post_comment
    from pennypress.stories.actions import publish_story
    from pennypress.stories.models import StoryPage

    story = publish_story(
        StoryPage(title=f"A story with {size} comments", body=[("paragraph", "<p>Text.</p>")] * 12),
        section,
    )
    fill(story, list(make_crowd(size, seed=1)))
    browser = Client(HTTP_HOST="127.0.0.1")
    discussion = open_discussion(story)
    reads = {
        "story page, rendered": story.url,
        "discussion page, rendered": f"{story.url}discussion/?order=newest",
        "API page": f"/api/v1/stories/{story.pk}/discussion",
    }
    rows = [
        {"comments": size, "what": what, "ms": median_ms(lambda u=url: browser.get(u), RENDERS)}
        for what, url in reads.items()
    ]
    post = median_ms(
        lambda: post_comment(discussion, name="A reader", text="Some words, and more."), POSTS
    )
    rows.append({"comments": size, "what": "a comment posted (verb)", "ms": post})
    return [row | {"ratio": row["ms"] / raw} for row in rows]


def fill(story, crowd) -> None:
    """Carry the comments over in bulk, as an import does."""
    import datetime as dt

    from django.utils import timezone

    from pennypress.discussion.actions import Carried, carry_over_comments, open_discussion

    start = timezone.now() - dt.timedelta(days=30)
    numbers: dict[str, int] = {}
    for first in range(0, len(crowd), 1_000):
        numbers |= carry_over_comments(
            open_discussion(story),
            [
                Carried(
                    source=comment.key,
                    parent=numbers.get(comment.parent, comment.parent) if comment.parent else None,
                    author=comment.name,
                    text=comment.text,
                    posted=start + dt.timedelta(minutes=comment.minutes_after),
                    position=0,
                    markup="markdown",
                )
                for comment in crowd[first : first + 1_000]
            ],
        )


def median_ms(run: Callable[[], object], times: int) -> float:
    """Median milliseconds of `run`, after one run that does not count."""
    run()
    samples = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        samples.append((time.perf_counter() - start) * 1000)
    return statistics.median(samples)


def report(rows: list[dict[str, object]]) -> None:
    """Print the table and keep it as JSON."""
    print(f"{'comments':>9}  {'what':<28} {'median ms':>10} {'× raw insert':>13}")
    for row in rows:
        print(f"{row['comments']:>9}  {row['what']:<28} {row['ms']:>10.2f} {row['ratio']:>13.1f}")
    place = Path(".cache/bench.json")
    place.parent.mkdir(exist_ok=True)
    place.write_text(json.dumps({"machine": platform.platform(), "rows": rows}, indent=1))


if __name__ == "__main__":
    main()
