"""Drawings of what stands and lies about on a site, and of what paints it."""

import math
from itertools import pairwise

from services.demo.drawings.canvas import Canvas, arc, curve, dark, light
from services.demo.drawings.colors import (
    BEECH,
    BLUE,
    BRASS,
    COAL,
    GREEN,
    IRON,
    OAK,
    ORANGE,
    RED,
    SKY,
    STEEL,
    YELLOW,
)


def ladder() -> Canvas:
    """A step ladder, opened."""
    canvas = Canvas()
    for side in (0, 1):
        canvas.stroke([(650 + side * 60, 150), (830 + side * 130, 830)], 22, dark(STEEL, 0.35))
    for step in range(4):
        share = 0.24 + step * 0.21
        canvas.stroke(
            [(650 + 180 * share, 150 + 680 * share), (710 + 250 * share, 150 + 680 * share)], 14, dark(STEEL, 0.35)
        )
    for step in range(5):
        share = 0.16 + step * 0.185
        left, right, y = 470 - 210 * share, 670 - 60 * share + 30, 150 + 680 * share
        canvas.box(left, y, right - left, 22, COAL, 6)
        canvas.box(left, y - 20, right - left, 26, GREEN, 6)
        canvas.box(left, y - 20, right - left, 9, light(GREEN, 0.35), 4)
    canvas.stroke([(470, 150), (260, 830)], 36, dark(STEEL, 0.1))
    canvas.stroke([(462, 150), (252, 830)], 14, light(STEEL, 0.5))
    canvas.stroke([(700, 150), (640, 830)], 36, dark(STEEL, 0.1))
    canvas.stroke([(692, 150), (632, 830)], 14, light(STEEL, 0.5))
    canvas.box(420, 106, 340, 60, GREEN, 16)
    canvas.box(420, 106, 340, 24, light(GREEN, 0.25), 12)
    for x in (254, 640, 830, 958):
        canvas.box(x - 28, 812, 56, 40, COAL, 10)
    return canvas


def work_lamp() -> Canvas:
    """An LED work lamp on its stand."""
    canvas = Canvas()
    canvas.stroke([(330, 500), (260, 800), (940, 800), (870, 500)], 36, COAL)
    canvas.stroke([(330, 500), (262, 794)], 12, light(COAL, 0.25))
    canvas.box(440, 110, 320, 46, COAL, 22)
    canvas.box(470, 140, 40, 60, COAL)
    canvas.box(690, 140, 40, 60, COAL)
    canvas.box(250, 180, 700, 460, dark(YELLOW, 0.4), 50)
    canvas.box(250, 180, 700, 436, YELLOW, 50)
    canvas.box(300, 226, 600, 344, COAL, 30)
    canvas.box(318, 244, 564, 308, light(YELLOW, 0.86), 20)
    for row in range(4):
        for column in range(8):
            canvas.circle(362 + column * 68, 286 + row * 74, 20, light(YELLOW, 0.5))
            canvas.circle(362 + column * 68, 286 + row * 74, 11, YELLOW)
    for x in (262, 938):
        canvas.circle(x, 470, 50, COAL)
        canvas.circle(x, 470, 22, IRON)
    return canvas


def rope() -> Canvas:
    """A coil of rope."""
    canvas = Canvas(turn=-8)
    for index, (x, y) in enumerate(((0, 84), (10, 56), (-8, 28), (0, 0))):
        _laid_rope(canvas, arc(600 + x, 420 + y, 360, 0, 360, 240), 58, light(BLUE, 0.1 * (index % 2)))
    for step in range(4):
        canvas.stroke([(884, 400 + step * 36), (1010, 404 + step * 36)], 36, dark(ORANGE, 0.22))
        canvas.stroke([(884, 396 + step * 36), (1006, 400 + step * 36)], 26, ORANGE)
    _laid_rope(canvas, curve([(330, 600), (250, 720), (360, 810), (520, 800)], closed=False), 58, BLUE)
    canvas.box(500, 764, 60, 72, COAL, 12)
    return canvas


def cable_reel() -> Canvas:
    """A cable reel on its frame."""
    canvas = Canvas()
    canvas.stroke([(430, 130), (770, 130)], 44, COAL)
    canvas.stroke([(430, 130), (330, 800), (250, 820)], 30, COAL)
    canvas.stroke([(770, 130), (870, 800), (950, 820)], 30, COAL)
    canvas.circle(600, 480, 316, dark(ORANGE, 0.35))
    for radius in range(308, 150, -22):
        canvas.circle(600, 480, radius, ORANGE if radius // 22 % 2 else dark(ORANGE, 0.16))
    canvas.circle(600, 480, 236, dark(COAL, 0.2))
    canvas.circle(600, 470, 232, COAL)
    for angle in (-135, -45, 45, 135):
        x, y = 600 + 128 * math.cos(math.radians(angle)), 470 + 128 * math.sin(math.radians(angle))
        canvas.circle(x, y, 66, light(COAL, 0.16))
        canvas.circle(x, y, 52, dark(BLUE, 0.1))
        canvas.circle(x - 16, y, 9, COAL)
        canvas.circle(x + 16, y, 9, COAL)
    canvas.circle(600, 470, 40, RED)
    canvas.circle(592, 462, 14, light(RED, 0.5))
    canvas.stroke(curve([(850, 660), (960, 720), (1020, 640), (1080, 700)], closed=False), 28, ORANGE)
    canvas.box(1060, 664, 90, 76, COAL, 18)
    return canvas


def strap() -> Canvas:
    """A ratchet strap, rolled up."""
    canvas = Canvas()
    canvas.circle(470, 480, 290, dark(ORANGE, 0.3))
    for index, radius in enumerate(range(284, 90, -26)):
        canvas.circle(470, 470, radius, light(ORANGE, 0.12) if index % 2 else dark(ORANGE, 0.14))
        canvas.ring(470, 470, radius, radius - 5, dark(ORANGE, 0.32))
    canvas.circle(470, 470, 76, dark(ORANGE, 0.5))
    canvas.box(470, 690, 420, 76, dark(ORANGE, 0.1), 10)
    for x in range(500, 880, 34):
        canvas.box(x, 720, 18, 8, light(ORANGE, 0.6), 4)
    canvas.box(780, 560, 280, 220, dark(STEEL, 0.28), 30)
    canvas.box(780, 560, 280, 200, STEEL, 30)
    canvas.box(830, 620, 180, 90, COAL, 20)
    canvas.circle(920, 665, 56, IRON)
    canvas.circle(920, 665, 24, light(IRON, 0.4))
    canvas.polygon([(960, 560), (1060, 560), (1090, 330), (1000, 330)], IRON)
    canvas.box(980, 290, 140, 76, RED, 24)
    return canvas


def paint_roller() -> Canvas:
    """A paint roller with a fresh stripe behind it."""
    canvas = Canvas(turn=-6)
    canvas.box(262, 270, 546, 500, light(SKY, 0.12), 12)
    for x, y in ((262, 800), (420, 840), (540, 790), (700, 830)):
        canvas.box(x, 700, 108, y - 700, light(SKY, 0.12), 20)
    canvas.stroke([(800, 270), (900, 270), (900, 470), (620, 500), (620, 570)], 24, IRON)
    canvas.box(240, 166, 590, 200, dark(BLUE, 0.3), 40)
    canvas.box(240, 166, 590, 180, BLUE, 40)
    canvas.box(270, 190, 530, 40, light(BLUE, 0.35), 20)
    canvas.box(806, 190, 34, 132, COAL, 14)
    canvas.box(588, 540, 64, 60, BRASS, 10)
    canvas.polygon(curve([(582, 590), (658, 590), (668, 700), (660, 850), (620, 872), (580, 850), (572, 700)]), RED)
    canvas.polygon(curve([(634, 590), (658, 590), (668, 700), (660, 850), (630, 866), (640, 700)]), dark(RED, 0.22))
    return canvas


def brushes() -> Canvas:
    """Three flat brushes."""
    canvas = Canvas()
    for x, width, color in ((300.0, 230.0, RED), (620.0, 170.0, GREEN), (890.0, 110.0, YELLOW)):
        _brush(canvas, x, width, color)
    return canvas


def masking_tape() -> Canvas:
    """Three rolls of masking tape."""
    canvas = Canvas()
    for x, y, radius, color in (
        (390.0, 520.0, 250.0, YELLOW),
        (770.0, 590.0, 200.0, BLUE),
        (700.0, 270.0, 160.0, BEECH),
    ):
        canvas.circle(x + 6, y + 34, radius, dark(color, 0.4))
        canvas.circle(x, y, radius, color)
        for share in (0.92, 0.84, 0.76):
            canvas.ring(x, y, radius * share, radius * share - 4, dark(color, 0.12))
        canvas.circle(x, y, radius * 0.64, dark(OAK, 0.25))
        canvas.circle(x, y + 6, radius * 0.6, OAK)
        canvas.circle(x, y + 6, radius * 0.56, None)
    return canvas


def _laid_rope(canvas: Canvas, line: list[tuple[float, float]], width: float, color: str) -> None:
    """A rope along a line, its strands as slanted strokes."""
    canvas.stroke(line, width, dark(color, 0.3))
    canvas.stroke([(x, y - 3) for x, y in line], width - 10, color)
    left, walked = 0.0, 0.0
    for start, end in pairwise(line):
        length = math.hypot(end[0] - start[0], end[1] - start[1]) or 1
        along = ((end[0] - start[0]) / length, (end[1] - start[1]) / length)
        while left <= walked + length:
            x, y = start[0] + along[0] * (left - walked), start[1] + along[1] * (left - walked) - 3
            lean = ((along[0] * 0.5 - along[1]) * width * 0.32, (along[1] * 0.5 + along[0]) * width * 0.32)
            canvas.stroke([(x - lean[0], y - lean[1]), (x + lean[0], y + lean[1])], 5, light(color, 0.4))
            left += width * 0.42
        walked += length


def _brush(canvas: Canvas, x: float, width: float, color: str) -> None:
    """A flat brush about the vertical at `x`, its bristles down."""
    half = width / 2
    bristles = [
        (x - half, 560),
        (x + half, 560),
        (x + half * 0.94, 800),
        *((x + half * 0.9 - step * width * 0.1, 820 - 16 * (step % 2)) for step in range(19 // 2 + 1)),
        (x - half * 0.94, 800),
    ]
    canvas.polygon(bristles, dark(OAK, 0.15))
    with canvas.within(bristles):
        for step in range(12):
            canvas.stroke(
                [(x - half + step * width / 11, 560), (x - half * 0.96 + step * width / 11.5, 820)], 4, light(OAK, 0.25)
            )
        canvas.box(x - half, 740, width, 100, color)
    canvas.box(x - half - 8, 430, width + 16, 150, STEEL, 8)
    canvas.box(x - half - 8, 430, width * 0.3, 150, light(STEEL, 0.45), 8)
    for y in (456, 540):
        canvas.box(x - half - 8, y, width + 16, 10, dark(STEEL, 0.22))
    grip = [
        (x - half, 440),
        (x + half, 440),
        (x + 26, 330),
        (x + 40, 200),
        (x + 24, 110),
        (x - 24, 110),
        (x - 40, 200),
        (x - 26, 330),
    ]
    canvas.polygon(curve(grip), color)
    with canvas.within(curve(grip)):
        canvas.polygon([(x + 16, 80), (x + 200, 80), (x + 200, 470), (x + half * 0.5, 470)], dark(color, 0.2))
    canvas.circle(x, 150, 13, None)
