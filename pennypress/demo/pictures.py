"""The pictures of the demo newspaper, "The Penny Tide" of Merrow Sound: woodcuts drawn by code."""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from PIL import Image

from .woodcut import (
    COPPER,
    CREAM,
    INK,
    PAPER,
    SQUARE,
    TAN,
    Block,
    Field,
    Path,
    Point,
    Tone,
    View,
    arc,
    between,
    curve,
    moved,
    rays,
    rect,
    resample,
    scaled,
    slope,
    spread,
)

# Coordinates stay in rows, as they were set out.
# fmt: off

# Harbour


def harbour_cranes() -> Image.Image:
    """The old quay at first light: three cranes, a sailing boat, a low sun."""
    block = Block(11)
    horizon, sun = 668, (1490, 626)
    block.fill(rect(-20, -20, 1820, 250), TAN)
    block.scoops(block.scatter(rect(-20, 190, 1820, 300), 110), 0, 190, 20, TAN)
    block.fill(curve((560, horizon), (860, 570), (1120, 500), (1400, 440), (1600, 450),
                     (1820, 500), (1820, horizon)), CREAM)
    block.scoops(block.scatter(rect(640, 430, 1820, 640), 90), 0, 240, 22, CREAM)
    tone = Field().slope((0, 0), (0, horizon), 0.6, 0.1).noise(block.rng, 520, 80, 0.2)
    tone.glow(*sun, 900, 560, -0.8)
    block.hatch(rect(-20, -20, 1820, horizon), 0, 12.5, tone)
    with block.within(rect(-20, 0, 1820, horizon)):
        block.oval(*sun, 140, colour=COPPER)
        glare = slope((0, sun[1] - 60), (0, horizon), 0.0, 0.5)
        block.engrave(block.parallels(rect(1330, 560, 1650, horizon), 0, 13), 13, glare, CREAM)
    _far_shore(block, horizon)
    dark = Field().slope((0, horizon), (0, 1200), 0.34, 0.8).noise(block.rng, 300, 40, 0.15)
    dark.glow(sun[0], horizon + 40, 330, 460, -0.6)
    block.fill(rect(-20, horizon, 1820, 1220), TAN)
    block.scoops(block.scatter(rect(1250, horizon + 6, 1720, 1000), 70), 0, 150, 9, CREAM)
    block.water(horizon + 4, 1200, 8, 25, dark)
    _glitter(block, sun[0], horizon + 12, 1190, 120, 330)
    _quay(block)
    _crane(block, 868, 728, 0.36, -46)
    _crane(block, 640, 760, 0.6, -38)
    _crane(block, 270, 820, 1.0, -31)
    _sailing_boat(block, 1215, 880, 1.0)
    for x, y, span, tilt in ((1130, 236, 96, -8), (1300, 166, 66, 10), (1610, 300, 80, 4)):
        _far_gull(block, x, y, span, tilt)
    return block.pull()


def _far_shore(block: Block, horizon: float) -> None:
    """Low hills and the roofs of the town on the far side of the water."""
    hills = curve((780, horizon), (900, horizon - 22), (1060, horizon - 34), (1180, horizon - 18),
                  (1420, horizon - 9), (1560, horizon - 30), (1700, horizon - 62),
                  (1830, horizon - 70))
    block.fill([*hills, (1830, horizon + 3), (780, horizon + 3)], INK)
    block.fill([(1712, horizon - 40), (1714, horizon - 150), (1724, horizon - 206),
                (1734, horizon - 150), (1736, horizon - 40)])
    for x, wide, high in ((1636, 46, 66), (1672, 40, 88), (1736, 44, 96), (1772, 60, 84)):
        eaves = horizon - high
        block.fill([(x, horizon), (x, eaves), (x + wide / 2, eaves - 20), (x + wide, eaves),
                    (x + wide, horizon)])
        block.taper([(x + wide / 2, eaves - 19), (x + wide, eaves + 1)], 3, 1, CREAM)
        block.bar((x + 8, eaves + 14), (x + 8, eaves + 22), width=5, colour=TAN)


def _glitter(block: Block, x: float, top: float, bottom: float, narrow: float, wide: float) -> None:
    """The sun's path on the water: copper strokes, longer towards the viewer."""
    y = top
    while y < bottom:
        depth = (y - top) / (bottom - top)
        half = (narrow + (wide - narrow) * depth) / 2
        for _ in range(3):
            place = x + block.rng.triangular(-half, half)
            block.scoops([(place, y)], 0, 60 + 130 * depth, 5 + 9 * depth, COPPER)
        y += 11 + 20 * depth


def _quay(block: Block) -> None:
    """The quay wall running back from the lower left, with its courses and fenders."""
    tip = (1040, 683)
    block.fill([(-20, 838), (tip[0], tip[1] - 4), (tip[0] + 8, tip[1] + 10), (-20, 1110)])
    lip = [(-20, 872), (tip[0], tip[1])]
    for share, width in ((0.0, 6), (0.2, 3.2), (0.4, 3.0), (0.6, 2.8), (0.8, 2.4)):
        course = [(-20, 872 + 238 * share), (tip[0], tip[1] + 10 * share)]
        block.taper(resample(course, 20), width, 0.4, TAN)
    for row in range(5):
        for i in range(26):
            t = 1 - 0.9 ** (i + 0.5 * (row % 2) + 0.4)
            x = -20 + (tip[0] + 20) * t
            top = 872 + (tip[1] - 872) * t + (238 + (10 - 238) * t) * row / 5
            high = (238 + (10 - 238) * t) / 5
            block.taper([(x, top), (x, top + high / 2), (x, top + high)], 2.6 * (1 - t) + 0.4,
                        2.2 * (1 - t) + 0.4, TAN)
    block.taper(resample(lip, 20), 7, 1, CREAM)
    for x, y, size in ((96, 842, 1.0), (476, 787, 0.62), (742, 743, 0.4), (930, 706, 0.26)):
        block.fill(moved([(-26, 8), (-20, -26), (-34, -34), (-30, -52), (30, -52), (34, -34),
                          (20, -26), (26, 8)], x, y, size))
        block.taper(moved([(14, -44), (12, -20), (16, 2)], x, y, size), 4 * size, 3 * size, CREAM)
    for x, size in ((210, 1.0), (470, 0.72), (690, 0.5)):
        hang = 872 + (tip[1] - 872) * (x + 20) / (tip[0] + 20) + 66 * size
        block.oval(x, hang, 30 * size, 38 * size, TAN)
        block.oval(x, hang, 26 * size, 34 * size, INK)
        block.oval(x, hang, 11 * size, 16 * size, TAN)
        block.bar((x, hang - 36 * size), (x, hang - 66 * size), width=4 * size, colour=TAN)


def _crane(block: Block, x: float, y: float, size: float, lift: float) -> None:
    """A lattice crane standing on its portal at (x, y), its jib at `lift` degrees.

    It is cut twice: first its clearing in the lines of the sky, then the crane itself.
    """
    _crane_frame(block, x, y, size, lift, clear=True)
    _crane_frame(block, x, y, size, lift, clear=False)


def _crane_frame(block: Block, x: float, y: float, size: float, lift: float, clear: bool) -> None:

    def put(*points: Point) -> list[Point]:
        return list(moved(points, x, y, size))

    def beam(*points: Point, width: float, colour: int = INK) -> None:
        broad = max(1.8, width * size)
        if not clear:
            block.bar(*put(*points), width=broad, colour=colour)
        elif width > 2.3 and min(y for _, y in points) < -120:
            block.bar(*put(*points), width=broad + 9, colour=PAPER)

    for foot, shoulder in ((-92, -52), (92, 52), (-44, -30), (128, 66)):
        beam((foot, 0), (shoulder, -196), width=15 if abs(foot) > 60 else 10)
    beam((-96, -8), (132, -8), width=10)
    beam((-76, -96), (84, -96), width=8)
    for a, b in (((-88, -14), (66, -96)), ((92, -14), (-68, -96)), ((-68, -100), (50, -190)),
                 ((70, -100), (-52, -190))):
        beam(a, b, width=5)
    block.fill(put((-76, -194), (92, -194), (92, -222), (-76, -222)))
    block.fill(put((-118, -222), (44, -222), (40, -330), (-96, -348), (-124, -330)))
    block.fill(put((48, -226), (100, -226), (108, -300), (52, -318)))
    block.fill(put((60, -246), (90, -246), (95, -290), (62, -300)), TAN)
    for i in range(7):
        beam((-108 + 3 * i, -238 - 13 * i), (30, -238 - 13 * i), width=2.4, colour=TAN)
    root, mast = (40, -300), (-34, -520)
    beam((-96, -330), mast, width=11)
    beam((20, -320), mast, width=11)
    for i in range(5):
        t, u = i / 5, (i + 0.6) / 5
        beam((-96 + 62 * t, -330 - 190 * t), (20 - 54 * u, -320 - 200 * u), width=4)
        beam((-96 + 62 * u, -330 - 190 * u), (20 - 54 * t, -320 - 200 * t), width=4)
    cos, sin = math.cos(math.radians(lift)), math.sin(math.radians(lift))
    reach = 610

    def along(t: float, off: float) -> Point:
        return root[0] + cos * reach * t - sin * off, root[1] + sin * reach * t + cos * off

    def depth(t: float) -> float:
        return 26 * min(t * 5 + 0.25, 1.15 - t)

    edge = [i / 16 for i in range(17)]
    for side in (-1, 1):
        beam(*(along(t, side * depth(t)) for t in edge), width=8)
    for i, (t, u) in enumerate(pairwise(edge)):
        side = 1 if i % 2 else -1
        beam(along(t, side * depth(t)), along(u, -side * depth(u)), width=4)
    tip = along(1, 0)
    for start in (mast, (mast[0] + 8, mast[1] + 20)):
        beam(start, along(0.98, -4), width=2.6)
    beam(mast, along(0.55, -depth(0.55)), width=2.6)
    drop = (tip[0] + 4, tip[1] + 300)
    beam(tip, drop, width=2.6)
    beam((tip[0] + 12, tip[1]), (drop[0] + 6, drop[1]), width=2.2)
    block.oval(*put((drop[0] + 4, drop[1] + 12))[0], 14 * size, 18 * size)
    hook = curve((4, 26), (10, 44), (0, 60), (-16, 52), (-16, 40))
    beam(*((px + drop[0], py + drop[1]) for px, py in hook), width=7)


def _sailing_boat(block: Block, x: float, y: float, size: float) -> None:
    """A small cutter under sail with her broken reflection."""

    def put(path: Path) -> list[Point]:
        return list(moved(path, x, y, size))

    block.scoops(block.scatter(put(rect(-190, 8, 170, 70)), 46), 0, 150, 13, INK)
    block.scoops(block.scatter(put(rect(-110, 60, 110, 190)), 30), 0, 120, 12, INK)
    block.scoops(block.scatter(put(rect(-70, 70, 90, 240)), 26), 0, 90, 9, CREAM)
    main = put([*curve((6, -470), (92, -330), (160, -190), (204, -74)), (8, -58)])
    jib = put([*curve((-10, -440), (-60, -300), (-110, -180), (-176, -62)), (-22, -78)])
    shade = slope((x - 40, 0), (x + 220 * size, 0), 0.0, 0.62)
    dusk = slope((x - 180 * size, 0), (x, 0), 0.7, 0.1)
    for sail, tone, angle in ((main, shade, 76), (jib, dusk, -68)):
        block.fill(sail, CREAM)
        block.hatch(sail, angle, 10, tone)
        block.line([*sail, sail[0]], 4.4 * size, INK, step=10)
    block.bar(*put([(0, -492), (0, -20)]), width=8 * size)
    block.bar(*put([(4, -52), (214, -64)]), width=6 * size)
    block.bar(*put([(-150, -44), (-250, -70)]), width=6 * size)
    block.bar(*put([(0, -484), (-246, -70)]), width=2 * size)
    block.fill(put([(0, -490), (54, -478), (0, -462)]), COPPER)
    hull = put([*curve((-196, -52), (-90, -36), (60, -34), (208, -52)),
                *curve((196, -10), (130, 16), (-90, 18), (-160, -8))])
    block.fill(hull, INK)
    for drop, width in ((0, 4.5), (12, 2.4), (22, 2.0)):
        strake = put(curve((-180, -40 + drop), (-80, -25 + drop), (60, -23 + drop),
                           (196, -40 + drop)))
        block.taper(strake, 0.6, 0.6, CREAM, width * size)
    block.fill(put(curve((70, -48), (78, -88), (100, -84), (112, -46), closed=True)))
    block.oval(*put([(88, -98)])[0], 11 * size, 13 * size)


def _far_gull(block: Block, x: float, y: float, span: float, tilt: float) -> None:
    """A gull far off: two strokes of the gouge, in their clearing."""
    for spare, colour in ((span * 0.1, CREAM), (0, INK)):
        for side in (-1, 1):
            wing = curve((0, 0), (0.2 * side, -0.17), (0.34 * side, -0.14), (0.52 * side, 0.03))
            path = moved(wing, x, y, span, tilt)
            block.taper(path, span * 0.08 + spare, 0.6 + spare / 2, colour, span * 0.06)


def fishing_boat() -> Image.Image:
    """A fishing boat with drying nets on still water."""
    block = Block(61)
    horizon, float_line = 566, 818
    block.fill(block.whole, PAPER)
    haze = Field().slope((0, 0), (0, horizon), 0.3, 0.0).noise(block.rng, 620, 60, 0.3)
    block.hatch(rect(-20, -20, 1820, 480), 0, 15, haze, TAN)
    block.fill(rect(-20, 410, 1820, horizon), CREAM)
    _hills(block, horizon)
    block.fill(rect(-20, horizon, 1820, 1220), TAN)
    block.fill(rect(-20, horizon, 1820, 640), CREAM)
    mirror = _mirrored_boat(horizon, float_line)
    block.scoops(block.scatter(rect(-20, 630, 1820, 700), 110), 0, 260, 16, CREAM, 0.02)
    block.scoops(block.scatter(rect(-20, 800, 1820, 1180), 60), 0, 220, 10, CREAM, 0.02)
    block.water(horizon + 4, 1200, 8, 23, mirror, height=0.26, length=12)
    for x, y in block.scatter(rect(420, 850, 1240, 1150), 34):
        block.scoops([(x, y)], 0, 130, 6, COPPER if y < 900 else CREAM, 0.03)
    _trawler(block, float_line)
    return block.pull()


def _hills(block: Block, horizon: float) -> None:
    """Two ranges of hills across the water, modelled by their contour lines."""
    far = curve((-20, 470), (180, 430), (420, 400), (640, 440), (900, 480), (1200, 430),
                (1480, 380), (1700, 402), (1820, 440))
    near = curve((980, horizon), (1120, 520), (1300, 486), (1500, 500), (1660, 452), (1820, 440))
    west = curve((-20, 500), (120, 490), (300, 530), (470, horizon))
    base = [(x, horizon + 2) for x, _ in far]
    block.fill([*far, (1820, horizon), (-20, horizon)], TAN)
    tone = Field(tone=0.2).noise(block.rng, 200, 60, 0.3)
    block.form(between(far, base, 12, 90), tone)
    for ridge in (near, west):
        foot = [(x, horizon + 2) for x, _ in ridge]
        block.fill([*ridge, foot[-1], foot[0]], INK)
        light = Field(tone=0.26).noise(block.rng, 90, 50, 0.4)
        with block.within([*ridge, foot[-1], foot[0]]):
            block.form(between(ridge, foot, 11, 70), light, TAN)
    block.taper([(-20, horizon + 2), (900, horizon + 1), (1820, horizon + 2)], 4, 4, INK)


HULL_SHEER = curve((338, 628), (520, 668), (800, 676), (1060, 636), (1300, 530), pieces=14)
HULL_KEEL = curve((392, 822), (600, 826), (900, 826), (1216, 820), pieces=14)


def _mirrored_boat(horizon: float, level: float) -> Field:
    """The tones of the water: darker to the front, darkest in the boat's reflection."""

    def flip(path: Path) -> list[Point]:
        return [(x, 2 * level - y + (level - y) * -0.08) for x, y in path]

    tone = Field().slope((0, horizon), (0, 1200), 0.14, 0.46)
    hull = [*HULL_SHEER, (1216, 820), *HULL_KEEL[::-1], (352, 760)]
    tone.shape(flip(hull), 0.96)
    tone.shape(flip(rect(452, 452, 690, 660)), 0.7)
    tone.shape(flip(rect(480, 490, 670, 570)), 0.95)
    tone.shape(flip(rect(762, 300, 778, 680)), 0.85)
    tone.shape(flip([(770, 470), (960, 640), (820, 670), (770, 640)]), 0.62)
    return tone.soften(7)


def _trawler(block: Block, level: float) -> None:
    """The boat herself, bow to the right."""
    hull = [*HULL_SHEER, (1216, level), *HULL_KEEL[::-1], (352, 760)]
    block.bar((770, 690), (770, 130), width=30, colour=PAPER)
    _rigging(block)
    _wheelhouse(block)
    block.line([*hull, hull[0]], 16, CREAM, step=16)
    block.fill(hull, CREAM)
    with block.within(hull):
        block.fill([(330, 792), *curve((380, 790), (800, 792), (1240, 776)), (1300, 850),
                    (330, 850)], COPPER)
        tone = Field().slope((420, 0), (1260, 0), 0.42, 0.72)
        tone.glow(1060, 640, 260, 170, -0.4).noise(block.rng, 160, 30, 0.16)
        sheer = [(x, y + 26) for x, y in HULL_SHEER]
        block.form(between(sheer, HULL_KEEL, 15, 80), tone)
        bows = between(curve((1300, 530), (1262, 660), (1214, 826)),
                       curve((1130, 600), (1090, 720), (1060, 826)), 13, 24)
        block.form(bows, slope((1080, 0), (1290, 0), 0.0, 0.62))
        block.line(curve((340, 792), (800, 794), (1240, 778)), 5, INK)
    block.line(HULL_SHEER, 17, INK)
    block.line([(x, y + 1) for x, y in HULL_SHEER], 5, CREAM)
    block.line([(x, y + 22) for x, y in HULL_SHEER], 5, INK)
    block.line(curve((1300, 530), (1264, 670), (1216, level)), 9, INK)
    block.line(curve((338, 628), (352, 760), (392, 822)), 9, INK)
    for x, y in ((1180, 640), (980, 690)):
        block.oval(x, y, 15, 17, INK)
        block.oval(x, y, 7, 9, CREAM)
    for x, drop in ((640, 0), (860, 4)):
        block.bar((x, 672), (x, 720 + drop), width=4)
        block.oval(x, 744 + drop, 25, 27, INK)
        block.oval(x, 744 + drop, 10, 11, CREAM)
    _nets(block)
    with block.within(hull, outside=True):
        _fisher(block, 1092, 636)
    block.line(HULL_SHEER[36:], 5, CREAM)
    rail = [(x, y - 44) for x, y in HULL_SHEER[40:]]
    block.line(rail, 4, INK)
    for foot in HULL_SHEER[40::4]:
        block.bar(foot, (foot[0], foot[1] - 44), width=4)


def _rigging(block: Block) -> None:
    """Mast, boom, derrick and stays."""
    mast = (770, 130)
    block.taper(resample([(770, 690), mast], 20), 17, 9, INK)
    block.taper(resample([(764, 680), (766, 150)], 20), 4, 2, TAN)
    for end in ((1296, 528), (1130, 600), (344, 626), (452, 470)):
        block.bar(mast, end, width=2.6)
    block.taper(resample([(774, 560), (1120, 300)], 20), 12, 7, INK)
    block.bar(mast, (1120, 300), width=2.6)
    block.bar((1120, 300), (1124, 560), width=2.6)
    block.oval(1121, 306, 9, 12)
    block.bar((742, 196), (798, 196), width=7)
    block.oval(770, 232, 13, 15, INK)
    block.oval(770, 232, 7, 9, COPPER)
    block.fill([(772, 120), *curve((800, 112), (830, 124), (866, 112)), (864, 146),
                *curve((834, 156), (802, 142), (772, 150))], COPPER)


def _wheelhouse(block: Block) -> None:
    """The wheelhouse with its three windows, lit from the right."""
    block.line([(446, 660), (454, 452), (694, 452), (700, 670)], 16, CREAM, step=16)
    house = [(440, 664), (452, 470), (692, 470), (704, 676)]
    block.fill(house, CREAM)
    side = [(440, 664), (452, 470), (560, 470), (556, 672)]
    block.hatch(side, 90, 11, slope((440, 0), (590, 0), 0.75, 0.2), INK, 0.3)
    block.hatch(house, 90, 22, 0.12, INK, 0.3)
    block.fill([(428, 478), (440, 438), (700, 432), (722, 474)], INK)
    block.line(curve((440, 446), (560, 442), (700, 440)), 4, CREAM)
    for x in (472, 556, 628):
        block.fill(rect(x, 496, x + 56, 562), INK)
        block.hatch(rect(x + 4, 500, x + 52, 558), 118, 13, 0.36, CREAM, 0.2)
    block.fill(rect(590, 590, 646, 674), INK)
    block.fill(rect(596, 596, 640, 670), TAN)
    block.fill(rect(520, 372, 552, 440), INK)
    block.fill(rect(516, 386, 556, 402), COPPER)
    for i in range(3):
        block.taper(curve((536, 366), (520 - 30 * i, 330), (480 - 40 * i, 316 - 14 * i),
                          (400 - 70 * i, 300 - 20 * i)), 10, 0.6, TAN, 8)
    block.oval(486, 622, 25, colour=INK)
    block.oval(486, 622, 20, colour=COPPER)
    block.oval(486, 622, 10, colour=INK)
    block.oval(486, 622, 7, colour=CREAM)


def _nets(block: Block) -> None:
    """Nets hung from the derrick to dry, heaped over the gunwale, with copper floats."""
    top = curve((806, 536), (900, 466), (1010, 384), (1100, 318))
    foot = curve((800, 704), (870, 728), (950, 716), (990, 668), pieces=12)
    fold = Field(tone=0.5).noise(block.rng, 40, 200, 0.5)
    columns, rows = 30, 26
    heads, feet = spread(top, columns + 1), spread(foot, columns + 1)

    def knot(i: int, j: int) -> Point:
        (ax, ay), (bx, by) = heads[i], feet[i]
        t = j / rows
        sway = 26 * math.sin(math.pi * t) * math.sin(i * 0.9)
        return ax + (bx - ax) * t**0.9 + sway, ay + (by - ay) * t

    outline = [*heads, *(knot(columns, j) for j in range(rows)), *feet[::-1],
               *(knot(0, rows - j) for j in range(rows))]
    block.fill(outline, TAN)
    for i in range(columns):
        for j in range(rows):
            x, y = knot(i, j)
            width = 1.5 + 3.0 * fold(x, y)
            block.line([knot(i, j), knot(i + 1, j + 1)], width, INK)
            block.line([knot(i + 1, j), knot(i, j + 1)], width, INK)
    block.line(top, 5, INK)
    hem = [knot(i, rows) for i in range(columns + 1)]
    block.line(hem, 6, INK)
    for x, y in hem[1::3]:
        block.oval(x, y + 6, 17, 15, INK)
        block.oval(x, y + 6, 13, 11, COPPER)
        block.taper(arc(x, y + 6, 8, 6, 190, 300), 1, 1, CREAM, 3)


def _fisher(block: Block, x: float, y: float) -> None:
    """Somebody in oilskins bent over the net."""
    back = curve((x + 6, y + 10), (x + 4, y - 60), (x + 12, y - 110), (x - 16, y - 146),
                 (x + 20, y - 162), (x + 56, y - 120), (x + 64, y - 50), (x + 62, y - 6),
                 closed=True)
    sleeve = curve((x + 26, y - 122), (x - 14, y - 100), (x - 66, y - 92))
    hat = curve((x - 44, y - 154), (x - 14, y - 182), (x + 18, y - 178), (x + 44, y - 142))
    block.line([*back, back[0]], 12, CREAM)
    block.taper(sleeve, 38, 24, CREAM)
    block.oval(x - 2, y - 160, 30, colour=CREAM)
    block.taper(hat, 14, 20, CREAM, 14)
    block.fill(back, INK)
    block.oval(x - 6, y - 156, 18, 20, TAN)
    block.hatch(arc(x - 6, y - 156, 18, 20), 60, 7, 0.45, INK, 0.2)
    block.taper(hat, 6, 12, COPPER, 14)
    block.taper(sleeve, 27, 13, INK)
    for i in range(5):
        fold = curve((x + 50 - 9 * i, y - 120 + 4 * i), (x + 54 - 10 * i, y - 70),
                     (x + 52 - 9 * i, y - 20))
        block.taper(fold, 0.6, 0.6, TAN, 4.6 - i * 0.7)


def ferry() -> Image.Image:
    """The night ferry at the pier, all her windows lit."""
    block = Block(71, ground=INK)
    horizon = 640
    sky = Field(tone=0.1).noise(block.rng, 620, 90, 0.34).glow(1100, 560, 900, 380, 0.26)
    block.hatch(rect(-20, -20, 1820, horizon), 0, 17, sky, TAN)
    _moon(block, 330, 210)
    for x, y in block.scatter(rect(40, 20, 1780, 420), 46):
        if math.hypot(x - 330, y - 210) > 150:
            size = block.rng.uniform(1.6, 4)
            block.oval(x, y, size + 5, colour=INK)
            block.oval(x, y, size, colour=CREAM)
    shore = curve((-20, 610), (200, 596), (420, 618), (700, 604), (1400, 622), (1820, 588))
    block.fill([*shore, (1820, horizon + 4), (-20, horizon + 4)], INK)
    block.taper(shore, 2, 2, TAN)
    for x in range(10, 1800, 23):
        y = horizon - block.rng.uniform(4, 26)
        block.oval(x + block.rng.uniform(0, 14), y, block.rng.uniform(1.8, 3.6), colour=CREAM)
    gleam = Field(tone=0.12).noise(block.rng, 260, 36, 0.3).glow(1060, 860, 900, 420, 0.12)
    block.water(horizon + 12, 1210, 10, 27, gleam, TAN, height=0.36, length=8)
    _ferry_reflections(block)
    _ferry_ship(block)
    _pier(block)
    return block.pull()


def _moon(block: Block, x: float, y: float) -> None:
    """A full moon, its far side shaded by curved lines."""
    block.oval(x, y, 98, colour=INK)
    block.oval(x, y, 70, colour=CREAM)
    shade = Field().slope((x - 30, y - 20), (x + 66, y + 46), 0.0, 0.85)
    shade.glow(x - 16, y + 22, 26, 18, 0.3).glow(x + 6, y - 26, 30, 20, 0.3)
    with block.within(arc(x, y, 70)):
        block.form(
            between(curve((x - 20, y - 90), (x - 96, y), (x - 20, y + 90)),
                    curve((x + 20, y - 90), (x + 96, y), (x + 20, y + 90)), 17, 40), shade
        )


def _aboard(x: float, y: float) -> Point:
    """From the ferry's side, drawn flat, to the picture: she lies with her stern away from us."""
    along = (x - 620) / 1100
    scale = 1.24 - 0.5 * along
    return 600 + 1150 * (1.22 * along - 0.24 * along * along), 668 + (y - 668) * scale


def _ferry_ship(block: Block) -> None:
    """Hull, three decks, bridge and funnel, each row of windows in perspective."""

    def side(*corners: Point) -> list[Point]:
        return [_aboard(x, y) for x, y in resample([*corners, corners[0]], 40)]

    hull = side((560, 640), (1740, 640), (1716, 770), (640, 784), (606, 730))
    decks = [
        ((650, 560), (1690, 560), (1700, 640), (620, 640)),
        ((706, 486), (1600, 486), (1640, 560), (676, 560)),
        ((752, 418), (1010, 418), (1030, 486), (730, 486)),
    ]
    halo = [side(*deck) for deck in decks]
    for outline in (hull, *halo):
        block.line([*outline, outline[0]], 30, INK)
    funnel = side((1220, 330), (1340, 330), (1362, 486), (1210, 486))
    block.line([*funnel, funnel[0]], 24, INK)
    block.fill(funnel, COPPER)
    across = between(side((1220, 330), (1210, 486))[:5], side((1340, 330), (1362, 486))[:5], 11, 20)
    block.form(across, slope((1280, 0), (1420, 0), 0.0, 0.6))
    block.fill(side((1218, 322), (1344, 322), (1347, 364), (1216, 364)), INK)
    block.line(side((1216, 366), (1348, 366))[:4], 6, CREAM)
    _smoke(block, *_aboard(1280, 316))
    for level, deck in enumerate(decks):
        block.fill(side(*deck), TAN)
        top, foot = deck[0][1], deck[2][1]
        left, right = deck[0][0], deck[1][0]
        shade = slope((620, 0), (1640, 0), 0.25, 0.72)
        lines = [
            [_aboard(x, y) for y in (top, (top + foot) / 2, foot)]
            for x in range(round(left) - 30, round(right) + 50, 9)
        ]
        with block.within(side(*deck)):
            block.form(lines, shade)
        block.line([_aboard(x, top) for x in range(round(left) - 24, round(right) + 30, 30)], 11,
                   INK)
        block.line([_aboard(x, top - 5) for x in range(round(left) - 24, round(right) + 30, 30)], 4,
                   CREAM)
        gap = 34 if level < 2 else 46
        for i in range(int((right - left - 40) / gap)):
            x = left + 30 + i * gap
            pane = (x, top + 22), (x + gap * 0.62, top + 22), (x + gap * 0.62, foot - 22)
            window = side(*pane, (x, foot - 22))
            block.line([*window, window[0]], 7, INK)
            warm = (i * 7 + level * 3) % 11
            block.fill(window, COPPER if warm in (2, 3) else CREAM)
            if warm == 7:
                block.oval(*_aboard(x + 9, foot - 36), 5, 6, INK)
                block.fill(side((x + 2, foot - 22), (x + 4, foot - 31), (x + 15, foot - 31),
                                (x + 17, foot - 22)), INK)
    block.fill(hull, INK)
    strakes = [[_aboard(x, y) for x in range(570, 1730, 24)] for y in range(652, 772, 13)]
    shine = Field(tone=0.2).noise(block.rng, 200, 40, 0.24).slope((560, 0), (900, 0), 0.55, 0.14)
    with block.within(hull):
        block.form(strakes, shine, TAN)
        block.fill(side((540, 752), (1760, 742), (1760, 800), (540, 800)), COPPER)
        block.form([[_aboard(x, y) for x in range(570, 1730, 24)] for y in (756, 766, 776)], 0.4)
    block.line([_aboard(x, 640) for x in range(560, 1750, 30)], 6, CREAM)
    rail = [_aboard(x, 612) for x in range(560, 660, 20)]
    block.line(rail, 4, CREAM)
    for x in range(562, 640, 16):
        block.bar(_aboard(x, 612), _aboard(x, 640), width=3, colour=CREAM)
    for i in range(22):
        x = 690 + i * 46
        port = _aboard(x, 690)
        block.oval(*port, 9.5 - i * 0.2, colour=INK)
        block.oval(*port, 6.5 - i * 0.16, colour=CREAM)
    for i in range(5):
        x = 1080 + i * 116
        boat = side((x, 474), (x + 70, 474), (x + 60, 496), (x + 10, 496))
        block.line([*boat, boat[0]], 8, INK)
        block.fill(boat, CREAM)
    mast = [_aboard(880, 418), _aboard(880, 250)]
    block.bar(*mast, width=11, colour=INK)
    block.bar(*mast, width=5, colour=CREAM)
    for bar in (300, 350):
        block.bar(_aboard(856, bar), _aboard(904, bar), width=4, colour=CREAM)
    block.oval(*_aboard(880, 246), 9, colour=COPPER)
    for x, y in ((566, 640), (1740, 640)):
        block.bar(_aboard(880, 252), _aboard(x, y), width=2, colour=TAN)
    for i in range(17):
        x = 580 + i * 17
        t = (x - 566) / 314
        block.oval(*_aboard(x, 640 - 388 * t + 60 * math.sin(math.pi * t) * 0.4), 4, colour=CREAM)


def _smoke(block: Block, x: float, y: float) -> None:
    """Smoke from the funnel, in white lines that roll with the wind."""
    low = curve((x, y), (x + 60, y - 60), (x + 180, y - 84), (x + 330, y - 130), (x + 560, y - 150))
    high = curve((x - 30, y), (x - 20, y - 90), (x + 70, y - 170), (x + 260, y - 236),
                 (x + 560, y - 268))
    block.fill([*low, *high[::-1]], INK)
    body = Field(tone=0.5).noise(block.rng, 90, 50, 0.45)
    block.form(between(low, high, 10, 60), body, TAN)


def _ferry_reflections(block: Block) -> None:
    """Columns of light under the ship, broken by the water."""
    rng = block.rng
    ship = [_aboard(x, 778) for x in range(570, 1740, 20)]
    block.fill([*ship, (1760, 850), (1500, 900), (560, 960), (590, 800)], INK)
    for i in range(58):
        x = 640 + i * 18.5
        left, top = _aboard(x, 790)
        reach = rng.uniform(110, 330) * (1.25 - 0.6 * i / 58)
        y = top
        colour = COPPER if i % 11 in (2, 3) else CREAM
        while y < top + reach:
            depth = (y - top) / reach
            wide = rng.uniform(20, 40) * (1.2 - 0.5 * i / 58)
            spot = (left + rng.gauss(0, 5 + 10 * depth), y)
            block.scoops([spot], 0, wide, 8 * (1.1 - 0.75 * depth), colour, 0.03)
            y += 9 + 12 * depth
    for i in range(24):
        y = 680 + i * 22
        block.scoops([(330 + rng.gauss(0, 12 + i), y)], 0, 40 + i * 4, 4 + i * 0.25, CREAM, 0.03)


def _pier(block: Block) -> None:
    """The pier in the foreground, its lamps, and passengers waiting with their bags."""
    near, far = (-20, 918), (640, 772)
    rng = block.rng

    def along(t: float, drop: float = 0) -> Point:
        scale = 1 - 0.66 * t
        return near[0] + (far[0] - near[0]) * t, near[1] + (far[1] - near[1]) * t + drop * scale

    deck = [along(0), along(1), along(1, 62), along(0, 62)]
    for i in range(9):
        t = 1 - 0.8**i if i < 8 else 0.985
        x, y = along(t, 50)
        tall, wide = 300 * (1 - 0.66 * t), 34 * (1 - 0.66 * t)
        block.fill(rect(x, y, x + wide, y + tall), INK)
        for j in range(4):
            grain = [(x + wide * (0.3 + 0.19 * j), y), (x + wide * (0.34 + 0.18 * j), y + tall)]
            block.taper(resample(grain, 12), 3 * (1 - 0.5 * t), 1.5, TAN)
        for j in range(7):
            block.scoops([(x + wide / 2 + rng.gauss(0, 8), y + tall + j * 9)], 0, wide * 2, 4, TAN)
    block.fill(deck, INK)
    block.fill([along(0, -26), along(1, -26), along(1), along(0)], TAN)
    for i in range(40):
        t = 1 - 0.94**i
        a, b = along(t, -26), along(t, 0)
        block.bar(a, (b[0] + 10 * (1 - t), b[1]), width=3.4 * (1 - 0.6 * t))
    block.line([along(t / 20, 2) for t in range(21)], slope((0, 0), (640, 0), 6, 2.8), CREAM)
    for share in (0.4, 0.72):
        plank = [along(t / 20, 62 * share) for t in range(21)]
        block.line(plank, slope((0, 0), (640, 0), 4, 1.1), TAN)
    for t in (0.12, 0.44, 0.68, 0.85):
        x, y = along(t, -20)
        size = 1 - 0.66 * t
        lamp = (x + 14 * size, y - 330 * size)
        glow = Field().glow(*lamp, 130 * size, 130 * size, 1.0)
        block.oval(*lamp, 104 * size, colour=INK)
        rings = (arc(*lamp, r) for r in _steps(24 * size, 108 * size, 9))
        block.engrave(rings, 9, glow, CREAM)
        block.taper(
            [(x, y), (x, y - 150 * size), (x + 2, y - 300 * size)], 13 * size, 8 * size, TAN
        )
        block.fill(moved([(-20, -22), (20, -22), (15, 22), (-15, 22)], *lamp, size), CREAM)
        block.oval(lamp[0], lamp[1] + 2 * size, 10 * size, 14 * size, COPPER)
        block.fill(moved([(-27, -22), (0, -46), (27, -22)], *lamp, size), TAN)
    for t, tall, lean in ((0.21, 1.0, 0), (0.275, 0.66, 6), (0.5, 0.94, 0), (0.56, 1.04, -5),
                          (0.765, 1.0, 0), (0.92, 1.0, 0)):
        _passenger(block, *along(t, -8), 1.1 * (1 - 0.66 * t) * tall, lean)


def _steps(start: float, end: float, size: float) -> list[float]:
    """Numbers from `start` up to `end`, `size` apart."""
    return [start + size * i for i in range(max(1, int((end - start) / size)))]


def _passenger(block: Block, x: float, y: float, size: float, lean: float) -> None:
    """Somebody waiting in coat and hat, rimmed by lamplight, a copper bag beside them."""

    def put(path: Path) -> list[Point]:
        return list(moved(path, x, y, size, lean))

    coat = put(curve((-29, -32), (-29, -80), (-35, -116), (-22, -141), (0, -148), (24, -141),
                     (37, -114), (32, -80), (33, -32), closed=True))
    head = put([(2, -165)])[0]
    brim = put(curve((-22, -174), (2, -179), (25, -172)))
    block.line([*coat, coat[0]], 9 * size, TAN)
    block.oval(*head, 20 * size, 24 * size, TAN)
    block.taper(brim, 8 * size, 8 * size, TAN, 14 * size)
    for foot in (-13, 13):
        block.taper(put([(foot * 0.8, -36), (foot, 2)]), 19 * size, 15 * size, INK)
    block.fill(coat, INK)
    block.oval(*head, 14.5 * size, 18.5 * size, INK)
    block.taper(brim, 2 * size, 2 * size, INK, 17 * size)
    rim = put(curve((-23, -44), (-23, -82), (-29, -116), (-16, -137)))
    block.taper(rim, 2 * size, size, CREAM, 5 * size)
    block.taper(put(curve((-13, -158), (-15, -168), (-11, -176))), size, size, CREAM, 4 * size)
    for fold, top in ((-15, -112), (21, -112), (4, -78)):
        block.taper(put(curve((fold, -40), (fold - 1, -70), (fold, top))), 0.5, 0.5, TAN,
                    3.2 * size)
    if lean >= 0:
        bag = put([(38, 0), (38, -46), (84, -46), (84, 0)])
        block.line([*bag, bag[0]], 8 * size, INK)
        block.fill(bag, COPPER)
        block.line(put(arc(61, -46, 13, 15, 180, 360)), 4 * size, TAN)


def market() -> Image.Image:
    """The covered fish market: arches behind arches, the catch on ice in front."""
    block = Block(113, ground=INK)
    view = View((-0.5, 0, 2.0), focal=1180, centre=(900, 585))
    end = view.front(-4.2, 4.2, 25, 0, 9)
    block.fill(end, CREAM)
    horizon = view(0, 25, 1.5)[1]
    block.hatch(rect(700, 300, 1100, horizon), 0, 9, 0.3, TAN)
    for x, tall in ((-2.6, 6.2), (-1.2, 5.2), (1.4, 6.8), (2.6, 5.0)):
        foot, top = view(x, 25, 1.4), view(x, 25, tall)
        block.taper([foot, top], 5, 2)
        block.bar((top[0] - 13, top[1] + 26), (top[0] + 13, top[1] + 22), width=2)
    glow = Field(tone=0.05).glow(900, 560, 700, 620, 0.9)
    _market_floor(block, view, glow)
    for y in (22, 19, 16, 13, 10, 7, 4):
        _market_arch(block, view, y, glow)
        if y > 4:
            for side in (-1, 1):
                _fish_stall(block, view, side, y - 2.3, glow)
            if y in (19, 13, 10):
                for x, lean in {19: ((-0.7, -1), (0.9, 0)), 13: ((0.35, -2), (-1.25, 4)),
                                10: ((0.75, 0),)}[y]:
                    foot = view(x, y - 1, 0)
                    _passenger(block, *foot, 10.2 / (y - 1), lean)
        _hanging_lamp(block, view, y - 1.2)
    _catch(block)
    return block.pull()


def _market_floor(block: Block, view: View, glow: Field) -> None:
    """Wet setts, shining towards the far end."""
    floor = view.floor(-4.6, 1.2, 4.6, 25)
    block.fill(floor, INK)
    with block.within(floor):
        y = 1.3
        while y < 24:
            step = 0.1 + y * 0.028
            x = -4.6 + block.rng.uniform(-0.4, 0)
            while x < 4.6:
                wide = 0.34 * block.rng.uniform(0.8, 1.2)
                a, b = view(x, y, 0), view(x + wide - 0.06, y, 0)
                tall = (view(x, y, 0)[1] - view(x, y + step, 0)[1]) * 0.9
                light = glow((a[0] + b[0]) / 2, a[1] - tall / 2)
                if light > 0.1:
                    bow = curve((a[0], a[1]), ((a[0] + b[0]) / 2, a[1] - tall * 0.2), b, pieces=3)
                    block.taper(bow, 0.5, 0.5, CREAM if light > 0.5 else TAN, tall * light * 0.95)
                x += wide
            y += step


def _market_arch(block: Block, view: View, y: float, glow: Field) -> None:
    """One stone arch across the hall, seen from within."""
    half, spring = 4.2, 3.6

    def bow(radius: float, deep: float) -> list[Point]:
        return [
            view(radius * math.cos(a), deep, spring + radius * math.sin(a))
            for a in (math.pi * i / 40 for i in range(41))
        ]

    opening = [view(half, y, -9), *bow(half, y), view(-half, y, -9)]
    soffit = [view(half, y + 0.7, -20), *bow(half, y + 0.7), view(-half, y + 0.7, -20)]
    with block.within(soffit, outside=True), block.within(opening):
        block.fill(block.whole, INK)
        block.form(between(opening, soffit, 6, 140), scaled(glow, 0.75, 0.06), TAN)
    block.line(soffit, max(2, 26 / y), CREAM, step=16)
    with block.within(opening, outside=True):
        block.fill(block.whole, INK)
        courses = [[view(-8 + 0.5 * k, y, z * 0.42) for k in range(33)] for z in range(26)]
        block.form(courses, scaled(glow, 0.42), TAN)
        outer = [view(half + 0.75, y, -0.5), *bow(half + 0.75, y), view(-half - 0.75, y, -0.5)]
        block.line(outer, max(2, 30 / y), INK, step=16)
        inner_ring, outer_ring = bow(half, y), bow(half + 0.75, y)
        block.fill([*inner_ring, *outer_ring[::-1]], INK)
        for i in range(0, 40, 2):
            wedge = [inner_ring[i], outer_ring[i], outer_ring[i + 1], inner_ring[i + 1]]
            wedge = [*wedge[:2], outer_ring[i + 2], inner_ring[i + 2]]
            cx, cy = (sum(v) / 4 for v in zip(*wedge, strict=True))
            small = [(cx + (px - cx) * 0.86, cy + (py - cy) * 0.86) for px, py in wedge]
            block.fill(small, TAN)
            turn = 90 + math.degrees(math.atan2(cy - view(0, y, spring)[1], cx - view(0, y, 0)[0]))
            light = min(0.8, max(0.12, 1.0 - glow(cx, cy) * 1.4))
            if y < 15:
                block.hatch(small, turn, max(7, 46 / y), light, INK, 0.2)
        for side in (-1, 1):
            for k in range(9):
                z0, z1 = k * 0.42 - 0.2, k * 0.42 + 0.16
                stone = view.front(side * (half + 0.06), side * (half + 0.7), y, z0, z1)
                block.fill(stone, TAN)
                cx, cy = stone[0]
                light = min(0.8, max(0.15, 1.0 - glow(cx, cy) * 1.4))
                if y < 15:
                    block.hatch(stone, 90, max(7, 46 / y), light, INK, 0.2)
            cap = view.front(
                side * (half - 0.16), side * (half + 0.9), y, spring - 0.14, spring + 0.1
            )
            block.line([*cap, cap[0]], 6)
            block.fill(cap, TAN)
            block.hatch(cap, 0, 7, min(0.8, max(0.0, 1 - glow(*cap[0]) * 1.3)), INK, 0.2)
    block.line(opening, max(2.4, 22 / y), CREAM, step=16)


def _fish_stall(block: Block, view: View, side: int, y: float, glow: Field) -> None:
    """A stall against the pillars: a striped awning over a slab of fish, somebody behind it."""
    near, deep = 1.9, 1.5
    inner, outer = side * near, side * 4.0
    x, foot = view(side * 3.2, y + 0.6, 0)
    _passenger(block, x, foot, 9.6 / (y + 0.6), -1)
    front = view.front(inner, outer, y - 0.6, 0, 0.95)
    flank = view.side(inner, y - 0.6, y + deep - 0.6, 0, 0.95)
    for face, tone in ((flank, 0.75), (front, 0.28)):
        block.fill(face, INK)
        block.hatch(
            face, 90, max(7, 70 / y), scaled(glow, tone, 0.06), TAN, 0.2
        )
    slab = view.floor(inner, y - 0.7, outer, y + deep - 0.6, 0.95)
    block.fill(slab, CREAM)
    block.line([*slab, slab[0]], 4, INK, step=20)
    size = 330 / y
    for k in range(5):
        fx, fy = view(side * (2.2 + 0.36 * k), y + 0.1 - 0.5 * (k % 2), 1.0)
        _fish(block, fx, fy, size, -12 if side > 0 else 192, INK if k != 1 else COPPER)
    stripes = 8
    for k in range(stripes):
        a, b = inner + (outer - inner) * k / stripes, inner + (outer - inner) * (k + 1) / stripes
        strip = view.path(
            (a, y - 0.9, 2.5), (b, y - 0.9, 2.5), (b, y + 0.9, 3.05), (a, y + 0.9, 3.05)
        )
        cloth = COPPER if (k % 2 and y in (7.7, 13.7)) else CREAM if k % 2 == 0 else INK
        block.fill(strip, cloth)
        hem = view.path((a, y - 0.9, 2.5), ((a * 3 + b) / 4, y - 0.9, 2.27),
                        ((a + b * 3) / 4, y - 0.9, 2.27),
                        (b, y - 0.9, 2.5))
        block.fill(curve(*hem, pieces=4), cloth)
        block.line([strip[3], strip[0]], 2.4, INK)
    edge = view.path((inner, y - 0.9, 2.5), (outer, y - 0.9, 2.5))
    block.line(edge, 4, INK, step=20)
    pole = view.path((inner, y - 0.9, 2.5), (inner, y - 0.9, 0))
    block.line(pole, max(3, 46 / y), INK, step=20)
    block.line(pole, max(1.5, 20 / y), CREAM, step=20)


def _hanging_lamp(block: Block, view: View, y: float) -> None:
    """A lamp under the crown of the vault."""
    x, top = view(0, y, 7.6)
    lamp = view(0, y, 5.5)
    size = 9 / y
    block.line([(x, top), lamp], max(1.5, 3 * size), TAN, step=20)
    block.oval(*lamp, 62 * size, 50 * size, INK)
    block.fill(moved([(-46, 10), (-14, -26), (14, -26), (46, 10)], *lamp, size), TAN)
    block.oval(lamp[0], lamp[1] + 18 * size, 23 * size, colour=COPPER)
    block.oval(lamp[0] - 4 * size, lamp[1] + 20 * size, 10 * size, colour=CREAM)


def _fish(block: Block, x: float, y: float, long: float, turn: float, back: int) -> None:
    """A fish lying with its head at the right of (x, y); `back` is the colour of its back."""

    def put(path: Path) -> list[Point]:
        flip = -1 if 90 < turn % 360 < 270 else 1
        return list(moved([(px, py * flip) for px, py in path], x, y, long, turn))

    upper = curve(
        (-0.42, 0), (-0.25, -0.055), (0, -0.12), (0.26, -0.118), (0.42, -0.06), (0.5, 0.01)
    )
    lower = curve((-0.42, 0), (-0.25, 0.05), (0, 0.105), (0.26, 0.105), (0.42, 0.06), (0.5, 0.01))
    tail = curve((-0.4, 0), (-0.5, -0.09), (-0.6, -0.15), (-0.54, 0), (-0.6, 0.14), (-0.5, 0.08),
                 closed=True)
    fin = curve((-0.16, -0.08), (-0.08, -0.17), (0.1, -0.19), (0.22, -0.11))
    belly_fin = curve((0.08, 0.09), (0.0, 0.16), (-0.06, 0.16), (-0.05, 0.085))
    body = put([*upper, *lower[::-1]])
    rim = max(2, long * 0.016)
    for part in (put(tail), put(fin), put(belly_fin), body):
        block.line([*part, part[0]], rim * 2.4, INK)
    for part in (tail, fin, belly_fin):
        block.fill(put(part), PAPER if back == INK else COPPER)
    if long > 120:
        for part, root in ((tail, (-0.4, 0)), (fin, (0.06, -0.1))):
            for px, py in spread(part, 12)[1:-1]:
                block.taper(put([root, ((root[0] + px) / 2, (root[1] + py) / 2), (px, py)]),
                            rim * 0.4,
                            rim, INK)
    block.fill(body, CREAM)
    with block.within(body):
        spine = put(curve((-0.46, -0.01), (-0.2, -0.02), (0.1, -0.035), (0.36, -0.03), (0.54, 0.0)))
        block.fill([*put(upper), *spine[::-1]], back)
        if long > 120:
            rows = between(put(upper), put(lower), 11, 44)
            for i, row in enumerate(rows):
                for j in range(2 + i % 2, 30, 2):
                    (ax, ay), (bx, by) = row[j], row[min(43, j + 2)]
                    off = ((by - ay) * 0.5, -(bx - ax) * 0.5)
                    scale = curve((ax - off[0], ay - off[1]), (bx, by), (ax + off[0], ay + off[1]),
                                  pieces=3)
                    block.line(
                        scale, rim * (0.42 if i > 4 else 0.6), INK if i > 4 or back != INK else TAN
                    )
            block.form(rows[7:], slope(put([(0, 0.02)])[0], put([(0, 0.13)])[0], 0.05, 0.5))
        gill = put(curve((0.27, -0.14), (0.22, -0.02), (0.28, 0.12)))
        block.fill([*gill, *put([(0.6, 0.15), (0.6, -0.16)])], CREAM if back == INK else COPPER)
        crown = put(
            [*curve((0.27, -0.14), (0.27, -0.09), (0.38, -0.075), (0.54, -0.02)), (0.5, -0.16)]
        )
        block.fill(crown, back)
        block.line(gill, rim * 1.2, INK)
    block.line([*body, body[0]], rim, INK)
    eye = put([(0.375, -0.035)])[0]
    block.oval(*eye, long * 0.031, colour=INK)
    block.oval(*eye, long * 0.023, colour=CREAM)
    block.oval(*eye, long * 0.012, colour=INK)
    block.line(put(curve((0.5, 0.015), (0.46, 0.03), (0.42, 0.03))), rim, INK)
    if long > 120:
        cheek = put([(0.26, 0.02), (0.42, 0.03), (0.34, 0.12), (0.26, 0.12)])
        block.hatch(cheek, turn + 62, 7, 0.3, INK, 0.2)


def _catch(block: Block) -> None:
    """The nearest slab: a heap of fish on ice, across the foot of the picture."""
    edge = curve((-20, 1000), (300, 950), (700, 962), (1100, 944), (1500, 966), (1820, 940))
    block.fill([*edge, (1820, 1220), (-20, 1220)], INK)
    ice = [(x, y + 9) for x, y in edge]
    block.fill([*ice, (1820, 1220), (-20, 1220)], CREAM)
    for x, y in block.scatter(rect(-10, 965, 1810, 1200), 150):
        size = block.rng.uniform(10, 26)
        cube = moved([(-1, -0.3), (0.1, -0.8), (1, -0.2), (0.2, 0.6)], x, y, size,
                     block.rng.uniform(-40, 40))
        block.line([*cube, cube[0]], 2.6, INK, step=14)
        block.hatch([cube[2], cube[3], cube[0]], 60, 7, 0.3, INK, 0.2)
    for x, y, long, turn, colour in (
        (1730, 1016, 400, -14, INK), (1440, 1020, 390, -18, COPPER), (1130, 1016, 400, -10, INK),
        (820, 1022, 410, -16, INK), (500, 1018, 400, -12, INK), (180, 1022, 420, -17, COPPER),
        (1620, 1136, 480, -9, INK), (1220, 1140, 500, -13, INK), (810, 1138, 490, -8, COPPER),
        (420, 1142, 500, -12, INK), (40, 1150, 500, -9, INK),
    ):
        _fish(block, x, y, long, turn, colour)


def printing_press() -> Image.Image:
    """An old hand press with a fresh sheet on its tympan, others hung up to dry."""
    block = Block(131, ground=INK)
    glow = Field(tone=0.06).glow(820, 520, 900, 720, 0.5).noise(block.rng, 200, 120, 0.1)
    for row in range(26):
        y = row * 38
        for i in range(-1, 17):
            x = i * 116 + 58 * (row % 2)
            brick = rect(x + 5, y + 5, x + 110, y + 34)
            light = glow(x + 58, y + 20)
            if light > 0.07:
                block.hatch(brick, 0, 9, light * block.rng.uniform(0.7, 1.15), TAN, 0.4)
    _shop_floor(block)
    _drying_sheets(block)
    _type_case(block)
    _press_bed(block)
    _press_frame(block)
    _ink_slab(block)
    return block.pull()


def _shop_floor(block: Block) -> None:
    """Broad boards running away under the press."""
    floor = rect(-20, 985, 1820, 1220)
    block.fill(floor, INK)
    tone = Field(tone=0.06).glow(820, 1040, 900, 260, 0.6)
    boards = [
        [(860 + (x - 860) * (0.62 + 0.38 * t), 985 + 240 * t) for t in (k / 12 for k in range(13))]
        for x in range(-700, 2500, 46)
    ]
    with block.within(floor):
        block.form(boards, tone, TAN)
    block.line([(-20, 985), (1820, 985)], 5, TAN, step=30)


def _drying_sheets(block: Block) -> None:
    """Printed sheets over a line near the ceiling."""
    cord = curve((-20, 96), (500, 128), (1000, 120), (1500, 132), (1820, 92))
    block.line(cord, 3, TAN)
    for i, x in enumerate((60, 260, 1190, 1392, 1590)):
        y = 112 + (i % 2) * 6
        sway = (-10, 8, -6, 12, -9)[i]
        sheet = [(x, y), (x + 158, y + 4), *curve((x + 158, y + 4), (x + 152 + sway, y + 110),
                 (x + 164 + sway, y + 230)),
                 *curve((x + 6 + sway, y + 226), (x - 6 + sway, y + 110),
                 (x, y))]
        block.line([*sheet, sheet[0]], 12, INK)
        block.fill(sheet, CREAM if i % 2 else PAPER)
        left = curve((x, y), (x - 6 + sway, y + 110), (x + 6 + sway, y + 226))
        right = curve((x + 158, y + 4), (x + 152 + sway, y + 110), (x + 164 + sway, y + 230))
        rows = [list(row) for row in zip(spread(left, 24), spread(right, 24), strict=True)]
        for k, (a, b) in enumerate(rows):
            if k in (2, 3):
                block.taper([_part(a, b, 0.14), _part(a, b, 0.86)], 7, 7, INK)
            elif 5 < k < 22:
                if k < 13 and i != 1:
                    block.line(
                        [_part(a, b, 0.54), _part(a, b, 0.9)], 5, COPPER if i == 2 else INK, 12
                    )
                else:
                    block.line([_part(a, b, 0.54), _part(a, b, 0.9)], 2.4, INK, 12)
                block.line([_part(a, b, 0.1), _part(a, b, 0.46)], 2.4, INK, 12)
        fold = between(left, right, 14, 20)
        block.form(fold[10:], slope((x + 100, 0), (x + 170, 0), 0.0, 0.4))
        for peg in (x + 26, x + 128):
            block.fill(rect(peg - 6, y - 20, peg + 6, y + 22), INK)
            block.fill(rect(peg - 3, y - 17, peg + 3, y + 19), COPPER)


def _part(a: Point, b: Point, share: float) -> Point:
    """The spot at a share of the way from `a` to `b`."""
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def _type_case(block: Block) -> None:
    """A sloping case of type on its stand at the right."""
    for x in (1400, 1716):
        block.fill([(x, 700), (x + 40, 700), (x + 52, 1110), (x + 8, 1110)], INK)
        block.hatch([(x + 5, 706), (x + 35, 706), (x + 46, 1104), (x + 12, 1104)], 88, 9,
                    slope((x, 0), (x + 44, 0), 0.7, 0.1), TAN, 0.2)
    for k in range(4):
        y = 768 + k * 74
        drawer = [(1420, y), (1742, y), (1744, y + 62), (1424, y + 62)]
        block.line([*drawer, drawer[0]], 6, INK)
        block.fill(drawer, TAN)
        block.hatch(drawer, 0, 9, slope((1400, 0), (1760, 0), 0.25, 0.85), INK, 0.3)
        block.oval(1582, y + 31, 20, 13, INK)
        block.oval(1582, y + 31, 14, 8, COPPER)
    case = [(1352, 742), (1428, 560), (1812, 560), (1796, 742)]
    block.line([*case, case[0]], 20, INK)
    block.fill(case, TAN)
    for row in range(5):
        a, b = row / 5 + 0.03, (row + 1) / 5 - 0.03
        columns = (9, 9, 7, 6, 6)[row]
        for column in range(columns):
            c, d = column / columns + 0.014, (column + 1) / columns - 0.01
            cell = [_part(_part(case[1], case[0], t), _part(case[2], case[3], t), u)
                    for t, u in ((a, c), (a, d), (b, d), (b, c))]
            block.fill(cell, INK)
            left, low = cell[3]
            wide = cell[2][0] - left
            for n in range(int(wide / 7)):
                if block.rng.random() < 0.85:
                    sort = (left + 5 + 7 * n, low - block.rng.uniform(3, 13))
                    block.fill(moved([(-2.6, -4), (2.6, -4), (2.6, 4), (-2.6, 4)], *sort, 1,
                                     block.rng.uniform(-40, 40)), CREAM)
    block.line([case[0], case[3]], 14, INK, step=20)
    block.line([case[0], case[3]], 7, CREAM, step=20)


def _both(first: Tone, second: Tone) -> Tone:
    """The sum of two tones, as when one shadow lies in another."""
    return lambda x, y: max(0.0, first(x, y) + second(x, y))


def _iron(block: Block, outer: list[Point], inner: list[Point], tone: Tone) -> None:
    """A piece of cast iron between two edges: black, with white lines where it is lit."""
    shape = [*outer, *inner[::-1]]
    block.line([*shape, shape[0]], 16, INK)
    block.fill(shape, INK)
    block.form(between(outer, inner, 9, 60), tone, CREAM, 0.3)
    block.line(outer, 3.4, CREAM)


def _press_frame(block: Block) -> None:
    """Frame, crown, toggle, platen and bar."""
    lit = Field(tone=0.0).noise(block.rng, 120, 200, 0.2)
    left_out = curve((520, 1130), (560, 1050), (612, 980), (628, 820), (608, 620), (600, 450),
                     (640, 340), (740, 282))
    left_in = curve((640, 1130), (676, 1060), (706, 980), (712, 820), (704, 640), (700, 500),
                    (722, 420), (780, 372))
    for side in (1, -1):
        outer = [(880 + side * (x - 880), y) for x, y in left_out]
        inner = [(880 + side * (x - 880), y) for x, y in left_in]
        ramp = (
            slope((520, 0), (720, 0), 0.75, 0.06)
            if side > 0
            else slope((1040, 0), (1240, 0), 0.4, 0.03)
        )
        _iron(block, outer, inner, _both(ramp, scaled(lit, 0.5)))
        foot = [(880 + side * (x - 880), y) for x, y in curve(
            (470, 1150), (480, 1112), (540, 1092), (650, 1108), (690, 1150), closed=True)]
        block.line([*foot, foot[0]], 10, INK)
        block.fill(foot, INK)
        for k in range(3):
            claw = [(880 + side * (x - 880), y) for x, y in curve(
                (496 + 46 * k, 1146), (500 + 46 * k, 1116), (534 + 44 * k, 1102))]
            block.taper(claw, 3, 2, CREAM, 5)
    crown_top = curve(
        (640, 330), (720, 268), (800, 250), (880, 214), (960, 250), (1040, 268), (1120, 330)
    )
    crown_low = curve(
        (690, 424), (760, 372), (820, 356), (880, 350), (940, 356), (1000, 372), (1070, 424)
    )
    _iron(block, crown_top, crown_low, slope((660, 0), (1110, 0), 0.66, 0.12))
    block.oval(880, 300, 48, 38, INK)
    block.oval(880, 300, 40, 31, COPPER)
    block.hatch(arc(880, 300, 40, 31), 60, 8, slope((850, 0), (922, 0), 0.0, 0.7), INK, 0.2)
    block.fill(moved([(-22, 6), (22, 6), (14, 16), (-14, 16)], 880, 302), CREAM)
    block.fill(moved([(-2, 3), (-2, -20), (-16, 3)], 880, 302), CREAM)
    block.fill(moved([(3, 3), (3, -22), (17, 3)], 880, 302), CREAM)
    urn = curve((860, 214), (872, 196), (838, 164), (850, 128), (880, 92), (910, 128), (922, 164),
                (888, 196), (900, 214), closed=True)
    block.line([*urn, urn[0]], 16, INK)
    block.fill(urn, COPPER)
    block.form(between(curve((850, 128), (838, 164), (872, 196)),
                       curve((910, 128), (922, 164), (888, 196)),
                       9, 20), slope((846, 0), (920, 0), 0.0, 0.9))
    _toggle_and_bar(block)


def _toggle_and_bar(block: Block) -> None:
    """What brings the platen down: chill, links, piston, and the long handle."""
    piston = rect(836, 356, 924, 596)
    block.line([*piston, piston[0]], 14, INK)
    block.fill(piston, INK)
    block.form(between([(840, 360), (840, 592)], [(920, 360), (920, 592)], 8, 40),
               slope((836, 0), (924, 0), 0.85, 0.04), CREAM)
    for y, half, tall in ((420, 74, 40), (556, 88, 34)):
        band = rect(880 - half, y, 880 + half, y + tall)
        block.line([*band, band[0]], 12, INK)
        block.fill(band, INK)
        block.hatch(band, 90, 9, slope((880 - half, 0), (880 + half, 0), 0.9, 0.08), CREAM, 0.2)
        block.line([*band, band[0]], 3, CREAM, step=20)
    bar = curve((900, 474), (1020, 494), (1150, 482), (1270, 436), (1386, 410))
    block.line(bar, 40, INK)
    block.taper(bar, 20, 15, PAPER)
    block.taper([(x, y + 4) for x, y in bar], 12, 9, INK)
    grip = curve((1300, 428), (1352, 414), (1420, 398))
    block.taper(grip, 40, 40, INK, 14)
    block.taper(grip, 24, 24, COPPER, 14)
    block.taper([(x + 2, y + 8) for x, y in grip], 2, 2, INK, 7)
    block.oval(896, 474, 30, colour=INK)
    block.oval(896, 474, 22, colour=COPPER)
    block.oval(896, 474, 9, colour=INK)
    plate = [(722, 596), (1038, 596), (1062, 650), (698, 650)]
    block.line([*plate, plate[0]], 14, INK)
    block.fill(plate, INK)
    block.hatch(plate, 90, 11, slope((700, 0), (1060, 0), 0.8, 0.1), CREAM, 0.2)
    block.line([(698, 652), (1062, 652)], 7, CREAM, step=20)


def _press_bed(block: Block) -> None:
    """Rails, coffin and forme, the tympan thrown back with its sheet, the rounce below."""
    for y, tall, x0, x1 in ((776, 26, 170, 1230), (716, 56, 250, 1120)):
        slab = rect(x0, y, x1, y + tall)
        block.line([*slab, slab[0]], 12, INK)
        block.fill(slab, INK)
        block.hatch(slab, 0, 8, slope((x0, 0), (x1, 0), 0.62, 0.12), CREAM, 0.2)
        block.line([(x0, y), (x1, y)], 5, CREAM, step=24)
    for x in (200, 330):
        leg = [(x, 802), (x + 26, 802), (x + 30, 1120), (x - 6, 1120)]
        block.line([*leg, leg[0]], 10, INK)
        block.fill(leg, INK)
        block.form(between([leg[0], leg[3]], [leg[1], leg[2]], 4, 40),
                   slope((x, 0), (x + 30, 0), 0.8, 0.1),
                   CREAM)
    forme = rect(300, 690, 620, 716)
    block.line([*forme, forme[0]], 8, INK)
    block.fill(forme, TAN)
    block.hatch(forme, 90, 8, 0.6, INK, 0.5)
    hinge, top = (292, 716), (116, 352)
    wide = 330
    board = [hinge, top, (top[0] + wide, top[1] - 46), (hinge[0] + wide, hinge[1] - 46)]
    block.line([*board, board[0]], 34, INK)
    block.line([*board, board[0]], 19, TAN, step=20)
    block.line([*board, board[0]], 4, INK, step=20)
    block.fill(board, PAPER)
    weave = between([board[1], board[2]], [board[0], board[3]], 32, 40)
    block.form(weave, 0.26, TAN)

    def on(u: float, v: float) -> Point:
        return _part(_part(board[1], board[2], u), _part(board[0], board[3], u), v)

    sheet = [on(0.1, 0.08), on(0.9, 0.08), on(0.9, 0.93), on(0.1, 0.93)]
    block.line([*sheet, sheet[0]], 5, INK, step=20)
    block.fill(sheet, CREAM)
    block.line([on(0.18, 0.16), on(0.82, 0.16)], 15, INK, step=14)
    block.line([on(0.18, 0.215), on(0.82, 0.215)], 3, INK, step=14)
    picture = [on(0.18, 0.26), on(0.82, 0.26), on(0.82, 0.57), on(0.18, 0.57)]
    block.fill(picture, COPPER)
    with block.within(picture):
        for k in range(9):
            wave = [
                on(0.16 + 0.04 * j, 0.46 + 0.016 * k + 0.008 * math.sin(j * 1.3 + k))
                for j in range(19)
            ]
            block.line(wave, 3 + 0.3 * k, INK)
        block.oval(*on(0.62, 0.45), 34, colour=CREAM)
        block.fill([on(0.3, 0.48), on(0.5, 0.48), on(0.46, 0.52), on(0.34, 0.52)], INK)
        block.fill([on(0.39, 0.47), on(0.41, 0.32), on(0.49, 0.47)], INK)
    for k in range(13):
        v = 0.62 + 0.022 * k
        for a, b in ((0.18, 0.37), (0.41, 0.6), (0.64, 0.82)):
            end = b - (0.06 if (k * 3 + round(a * 10)) % 5 == 0 else 0)
            block.line([on(a, v), on(end, v)], 3, INK, step=12)
    block.oval(880, 848, 66, colour=INK)
    block.engrave((arc(880, 848, r) for r in (22, 34, 46, 58)), 12,
                  slope((820, 800), (930, 890), 0.8, 0.1),
                  CREAM)
    crank = curve((880, 848), (946, 896), (1010, 900))
    block.line(crank, 26, INK)
    block.line(crank, 10, CREAM)
    block.taper([(1000, 900), (1030, 900), (1072, 900)], 22, 18, INK, 16)
    block.taper([(1002, 900), (1030, 900), (1070, 900)], 12, 10, COPPER, 14)


def _ink_slab(block: Block) -> None:
    """A stone with wet copper ink and a roller, in front on the right."""
    table = [(1190, 1040), (1560, 1040), (1630, 1112), (1170, 1112)]
    block.line([*table, table[0]], 14, INK)
    block.fill(table, PAPER)
    block.hatch(table, 0, 9, slope((1180, 0), (1640, 0), 0.05, 0.5), INK, 0.3)
    front = [(1170, 1112), (1630, 1112), (1626, 1156), (1176, 1156)]
    block.fill(front, INK)
    block.hatch(front, 90, 11, slope((1170, 0), (1630, 0), 0.7, 0.15), TAN, 0.3)
    for x in (1196, 1572):
        block.fill(rect(x, 1156, x + 34, 1230), INK)
        block.hatch(rect(x + 4, 1156, x + 30, 1230), 90, 8, 0.4, TAN, 0.2)
    pool = curve((1260, 1076), (1310, 1052), (1410, 1056), (1470, 1070), (1430, 1096), (1320, 1100),
                 closed=True)
    block.fill(pool, COPPER)
    block.taper(curve((1300, 1070), (1360, 1064), (1420, 1072)), 1, 1, CREAM, 5)
    block.fill(rect(1404, 1018, 1560, 1072), INK)
    block.fill(rect(1410, 1022, 1554, 1068), COPPER)
    block.hatch(rect(1410, 1022, 1554, 1068), 0, 8, slope((0, 1024), (0, 1070), 0.0, 0.9), INK, 0.2)
    yoke = [(1398, 1044), (1390, 996), (1482, 978), (1572, 996), (1566, 1044)]
    block.line(curve(*yoke), 15, INK)
    block.line(curve(*yoke), 6, CREAM)
    block.taper([(1482, 980), (1484, 940), (1486, 900)], 22, 30, INK, 14)
    block.taper([(1482, 976), (1484, 940), (1486, 906)], 12, 19, TAN, 12)


# Town hall


def town_hall() -> Image.Image:
    """The town hall at dusk, seen from the foot of its steps."""
    block = Block(83)
    block.fill(block.whole, TAN)
    sky = Field().slope((0, 0), (0, 1000), 0.95, 0.3).noise(block.rng, 420, 140, 0.22)
    sky.glow(900, 400, 640, 560, -0.3)
    rounds = (arc(900, 400, r * 1.1, r, 0, 360) for r in _steps(110, 1300, 15.5))
    block.engrave(rounds, 15.5, sky)
    for x, y, span, tilt in ((1210, 150, 60, -6), (1300, 210, 44, 8), (560, 110, 50, 4)):
        _far_gull(block, x, y, span, tilt)
    square = rect(-20, 1000, 1820, 1220)
    block.fill(square, TAN)
    shade = Field().slope((0, 1000), (0, 1200), 0.75, 0.4).noise(block.rng, 120, 30, 0.25)
    block.water(1000, 1200, 9, 20, shade, height=0.12, length=3)
    for side in (-1, 1):
        _wing_of_hall(block, side)
    _clock_tower(block)
    _portico(block)
    _hall_steps(block)
    return block.pull()


def _upward(x: float, y: float) -> Point:
    """From the flat elevation to the picture: seen from below, the uprights lean together."""
    y = max(y, 520 - (520 - y) * 0.84)
    rise = (1010 - y) / 1010
    return 900 + (x - 900) * (1 - 0.13 * rise), y + 22 * rise * rise


def _facade(*corners: Point) -> list[Point]:
    """A shape of the elevation as it is seen from below."""
    return [_upward(x, y) for x, y in resample([*corners, corners[0]], 40)]


def _wing_of_hall(block: Block, side: int) -> None:
    """One wing of the building: cornice, rusticated base, two rows of windows."""

    def at(x: float, y: float) -> Point:
        return 900 + side * x, y

    wall = _facade(at(150, 520), at(930, 520), at(930, 1010), at(150, 1010))
    block.line([*wall, wall[0]], 14, INK)
    block.fill(wall, PAPER if side < 0 else TAN)
    tone = Field(tone=0.2 if side < 0 else 0.55).noise(block.rng, 160, 60, 0.14)
    tone.glow(900, 900, 420, 300, -0.2)
    courses = [[_upward(*at(x, y)) for x in range(150, 950, 40)] for y in range(560, 1016, 12)]
    with block.within(wall):
        block.form(courses, tone)
        for row in range(5):
            y = 838 + row * 34
            block.line([_upward(*at(x, y)) for x in range(150, 950, 40)], 5, INK)
            for i in range(10):
                x = 170 + i * 84 + 42 * (row % 2)
                block.bar(_upward(*at(x, y)), _upward(*at(x, y + 34)), width=4.5)
    roof = _facade(at(150, 500), at(960, 500), at(890, 400), at(190, 400))
    block.fill(roof, INK)
    tiles = [[_upward(*at(x, y)) for x in range(180, 960, 40)] for y in range(412, 500, 11)]
    with block.within(roof):
        block.form(tiles, 0.34 if side < 0 else 0.16, TAN)
    for y, wide, colour in ((512, 26, INK), (506, 10, CREAM), (528, 6, CREAM), (822, 18, INK),
                            (818, 7, CREAM)):
        block.line([_upward(*at(x, y)) for x in range(140, 970, 40)], wide, colour)
    for i in range(36):
        x = 160 + i * 22
        block.fill(_facade(at(x, 520), at(x + 11, 520), at(x + 11, 534), at(x, 534)), INK)
    for i in range(5):
        x = 262 + i * 146
        _hall_window(block, at(x, 560), at(x, 690), 41, (i * 3 + side) % 4 == 0, arched=True)
        _hall_window(block, at(x, 726), at(x, 800), 38, False, arched=False)
    for i in range(2):
        x = 370 + i * 330
        stack = _facade(at(x, 420), at(x + 56, 420), at(x + 56, 318), at(x, 318))
        block.line([*stack, stack[0]], 8, CREAM)
        block.fill(stack, INK)
        block.hatch(stack, 0, 11, 0.3, TAN, 0.2)


def _hall_window(
    block: Block, top: Point, sill: Point, half: float, lit: bool, arched: bool
) -> None:
    """A window of the town hall, dark or lit, with its frame and bars."""
    x, high, low = top[0], top[1], sill[1]
    head = arc(x, high + half * 0.7, half, half * 0.9, 180, 360) if arched else [
        (x - half, high), (x + half, high)]
    frame = _facade((x - half, low), *head, (x + half, low))
    block.line([*frame, frame[0]], 17, INK)
    block.line([*frame, frame[0]], 8, CREAM)
    block.fill(frame, COPPER if lit else INK)
    if not lit:
        block.hatch(frame, 112, 15, 0.2, TAN, 0.3)
    block.bar(_upward(x, high), _upward(x, low), width=5, colour=INK if lit else CREAM)
    for share in (0.42, 0.72):
        y = high + (low - high) * share
        block.bar(_upward(x - half, y), _upward(x + half, y), width=4.5,
                  colour=INK if lit else CREAM)
    block.line([_upward(x - half - 12, low + 8), _upward(x + half + 12, low + 8)], 9, INK, step=20)
    block.line([_upward(x - half - 10, low + 5), _upward(x + half + 10, low + 5)], 4, CREAM, 20)


def _clock_tower(block: Block) -> None:
    """The tower with its copper clock, belfry and spire."""
    shaft = _facade((790, 560), (790, 210), (1010, 210), (1010, 560))
    block.line([*shaft, shaft[0]], 26, INK)
    block.fill(shaft, PAPER)
    dusk = slope((800, 0), (1010, 0), 0.08, 0.85)
    with block.within(shaft):
        block.form([[_upward(x, y) for x in range(780, 1021, 20)] for y in range(216, 570, 11)],
                   dusk)
    for x in (790, 1010):
        quoin = _facade((x - 13, 560), (x - 13, 216), (x + 13, 216), (x + 13, 560))
        block.fill(quoin, CREAM)
        block.line([*quoin, quoin[0]], 4)
        for y in range(240, 560, 30):
            block.bar(_upward(x - 13, y), _upward(x + 13, y), width=4)
    belfry = _facade((812, 210), (812, 96), (988, 96), (988, 210))
    block.line([*belfry, belfry[0]], 20, INK)
    block.fill(belfry, PAPER)
    block.hatch(belfry, 90, 10, dusk, INK, 0.2)
    for x in (852, 900, 948):
        arch = _facade((x - 17, 206), *arc(x, 136, 17, 20, 180, 360), (x + 17, 206))
        block.line([*arch, arch[0]], 7, CREAM)
        block.fill(arch, INK)
    for y, half, wide in ((212, 130, 22), (96, 106, 16)):
        block.line([_upward(900 - half, y), _upward(900 + half, y)], wide, INK, step=20)
        block.line([_upward(900 - half, y - 4), _upward(900 + half, y - 4)], 6, CREAM, step=20)
    spire = [_upward(x, y) for x, y in curve((808, 90), (828, 52), (872, 22), (892, -18),
                                             (900, -70),
             (908, -18), (928, 22), (972, 52), (992, 90))]
    block.line(spire, 12, CREAM)
    block.fill(spire, INK)
    ribs = between(
        [_upward(x, y) for x, y in curve((836, 90), (850, 56), (884, 20), (897, -20))],
        [_upward(x, y) for x, y in curve((930, 90), (924, 56), (908, 20), (902, -20))], 6, 24,
    )
    block.form(ribs, slope((830, 0), (940, 0), 0.5, 0.12), TAN)
    clock_x, clock_y = clock = _upward(900, 366)
    block.oval(*clock, 98, colour=INK)
    block.oval(*clock, 88, colour=CREAM)
    block.oval(*clock, 78, colour=COPPER)
    block.engrave((arc(*clock, r) for r in range(50, 78, 7)), 7,
                  slope((clock_x - 60, clock_y - 40), (clock_x + 70, clock_y + 60), 0.0, 0.7))
    for hour in range(12):
        inner, outer = (moved([(0, -r)], *clock, 1, hour * 30)[0] for r in (56, 74))
        block.bar(inner, outer, width=7 if hour % 3 == 0 else 4, colour=CREAM)
    for turn, reach, wide in ((-38, 44, 11), (118, 64, 8)):
        hand = moved([(0, 12), (0, -reach * 0.5), (0, -reach)], *clock, 1, turn)
        block.taper(hand, wide, 2, INK, 3)
    block.oval(*clock, 8)


def _portico(block: Block) -> None:
    """Six columns under a pediment, light behind the doors."""
    back = _facade((610, 1010), (610, 640), (1190, 640), (1190, 1010))
    block.fill(back, INK)
    glow = Field().glow(900, 900, 330, 330, 0.85)
    block.engrave((arc(*_upward(900, 900), r) for r in _steps(60, 330, 13)), 13, glow, TAN)
    for x in (760, 900, 1040):
        door = _facade((x - 38, 1010), *arc(x, 800, 38, 44, 180, 360), (x + 38, 1010))
        block.line([*door, door[0]], 12, INK)
        block.fill(door, COPPER if x == 900 else CREAM)
        block.bar(_upward(x, 760), _upward(x, 1010), width=6)
        block.bar(_upward(x - 38, 800), _upward(x + 38, 800), width=6)
        block.hatch(door, 90, 12, 0.16, INK, 0.2)
    for i in range(6):
        mid = 636 + i * 105.6
        shaft = _facade((mid - 29, 1000), (mid - 25, 680), (mid + 25, 680), (mid + 29, 1000))
        block.line([*shaft, shaft[0]], 12, INK)
        block.fill(shaft, CREAM)
        flutes = between([_upward(mid - 28, y) for y in range(680, 1001, 32)],
                         [_upward(mid + 28, y) for y in range(680, 1001, 32)], 7, 20)
        left, right = _upward(mid - 22, 840)[0], _upward(mid + 30, 840)[0]
        block.form(flutes, slope((left, 0), (right, 0), 0.08, 0.95))
        for y, half, tall in ((668, 38, 16), (684, 31, 9), (992, 34, 12), (1006, 40, 14)):
            slab = _facade((mid - half, y - tall / 2), (mid + half, y - tall / 2),
                           (mid + half, y + tall / 2), (mid - half, y + tall / 2))
            block.fill(slab, CREAM)
            block.line([*slab, slab[0]], 4)
    beam = _facade((586, 660), (586, 604), (1214, 604), (1214, 660))
    block.line([*beam, beam[0]], 12)
    block.fill(beam, PAPER)
    block.hatch(beam, 0, 11, slope((0, 606), (0, 664), 0.1, 0.7), INK, 0.2)
    gable = _facade((560, 604), (900, 484), (1240, 604))
    block.line([*gable, gable[0]], 30, INK)
    block.line([*gable, gable[0]], 16, CREAM)
    block.fill(_facade((604, 596), (900, 500), (1196, 596)), INK)
    fans = list(rays(*_upward(900, 606), 52, 330, 46, 182, 358))
    with block.within(_facade((622, 594), (900, 508), (1178, 594))):
        block.engrave(fans, 9, 0.5, TAN)
    block.oval(*_upward(900, 566), 36, colour=INK)
    block.oval(*_upward(900, 566), 29, colour=CREAM)
    ship = _upward(900, 566)
    block.fill(moved([(-20, 8), (20, 8), (13, 18), (-13, 18)], *ship))
    block.fill(moved([(-3, 4), (-3, -20), (-17, 4)], *ship))
    block.fill(moved([(3, 4), (3, -22), (18, 4)], *ship))


def _hall_steps(block: Block) -> None:
    """The steps, wider towards us, with lamps on either side and one late caller."""
    for i in range(9):
        y = 1012 + i * (13 + i * 1.7)
        tall = 14 + i * 3.4
        half = 350 + i * i * 7.4 + i * 26
        tread = [(900 - half, y), (900 + half, y), (900 + half + 14, y + tall * 0.5),
                 (900 - half - 14, y + tall * 0.5)]
        riser = [tread[3], tread[2], (tread[2][0], y + tall + 16), (tread[3][0], y + tall + 16)]
        block.fill(riser, INK)
        block.fill(tread, CREAM)
        shade = Field(tone=0.04).noise(block.rng, 260, 20, 0.2)
        shade.glow(900, 1000, 700, 260, -0.14)
        block.hatch(tread, 0, 7, shade, INK, 0.1)
        grime = Field(tone=0.3).noise(block.rng, 150, 60, 0.3).glow(900, y, 420, 200, 0.2)
        block.hatch(riser, 90, 9, grime, TAN, 0.2)
        block.line([tread[3], tread[2]], 4, INK, step=30)
    for side in (-1, 1):
        x = 900 + side * 486
        plinth = rect(x - 52, 960, x + 52, 1090)
        block.line([*plinth, plinth[0]], 12, INK)
        block.fill(plinth, PAPER)
        block.hatch(plinth, 90, 11, slope((x - 60, 0), (x + 60, 0), 0.1, 0.8), INK, 0.2)
        block.fill(rect(x - 64, 944, x + 64, 966), CREAM)
        block.line([*rect(x - 64, 944, x + 64, 966), (x - 64, 944)], 5)
        block.taper([(x, 944), (x, 850), (x, 760)], 24, 13, CREAM)
        block.taper([(x, 944), (x, 850), (x, 760)], 15, 7, INK)
        for drop, reach in ((0, 46), (26, 0)):
            for arm in (-1, 1) if reach else (0,):
                globe = (x + arm * reach, 742 - drop)
                block.oval(*globe, 31, colour=INK)
                block.oval(*globe, 23, colour=CREAM)
                block.taper(arc(*globe, 15, 15, 20, 110), 1, 1, COPPER, 7)
        block.line(curve((x - 46, 768), (x - 30, 800), (x, 806), (x + 30, 800), (x + 46, 768)), 6)
    _passenger(block, 1076, 1126, 0.8, 0)


def council_chamber() -> Image.Image:
    """The empty council chamber: a horseshoe of chairs under a tall window."""
    block = Block(97, ground=INK)
    view = View((0, -4.4, 4.3), focal=1500, tilt=9.5, centre=(900, 560))
    _chamber_walls(block, view)
    _chamber_floor(block, view)
    chairs = [-132, -112, -92, -72, -53, -35, -17.5, 0, 17.5, 35, 53, 72, 92, 112, 132]
    for turn in sorted(chairs, key=abs):
        if abs(turn) < 100:
            _council_chair(block, view, turn)
    _horseshoe(block, view)
    for turn in sorted(chairs, key=abs):
        if abs(turn) > 100:
            _council_chair(block, view, turn)
    _gallery_rail(block)
    return block.pull()


def _chamber_walls(block: Block, view: View) -> None:
    """Panelled walls, a coffered ceiling, and the window that lights them."""
    deep, wide, high = 16.0, 7.6, 8.6
    wall = view.front(-wide, wide, deep, 0, high)
    glow = Field(tone=0.12).glow(900, 330, 620, 560, 0.62)
    block.hatch(wall, 90, 12, glow, TAN, 0.3)
    for side in (-1, 1):
        flank = view.side(side * wide, -3, deep, 0, high)
        with block.within(flank):
            courses = [
                view.path(*((side * wide, -3 + 19 * (i / 40), z) for i in range(41)))
                for z in (0.2 * k for k in range(44))
            ]
            block.form(courses, scaled(glow, 0.55, 0.05), TAN)
            for i in range(8):
                y0 = -2.2 + i * 2.35
                for z0, z1 in ((0.5, 2.6), (3.1, 7.6)):
                    panel = view.side(side * wide, y0, y0 + 1.7, z0, z1)
                    block.fill(panel, INK)
                    block.line([*panel, panel[0]], 4, TAN, step=20)
                    inner = view.side(side * wide, y0 + 0.22, y0 + 1.48, z0 + 0.2, z1 - 0.2)
                    block.hatch(inner, 90 + side * 18, 11, scaled(glow, 0.5, 0.05), TAN)
    for y in (1, 4, 7, 10, 13, 16):
        beam = view.path((-wide, y, high), (wide, y, high))
        block.line(beam, 60 / (y + 5) + 3, INK, step=30)
        block.line(beam, 30 / (y + 5) + 1, TAN, step=30)
    for x in range(-6, 7, 2):
        block.line(view.path((x, -1, high), (x, deep, high)), 2.6, TAN, step=30)
    _chamber_window(block, view, deep)
    for side in (-1, 1):
        mid = side * 4.9
        frame = view.front(mid - 0.95, mid + 0.95, deep, 3.4, 6.4)
        block.line([*frame, frame[0]], 22, INK, step=20)
        block.line([*frame, frame[0]], 12, COPPER, step=20)
        block.fill(frame, INK)
        cx, cy = view(mid, deep, 4.9)
        bust = curve((cx - 62, cy + 112), (cx - 58, cy + 50), (cx - 20, cy + 26), (cx - 22, cy),
                     (cx - 34, cy - 40), (cx, cy - 78), (cx + 34, cy - 40), (cx + 22, cy),
                     (cx + 20, cy + 26), (cx + 58, cy + 50), (cx + 62, cy + 112))
        with block.within(frame):
            lit = slope((cx - side * 60, 0), (cx + side * 50, 0), 0.85, 0.0)
            block.hatch(bust, 64, 8, lit, TAN, 0.4)


def _chamber_window(block: Block, view: View, deep: float) -> None:
    """The tall arched window with its glazing bars and a view of masts."""

    def opening(spare: float) -> list[Point]:
        half = 1.75 + spare
        head = [
            (half * math.cos(a), deep, 6.1 + half * math.sin(a))
            for a in (math.pi * i / 24 for i in range(25))
        ]
        return view.path((half, deep, 1.9 - spare), *head, (-half, deep, 1.9 - spare))

    for spare, colour in ((0.42, INK), (0.36, PAPER), (0.2, INK), (0.1, CREAM)):
        block.fill(opening(spare), colour)
    glass = opening(0)
    with block.within(glass):
        sky = Field().slope((0, 80), (0, 640), 0.34, 0.0).noise(block.rng, 160, 40, 0.16)
        block.hatch(glass, 0, 11, sky, TAN, 0.4)
        for x, tall in ((-1.2, 3.9), (-0.5, 3.3), (0.9, 4.2), (1.3, 3.4)):
            foot, top = view(x, deep, 1.9), view(x, deep, tall)
            block.taper([foot, top], 5, 2, INK)
            block.bar((top[0] - 16, top[1] + 40), (top[0] + 16, top[1] + 34), width=2.4)
        x, y = view(0.2, deep, 1.9)
        block.fill(curve((x - 180, y + 10), (x - 60, y - 22), (x + 60, y - 12), (x + 190, y - 26),
                         (x + 190, y + 20), (x - 180, y + 20)))
    for x in (-0.88, 0, 0.88):
        block.line(view.path((x, deep, 1.9), (x, deep, 7.8)), 9 if x == 0 else 6, INK, step=30)
    for z in (3.0, 4.1, 5.2, 6.1):
        block.line(view.path((-1.75, deep, z), (1.75, deep, z)), 9 if z > 6 else 6, INK, step=30)
    for a in (45, 135):
        turn = math.radians(a)
        spoke = view.path(
            (0, deep, 6.1), (1.75 * math.cos(turn), deep, 6.1 + 1.75 * math.sin(turn))
        )
        block.line(spoke, 6, INK, step=20)
    sill = view.front(-2.3, 2.3, deep, 1.5, 1.75)
    block.fill(sill, CREAM)
    block.line([*sill, sill[0]], 4, INK, step=30)


def _chamber_floor(block: Block, view: View) -> None:
    """Floor boards, and the window's light lying on them between the desks."""
    floor = view.floor(-7.6, -3.4, 7.6, 16)
    block.fill(floor, INK)
    light = Field(tone=0.16).glow(*view(0, 9, 0), 640, 330, 0.4).noise(block.rng, 120, 60, 0.16)
    boards = [
        view.path(*((x / 3, -3.4 + 19.4 * (i / 30) ** 2, 0) for i in range(31)))
        for x in range(-24, 25)
    ]
    with block.within(floor):
        block.form(boards, light, TAN)
    for row, (z0, z1) in enumerate(((1.9, 3.0), (3.0, 4.1), (4.1, 5.2), (5.2, 6.1), (6.1, 7.6))):
        near, far = 13.6 - 1.5 * (z1 - 1.9), 13.6 - 1.5 * (z0 - 1.9)
        for column in range(4):
            x0 = -1.75 + 0.875 * column
            inset = 0.22 if row == 4 and column in (0, 3) else 0
            pane = view.floor(
                (x0 + 0.06 + inset * (column == 0)) * 1.1, near + 0.07 + inset,
                (x0 + 0.815 - inset * (column == 3)) * 1.1, far - 0.07,
            )
            block.fill(pane, CREAM if row < 4 else PAPER)
            block.hatch(pane, 0, 8, 0.08 + 0.07 * row, INK, 0.1)


def _ring(view: View, radius: float, turn: float, z: float) -> Point:
    """A spot on the horseshoe: 0 degrees is the mayor's place, at the far end."""
    a = math.radians(turn)
    return view(radius * math.sin(a), 8.4 + radius * 0.98 * math.cos(a), z)


def _horseshoe(block: Block, view: View) -> None:
    """The desk: a ring with panels, its top catching the light, papers at each place."""
    inner, outer, high = 3.75, 4.75, 1.02
    turns = [-142 + 284 * i / 70 for i in range(71)]
    spans = sorted(pairwise(turns), key=lambda span: -math.cos(math.radians(sum(span) / 2)))
    glow = Field(tone=0.16).glow(900, 620, 560, 330, 0.5)
    for a, b in spans:
        front = inner if abs(a + b) / 2 < 84 else outer
        panel = [_ring(view, front, a, 0), _ring(view, front, b, 0),
                 _ring(view, front, b, high), _ring(view, front, a, high)]
        block.fill(panel, INK)
        for share in (0.12, 0.5):
            t = a + (b - a) * share
            post = [_ring(view, front, t, 0.1), _ring(view, front, t, high - 0.12)]
            block.line(post, scaled(glow, 7, 1), TAN, step=12)
        top = [_ring(view, inner, a, high), _ring(view, inner, b, high),
               _ring(view, outer, b, high), _ring(view, outer, a, high)]
        block.fill(top, PAPER)
    rings = [
        [_ring(view, inner + (outer - inner) * k / 9, t, high) for t in turns] for k in range(10)
    ]
    shade = Field(tone=0.62).glow(900, 560, 760, 420, -0.5)
    block.form(rings, shade)
    for radius in (inner, outer):
        block.line([_ring(view, radius, t, high) for t in turns], 5, INK)
        block.line([_ring(view, radius, t, high - 0.06) for t in turns], 2.4, CREAM)
    for turn in (-112, -72, -35, 17.5, 53, 92, 132):
        for k, radius in enumerate((4.0, 4.02)):
            sheet = [_ring(view, radius + dr, turn + dt + 2 * k, high + 0.01)
                     for dr, dt in ((0, -4), (0, 4), (0.42, 4), (0.42, -4))]
            block.line([*sheet, sheet[0]], 4, INK, step=10)
            block.fill(sheet, CREAM)
    for turn in (-17, 35):
        x, y = _ring(view, 4.3, turn, high)
        block.fill(moved([(-9, 0), (-11, -26), (11, -26), (9, 0)], x, y), CREAM)
        block.line(moved([(-9, 0), (-11, -26), (11, -26), (9, 0), (-9, 0)], x, y), 3, INK)


def _council_chair(block: Block, view: View, turn: float) -> None:
    """One empty chair; the mayor's is taller and copper."""
    mayor = turn == 0
    high, half = (2.55, 0.62) if mayor else (1.95, 0.5)
    a = math.radians(turn)
    radius = 5.75

    def at(across: float, out: float, z: float) -> Point:
        r = radius + out
        return view(
            r * math.sin(a) + across * math.cos(a),
            8.4 + r * 0.98 * math.cos(a) - across * math.sin(a), z,
        )

    for across in (-half * 0.8, half * 0.8):
        for out in (0, -0.7):
            block.line([at(across, out, 0), at(across, out, 0.7)], 7, INK)
            block.line([at(across, out, 0), at(across, out, 0.7)], 3, TAN)
    seat = [at(-half, -0.75, 0.7), at(half, -0.75, 0.7), at(half, 0, 0.7), at(-half, 0, 0.7)]
    block.fill(seat, TAN)
    block.line([*seat, seat[0]], 5, INK)
    head = [
        (half * math.cos(t), high - 0.42 + 0.42 * math.sin(t))
        for t in (math.pi * i / 12 for i in range(13))
    ]
    outline = [(half, 0.6), *head, (-half, 0.6)]
    for out in (0.14, 0.0) if math.cos(a) > 0 else (0.0, 0.14):
        back = [at(across, out, z) for across, z in outline]
        block.line([*back, back[0]], 8, INK)
        block.fill(back, INK)
    block.line([*back, back[0]], 3.4, CREAM)
    pad = [at(across * 0.8, out, 0.72 + (z - 0.6) * 0.9) for across, z in outline]
    block.fill(pad, COPPER if mayor else (PAPER if abs(turn) < 100 else TAN))
    xs = [p[0] for p in pad]
    shade = slope((min(xs), 0), (max(xs) + 1, 0), *(
        (0.6, 0.1) if turn < 0 else (0.1, 0.6) if turn > 0 else (0.3, 0.3)))
    if abs(turn) > 100:
        shade = Field(tone=0.72)
    left = [at(-half * 0.8, out, 0.72 + 0.12 * k) for k in range(round((high - 0.7) / 0.12))]
    right = [at(half * 0.8, out, 0.72 + 0.12 * k) for k in range(round((high - 0.7) / 0.12))]
    with block.within(pad):
        block.form(between(left, right, 8, 16), shade)
    for across in (-0.4, 0.4) if abs(turn) < 100 else ():
        for z in (1.2, 1.6, *((2.0,) if mayor else ())):
            block.oval(*at(across * half, out, z), 3.6, colour=INK)
    for across in (-half, half):
        arm = [at(across, 0, 1.1), at(across, -0.62, 1.1), at(across, -0.66, 0.7)]
        block.line(arm, 9, INK, step=12)
        block.line(arm, 3.6, CREAM, step=12)


def _gallery_rail(block: Block) -> None:
    """The rail of the public gallery in the foreground, with turned balusters."""
    block.fill(rect(-20, 1108, 1820, 1220), INK)
    block.fill(rect(-20, 1052, 1820, 1112), INK)
    for i in range(31):
        x = -6 + i * 60
        form = curve((x - 8, 1112), (x - 20, 1142), (x - 9, 1168), (x - 9, 1210))
        other = [(2 * x - px, py) for px, py in form]
        block.fill([*form, *other[::-1]], TAN)
        block.form(between(form, other, 6, 18), slope((x - 16, 0), (x + 22, 0), 0.1, 1.0))
    rail = rect(-20, 1058, 1820, 1104)
    block.fill(rail, PAPER)
    block.hatch(rail, 0, 8, slope((0, 1060), (0, 1106), 0.1, 0.9), INK, 0.2)
    block.line([(-20, 1107), (1820, 1107)], 6, INK, step=30)


def ledger() -> Image.Image:
    """An account book open under a lamp, a pen across it, coins beside it."""
    block = Block(127, ground=INK)
    lamp = Field(tone=0.04).glow(760, 520, 1180, 860, 0.62)
    grain = []
    for k in range(74):
        y = -60 + k * 18
        knot = 46 * math.exp(-(((y - 1010) / 90) ** 2)) - 40 * math.exp(-(((y - 130) / 70) ** 2))
        grain.append([
            (x, y + 16 * math.sin(x / 420 + k * 0.05) + knot * math.exp(-(((x - 1480) / 170) ** 2)))
            for x in range(-20, 1840, 14)
        ])
    block.form(grain, lamp, TAN, 0.8)
    for y in (268, 640, 1010):
        block.line(curve((-20, y), (600, y - 6), (1200, y + 8), (1820, y - 2)), 7, INK)
    _account_book(block)
    _inkwell(block, 1500, 190)
    _spectacles(block, 250, 962)
    _coins(block)
    _dip_pen(block)
    return block.pull()


def _account_book(block: Block) -> None:
    """Two ruled pages, rising to the fold; entries as mere strokes, one of them in copper."""
    left_top = curve((300, 196), (460, 152), (640, 138), (790, 158), (868, 214))
    left_foot = curve((206, 1000), (390, 950), (600, 936), (790, 962), (884, 1034))
    right_top = curve((868, 214), (960, 146), (1110, 116), (1270, 130), (1404, 176))
    right_foot = curve((884, 1034), (990, 944), (1160, 908), (1360, 926), (1540, 972))
    cover = [(270, 176), *left_top[4:], *right_top[:-4], (1440, 162), (1590, 1006), (884, 1072),
             (160, 1040)]
    block.fill([(x + 34, y + 44) for x, y in cover], INK)
    block.line([*cover, cover[0]], 34, INK, step=20)
    block.fill(cover, INK)
    block.line([(270, 176), (160, 1040), (884, 1072), (1590, 1006), (1440, 162)], 4, TAN, step=20)
    for corner in ((188, 1012), (1562, 984)):
        turn = 0 if corner[0] < 900 else 272
        block.fill(moved([(-30, -66), (-40, 32), (80, 38)], *corner, 0.9, turn), COPPER)
    for k in range(9, 0, -1):
        for top, foot, side in ((left_top, left_foot, -1), (right_top, right_foot, 1)):
            dx, dy = side * k * 2.6, k * 3.4
            page = [*top, *foot[::-1]]
            page = [(x + dx, y + dy) for x, y in page]
            block.line([*page, page[0]], 3, INK)
            block.fill(page, PAPER if k % 2 else CREAM)
    for top, foot, side in ((left_top, left_foot, -1), (right_top, right_foot, 1)):
        _ruled_page(block, top, foot, side)
    fold = curve((868, 214), (864, 480), (872, 780), (884, 1034))
    block.taper(fold, 9, 13, INK)
    ribbon = curve((872, 220), (884, 480), (868, 760), (898, 1030), (880, 1110), (910, 1180))
    block.line(ribbon, 24, INK)
    block.line(ribbon, 16, COPPER)
    block.taper(ribbon, 1.5, 1.5, INK, 3)


def _ruled_page(block: Block, top: list[Point], foot: list[Point], side: int) -> None:
    """One page with its rulings, columns and strokes of writing."""
    rng = block.rng
    page = [*top, *foot[::-1]]
    block.fill(page, CREAM)
    rows = between(top, foot, 25, 61)
    columns = [[row[i] for row in rows] for i in range(61)]
    gutter = 60 if side < 0 else 0
    dark = {}
    for i, column in enumerate(columns):
        away = abs(i - gutter) / 60
        tone = 0.9 * math.exp(-away * 17) + 0.26 * math.exp(-(((away - 0.34) / 0.1) ** 2)) * (
            side > 0
        )
        dark[i] = min(0.95, tone + 0.2 * max(0, away - 0.82) * 3 * (side < 0))
        if dark[i] > 0.05:
            beside = columns[i + 1 if i < 60 else i - 1]
            for half in (0.0, 0.5):
                strip = [(x + (u - x) * half, y + (v - y) * half)
                         for (x, y), (u, v) in zip(column, beside, strict=True)]
                gap = abs(beside[9][0] - column[9][0]) / 2
                block.line(strip, gap * dark[i], INK)
    with block.within(page):
        for row in rows[2:]:
            block.line(row, 1.6, TAN)
        block.line(rows[2], 4, INK)
        for at in (7, 40, 50) if side < 0 else (9, 38, 49):
            block.line(columns[at], 3, INK)
        block.line(columns[51 if side < 0 else 50], 1.8, COPPER)
    for k, row in enumerate(rows[3:-1]):
        if (k * 7 + side) % 9 == 5:
            continue
        colour = COPPER if side > 0 and k == 11 else INK
        start = 10 if side < 0 else 12
        at = start
        end = start + rng.randrange(12, 27)
        while at < end:
            word = rng.randrange(3, 7)
            (ax, ay), (bx, by) = row[at], row[min(at + word, 58)]
            path = []
            for n in range(6 * word):
                t = n / (6 * word - 1)
                rise = 7 * math.sin(n * 1.35 + k) * (0.6 + 0.6 * math.sin(n * 0.5 + 2 * at))
                path.append((ax + (bx - ax) * t, ay + (by - ay) * t - 9 - rise))
            block.line(path, 2.5 if colour == INK else 3.4, colour)
            at += word + 1
        for at in (42, 52) if k % 3 else (52,):
            for digit in range(rng.randrange(2, 4)):
                x, y = row[at]
                stroke = moved(
                    [(0, 4), (3, -8)], x + 13 * digit + 5, y - 9, 1.1, rng.uniform(-8, 8)
                )
                block.taper(stroke, 4.4, 3, colour)
    if side > 0:
        block.taper([(x, y + 5) for x, y in rows[14][11:57]], 3, 3, COPPER, 3)


def _dip_pen(block: Block) -> None:
    """A dip pen lying across the right-hand page, its shadow beside it."""
    start, end = (1088, 742), (1702, 350)
    run = math.degrees(math.atan2(end[1] - start[1], end[0] - start[0]))
    long = math.hypot(end[0] - start[0], end[1] - start[1])

    def put(path: Path, dx: float = 0, dy: float = 0) -> list[Point]:
        return list(moved(path, start[0] + dx, start[1] + dy, 1, run))

    holder = [*curve((120, -13), (240, -19), (520, -14), (long, -6)),
              *curve((long, 6), (520, 12), (240, 17), (120, 13))]
    nib = [
        *curve((0, 0), (40, -9), (76, -15), (128, -13)),
        *curve((128, 13), (76, 13), (40, 7), (0, 0)),
    ]
    shadow = put([*nib[:20], *holder[:30], *holder[30:]], 16, 46)
    block.hatch(shadow, run + 40, 8, 0.6, INK, 0.2)
    for part in (holder, nib):
        outline = put(part)
        block.line([*outline, outline[0]], 11, CREAM)
        block.line([*outline, outline[0]], 5, INK)
    block.fill(put(holder), INK)
    block.taper(put(curve((150, -7), (300, -10), (560, -6), (long - 20, -2))), 2, 1, CREAM, 4)
    block.fill(put([(112, -15), (170, -18), (170, 17), (112, 15)]), COPPER)
    block.line(put([(126, -15), (126, 15)]), 3, INK)
    block.line(put([(156, -17), (156, 16)]), 3, INK)
    block.fill(put(nib), CREAM)
    block.line(put([*nib, nib[0]]), 4, INK)
    block.hatch(put([(20, 1), (120, 2), (120, 13), (60, 12)]), run, 6, 0.5, INK, 0.1)
    block.line(put([(2, 0), (70, -1)]), 2.4, INK, step=10)
    block.oval(*put([(76, -1)])[0], 5, colour=INK)
    block.fill(put(curve((-4, 0), (14, -6), (30, -7), (28, 6), (12, 5), closed=True)), INK)


def _coins(block: Block) -> None:
    """Stacks of copper coins and a few that rolled away."""

    def coin(x: float, y: float, r: float, thick: float) -> None:
        flat = 0.5
        block.oval(x, y + thick, r + 5, r * flat + 5, INK)
        side = [*arc(x, y + thick, r, r * flat, 0, 180), (x - r, y), (x + r, y)]
        block.fill(side, COPPER)
        block.oval(x, y, r + 2, r * flat + 2, INK)
        for k in range(26):
            a = math.radians(6 + 168 * k / 25)
            ex, ey = x + r * math.cos(a), y + r * flat * math.sin(a)
            block.line([(ex, ey), (ex, ey + thick)], 1.5 + 3 * (k < 13) * (1 - k / 13), INK)
        block.oval(x, y, r, r * flat, COPPER)

    def face(x: float, y: float, r: float) -> None:
        block.line(arc(x, y, r * 0.84, r * 0.42), 2.6, INK)
        block.taper(arc(x, y, r * 0.94, r * 0.47, 180, 300), 1, 1, CREAM, 4)
        for k in (-1, 0, 1):
            wave = curve(*((x - r * 0.44 + r * 0.22 * j,
                            y + k * r * 0.13 + (4 if j % 2 else -4) * r / 80)
                           for j in range(5)))
            block.taper(wave, 1, 1, INK, 3.4)
        shade = slope((x - r * 0.2, y), (x + r, y + r * 0.3), 0.0, 0.6)
        with block.within(arc(x, y, r * 0.8, r * 0.4)):
            block.engrave(block.parallels(arc(x, y, r, r * 0.5), -30, 9), 9, shade)

    for x, y, r, count in ((1610, 800, 92, 5), (1740, 900, 84, 3), (1560, 1010, 92, 8),
                           (1716, 1120, 88, 2)):
        block.fill(arc(x - 26, y + 22, r * 1.2, r * 0.66), INK)
        for k in range(count):
            off = block.rng.uniform(-6, 6)
            coin(x + off, y - k * 25, r, 19)
        face(x + off, y - (count - 1) * 25, r)
    for x, y in ((1320, 1112), (1110, 1150)):
        coin(x, y, 70, 12)
        face(x, y, 70)


def _inkwell(block: Block, x: float, y: float) -> None:
    """A squat glass inkwell with light in its shoulders."""
    body = curve((x - 100, y + 170), (x - 118, y + 90), (x - 84, y + 30), (x - 40, y + 6),
                 (x + 40, y + 6),
                 (x + 84, y + 30), (x + 118, y + 90), (x + 100, y + 170), (x, y + 186),
                 closed=True)
    block.oval(x + 40, y + 176, 150, 46, INK)
    block.line([*body, body[0]], 14, INK)
    block.fill(body, TAN)
    pool = [*curve((x - 112, y + 96), (x - 40, y + 116), (x + 50, y + 116), (x + 112, y + 96)),
            *curve((x + 100, y + 170), (x, y + 186), (x - 100, y + 170))]
    block.fill(pool, INK)
    ribs = between(curve((x - 50, y + 10), (x - 108, y + 80), (x - 98, y + 168)),
                   curve((x + 50, y + 10), (x + 108, y + 80), (x + 98, y + 168)), 15, 30)
    block.form(ribs, slope((x - 60, 0), (x + 110, 0), 0.05, 0.8))
    block.taper(curve((x - 84, y + 150), (x - 92, y + 96), (x - 62, y + 44)), 2, 2, CREAM, 13)
    for top, half, tall, colour in ((y - 44, 48, 50, TAN), (y - 58, 60, 22, COPPER)):
        neck = [
            *arc(x, top + tall, half, half * 0.3, 0, 180), *arc(x, top, half, half * 0.3, 180, 360),
        ]
        block.line([*neck, neck[0]], 8, INK)
        block.fill(neck, colour)
        block.hatch(neck, 90, 9, slope((x - half, 0), (x + half, 0), 0.0, 0.8), INK, 0.2)
    block.oval(x, y - 58, 60, 19, INK)
    block.oval(x, y - 58, 53, 14, CREAM)
    block.oval(x, y - 57, 40, 10, INK)


def _spectacles(block: Block, x: float, y: float) -> None:
    """Folded spectacles lying on the corner of the book."""
    for lens in ((x, y), (x + 158, y + 28)):
        ring = moved(arc(0, 0, 66, 50), *lens, 1, 10)
        block.line(moved(arc(6, 16, 66, 50), *lens, 1, 10), 5, INK)
        block.line(ring, 13, INK)
        block.line(ring, 6, COPPER)
        gleam = moved(arc(0, 0, 48, 35, 190, 262), *lens, 1, 10)
        block.taper(gleam, 1, 1, CREAM, 8)
    block.line(curve((x + 64, y + 2), (x + 80, y - 14), (x + 96, y + 12)), 10, INK)
    block.line(curve((x + 64, y + 2), (x + 80, y - 14), (x + 96, y + 12)), 4.5, COPPER)
    for path in (
        curve((x - 60, y - 18), (x - 40, y + 60), (x + 90, y + 116), (x + 190, y + 118)),
        curve((x + 222, y + 26), (x + 170, y + 92), (x + 60, y + 128), (x - 40, y + 112)),
    ):
        block.line(path, 12, INK)
        block.line(path, 5, COPPER)


# Schools


def schoolroom() -> Image.Image:
    """An empty schoolroom in window light, a drawing of the tides on the blackboard."""
    block = Block(101)
    view = View((1.75, -3.3, 2.55), focal=1560, turn=-10.5, tilt=8.5, centre=(900, 590))
    deep, wide, high = 9.6, 4.2, 3.9
    block.fill(block.whole, PAPER)
    wall = view.front(-wide, wide, deep, 0, high)
    block.hatch(wall, 90, 13, Field().slope((200, 0), (1500, 0), 0.06, 0.4).noise(
        block.rng, 200, 120, 0.12), TAN, 0.4)
    floor = view.floor(-wide, -2.9, wide, deep)
    block.fill(floor, TAN)
    gloom = Field().slope((300, 700), (1500, 900), 0.42, 0.72).noise(block.rng, 160, 60, 0.2)
    boards = [
        view.path(*((x * 0.17, -2.9 + (deep + 2.9) * (k / 24) ** 2, 0) for k in range(25)))
        for x in range(-25, 26)
    ]
    with block.within(floor):
        block.form(boards, gloom)
    right = view.side(wide, -2.9, deep, 0, high)
    block.fill(right, TAN)
    dusk = slope(view(wide, deep, 2), view(wide, 0, 2), 0.4, 0.85)
    courses = [
        view.path(*((wide, -2.9 + 12.5 * k / 30, z * 0.11) for k in range(31))) for z in range(36)
    ]
    with block.within(right):
        block.form(courses, dusk)
    _coat_hooks(block, view, wide)
    ceiling = view.floor(-wide, -2.9, wide, deep, high)
    block.fill(ceiling, CREAM)
    for y in range(10):
        block.line(view.path((-wide, y, high), (wide, y, high)), 5, INK, step=30)
    _tall_windows(block, view, wide, high)
    _window_light(block, view)
    _blackboard(block, view, deep)
    for row in range(4):
        for column in range(3):
            _school_desk(block, view, -2.7 + 2.25 * column, 7.0 - row * 1.75, row, column)
    return block.pull()


def _tall_windows(block: Block, view: View, wide: float, high: float) -> None:
    """The left wall, almost all window, with the light coming in."""
    wall = view.side(-wide, -1.2, 9.6, 0, high)
    block.fill(wall, PAPER)
    planks = [view.path((-wide, y * 0.16, 0), (-wide, y * 0.16, 0.55), (-wide, y * 0.16, 1.1))
              for y in range(-7, 61)]
    block.form(planks, 0.5)
    block.line(view.path((-wide, -1.2, 1.1), (-wide, 9.6, 1.1)), 8, INK, step=30)
    block.line(view.path((-wide, -1.2, 0.12), (-wide, 9.6, 0.12)), 6, CREAM, step=30)
    for y in (0.5, 3.55, 6.6):
        outer = view.side(-wide, y - 0.15, y + 2.45, 1.2, 3.75)
        block.fill(outer, INK)
        block.fill(view.side(-wide, y - 0.08, y + 2.38, 1.26, 3.68), TAN)
        glass = view.side(-wide, y, y + 2.3, 1.34, 3.6)
        block.fill(glass, CREAM)
        with block.within(glass):
            hills = [view(-wide, y - 0.2 + 0.2 * k, 1.75 + 0.16 * math.sin(k * 0.7 + y))
                     for k in range(15)]
            block.fill([*hills, view(-wide, y + 3, 1), view(-wide, y - 0.5, 1)], TAN)
            block.line(hills, 3, INK)
            bars = [[(px, py + 13 * k) for px, py in hills] for k in range(1, 6)]
            block.form(bars, 0.3)
        for k in range(1, 3):
            at = y + 2.3 * k / 3
            block.line(view.path((-wide, at, 1.3), (-wide, at, 3.65)), 7, INK, step=30)
        for z in (2.1, 2.85):
            block.line(view.path((-wide, y, z), (-wide, y + 2.3, z)), 7, INK, step=30)
        block.line([*glass, glass[0]], 6, INK, step=30)
    pot = view(-wide + 0.1, 3.2, 1.12)
    for k in range(9):
        leaf = moved(curve((0, 0), (10, -40), (4, -84)), *pot, 1.1, -64 + 16 * k)
        block.taper(leaf, 3, 1, INK, 17)
        block.taper(leaf[2:-2], 0.5, 0.5, TAN, 5)
    block.fill(moved([(-26, 0), (26, 0), (19, 46), (-19, 46)], *pot), INK)
    block.fill(moved([(-21, 4), (21, 4), (15, 41), (-15, 41)], *pot), COPPER)


def _window_light(block: Block, view: View) -> None:
    """Slanting panes of light on the floor."""
    for y in (0.5, 3.55, 6.6):
        for column in range(3):
            for row in range(3):
                x0, x1 = -3.3 + row * 1.25, -3.3 + row * 1.25 + 1.12
                y0 = y + column * 0.766 - 0.9 - row * 0.42
                pane = view.path(
                    (x0, y0, 0), (x1, y0 - 0.4, 0), (x1, y0 + 0.24, 0), (x0, y0 + 0.64, 0)
                )
                block.fill(pane, CREAM)
                block.hatch(pane, 0, 9, 0.05 + 0.05 * row, INK, 0.2)


def _blackboard(block: Block, view: View, deep: float) -> None:
    """The board with earth, moon and tide in chalk, a clock above, a globe on the desk."""
    y = deep - 0.05
    frame = view.front(-2.5, 2.3, y, 0.95, 3.0)
    block.line([*frame, frame[0]], 10, INK, step=24)
    block.fill(frame, TAN)
    board = view.front(-2.4, 2.2, y, 1.05, 2.9)
    block.fill(board, INK)
    smears = Field(tone=0.0).noise(block.rng, 260, 60, 0.24)
    block.hatch(board, 12, 12, smears, TAN, 0.8)

    def chalk(path: Path, wide: float = 5.0) -> None:
        block.line(path, scaled(block.bite, 0.6 * wide, 0.6 * wide), CREAM)

    ex, ey = view(-0.9, y, 1.95)
    scale = view(0, y, 0)[1] - view(0, y, 1)[1]
    chalk(arc(ex, ey, 0.34 * scale))
    chalk(arc(ex, ey, 0.66 * scale, 0.44 * scale))
    for path in (curve((-0.3, -0.1), (-0.05, -0.16), (0.06, 0.02), (-0.1, 0.16)),
                 curve((0.12, 0.02), (0.26, 0.08), (0.2, 0.2))):
        chalk(list(moved(path, ex, ey, scale)))
    mx, my = view(1.3, y, 2.15)
    chalk(arc(mx, my, 0.17 * scale))
    block.hatch(arc(mx, my, 0.17 * scale), 60, 9, 0.5, CREAM, 0.2)
    for share in (0.38, 0.52, 0.66):
        start = (ex + (mx - ex) * share, ey + (my - ey) * share)
        chalk(resample([start, (start[0] + 26, start[1] - 3)], 6), 3)
    for turn in range(0, 360, 45):
        chalk([moved([(0.24 * scale, 0)], mx, my, 1, turn)[0],
               moved([(0.34 * scale, 0)], mx, my, 1, turn)[0]], 3)
    sea = [view(-2.2 + 0.05 * k, y, 1.24 + 0.05 * math.sin(k * 0.7)) for k in range(86)]
    chalk(sea, 3.4)
    tray = view.front(-2.5, 2.3, y - 0.12, 0.93, 1.0)
    block.fill(tray, CREAM)
    block.line([*tray, tray[0]], 4, INK, step=30)
    clock = view(2.95, y, 3.0)
    block.oval(*clock, 50, colour=INK)
    block.oval(*clock, 42, colour=CREAM)
    for hour in range(12):
        block.bar(*(moved([(0, -r)], *clock, 1, 30 * hour)[0] for r in (31, 38)), width=3.4)
    block.bar(clock, moved([(0, -30)], *clock, 1, 20)[0], width=4)
    block.bar(clock, moved([(0, -22)], *clock, 1, 262)[0], width=5)
    chart = view.front(2.6, 3.7, y, 1.3, 2.5)
    block.fill(chart, CREAM)
    block.line([*chart, chart[0]], 5, INK, step=20)
    coast = [(chart[0][0] + px, chart[2][1] + py) for px, py in curve(
        (0, 60), (40, 84), (52, 130), (96, 140), (110, 190), (90, 230), (0, 236))]
    with block.within(chart):
        block.fill(coast, TAN)
        block.line(coast, 3)
        block.form([[(px + 11 * k, py) for px, py in coast[:50]] for k in range(1, 4)], 0.2)
    _teacher_desk(block, view)


def _teacher_desk(block: Block, view: View) -> None:
    """The teacher's desk with a copper globe and a pile of exercise books."""
    x0, x1, y0, y1, high = 0.5, 2.3, 7.9, 8.7, 0.82
    front = view.front(x0, x1, y0, 0, high)
    block.fill(front, INK)
    block.hatch(front, 90, 10, 0.4, TAN, 0.3)
    top = view.floor(x0 - 0.08, y0 - 0.06, x1 + 0.08, y1, high)
    block.fill(top, CREAM)
    block.line([*top, top[0]], 4, INK, step=20)
    gx, gy = view(1.85, 8.3, 1.36)
    block.fill([*view.path((1.65, 8.3, 0.84), (2.05, 8.3, 0.84), (1.88, 8.3, 1.0),
                           (1.82, 8.3, 1.0))])
    block.line(arc(gx, gy, 52, 52, -70, 110), 6)
    block.oval(gx, gy, 44, colour=INK)
    block.oval(gx, gy, 39, colour=COPPER)
    with block.within(arc(gx, gy, 39)):
        block.form(
            between(arc(gx - 34, gy, 30, 60, 90, 270), arc(gx + 56, gy, 20, 60, 90, 270), 9, 30),
            slope((gx - 36, gy), (gx + 40, gy + 14), 0.0, 0.8),
        )
        block.taper(curve((gx - 30, gy - 8), (gx - 10, gy - 22), (gx + 2, gy - 6),
                          (gx - 12, gy + 14)),
                    2, 2, CREAM, 8)
    for k in range(4):
        bx, by = view(0.95 + 0.02 * (k % 2), 8.2, high + 0.06 * k)
        book = rect(bx - 44, by - 13, bx + 44, by - 1)
        block.fill(book, CREAM if k % 2 else PAPER)
        block.line([*book, book[0]], 3.4)


def _coat_hooks(block: Block, view: View, wide: float) -> None:
    """Pegs on the right wall, a coat and a satchel left behind."""
    block.line(view.path((wide, -1.2, 1.75), (wide, 9.6, 1.75)), 12, INK, step=30)
    block.line(view.path((wide, -1.2, 1.77), (wide, 9.6, 1.77)), 5, CREAM, step=30)
    for k in range(12):
        peg = view.path((wide, 1.6 + 0.64 * k, 1.75), (wide - 0.1, 1.6 + 0.64 * k, 1.7))
        block.line(peg, 7, CREAM, step=8)
    x, top = view(wide - 0.08, 5.44, 1.62)
    _satchel(block, x, top, (top - view(wide - 0.08, 5.44, 2.62)[1]) / 330)


def _satchel(block: Block, x: float, y: float, size: float) -> None:
    """A copper school satchel hanging by its strap."""

    def put(path: Path) -> list[Point]:
        return list(moved(path, x, y, size))

    strap = put(curve((-44, 62), (-30, 14), (0, -14), (30, 14), (44, 62)))
    block.line(strap, 15 * size, CREAM)
    block.line(strap, 8 * size, INK)
    bag = put(curve((-66, 60), (-72, 130), (-64, 166), (0, 172), (64, 166), (72, 130), (66, 60),
                    (0, 54), closed=True))
    block.line([*bag, bag[0]], 16 * size, CREAM)
    block.fill(bag, COPPER)
    block.hatch(bag, 84, max(6, 9 * size), slope((x - 20 * size, 0), (x + 76 * size, 0), 0, 0.75))
    block.line([*bag, bag[0]], 6 * size, INK)
    block.line(put(curve((-68, 96), (-40, 122), (0, 128), (40, 122), (68, 96))), 6 * size, INK)
    for off in (-32, 32):
        block.fill(put(rect(off - 8, 100, off + 8, 142)), INK)
        block.fill(put(rect(off - 4, 128, off + 4, 138)), CREAM)


def _school_desk(block: Block, view: View, x: float, y: float, row: int, column: int) -> None:
    """A desk with its chair on the near side, lit from the windows on the left."""
    wide, deep, high = 1.25, 0.62, 0.78

    def post(px: float, py: float, z0: float, z1: float, breadth: float) -> None:
        path = view.path((px, py, z0), (px, py, z1))
        near = 9 / (py + 3.2)
        block.line(path, breadth * near + 4, CREAM if px < x + 0.3 else TAN, step=14)
        block.line(path, breadth * near, INK, step=14)

    for px in (x + 0.08, x + wide - 0.08):
        for py in (y + deep - 0.05, y + 0.05):
            post(px, py, 0, high, 3.6)
    apron = view.front(x, x + wide, y, high - 0.2, high)
    block.fill(apron, INK)
    block.hatch(apron, 0, 8, 0.34, TAN, 0.2)
    top = view.path(
        (x - 0.05, y - 0.06, high), (x + wide + 0.05, y - 0.06, high),
        (x + wide + 0.05, y + deep, high + 0.05), (x - 0.05, y + deep, high + 0.05),
    )
    block.line([*top, top[0]], 9, INK, step=20)
    block.fill(top, CREAM)
    grain = [view.path(*((x - 0.05 + 1.35 * k / 12, y - 0.06 + deep * j / 9,
                          high) for k in range(13)))
             for j in range(10)]
    left, right = view(x + 0.1, y, high)[0], view(x + wide, y, high)[0]
    with block.within(top):
        block.form(grain, slope((left, 0), (right, 0), 0.04, 0.62))
    edge = view.front(x - 0.05, x + wide + 0.05, y - 0.06, high - 0.05, high)
    block.fill(edge, PAPER)
    block.line([*edge, edge[0]], 3, INK, step=20)
    if (row * 3 + column) % 4 == 1:
        pages = [view.path((x + 0.62 + s * 0.36, y + 0.1, high + 0.02),
                           (x + 0.62, y + 0.12, high + 0.03),
                           (x + 0.6, y + 0.44, high + 0.05),
                           (x + 0.6 + s * 0.34, y + 0.42, high + 0.04))
                 for s in (-1, 1)]
        for page in pages:
            block.fill(page, CREAM)
            block.line([*page, page[0]], 4, INK, step=12)
    cx, cy = x + 0.32, y - 0.56
    for px in (cx, cx + 0.6):
        post(px, cy + 0.5, 0, 0.48, 2.6)
    seat = view.floor(cx - 0.04, cy, cx + 0.64, cy + 0.56, 0.48)
    block.line([*seat, seat[0]], 6, INK, step=14)
    block.fill(seat, TAN)
    block.hatch(seat, 0, 8, 0.4, INK, 0.2)
    for px in (cx, cx + 0.6):
        post(px, cy, 0, 1.0, 3)
    for z0, z1 in ((0.66, 0.76), (0.84, 1.02)):
        slat = [view(cx - 0.06 + 0.72 * k / 8, cy - 0.05 * math.sin(math.pi * k / 8), z)
                for z, ks in ((z0, range(9)), (z1, range(8, -1, -1))) for k in ks]
        block.line([*slat, slat[0]], 7, INK)
        block.fill(slat, PAPER)
        block.hatch(slat, 0, 7, slope((slat[0][0], 0), (slat[8][0], 0), 0.1, 0.9), INK, 0.2)
    if (row, column) == (3, 1):
        _satchel(block, *view(cx + 0.2, cy - 0.06, 0.98), 4.0 / (y + 3.2))


def school_bus() -> Image.Image:
    """The school bus on the coast road, early, with the sea below."""
    block = Block(139)
    view = View((2.0, -15.5, 8.2), focal=1500, turn=1, tilt=11, centre=(900, 610))
    horizon = view(0, 9000, 0)[1]
    block.fill(block.whole, CREAM)
    _cloudy_sky(block, horizon)
    sea = rect(-20, horizon, 1820, 1220)
    block.fill(sea, TAN)
    tone = Field().slope((0, horizon), (0, 1100), 0.5, 0.66).noise(block.rng, 300, 36, 0.24)
    tone.glow(1500, horizon + 20, 500, 260, -0.4)
    block.water(horizon + 3, 1200, 7, 21, tone, height=0.4, length=8)
    block.scoops(block.scatter(rect(1100, horizon + 10, 1820, 1000), 50), 0, 80, 6, CREAM)
    _headlands(block, horizon)
    _sailing_boat(block, 1500, 640, 0.5)
    for x, y, span, tilt in ((1180, 420, 70, -6), (1270, 372, 50, 8), (1640, 860, 96, -10)):
        _far_gull(block, x, y, span, tilt)
    _coast_road(block, view)
    _bus(block, view)
    return block.pull()


def _cloudy_sky(block: Block, horizon: float) -> None:
    """A sky of level lines with cloud heaps left clear in it."""
    rng = block.rng
    tone = Field().slope((0, 0), (0, horizon), 0.52, 0.16).noise(rng, 700, 90, 0.16)
    block.hatch(rect(-20, -20, 1820, horizon), 0, 13, tone)
    for x, y, wide, tall in ((1290, 176, 400, 112), (650, 120, 230, 60), (1740, 250, 190, 44)):
        puffs = []
        for _ in range(34):
            share = rng.triangular(-1, 1, 0.1)
            size = tall * rng.uniform(0.3, 0.62) * (1.1 - 0.7 * abs(share))
            lift = rng.random() * tall * (1 - abs(share)) * 0.9
            puffs.append((x + share * wide * 0.8, y - lift, size))
        for px, py, size in puffs:
            block.oval(px, min(py, y - size * 0.2), size + 9, size * 0.8 + 9, CREAM)
        base = [
            (x - wide, y + 2), (x + wide, y + 2), (x + wide * 0.7, y + 16),
            (x - wide * 0.72, y + 18),
        ]
        block.fill(base, CREAM)
        shade = Field().slope((0, y - tall * 0.6), (0, y + 16), 0.0, 0.5)
        shade.noise(rng, 90, 40, 0.2)
        for px, py, size in puffs:
            start = rng.uniform(-150, -60)
            bow = arc(px, min(py, y - size * 0.2), size, size * 0.8, start, start + 70)
            block.taper(bow, 0.5, 0.5, INK, 3.6)
        lines = [[(x - wide * 0.7 + 9 * k, y + 8 - 10 * j) for k in range(int(wide * 0.16))]
                 for j in range(5)]
        block.engrave(lines, 10, scaled(shade, 0.7), TAN)


def _headlands(block: Block, horizon: float) -> None:
    """Three headlands, one behind the other, each darker than the last."""
    ranges = (
        (
            curve(
                (420, horizon - 66), (700, horizon - 96), (960, horizon - 60), (1120, horizon - 26),
                (1210, horizon + 3),
            ),
            0.3,
            horizon + 4,
        ),
        (
            curve(
                (-20, horizon - 150), (260, horizon - 176), (560, horizon - 112),
                (800, horizon - 70), (930, horizon - 10), (960, horizon + 20),
            ),
            0.5,
            horizon + 34,
        ),
    )
    for ridge, dark, foot in ranges:
        base = [(x, max(foot, y)) for x, y in ridge]
        block.line(ridge, 10, CREAM)
        block.fill([*ridge, base[-1], base[0]], PAPER)
        tone = Field(tone=dark).noise(block.rng, 150, 60, 0.35)
        with block.within([*ridge, base[-1], base[0]]):
            block.form(between(ridge, base, 13, 90), tone)
        block.line(ridge, 3.4, INK)
        block.scoops(spread(base, 26), 0, 44, 7, CREAM)


ROAD = curve((-12.5, -12), (-6.6, -5), (-1.2, 4), (3.6, 14), (5.6, 27), (4.2, 42), (-3, 60),
             (-16, 82), (-40, 108))


def _road_at(t: float) -> tuple[float, float]:
    """The middle of the road, as metres right and away, from the viewer (0) to the bend (1)."""
    leg = min(int(t * (len(ROAD) - 1)), len(ROAD) - 2)
    return _part(ROAD[leg], ROAD[leg + 1], t * (len(ROAD) - 1) - leg)


def _coast_road(block: Block, view: View) -> None:
    """Hillside, road, posts and the drop to the sea."""
    steps = [k / 70 for k in range(71)]
    middle = [_road_at(t) for t in steps]
    left = [view(x - 3.3, y, 0) for x, y in middle]
    right = [view(x + 3.3, y, 0) for x, y in middle]
    verge = [view(x + 5.0, y, 0) for x, y in middle]
    bank = [view(x - 4.3, y, 0) for x, y in middle]
    block.line(verge, 12, CREAM)
    block.fill([*bank, *verge[::-1]], PAPER)
    crest = curve((-20, 372), (200, 352), (380, 392), (560, 446), (690, 476), bank[-1], pieces=12)
    hill = [(-20, 1400), *bank, *crest[::-1]]
    block.line(crest, 12, CREAM)
    block.fill(hill, PAPER)
    slopes = Field(tone=0.34).noise(block.rng, 210, 110, 0.36).glow(330, 560, 360, 240, -0.2)
    folds = []
    for k, (x, y) in enumerate(spread(bank, 124)):
        left_y = 1560 - 1190 * (k / 123) ** 0.8
        folds.append(spread(curve((-20, left_y), (x * 0.4, (left_y * 2 + y) / 3 - 34),
                                  (x * 0.8, (left_y + 3 * y) / 4 - 20), (x, y)), 90))
    with block.within(hill):
        block.form(folds, slopes)
    block.line(crest, 4, INK)
    for k in range(9):
        _bent_tree(block, *crest[5 + k * 5], 0.5 + 0.34 * ((k * 5) % 3))
    trail = [*left, *right[::-1]]
    block.fill(trail, CREAM)
    camber = Field(tone=0.16).noise(block.rng, 260, 50, 0.2)
    with block.within(trail):
        lanes = [
            [view(x + off, y, 0) for x, y in middle] for off in (-3.2 + 0.22 * k for k in range(30))
        ]
        block.form(lanes, camber)
    for off in (-3.1, 3.1):
        edge = [view(x + off, y, 0) for x, y in middle]
        block.line(edge, slope((0, 600), (0, 1200), 2, 7.5), INK)
    for k in range(0, 70, 2):
        t0, t1 = (k / 70) ** 1.3, ((k + 0.9) / 70) ** 1.3
        (xa, ya), (xb, yb) = _road_at(t0), _road_at(t1)
        dash = [
            view(xa - 0.12, ya, 0), view(xa + 0.12, ya, 0), view(xb + 0.12, yb, 0),
            view(xb - 0.12, yb, 0),
        ]
        block.fill(dash, INK)
    _dry_wall(block, view)
    for k in range(26, 1, -1):
        t = (k / 26) ** 1.2
        x, y = _road_at(t)
        foot, head = view(x + 4.2, y, 0), view(x + 4.2, y, 1.05)
        wide = max(3, 320 / (y + 19) * 1.1)
        block.line([foot, head], wide + 6, INK, step=20)
        block.line([foot, head], wide, CREAM, step=20)
        block.line([_part(foot, head, 0.62), _part(foot, head, 0.84)], wide, COPPER, step=6)
    for _ in range(150):
        x, y = _road_at(block.rng.uniform(0.02, 0.5))
        root = view(x + block.rng.choice((-4.0, 4.7)) + block.rng.uniform(-0.3, 0.5), y, 0)
        tall = 560 / (y + 19) * block.rng.uniform(0.5, 1.1)
        block.taper(curve(root, (root[0] + tall * 0.1, root[1] - tall * 0.6),
                          (root[0] + tall * 0.5, root[1] - tall)), 4, 0.5, INK)


def _dry_wall(block: Block, view: View) -> None:
    """A dry-stone wall along the hill side of the road."""
    marks = [_road_at((k / 90) ** 1.25) for k in range(91)]
    base = [view(x - 4.3, y, 0) for x, y in marks]
    cap = [view(x - 4.3, y, 0.95) for x, y in marks]
    wall = [*base, *cap[::-1]]
    block.line([*wall, wall[0]], 8, INK)
    block.fill(wall, INK)
    for row in range(4):
        for k in range(88):
            if (k + row) % 2:
                continue
            a, b = k, min(90, k + 2)
            z0, z1 = row / 4 + 0.02, (row + 1) / 4 - 0.02
            stone = [_part(base[a], cap[a], z0), _part(base[b], cap[b], z0),
                     _part(base[b], cap[b], z1),
                     _part(base[a], cap[a], z1)]
            cx, cy = sum(p[0] for p in stone) / 4, sum(p[1] for p in stone) / 4
            small = [(cx + (px - cx) * 0.84, cy + (py - cy) * 0.8) for px, py in stone]
            block.fill(small, block.rng.choice((PAPER, TAN, TAN)))
    block.line(cap, slope((0, 560), (0, 1200), 2, 9), CREAM)


def _bent_tree(block: Block, x: float, y: float, size: float) -> None:
    """A thorn tree shaped by the wind off the sea."""
    trunk = moved(curve((0, 6), (-4, -22), (-20, -44), (-34, -54)), x, y, size)
    block.taper(trunk, 9 * size, 4 * size, INK)
    crown = moved(curve((-8, -40), (10, -62), (-12, -92), (-60, -96), (-108, -74), (-90, -50),
                        (-44, -44),
                        closed=True), x, y, size)
    block.line([*crown, crown[0]], 9, CREAM)
    block.fill(crown, INK)
    with block.within(crown):
        block.scoops(block.scatter(crown, 16), 20, 26 * size, 5 * size, TAN, 0.3)


def _bus(block: Block, view: View) -> None:
    """The bus coming towards us: front, flank and roof, three heads at the windows."""
    (x0, y0), (x1, y1) = _road_at(0.235), _road_at(0.36)
    heading = math.atan2(y1 - y0, x1 - x0)
    middle = (x0 - 1.55 * math.sin(heading), y0 + 1.55 * math.cos(heading))
    long, half, low, high = 9.2, 1.35, 0.55, 3.2
    cos, sin = math.cos(heading), math.sin(heading)

    def at(along: float, across: float, z: float) -> Point:
        """Along from the front bumper backwards, across to the bus's left (our right)."""
        return view(
            middle[0] + cos * along + sin * across, middle[1] + sin * along - cos * across, z
        )

    def flank(a0: float, a1: float, z0: float, z1: float) -> list[Point]:
        return [at(a0, half, z0), at(a1, half, z0), at(a1, half, z1), at(a0, half, z1)]

    def front(c0: float, c1: float, z0: float, z1: float) -> list[Point]:
        return [at(0, c0, z0), at(0, c1, z0), at(0, c1, z1), at(0, c0, z1)]

    def wheel(along: float, across: float, r: float) -> list[Point]:
        return [at(along + r * math.cos(k), across, 0.52 + r * math.sin(k))
                for k in (math.tau * n / 28 for n in range(28))]

    shadow = [at(-0.4, -half - 0.2, 0), at(-0.4, half + 1.9, 0), at(long + 0.3, half + 1.9, 0),
              at(long + 0.3, -half, 0)]
    block.hatch(shadow, 4, 9, 0.8, INK, 0.3)
    for along in (1.7, 7.2):
        block.fill(wheel(along, -half + 0.2, 0.52), INK)
    body = [at(0, -half, low), at(0, half, low), at(long, half, low), at(long, half, high),
            at(long, -half, high), at(0, -half, high)]
    block.line([*body, body[0]], 26, CREAM, step=20)
    block.line([*body, body[0]], 13, INK, step=20)
    block.fill(flank(0, long, low, high), COPPER)
    block.fill(front(-half, half, low, high), COPPER)
    roof = [at(0, -half, high), at(0, half, high), at(long, half, high), at(long, -half, high)]
    block.fill(roof, CREAM)
    ribs = [[at(a / 3, -half + 2 * half * k / 8,
                high + 0.14 * math.sin(math.pi * k / 8)) for k in range(9)]
            for a in range(28)]
    with block.within(
        [at(0, -half, high), *ribs[0], at(0, half, high), at(long, half, high), *ribs[-1][::-1]]
    ):
        block.form(ribs, 0.22)
    block.line([*roof, roof[0]], 5, INK, step=20)
    shade = slope(at(0, half, high), at(long, half, low), 0.06, 0.36)
    panels = [[at(long * k / 30, half, z) for k in range(31)]
              for z in (low + (high - low) * j / 20 for j in range(21))]
    with block.within(flank(0, long, low, high)):
        block.form(panels, shade)
    block.fill(flank(0.1, long - 0.1, 1.86, 2.86), INK)
    for k in range(8):
        a = 1.35 + k * 0.98
        pane = flank(a, a + 0.84, 1.96, 2.76)
        block.fill(pane, CREAM)
        block.hatch([pane[0], pane[1], pane[2]], 62, 9, 0.3, INK, 0.2)
        if k in (0, 2, 3, 6):
            hx, hy = at(a + 0.44, half, 2.26)
            r = abs(pane[1][0] - pane[0][0]) * 0.25 + 5
            with block.within(pane):
                block.oval(hx, hy, r, r * 1.15, INK)
                block.fill(curve((hx - r * 1.6, hy + r * 3.4), (hx - r, hy + r * 1.2),
                                 (hx + r, hy + r * 1.2),
                                 (hx + r * 1.6, hy + r * 3.4)), INK)
    door = flank(0.22, 1.1, 0.7, 2.8)
    block.line([*door, door[0]], 4, INK, step=12)
    for a in (0.3, 0.72):
        block.fill(flank(a, a + 0.32, 1.2, 2.68), INK)
        block.fill(flank(a + 0.05, a + 0.27, 1.28, 2.6), PAPER)
    for z in (1.6, 1.0):
        block.line([at(1.2, half, z), at(long, half, z)], 5, INK, step=20)
        block.line([at(1.2, half, z + 0.06), at(long, half, z + 0.06)], 2.4, CREAM, step=20)
    block.line(flank(0, long, low, high)[:2], 8, INK, step=20)
    for along in (1.9, 7.2):
        for r, colour in ((0.66, INK), (0.5, INK), (0.34, TAN), (0.24, INK), (0.1, CREAM)):
            block.fill(wheel(along, half + 0.02, r), colour)
    _bus_front(block, front, at, half, low, high)


def _bus_front(
    block: Block, front: Callable[[float, float, float, float], list[Point]],
    at: Callable[[float, float, float], Point], half: float, low: float, high: float,
) -> None:
    """The windscreen with the driver, lamps, grille, mirrors and bumper."""
    glow = slope(at(0, -half, high), at(0, half, low), 0.0, 0.2)
    lines = [[at(0, -half + 2 * half * k / 12, z) for k in range(13)]
             for z in (low + (high - low) * j / 22 for j in range(23))]
    block.form(lines, glow)
    block.fill(front(-half + 0.12, half - 0.12, 1.62, 2.84), INK)
    for c0, c1 in ((-half + 0.2, -0.05), (0.05, half - 0.2)):
        pane = front(c0, c1, 1.72, 2.74)
        block.fill(pane, CREAM)
        with block.within(pane):
            block.hatch(pane, 118, 15, 0.22, INK, 0.2)
            if c0 > 0:
                x, y = at(0, 0.6, 2.16)
                block.oval(x, y, 22, 26, INK)
                block.fill(rect(x - 30, y - 27, x + 30, y - 13), INK)
                block.fill(
                    curve((x - 58, y + 90), (x - 34, y + 30), (x + 34, y + 30), (x + 58, y + 90)),
                    INK,
                )
    band = front(-half + 0.5, half - 0.5, 2.9, 3.12)
    block.fill(band, INK)
    block.hatch(band, 0, 7, 0.3, CREAM, 0.2)
    for across in (-half + 0.36, half - 0.36):
        x, y = at(0, across, 1.1)
        block.oval(x, y, 31, colour=INK)
        block.oval(x, y, 24, colour=CREAM)
        block.hatch(
            arc(x, y, 24), 40, 8, slope((x - 24, y - 20), (x + 26, y + 20), 0.0, 0.6), INK, 0.2
        )
        block.oval(*at(0, across, 2.98), 10, colour=INK)
        block.oval(*at(0, across, 2.98), 6, colour=CREAM)
    for k in range(6):
        z = 0.84 + 0.11 * k
        block.line([at(0, -0.55, z), at(0, 0.55, z)], 7, INK, step=20)
    block.line([at(0, -half, 1.5), at(0, half, 1.5)], 7, CREAM, step=20)
    block.line([at(0, -half, 1.44), at(0, half, 1.44)], 3.5, INK, step=20)
    bumper = front(-half - 0.05, half + 0.05, 0.42, 0.68)
    block.fill(bumper, INK)
    block.line([at(0, -half, 0.6), at(0, half, 0.6)], 6, CREAM, step=20)
    block.line([at(0, half, low), at(0, half, high)], 6, INK, step=20)
    for side in (-1, 1):
        arm = [at(0, side * half, 2.6), at(-0.1, side * (half + 0.34), 2.5)]
        block.line(arm, 6, INK)
        x, y = at(-0.1, side * (half + 0.36), 2.3)
        block.fill(rect(x - 12, y - 28, x + 12, y + 22), INK)
        block.fill(rect(x - 6, y - 21, x + 6, y + 15), TAN)


# Sea and weather


def lighthouse() -> Image.Image:
    """A lighthouse on its rock, the beam over a rough sea at night."""
    block = Block(23, ground=INK)
    lamp = (566, 306)
    light = Field(tone=0.2).noise(block.rng, 480, 110, 0.24).glow(*lamp, 1000, 760, 0.5)
    light.glow(150, 640, 620, 420, -0.3)
    circles = (arc(*lamp, r, r * 0.94, 0, 360) for r in range(90, 1560, 17))
    block.engrave(circles, 17, light, TAN)
    block.oval(*lamp, 96, 90, TAN)
    _beam(block, lamp, [(1830, 92), (1830, 452)], 24)
    _beam(block, lamp, [(-30, 300), (-30, 470)], 11)
    for i in range(7):
        _swell(block, 742 + 11 * i * (1 + i * 0.62), 15 + 9 * i, 210 + 74 * i, lamp)
        if i == 3:
            _lighthouse_rock(block)
            _lighthouse_tower(block, lamp)
    return block.pull()


def _beam(block: Block, lamp: Point, far: list[Point], count: int) -> None:
    """A cone of light from the lamp, thinning out with distance."""
    cone = [lamp, *far]
    block.fill([lamp, (far[0][0], far[0][1] - 34), (far[1][0], far[1][1] + 34)], INK)
    block.fill(cone, CREAM)
    reach = math.hypot(far[0][0] - lamp[0], far[0][1] - lamp[1])
    start, end = (math.degrees(math.atan2(y - lamp[1], x - lamp[0])) % 360 for x, y in far)
    if abs(end - start) > 180:
        start -= 360
    opening = math.radians(abs(end - start)) / count

    def gap(x: float, y: float) -> float:
        away = math.hypot(x - lamp[0], y - lamp[1])
        return away * opening * 0.9 * max(0, away / reach - 0.12) ** 0.8

    with block.within(cone):
        for ray in rays(*lamp, 60, reach * 1.2, count, start, end):
            block.line(ray, gap, INK)


def _swell(block: Block, base: float, rise: float, length: float, lamp: Point) -> None:
    """One range of waves: dark bodies, pointed crests, light on the sides that face the lamp."""
    phase, drift = block.rng.random(), block.drift
    wide = block.size[0]
    crest: list[Point] = []
    steps = int((wide + 2 * length) / 9)
    for i in range(steps + 1):
        s = (i / steps) * (wide + 2 * length) / length - 1
        turn = math.tau * (s + phase)
        grow = rise * (0.35 + 1.3 * drift(s * length, base + 60))
        lean = 0.7 * grow * (0.5 + 0.5 * math.cos(turn)) ** 2
        ripple = 0.05 * grow * math.sin(5 * turn + 9 * phase)
        crest.append((s * length - grow * 1.05 * math.sin(turn) - lean,
                      base - grow * math.cos(turn) + ripple))
    low = [(x + rise * 0.9, base + rise * 2.4 + (y - base) * 0.2) for x, y in crest]
    block.fill([*crest, (wide + 60, 1260), (-60, 1260)], INK)
    light = Field(tone=0.34).noise(block.rng, length * 0.34, rise * 1.4, 0.5)
    light.glow(lamp[0] + 620, base - rise, 900, 320, 0.25)
    count = max(3, round(rise / 4.6))
    lines = between(crest, low, count, len(crest) * 2 // 3)
    gap = 2.4 * rise / count
    for depth, line in enumerate(lines):
        share = 1 - depth / count
        block.engrave([line], gap, scaled(light, 0.75 * share), PAPER, 0.6)
    for x, y in crest:
        if y < base - rise * 0.36 and block.rng.random() < 0.6:
            back = block.rng.uniform(0, 0.9)
            spot = (x + rise * back, y + rise * back * 0.62)
            block.scoops([spot], 32, rise * 0.62, rise * 0.09, CREAM, 0.3)
    block.taper(crest, 1 + rise / 26, 1 + rise / 26, CREAM)


def _lighthouse_rock(block: Block) -> None:
    """The rock under the lighthouse, cut in facets."""
    ridge = curve((150, 900), (210, 800), (300, 772), (380, 722), (470, 700), (600, 694),
                  (700, 706), (760, 752), (850, 776), (905, 838), (1010, 900))
    block.fill([*ridge, (1010, 1000), (150, 1000)], INK)
    with block.within([*ridge, (1010, 1000), (150, 1000)]):
        for x, y in block.scatter(rect(200, 700, 1000, 930), 74):
            size = block.rng.uniform(26, 60)
            facet = moved([(-1, 0.2), (-0.2, -0.7), (0.9, -0.25), (0.5, 0.7)], x, y, size,
                          block.rng.uniform(-20, 20))
            tone = 0.62 if x > 560 else 0.3
            block.hatch(facet, block.rng.choice((58, 72, 35)), 9, tone, PAPER, 0.4)
    block.taper(ridge, 3, 3, CREAM, 2)


def _lighthouse_tower(block: Block, lamp: Point) -> None:
    """The tower with its gallery, lantern and keeper's house; the light falls from the right."""
    x, top, foot = lamp[0], 372, 712

    def half(y: float) -> float:
        t = (y - top) / (foot - top)
        return 41 + 34 * t + 14 * max(0, t - 0.8) ** 2 * 25

    levels = [top + (foot - top) * i / 30 for i in range(31)]
    right = [(x + half(y), y) for y in levels]
    left = [(x - half(y), y) for y in levels]
    tower = [*left, *curve(left[-1], (x, foot + 16), right[-1]), *right[::-1]]
    block.fill([(px + (px - x) * 0.11, py) for px, py in tower], INK)
    house = [(676, 706), (676, 640), (706, 598), (800, 598), (832, 642), (832, 724)]
    block.fill(house, INK)
    block.fill([(676, 640), (706, 600), (800, 600), (830, 642)], TAN)
    block.hatch([(676, 640), (706, 600), (800, 600), (830, 642)], 0, 9, 0.55, INK, 0.2)
    block.fill(rect(694, 656, 816, 712), PAPER)
    block.hatch(rect(694, 656, 816, 712), 90, 10, 0.3, INK, 0.2)
    block.fill(rect(716, 664, 740, 690), COPPER)
    block.fill(rect(770, 664, 792, 716), INK)
    block.fill(rect(772, 560, 790, 604), INK)
    block.fill(tower, CREAM)
    bands = [rect(x - 120, 446, x + 120, 520), rect(x - 120, 600, x + 120, 674)]
    with block.within(tower):
        for band in bands:
            block.fill(band, COPPER)
        shade = slope((x - 70, 0), (x + 62, 0), 1.0, 0.0)
        rings = (curve((x - 120, y - 10), (x - 50, y + 3), (x + 50, y + 3), (x + 120, y - 10))
                 for y in range(top, foot + 40, 11))
        block.engrave(rings, 11, lambda px, py: shade(px, py) ** 1.4, INK)
    for wy, wx in ((420, 8), (560, 14), (668, 2)):
        block.fill([(x + wx - 9, wy + 24), (x + wx - 9, wy), *arc(x + wx, wy, 9, 12, 180, 360),
                    (x + wx + 9, wy + 24)])
    block.fill([(x - 66, 356), (x + 66, 356), (x + 48, 384), (x - 48, 384)])
    block.bar((x - 70, 354), (x + 70, 354), width=10)
    block.bar((x - 66, 334), (x + 66, 334), width=4, colour=CREAM)
    for i in range(9):
        post = x - 64 + 16 * i
        block.bar((post, 334), (post, 352), width=3, colour=CREAM)
    block.fill(rect(x - 36, 262, x + 36, 352), INK)
    block.fill(rect(x - 29, 268, x + 29, 346), CREAM)
    block.oval(x, lamp[1], 20, 27, COPPER)
    block.oval(x, lamp[1], 8, 13, CREAM)
    for bar in (-14, 14):
        block.bar((x + bar, 266), (x + bar, 348), width=4)
    block.fill([(x - 48, 266), *curve((x - 40, 258), (x - 22, 226), (x, 214), (x + 22, 226),
                (x + 40, 258)), (x + 48, 266)])
    block.taper(curve((x + 10, 224), (x + 24, 236), (x + 34, 256)), 2, 3, CREAM, 3)
    block.bar((x, 218), (x, 176), width=4)
    block.oval(x, 212, 9)


def storm() -> Image.Image:
    """A wave rearing up over the sea wall, taller than the houses behind it."""
    block = Block(31)
    block.fill(block.whole, TAN)
    tone = Field().slope((0, 0), (0, 900), 0.84, 0.3).noise(block.rng, 420, 130, 0.26)
    tone.glow(560, 470, 640, 420, -0.42)
    block.hatch(block.whole, 112, 13, tone, INK, 0.8)
    block.scoops(block.scatter(rect(0, 0, 1800, 720), 90), 112, 150, 5, CREAM, 0.03)
    _promenade(block)
    _swell(block, 905, 30, 420, (700, 300))
    _breaker(block)
    _splash(block, 560, 984)
    for base, rise, length in ((1020, 46, 560), (1110, 62, 800)):
        _swell(block, base, rise, length, (700, 300))
    return block.pull()


def _promenade(block: Block) -> None:
    """The head of the sea wall, houses in the rain, a lamp and a walker in the wind."""
    for x, wide, high in ((-50, 128, 250), (76, 112, 300), (186, 138, 226)):
        foot, eaves = 790, 770 - high * 0.72
        block.fill([(x, foot), (x, eaves), (x + wide / 2, 770 - high), (x + wide, eaves),
                    (x + wide, foot)])
        block.fill(rect(x + wide * 0.68, 764 - high, x + wide * 0.84, eaves), INK)
        block.taper([(x + wide / 2, 770 - high), (x + wide + 4, eaves + 2)], 6, 3, CREAM)
        lines = slope((x, 0), (x + wide, 0), 0.1, 0.55)
        block.hatch(rect(x + 6, eaves + 12, x + wide - 4, foot), 90, 12, lines, TAN, 0.3)
        for row in range(4):
            for column in range(2):
                wx, wy = x + wide * (0.2 + 0.38 * column), eaves + 20 + row * 50
                if wy < 730:
                    block.fill(rect(wx - 5, wy - 5, wx + 27, wy + 37), INK)
                    lit = (row + column + round(x) // 100) % 4 == 0
                    block.fill(rect(wx, wy, wx + 22, wy + 32), CREAM if lit else TAN)
                    block.bar((wx + 11, wy), (wx + 11, wy + 32), width=3)
                    block.bar((wx, wy + 15), (wx + 22, wy + 15), width=3)
    block.fill([(-20, 772), (540, 766), (564, 1000), (-20, 1000)])
    block.fill([(-20, 770), (546, 764), (550, 784), (-20, 792)], CREAM)
    block.bar((-20, 795), (550, 787), width=5)
    for row in range(6):
        top = 796 + row * 36
        for i in range(8):
            x = -40 + i * 82 + 41 * (row % 2)
            edge = min(x + 75, 550 + row * 4)
            if edge - x > 20:
                stone = [(x, top + 4), (edge, top + 3 - x / 90), (edge, top + 32), (x, top + 33)]
                wet = block.rng.uniform(0.25, 0.85) * (0.6 + x / 1400)
                block.hatch(stone, block.rng.choice((0, 4, 74, 104)), 8.5, wet, TAN, 0.3)
    for x in range(8, 540, 50):
        block.bar((x, 776), (x, 716), width=5)
    for height in (718, 744):
        block.bar((-20, height), (520, height - 3), width=4.5)
    post = curve((462, 772), (461, 620), (458, 520), (452, 470))
    block.taper(post, 26, 19, TAN)
    block.taper(post, 14, 7)
    block.fill(curve((424, 452), (432, 392), (470, 392), (480, 452), (452, 474), closed=True))
    block.fill(curve((434, 448), (440, 402), (464, 402), (470, 448), (452, 464), closed=True),
               COPPER)
    block.oval(452, 430, 8, 15, CREAM)
    block.fill([(420, 396), (452, 362), (484, 396)])
    _walker(block, 330, 766)


def _walker(block: Block, x: float, y: float) -> None:
    """A small figure in a copper coat, braced against the wind."""
    coat = curve((x - 14, y - 100), (x + 16, y - 104), (x + 24, y - 70), (x + 20, y - 28),
                 (x - 8, y - 24), (x - 58, y - 30), (x - 32, y - 54), (x - 24, y - 80),
                 closed=True)
    clearing = [(x + (px - x) * 1.24 - 2, y - 66 + (py - y + 66) * 1.2) for px, py in coat]
    block.fill(clearing, TAN)
    block.oval(x + 8, y - 116, 24, 22, TAN)
    block.taper(curve((x - 2, y - 36), (x - 14, y - 18), (x - 26, y + 4)), 16, 11)
    block.taper(curve((x + 6, y - 36), (x + 16, y - 20), (x + 14, y + 4)), 16, 11)
    block.fill(coat, COPPER)
    block.hatch(coat, 66, 9, slope((x + 24, 0), (x - 50, 0), 0.0, 0.75), INK, 0.3)
    block.line([*coat, coat[0]], 3.4)
    block.oval(x + 9, y - 114, 13, 14)
    block.taper(curve((x + 26, y - 112), (x + 6, y - 130), (x - 22, y - 116)), 5, 3, INK, 7)
    block.taper(curve((x + 2, y - 88), (x + 22, y - 92), (x + 34, y - 122)), 11, 6)


def _breaker(block: Block) -> None:
    """The great wave: lines that climb its hollow face and fall over with its lip."""
    face = curve((380, 1120), (660, 990), (830, 850), (900, 690), (905, 540), (852, 424),
                 (760, 372), (664, 396), (610, 452), pieces=14)
    back = curve((2040, 1120), (1920, 780), (1720, 540), (1480, 350), (1210, 216), (980, 168),
                 (800, 196), (664, 290), (596, 424), pieces=14)
    body = [*face, *back[::-1]]
    block.fill(body, INK)
    light = Field(tone=0.42).noise(block.rng, 300, 240, 0.34)
    light.glow(1010, 700, 330, 420, 0.3).glow(1560, 780, 420, 360, -0.34)
    light.glow(860, 640, 90, 260, -0.3)
    block.form(between(face, back, 40, 130), light, PAPER, 0.5)
    block.line(back, 9, INK)
    _lip(block, back, face)


def _lip(block: Block, back: list[Point], face: list[Point]) -> None:
    """Foam along the crest, hanging from the lip and blown back off it."""
    rng = block.rng
    crest = back[54:] + face[:-22:-1]
    for _ in range(120):
        px, py = crest[int(abs(rng.gauss(0, 0.5)) * len(crest)) % len(crest)]
        streak = curve((px, py), (px + 70, py - 34), (px + rng.uniform(120, 330), py - 30),
                       pieces=6)
        block.taper(streak, 9, 0.4, INK, 3)
        block.taper(streak, 3.5, 0.2, CREAM, 2)
    puffs = []
    for i, (px, py) in enumerate(crest):
        swell = 9 + 28 * math.sin(math.pi * min(1, i / len(crest) * 1.04)) ** 0.8
        for _ in range(6):
            size = swell * rng.uniform(0.3, 0.9)
            puffs.append((px + rng.gauss(6, swell * 0.7), py + rng.gauss(8, swell * 0.62), size))
    for colour, spare in ((INK, 9), (CREAM, 0)):
        for i, (px, py) in enumerate(crest[16::2]):
            fall = 60 + 46 * math.sin(2.1 * i)
            drip = curve((px + 10, py), (px - 10, py + fall * 0.5), (px - 34, py + fall * 0.86),
                         (px - 52, py + fall * 0.8), pieces=6)
            block.taper(drip, 26 + spare, 4 + spare, colour)
    _froth(block, puffs)
    for _ in range(90):
        away = abs(rng.gauss(0, 1))
        at = (600 - 60 * away + rng.gauss(0, 50), 430 + rng.gauss(0, 120) + 60 * away)
        block.oval(*at, rng.uniform(1.8, 6), rng.uniform(1.8, 6), CREAM)
    for i in range(0, len(crest), 2):
        if rng.random() < 0.7:
            px, py = crest[i]
            block.oval(px + rng.gauss(0, 40), py - abs(rng.gauss(30, 34)), rng.uniform(2, 6.5),
                       colour=CREAM)


def _froth(block: Block, puffs: list[tuple[float, float, float]]) -> None:
    """A cloud of foam: one outline round all the puffs, small shadows inside."""
    for x, y, size in puffs:
        block.oval(x, y, size + 4, size * 0.8 + 4, INK)
    for x, y, size in puffs:
        block.oval(x, y, size, size * 0.8, CREAM)
    for x, y, size in puffs:
        if size > 12 and block.rng.random() < 0.55:
            start = block.rng.uniform(0, 50)
            bow = arc(x, y, size * 0.86, size * 0.66, start, start + block.rng.uniform(70, 120))
            block.taper(bow, 0.4, 0.4, INK, size * 0.15)


def _splash(block: Block, x: float, y: float) -> None:
    """Foam leaping where the wave's foot meets the wall."""
    rng = block.rng
    throws = []
    for _ in range(34):
        share = rng.uniform(-1, 1)
        rise, side = rng.uniform(420, 1000) * (1 - 0.35 * abs(share)), share * 420 - 50
        throws.append([
            (x + share * 110 + side * t, y - rise * t + 1300 * t * t)
            for t in (i / 30 for i in range(int(rng.uniform(12, 20))))
        ])
    for path in throws:
        block.taper(path, 24, 6, INK, 5)
    for path in throws:
        block.taper(path, rng.uniform(8, 17), 1.2, CREAM, 2)
    puffs = []
    for _ in range(150):
        away = rng.gauss(0, 1)
        puffs.append((x + away * 110, y + rng.gauss(10, 16) + 12 * abs(away),
                      rng.uniform(6, 22)))
    _froth(block, puffs)
    for _ in range(50):
        block.oval(x + rng.gauss(0, 120), y - abs(rng.gauss(120, 90)), rng.uniform(1.6, 5),
                   colour=CREAM)


def gulls() -> Image.Image:
    """Gulls over the breakwater on a clear, windy day."""
    block = Block(47)
    horizon = 800
    block.fill(block.whole, CREAM)
    sky = Field().slope((0, 0), (0, horizon), 0.4, 0.06).noise(block.rng, 560, 150, 0.3)
    sky.glow(800, 470, 760, 420, -0.3)
    bows = (arc(900, 2900, r * 1.15, r, 215, 325) for r in range(2080, 3000, 15))
    with block.within(rect(-20, -20, 1820, horizon)):
        block.fill(rect(-20, -20, 1820, 150), TAN)
        block.scoops(block.scatter(rect(-20, 110, 1820, 330), 90), -4, 260, 26, TAN)
        block.engrave(bows, 15, sky)
    block.fill(rect(-20, horizon, 1820, 1220), TAN)
    sea = Field().slope((0, horizon), (0, 1200), 0.3, 0.62).noise(block.rng, 260, 40, 0.25)
    block.water(horizon + 3, 1200, 7, 24, sea, height=0.6)
    block.scoops(block.scatter(rect(-20, horizon + 30, 1820, 1190), 80), 0, 70, 9, CREAM)
    _breakwater(block, horizon)
    for x, y, span, tilt in ((1040, 690, 60, 4), (1150, 640, 44, -6), (250, 640, 70, 10),
                             (1500, 660, 50, 0), (630, 160, 66, -4)):
        _far_gull(block, x, y, span, tilt)
    _gull(block, 300, 270, 0.5, flip=True, turn=8, near=22, far=14)
    _gull(block, 1500, 470, 0.62, flip=False, turn=-10, near=26, far=-2)
    _gull(block, 850, 560, 1.42, flip=False, turn=4, near=0, far=0)
    return block.pull()


def _breakwater(block: Block, horizon: float) -> None:
    """Boulders running out to a small beacon, each cut with a lit top and dark sides."""
    rng = block.rng
    foot = (330, horizon - 6)
    block.fill([(foot[0] - 26, foot[1] + 10), (foot[0] - 15, foot[1] - 118),
                (foot[0] + 15, foot[1] - 118), (foot[0] + 26, foot[1] + 10)], INK)
    block.fill([(foot[0] - 18, foot[1] + 4), (foot[0] - 10, foot[1] - 110),
                (foot[0] + 10, foot[1] - 110), (foot[0] + 18, foot[1] + 4)], CREAM)
    for i in range(4):
        block.bar((foot[0] - 17, foot[1] - 8 - 28 * i), (foot[0] + 15, foot[1] - 26 - 28 * i),
                  width=8)
    block.bar((foot[0] - 26, foot[1] - 120), (foot[0] + 26, foot[1] - 120), width=8)
    block.fill(rect(foot[0] - 13, foot[1] - 158, foot[0] + 13, foot[1] - 122), INK)
    block.oval(foot[0], foot[1] - 142, 17, 21, COPPER)
    block.bar((foot[0], foot[1] - 160), (foot[0], foot[1] - 190), width=4)
    rocks = []
    for i in range(120):
        t = (i + rng.random()) / 120
        near = t**1.7
        size = 15 + 118 * near
        x = foot[0] - 70 + (1640 - foot[0]) * near**0.82 + rng.gauss(0, 1) * size * 0.95
        y = foot[1] + 12 + 400 * near + rng.uniform(-0.9, 0.75) * size * 0.6
        rocks.append((y, x, size))
    for y, x, size in sorted(rocks):
        _boulder(block, x, y, size)


def _boulder(block: Block, x: float, y: float, size: float) -> None:
    """One stone of the breakwater: a lit top, two darker sides."""
    rng = block.rng
    count = rng.choice((7, 8, 9))
    outline = []
    for i in range(count):
        turn = math.tau * (i + rng.uniform(-0.3, 0.3)) / count
        reach = size * rng.uniform(0.78, 1.12)
        outline.append((x + reach * math.cos(turn), y + reach * 0.76 * math.sin(turn)))
    block.fill([(px + (px - x) * 6 / size, py + (py - y) * 6 / size) for px, py in outline], INK)
    block.fill(outline, PAPER)
    tip = (x + size * rng.uniform(-0.3, 0.3), y + size * rng.uniform(-0.24, 0.04))
    left = (x - size * 1.2, y - size * rng.uniform(0.0, 0.4))
    right = (x + size * 1.2, y - size * rng.uniform(0.1, 0.5))
    foot = (x + size * rng.uniform(-0.2, 0.5), y + size * 1.2)
    gap = max(5, size * 0.085)
    with block.within(outline):
        dusk = [left, tip, foot, (x - size * 1.3, y + size * 1.3)]
        dark = [tip, right, (x + size * 1.3, y + size * 1.3), foot]
        block.fill(dusk, TAN)
        fall = slope((x, y - size * 0.3), (x, y + size * 0.8), 0.2, 0.9)
        block.hatch(dusk, rng.choice((70, 82, 100)), gap, scaled(fall, 0.7))
        block.hatch(dark, rng.choice((28, 42, 120)), gap, scaled(fall, 0.75, 0.3))
        for edge in ((left, tip), (tip, right), (tip, foot)):
            block.bar(*edge, width=max(1.5, size * 0.028))
    for _ in range(5):
        at = (x + rng.gauss(0, size * 0.34), y - size * rng.uniform(0.2, 0.6))
        block.scoops([at], -10, size * 0.3, max(1.5, size * 0.035), INK)


def _gull(
    block: Block, x: float, y: float, size: float, flip: bool, turn: float, near: float, far: float
) -> None:
    """A herring gull on the wing; `near` and `far` turn her wings about the shoulder."""

    def put(path: Path, swing: float = 0) -> list[Point]:
        swung = moved([(px + 20, py + 20) for px, py in path], -20, -20, 1, swing)
        if flip:
            swung = [(-px, py) for px, py in swung]
        return list(moved(swung, x, y, size, turn))

    far_wing = (
        curve((-96, -16), (-190, -110), (-252, -220), (-262, -330), (-196, -530)),
        curve((10, -20), (-20, -120), (-84, -250), (-134, -390), (-192, -528)),
    )
    near_wing = (
        curve((-96, 4), (-112, -116), (-50, -236), (130, -332), (392, -430)),
        curve((110, 0), (146, -110), (206, -220), (300, -330), (390, -428)),
    )
    body = curve((-258, 28), (-234, 2), (-198, -15), (-150, -18), (-60, -34), (90, -14),
                 (210, 6), (236, 22), (200, 40), (60, 74), (-90, 80), (-186, 56),
                 (-238, 42), closed=True)
    _wing(block, put(far_wing[0], far), put(far_wing[1], far), size, dark=0.7)
    tail = put([(150, -4), *curve((250, -20), (306, -26), (326, -8), (330, 20), (320, 42),
                                  (260, 48)), (150, 44)])
    shape = put(body)
    for outline in (tail, shape):
        block.line([*outline, outline[0]], 18 * size, CREAM)
    quills = [put([(150, 14 + 8 * k), (326 - abs(k) * 5, 8 + 14 * k)]) for k in (-2, -1, 0, 1, 2)]
    block.fill(tail, CREAM)
    for quill in quills:
        block.taper(resample(quill, 10), 1, max(1.6, 4 * size), INK)
    block.line([*tail, tail[0]], max(2, 4 * size), INK)
    block.fill(shape, CREAM)
    block.line(shape[:], max(2.4, 5 * size), INK)
    back = put(curve((-200, -14), (-60, -32), (110, -8), (232, 18)))
    belly = put(curve((-196, 56), (-90, 80), (60, 76), (232, 26)))
    under = slope((0, y - 8 * size), (0, y + 84 * size), 0.0, 0.8)
    with block.within(shape):
        block.form(between(back, belly, 10, 40), under)
    _wing(block, put(near_wing[0], near), put(near_wing[1], near), size, dark=0.42)
    beak = put(curve((-238, 14), (-272, 18), (-302, 32), (-304, 46), (-278, 42), (-242, 40),
                     closed=True))
    block.fill(beak, COPPER)
    block.line([*beak, beak[0]], max(2, 4 * size), INK)
    block.line(put([(-240, 30), (-270, 32), (-304, 42)]), max(1.5, 3 * size), INK)
    eye = put([(-206, 8)])[0]
    block.oval(*eye, 8.5 * size, colour=INK)
    block.oval(eye[0] - 2 * size, eye[1] - 2.4 * size, 2.6 * size, colour=CREAM)


def _wing(block: Block, lead: list[Point], trail: list[Point], size: float, dark: float) -> None:
    """A wing between its leading and trailing edge: feathers laid from the tip inwards.

    The feathers' roots keep to the inner part of the wing, so that the outer ones sweep back.
    """
    count = 19
    roots = [
        (ax + (bx - ax) * 0.34, ay + (by - ay) * 0.34)
        for (ax, ay), (bx, by) in zip(
            spread(lead[: len(lead) * 17 // 20], count + 1), spread(trail, count + 1), strict=True
        )
    ]
    tips = spread(trail, count + 1)
    for edge in (lead, trail):
        block.line(edge, 26 * size, CREAM)
    for i in range(count - 1, -1, -1):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = roots[i], tips[i], roots[i + 1], tips[i + 1]
        end = ((bx + dx) / 2 * 1.12 - (ax + cx) / 2 * 0.12,
               (by + dy) / 2 * 1.12 - (ay + cy) / 2 * 0.12)
        feather = curve(
            (ax, ay), ((ax + bx * 2) / 3, (ay + by * 2) / 3), (bx, by), end, (dx, dy),
            ((cx + dx * 2) / 3, (cy + dy * 2) / 3), (cx, cy), pieces=6,
        )
        block.fill(feather, CREAM)
        block.form(between([(ax, ay), (bx, by)], [(cx, cy), (dx, dy)], 4, 12), 0.16 + dark * 0.4)
        if i > count * 0.6:
            dip = 0.62 - 0.5 * (i / count - 0.6) / 0.4
            near = (ax + (bx - ax) * dip, ay + (by - ay) * dip)
            far = (cx + (dx - cx) * dip, cy + (dy - cy) * dip)
            block.fill(curve(near, (bx, by), end, (dx, dy), far, pieces=6), INK)
            block.oval(end[0] * 0.86 + ax * 0.14, end[1] * 0.86 + ay * 0.14, 4.5 * size,
                       colour=CREAM)
            block.line([(ax, ay), (bx, by)], max(1.4, 2.4 * size), CREAM, step=12)
        block.line([*feather, feather[0]], max(1.8, 3.2 * size), INK)
    inner = spread(lead, 60)
    coverts = [
        (a + (c - a) * 0.42, b + (d - b) * 0.42)
        for (a, b), (c, d) in zip(inner, spread(trail, 60), strict=True)
    ]
    arm = [*lead, *coverts[::-1]]
    block.fill(arm, TAN)
    with block.within(arm):
        block.form(between(lead, coverts, 8, 50), dark)
    for (ax, ay), (bx, by) in pairwise(spread(coverts, 24)[:20]):
        bump = curve((ax, ay), ((ax + bx) / 2 - (by - ay) * 0.5, (ay + by) / 2 + (bx - ax) * 0.5),
                     (bx, by), pieces=5)
        block.line(bump, max(1.6, 3 * size), INK)
    block.line(lead, max(2.4, 6 * size), INK)


def dunes() -> Image.Image:
    """A path through the dunes to the sea, a kite in the wind."""
    block = Block(53)
    horizon = 560
    block.fill(block.whole, CREAM)
    wind = Field().slope((0, 0), (0, horizon), 0.34, 0.05).noise(block.rng, 640, 110, 0.42)
    sky = rect(-20, -20, 1820, horizon)
    flow = between(
        curve((-20, -120), (500, -60), (1100, -190), (1820, -80)),
        curve((-20, horizon + 30), (500, horizon - 30), (1200, horizon + 20), (1820, horizon)),
        48, 150)
    with block.within(sky):
        block.form(flow, wind)
    block.fill(rect(-20, horizon, 1820, 760), TAN)
    sea = Field().slope((0, horizon), (0, 720), 0.55, 0.3).noise(block.rng, 300, 24, 0.3)
    block.water(horizon + 3, 740, 7, 15, sea, height=0.4, length=10)
    surf = Field(tone=0.6).noise(block.rng, 210, 30, 0.4)
    for y, wide in ((612, 5), (644, 8), (676, 11), (706, 15)):
        shore = curve(*((x, y + block.rng.uniform(-5, 5)) for x in range(-20, 1900, 120)))
        block.line(shore, scaled(surf, 2 * wide, -0.8 * wide), CREAM)
    _kite(block)
    ridges = (
        (curve((-20, 650), (220, 600), (420, 640), (640, 712), (800, 742), (960, 740)), 0.2),
        (curve((940, 742), (1140, 716), (1360, 640), (1580, 566), (1820, 560)), 0.5),
        (curve((-20, 730), (160, 742), (420, 800), (640, 830), (760, 842)), 0.3),
        (curve((930, 850), (1180, 800), (1420, 700), (1640, 650), (1820, 672)), 0.6),
    )
    block.fill(rect(-20, 745, 1820, 1220), PAPER)
    for ridge, dark in ridges:
        _dune(block, ridge, dark, 200)
    _path(block)
    west = curve((-20, 838), (250, 858), (520, 956), (650, 1080), (690, 1230))
    east = curve((1060, 1230), (1080, 1090), (1200, 960), (1460, 868), (1820, 820))
    _dune(block, west, 0.4, 420)
    _dune(block, east, 0.62, 420)
    _fence(block)
    _marram(block)
    return block.pull()


def _kite(block: Block) -> None:
    """A copper kite with its tail, its string running down to somebody on the beach."""
    string = curve((1066, 714), (1130, 560), (1210, 360), (1286, 232))
    block.line(string, 2.2, INK)
    kite = [(1292, 92), (1378, 196), (1286, 296), (1232, 172)]
    block.line([*kite, kite[0]], 22, CREAM)
    block.fill(kite, COPPER)
    block.hatch([kite[0], kite[1], kite[2]], 48, 10, 0.45, INK, 0.3)
    block.line([*kite, kite[0]], 5, INK, step=10)
    block.bar(kite[0], kite[2], width=3.4)
    block.bar(kite[3], kite[1], width=3.4)
    tail = curve((1286, 296), (1330, 340), (1310, 392), (1372, 430), (1364, 478), (1420, 502))
    block.line(tail, 3, INK)
    for i in (9, 19, 29, 39):
        x, y = tail[i]
        for side in (-1, 1):
            block.fill(moved([(0, 0), (24 * side, -11), (24 * side, 11)], x, y, 1, 20 * i), COPPER)
    block.taper([(1056, 742), (1058, 716), (1060, 700)], 11, 9)
    block.oval(1061, 694, 6, 7)
    block.taper([(1060, 706), (1068, 712), (1074, 700)], 4, 3)


def _dune(block: Block, ridge: list[Point], dark: float, deep: float) -> None:
    """A dune under its ridge: lines that slide down the slope, grass on the crest."""
    top = min(y for _, y in ridge)
    foot = [(x, max(top + deep, y)) for x, y in ridge]
    block.fill([*ridge, foot[-1], foot[0]], PAPER)
    tone = Field(tone=dark * 0.66).noise(block.rng, 220, 90, 0.3)
    fade = slope((0, top), (0, top + deep * 0.9), 1, 0.45)
    slide = -90 if dark < 0.45 else 90
    count = round(abs(ridge[-1][0] - ridge[0][0]) / 11)
    slopes = [
        curve((x, y), (x + slide * 0.25, y + deep * 0.3), (x + slide, y + deep * 0.8))
        for x, y in spread(ridge, count)
    ]
    with block.within([*ridge, foot[-1], foot[0]]):
        block.form(slopes, lambda x, y: tone(x, y) * fade(x, y))
    block.line(ridge, 3.6, INK)
    for x, y in spread(ridge, count * 3 // 2):
        tall = block.rng.uniform(0.05, 0.15) * deep * (0.4 + tone(x, y))
        blade = curve((x, y + 5), (x + tall * 0.2, y - tall * 0.6), (x + tall * 0.7, y - tall),
                      pieces=4)
        block.taper(blade, 3.4, 0.5, INK)


def _path(block: Block) -> None:
    """The trodden path, winding down to the beach, with the shadows of footprints."""
    left = curve((934, 742), (900, 786), (812, 836), (776, 910), (762, 1010), (640, 1240))
    right = curve((970, 742), (952, 790), (926, 840), (960, 930), (1070, 1060), (1130, 1240))
    trail = [*left, *right[::-1]]
    block.fill(trail, CREAM)
    hollow = Field(tone=0.06).noise(block.rng, 150, 40, 0.4)
    hollow.glow(1000, 900, 150, 260, 0.3)
    bows = [curve((500, y + 34), (860, y), (1240, y + 40)) for y in range(700, 1240, 14)]
    with block.within(trail):
        block.form([spread(bow, 90) for bow in bows], hollow)
    for edge, press in ((left, 0.6), (right, 1.0)):
        block.line(edge, slope((0, 740), (0, 1240), 1.5 * press, 7 * press), INK)


def _fence(block: Block) -> None:
    """A fence of split slats on two wires, running down along the path."""
    line = curve((1330, 1250), (1240, 1080), (1160, 990), (1080, 920), (1010, 868), (976, 820),
                 (972, 776), pieces=16)
    posts = spread(line, 120)
    places = [posts[round(119 * (1 - (1 - i / 44) ** 1.75))] for i in range(45)]
    tops = []
    for i, (x, y) in enumerate(places):
        tall = (y - 720) * 0.66
        lean = block.rng.gauss(0, 0.06) * tall + tall * 0.06
        tops.append((x, y, tall, lean, 10 if i % 7 == 0 else 0))
    for share in (0.36, 0.8):
        wire = [(x + lean * share, y - tall * share) for x, y, tall, lean, _ in tops]
        block.line(wire, slope((0, 780), (0, 1240), 1.4, 6), INK)
    for x, y, tall, lean, post in reversed(tops):
        wide = max(3, tall * (0.075 if post else 0.05))
        extra = 1.14 if post else block.rng.uniform(0.94, 1.05)
        slat = [(x, y + 6), (x + lean * extra, y - tall * extra)]
        block.line(slat, wide + 5, CREAM, step=10)
        block.line(slat, wide, INK, step=10)
        block.taper([(x - wide * 0.2, y - 4), (x + lean - wide * 0.2, y - tall * 0.9)],
                    wide * 0.3, wide * 0.2, TAN)


def _marram(block: Block) -> None:
    """Tufts of dune grass in the foreground, bent by the wind from the left."""
    rng = block.rng
    tufts = []
    for i in range(64):
        side = -1 if i % 2 else 1
        away = rng.uniform(0.34, 1.06)
        tufts.append((rng.uniform(1235 - 330 * away, 1270), 900 + side * away * 880))
    for y, x in sorted(tufts):
        size = 76 + (y - 900) * 0.42
        for _ in range(6):
            block.scoops([(x + rng.gauss(size * 0.1, size * 0.2), y)], 4, size * 0.7, 6, INK)
        for colour, count in ((CREAM, 7), (INK, 15), (TAN, 5), (CREAM, 3)):
            for _ in range(count):
                tall = size * rng.uniform(0.7, 1.5)
                lean = rng.gauss(0.28, 0.42)
                root = x + rng.gauss(0, size * 0.06)
                blade = curve((root, y), (root + lean * tall * 0.24, y - tall * 0.55),
                              (root + lean * tall * 0.8, y - tall * 0.94),
                              (root + lean * tall * 1.35, y - tall * 0.96), pieces=6)
                wide = size * (0.055 if colour == INK else 0.045)
                block.taper(blade, wide * 0.3, 0.5, colour, wide * 0.8)
    for x, y, tall in ((120, 1010, 300), (240, 1060, 330), (1700, 1030, 280), (420, 1110, 240)):
        stem = curve((x, y + 120), (x + 30, y - tall * 0.4), (x + 100, y - tall))
        block.taper(stem, 5, 3, INK)
        ear = stem[-8:]
        block.taper(ear, 6, 3, INK, 16)
        block.taper(ear, 1, 1, TAN, 7)


# Portraits


def person_1() -> Image.Image:
    """A woman with pinned-up hair and round spectacles, lit from the left."""
    block = Block(149, ground=TAN, size=SQUARE)
    halo = Field(SQUARE, 0.62).noise(block.rng, 300, 160, 0.16).glow(470, 470, 620, 560, -0.44)
    block.engrave((arc(560, 480, r) for r in _steps(250, 1000, 15)), 15, halo)
    bun = arc(690, 196, 128, 112)
    block.line([*bun, bun[0]], 14, CREAM)
    block.fill(bun, INK)
    curls = [arc(712, 214, r * 1.05, r * 0.9, 130, 380) for r in _steps(20, 150, 12)]
    with block.within(bun):
        block.engrave(curls, 12, slope((600, 110), (800, 270), 0.62, 0.04), CREAM, 0.6)
    _shoulders(block, coat=INK, collar=CREAM)
    block.fill(arc(588, 470, 276, 300), INK)
    _head(block)
    _features(block, brow=10, lines=())
    hair = curve((352, 560), (318, 440), (352, 300), (450, 206), (590, 180), (730, 210), (836, 310),
                 (862, 460), (826, 580))
    line = curve((386, 556), (384, 460), (420, 372), (500, 312), (600, 340), (700, 330), (772, 404),
                 (800, 480), (812, 566))
    mass = [*hair, *line[::-1]]
    block.fill(mass, INK)
    strands = between(hair, line, 17, 80)
    glint = Field(SQUARE, 0.0).glow(430, 330, 260, 110, 0.6).glow(640, 240, 190, 60, 0.44)
    glint.noise(block.rng, 30, 200, 0.16)
    block.form(strands, glint, CREAM, 0.6)
    block.line(line, 8, INK)
    for side, x in ((-1, 494), (1, 690)):
        ring = arc(x, 502, 84, 78)
        block.line(ring, 17, INK)
        block.line(ring, 9, COPPER)
        if side < 0:
            block.taper(arc(x, 502, 66, 60, 196, 250), 1, 1, CREAM, 7)
    for path in (
        curve((576, 496), (592, 480), (608, 496)), curve((410, 498), (388, 488), (366, 492)),
    ):
        block.line(path, 15, INK)
        block.line(path, 8, COPPER)
    ear = (392, 618)
    block.oval(*ear, 11, 15, INK)
    block.oval(*ear, 7, 11, COPPER)
    return block.pull()


def person_2() -> Image.Image:
    """A bearded man in a knitted cap and a copper scarf, lit from the left."""
    block = Block(151, ground=TAN, size=SQUARE)
    weather = Field(SQUARE, 0.5).noise(block.rng, 380, 90, 0.3).glow(420, 480, 560, 480, -0.4)
    block.hatch(rect(-20, -20, 1220, 1220), 0, 15, weather)
    _shoulders(block, coat=INK, collar=COPPER)
    block.fill(arc(592, 490, 262, 330), INK)
    _head(block)
    furrows = (curve((530, 664), (500, 700), (488, 736)), curve((474, 560), (500, 566), (534, 556)))
    _features(block, brow=17, lines=furrows)
    _beard(block)
    _cap(block)
    return block.pull()


def _shoulders(block: Block, coat: int, collar: int) -> None:
    """Coat and neck; the collar is what the two portraits differ in."""
    body = curve((-30, 1230), (40, 1080), (200, 1000), (400, 940), (600, 930), (800, 944),
                 (1000, 1010),
                 (1150, 1090), (1230, 1230))
    block.line(body, 18, CREAM)
    block.fill([*body, (1230, 1240), (-30, 1240)], coat)
    weave = [
        [(x, y + 0.16 * abs(x - 600)) for x in range(-20, 1230, 20)] for y in range(900, 1260, 15)
    ]
    fall = Field(SQUARE).slope((60, 0), (900, 0), 0.7, 0.03).noise(block.rng, 90, 90, 0.12)
    with block.within([*body, (1230, 1240), (-30, 1240)]):
        block.form(weave, fall, TAN)
    neck = [
        *curve((462, 760), (470, 880), (440, 980)), (600, 1060),
        *curve((780, 980), (740, 880), (742, 760)),
    ]
    block.fill(neck, PAPER)
    rings = [curve((430, y - 26), (600, y + 26), (790, y - 30)) for y in range(770, 1060, 12)]
    with block.within(neck):
        block.engrave([resample(r, 10) for r in rings], 12,
                      Field(SQUARE).slope((470, 760), (720, 900), 0.3, 1.0).glow(600, 800, 200,
                                                                                 110, 0.7))
    if collar == CREAM:
        for side in (-1, 1):
            flap = [(600 + side * px, py) for px, py in
                    ((8, 1080), (190, 910), (244, 976), (216, 1120), (96, 1240), (0, 1240))]
            block.line([*flap, flap[0]], 14, INK)
            block.fill(flap, CREAM)
            block.hatch(flap, 90 + side * 34, 12, 0.14 if side < 0 else 0.62, INK, 0.3)
    else:
        for k, (drop, wide) in enumerate(((0, 92), (64, 104), (138, 110))):
            roll = curve((380 - 16 * k, 860 + drop), (480, 926 + drop), (610, 946 + drop),
                         (730, 918 + drop),
                         (826 + 14 * k, 846 + drop))
            block.taper(roll, wide * 0.5 + 12, wide * 0.5 + 12, INK, wide * 0.5)
            block.taper(roll, wide * 0.5, wide * 0.5, COPPER, wide * 0.5)
            shade = slope((420, 0), (800, 0), 0.04, 0.85)
            for (ax, ay), (bx, by) in pairwise(spread(roll, 44)):
                far = math.hypot(bx - ax, by - ay) or 1
                nx, ny = -(by - ay) / far * wide * 0.5, (bx - ax) / far * wide * 0.5
                rib = curve((ax - nx, ay - ny), (bx + 3, by), (ax + nx, ay + ny), pieces=5)
                block.taper(rib, 1, 1, INK, 1.5 + 11 * shade(ax, ay))


FACE = curve((388, 430), (378, 540), (392, 640), (424, 736), (486, 812), (574, 850), (650, 838),
             (734, 770),
             (790, 668), (812, 560), (806, 430), (740, 330), (600, 292), (460, 326), closed=True)


def _head(block: Block) -> None:
    """The face as light and shadow: curved lines that swell where the light does not reach."""
    block.line([*FACE, FACE[0]], 12, INK)
    block.fill(FACE, CREAM)
    tone = Field(SQUARE).slope((470, 470), (800, 560), 0.0, 0.92)
    dark = (
        ([(604, 470), (640, 470), (668, 640), (690, 680), (612, 690), (622, 600)], 0.86),
        (arc(496, 506, 62, 30), 0.34),
        (arc(692, 508, 70, 38), 0.9),
        (
            [
                (640, 560), (700, 620), (690, 760), (620, 850), (810, 780), (820, 400), (760, 330),
                (700, 420),
            ],
            0.98,
        ),
        ([(404, 640), (450, 690), (490, 800), (440, 770)], 0.5),
        (arc(590, 806, 84, 22), 0.4),
    )
    for shape, depth in dark:
        tone.shape(shape, depth)
    tone.soften(15)
    tone.glow(560, 590, 40, 120, -0.2).glow(690, 610, 52, 30, -0.42)
    lines = [
        spread(curve((370, y - 34), (470, y + 2), (590, y + 14), (710, y + 2), (826, y - 34)), 56)
        for y in range(290, 900, 12)
    ]
    with block.within(FACE):
        block.form(lines, tone)
        rim = curve((770, 360), (800, 450), (806, 560), (780, 664), (726, 752))
        block.taper([(x - 12, y) for x, y in rim], 1, 1, CREAM, 6)
    ear = curve((392, 500), (366, 478), (352, 520), (366, 580), (392, 606), closed=True)
    block.line([*ear, ear[0]], 9, INK)
    block.fill(ear, CREAM)
    block.taper(curve((384, 508), (366, 522), (376, 566)), 2, 2, INK, 6)


def _features(block: Block, brow: float, lines: tuple[list[Point], ...]) -> None:
    """Eyes, brows, nose and mouth, cut with few lines; `lines` are those that years left."""
    for x, y, lit in ((500, 508, True), (688, 508, False)):
        lids = curve(
            (x - 54, y + 6), (x - 26, y - 16), (x + 4, y - 21), (x + 34, y - 12), (x + 54, y + 8)
        )
        under = curve((x - 54, y + 6), (x - 20, y + 20), (x + 14, y + 21), (x + 54, y + 8))
        block.fill([*lids, *under[::-1]], CREAM if lit else PAPER)
        with block.within([*lids, *under[::-1]]):
            block.oval(x + 4, y, 20, 22, INK)
            block.engrave((arc(x + 4, y, r) for r in (13,)), 5, 0.5, TAN)
            block.oval(x - 3, y - 7, 5.5, colour=CREAM)
            if not lit:
                block.hatch(rect(x + 10, y - 30, x + 60, y + 30), 80, 8, 0.6, INK, 0.2)
        block.taper(lids, 4, 5, INK, 7)
        block.taper(under, 1, 2, INK, 2)
        crease = [(px, py - 17 - 0.0014 * (px - x) ** 2) for px, py in lids[6:-4]]
        block.taper(crease, 1, 1, INK if lit else CREAM, 4)
        arch = curve((x - 64, y - 44), (x - 24, y - 68), (x + 20, y - 66), (x + 64, y - 44))
        if not lit:
            arch = [(2 * x - px, py) for px, py in arch]
        block.taper(arch, brow * 0.5, 2, INK, brow)
    block.taper(curve((566, 500), (556, 580), (536, 646), (556, 676)), 1, 4, INK, 3)
    for x, wide in ((560, 24), (624, 24)):
        block.taper(curve((x - wide, 672), (x, 688), (x + wide, 670)), 2, 2, INK, 11)
    block.taper(curve((536, 640), (522, 664), (540, 682)), 2, 2, INK, 5)
    lips = curve((508, 744), (548, 737), (582, 728), (598, 734), (616, 728), (652, 738), (690, 746))
    line = curve((508, 744), (552, 752), (598, 755), (650, 753), (690, 746))
    block.fill([*lips, *line[::-1]], INK)
    block.taper(line, 3, 3, INK, 5)
    low = curve((536, 766), (570, 790), (606, 796), (646, 786), (668, 766))
    block.taper(low, 1, 1, INK, 6)
    block.taper(curve((566, 768), (596, 774), (622, 770)), 1, 1, CREAM, 6)
    for path in lines:
        block.taper(path, 1, 1, INK, 3.4)


def _beard(block: Block) -> None:
    """A full beard, cut in locks that hang from cheek and lip."""
    outer = curve((384, 600), (392, 720), (436, 836), (520, 920), (600, 944), (690, 914),
                  (766, 830),
                  (806, 716), (814, 590))
    inner = curve((398, 600), (440, 690), (490, 716), (540, 704), (600, 712), (664, 704),
                  (712, 716),
                  (762, 690), (802, 590))
    block.line(outer, 12, TAN)
    block.fill([*outer, *inner[::-1]], INK)
    locks = (
        Field(SQUARE, 0.0).slope((420, 640), (760, 700), 0.62, 0.04).noise(block.rng, 46, 120, 0.34)
    )
    tops, tips = spread(inner, 74), spread(outer, 74)
    strands = []
    for k, ((ax, ay), (bx, by)) in enumerate(zip(tops, tips, strict=True)):
        bend = 13 * math.sin(k * 0.8)
        strands.append(spread(curve((ax, ay), ((ax * 2 + bx) / 3 + bend, (ay * 2 + by) / 3),
                                    ((ax + 2 * bx) / 3 - bend, (ay + 2 * by) / 3), (bx, by)), 30))
    block.form(strands, locks, CREAM, 0.6)
    mouth = curve((524, 752), (560, 744), (600, 750), (640, 744), (676, 752), (640, 776),
                  (600, 784),
                  (560, 776), closed=True)
    block.fill(mouth, TAN)
    block.hatch(mouth, 0, 8, slope((520, 0), (680, 0), 0.1, 0.8), INK, 0.2)
    block.taper(curve((520, 752), (566, 758), (600, 762), (640, 758), (680, 752)), 3, 3, INK, 6)
    for side in (-1, 1):
        moustache = curve(
            (600, 706), (600 + side * 40, 708), (600 + side * 92, 738), (600 + side * 122, 772)
        )
        block.taper(moustache, 26, 3, INK, 16)
        for k in range(6):
            hair = [(x, y - 15 + 6 * k) for x, y in moustache]
            block.taper(hair[3 : 26 - k], 1, 0.6, CREAM, 3.6 if side < 0 else 1.6)


def _cap(block: Block) -> None:
    """A knitted cap: a ribbed crown and a turned-up band."""
    crown = curve(
        (352, 360), (372, 232), (470, 136), (600, 106), (734, 138), (824, 240), (842, 362)
    )
    block.line(crown, 16, CREAM)
    block.fill(crown, INK)
    light = slope((400, 0), (760, 0), 0.78, 0.05)
    for k in range(25):
        share = k / 24
        x = 362 + 470 * share
        rib = curve((600 + (x - 600) * 0.22, 116), (600 + (x - 600) * 0.84, 210), (x, 350))
        rib = spread(rib, 22)
        for j, ((ax, ay), (bx, by)) in enumerate(pairwise(rib)):
            if j > 1:
                wide = 1 + 11 * light(ax, ay) * (0.4 + 0.6 * math.sin(math.pi * share))
                block.taper(
                    [(ax, ay), ((ax + bx) / 2, (ay + by) / 2), (bx, by - 3)], 1, 1, CREAM, wide
                )
    band = [*curve((340, 352), (470, 304), (600, 292), (730, 306), (856, 352)),
            *curve((862, 438), (730, 388), (600, 374), (470, 388), (334, 440))]
    block.line([*band, band[0]], 12, INK)
    block.fill(band, TAN)
    top, low = band[: len(band) // 2], band[: len(band) // 2 - 1 : -1]
    ribs = [[a, ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2), b]
            for a, b in zip(spread(top, 44), spread(low, 44), strict=True)]
    block.form(ribs, slope((360, 0), (830, 0), 0.22, 0.95))
    block.line([*band, band[0]], 5, INK)


# fmt: on

# The catalogue


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
            draw=harbour_cranes,
        ),
        Picture(
            slug="town-hall",
            title="The town hall at dusk",
            alt="A long town hall with a columned porch and a clock tower rises over wide steps, "
            "on which one person stands with a copper bag.",
            credit=CREDIT,
            caption="The town hall at dusk, with two windows still lit.",
            focal=(0.5, 0.36),
            draw=town_hall,
        ),
        Picture(
            slug="council-chamber",
            title="The council chamber",
            alt="Empty chairs stand around a horseshoe-shaped desk, the tallest one copper, "
            "under a tall arched window that throws light on the floor.",
            credit=CREDIT,
            caption="The council chamber, seen from the public gallery.",
            focal=(0.5, 0.45),
            draw=council_chamber,
        ),
        Picture(
            slug="schoolroom",
            title="A schoolroom in the morning",
            alt="Rows of empty desks face a blackboard with a chalk drawing of the earth, the moon "
            "and the tide, in light that falls from large windows on the left.",
            credit=CREDIT,
            caption="A schoolroom before the bell.",
            focal=(0.5, 0.42),
            draw=schoolroom,
        ),
        Picture(
            slug="school-bus",
            title="The school bus on the coast road",
            alt="A copper school bus with children at its windows drives round a bend of a coast "
            "road between a stone wall and the sea.",
            credit=CREDIT,
            caption="The school bus on the coast road.",
            focal=(0.36, 0.6),
            draw=school_bus,
        ),
        Picture(
            slug="lighthouse",
            title="The light over a rough sea",
            alt="A lighthouse with copper bands stands on a rock at night and sends two beams over "
            "high, white-capped waves.",
            credit=CREDIT,
            caption="The light over a rough sea.",
            focal=(0.32, 0.4),
            draw=lighthouse,
        ),
        Picture(
            slug="storm",
            title="A wave at the sea wall",
            alt="A huge curling wave rears up in the rain over a sea wall on which a small "
            "figure in a copper coat stands beside a lamp.",
            credit=CREDIT,
            caption="High water at the promenade.",
            focal=(0.42, 0.45),
            draw=storm,
        ),
        Picture(
            slug="gulls",
            title="Gulls over the breakwater",
            alt="Three gulls with copper beaks fly over a line of boulders that runs out to "
            "a small beacon in the sea.",
            credit=CREDIT,
            caption="Gulls over the breakwater.",
            focal=(0.45, 0.42),
            draw=gulls,
        ),
        Picture(
            slug="fishing-boat",
            title="A fishing boat with drying nets",
            alt="A fishing boat lies on still water, a net with copper floats hung from its "
            "derrick and a fisher in a copper hat working at the bow.",
            credit=CREDIT,
            caption="Nets hung up to dry.",
            focal=(0.46, 0.52),
            draw=fishing_boat,
        ),
        Picture(
            slug="ferry",
            title="The night ferry",
            alt="A ferry with lit windows and a copper funnel lies at a pier by night, "
            "where people with bags wait under round lamps.",
            credit=CREDIT,
            caption="The night ferry at the pier.",
            focal=(0.55, 0.5),
            draw=ferry,
        ),
        Picture(
            slug="ledger",
            title="An account book",
            alt="An account book lies open on a table between spectacles, an inkwell and stacks of "
            "copper coins, a pen resting across one underlined entry.",
            credit=CREDIT,
            caption="An account book, one entry underlined.",
            focal=(0.55, 0.5),
            draw=ledger,
        ),
        Picture(
            slug="printing-press",
            title="The hand press",
            alt="An iron hand press with a copper handle stands in a workshop, a freshly printed "
            "sheet on its frame and others hung up to dry.",
            credit=CREDIT,
            caption="The old hand press.",
            focal=(0.42, 0.45),
            draw=printing_press,
        ),
        Picture(
            slug="market",
            title="The covered fish market",
            alt="People walk between the striped stalls of a vaulted fish market, seen over a slab "
            "on which large fish lie on ice.",
            credit=CREDIT,
            caption="The covered market on a trading day.",
            focal=(0.5, 0.52),
            draw=market,
        ),
        Picture(
            slug="dunes",
            title="A path through the dunes",
            alt="A sandy path runs beside a slatted fence through dunes and grass to the sea, "
            "with a copper kite in the sky.",
            credit=CREDIT,
            caption="A path through the dunes.",
            focal=(0.6, 0.5),
            draw=dunes,
        ),
        Picture(
            slug="person-1",
            title="Portrait of a woman with spectacles",
            alt="A woman with pinned-up hair looks at us through round copper spectacles, one half "
            "of her face in shadow.",
            credit=CREDIT,
            caption="",
            focal=(0.5, 0.42),
            draw=person_1,
        ),
        Picture(
            slug="person-2",
            title="Portrait of a man in a cap",
            alt="A bearded man in a knitted cap and a copper scarf looks at us, one half of "
            "his face in shadow.",
            credit=CREDIT,
            caption="",
            focal=(0.5, 0.46),
            draw=person_2,
        ),
    )
}


def draw_picture(slug: str) -> bytes:
    """Draw a picture and return it as a JPEG file; raises KeyError for an unknown slug."""
    out = io.BytesIO()
    # Full colour resolution: copper lines on ink would smear otherwise.
    PICTURES[slug].draw().save(out, "JPEG", quality=88, subsampling=0, optimize=True)
    return out.getvalue()
