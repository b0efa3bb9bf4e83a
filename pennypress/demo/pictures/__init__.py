"""The pictures of the demo newspaper, "The Penny Tide" of Merrow Sound: woodcuts drawn by code."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from ..woodcut import Point
from . import harbour, portraits, schools, sea_and_weather, town_hall


@dataclass(frozen=True)
class Picture:
    """A picture of the demo: what it shows, in words, and how to draw it.

    `focal` is the spot a crop must keep, as shares of width and height.
    """

    slug: str
    title: str
    alt: str
    credit: str
    caption: str
    focal: Point
    draw: Callable[[], Image.Image]


CREDIT = "Woodcut by The Penny Tide"

PICTURES: dict[str, Picture] = {
    picture.slug: picture
    for picture in (
        Picture(
            slug="harbour-cranes",
            title="The Old Quay at first light",
            alt="Three lattice cranes stand on a stone quay while a small sailing boat crosses the "
            "water in front of a low copper sun.",
            credit=CREDIT,
            caption="The Old Quay at first light.",
            focal=(0.66, 0.5),
            draw=harbour.harbour_cranes,
        ),
        Picture(
            slug="town-hall",
            title="The town hall at dusk",
            alt="A long town hall with a columned porch and a clock tower rises over wide steps, "
            "on which one person stands with a copper bag.",
            credit=CREDIT,
            caption="The town hall at dusk, with two windows still lit.",
            focal=(0.5, 0.36),
            draw=town_hall.town_hall,
        ),
        Picture(
            slug="council-chamber",
            title="The council chamber",
            alt="Empty chairs stand around a horseshoe-shaped desk, the tallest one copper, "
            "under a tall arched window that throws light on the floor.",
            credit=CREDIT,
            caption="The council chamber, seen from the public gallery.",
            focal=(0.5, 0.45),
            draw=town_hall.council_chamber,
        ),
        Picture(
            slug="schoolroom",
            title="A schoolroom in the morning",
            alt="Rows of empty desks face a blackboard with a chalk drawing of the earth, the moon "
            "and the tide, in light that falls from large windows on the left.",
            credit=CREDIT,
            caption="A schoolroom before the bell.",
            focal=(0.5, 0.42),
            draw=schools.schoolroom,
        ),
        Picture(
            slug="school-bus",
            title="The school bus on the coast road",
            alt="A copper school bus with children at its windows drives round a bend of a coast "
            "road between a stone wall and the sea.",
            credit=CREDIT,
            caption="The school bus on the coast road.",
            focal=(0.36, 0.6),
            draw=schools.school_bus,
        ),
        Picture(
            slug="lighthouse",
            title="The light over a rough sea",
            alt="A lighthouse with copper bands stands on a rock at night and sends two beams over "
            "high, white-capped waves.",
            credit=CREDIT,
            caption="The light over a rough sea.",
            focal=(0.32, 0.4),
            draw=sea_and_weather.lighthouse,
        ),
        Picture(
            slug="storm",
            title="A wave at the sea wall",
            alt="A huge curling wave rears up in the rain over a sea wall on which a small "
            "figure in a copper coat stands beside a lamp.",
            credit=CREDIT,
            caption="High water at the promenade.",
            focal=(0.42, 0.45),
            draw=sea_and_weather.storm,
        ),
        Picture(
            slug="gulls",
            title="Gulls over the breakwater",
            alt="Three gulls with copper beaks fly over a line of boulders that runs out to "
            "a small beacon in the sea.",
            credit=CREDIT,
            caption="Gulls over the breakwater.",
            focal=(0.45, 0.42),
            draw=sea_and_weather.gulls,
        ),
        Picture(
            slug="fishing-boat",
            title="A fishing boat with drying nets",
            alt="A fishing boat lies on still water, a net with copper floats hung from its "
            "derrick and a fisher in a copper hat working at the bow.",
            credit=CREDIT,
            caption="Nets hung up to dry.",
            focal=(0.46, 0.52),
            draw=harbour.fishing_boat,
        ),
        Picture(
            slug="ferry",
            title="The night ferry",
            alt="A ferry with lit windows and a copper funnel lies at a pier by night, "
            "where people with bags wait under round lamps.",
            credit=CREDIT,
            caption="The night ferry at the pier.",
            focal=(0.55, 0.5),
            draw=harbour.ferry,
        ),
        Picture(
            slug="ledger",
            title="An account book",
            alt="An account book lies open on a table between spectacles, an inkwell and stacks of "
            "copper coins, a pen resting across one underlined entry.",
            credit=CREDIT,
            caption="An account book, one entry underlined.",
            focal=(0.55, 0.5),
            draw=town_hall.ledger,
        ),
        Picture(
            slug="printing-press",
            title="The hand press",
            alt="An iron hand press with a copper handle stands in a workshop, a freshly printed "
            "sheet on its frame and others hung up to dry.",
            credit=CREDIT,
            caption="The old hand press.",
            focal=(0.42, 0.45),
            draw=harbour.printing_press,
        ),
        Picture(
            slug="market",
            title="The covered fish market",
            alt="People walk between the striped stalls of a vaulted fish market, seen over a slab "
            "on which large fish lie on ice.",
            credit=CREDIT,
            caption="The covered market on a trading day.",
            focal=(0.5, 0.52),
            draw=harbour.market,
        ),
        Picture(
            slug="dunes",
            title="A path through the dunes",
            alt="A sandy path runs beside a slatted fence through dunes and grass to the sea, "
            "with a copper kite in the sky.",
            credit=CREDIT,
            caption="A path through the dunes.",
            focal=(0.6, 0.5),
            draw=sea_and_weather.dunes,
        ),
        Picture(
            slug="person-1",
            title="Portrait of a woman with spectacles",
            alt="A woman with pinned-up hair looks at us through round copper spectacles, one half "
            "of her face in shadow.",
            credit=CREDIT,
            caption="",
            focal=(0.5, 0.42),
            draw=portraits.person_1,
        ),
        Picture(
            slug="person-2",
            title="Portrait of a man in a cap",
            alt="A bearded man in a knitted cap and a copper scarf looks at us, one half of "
            "his face in shadow.",
            credit=CREDIT,
            caption="",
            focal=(0.5, 0.46),
            draw=portraits.person_2,
        ),
    )
}


def draw_picture(slug: str) -> bytes:
    """Draw a picture and return it as a JPEG file; raises KeyError for an unknown slug."""
    out = io.BytesIO()
    # Full colour resolution: copper lines on ink would smear otherwise.
    PICTURES[slug].draw().save(out, "JPEG", quality=88, subsampling=0, optimize=True)
    return out.getvalue()
