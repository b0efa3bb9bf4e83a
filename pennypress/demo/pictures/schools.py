"""Woodcuts of the schools: a classroom, the bus on the coast road."""

from __future__ import annotations

import math
from collections.abc import Callable

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
    part,
    rect,
    resample,
    scaled,
    slope,
    spread,
)
from .figures import far_gull, sailing_boat

# Coordinates stay in rows, as they were set out.
# fmt: off


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
    sailing_boat(block, 1500, 640, 0.5)
    for x, y, span, tilt in ((1180, 420, 70, -6), (1270, 372, 50, 8), (1640, 860, 96, -10)):
        far_gull(block, x, y, span, tilt)
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
    return part(ROAD[leg], ROAD[leg + 1], t * (len(ROAD) - 1) - leg)


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
        block.line([part(foot, head, 0.62), part(foot, head, 0.84)], wide, COPPER, step=6)
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
            stone = [part(base[a], cap[a], z0), part(base[b], cap[b], z0),
                     part(base[b], cap[b], z1),
                     part(base[a], cap[a], z1)]
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
