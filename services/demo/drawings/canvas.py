"""A sheet to draw flat shapes on, in coordinates of about 1200 × 900; the finished picture fits itself in."""

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from models.brand import mix

WIDTH, HEIGHT = 1200, 900
MARGIN = 180  # room around the sheet, for what reaches beyond it
SCALE = 2  # drawn this much larger, then reduced, so that edges are smooth
FILLED = (880, 650)  # the shapes are made to fill this part of the picture
ARC_STEPS = 16  # points of a quarter circle
SHADOW_OFFSET = (10, 26)
SHADOW_BLUR = 16
SHADOW_SHARE = 0.30
NOTHING = (0, 0, 0, 0)

Point = tuple[float, float]


def light(color: str, share: float = 0.18) -> str:
    """`color` with a share of white in it: the side that faces the light."""
    return mix("#ffffff", color, share)


def dark(color: str, share: float = 0.18) -> str:
    """`color` with a share of a deep green in it: the side in the shade."""
    return mix("#10201c", color, share)


class Canvas:
    """Shapes on a transparent layer. Everything drawn is turned by `turn` degrees, clockwise, about `middle`."""

    def __init__(self, turn: float = 0, middle: Point = (WIDTH / 2, HEIGHT / 2)) -> None:
        self.turn, self.middle = turn, middle
        size = (round((WIDTH + 2 * MARGIN) * SCALE), round((HEIGHT + 2 * MARGIN) * SCALE))
        self._layer = Image.new("RGBA", size, NOTHING)
        self._pen = ImageDraw.Draw(self._layer)

    def polygon(self, points: Iterable[Point], color: str | None) -> None:
        """Fill a shape; without a colour, cut it out."""
        corners = [self._placed(point) for point in points]
        self._pen.polygon(corners, fill=color or NOTHING)

    def box(  # noqa: PLR0917 - a place, a size and a colour read best in one row
        self, x: float, y: float, width: float, height: float, color: str | None, radius: float = 0
    ) -> None:
        """Fill a rectangle with round corners, from its top left corner."""
        self.polygon(rounded(x, y, width, height, radius), color)

    def circle(self, x: float, y: float, radius: float, color: str | None) -> None:
        """Fill a circle about its centre."""
        self.polygon(arc(x, y, radius, 0, 360), color)

    def ellipse(self, x: float, y: float, across: float, down: float, color: str | None) -> None:
        """Fill an ellipse about its centre, with its two radii."""
        self.polygon(arc(x, y, across, 0, 360, down), color)

    def ring(self, x: float, y: float, outer: float, inner: float, color: str) -> None:
        """Fill what lies between two circles."""
        self.stroke(arc(x, y, (outer + inner) / 2, 0, 360), outer - inner, color)

    def stroke(self, points: Sequence[Point], width: float, color: str | None) -> None:
        """Draw a line of this width through the points, round at its ends and bends."""
        for start, end in pairwise(points):
            across, down = end[0] - start[0], end[1] - start[1]
            length = math.hypot(across, down) or 1
            side = (-down / length * width / 2, across / length * width / 2)
            corners = [(start[0] + side[0], start[1] + side[1]), (end[0] + side[0], end[1] + side[1])]
            corners += [(end[0] - side[0], end[1] - side[1]), (start[0] - side[0], start[1] - side[1])]
            self.polygon(corners, color)
        for x, y in points:
            self.polygon(arc(x, y, width / 2, 0, 360), color)

    @contextmanager
    def within(self, points: Iterable[Point]) -> Iterator[None]:
        """What is drawn meanwhile shows only inside this shape."""
        below, below_pen = self._layer, self._pen
        corners = [self._placed(point) for point in points]
        frame = _frame(corners)
        shape = Image.new("L", (frame[2] - frame[0], frame[3] - frame[1]), 0)
        ImageDraw.Draw(shape).polygon([(x - frame[0], y - frame[1]) for x, y in corners], fill=255)
        self._layer = Image.new("RGBA", below.size, NOTHING)
        self._pen = ImageDraw.Draw(self._layer)
        yield
        part = self._layer.crop(frame)
        below.paste(part, frame[:2], ImageChops.multiply(shape, part.getchannel("A")))
        self._layer, self._pen = below, below_pen

    def finished(self, ground: str) -> Image.Image:
        """The picture: the shapes in its middle with their soft shadow, on a ground of this colour."""
        shapes = _fitted(self.shapes())
        place = ((WIDTH - shapes.width) // 2, (HEIGHT - shapes.height) // 2)
        shadow = Image.new("L", (WIDTH, HEIGHT), 0)
        shadow.paste(shapes.getchannel("A"), (place[0] + SHADOW_OFFSET[0], place[1] + SHADOW_OFFSET[1]))
        picture = Image.new("RGB", (WIDTH, HEIGHT), ground)
        picture.paste(dark(ground, SHADOW_SHARE), (0, 0), shadow.filter(ImageFilter.GaussianBlur(SHADOW_BLUR)))
        picture.paste(shapes, place, shapes)
        return picture

    def shapes(self) -> Image.Image:
        """What was drawn, as large as it was drawn, without the empty sheet around it."""
        return self._layer.crop(self._layer.getbbox())

    def _placed(self, point: Point) -> Point:
        angle = math.radians(self.turn)
        x, y = point[0] - self.middle[0], point[1] - self.middle[1]
        turned = (x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle))
        return (turned[0] + self.middle[0] + MARGIN) * SCALE, (turned[1] + self.middle[1] + MARGIN) * SCALE


def _fitted(shapes: Image.Image) -> Image.Image:
    share = min(FILLED[0] / shapes.width, FILLED[1] / shapes.height)
    return shapes.resize((round(shapes.width * share), round(shapes.height * share)), Image.Resampling.BOX)


def _frame(corners: Sequence[Point]) -> tuple[int, int, int, int]:
    """The whole pixels a shape lies in."""
    across, down = [x for x, _y in corners], [y for _x, y in corners]
    return math.floor(min(across)), math.floor(min(down)), math.ceil(max(across)), math.ceil(max(down))


def arc(  # noqa: PLR0917 - as above
    x: float, y: float, radius: float, start: float, end: float, down: float | None = None
) -> list[Point]:
    """Points of an arc from one angle to another, in degrees clockwise from the right; `down` makes an ellipse."""
    steps = max(2, math.ceil(abs(end - start) / 90 * ARC_STEPS))
    angles = [math.radians(start + (end - start) * step / steps) for step in range(steps + 1)]
    return [(x + radius * math.cos(angle), y + (down or radius) * math.sin(angle)) for angle in angles]


def rounded(x: float, y: float, width: float, height: float, radius: float) -> list[Point]:
    """The outline of a rectangle with round corners."""
    if not radius:
        return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    left, right, top, bottom = x + radius, x + width - radius, y + radius, y + height - radius
    corners = ((left, top, 180), (right, top, 270), (right, bottom, 0), (left, bottom, 90))
    return [point for cx, cy, start in corners for point in arc(cx, cy, radius, start, start + 90)]


def curve(points: Sequence[Point], *, closed: bool = True) -> list[Point]:
    """A smooth line through the points (Catmull-Rom)."""
    count = len(points)
    smooth: list[Point] = []
    for index in range(count if closed else count - 1):
        near = [index - 1, index, index + 1, index + 2]
        a, b, c, d = (points[i % count] if closed else points[min(max(i, 0), count - 1)] for i in near)
        smooth += [_between(a, b, c, d, step / ARC_STEPS) for step in range(ARC_STEPS)]
    return smooth if closed else [*smooth, points[-1]]


def _between(a: Point, b: Point, c: Point, d: Point, t: float) -> Point:
    x, y = (
        0.5 * (2 * q + (r - p) * t + (2 * p - 5 * q + 4 * r - s) * t**2 + (3 * q - p - 3 * r + s) * t**3)
        for p, q, r, s in zip(a, b, c, d, strict=True)
    )
    return x, y
