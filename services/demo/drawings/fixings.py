"""Drawings of what holds things together."""

import math

from services.demo.drawings.canvas import Canvas, Point, arc, curve, dark, light
from services.demo.drawings.colors import COAL, IRON, RED, STEEL


def screws(metal: str, *, slim: bool = False) -> Canvas:
    """Four countersunk screws with a star drive, one seen from above."""
    canvas = Canvas(turn=-28)
    body = 34.0 if slim else 46.0
    for x, y in ((150.0, 240.0), (250.0, 420.0), (130.0, 600.0)):
        _screw(canvas, x, y, body, metal)
    _head(canvas, (1010, 700), 88, metal)
    return canvas


def wall_plugs(color: str) -> Canvas:
    """Three plastic plugs with their fins."""
    canvas = Canvas(turn=-24)
    for index, (y, scale) in enumerate(((230.0, 1.0), (450.0, 1.0), (670.0, 1.0))):
        _plug(canvas, 180 + 90 * (index % 2), y, scale, (color, light(color, 0.16), color)[index])
    return canvas


def nails() -> Canvas:
    """Five wire nails in a row."""
    canvas = Canvas(turn=-32)
    for index, angle in enumerate((2, -3, 1, -2, 3)):
        _nail(canvas, (200.0 + 36 * (index % 2), 190.0 + index * 130), float(angle), 720 - 40 * (index % 3))
    return canvas


def bolts() -> Canvas:
    """A hexagon bolt with its nut."""
    canvas = Canvas(turn=-22)
    canvas.box(330, 352, 560, 116, dark(STEEL, 0.2))
    canvas.box(330, 352, 560, 84, STEEL)
    canvas.box(330, 364, 560, 22, light(STEEL, 0.5))
    thread = [(570, 352), (880, 352), (906, 384), (906, 436), (880, 468), (570, 468)]
    with canvas.within(thread):
        canvas.box(570, 352, 340, 116, STEEL)
        for step in range(18):
            canvas.stroke([(566 + step * 21, 472), (580 + step * 21, 348)], 8, IRON)
        canvas.box(570, 352, 340, 16, light(STEEL, 0.3))
    canvas.box(296, 300, 40, 220, IRON, 10)
    canvas.box(170, 286, 140, 248, dark(STEEL, 0.12), 26)
    canvas.box(170, 286, 140, 78, light(STEEL, 0.35), 26)
    canvas.box(170, 350, 140, 116, STEEL)
    _nut(canvas, (860, 690), 150, STEEL)
    return canvas


def washers() -> Canvas:
    """Washers of three sizes."""
    canvas = Canvas()
    for x, y, radius in ((430, 410, 260), (790, 560, 200), (760, 260, 140), (545, 725, 110)):
        _washer(canvas, (float(x), float(y)), float(radius))
    return canvas


def cable_ties() -> Canvas:
    """A bundle of cable ties, one of them closed to a loop."""
    canvas = Canvas()
    for index in range(5):
        lift = index * 58
        line = curve(
            [(170, 700 - lift), (420, 640 - lift * 1.1), (700, 610 - lift), (1030, 640 - lift * 1.2)], closed=False
        )
        canvas.stroke(line, 26, COAL if index % 2 else light(COAL, 0.16))
        canvas.box(118, 668 - lift, 74, 64, COAL if index % 2 else light(COAL, 0.16), 12)
        canvas.box(140, 690 - lift, 26, 20, dark(COAL, 0.6), 4)
    canvas.ring(860, 300, 190, 162, RED)
    canvas.stroke([(862, 482), (1010, 560)], 28, RED)
    canvas.box(812, 446, 84, 74, dark(RED, 0.2), 14)
    return canvas


def _screw(canvas: Canvas, x: float, y: float, body: float, metal: str) -> None:
    """A screw of 820 that points to the right."""
    half, neck = body / 2, x + 96
    canvas.polygon(
        [
            (neck - 20, y - half * 0.75),
            (x + 330, y - half * 0.75),
            (x + 330, y + half * 0.75),
            (neck - 20, y + half * 0.75),
        ],
        metal,
    )
    canvas.polygon(
        [
            (neck - 20, y + half * 0.2),
            (x + 330, y + half * 0.2),
            (x + 330, y + half * 0.75),
            (neck - 20, y + half * 0.75),
        ],
        dark(metal, 0.25),
    )
    core = [
        (x + 320, y - half * 0.7),
        (x + 740, y - half * 0.6),
        (x + 820, y),
        (x + 740, y + half * 0.6),
        (x + 320, y + half * 0.7),
    ]
    canvas.polygon(core, dark(metal, 0.35))
    for step in range(16):
        start, reach = x + 318 + step * 29, half * (1.15 - max(0, step - 11) * 0.17)
        canvas.polygon(
            [
                (start + 6, y + reach),
                (start + 22, y + reach * 0.8),
                (start + 32, y - reach),
                (start + 16, y - reach * 0.8),
            ],
            metal,
        )
        canvas.stroke([(start + 27, y - reach * 0.85), (start + 20, y - reach * 0.1)], 5, light(metal, 0.5))
    canvas.polygon(
        [
            (x, y - half * 2.1),
            (x + 22, y - half * 2.1),
            (neck, y - half * 0.8),
            (neck, y + half * 0.8),
            (x + 22, y + half * 2.1),
            (x, y + half * 2.1),
        ],
        metal,
    )
    canvas.polygon(
        [
            (x, y + half * 0.5),
            (neck, y + half * 0.3),
            (neck, y + half * 0.8),
            (x + 22, y + half * 2.1),
            (x, y + half * 2.1),
        ],
        dark(metal, 0.25),
    )
    canvas.polygon(
        [
            (x, y - half * 2.1),
            (x + 22, y - half * 2.1),
            (neck, y - half * 0.8),
            (neck, y - half * 0.3),
            (x, y - half * 1.1),
        ],
        light(metal, 0.35),
    )


def _head(canvas: Canvas, middle: Point, radius: float, metal: str) -> None:
    """A screw's head from above."""
    canvas.circle(*middle, radius, dark(metal, 0.25))
    canvas.circle(middle[0] - 4, middle[1] - 4, radius - 8, metal)
    star = [_around(middle, radius * (0.52 if step % 2 else 0.3), step * 30) for step in range(12)]
    canvas.polygon(curve(star), dark(metal, 0.75))


def _plug(canvas: Canvas, x: float, y: float, scale: float, color: str) -> None:
    """A plug of 780 that points to the right."""
    half = 56 * scale
    canvas.polygon(
        [
            (x, y - half),
            (x + 700, y - half * 0.8),
            (x + 780, y - half * 0.4),
            (x + 780, y + half * 0.4),
            (x + 700, y + half * 0.8),
            (x, y + half),
        ],
        color,
    )
    canvas.polygon(
        [
            (x, y + half * 0.3),
            (x + 780, y + half * 0.15),
            (x + 780, y + half * 0.4),
            (x + 700, y + half * 0.8),
            (x, y + half),
        ],
        dark(color, 0.2),
    )
    for step in range(7):
        start = x + 290 + step * 62
        canvas.polygon(
            [(start, y - half * 0.85), (start + 46, y - half * 1.22), (start + 46, y - half * 0.7)], light(color, 0.2)
        )
        canvas.polygon(
            [(start, y + half * 0.85), (start + 46, y + half * 1.22), (start + 46, y + half * 0.7)], dark(color, 0.32)
        )
    canvas.box(x + 210, y - 7, 560, 14, dark(color, 0.5), 7)
    canvas.box(x - 34, y - half * 1.35, 50, half * 2.7, dark(color, 0.12), 14)
    canvas.box(x - 34, y - half * 1.35, 18, half * 2.7, light(color, 0.25), 9)


def _nail(canvas: Canvas, start: Point, angle: float, length: float) -> None:
    """A nail whose head lies at `start`."""
    turned = math.radians(angle)
    along, side = (math.cos(turned), math.sin(turned)), (-math.sin(turned), math.cos(turned))

    def at(distance: float, aside: float) -> Point:
        return start[0] + along[0] * distance + side[0] * aside, start[1] + along[1] * distance + side[1] * aside

    canvas.polygon([at(0, -19), at(length - 70, -19), at(length, 0), at(length - 70, 19), at(0, 19)], STEEL)
    canvas.polygon([at(0, 4), at(length - 70, 4), at(length, 0), at(length - 70, 19), at(0, 19)], dark(STEEL, 0.25))
    for step in range(5):
        canvas.polygon(
            [at(34 + step * 16, -19), at(40 + step * 16, -19), at(40 + step * 16, 19), at(34 + step * 16, 19)], IRON
        )
    canvas.polygon([at(-20, -48), at(6, -48), at(16, -24), at(16, 24), at(6, 48), at(-20, 48)], IRON)
    canvas.polygon([at(-20, -48), at(-6, -48), at(-6, 48), at(-20, 48)], light(IRON, 0.4))


def _nut(canvas: Canvas, middle: Point, radius: float, metal: str) -> None:
    corners = [_around(middle, radius, step * 60 + 12) for step in range(6)]
    canvas.polygon([(x + 6, y + 16) for x, y in corners], dark(metal, 0.4))
    canvas.polygon(corners, metal)
    canvas.polygon([*arc(*middle, radius * 0.86, 180, 300), middle], light(metal, 0.35))
    canvas.circle(*middle, radius * 0.76, metal)
    canvas.circle(*middle, radius * 0.56, dark(metal, 0.35))
    canvas.circle(*middle, radius * 0.5, dark(metal, 0.55))
    canvas.circle(*middle, radius * 0.43, None)


def _washer(canvas: Canvas, middle: Point, radius: float) -> None:
    x, y = middle
    canvas.circle(x + 4, y + 12, radius, dark(STEEL, 0.4))
    canvas.circle(x, y, radius, STEEL)
    canvas.circle(x, y, radius * 0.94, light(STEEL, 0.22))
    with canvas.within(arc(x, y, radius * 0.94, 0, 360)):
        canvas.polygon([(x, y), *arc(x, y, radius, 195, 240)], light(STEEL, 0.6))
        canvas.polygon([(x, y), *arc(x, y, radius, 20, 60)], dark(STEEL, 0.06))
    canvas.circle(x, y, radius * 0.5, dark(STEEL, 0.4))
    canvas.circle(x, y, radius * 0.47, None)


def _around(middle: Point, radius: float, angle: float) -> Point:
    return middle[0] + radius * math.cos(math.radians(angle)), middle[1] + radius * math.sin(math.radians(angle))
