"""The demo newspaper's words, as data: its people, sections and fund. The stories are in `stories.py`.

In paragraphs, list items and notes, `<i>`, `<b>` and `<a href>` are markup; every other text is
plain.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from pennypress.newsroom.house_texts import Heading, Paragraph


@dataclass(frozen=True)
class Quotation:
    """Somebody's words, without quotation marks, and who said them where."""

    text: str
    speaker: str
    role: str
    source: str


@dataclass(frozen=True)
class BodyPicture:
    """A picture within the text, by its slug. Its alternative text is the picture's own."""

    picture: str
    caption: str


@dataclass(frozen=True)
class Bullets:
    """A list, numbered if `ordered`. Its items hold inline markup."""

    items: tuple[str, ...]
    ordered: bool = False


@dataclass(frozen=True)
class PullQuote:
    """A sentence of the story itself, set large."""

    text: str


@dataclass(frozen=True)
class Note:
    """An editor's note, with inline markup."""

    text: str


@dataclass(frozen=True)
class Embed:
    """Something published elsewhere, shown as a link."""

    url: str
    title: str
    author: str


Block: TypeAlias = (
    Paragraph | Heading | Quotation | BodyPicture | Bullets | PullQuote | Note | Embed
)
Kind: TypeAlias = Literal["news", "analysis", "opinion"]


@dataclass(frozen=True)
class Source:
    """What a story rests on. `seen_days_ago`: when the newsroom last saw it."""

    title: str
    publisher: str
    url: str | None = None
    seen_days_ago: int | None = None


@dataclass(frozen=True)
class DemoStory:
    """A story of the demo.

    `bylines` are slugs of people, `picture` is a picture's slug, an empty `alt` stands for the
    picture's own, and `hour` is UTC.
    """

    slug: str
    section: str
    kind: Kind
    headline: str
    standfirst: str
    dateline: str
    bylines: tuple[str, ...]
    picture: str | None
    caption: str
    alt: str
    days_ago: int
    hour: int
    body: tuple[Block, ...]
    sources: tuple[Source, ...]
    language: str = "en"
    lead: bool = False


@dataclass(frozen=True)
class DemoPerson:
    """Someone who writes for the paper. `bio` is plain text."""

    slug: str
    name: str
    role: str
    bio: str


@dataclass(frozen=True)
class DemoSection:
    """A section of the paper in one language."""

    slug: str
    title: str
    summary: str
    language: str = "en"


@dataclass(frozen=True)
class DemoCampaign:
    """What readers are asked to pay for. `goal` is in minor units of `currency`."""

    slug: str
    title: str
    text: str
    appeal_heading: str
    appeal_text: str
    goal: int
    currency: str


@dataclass(frozen=True)
class DemoGift:
    """A gift in minor units, with a name only where the giver asked for one."""

    minor: int
    days_ago: int
    name: str | None
    reference: str


TITLE = "The Penny Tide"
TAGLINE = "Merrow Sound · paid for by its readers · every cent in the open"
TAGLINES = {"ar": "ميرو ساوند · صحيفة يموّلها قرّاؤها · كل سنت في العلن"}

PEOPLE = (
    DemoPerson(
        slug="ines-calder",
        name="Ines Calder",
        role="Town hall reporter",
        bio="Ines Calder has sat through 214 council meetings and left two of them early. "
        "She kept the books of a boatyard before she came to the paper, and reads accounts first.",
    ),
    DemoPerson(
        slug="tomas-reyes",
        name="Tomás Reyes",
        role="Harbour reporter",
        bio="Tomás Reyes covers the harbour, the ferry and what they cost. He worked six seasons "
        "on the fish pier and is at the auction most mornings by five.",
    ),
    DemoPerson(
        slug="wen-halloran",
        name="Wen Halloran",
        role="Schools reporter",
        bio="Wen Halloran taught arithmetic for twelve years and now checks other people’s. "
        "She writes about schools, buses and the county’s sums.",
    ),
    DemoPerson(
        slug="jorun-petrie",
        name="Jorun Petrie",
        role="Sea and weather correspondent",
        bio="Jorun Petrie looks after the paper’s rain gauge and its tide table. He writes about the "
        "sea, the coast and whatever the wind has moved.",
    ),
    DemoPerson(
        slug="agnete-thorne",
        name="Agnete Thorne",
        role="Editor",
        bio="Agnete Thorne edits the paper and answers for its mistakes. She began on it as a "
        "proofreader and still reads the tide table aloud, or should.",
    ),
    DemoPerson(
        slug="leyla-marsawi",
        name="ليلى مرساوي",
        role="مراسلة المرفأ",
        bio="تكتب ليلى مرساوي بالعربية عن المرفأ وأهله. وُلدت في ميرو ساوند، وتعلّمت القراءة في "
        "مدرسة السبت على الرصيف الشرقي.",
    ),
)

SECTIONS = (
    DemoSection("harbour", "Harbour", "Boats, berths, the ferry, and who pays for the water."),
    DemoSection("town-hall", "Town hall", "What the council decided, what it cost, who voted how."),
    DemoSection("schools", "Schools", "Classrooms, buses, meals and the arithmetic behind them."),
    DemoSection("sea-and-weather", "Sea and weather", "Wind, tides, the coast and the light."),
    DemoSection("harbour", "المرفأ", "القوارب والأرصفة والعائلات التي تعيش منها.", language="ar"),
)

CAMPAIGN = DemoCampaign(
    slug="main",
    title="A year of reporting from Merrow Sound",
    text="The goal pays for the tide gauge, the court fees, the library’s copies and four days a "
    "week of reporting. What is left over at the end of the year is carried into the next and "
    "shown as such.",
    appeal_heading="Readers paid for this story.",
    appeal_text="Nothing here is sold to you or about you. If the story was worth a coin, leave "
    "one and watch it arrive in the ledger.",
    goal=470_000,
    currency="USD",
)

CARRIED_OVER = 17_600

GIFTS = (
    DemoGift(1000, 26, None, "PT-1001"),
    DemoGift(2500, 26, "Hanne V.", "PT-1002"),
    DemoGift(300, 25, None, "PT-1003"),
    DemoGift(1000, 25, None, "PT-1004"),
    DemoGift(500, 24, "Νίκος", "PT-1005"),
    DemoGift(1000, 23, None, "PT-1006"),
    DemoGift(5000, 23, "The Ropewalk choir", "PT-1007"),
    DemoGift(300, 22, None, "PT-1008"),
    DemoGift(1500, 21, None, "PT-1009"),
    DemoGift(1000, 20, "سالم حدّان وطاقم «نور»", "PT-1010"),
    DemoGift(300, 20, None, "PT-1011"),
    DemoGift(2000, 19, None, "PT-1012"),
    DemoGift(1000, 18, None, "PT-1013"),
    DemoGift(700, 18, "Юлия К.", "PT-1014"),
    DemoGift(1000, 17, None, "PT-1015"),
    DemoGift(2500, 16, None, "PT-1016"),
    DemoGift(300, 16, None, "PT-1017"),
    DemoGift(1200, 15, "Stall 14, eels", "PT-1018"),
    DemoGift(1000, 14, None, "PT-1019"),
    DemoGift(500, 13, None, "PT-1020"),
    DemoGift(2500, 13, "R. Quist", "PT-1021"),
    DemoGift(1000, 12, None, "PT-1022"),
    DemoGift(300, 11, "Mina and Otto", "PT-1023"),
    DemoGift(1000, 11, None, "PT-1024"),
    DemoGift(4100, 10, None, "PT-1025"),
    DemoGift(1000, 9, None, "PT-1026"),
    DemoGift(1000, 9, "潮見ゆき", "PT-1027"),
    DemoGift(300, 8, None, "PT-1028"),
    DemoGift(2500, 7, None, "PT-1029"),
    DemoGift(1000, 7, None, "PT-1030"),
    DemoGift(2000, 6, "Eleven walkers and a dog", "PT-1031"),
    DemoGift(500, 5, None, "PT-1032"),
    DemoGift(1000, 5, None, "PT-1033"),
    DemoGift(10000, 4, None, "PT-1034"),
    DemoGift(300, 3, None, "PT-1035"),
    DemoGift(1000, 3, "दीपा", "PT-1036"),
    DemoGift(1000, 2, None, "PT-1037"),
    DemoGift(2500, 1, "In memory of Edith Marl", "PT-1038"),
    DemoGift(1000, 1, None, "PT-1039"),
    DemoGift(1700, 1, None, "PT-1040"),
    DemoGift(1000, 0, None, "PT-1041"),
)


def total() -> int:
    """Return what the demo's fund holds, gifts and carried-over sum, in minor units."""
    return CARRIED_OVER + sum(gift.minor for gift in GIFTS)
