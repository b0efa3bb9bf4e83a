"""What turns up in several woodcuts: a cutter under sail, a gull far off, somebody waiting."""

from __future__ import annotations

from ..woodcut import (
    COPPER,
    CREAM,
    INK,
    TAN,
    Block,
    Path,
    Point,
    arc,
    curve,
    moved,
    rect,
    slope,
)

# Coordinates stay in rows, as they were set out.
# fmt: off


def sailing_boat(block: Block, x: float, y: float, size: float) -> None:
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


def far_gull(block: Block, x: float, y: float, span: float, tilt: float) -> None:
    """A gull far off: two strokes of the gouge, in their clearing."""
    for spare, colour in ((span * 0.1, CREAM), (0, INK)):
        for side in (-1, 1):
            wing = curve((0, 0), (0.2 * side, -0.17), (0.34 * side, -0.14), (0.52 * side, 0.03))
            path = moved(wing, x, y, span, tilt)
            block.taper(path, span * 0.08 + spare, 0.6 + spare / 2, colour, span * 0.06)


def passenger(block: Block, x: float, y: float, size: float, lean: float) -> None:
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
