"""The mirror: the whole public site as files, with links that work from any place.

A run begins at the site's pages, follows every link that the site itself makes, and writes what it
comes to. What was written before is left alone while no tag that it shows has moved; where only a
fragment has changed, such as the meter, it is put into the file and no page is rendered.
"""

import hashlib
import json
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from itertools import islice
from pathlib import Path
from sys import intern
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage

from pennypress.delivery.cache import CachedPage, Piece
from pennypress.delivery.facts import FACTS
from pennypress.delivery.rendering import (
    call_django,
    made_up_request,
    render,
    write_cached_fragment,
)
from pennypress.foundation.progress import Progress, no_progress

from .folder import FORMAT, Identity, MirrorFailed, MirrorFolder
from .links import NAMING, as_url, canonical_address, is_walked, take_apart, way_to
from .manifest import (
    Links,
    ManifestEntry,
    MirroredFragment,
    entry_of,
    fragment_of,
    row_of_entry,
    row_of_fragment,
    write_rows,
)
from .markup import Reference, rewrite_css, rewrite_html
from .names import NOT_FOUND, Names, plain_file
from .rendering import LiveSite, Renderers

ROUNDS = 5  # with a site that changes all the time the next run catches up
CHUNK = 1_000_000  # bytes of a file in memory at once
TEXTS = 64  # fragments whose words are held in memory
LINKS = 50_000  # links that are remembered as they were taken apart

# No page of the site's: a web server that knows no redirects has nothing but files.
_REDIRECT = """<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<title>{home}</title>
<link rel="canonical" href="{home}">
<meta name="robots" content="noindex">
<meta http-equiv="refresh" content="0; url={way}">
</head>
<body><p><a href="{way}">{home}</a></p></body>
</html>
"""

_FILES = (settings.STATIC_URL, settings.MEDIA_URL, "/documents/")


@dataclass(frozen=True)
class Seed:
    """An address at which a run begins; `file` names its file where no rule does."""

    address: str
    file: str = ""

    @property
    def canonical(self) -> str:
        """The address as the mirror knows it: not percent-encoded, with what its page reads."""
        path, _, query = self.address.partition("?")
        return canonical_address(unquote(path), query)


@dataclass
class MirrorReport:
    """What a run did. `bytes` are those written, `failed` the addresses that answered with 5xx."""

    written: int = 0
    unchanged: int = 0
    removed: int = 0
    bytes: int = 0
    rendered: int = 0
    failed: list[str] = field(default_factory=list)

    def as_text(self) -> str:
        """One line for people."""
        return (
            f"{self.written:,} files written ({self.bytes:,} bytes), "
            f"{self.unchanged:,} unchanged, {self.removed:,} removed"
        )


def write_mirror(
    folder: Path,
    seeds: Iterable[Seed],
    *,
    site: str,
    made_by: str,
    first: Iterable[Seed] = (),
    last: Callable[[], Iterable[Seed]] = tuple,
    redirects: Callable[[], Iterable[tuple[str, str]]] = tuple,
    full: bool = False,
    progress: Progress = no_progress,
    processes: int = 1,
) -> MirrorReport:
    """Write the site into a folder, or bring the mirror in it up to date.

    `site` is a mark that no other site has. `made_by` names what pages depend on besides the
    database and the settings: when it differs from the run before, or with `full`, every page is
    rendered, in as many `processes`. `redirects` reads the old addresses, and where each leads:
    a file is written that leads on. `progress` is told how many of the pages and files that are
    known so far were come to.

    The site may change meanwhile. Then the pages at `first` may be older than any other page, not
    newer; those that `last` reads, in the end, may be newer than any other page, not older.

    Raises MirrorFailed; what was there before is then still a mirror, and the next run completes
    it.
    """
    held = MirrorFolder(folder, Identity(settings.PUBLIC_URL, site))
    with Renderers(processes) as renderers, held.held():
        run = _MirrorRun(
            held,
            [*seeds, Seed(f"/{NOT_FOUND}", NOT_FOUND)],
            f"{made_by} {_state_of_settings()}",
            first=[*first],
            read_last=last,
            read_redirects=redirects,
            report_progress=progress,
            renderers=renderers,
            full=full,
        )
        FACTS.begin()  # the run notices what changes
        try:
            return run.complete()
        finally:
            FACTS.end()


class _MirrorRun:
    """One run: what is known of the mirror, and what it comes to."""

    def __init__(
        self,
        folder: MirrorFolder,
        seeds: list[Seed],
        made_by: str,
        *,
        first: list[Seed],
        read_last: Callable[[], Iterable[Seed]],
        read_redirects: Callable[[], Iterable[tuple[str, str]]],
        report_progress: Progress,
        renderers: Renderers,
        full: bool,
    ) -> None:
        self.folder = folder
        self.renderers = renderers
        self.live_site = LiveSite()
        self.seeds = seeds
        self.first = first
        self.read_last = read_last
        self.made_by = made_by
        self.read_redirects = read_redirects
        self.redirects: dict[str, str] = {}  # where old addresses lead
        self.redirects_sequence = 0
        self.report_progress = report_progress
        self.report = MirrorReport()
        self.names = Names()
        self.entries: dict[str, ManifestEntry] = {}  # by file
        self.fragments: dict[str, MirroredFragment] = {}
        self.texts: dict[str, bytes] = {}
        self.before: dict[str, str] = {}  # files by address, as the run before left them
        self.file_of: dict[str, str] = {}  # by address, as far as this run has come
        self.owner_of: dict[str, tuple[str, int]] = {}  # by file: address, and number in its walk
        self.reached: dict[str, None] = {}  # files that this crawl has come to
        self.known: dict[str, None] | None = None  # all files of the crawl before, in this run
        self.absent: set[str] = set()  # addresses that answered this run with no page
        self.guessed_absent: set[str] = set()  # those that did so in the run before
        self.fetched: set[str] = set()  # files rendered or copied in this run
        self.written: set[str] = set()
        self.misleading: set[str] = set()  # files with links that lead to the wrong place
        self.moved: dict[str, int] = {}
        self.take_apart = lru_cache(LINKS)(take_apart)
        self._read_manifest(full)
        self.files_before = {*self.entries, *folder.leftovers}

    def complete(self) -> MirrorReport:
        """Crawl until nothing that was written is stale or leads astray; then tidy up."""
        last = [*self.read_last()]
        for _ in range(ROUNDS):
            crawled = last
            self._crawl([*self.seeds, *crawled])
            last = [*self.read_last()]
            self._look()
            self.known = self.reached
            self.misleading = self._find_misleading()
            if not self.misleading and self._nothing_has_changed():
                break
        self._replace_last(crawled, last)
        for file in sorted((self.files_before | self.written) - self.reached.keys()):
            self.report.removed += self.folder.remove(file)
        self.report.written = len(self.written)
        self.report.unchanged = len(self.reached.keys() - self.written)
        self.folder.finish(self._manifest())
        return self.report

    # ── Which pages there are ──────────────────────────────────────────────────────────────────

    def _crawl(self, seeds: Iterable[Seed]) -> None:
        """Come to every page: from the seeds, by the site's own links."""
        self.reached = {}
        waiting: deque[str] = deque()
        seen: set[str] = set()
        fragments_seen: set[str] = set()

        def want(address: str, file: str = "") -> None:
            name = self.name(address, file=file)
            if name and name not in seen:
                seen.add(name)
                waiting.append(name)

        def visit(file: str) -> None:
            entry = self._bring_up_to_date(file)
            if entry is None:
                return
            self.reached[file] = None
            for address in entry.links.followed:
                want(address)
            for key, *_ in entry.fragments:
                if key not in fragments_seen:
                    fragments_seen.add(key)
                    for address in self.fragments[key].links.followed:
                        want(address)

        self._look()
        for seed in self.first:
            want(seed.canonical, seed.file)
        for _ in range(len(waiting)):
            visit(waiting.popleft())
        for seed in seeds:
            want(seed.canonical, seed.file)
        self.redirects_sequence = self._look()
        self.redirects = dict(self.read_redirects())
        for address in self.redirects:
            want(canonical_address(address, ""))
        while waiting:
            for file in islice(waiting, self.renderers.ahead):
                if self._must_be_rendered(file):
                    self.renderers.ask(self.owner_of[file][0])
            self.report_progress(len(self.reached), len(seen))
            visit(waiting.popleft())
        self.renderers.forget()

    def _replace_last(self, crawled: list[Seed], last: list[Seed]) -> None:
        """Have the last documents as they are now in place of those that the last round came to."""
        files = [self.name(seed.canonical, file=seed.file) for seed in last]
        now = {file for file in files if file and self._bring_up_to_date(file)}
        before = {self.file_of.get(seed.canonical) for seed in crawled}
        self.reached = {file: None for file in self.reached if file in now or file not in before}
        self.reached |= dict.fromkeys(now)

    def name(self, address: str, number: int = 1, file: str = "") -> str | None:
        """Return the file for an address, and remember it. None where it has none.

        A page further on in a walk by cursor is known by its number: the cursor that leads there
        changes with the comments before it, and the latest page to name it knows best.
        """
        path, _, query = address.partition("?")
        if number > 1:
            name = self.names.take(plain_file(address, number, walked=True))
        elif known := self.file_of.get(address):
            return known
        elif "after=" in query:  # on a page that is as it was; or no page that we walked to
            name = self.before.get(address, "")
            if name in self.owner_of:
                self.file_of[address] = name
                return name
            if not name:
                return None
            number = self.entries[name].number
        else:
            name = file or self.before.get(address, "")
            name = self.names.take(name or plain_file(address, 1, walked=is_walked(path)))
        owner = self.owner_of.get(name, (address, number))[0]
        if owner.partition("?")[0] != path:  # a page of a list, and a page of that very path
            if query:
                return None
            self.file_of.pop(owner)
        self.owner_of[name] = (address, number)
        self.file_of[address] = name
        return name

    def find_mentioned(self, address: str) -> str | None:
        """Return the file to which a link in readers' words may lead: they make no page."""
        if self.known is not None:
            file = self.file_of.get(address)
            return file if file in self.known else None
        return None if address in self.guessed_absent else self.before.get(address)

    def find_followed(self, address: str, number: int = 1) -> str | None:
        """Return the file to which a link of the site itself leads."""
        file = self.name(address, number)
        guessed = self.known is None and address in self.guessed_absent
        return None if guessed or address in self.absent else file

    def _find_misleading(self) -> set[str]:
        """Files in which a link should lead elsewhere, now that all pages are known."""

        def missing(links: Links) -> set[str]:
            return {address for address in links if self.file_of.get(address) not in self.reached}

        by_fragment = {key: missing(fragment.links) for key, fragment in self.fragments.items()}
        found = set()
        for file in self.reached:
            entry = self.entries[file]
            expected = missing(entry.links).union(
                *(by_fragment[key] for key, *_ in entry.fragments)
            )
            if expected != entry.elsewhere and entry.address not in self.report.failed:
                found.add(file)
        return found

    # ── Keeping up with the site ───────────────────────────────────────────────────────────────

    def _look(self) -> int:
        """Notice what has changed; what is rendered afterwards shows all up to the number."""
        self.moved |= self.live_site.look()
        return self.live_site.sequence

    def _has_changed(self, item: ManifestEntry | MirroredFragment) -> bool:
        return (item.until is not None and item.until <= time.time()) or any(
            self.moved.get(tag, 0) > item.sequence for tag in item.tags
        )

    def _nothing_has_changed(self) -> bool:
        """Whether all that was written in this run is still as the site is now."""
        valid = {
            (key, fragment.digest)
            for key, fragment in self.fragments.items()
            if not self._has_changed(fragment)
        }
        return all(
            self._is_current(file)
            and all((key, digest) in valid for key, _, _, digest in self.entries[file].fragments)
            for file in self.reached
        )

    def _is_current(self, file: str) -> bool:
        """Whether a file is as the site is now, apart from its fragments."""
        entry = self.entries[file]
        if entry.address in self.report.failed:
            return True
        if entry.address != self.owner_of[file][0]:
            return False
        if entry.source:
            return entry.source == _state_of(entry.address)
        if not entry.tags:  # it said of nothing that it shows it: it may show anything
            return file in self.fetched
        return not self._has_changed(entry)

    def _must_be_rendered(self, file: str) -> bool:
        """Whether a file is a page of which it is known now that it has to be rendered."""
        address = self.owner_of[file][0]
        if address in self.absent or address.startswith(_FILES) or file in self.fetched:
            return False
        return file not in self.entries or file in self.misleading or not self._is_current(file)

    def _bring_up_to_date(self, file: str) -> ManifestEntry | None:
        """Have a file as it should be. None when there is no such page."""
        address = self.owner_of[file][0]
        if address in self.absent:
            return None
        entry = self.entries.get(file)
        if (
            entry
            and file not in self.misleading
            and self._is_current(file)
            and (file in self.fetched or self.folder.size_of(file) == entry.size)
            and self._fragments_are_current(entry)
        ):
            return entry
        if address.startswith(_FILES):
            entry = self._copy(file)
        else:
            entry = self._render(file) or self._lead_on(file)
        self.fetched.add(file)
        self.misleading.discard(file)
        if entry:
            self.entries[file] = entry
        else:
            self.absent.add(address)
            self.entries.pop(file, None)
        return entry

    def _fragments_are_current(self, entry: ManifestEntry) -> bool:
        if all(self._fragment(key).digest == digest for key, _, _, digest in entry.fragments):
            return True
        return self._replace_fragments(entry)

    def _fragment(self, key: str) -> MirroredFragment:
        """What is known of a fragment, as it is now."""
        fragment = self.fragments.get(key)
        if fragment is None or self._has_changed(fragment):
            self._write_fragment(key)
        return self.fragments[key]

    def _part_text(self, key: str) -> bytes:
        """The words of a fragment, as they are now."""
        fragment = self.fragments.get(key)
        if fragment is None or self._has_changed(fragment) or key not in self.texts:
            self._write_fragment(key)
        return self.texts[key]

    def _write_fragment(self, key: str) -> None:
        sequence = self._look()
        written = write_cached_fragment(tuple(json.loads(key)), sequence)
        text = written.piece.text
        finder = _Finder(self, "/", "", 1)
        rewrite_html(text, finder.find, "")
        tags = tuple(sorted(map(intern, written.tags)))
        digest = hashlib.sha256(text).hexdigest()[:16]
        self.fragments[key] = MirroredFragment(digest, tags, written.until, sequence, finder.links)
        self.texts.pop(key, None)
        self.texts[key] = text
        if len(self.texts) > TEXTS:
            del self.texts[next(iter(self.texts))]

    # ── Writing files ──────────────────────────────────────────────────────────────────────────

    def _render(self, file: str) -> ManifestEntry | None:
        """Render a page and write it. None when the site answers with no page."""
        address, number = self.owner_of[file]
        page, sequence = self._render_page(address)
        self.report.rendered += 1
        if page is not None and page.status >= 500:
            self.report.failed.append(address)
            return self.entries.get(file)  # what was true before is the better answer
        if page is None or page.status != (404 if file == NOT_FOUND else 200):
            return None
        text = b""
        spans: list[tuple[str, int, int]] = []
        for item in page.row:
            if isinstance(item, Piece):
                text += item.text
            else:
                key = json.dumps(item)
                fragment = self._part_text(key)
                spans.append((key, len(text), len(text) + len(fragment)))
                text += fragment
        finder = _Finder(self, address, file, number, spans)
        kind = dict(page.headers).get("content-type", "")
        if kind.startswith("text/html"):
            rewritten = rewrite_html(text, finder.find, settings.PUBLIC_URL + as_url(address))
            text = rewritten.text
            spans = [(key, rewritten.place(a), rewritten.place(b)) for key, a, b in spans]
        elif kind.startswith("application/json"):
            finder.find_next(text)
        digest, size = self._put(file, text)
        return ManifestEntry(
            address,
            file,
            number,
            digest,
            size,
            sequence,
            tuple(sorted(map(intern, page.tags))),
            page.until,
            finder.links,
            frozenset(finder.elsewhere),
            [(key, start, end, self.fragments[key].digest) for key, start, end in spans],
        )

    def _lead_on(self, file: str) -> ManifestEntry | None:
        """Write a page that leads on from an old address. None where the address is none."""
        address, number = self.owner_of[file]
        location = self.redirects.get(address)
        if location is None:
            return None
        finder = _Finder(self, address, file, number)
        way = finder.find(Reference(location, "a", frozenset(), 0)) or location
        home = settings.PUBLIC_URL + location if location.startswith("/") else location
        digest, size = self._put(
            file, _REDIRECT.format(home=escape(home), way=escape(way)).encode()
        )
        return ManifestEntry(
            address,
            file,
            number,
            digest,
            size,
            self.redirects_sequence,
            ("redirects", "site"),
            links=finder.links,
            elsewhere=frozenset(finder.elsewhere),
        )

    def _render_page(self, address: str) -> tuple[CachedPage | None, int]:
        """A page, rendered now or ahead, and the change up to which it is true."""
        if ready := self.renderers.take(address):
            self._look()  # so that what moved since is known
            return ready.page, ready.sequence
        sequence = self._look()
        return render(address, with_marks=True), sequence

    def _replace_fragments(self, entry: ManifestEntry) -> bool:
        """Put the fragments that have changed into a file; no where it is not as a run left it."""
        before = self.folder.read(entry.file)
        if hashlib.sha256(before).hexdigest() != entry.sha256:
            return False
        text = b""
        fragments = []
        done = 0
        elsewhere = set(entry.elsewhere)
        for key, start, end, digest in entry.fragments:
            fragment = before[start:end]
            if self._fragment(key).digest != digest:
                finder = _Finder(self, entry.address, entry.file, entry.number)
                fragment = rewrite_html(self._part_text(key), finder.find, "").text
                elsewhere |= finder.elsewhere
            text += before[done:start]
            fragments.append(
                (key, len(text), len(text) + len(fragment), self.fragments[key].digest)
            )
            text += fragment
            done = end
        text += before[done:]
        referred = {*entry.links}.union(*(self.fragments[key].links for key, *_ in fragments))
        entry.sha256, entry.size = self._put(entry.file, text)
        entry.fragments, entry.elsewhere = fragments, frozenset(elsewhere & referred)
        return True

    def _copy(self, file: str) -> ManifestEntry | None:
        """Copy a file that pages refer to: style sheets, fonts, pictures, documents."""
        address, _ = self.owner_of[file]
        entry = ManifestEntry(
            address, file, 1, "", 0, self.live_site.sequence, source=_state_of(address)
        )
        if not address.startswith(settings.STATIC_URL):
            # The site decides which of these have an address.
            response: Any = call_django(made_up_request(address))
            try:
                if response.status_code != 200 or not response.streaming:
                    return None
                entry.sha256, entry.size = self._put(file, response.streaming_content)
            finally:
                response.close()
            return entry
        path = _original_of(address)
        if path is None:
            return None
        if path.suffix == ".css":
            finder = _Finder(self, address, file, 1)
            text = rewrite_css(path.read_text(encoding="utf-8"), finder.find)
            entry.sha256, entry.size = self._put(file, text.encode())
            entry.links, entry.elsewhere = finder.links, frozenset(finder.elsewhere)
        else:
            with path.open("rb") as opened:
                content = iter(lambda: opened.read(CHUNK), b"")
                entry.sha256, entry.size = self._put(file, content)
        return entry

    def _put(self, file: str, content: bytes | Iterable[bytes]) -> tuple[str, int]:
        is_new, digest, size = self.folder.put(file, content)
        if is_new:
            self.written.add(file)
            self.report.bytes += size
        return digest, size

    # ── The manifest ───────────────────────────────────────────────────────────────────────────

    def _read_manifest(self, full: bool) -> None:
        manifest = self.folder.manifest
        if not manifest:
            self._look()
            return
        try:
            for address, row in manifest["addresses"].items():
                entry = entry_of(intern(address), row)
                self.entries[entry.file] = entry
                self.before[entry.address] = entry.file
                self.names.take(entry.file)
                self.guessed_absent |= entry.elsewhere
            self.fragments = {key: fragment_of(row) for key, row in manifest["parts"].items()}
            sequence, made_by = int(manifest["sequence"]), manifest["made_by"]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise MirrorFailed(f"{self.folder.root}: its list of files is damaged") from error
        sequences = [item.sequence for item in self.entries.values()]
        sequences += [item.sequence for item in self.fragments.values()]
        self.live_site.sequence = min(sequences, default=0)
        # A number that went back: the database was replaced by an older state of it.
        if self._look() < sequence or full or made_by != self.made_by:
            self.fragments.clear()
            for entry in self.entries.values():
                entry.tags, entry.source, entry.fragments = (), "", []

    def _manifest(self) -> Iterator[str]:
        """The manifest as JSON, a line for each address."""
        entries = {self.entries[file].address: self.entries[file] for file in self.reached}
        used = sorted({key for entry in entries.values() for key, *_ in entry.fragments})
        head = {
            "format": FORMAT,
            "origin": self.folder.identity.origin,
            "site": self.folder.identity.site,
            "made_by": self.made_by,
            "sequence": self.live_site.sequence,
        }
        yield json.dumps(head)[:-1] + ',\n"parts": {'
        yield from write_rows((key, row_of_fragment(self.fragments[key])) for key in used)
        yield '},\n"addresses": {'
        yield from write_rows(
            (address, row_of_entry(entries[address])) for address in sorted(entries)
        )
        yield "}}\n"


class _Finder:
    """Finds what a text refers to, and says where each reference leads in the mirror."""

    def __init__(
        self,
        run: _MirrorRun,
        address: str,
        file: str,
        number: int,
        fragments: Iterable[tuple[str, int, int]] = (),
    ) -> None:
        self.run = run
        self.address = address
        self.file = file
        self.number = number
        self.fragments = list(fragments)
        self.followed: dict[str, None] = {}
        self.mentioned: dict[str, None] = {}
        self.elsewhere: set[str] = set()

    @property
    def links(self) -> Links:
        """What was found, apart from what stands in fragments."""
        return Links(tuple(self.followed), tuple(self.mentioned))

    def find(self, reference: Reference) -> str | None:
        """Take note of a reference, and return where it shall lead; None leaves it as it is."""
        url = reference.url
        if url.startswith("#") or not url:
            return None
        known = self.run.take_apart(url, "" if url.startswith("/") else self.address)
        if known is None:
            return None
        address, live, fragment = known
        is_naming = reference.tag == "link" and reference.rel & NAMING
        if address is None or reference.is_form or is_naming:
            return live
        is_mention = "nofollow" in reference.rel
        is_next = "next" in reference.rel and "after=" in address
        if is_mention and "after=" in address:
            return live
        if is_mention:
            file = self.run.find_mentioned(address)
        else:
            file = self.run.find_followed(address, self.number + 1 if is_next else 1)
        if not any(start <= reference.position < end for _, start, end in self.fragments):
            (self.mentioned if is_mention else self.followed)[address] = None
        if file is None:
            self.elsewhere.add(address)
            return live
        return way_to(self.file, file, fragment)

    def find_next(self, text: bytes) -> None:
        """Take note of the page that follows this one of a list in the API."""
        following = json.loads(text).get("next")
        if following is not None:
            path, _, query = self.address.partition("?")
            given = dict(parse_qsl(query)) | {"after": str(following)}
            address = canonical_address(path, urlencode(given))
            self.run.name(address, self.number + 1)
            self.followed[address] = None


# ── Files that are copied ──────────────────────────────────────────────────────────────────────


def _original_of(address: str) -> Path | None:
    """Where the file at an address of static or media files lies; None where none does."""
    for prefix, root in (
        (settings.STATIC_URL, settings.STATIC_ROOT),
        (settings.MEDIA_URL, settings.MEDIA_ROOT),
    ):
        name = address.removeprefix(prefix)
        if name != address and ".." not in name.split("/"):
            path = Path(root) / name
            if not path.is_file() and prefix == settings.STATIC_URL:
                path = Path(finders.find(name) or path)
            return path if path.is_file() else None
    return None


def _state_of(address: str) -> str:
    """What tells a file from what it was before; "" where that is not known."""
    path = _original_of(address)
    if path is None:
        return ""
    found = path.stat()
    return f"{found.st_mtime_ns}-{found.st_size}"


def _state_of_settings() -> str:
    """A fingerprint of the settings and the names of static files that stand on pages."""
    known = getattr(staticfiles_storage, "hashed_files", {})
    state = [settings.LANGUAGES, settings.LANGUAGE_CODE, settings.TIME_ZONE, sorted(known.items())]
    return hashlib.sha256(json.dumps(state).encode()).hexdigest()[:16]
