"""The run: from a checkpoint to every entry, and from the entries to what the site claims."""

import base64
import contextlib
import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from . import tree
from .figures import SLACK, Figures, Malformed, is_in_future, read_entry
from .notes import Checkpoint, Distrusted, Key, read_checkpoint, read_key, stated_times
from .pages import read_page
from .source import Missing, Source

WAIT_SECONDS = 10.0  # for a checkpoint that covers what the site claims
POLL_SECONDS = 0.5
AT_ONCE = 8  # files that are fetched at a time
WHOLE = 200  # comments up to which a discussion stands whole on its story's page


@dataclass(frozen=True)
class Finding:
    """A disagreement: what kind it is, where, and what disagrees."""

    code: str
    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


@dataclass
class Report:
    """What a run found. `notes` are no disagreements, but should be known."""

    checkpoint: Checkpoint | None = None
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    entries: int = 0
    claims: int = 0
    pages: int = 0
    opened: int = 0

    @property
    def ok(self) -> bool:
        return not self.findings

    def find(self, code: str, where: str, message: str) -> None:
        self.findings.append(Finding(code, where, message))


class _Stop(Exception):
    """What was found leaves nothing more to check."""


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
    with contextlib.suppress(_Stop):
        _Run(source, report, since, key, now, sleep).check(with_pages=with_pages)
    return report


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
        self.bodies: dict[int, bytes] = {}

    def check(self, *, with_pages: bool) -> None:
        served = self._served_key()
        claims = self._json("record/claims.json") or {}
        asked = claims.get("size", 0)
        pages = list(self._pages(claims)) if with_pages else []
        asked = max([asked, *(size for size, *_ in pages)])
        checkpoint = self._checkpoint(served, asked)
        self.report.checkpoint = checkpoint
        old = self._since(served, checkpoint)
        self._expect_claims(claims, checkpoint)
        for size, check in pages:
            self._at(size, check, checkpoint)
        figures = self._walk(checkpoint, old)
        self._settle_keys(served, figures)
        if figures.restored:
            said = figures.restored
            self.report.notes.append(
                f"restored: this record continues that of {said.get('origin')}, which was last "
                f"known with {said.get('size')} entries"
            )

    # ── Trust ──────────────────────────────────────────────────────────────────────────────────

    def _served_key(self) -> Key:
        try:
            return read_key(self._read("record/key").decode("utf-8", "replace").split("\n")[0])
        except Distrusted as error:
            return self._stop("key", "record/key", str(error))

    def _checkpoint(self, key: Key, asked: int) -> Checkpoint:
        """The checkpoint, waited for until it covers what is claimed."""
        waited = 0.0
        while True:
            try:
                found = read_checkpoint(self._read("record/checkpoint"), key)
            except Distrusted as error:
                return self._stop("signature", "record/checkpoint", str(error))
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

    def _since(self, served: Key, checkpoint: Checkpoint) -> Checkpoint | None:
        if self.since_note is None:
            return None
        key = served
        try:
            if self.key_text:
                key = read_key(self.key_text)
            old = read_checkpoint(self.since_note, key)
        except Distrusted as error:
            return self._stop("key", "the checkpoint seen before", str(error))
        if old.size > checkpoint.size:
            return self._stop(
                "truncated",
                "record/checkpoint",
                f"the record has {checkpoint.size} entries and had {old.size}: it was cut short, "
                "or its database was rolled back and signed on",
            )
        if old.size == checkpoint.size and old.root != checkpoint.root:
            return self._stop(
                "forked",
                "record/checkpoint",
                f"there are two records of {old.size} entries, both signed: one was shown to you "
                "before, the other now",
            )
        return old

    def _settle_keys(self, served: Key, figures: Figures) -> None:
        """The key that is trusted must be the one that signs, or have passed on to it in order."""
        if not self.key_text:
            return
        try:
            trusted = str(read_key(self.key_text))
        except Distrusted as error:
            self.report.find("key", "the key given", str(error))
            return
        for old, new in figures.rotations:
            trusted = new if old == trusted else trusted
        if trusted != str(served):
            self.report.find("key", "record/key", "the record is signed with a key you do not know")

    # ── Entries ────────────────────────────────────────────────────────────────────────────────

    def _walk(self, checkpoint: Checkpoint, old: Checkpoint | None) -> Figures:
        """Read each entry, check it against the tree, and make the checks due at each size."""
        frontier, figures = tree.Frontier(), Figures()
        limit = self.now()
        found_before = len(self.report.findings)
        for index, width, bundle, leaves, opened in self._bundles(checkpoint.size):
            self._check_opened(opened, index, bundle)
            for place, (body, leaf) in enumerate(zip(bundle, leaves, strict=True)):
                number = index * tree.WIDTH + place
                if tree.leaf(body) != leaf:
                    self.report.find(
                        "entry",
                        f"entry {number}",
                        "it is not the one in the tree: changed, removed, added or out of order",
                    )
                self._compare_old(number, frontier, old)
                self._due(number, figures)
                frontier.add(leaf)
                self._add(number, body, figures, limit)
            if width == tree.WIDTH:
                self._uppers.append(tree.above(leaves))
        self._compare_old(checkpoint.size, frontier, old)
        self._due(checkpoint.size, figures)
        self.report.entries = checkpoint.size
        if frontier.root() != checkpoint.root:
            same = len(self.report.findings) == found_before
            self.report.find(
                "root",
                "record/checkpoint",
                "the tree has another root than the one that was signed"
                + ("" if not same else ": a tile of hashes was rewritten, with its entries"),
            )
        self._check_upper_tiles(checkpoint.size)
        return figures

    def _bundles(self, size: int) -> Iterator[tuple[int, int, list[bytes], list[bytes], Any]]:
        """Each bundle of entries with its leaves and what may be opened, some read ahead."""
        self._uppers: list[bytes] = []
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
            self._stop("bundle", path, str(error))
        leaves = tree.unpack(self._tile(0, index, width))[:width]
        if len(entries) != width or len(leaves) != width:
            self._stop(
                "truncated", path, f"it holds {len(entries)} of {width} entries: some are missing"
            )
        opened = self._json(f"record/opened/{index}.json") or {}
        return index, width, entries, leaves, opened.get("opened", [])

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
            return self._stop("missing", path, f"it cannot be had ({error})")

    def _check_upper_tiles(self, size: int) -> None:
        level, hashes = 1, self._uppers
        while hashes:
            above = []
            for index, width in tree.widths(size, level):
                mine = hashes[index * tree.WIDTH : index * tree.WIDTH + width]
                theirs = tree.unpack(self._tile(level, index, width))[:width]
                if mine != theirs:
                    self.report.find(
                        "tile", tree.address(level, index, width), "it was rewritten: its hashes "
                        "are not those of the tiles below",
                    )  # fmt: skip
                if width == tree.WIDTH:
                    above.append(tree.above(mine))
            level, hashes = level + 1, above

    def _compare_old(self, size: int, frontier: tree.Frontier, old: Checkpoint | None) -> None:
        if old is not None and old.size == size and frontier.root() != old.root:
            self.report.find(
                "rewritten",
                "record/checkpoint",
                f"the first {size} entries are not those that you were shown before: "
                "history was rewritten",
            )

    def _add(self, number: int, body: bytes, figures: Figures, limit: datetime) -> None:
        try:
            entry = read_entry(body)
            if is_in_future(entry["time"], limit):
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
                place = number - index * tree.WIDTH
                if not 0 <= place < len(bundle):
                    continue  # newer than the checkpoint
                claimed = json.loads(bundle[place])["commitments"][name]
                content = one["content"].encode()
            except (KeyError, TypeError, ValueError, AttributeError):
                self.report.find("opened", where, "it does not fit the entries")
                continue
            self.report.opened += 1
            if hashlib.sha256(salt + content).hexdigest() != claimed:
                self.report.find(
                    "opened",
                    f"entry {number}",
                    f"the {name} that the site shows for it is not what the entry commits to",
                )

    # ── Claims ─────────────────────────────────────────────────────────────────────────────────

    def _at(self, size: int, check: Callable[[Figures], None], checkpoint: Checkpoint) -> None:
        """Have a check made once the figures are those at this size."""
        if size > checkpoint.size:
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

    def _compare(self, where: str, what: str, claimed: object, found: object, code: str) -> None:
        self.report.claims += 1
        if claimed != found:
            self.report.find(
                code,
                where,
                f"{what} is said to be {claimed!r}, and the record adds up to {found!r}",
            )

    def _expect_claims(self, claims: dict[str, Any], checkpoint: Checkpoint) -> None:
        def check(figures: Figures) -> None:
            try:
                self._check_claims(claims, figures)
            except (KeyError, TypeError, AttributeError) as error:
                self.report.find("claims", "record/claims.json", f"it is malformed at {error}")

        if claims:
            self._at(claims.get("size", 0), check, checkpoint)

    def _check_claims(self, claims: dict[str, Any], figures: Figures) -> None:
        where = "record/claims.json"
        for said in claims["campaigns"]:
            found = figures.campaigns[said["number"]]
            for name in ("raised", "carried_over", "contributors", "goal", "currency"):
                what = f"{name} of campaign {said['slug']}"
                self._compare(where, what, said[name], getattr(found, name), "meter")
        balances = {(a["account"], a["currency"]): a["balance"] for a in claims["accounts"]}
        self._compare(where, "the ledger", _nonzero(balances), _nonzero(figures.accounts), "ledger")
        for said in claims["stories"]:
            listed = [(v["version"], v["entry"], v["published"]) for v in said["versions"]]
            found_versions = figures.versions.get(said["number"], [])
            what = f"the list of versions of story {said['number']}"
            self._compare(where, what, listed, found_versions, "versions")
            if [number for number, *_ in found_versions] != [*range(1, len(found_versions) + 1)]:
                self.report.find("versions", f"story {said['number']}", "its versions have gaps")
        counts = {d["page"]: d["visible"] for d in claims["discussions"]}
        self._compare(
            where,
            "the numbers of comments",
            _nonzero(counts),
            _nonzero(figures.visible),
            "comments",
        )
        decisions = {(d["act"], d["rule"]): d["count"] for d in claims["decisions"]}
        self._compare(
            where,
            "the decisions per rule",
            _nonzero(decisions),
            _nonzero(figures.decisions),
            "decisions",
        )

    def _pages(self, claims: dict[str, Any]) -> Iterator[tuple[int, Callable[[Figures], None]]]:
        urls = [story["url"] for story in claims.get("stories", [])]
        slugs = {c["slug"]: c["number"] for c in claims.get("campaigns", [])}
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for url, found in zip(urls, pool.map(self._page, urls), strict=True):
                if found is not None:
                    self.report.pages += 1
                    yield from self._page_checks(url, found, slugs)

    def _page(self, url: str) -> bytes | None:
        try:
            return self.source.read_page(url)
        except Missing as error:
            self.report.find("missing", url, f"the page cannot be had ({error})")
            return None

    def _page_checks(
        self, url: str, html: bytes, slugs: dict[str, int]
    ) -> Iterator[tuple[int, Callable[[Figures], None]]]:
        page = read_page(html)
        meter, talk = page.meter, page.discussion
        if meter and (size := _whole(meter.get("data-record-size"))) is not None:
            campaign, raised = slugs.get(meter.get("data-campaign", "")), meter.get("data-raised")

            def check_meter(figures: Figures) -> None:
                found = figures.campaigns[campaign].raised if campaign is not None else None
                self._compare(url, "the sum on the meter", _whole(raised), found, "meter")

            yield size, check_meter
        if not talk or (count := _whole(talk.get("data-count"))) is None:
            return
        shown = sum(state == "visible" for _, state in page.comments)
        if count <= WHOLE and shown != count:
            self.report.find(
                "comments", url, f"it says {count} comments, and shows {shown} visible ones"
            )
        removed = [_whole(number) for number, state in page.comments if state == "removed"]
        counted = _whole(talk.get("data-record-size"))
        home = _whole(talk.get("data-page"))

        def check_talk(figures: Figures) -> None:
            found = figures.visible[home] if home is not None else None
            self._compare(url, "the number of comments", count, found, "comments")

        def check_removed(figures: Figures) -> None:
            for comment in removed:
                self.report.claims += 1
                if comment not in figures.removed:
                    self.report.find(
                        "undecided", url, f"comment {comment} was removed without a decision"
                    )

        if counted is not None:
            yield counted, check_talk
            yield counted, check_removed

    # ── Reading ────────────────────────────────────────────────────────────────────────────────

    def _read(self, path: str) -> bytes:
        try:
            return self.source.read(path)
        except Missing as error:
            return self._stop("missing", path, f"it cannot be had ({error})")

    def _json(self, path: str) -> dict[str, Any] | None:
        try:
            found = json.loads(self.source.read(path))
            if isinstance(found, dict):
                return found
            self.report.find("malformed", path, "it is no JSON object")
        except Missing as error:
            self.report.find("missing", path, f"it cannot be had ({error})")
        except ValueError:
            self.report.find("malformed", path, "it is no JSON")
        return None

    def _stop(self, code: str, where: str, message: str) -> Any:
        self.report.find(code, where, message)
        raise _Stop


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.lstrip("-").isdigit() else None


def _nonzero(counts: dict[Any, int]) -> dict[Any, int]:
    return {name: number for name, number in sorted(counts.items(), key=repr) if number}
