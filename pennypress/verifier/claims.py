"""What the site claims in `claims.json`, compared with what the entries add up to."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from .figures import CampaignSums, Figures
from .reading import read_object
from .report import VerifyReport
from .source import RecordSource

PATH = "record/claims.json"

SHAPE: dict[str, Any] = {  # the members of claims.json and their types
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
UNIQUE = {  # the members that identify a row of each list
    "campaigns": ("number",),
    "accounts": ("account", "currency"),
    "stories": ("number",),
    "discussions": ("page",),
    "decisions": ("act", "rule"),
}


def read_claims(source: RecordSource, report: VerifyReport) -> dict[str, Any] | None:
    """Return the claims; None, with a finding, when they are missing or malformed."""
    claims = read_object(source, report, PATH)
    if claims is None:
        return None
    malformed = next(
        (name for name, shape in SHAPE.items() if not _fits(claims.get(name), shape)), ""
    )
    if not malformed and claims["size"] < 0:
        malformed = "size"
    if not malformed:
        malformed = next(
            (name for name, by in UNIQUE.items() if _has_duplicates(claims[name], by)), ""
        )
    if malformed:
        report.find("claims", PATH, f"it is malformed at {malformed!r}")
        return None
    return claims


def check_claims(report: VerifyReport, claims: dict[str, Any], figures: Figures) -> None:
    """Compare claims with the figures at the record size that the claims state."""
    for campaign in claims["campaigns"]:
        found = figures.campaigns.get(campaign["number"]) or CampaignSums()
        for name in ("raised", "carried_over", "contributors", "goal", "currency"):
            what = f"{name} of campaign {campaign['slug']}"
            report.compare(PATH, what, campaign[name], getattr(found, name), "meter")
    claimed = {campaign["number"] for campaign in claims["campaigns"]}
    for number, sums in figures.campaigns.items():
        if number not in claimed and sums.raised:
            what = f"the sum raised by campaign {number}, which claims.json does not list,"
            report.compare(PATH, what, 0, sums.raised, "meter")
    _compare_each(
        report,
        "the balance of {} in {}",
        {(a["account"], a["currency"]): a["balance"] for a in claims["accounts"]},
        figures.accounts,
        "ledger",
    )
    for story in claims["stories"]:
        listed = [(v["version"], v["entry"], v["published"]) for v in story["versions"]]
        found_versions = figures.versions.get(story["number"], [])
        what = f"the list of versions of story {story['number']}"
        report.compare(PATH, what, listed, found_versions, "versions")
        if [number for number, *_ in found_versions] != [*range(1, len(found_versions) + 1)]:
            report.find("versions", f"story {story['number']}", "its version numbers have gaps")
    _check_public(report, {story["number"] for story in claims["stories"]}, figures.public)
    _compare_each(
        report,
        "the number of comments on page {}",
        {d["page"]: d["visible"] for d in claims["discussions"]},
        figures.visible,
        "comments",
    )
    _compare_each(
        report,
        "the number of decisions ({}, rule {})",
        {(d["act"], d["rule"]): d["count"] for d in claims["decisions"]},
        figures.decisions,
        "decisions",
    )


def _check_public(report: VerifyReport, claimed: set[int], found: set[int]) -> None:
    """Compare the stories that are claimed to be public with those that were not taken down."""
    report.claims += 1
    for number in sorted(claimed ^ found):
        where = f"story {number}"
        if number in claimed:
            message = "the site shows it, but by the record it is not public"
        else:
            message = "by the record it is public, but claims.json does not list it"
        report.find("versions", where, message)


def _compare_each(
    report: VerifyReport, what: str, claimed: dict[Any, int], found: dict[Any, int], code: str
) -> None:
    """Compare numbers by name; one that is missing on either side is 0."""
    for name in sorted(claimed.keys() | found.keys(), key=repr):
        described = what.format(*name) if isinstance(name, tuple) else what.format(name)
        report.compare(PATH, described, claimed.get(name, 0), found.get(name, 0), code)


def _fits(value: Any, shape: Any) -> bool:
    """Whether a value has a shape: a type, types, or a list of objects with members of shapes."""
    if isinstance(shape, dict):
        return isinstance(value, list) and all(
            isinstance(row, dict)
            and all(name in row and _fits(row[name], type_) for name, type_ in shape.items())
            for row in value
        )
    return isinstance(value, shape) and not isinstance(value, bool)


def _has_duplicates(rows: Iterable[dict[str, Any]], names: tuple[str, ...]) -> bool:
    """Whether two rows are about the same thing."""
    return any(number > 1 for number in Counter(tuple(r[n] for n in names) for r in rows).values())
