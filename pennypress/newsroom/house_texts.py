"""The house pages and house rules that a fresh site starts with; the newsroom edits them.

`{title}` stands for the paper's name. In paragraphs `<i>`, `<b>` and `<a href>` are markup.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of running text, with inline markup."""

    text: str


@dataclass(frozen=True)
class Heading:
    """A heading within a story or a house page."""

    text: str


@dataclass(frozen=True)
class HouseRule:
    """A house rule. `label` completes “Removed under rule 3 (…)”."""

    number: int
    label: str
    title: str
    text: str


RULES = (
    HouseRule(
        number=1,
        label="off the subject",
        title="Stay on the subject",
        text="Write about the story, or about what somebody said of it. A new subject belongs "
        "under its own story, or in a letter to us.",
    ),
    HouseRule(
        number=2,
        label="a claim without grounds",
        title="Say what you know and how you know it",
        text="“I was there”, a document and “I think” are all good grounds. A claim about "
        "somebody’s conduct that can harm them needs one of the first two.",
    ),
    HouseRule(
        number=3,
        label="attacks on people",
        title="Attack arguments, not people",
        text="Say that a plan is bad, and why, as hard as you like. Insults, threats and guesses "
        "at someone’s motives are removed, whoever they are aimed at.",
    ),
    HouseRule(
        number=4,
        label="hatred against a group",
        title="No hatred against groups",
        text="Nobody is to be despised, mocked or blamed here for their origin, language, belief, "
        "sex, age, body or whom they love.",
    ),
    HouseRule(
        number=5,
        label="advertising",
        title="No advertising",
        text="Nothing for sale and no links placed to be counted. If you have an interest in what "
        "you recommend, say so.",
    ),
    HouseRule(
        number=6,
        label="somebody’s private matters",
        title="Leave private matters private",
        text="No addresses, telephone numbers, illnesses or family affairs of other people, and "
        "no real name of someone who writes under another.",
    ),
)

HOUSE_PAGES: dict[str, tuple[str, tuple[Paragraph | Heading, ...]]] = {
    "about": (
        "About this paper",
        (
            Paragraph(
                "{title} is paid for by the people who read it. It carries no advertising, so "
                "nobody is measured, sorted or sold."
            ),
            Paragraph("We report on [the place or the subject that you cover]."),
            Heading("Who pays"),
            Paragraph(
                "Readers do. Every gift is on the ledger page with its amount and its day, and "
                "with a name only if the giver asked for one. The sum at the top of each page is "
                "the sum of that ledger."
            ),
            Heading("How we work"),
            Paragraph(
                "We say where our facts come from, beside the story. When we get something wrong "
                "we correct it there and say what changed."
            ),
            Heading("Who we are"),
            Paragraph("[The names of the people who make the paper, and what each of them does.]"),
        ),
    ),
    "rules": (
        "House rules",
        (
            Paragraph(
                "Readers of {title} discuss its stories below them. You may write under your own "
                "name or another."
            ),
            Paragraph(
                "A comment is published, or it is held until one of us has read it. A comment "
                "that breaks a rule is removed; its place stays, with the number of the rule. "
                "Disagreeing with us is no reason to hold or remove anything."
            ),
            Paragraph("There are six rules. No comment is removed under any other."),
        ),
    ),
    "privacy": (
        "Privacy",
        (
            Paragraph(
                "You can read {title} without telling us who you are. Public pages set no cookie, "
                "and no third party sees that you read them: type, pictures and scripts come from "
                "this site alone."
            ),
            Heading("If you comment"),
            Paragraph(
                "As a guest you leave a name, if you like, and your words. Both are stored, and "
                "both are published with the comment. We do not ask for an e-mail address."
            ),
            Paragraph(
                "Words that you have not sent yet are kept in your browser, for thirty days, so "
                "that you do not lose them. We do not get them, and you can discard them where "
                "you wrote them."
            ),
            Paragraph(
                "A held comment is stored while it waits for one of us to read it. For a removed "
                "comment the page shows that it was removed, and under which rule; the words are "
                "no longer shown."
            ),
            Heading("If you give"),
            Paragraph(
                "The amount and the day appear on the ledger page. Your name appears there only "
                "if you ask for it."
            ),
            Heading("What you can ask of us"),
            Paragraph(
                "Ask what we hold about you, and ask us to correct or erase it: "
                "[e-mail address for privacy]. [The name of whoever is responsible, and of the "
                "authority that hears complaints.]"
            ),
        ),
    ),
    "imprint": (
        "Imprint",
        (
            Paragraph("{title} is published by [name of the publisher]."),
            Paragraph("[street and town]"),
            Paragraph("[e-mail address] · [telephone number]"),
            Paragraph("Responsible for the content: [name of the editor]"),
            Paragraph("[Register and number, tax number, or “none”, as your law asks.]"),
        ),
    ),
    "contact": (
        "Contact",
        (
            Paragraph("Write to the newsroom of {title}: [e-mail address], or [street and town]."),
            Heading("A mistake"),
            Paragraph(
                "Tell us the story, the sentence and what is right, and how you know. We check "
                "it, correct it in the story and say there what changed."
            ),
            Heading("A comment of yours"),
            Paragraph(
                "If it was removed, the notice in its place names the rule. If you think that we "
                "applied it wrongly, write to us and say which comment."
            ),
            Heading("A gift"),
            Paragraph(
                "If a gift is missing from the ledger page, or a name stands there that should "
                "not, tell us the amount and the day."
            ),
            Heading("Something in confidence"),
            Paragraph("[How to reach you safely, and which of you will read it.]"),
        ),
    ),
}
