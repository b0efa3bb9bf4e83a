"""What the site claims in `claims.json`, compared with what the entries add up to."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from .figures import CampaignSums, Figures
from .reading import read_object
from .report import VerifyReport
from .source import RecordSource

PATH = "record/claims.json"

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


def read_claims(source: RecordSource, report: VerifyReport) -> dict[str, Any] | None:
    """Return what is claimed, when it has the shape that claims have."""
    claims = read_object(source, report, PATH)
    if claims is None:
        return None
    wrong = next((name for name, form in SHAPE.items() if not _fits(claims.get(name), form)), "")
    if not wrong and claims["size"] < 0:
        wrong = "size"
    if not wrong:
        wrong = next((name for name, by in UNIQUE.items() if _twice(claims[name], by)), "")
    if wrong:
        report.find("claims", PATH, f"it is malformed at {wrong!r}")
        return None
    return claims


def check_claims(report: VerifyReport, claims: dict[str, Any], figures: Figures) -> None:
    """Compare claims with the figures at the size of which they are said to be true."""
    for said in claims["campaigns"]:
        found = figures.campaigns.get(said["number"]) or CampaignSums()
        for name in ("raised", "carried_over", "contributors", "goal", "currency"):
            what = f"{name} of campaign {said['slug']}"
            report.compare(PATH, what, said[name], getattr(found, name), "meter")
    known = {said["number"] for said in claims["campaigns"]}
    for number, campaign in figures.campaigns.items():
        if number not in known and campaign.raised:
            what = f"what was raised by campaign {number}, which is not named,"
            report.compare(PATH, what, 0, campaign.raised, "meter")
    _compare_each(
        report,
        "the balance of {} in {}",
        {(a["account"], a["currency"]): a["balance"] for a in claims["accounts"]},
        figures.accounts,
        "ledger",
    )
    for said in claims["stories"]:
        listed = [(v["version"], v["entry"], v["published"]) for v in said["versions"]]
        found_versions = figures.versions.get(said["number"], [])
        what = f"the list of versions of story {said['number']}"
        report.compare(PATH, what, listed, found_versions, "versions")
        if [number for number, *_ in found_versions] != [*range(1, len(found_versions) + 1)]:
            report.find("versions", f"story {said['number']}", "its versions have gaps")
    _check_public(report, {said["number"] for said in claims["stories"]}, figures.public)
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
    """Compare which stories are said to be public with those that were not taken down."""
    report.claims += 1
    for number in sorted(claimed ^ found):
        where = f"story {number}"
        if number in claimed:
            said = "it is shown, and by the record it is not public"
        else:
            said = "by the record it is public, and it is not named among the stories"
        report.find("versions", where, said)


def _compare_each(
    report: VerifyReport, what: str, claimed: dict[Any, int], found: dict[Any, int], code: str
) -> None:
    """Compare numbers under names; one that is not there is 0."""
    for name in sorted(claimed.keys() | found.keys(), key=repr):
        words = what.format(*name) if isinstance(name, tuple) else what.format(name)
        one, other = claimed.get(name, 0), found.get(name, 0)
        report.compare(PATH, words, one, other, code)


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
