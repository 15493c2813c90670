"""Drawings of hand tools."""

import math

from services.demo.drawings.canvas import Canvas, Point, arc, curve, dark, light
from services.demo.drawings.colors import BEECH, BLUE, BRASS, COAL, GREEN, IRON, OAK, RED, STEEL, YELLOW


def hammer() -> Canvas:
    """A claw hammer."""
    canvas = Canvas(turn=38)
    shaft = curve(
        [(560, 220), (640, 220), (636, 480), (656, 640), (652, 840), (600, 866), (548, 840), (544, 640), (564, 480)]
    )
    canvas.polygon(shaft, OAK)
    with canvas.within(shaft):
        canvas.box(614, 200, 60, 700, dark(OAK, 0.2))
        canvas.box(530, 610, 140, 290, GREEN)
        canvas.box(616, 610, 60, 290, dark(GREEN, 0.25))
        for y in (650, 690, 730):
            canvas.box(560, y, 80, 12, dark(GREEN, 0.4), 6)
    claw = [(560, 120), (420, 116), (300, 150), (190, 250), (176, 300), (214, 290), (320, 216), (440, 212), (560, 236)]
    canvas.polygon(curve(claw), STEEL)
    canvas.polygon(
        curve([(560, 200), (440, 184), (320, 190), (200, 280), (214, 292), (320, 216), (440, 212), (560, 236)]),
        dark(STEEL, 0.25),
    )
    canvas.box(530, 100, 150, 156, STEEL, 20)
    canvas.box(530, 216, 150, 40, dark(STEEL, 0.25), 20)
    canvas.polygon([(670, 122), (780, 140), (780, 220), (670, 236)], STEEL)
    canvas.box(770, 96, 90, 166, IRON, 22)
    canvas.box(836, 96, 24, 166, light(IRON, 0.45), 12)
    canvas.box(780, 110, 14, 138, dark(IRON, 0.25), 7)
    canvas.box(544, 112, 110, 22, light(STEEL, 0.5), 11)
    return canvas


def mallet() -> Canvas:
    """A rubber mallet."""
    canvas = Canvas(turn=-34)
    canvas.box(558, 330, 84, 520, OAK, 36)
    canvas.box(612, 330, 30, 520, dark(OAK, 0.22), 15)
    canvas.box(550, 690, 100, 172, COAL, 40)
    canvas.box(310, 110, 580, 260, dark(COAL, 0.35), 60)
    canvas.box(310, 110, 580, 236, COAL, 60)
    canvas.box(330, 130, 540, 60, light(COAL, 0.18), 30)
    canvas.box(376, 110, 20, 248, dark(COAL, 0.4))
    canvas.box(804, 110, 20, 248, dark(COAL, 0.4))
    canvas.box(540, 96, 120, 40, BEECH, 14)
    return canvas


def screwdrivers() -> Canvas:
    """Three screwdrivers with two-coloured handles."""
    canvas = Canvas(turn=-30)
    for index, (y, length) in enumerate(((220.0, 430.0), (450.0, 360.0), (680.0, 300.0))):
        _screwdriver(canvas, 90 + index * 40, y, length, (RED, BLUE, YELLOW)[index])
    return canvas


def pliers() -> Canvas:
    """Combination pliers, half open."""
    canvas = Canvas(turn=34)
    for flip in (True, False):
        shade = 0.12 if flip else 0.0
        canvas.polygon(
            _mirrored(curve([(606, 96), (640, 110), (690, 230), (680, 330), (560, 420), (540, 330), (592, 240)]), flip),
            dark(STEEL, shade),
        )
        canvas.polygon(
            _mirrored(
                curve(
                    [
                        (640, 370),
                        (560, 420),
                        (470, 560),
                        (430, 720),
                        (440, 850),
                        (500, 850),
                        (520, 720),
                        (570, 580),
                        (660, 440),
                    ]
                ),
                flip,
            ),
            dark(RED, shade),
        )
        canvas.stroke(
            _mirrored(curve([(580, 450), (500, 580), (468, 720), (470, 820)], closed=False), flip), 16, light(RED, 0.3)
        )
    for step in range(5):
        canvas.stroke([(598, 130 + step * 24), (630 + step * 3, 130 + step * 24)], 6, IRON)
    canvas.circle(600, 384, 66, dark(STEEL, 0.2))
    canvas.circle(600, 380, 62, STEEL)
    canvas.circle(600, 380, 26, IRON)
    canvas.circle(594, 374, 10, light(IRON, 0.5))
    return canvas


def spanners() -> Canvas:
    """Three combination spanners."""
    canvas = Canvas(turn=-36)
    for index, (y, scale) in enumerate(((200.0, 1.0), (460.0, 0.84), (680.0, 0.7))):
        _spanner(canvas, 110 + index * 60, y, scale)
    return canvas


def hex_keys() -> Canvas:
    """A set of hexagon keys in their holder."""
    canvas = Canvas(turn=-10)
    for index in range(7):
        x, top = 250 + index * 108, 150 + index * 52
        width = 44 - index * 4
        line = [*[(x, 760.0), (x, top + 60.0)], *arc(x + 60, top + 60, 60, 180, 270), (x + 150 - index * 6, top)]
        canvas.stroke([(a + 8, b) for a, b in line], width, dark(IRON, 0.35))
        canvas.stroke(line, width - 8, IRON)
        canvas.stroke([(x - width * 0.2, 740), (x - width * 0.2, top + 80)], 6, light(IRON, 0.4))
    canvas.box(180, 600, 840, 190, dark(GREEN, 0.35), 40)
    canvas.box(180, 600, 840, 170, GREEN, 40)
    canvas.box(210, 626, 780, 34, light(GREEN, 0.2), 17)
    for index in range(7):
        canvas.circle(250 + index * 108, 716, 20 - index, dark(GREEN, 0.5))
    return canvas


def bits() -> Canvas:
    """Three screwdriver bits with a star tip, one seen from its end."""
    canvas = Canvas(turn=-24)
    for index, color in enumerate((RED, YELLOW, GREEN)):
        _bit(canvas, 150.0 + 70 * (index % 2), 220.0 + 230 * index, color)
    _end_of_bit(canvas, 980, 690, 120)
    return canvas


def _bit(canvas: Canvas, x: float, y: float, color: str) -> None:
    """A bit of 620 that points to the right."""
    canvas.polygon(
        [(x, y - 56), (x + 20, y - 70), (x + 300, y - 70), (x + 300, y + 70), (x + 20, y + 70), (x, y + 56)], STEEL
    )
    canvas.box(x + 10, y - 70, 290, 40, light(STEEL, 0.45), 6)
    canvas.box(x + 10, y + 24, 290, 46, dark(STEEL, 0.22), 6)
    canvas.box(x + 60, y - 74, 26, 148, dark(STEEL, 0.4), 10)
    canvas.polygon([(x + 290, y - 70), (x + 400, y - 44), (x + 400, y + 44), (x + 290, y + 70)], IRON)
    canvas.polygon([(x + 290, y - 70), (x + 400, y - 44), (x + 400, y - 14), (x + 290, y - 24)], light(IRON, 0.35))
    canvas.box(x + 212, y - 78, 84, 156, dark(color, 0.2), 16)
    canvas.box(x + 212, y - 78, 84, 120, color, 16)
    canvas.box(x + 222, y - 62, 64, 26, light(color, 0.35), 12)
    canvas.polygon(
        [
            (x + 400, y - 44),
            (x + 590, y - 40),
            (x + 610, y - 26),
            (x + 610, y + 26),
            (x + 590, y + 40),
            (x + 400, y + 44),
        ],
        STEEL,
    )
    for lift, tone in ((-30, light(STEEL, 0.5)), (-6, dark(STEEL, 0.3)), (18, light(STEEL, 0.2))):
        canvas.box(x + 404, y + lift, 200, 12, tone, 6)


def _end_of_bit(canvas: Canvas, x: float, y: float, radius: float) -> None:
    canvas.polygon([(x + radius * a, y + radius * b + 10) for a, b in _HEXAGON], dark(STEEL, 0.4))
    canvas.polygon([(x + radius * a, y + radius * b) for a, b in _HEXAGON], STEEL)
    canvas.circle(x, y, radius * 0.74, light(STEEL, 0.3))
    reach = [radius * (0.6 if step % 2 else 0.36) for step in range(12)]
    turned = [math.radians(step * 30) for step in range(12)]
    star = [(x + r * math.cos(t), y + r * math.sin(t)) for r, t in zip(reach, turned, strict=True)]
    canvas.polygon(curve(star), IRON)


def _screwdriver(canvas: Canvas, x: float, y: float, length: float, color: str) -> None:
    """A screwdriver that points to the right."""
    canvas.box(x + 380, y - 18, length, 36, STEEL)
    canvas.box(x + 380, y - 18, length, 12, light(STEEL, 0.5))
    canvas.box(x + 380, y + 8, length, 10, dark(STEEL, 0.2))
    end = x + 380 + length
    canvas.polygon([(end - 6, y - 18), (end + 70, y - 8), (end + 96, y), (end + 70, y + 8), (end - 6, y + 18)], IRON)
    grip = [(x, y - 50), (x + 40, y - 66), (x + 240, y - 62), (x + 320, y - 40), (x + 360, y - 46), (x + 392, y - 34)]
    outline = curve([*grip, *((a, 2 * y - b) for a, b in reversed(grip))])
    canvas.polygon(outline, color)
    with canvas.within(outline):
        canvas.box(x - 20, y + 22, 440, 60, dark(color, 0.25))
        canvas.box(x + 60, y - 46, 220, 24, COAL, 12)
        canvas.box(x + 60, y - 10, 240, 24, COAL, 12)
        canvas.box(x + 60, y + 26, 220, 24, dark(COAL, 0.3), 12)
    canvas.box(x - 22, y - 34, 44, 68, COAL, 20)
    canvas.box(x + 376, y - 28, 30, 56, BRASS, 8)


def _spanner(canvas: Canvas, x: float, y: float, scale: float) -> None:
    """A spanner that lies along `y`, its open end at the left."""
    length, radius = 860 * scale, 112 * scale
    canvas.box(x + radius, y - 34 * scale, length - radius, 68 * scale, STEEL)
    canvas.box(x + radius, y + 10 * scale, length - radius, 24 * scale, dark(STEEL, 0.22))
    canvas.box(x + radius * 2, y - 16 * scale, length - radius * 3.2, 20 * scale, light(STEEL, 0.5), 9 * scale)
    for middle, size in (((x + radius, y), radius), ((x + length, y), radius * 0.82)):
        canvas.circle(middle[0], middle[1] + 8, size, dark(STEEL, 0.28))
        canvas.circle(*middle, size, STEEL)
        canvas.circle(middle[0] - size * 0.06, middle[1] - size * 0.06, size * 0.86, light(STEEL, 0.22))
    ring = [(x + length + radius * 0.5 * a, y + radius * 0.5 * b) for a, b in _HEXAGON]
    canvas.polygon(ring, None)
    jaw = [
        (x - 40 * scale, y - 74 * scale),
        (x + 90 * scale, y - 46 * scale),
        (x + 118 * scale, y + 10 * scale),
        (x + 70 * scale, y + 48 * scale),
        (x - 60 * scale, y + 24 * scale),
    ]
    canvas.polygon(jaw, None)


_HEXAGON: tuple[Point, ...] = ((1, 0), (0.5, 0.866), (-0.5, 0.866), (-1, 0), (-0.5, -0.866), (0.5, -0.866))


def _mirrored(points: list[Point], flip: bool) -> list[Point]:
    return [(1200 - x, y) for x, y in points] if flip else points
