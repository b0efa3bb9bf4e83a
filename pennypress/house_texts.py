"""stub, replaced soon"""
from dataclasses import dataclass


@dataclass(frozen=True)
class Paragraph:
    text: str


@dataclass(frozen=True)
class Heading:
    text: str


HOUSE_PAGES = {
    role: (role.title(), (Paragraph("{title}"),))
    for role in ("about", "rules", "privacy", "imprint", "contact")
}


@dataclass(frozen=True)
class DemoRule:
    number: int
    label: str
    title: str
    text: str


RULES = tuple(DemoRule(n, f"label {n}", f"Title {n}", "Text") for n in range(1, 7))
