"""Woodcut portraits of the paper's people."""

from __future__ import annotations

import math
from itertools import pairwise

from PIL import Image

from ..woodcut import (
    COPPER,
    CREAM,
    INK,
    PAPER,
    SQUARE,
    TAN,
    Block,
    Field,
    Point,
    arc,
    between,
    curve,
    rect,
    resample,
    slope,
    spread,
    steps,
)

# Coordinates stay in rows, as they were set out.
# fmt: off


def person_1() -> Image.Image:
    """A woman with pinned-up hair and round spectacles, lit from the left."""
    block = Block(149, ground=TAN, size=SQUARE)
    halo = Field(SQUARE, 0.62).noise(block.rng, 300, 160, 0.16).glow(470, 470, 620, 560, -0.44)
    block.engrave((arc(560, 480, r) for r in steps(250, 1000, 15)), 15, halo)
    bun = arc(690, 196, 128, 112)
    block.line([*bun, bun[0]], 14, CREAM)
    block.fill(bun, INK)
    curls = [arc(712, 214, r * 1.05, r * 0.9, 130, 380) for r in steps(20, 150, 12)]
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
