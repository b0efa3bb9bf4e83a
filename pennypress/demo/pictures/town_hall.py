"""Woodcuts of the town hall: the building, the council chamber, the accounts."""

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
    steps,
)
from .figures import far_gull, passenger

# Coordinates stay in rows, as they were set out.
# fmt: off


def town_hall() -> Image.Image:
    """The town hall at dusk, seen from the foot of its steps."""
    block = Block(83)
    block.fill(block.whole, TAN)
    sky = Field().slope((0, 0), (0, 1000), 0.95, 0.3).noise(block.rng, 420, 140, 0.22)
    sky.glow(900, 400, 640, 560, -0.3)
    rounds = (arc(900, 400, r * 1.1, r, 0, 360) for r in steps(110, 1300, 15.5))
    block.engrave(rounds, 15.5, sky)
    for x, y, span, tilt in ((1210, 150, 60, -6), (1300, 210, 44, 8), (560, 110, 50, 4)):
        far_gull(block, x, y, span, tilt)
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
    block.engrave((arc(*_upward(900, 900), r) for r in steps(60, 330, 13)), 13, glow, TAN)
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
    passenger(block, 1076, 1126, 0.8, 0)


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
