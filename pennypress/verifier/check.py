"""The run: from a checkpoint to every entry, and from the entries to what the site claims."""

import base64
import contextlib
import gc
import hashlib
import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import Any

import orjson

from . import tree
from .figures import SLACK, Campaign, Clock, Figures, Malformed, read_entry
from .notes import Checkpoint, Distrusted, Key, read_checkpoint, read_key, stated_times
from .pages import Unreadable, read_page
from .report import Report, Stop
from .source import Missing, Source
from .trust import Trust

AT_THE_END = -1  # the moment of a check that needs every entry
WAIT_SECONDS = 10.0  # for a checkpoint that covers what the site claims
POLL_SECONDS = 0.5
AT_ONCE = 8  # files that are fetched at a time
SALT_BYTES = 32
WHOLE = 200  # comments up to which a discussion stands whole on its story's page


SHAPE: dict[str, Any] = {  # of claims.json
    "size": int,
    "campaigns": {
        "number": int,
        "slug": str,
        "currency": str,
        "goal": (int, type(None)),
        "raised": int,
        "carried_over": int,
        "contributors": int,
    },
    "accounts": {"account": str, "currency": str, "balance": int},
    "stories": {
        "number": int,
        "url": str,
        "versions": {"version": int, "entry": int, "published": str},
    },
    "discussions": {"page": int, "visible": int},
    "decisions": {"act": str, "rule": (int, type(None)), "count": int},
}
UNIQUE = {  # by what a row of each list is known
    "campaigns": ("number",),
    "accounts": ("account", "currency"),
    "stories": ("number",),
    "discussions": ("page",),
    "decisions": ("act", "rule"),
}


def verify(
    source: Source,
    *,
    since: bytes | None = None,
    key: str = "",
    with_pages: bool = True,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    sleep: Callable[[float], None] = time.sleep,
) -> Report:
    """Check a record and what is claimed from it; return all that disagrees.

    `since` is a checkpoint (its note) that was seen before. `key` is the verifier key that the
    reader trusts; without it, the one that the source itself names.
    """
    report = Report()
    with contextlib.suppress(Stop), _no_search_for_circles():
        _Run(source, report, since, key, now, sleep).check(with_pages=with_pages)
    return report


@contextlib.contextmanager
def _no_search_for_circles() -> Iterator[None]:
    """Entries are read by the million and refer to nothing: looking for circles took a tenth."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Run:
    def __init__(
        self,
        source: Source,
        report: Report,
        since: bytes | None,
        key: str,
        now: Callable[[], datetime],
        sleep: Callable[[float], None],
    ) -> None:
        self.source, self.report = source, report
        self.since_note, self.key_text = since, key
        self.now, self.sleep = now, sleep
        self.moments: dict[int, list[Callable[[Figures], None]]] = defaultdict(list)

    def check(self, *, with_pages: bool) -> None:
        served = self._served_key()
        claims = self._claims()
        pages = list(self._pages(claims)) if with_pages and claims else []
        asked = max([claims["size"] if claims else 0, *(size for size, _ in pages)])
        checkpoint = self._checkpoint(served, asked)
        self.report.checkpoint = checkpoint
        trust = Trust(self.report, served, self.key_text, self.since_note, checkpoint)
        if claims:
            self._at(claims["size"], partial(self._check_claims, claims), checkpoint)
        for size, check in pages:
            self._at(checkpoint.size if size == AT_THE_END else size, check, checkpoint)
        figures, root_then = self._walk(checkpoint, trust.seen)
        trust.settle(figures, root_then)

    # ── Trust ──────────────────────────────────────────────────────────────────────────────────

    def _served_key(self) -> Key:
        try:
            return read_key(self._read("record/key").decode("utf-8", "replace").split("\n")[0])
        except Distrusted as error:
            return self.report.stop("key", "record/key", str(error))

    def _checkpoint(self, key: Key, asked: int) -> Checkpoint:
        """The checkpoint, waited for until it covers what is claimed."""
        waited = 0.0
        while True:
            try:
                found = read_checkpoint(self._read("record/checkpoint"), key)
            except Distrusted as error:
                return self.report.stop("signature", "record/checkpoint", str(error))
            if found.size >= asked or not self.source.lives or waited >= WAIT_SECONDS:
                break
            self.sleep(POLL_SECONDS)
            waited += POLL_SECONDS
        limit = (self.now() + SLACK).timestamp()
        for name, stated in stated_times(found.note):
            if stated > limit:
                self.report.find(
                    "time", "record/checkpoint", f"{name} cosigned in the future ({stated})"
                )
        return found

    # ── Entries ────────────────────────────────────────────────────────────────────────────────

    def _walk(self, checkpoint: Checkpoint, old: Checkpoint | None) -> tuple[Figures, bytes | None]:
        """Read each entry, check it against the tree, and make the checks due at each size.

        Returns the figures, and the root at the size that was seen before, if it can be told.
        """
        figures, clock = Figures(), Clock(self.now())
        # What the tiles say, and from the first difference on what the entries say themselves:
        # whichever of the two comes to the signed root, the other one was tampered with.
        told = tree.Frontier()
        own: tree.Frontier | None = None
        edges: tuple[list[bytes], list[bytes]] = [], []
        roots_then: list[bytes] = []  # of the size seen before: by the tiles, by the entries
        differing: list[tuple[int, int]] = []  # runs of entries, first and last
        self._uppers: list[bytes] = []
        for index, width, bundle, leaves, opened in self._bundles(checkpoint.size):
            start = index * tree.WIDTH
            self._check_opened(opened, index, bundle)
            hashes = tree.leaves(bundle)
            if hashes != leaves:
                own = own or told.copy()
                for place in range(width):
                    if hashes[place] != leaves[place]:
                        _extend(differing, start + place)
            if old is not None and start <= old.size < start + width:
                for before, its in ((told, leaves), (own or told, hashes)):
                    then = before.copy()
                    for node in its[: old.size - start]:
                        then.add(node)
                    roots_then.append(then.root())
            if own:
                own.add_tile(hashes)
            if width == tree.WIDTH:
                self._uppers.append(tree.above(leaves))
                told.add(self._uppers[-1], tree.WIDTH)
            else:
                told.add_tile(leaves)
                edges = leaves, hashes
            for number, body in enumerate(bundle, start):
                if number in self.moments:
                    self._due(number, figures)
                self._add(number, body, figures, clock)
            self.report.tiles += 1
        self._due(checkpoint.size, figures)
        self.report.entries = checkpoint.size
        signed = told.root() == checkpoint.root
        rewritten = own is not None and not signed and own.root() == checkpoint.root
        self._name_differing(differing, checkpoint.size, rewritten=rewritten)
        known = bool(roots_then) and (signed or rewritten)
        found_before = len(self.report.findings)
        self._check_upper_tiles(checkpoint, edges[rewritten], signed=signed)
        if not signed and not rewritten:
            more = "" if differing or len(self.report.findings) != found_before else (
                ": tiles of hashes were rewritten, with their entries"
            )  # fmt: skip
            self.report.find(
                "root",
                "record/checkpoint",
                f"the tree has another root than the one that was signed{more}",
            )
        return figures, roots_then[rewritten] if known else None

    def _name_differing(self, runs: list[tuple[int, int]], size: int, *, rewritten: bool) -> None:
        """Say which entries are not those of the tiles, or which tiles not those of the entries."""
        if rewritten:
            tiles = {n // tree.WIDTH for first, last in runs for n in range(first, last + 1)}
            for index in sorted(tiles):
                width = min(size - index * tree.WIDTH, tree.WIDTH)
                self.report.find(
                    "tile",
                    tree.address(0, index, width),
                    "it was rewritten: its hashes are not those of the entries, which were signed",
                )
            return
        for first, last in runs:
            self.report.find(
                "entry",
                f"entry {first}" if first == last else f"entries {first} to {last}",
                "not what is in the tree: changed, removed, added or out of order",
            )

    def _bundles(self, size: int) -> Iterator[tuple[int, int, list[bytes], list[bytes], Any]]:
        """Each bundle of entries with its leaves and what may be opened, some read ahead.

        Files of a folder are there at once: threads would only wait for each other.
        """
        if not self.source.lives:
            for index, width in tree.widths(size):
                yield self._bundle(index, width)
            return
        with ThreadPoolExecutor(AT_ONCE) as pool:
            ahead: list[Any] = []
            for index, width in tree.widths(size):
                ahead.append(pool.submit(self._bundle, index, width))
                if len(ahead) > AT_ONCE:
                    yield ahead.pop(0).result()
            for one in ahead:
                yield one.result()

    def _bundle(
        self, index: int, width: int
    ) -> tuple[int, int, list[bytes], list[bytes], list[Any]]:
        path = tree.address("entries", index, width)
        packed = self._tile("entries", index, width)
        try:
            entries = tree.split_bundle(packed)[:width]
        except ValueError as error:
            self.report.stop("bundle", path, str(error))
        leaves = tree.unpack(self._tile(0, index, width))[:width]
        if len(entries) != width or len(leaves) != width:
            self.report.stop(
                "truncated", path, f"it holds {len(entries)} of {width} entries: some are missing"
            )
        where = f"record/opened/{index}.json"
        opened = self._json(where)
        listed = [] if opened is None else opened.get("opened")
        if not isinstance(listed, list):
            self.report.find("malformed", where, "it does not list what is opened")
            listed = []
        return index, width, entries, leaves, listed

    def _tile(self, level: int | str, index: int, width: int) -> bytes:
        path = tree.address(level, index, width)
        try:
            return self.source.read(path)
        except Missing as error:
            if width != tree.WIDTH:
                try:
                    return self.source.read(tree.address(level, index, tree.WIDTH))
                except Missing:
                    pass
            return self.report.stop("missing", path, f"it cannot be had ({error})")

    def _check_upper_tiles(
        self, checkpoint: Checkpoint, edge: list[bytes], *, signed: bool
    ) -> None:
        """Compare each tile of hashes of tiles with the tiles below.

        `signed` says whether what is below leads to the signed root. When it does not, and a level
        above does, then the tile below is the one that was rewritten.
        """
        level, hashes = 1, self._uppers
        right = [(1, edge)]  # the nodes at the right edge of the tree, from the leaves upwards
        while hashes:
            theirs, differing = [], []
            for index, width in tree.widths(checkpoint.size, level):
                tile = tree.unpack(self._tile(level, index, width))[:width]
                self.report.tiles += 1
                mine = hashes[index * tree.WIDTH : index * tree.WIDTH + width]
                if tile != mine:
                    differing.append((index, width))
                theirs += tile
            if differing and not signed and _root(level, theirs, right) == checkpoint.root:
                named = {finding.where for finding in self.report.findings}
                for index, (below, above) in enumerate(zip(hashes, theirs, strict=True)):
                    where = tree.address(level - 1, index, tree.WIDTH)
                    if below != above and where not in named:
                        self.report.find(
                            "tile",
                            where,
                            "it was rewritten: the tile above, which was signed, has another hash",
                        )
                hashes, signed = theirs, True
            else:
                for index, width in differing:
                    self.report.find(
                        "tile",
                        tree.address(level, index, width),
                        "it was rewritten: its hashes are not those of the tiles below",
                    )
            full = len(hashes) - len(hashes) % tree.WIDTH
            right.append((tree.WIDTH**level, hashes[full:]))
            hashes = [
                tree.above(hashes[place : place + tree.WIDTH])
                for place in range(0, full, tree.WIDTH)
            ]
            level += 1

    def _add(self, number: int, body: bytes, figures: Figures, clock: Clock) -> None:
        try:
            entry = read_entry(body)
            if clock.is_ahead(entry["time"]):
                self.report.find("time", f"entry {number}", f"it is of the future: {entry['time']}")
            figures.add(entry)
        except Malformed as error:
            self.report.find("malformed", f"entry {number}", str(error))
            figures.size = number + 1

    def _check_opened(self, opened: list[Any], index: int, bundle: list[bytes]) -> None:
        for one in opened:
            where = f"record/opened/{index}.json"
            try:
                number, name = one["entry"], one["name"]
                salt = base64.b64decode(one["salt"], validate=True)
                content = one["content"].encode()
                place = number - index * tree.WIDTH
                if not 0 <= place < tree.WIDTH:
                    raise ValueError(number)
                if place >= len(bundle):
                    continue  # newer than the checkpoint
                claimed = orjson.loads(bundle[place])["commitments"][name]
            except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
                self.report.find("opened", where, "it does not fit the entries")
                continue
            self.report.opened += 1
            # A salt of another length would take letters from the content, or give it some.
            whole = len(salt) == SALT_BYTES
            if not whole or hashlib.sha256(salt + content).hexdigest() != claimed:
                self.report.find(
                    "opened",
                    f"entry {number}",
                    f"the {name} that the site shows for it is not what the entry commits to",
                )

    # ── Claims ─────────────────────────────────────────────────────────────────────────────────

    def _at(self, size: int, check: Callable[[Figures], None], checkpoint: Checkpoint) -> None:
        """Have a check made once the figures are those at this size."""
        if size < 0:
            self.report.find("uncovered", "record/claims.json", f"a record of {size} is no record")
        elif size > checkpoint.size:
            self.report.find(
                "uncovered",
                "record/checkpoint",
                f"something is claimed of {size} entries, and only {checkpoint.size} are signed",
            )
        else:
            self.moments[size].append(check)

    def _due(self, size: int, figures: Figures) -> None:
        for check in self.moments.pop(size, ()):
            check(figures)

    def _compare_each(
        self, what: str, claimed: dict[Any, int], found: dict[Any, int], code: str
    ) -> None:
        """Compare numbers under names; one that is not there is 0."""
        for name in sorted(claimed.keys() | found.keys(), key=repr):
            words = what.format(*name) if isinstance(name, tuple) else what.format(name)
            one, other = claimed.get(name, 0), found.get(name, 0)
            self._compare("record/claims.json", words, one, other, code)

    def _compare(self, where: str, what: str, claimed: object, found: object, code: str) -> None:
        self.report.claims += 1
        if claimed != found:
            self.report.find(
                code,
                where,
                f"{what} is said to be {claimed!r}, and the record adds up to {found!r}",
            )

    def _claims(self) -> dict[str, Any] | None:
        """What is claimed, when it has the shape that claims have."""
        where = "record/claims.json"
        claims = self._json(where)
        if claims is None:
            return None
        wrong = next(
            (name for name, form in SHAPE.items() if not _fits(claims.get(name), form)), ""
        )
        if not wrong and claims["size"] < 0:
            wrong = "size"
        if not wrong:
            wrong = next((name for name, by in UNIQUE.items() if _twice(claims[name], by)), "")
        if wrong:
            self.report.find("claims", where, f"it is malformed at {wrong!r}")
            return None
        return claims

    def _check_claims(self, claims: dict[str, Any], figures: Figures) -> None:
        where = "record/claims.json"
        for said in claims["campaigns"]:
            found = figures.campaigns.get(said["number"]) or Campaign()
            for name in ("raised", "carried_over", "contributors", "goal", "currency"):
                what = f"{name} of campaign {said['slug']}"
                self._compare(where, what, said[name], getattr(found, name), "meter")
        known = {said["number"] for said in claims["campaigns"]}
        for number, campaign in figures.campaigns.items():
            if number not in known and campaign.raised:
                what = f"what was raised by campaign {number}, which is not named,"
                self._compare(where, what, 0, campaign.raised, "meter")
        self._compare_each(
            "the balance of {} in {}",
            {(a["account"], a["currency"]): a["balance"] for a in claims["accounts"]},
            figures.accounts,
            "ledger",
        )
        for said in claims["stories"]:
            listed = [(v["version"], v["entry"], v["published"]) for v in said["versions"]]
            found_versions = figures.versions.get(said["number"], [])
            what = f"the list of versions of story {said['number']}"
            self._compare(where, what, listed, found_versions, "versions")
            if [number for number, *_ in found_versions] != [*range(1, len(found_versions) + 1)]:
                self.report.find("versions", f"story {said['number']}", "its versions have gaps")
        self._check_public({said["number"] for said in claims["stories"]}, figures.public)
        self._compare_each(
            "the number of comments on page {}",
            {d["page"]: d["visible"] for d in claims["discussions"]},
            figures.visible,
            "comments",
        )
        self._compare_each(
            "the number of decisions ({}, rule {})",
            {(d["act"], d["rule"]): d["count"] for d in claims["decisions"]},
            figures.decisions,
            "decisions",
        )

    def _check_public(self, claimed: set[int], found: set[int]) -> None:
        """Compare which stories are said to be public with those that were not taken down."""
        self.report.claims += 1
        for number in sorted(claimed ^ found):
            where = f"story {number}"
            if number in claimed:
                said = "it is shown, and by the record it is not public"
            else:
                said = "by the record it is public, and it is not named among the stories"
            self.report.find("versions", where, said)

    def _pages(self, claims: dict[str, Any]) -> Iterator[tuple[int, Callable[[Figures], None]]]:
        stories = [(story["url"], story["number"]) for story in claims["stories"]]
        slugs = {c["slug"]: c["number"] for c in claims["campaigns"]}
        with ThreadPoolExecutor(AT_ONCE) as pool:
            read = pool.map(self._page, [url for url, _ in stories])
            for (url, number), found in zip(stories, read, strict=True):
                if found is not None:
                    self.report.pages += 1
                    yield from self._page_checks(url, number, found, slugs, claims["size"])

    def _page(self, url: str) -> bytes | None:
        try:
            return self.source.read_page(url)
        except Missing as error:
            self.report.find("missing", url, f"the page cannot be had ({error})")
            return None

    def _page_checks(
        self, url: str, number: int, html: bytes, slugs: dict[str, int], claimed: int
    ) -> Iterator[tuple[int, Callable[[Figures], None]]]:
        try:
            page = read_page(html)
        except Unreadable as error:
            self.report.find("malformed", url, str(error))
            return
        yield from self._version_checks(url, number, page.version or {}, claimed)
        if page.meter:
            yield from self._meter_checks(url, page.meter, slugs)
        if page.discussion:
            yield from self._talk_checks(url, number, page.discussion, page.comments)

    def _meter_checks(
        self, url: str, meter: dict[str, str], slugs: dict[str, int]
    ) -> Iterator[tuple[int, Callable[[Figures], None]]]:
        size = _whole(meter.get("data-record-size"))
        slug, raised = meter.get("data-campaign", ""), _whole(meter.get("data-raised"))
        if size is None or raised is None or slug not in slugs:
            self.report.find(
                "meter", url, "the meter states no campaign, sum or size of the record"
            )
            return

        def check(figures: Figures) -> None:
            found = figures.campaigns.get(slugs[slug]) or Campaign()
            self._compare(url, "the sum on the meter", raised, found.raised, "meter")
            said = meter.get("data-currency", "")
            self._compare(url, "the currency of the meter", said, found.currency, "meter")

        yield size, check

    def _version_checks(
        self, url: str, number: int, stated: dict[str, str], claimed: int
    ) -> Iterator[tuple[int, Callable[[Figures], None]]]:
        """The page shows the version that was the last one when it was fetched.

        That was after the claims, of `claimed` entries: it may be newer than these, not older.
        """
        version, line = _whole(stated.get("data-version")), _whole(stated.get("data-record-entry"))
        if version is None or line is None:
            self.report.find("versions", url, "it states no version of the story, or no line of it")
            return

        def check(figures: Figures) -> None:
            last = figures.versions.get(number, [(0, 0, "")])[-1]
            what = "the story's version and its entry"
            self._compare(url, what, (version, line), last[:2], "versions")

        yield max(line + 1, claimed), check

    def _talk_checks(
        self, url: str, number: int, talk: dict[str, str], comments: list[tuple[str, str]]
    ) -> Iterator[tuple[int, Callable[[Figures], None]]]:
        count, counted = _whole(talk.get("data-count")), _whole(talk.get("data-record-size"))
        removed = [comment for comment, state in comments if state == "removed"]

        def check_removed(figures: Figures) -> None:
            for comment in removed:
                self.report.claims += 1
                if _whole(comment) not in figures.removed:
                    self.report.find(
                        "undecided",
                        url,
                        f"comment {comment or 'without a number'} was removed without a decision",
                    )

        def check_count(figures: Figures) -> None:
            found = figures.visible.get(number, 0)
            self._compare(url, "the number of comments", count, found, "comments")

        # A comment that was held, thus not counted, can be removed later than the last count.
        yield AT_THE_END, check_removed
        if count is None or (count and counted is None):
            self.report.find("comments", url, "it states no number of comments, or of no record")
            return
        if _whole(talk.get("data-page")) != number:
            self.report.find("comments", url, "it shows the discussion of another page")
        shown = sum(state == "visible" for _, state in comments)
        if count <= WHOLE and shown != count:
            self.report.find(
                "comments", url, f"it says {count} comments, and shows {shown} visible ones"
            )
        if counted is not None:  # nobody ever wrote where nothing was counted
            yield counted, check_count

    # ── Reading ────────────────────────────────────────────────────────────────────────────────

    def _read(self, path: str) -> bytes:
        try:
            return self.source.read(path)
        except Missing as error:
            return self.report.stop("missing", path, f"it cannot be had ({error})")

    def _json(self, path: str) -> dict[str, Any] | None:
        try:
            found = json.loads(self.source.read(path))
            if isinstance(found, dict):
                return found
            self.report.find("malformed", path, "it is no JSON object")
        except Missing as error:
            self.report.find("missing", path, f"it cannot be had ({error})")
        except (ValueError, RecursionError):
            self.report.find("malformed", path, "it is no JSON")
        return None


def _whole(text: str | None) -> int | None:
    """A number that is not negative, as attributes have it."""
    return int(text) if text and len(text) < 19 and text.isascii() and text.isdigit() else None


def _extend(runs: list[tuple[int, int]], number: int) -> None:
    """Add a number to the last run when it follows it, or begin another."""
    if runs and runs[-1][1] == number - 1:
        runs[-1] = runs[-1][0], number
    else:
        runs.append((number, number))


def _root(level: int, hashes: list[bytes], right: list[tuple[int, list[bytes]]]) -> bytes:
    """The root over all hashes of a level and the right edge below it."""
    frontier = tree.Frontier()
    for entries, nodes in [(tree.WIDTH**level, hashes), *reversed(right)]:
        for node in nodes:
            frontier.add(node, entries)
    return frontier.root()


def _fits(value: Any, form: Any) -> bool:
    """Whether a value has a form: a type, types, or a list of objects with members of forms."""
    if isinstance(form, dict):
        return isinstance(value, list) and all(
            isinstance(one, dict) and all(_fits(one.get(name), its) for name, its in form.items())
            for one in value
        )
    return isinstance(value, form) and not isinstance(value, bool)


def _twice(rows: Iterable[dict[str, Any]], names: tuple[str, ...]) -> bool:
    """Whether two rows are about the same thing."""
    return any(number > 1 for number in Counter(tuple(r[n] for n in names) for r in rows).values())
