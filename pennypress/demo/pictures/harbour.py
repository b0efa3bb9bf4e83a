"""Woodcuts of the harbour: quay, boats, ferry, fish market, and the printing shop beside it."""

from __future__ import annotations

import math
from itertools import pairwise

from PIL import Image

from ..woodcut import (
    COPPER,
    CREAM,
    INK,
    PAPER,
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
    part,
    rect,
    resample,
    scaled,
    slope,
    spread,
    steps,
)
from .figures import far_gull, passenger, sailing_boat

# Coordinates stay in rows, as they were set out.
# fmt: off


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
    sailing_boat(block, 1215, 880, 1.0)
    for x, y, span, tilt in ((1130, 236, 96, -8), (1300, 166, 66, 10), (1610, 300, 80, 4)):
        far_gull(block, x, y, span, tilt)
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
        rings = (arc(*lamp, r) for r in steps(24 * size, 108 * size, 9))
        block.engrave(rings, 9, glow, CREAM)
        block.taper(
            [(x, y), (x, y - 150 * size), (x + 2, y - 300 * size)], 13 * size, 8 * size, TAN
        )
        block.fill(moved([(-20, -22), (20, -22), (15, 22), (-15, 22)], *lamp, size), CREAM)
        block.oval(lamp[0], lamp[1] + 2 * size, 10 * size, 14 * size, COPPER)
        block.fill(moved([(-27, -22), (0, -46), (27, -22)], *lamp, size), TAN)
    for t, tall, lean in ((0.21, 1.0, 0), (0.275, 0.66, 6), (0.5, 0.94, 0), (0.56, 1.04, -5),
                          (0.765, 1.0, 0), (0.92, 1.0, 0)):
        passenger(block, *along(t, -8), 1.1 * (1 - 0.66 * t) * tall, lean)


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
                    passenger(block, *foot, 10.2 / (y - 1), lean)
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
    passenger(block, x, foot, 9.6 / (y + 0.6), -1)
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
    for piece in (put(tail), put(fin), put(belly_fin), body):
        block.line([*piece, piece[0]], rim * 2.4, INK)
    for piece in (tail, fin, belly_fin):
        block.fill(put(piece), PAPER if back == INK else COPPER)
    if long > 120:
        for piece, root in ((tail, (-0.4, 0)), (fin, (0.06, -0.1))):
            for px, py in spread(piece, 12)[1:-1]:
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
                block.taper([part(a, b, 0.14), part(a, b, 0.86)], 7, 7, INK)
            elif 5 < k < 22:
                if k < 13 and i != 1:
                    block.line(
                        [part(a, b, 0.54), part(a, b, 0.9)], 5, COPPER if i == 2 else INK, 12
                    )
                else:
                    block.line([part(a, b, 0.54), part(a, b, 0.9)], 2.4, INK, 12)
                block.line([part(a, b, 0.1), part(a, b, 0.46)], 2.4, INK, 12)
        fold = between(left, right, 14, 20)
        block.form(fold[10:], slope((x + 100, 0), (x + 170, 0), 0.0, 0.4))
        for peg in (x + 26, x + 128):
            block.fill(rect(peg - 6, y - 20, peg + 6, y + 22), INK)
            block.fill(rect(peg - 3, y - 17, peg + 3, y + 19), COPPER)


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
            cell = [part(part(case[1], case[0], t), part(case[2], case[3], t), u)
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
        return part(part(board[1], board[2], u), part(board[0], board[3], u), v)

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
