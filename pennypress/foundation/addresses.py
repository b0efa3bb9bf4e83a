"""Addresses: what each one is to caches, logs, the mirror and editors, declared once by its part.

A path is written as Django writes routes: `<name>` is one part of it, `<int:name>` a number,
`<path:name>` all that follows. `<page>` at its beginning is the address of any page of the paper.
An address that nobody declared is personal.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class Policy(StrEnum):
    """Who may see what an address answers to GET, and who may keep it."""

    CACHED = "cached"  # public, the same bytes for everybody
    FRESH = "fresh"  # public, the same for everybody who asks at that moment; never cached
    PERSONAL = "personal"  # may differ from reader to reader
    HOOK = "hook"  # where another system tells us something


class Body(StrEnum):
    """What may be sent to an address."""

    NONE = "nothing"
    FORM = "a form"  # or an API's document
    UPLOAD = "a file"  # by whoever is signed in


class InMirror(StrEnum):
    """Whether a link to an address leads to a file of the mirror, or to the live site."""

    YES = "yes"
    WITHOUT_QUERY = "without a query"
    NO = "no"


class BadAddress(ValueError):
    """The register cannot hold this; the message names the address and says why."""


@dataclass(frozen=True)
class Address:
    """One address, or with `below` it and all under it.

    `query` names the parameters that it reads: others make no second copy of a page. Of one given
    twice the last counts, except where an address that is `strict` sees both. `localised`
    ones are also there under `/<language>/`. What a `tree` address finds depends on the newsroom's
    pages: where there is no live one it counts as not declared. In the access log a `masked`
    address ends before the first `<name>` in it; unless said otherwise personal ones are. What is
    posted below a `one_transaction` address is stored whole or not at all. What is posted to one
    that `checks_password` takes long, and waits for others of its kind alone. `body` is what may be
    sent to it: unless said otherwise a form where it is personal or a hook, and else nothing.
    """

    path: str
    policy: Policy
    query: tuple[str, ...] = ()
    strict: bool = False
    localised: bool = False
    below: bool = False
    tree: bool = False
    in_mirror: InMirror | None = None
    masked: bool | None = None
    one_transaction: bool = False
    checks_password: bool = False
    body: Body | None = None

    @property
    def takes(self) -> Body:
        """What was said, else: only what is not public takes something."""
        if self.body is not None:
            return self.body
        return Body.NONE if self.policy in {Policy.CACHED, Policy.FRESH} else Body.FORM

    @property
    def mirrored(self) -> InMirror:
        """What was said, else: cached addresses are in the mirror."""
        if self.in_mirror is not None:
            return self.in_mirror
        return InMirror.YES if self.policy == Policy.CACHED else InMirror.NO

    @property
    def hides_names(self) -> bool:
        """Whether the log leaves out what `<name>` stands for, and what is below."""
        return self.policy == Policy.PERSONAL if self.masked is None else self.masked

    @property
    def slug(self) -> str:
        """The first part of the path, which no section can have as its slug; "" if it is open."""
        first = self.path.strip("/").partition("/")[0]
        return "" if "<" in first else first


REMEMBERED = 2_048  # paths whose declaration was looked up: each request asks several times
LONGEST_REMEMBERED = 300  # characters of a path
UNLISTED = "[unlisted]"  # in the log, in the place of a path that nobody declared
HIDDEN = "[private]"  # in the log, in the place of what a masked address holds

_NAME = re.compile(r"<(?:(?P<kind>int|path):)?(?P<name>[a-z_]+)>")
_KINDS = {None: "[^/]+", "int": "[0-9]+", "path": ".+"}
_PAGE = "<page>"
_ANY_PAGE = "/(?:[^/]+/)*"


class AddressRegister:
    """All declared addresses of a site. Raises BadAddress for what cannot be meant."""

    def __init__(self, addresses: Iterable[Address], *, languages: Iterable[str] = ()) -> None:
        """`languages` are the codes under which localised addresses are found, too."""
        self.addresses = sorted(addresses, key=lambda a: _openness(a.path, a.below))
        _refuse_mistakes(self.addresses)
        prefixes = "|".join(re.escape(code) for code in sorted(languages, key=len, reverse=True))
        self._language = f"(?:/(?:{prefixes}))?" if prefixes else ""
        # One expression for all: its last group says which alternative it was.
        self._find = re.compile("|".join(f"({self._pattern(a)})" for a in self.addresses)).fullmatch
        self._recent = lru_cache(REMEMBERED)(self._look_up)
        hiding = filter(None, map(self._hiding_pattern, self.addresses))
        # The shortest first: it hides what a longer one would.
        self._hidden = re.compile("|".join(sorted(hiding, key=len)) or "(?!)", re.IGNORECASE)

    def find(self, path: str) -> Address | None:
        """Return the declaration of a path (decoded, without query); None where there is none."""
        return self._recent(path) if len(path) <= LONGEST_REMEMBERED else self._look_up(path)

    def _look_up(self, path: str) -> Address | None:
        match = self._find(path)
        return self.addresses[match.lastindex - 1] if match and match.lastindex else None

    def policy_of(self, path: str) -> Policy:
        """Return the policy of a path: personal where nobody declared one."""
        found = self.find(path)
        return found.policy if found else Policy.PERSONAL

    def is_cached(self, path: str) -> bool:
        """Say whether what is read at this path may be cached."""
        return self.policy_of(path) == Policy.CACHED

    def is_public(self, path: str) -> bool:
        """Say whether what is read at this path must be the same for every reader."""
        return self.policy_of(path) in {Policy.CACHED, Policy.FRESH}

    def query_of(self, path: str) -> tuple[str, ...]:
        """Return the query parameters that the address reads."""
        found = self.find(path)
        return found.query if found else ()

    def is_strict(self, path: str) -> bool:
        """Say whether the address sees each value of a parameter that was given several times."""
        found = self.find(path)
        return found is not None and found.strict

    def body_of(self, path: str) -> Body:
        """Return what may be sent to a path: nothing where nobody declared one."""
        found = self.find(path)
        return found.takes if found else Body.NONE

    def is_one_transaction(self, path: str) -> bool:
        """Say whether what is posted to this path is stored in one transaction."""
        found = self.find(path)
        return found is not None and found.one_transaction

    def checks_password(self, path: str) -> bool:
        """Say whether what is posted to this path has a password that is to be hashed."""
        found = self.find(path)
        return found is not None and found.checks_password

    def for_log(self, path: str, *, found: bool = True) -> str:
        """Return a path as the access log may hold it; `found` says whether it was answered.

        What lies in the newsroom's tree and was not found is not listed either.
        """
        address = self.find(path)
        if address is None or (address.tree and not found):
            return UNLISTED
        return self.hide_names(path) if address.hides_names else path

    def hide_names(self, text: str) -> str:
        """Return text in which masked addresses end before the first `<name>` in them."""
        return self._hidden.sub(lambda match: f"{_shown_part(match)}{HIDDEN}", text)

    @property
    def slugs(self) -> frozenset[str]:
        """The first parts of all addresses: no section can have one as its slug."""
        return frozenset(address.slug for address in self.addresses) - {""}

    def _pattern(self, address: Address) -> str:
        path, tail = address.path, "(?:.*)" if address.below else ""
        if path.startswith(_PAGE):
            return _ANY_PAGE + _expression(path.removeprefix(_PAGE)) + tail
        return (self._language if address.localised else "") + _expression(path) + tail

    def _hiding_pattern(self, address: Address) -> str:
        """A group for what to keep of a text, and what to leave out after it; "" for nothing."""
        kept, name, _ = address.path.partition("<")
        if not address.hides_names or not (name or address.below):
            return ""
        language = self._language if address.localised else ""
        return rf"({language}{re.escape(kept)})[^\s\"'<>]+"


def _shown_part(match: re.Match[str]) -> str:
    return next(group for group in match.groups() if group is not None)


def _expression(path: str) -> str:
    """A path as a regular expression without groups of its own."""
    parts, end = [], 0
    for name in _NAME.finditer(path):
        parts += [re.escape(path[end : name.start()]), _KINDS[name["kind"]]]
        end = name.end()
    return "".join([*parts, re.escape(path[end:])])


def _shape(path: str) -> str:
    """A path without the names in it: two of one shape claim the same addresses."""
    return _NAME.sub(lambda name: f"<{name['kind'] or ''}>", path)


def _openness(path: str, below: bool) -> list[int]:
    """How much each part of a path leaves open, so that the narrowest declaration comes first."""
    if path == _PAGE:
        return [6]
    steps = []
    for part in re.findall(r"[^/]*/|[^/]+$", path):
        kinds = [name["kind"] for name in _NAME.finditer(part)]
        if _PAGE in part:
            steps.append(4)
        else:
            steps.append(max(({"int": 1, None: 2, "path": 3}[kind] for kind in kinds), default=0))
    return [*steps, 5 if below else 0]


def _refuse_mistakes(addresses: Iterable[Address]) -> None:
    claimed: dict[str, str] = {}
    for address in addresses:
        path = address.path
        if not isinstance(address.policy, Policy):
            known = ", ".join(Policy)
            raise BadAddress(f"{path}: there is no policy {address.policy!r}, only {known}")
        if not path.startswith(("/", _PAGE)):
            raise BadAddress(f"{path!r} begins neither with / nor with {_PAGE}")
        if address.hides_names and path.startswith(_PAGE):
            raise BadAddress(f"{path}: of a page's own address nothing can be masked")
        if "<" in _NAME.sub("", path.removeprefix(_PAGE)):
            raise BadAddress(f"{path}: write <name>, <int:name> or <path:name>")
        if before := claimed.get(shape := _shape(path)):
            raise BadAddress(f"{path} and {before} claim the same addresses")
        claimed[shape] = path
