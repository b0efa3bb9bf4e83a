"""The tools of a woodcut: a block to carve, tones to carve by, lines that follow a form.

A picture is drawn on a `Block`, one colour over another as a printer would lay them down, at
twice its final size. `Block.pull` then takes the print: every colour becomes a plate with
slightly ragged edges and uneven ink. Lengths are pixels of the finished picture, `y` grows
downwards, angles are degrees (0 points right, 90 points down), tones run from 0 (light) to
1 (dark). Everything random comes from one seeded generator, so a picture is always the same.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise

from PIL import Image, ImageChops, ImageDraw, ImageFilter

Point = tuple[float, float]
Path = Sequence[Point]
Spot = tuple[float, float, float]
Tone = Callable[[float, float], float]

PAPER, TAN, CREAM, COPPER, INK = range(5)
COLOURS = {
    PAPER: (0xEF, 0xE2, 0xCC),
    TAN: (0xD9, 0xC7, 0xA8),
    CREAM: (0xFB, 0xF3, 0xE2),
    COPPER: (0xC4, 0x64, 0x2B),
    INK: (0x1D, 0x1A, 0x16),
}
SCALE = 2
LANDSCAPE = (1800, 1200)
SQUARE = (1200, 1200)


# Paths


def resample(path: Path, step: float) -> list[Point]:
    """Walk along a path and put down a point about every `step`, keeping its corners."""
    points = [path[0]]
    for (ax, ay), (bx, by) in pairwise(path):
        pieces = max(1, round(math.hypot(bx - ax, by - ay) / step))
        points += [
            (ax + (bx - ax) * i / pieces, ay + (by - ay) * i / pieces) for i in range(1, pieces + 1)
        ]
    return points


def spread(path: Path, count: int) -> list[Point]:
    """`count` points at equal distances along a path."""
    lengths = [0.0]
    for (ax, ay), (bx, by) in pairwise(path):
        lengths.append(lengths[-1] + math.hypot(bx - ax, by - ay))
    points, leg = [], 0
    for i in range(count):
        reach = lengths[-1] * i / (count - 1)
        while leg < len(path) - 2 and lengths[leg + 1] < reach:
            leg += 1
        part = (reach - lengths[leg]) / ((lengths[leg + 1] - lengths[leg]) or 1)
        (ax, ay), (bx, by) = path[leg], path[leg + 1]
        points.append((ax + (bx - ax) * part, ay + (by - ay) * part))
    return points


def curve(*knots: Point, closed: bool = False, pieces: int = 10) -> list[Point]:
    """A smooth path through all the knots (a Catmull-Rom spline)."""
    around = [knots[-1], *knots, *knots[:2]] if closed else [knots[0], *knots, knots[-1]]
    points = []
    for a, b, c, d in zip(around, around[1:], around[2:], around[3:], strict=False):
        for i in range(pieces):
            t = i / pieces
            points.append((_bend(a[0], b[0], c[0], d[0], t), _bend(a[1], b[1], c[1], d[1], t)))
    if not closed:
        points.append(knots[-1])
    return points


def _bend(p: float, q: float, r: float, s: float, t: float) -> float:
    """One coordinate of a Catmull-Rom spline, at a share of the way from `q` to `r`."""
    linear, square = (r - p) * t, (2 * p - 5 * q + 4 * r - s) * t * t
    return 0.5 * (2 * q + linear + square + (3 * q - p - 3 * r + s) * t**3)


def arc(
    x: float, y: float, rx: float, ry: float | None = None, start: float = 0, end: float = 360
) -> list[Point]:
    """A piece of an ellipse around (x, y)."""
    ry = rx if ry is None else ry
    pieces = max(6, round(abs(end - start) / 360 * max(28, (rx + ry) * 0.3)))
    turns = (math.radians(start + (end - start) * i / pieces) for i in range(pieces + 1))
    return [(x + rx * math.cos(a), y + ry * math.sin(a)) for a in turns]


def rect(left: float, top: float, right: float, bottom: float) -> list[Point]:
    """The four corners of an upright rectangle."""
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def part(a: Point, b: Point, share: float) -> Point:
    """The spot at a share of the way from `a` to `b`."""
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def steps(start: float, end: float, size: float) -> list[float]:
    """Numbers from `start` up to `end`, `size` apart."""
    return [start + size * i for i in range(max(1, int((end - start) / size)))]


def between(first: Path, last: Path, count: int, points: int = 60) -> list[list[Point]]:
    """A family of lines turning from one path into another: the contour lines of a form."""
    a, b = spread(first, points), spread(last, points)
    family = []
    for i in range(count):
        t = (i + 0.5) / count
        family.append(
            [(p + (r - p) * t, q + (s - q) * t) for (p, q), (r, s) in zip(a, b, strict=True)]
        )
    return family


def rays(
    x: float, y: float, near: float, far: float, count: int, start: float = 0, end: float = 360
) -> Iterator[list[Point]]:
    """Lines that run outwards from (x, y)."""
    for i in range(count):
        turn = math.radians(start + (end - start) * (i + 0.5) / count)
        cos, sin = math.cos(turn), math.sin(turn)
        yield resample([(x + near * cos, y + near * sin), (x + far * cos, y + far * sin)], 12)


def moved(path: Path, dx: float = 0, dy: float = 0, scale: float = 1, turn: float = 0) -> Path:
    """A path drawn around the origin, scaled, turned and set down at (dx, dy)."""
    cos, sin = math.cos(math.radians(turn)) * scale, math.sin(math.radians(turn)) * scale
    return [(x * cos - y * sin + dx, x * sin + y * cos + dy) for x, y in path]


# Tones


def slope(start: Point, end: Point, first: float, last: float) -> Tone:
    """A tone that changes evenly from `start` to `end` and stays beyond them."""
    (ax, ay), dx, dy = start, end[0] - start[0], end[1] - start[1]
    square = dx * dx + dy * dy

    def tone(x: float, y: float) -> float:
        t = ((x - ax) * dx + (y - ay) * dy) / square
        return first + (last - first) * min(1.0, max(0.0, t))

    return tone


def scaled(tone: Tone, factor: float, plus: float = 0.0) -> Tone:
    """A tone made stronger or weaker by `factor`, and darker by `plus`."""
    return lambda x, y: factor * tone(x, y) + plus


class Field:
    """A tone for every spot of a picture, painted coarsely and read while carving."""

    CELL = 4

    def __init__(self, size: tuple[int, int] = LANDSCAPE, tone: float = 0.0) -> None:
        self.cells = (size[0] // self.CELL + 1, size[1] // self.CELL + 1)
        self._take(Image.new("L", self.cells, round(255 * tone)))

    def _take(self, image: Image.Image) -> Field:
        self.image = image
        self.values = image.tobytes()
        return self

    def cell(self, x: float, y: float) -> int:
        """The index of the cell at a spot; beyond the edge, that of the nearest cell."""
        wide, high = self.cells
        column, row = int(x) >> 2, int(y) >> 2
        if column < 0:
            column = 0
        elif column >= wide:
            column = wide - 1
        if row < 0:
            row = 0
        elif row >= high:
            row = high - 1
        return row * wide + column

    def __call__(self, x: float, y: float) -> float:
        return self.values[self.cell(x, y)] / 255

    def shape(self, points: Path, tone: float) -> Field:
        """Set the tone inside a shape."""
        image = self.image.copy()
        scaled = [(x / self.CELL, y / self.CELL) for x, y in points]
        ImageDraw.Draw(image).polygon(scaled, fill=round(255 * tone))
        return self._take(image)

    def slope(self, start: Point, end: Point, first: float, last: float) -> Field:
        """Lay an even change of tone over everything, as `slope` describes it."""
        (ax, ay), (bx, by) = ((x / self.CELL, y / self.CELL) for x, y in (start, end))
        dx, dy = bx - ax, by - ay
        square = dx * dx + dy * dy
        high, margin = 256, 256 * 12
        ramp = Image.new("L", (1, high + 2 * margin))
        rise = [round(255 * (first + (last - first) * i / (high - 1))) for i in range(high)]
        ramp.putdata([rise[0]] * margin + rise + [rise[-1]] * margin)
        ramp = ramp.resize((3, ramp.height))
        start_row = margin - high * (ax * dx + ay * dy) / square
        along = (0, 0, 1.5, high * dx / square, high * dy / square, start_row)
        return self._take(ramp.transform(self.cells, Image.Transform.AFFINE, along))

    def glow(self, x: float, y: float, rx: float, ry: float, tone: float) -> Field:
        """Add a round tone that fades outwards (a negative one takes tone away: light)."""
        box = (max(2, round(2 * rx / self.CELL)), max(2, round(2 * ry / self.CELL)))
        # Pillow's gradient reaches 181 where the circle touches its box.
        near = [max(0.0, 1 - i / 180) for i in range(256)]
        fall = [round(255 * abs(tone) * t * t * (3 - 2 * t)) for t in near]
        lamp = Image.radial_gradient("L").point(fall)
        layer = Image.new("L", self.cells)
        layer.paste(lamp.resize(box), (round((x - rx) / self.CELL), round((y - ry) / self.CELL)))
        mix = ImageChops.add if tone > 0 else ImageChops.subtract
        return self._take(mix(self.image, layer))

    def soften(self, radius: float) -> Field:
        """Blur the tones over about `radius`."""
        return self._take(self.image.filter(ImageFilter.GaussianBlur(radius / self.CELL)))

    def noise(self, rng: random.Random, wide: float, high: float, strength: float) -> Field:
        """Add cloudy unevenness in patches about `wide` by `high`, up to `strength` each way."""
        cloud = _cloud(rng, self.cells, wide / self.CELL, high / self.CELL)
        up = cloud.point([max(0, round((i - 128) * 2 * strength)) for i in range(256)])
        down = cloud.point([max(0, round((128 - i) * 2 * strength)) for i in range(256)])
        return self._take(ImageChops.subtract(ImageChops.add(self.image, up), down))


def _cloud(rng: random.Random, size: tuple[int, int], wide: float, high: float) -> Image.Image:
    """Smooth noise over `size`, in patches of about `wide` by `high`."""
    columns, rows = (max(2, round(size[0] / wide) + 2), max(2, round(size[1] / high) + 2))
    seeds = Image.frombytes("L", (columns, rows), rng.randbytes(columns * rows))
    return seeds.resize(size, Image.Resampling.BICUBIC)


# Space


class View:
    """A place to look from: turns spots in space (x right, y away, z up) into picture points.

    `turn` looks to the right, `tilt` looks down, both in degrees; `focal` is how many pixels a
    length takes up at a distance equal to it; `centre` is where the eye is aimed.
    """

    def __init__(
        self,
        eye: Spot,
        focal: float = 1500,
        turn: float = 0,
        tilt: float = 0,
        centre: Point = (900, 600),
    ) -> None:
        self.eye, self.focal, self.centre = eye, focal, centre
        self._turn = math.cos(math.radians(turn)), math.sin(math.radians(turn))
        self._tilt = math.cos(math.radians(tilt)), math.sin(math.radians(tilt))

    def __call__(self, x: float, y: float, z: float) -> Point:
        dx, dy, dz = x - self.eye[0], y - self.eye[1], z - self.eye[2]
        cos, sin = self._turn
        dx, dy = dx * cos - dy * sin, dx * sin + dy * cos
        cos, sin = self._tilt
        dy, dz = dy * cos - dz * sin, dy * sin + dz * cos
        dy = max(dy, 0.05)
        return (
            self.centre[0] + self.focal * dx / dy,
            self.centre[1] - self.focal * dz / dy,
        )

    def path(self, *spots: Spot) -> list[Point]:
        """The picture points of some spots in space."""
        return [self(*spot) for spot in spots]

    def floor(self, x0: float, y0: float, x1: float, y1: float, z: float = 0) -> list[Point]:
        """A level rectangle."""
        return self.path((x0, y0, z), (x1, y0, z), (x1, y1, z), (x0, y1, z))

    def front(self, x0: float, x1: float, y: float, z0: float, z1: float) -> list[Point]:
        """An upright rectangle across the line of sight."""
        return self.path((x0, y, z0), (x1, y, z0), (x1, y, z1), (x0, y, z1))

    def side(self, x: float, y0: float, y1: float, z0: float, z1: float) -> list[Point]:
        """An upright rectangle along the line of sight."""
        return self.path((x, y0, z0), (x, y1, z0), (x, y1, z1), (x, y0, z1))


# The block


class Block:
    """A block being carved: flat colours at twice the final size."""

    def __init__(
        self, seed: int, ground: int = PAPER, size: tuple[int, int] = LANDSCAPE, hand: float = 1.6
    ) -> None:
        self.rng = random.Random(seed)
        self.size = size
        self.image = Image.new("L", (size[0] * SCALE, size[1] * SCALE), ground)
        self.pen = ImageDraw.Draw(self.image)
        self.corner = (0, 0)
        self.hand = hand
        self._sway = [Field(size, 0.5).noise(self.rng, 70, 70, 0.5) for _ in "xy"]
        self.drift = Field(size, 0.5).noise(self.rng, 420, 300, 0.5)
        self.bite = Field(size, 0.5).noise(self.rng, 36, 24, 0.5)

    @property
    def whole(self) -> list[Point]:
        """The outline of the whole block, a little over the edge."""
        return rect(-10, -10, self.size[0] + 10, self.size[1] + 10)

    def held(self, path: Path) -> list[Point]:
        """A path as a hand would cut it: never quite straight, neighbours swaying together."""
        across, down, cell = self._sway[0].values, self._sway[1].values, self._sway[0].cell
        hand = 2 * self.hand / 255
        held = []
        for x, y in path:
            at = cell(x, y)
            held.append((x + (across[at] - 127.5) * hand, y + (down[at] - 127.5) * hand))
        return held

    def fill(self, shape: Path, colour: int = INK) -> None:
        """Fill a closed shape with a flat colour."""
        edge = self.held(resample([*shape, shape[0]], 22))
        left, top = self.corner
        self.pen.polygon([(x * SCALE - left, y * SCALE - top) for x, y in edge], fill=colour)

    def oval(
        self, x: float, y: float, rx: float, ry: float | None = None, colour: int = INK
    ) -> None:
        """Fill an ellipse around (x, y)."""
        self.fill(arc(x, y, rx, ry), colour)

    def line(self, path: Path, width: float | Tone, colour: int = INK, step: float = 0) -> None:
        """Cut one line; where `width` gives less than half a pixel the tool leaves the block."""
        if step:
            path = resample(path, step)
        if not callable(width):
            self._ribbon([(x, y, width) for x, y in self.held(path)], colour)
            return
        run: list[Spot] = []
        for (x, y), (hx, hy) in zip(path, self.held(path), strict=True):
            breadth = width(x, y)
            if breadth < 0.5:
                self._ribbon(run, colour)
                run = []
            else:
                run.append((hx, hy, breadth))
        self._ribbon(run, colour)

    def bar(self, *path: Point, width: float, colour: int = INK) -> None:
        """Cut a beam of even width along a few corners."""
        self.line(path, width, colour, step=24)

    def taper(
        self, path: Path, first: float, last: float, colour: int = INK, belly: float = 0
    ) -> None:
        """Cut one line whose width runs from `first` to `last`, swollen by `belly` midway."""
        end = max(1, len(path) - 1)
        self._ribbon(
            [
                (x, y, first + (last - first) * i / end + belly * math.sin(math.pi * i / end))
                for i, (x, y) in enumerate(self.held(path))
            ],
            colour,
        )

    def _ribbon(self, run: Sequence[Spot], colour: int, chunk: int = 14) -> None:
        """Draw a line of changing width, in short pieces (long polygons are slow to fill)."""
        if len(run) < 2:
            return
        left, right = [], []
        over, down = self.corner
        last = len(run) - 1
        for i, (x, y, width) in enumerate(run):
            ax, ay, _ = run[i - 1 if i else 0]
            bx, by, _ = run[i + 1 if i < last else last]
            dx, dy = bx - ax, by - ay
            half = width * SCALE / 2 / (math.hypot(dx, dy) or 1)
            x, y = x * SCALE - over, y * SCALE - down
            left.append((x - dy * half, y + dx * half))
            right.append((x + dy * half, y - dx * half))
        for start in range(0, last, chunk):
            part = slice(start, start + chunk + 1)
            self.pen.polygon(left[part] + right[part][::-1], fill=colour)

    @contextmanager
    def within(self, *shapes: Path, outside: bool = False) -> Iterator[None]:
        """Keep what is drawn meanwhile inside the shapes (or outside all of them)."""
        kept, corner = self.image, self.corner
        edges = [
            [
                (x * SCALE - corner[0], y * SCALE - corner[1])
                for x, y in self.held(resample([*shape, shape[0]], 22))
            ]
            for shape in shapes
        ]
        wide, high = kept.size
        box = (0, 0, wide, high)
        if not outside:
            xs = [x for edge in edges for x, _ in edge]
            ys = [y for edge in edges for _, y in edge]
            box = (
                min(wide - 1, max(0, math.floor(min(xs)))),
                min(high - 1, max(0, math.floor(min(ys)))),
                max(1, min(wide, math.ceil(max(xs)) + 1)),
                max(1, min(high, math.ceil(max(ys)) + 1)),
            )
        self.image = kept.crop(box)
        self.corner = (corner[0] + box[0], corner[1] + box[1])
        self.pen = ImageDraw.Draw(self.image)
        yield
        mask = Image.new("L", self.image.size, 255 if outside else 0)
        stencil = ImageDraw.Draw(mask)
        for edge in edges:
            shifted = [(x - box[0], y - box[1]) for x, y in edge]
            stencil.polygon(shifted, fill=0 if outside else 255)
        kept.paste(self.image, box, mask)
        self.image, self.corner = kept, corner
        self.pen = ImageDraw.Draw(kept)

    # Families of lines

    def engrave(
        self,
        family: Iterable[Path],
        spacing: float,
        tone: Tone | float,
        colour: int = INK,
        ragged: float = 0.35,
    ) -> None:
        """Cut a family of lines that swell with the tone: 0 leaves nothing, 1 closes the gaps."""
        bite = self.bite
        for path in family:
            press = self.rng.uniform(0.88, 1.12) * spacing * 1.06

            def width(x: float, y: float, press: float = press) -> float:
                depth = tone(x, y) if callable(tone) else tone
                if depth <= 0.03:
                    return 0.0
                return press * depth * (1 + (bite(x, y) - 0.5) * ragged * (1.6 - depth))

            self.line(path, width, colour)

    def form(
        self,
        family: Sequence[Path],
        tone: Tone | float,
        colour: int = INK,
        ragged: float = 0.35,
    ) -> None:
        """Cut lines of equal count of points that fan out: each swells with the gap beside it."""
        bite = self.bite
        for i, path in enumerate(family):
            beside = family[i + 1] if i + 1 < len(family) else family[i - 1]
            press = self.rng.uniform(0.88, 1.12)
            run: list[Spot] = []
            for (x, y), (bx, by), (hx, hy) in zip(path, beside, self.held(path), strict=True):
                depth = tone(x, y) if callable(tone) else tone
                gap = math.hypot(bx - x, by - y) * press
                wide = gap * depth * (1 + (bite(x, y) - 0.5) * ragged * (1.6 - depth))
                if wide < 0.5:
                    self._ribbon(run, colour)
                    run = []
                else:
                    run.append((hx, hy, wide))
            self._ribbon(run, colour)

    def parallels(
        self, shape: Path, angle: float, spacing: float, sway: float = 1.0
    ) -> Iterator[list[Point]]:
        """Lines across a shape's surroundings, swaying together like a hand's strokes."""
        wide, high = self.size
        xs = [min(wide + 30, max(-30, x)) for x, _ in shape]
        ys = [min(high + 30, max(-30, y)) for _, y in shape]
        cx, cy = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
        cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        half_w, half_h = (max(xs) - min(xs)) / 2 + 12, (max(ys) - min(ys)) / 2 + 12
        reach = abs(cos) * half_w + abs(sin) * half_h
        breadth = abs(sin) * half_w + abs(cos) * half_h
        drift, step = self.drift, 12
        offset = -breadth + self.rng.random() * spacing
        while offset < breadth:
            own = offset + self.rng.uniform(-0.06, 0.06) * spacing
            path = []
            for i in range(-int(reach // step) - 1, int(reach // step) + 2):
                along = i * step
                x, y = cx + along * cos - own * sin, cy + along * sin + own * cos
                shift = (drift(x, y) - 0.5) * 3.2 * spacing * sway
                path.append((x - shift * sin, y + shift * cos))
            yield path
            offset += spacing

    def hatch(
        self,
        shape: Path,
        angle: float,
        spacing: float,
        tone: Tone | float,
        colour: int = INK,
        sway: float = 1.0,
        ragged: float = 0.35,
    ) -> None:
        """Shade a shape with parallel lines that swell with the tone."""
        with self.within(shape):
            self.engrave(self.parallels(shape, angle, spacing, sway), spacing, tone, colour, ragged)

    def water(
        self,
        top: float,
        bottom: float,
        far: float,
        near: float,
        tone: Tone,
        colour: int = INK,
        height: float = 0.5,
        length: float = 7.0,
    ) -> None:
        """Cut wavy water lines from the horizon at `top` towards the viewer.

        `far` and `near` are the distances of the lines there; `height` and `length` describe a
        wave as multiples of that distance.
        """
        wide = self.size[0]
        level = top
        while level < bottom + near:
            depth = min(1, max(0, (level - top) / (bottom - top)))
            gap = far + (near - far) * depth
            wave = gap * length * self.rng.uniform(0.85, 1.2)
            rise = gap * height * min(1, depth * 6 + 0.15)
            phase = self.rng.uniform(0, math.tau)
            drift, bite = self.drift, self.bite
            path = []
            for x in range(-12, wide + 13, 9):
                turn = x / wave * math.tau + phase + drift(x, level) * 9
                swell = 0.55 + 0.9 * drift(wide - x, level)
                crest = math.sin(turn) + 0.28 * math.sin(2 * turn + 1.1)
                path.append((x, level + rise * swell * crest + (bite(x, level) - 0.5) * gap * 0.2))
            self.engrave([path], gap, tone, colour)
            level += gap

    def scoops(
        self,
        places: Iterable[Point],
        angle: float | Tone,
        length: float,
        width: float,
        colour: int,
        bend: float = 0.1,
    ) -> None:
        """Cut short lens-shaped marks, as a gouge leaves them, one at each place."""
        for x, y in places:
            turn = (angle(x, y) if callable(angle) else angle) + self.rng.uniform(-7, 7)
            size = self.rng.uniform(0.6, 1.25)
            reach = length * size / 2
            rise = reach * self.rng.uniform(-bend, bend) * 2
            path = moved([(-reach, 0), (-reach / 2, rise), (0, rise * 1.3), (reach / 2, rise),
                          (reach, 0)], x, y, 1, turn)  # fmt: skip
            self.taper(curve(*path, pieces=3), 0.2, 0.2, colour, width * size)

    def scatter(self, shape: Path, count: int) -> Iterator[Point]:
        """Spots strewn over the rectangle around a shape, evenly rather than in clumps."""
        xs, ys = [p[0] for p in shape], [p[1] for p in shape]
        left, top, wide, high = min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)
        columns = max(1, round(math.sqrt(count * wide / max(high, 1))))
        rows = max(1, round(count / columns))
        for row in range(rows):
            for column in range(columns):
                yield (
                    left + (column + self.rng.random() * 0.9) * wide / columns,
                    top + (row + self.rng.random() * 0.9) * high / rows,
                )

    # Printing

    def pull(self) -> Image.Image:
        """Take the print: every colour a plate with ragged edges, the ink a little uneven."""
        wide, high = self.size
        rough = Image.blend(
            _cloud(self.rng, self.size, 2.2, 2.2), _cloud(self.rng, self.size, 7, 7), 0.45
        )
        ragged = rough.point([round(128 + (i - 128) * 0.5) for i in range(256)])
        inverse = ImageChops.invert(ragged)
        sheet = Image.new("RGB", self.size, COLOURS[PAPER])
        for colour in (TAN, CREAM, COPPER, INK):
            plate = self.image.point([255 if i == colour else 0 for i in range(256)])
            if not plate.getbbox():
                continue
            plate = plate.reduce(SCALE).filter(ImageFilter.BoxBlur(0.7))
            plate = ImageChops.add(plate, ragged if colour == INK else inverse, 1, -128)
            cut = 118 if colour == INK else 96
            plate = plate.point(
                [min(255, max(0, round((i - cut) * 2.6 + 128))) for i in range(256)]
            )
            plate = ImageChops.multiply(plate, self._cover(0.8 if colour == INK else 0.55))
            sheet.paste(COLOURS[colour], (0, 0, wide, high), plate)
        return sheet

    def _cover(self, density: float) -> Image.Image:
        """How well ink takes: flecks where it missed the paper, more where the roller was dry."""
        grain = _cloud(self.rng, self.size, 3, 3)
        dryness = _cloud(self.rng, self.size, 190, 150).point([i // 5 for i in range(256)])
        patchy = ImageChops.add(grain, dryness, 1, -26)
        start = 226 + 16 * density
        return patchy.point([255 - min(130, max(0, round((i - start) * 9))) for i in range(256)])
