"""Woodcuts of sea and weather: lighthouse, storm, gulls, dunes."""

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
from .figures import far_gull

# Coordinates stay in rows, as they were set out.
# fmt: off


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
        far_gull(block, x, y, span, tilt)
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
