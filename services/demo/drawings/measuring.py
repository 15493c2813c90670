"""Drawings of what measures and marks."""

import math
from itertools import pairwise

from services.demo.drawings.canvas import Canvas, Point, arc, curve, dark, light, rounded
from services.demo.drawings.colors import BEECH, BLUE, BRASS, COAL, GREEN, IRON, LEAF, PAPER, RED, STEEL, YELLOW


def folding_rule() -> Canvas:
    """A wooden rule, half unfolded."""
    canvas = Canvas()
    joints = [(170.0, 640.0), (375.0, 235.0), (580.0, 650.0), (790.0, 240.0), (1010.0, 640.0)]
    for index, (start, end) in enumerate(pairwise(joints)):
        _blade_of_rule(canvas, start, end, BEECH if index % 2 == 0 else light(BEECH, 0.25))
    for x, y in joints:
        canvas.circle(x, y, 25, dark(BRASS))
        canvas.circle(x, y, 20, BRASS)
        canvas.circle(x - 5, y - 6, 8, light(BRASS, 0.5))
    return canvas


def tape_measure() -> Canvas:
    """A pocket tape with its blade a hand's breadth out."""
    canvas = Canvas(turn=-8)
    canvas.box(640, 608, 390, 60, dark(YELLOW))
    canvas.box(640, 608, 390, 50, YELLOW)
    for step in range(19):
        canvas.box(700 + step * 17, 608, 5, 30 if step % 5 == 0 else 16, COAL)
    canvas.box(1018, 596, 18, 92, IRON, 4)
    canvas.box(250, 230, 470, 470, COAL, 110)
    canvas.box(268, 248, 434, 434, dark(GREEN, 0.1), 96)
    canvas.box(268, 248, 434, 400, GREEN, 96)
    canvas.box(600, 590, 122, 110, COAL, 22)
    canvas.circle(474, 446, 140, COAL)
    canvas.circle(474, 446, 124, YELLOW)
    canvas.circle(474, 446, 124 - 22, PAPER)
    canvas.box(414, 428, 120, 20, COAL, 10)
    canvas.box(434, 464, 80, 14, IRON, 7)
    canvas.box(404, 196, 150, 60, COAL, 24)
    return canvas


def spirit_level() -> Canvas:
    """An aluminium level with three vials."""
    canvas = Canvas(turn=-16)
    canvas.box(120, 362, 960, 176, dark(YELLOW, 0.25), 20)
    canvas.box(120, 362, 960, 152, YELLOW, 20)
    canvas.box(150, 400, 900, 78, light(YELLOW, 0.3), 10)
    for x in (104, 1040):
        canvas.box(x, 352, 56, 196, COAL, 18)
    for x in (290, 910):
        canvas.circle(x, 439, 58, COAL)
        canvas.circle(x, 439, 44, light(LEAF, 0.45))
        canvas.box(x - 14, 400, 28, 78, LEAF, 14)
        canvas.circle(x, 434, 12, PAPER)
    canvas.box(470, 344, 260, 108, COAL, 24)
    canvas.box(492, 366, 216, 64, light(LEAF, 0.35), 32)
    canvas.box(492, 402, 216, 28, LEAF, 14)
    canvas.box(566, 374, 78, 36, PAPER, 18)
    for x in (552, 652):
        canvas.box(x, 362, 7, 72, COAL)
    return canvas


def pencils() -> Canvas:
    """Three carpenter's pencils side by side."""
    canvas = Canvas(turn=-26)
    for y, color, start in ((300.0, GREEN, 130.0), (420.0, RED, 190.0), (540.0, YELLOW, 90.0)):
        _pencil(canvas, start, y, color)
    return canvas


def try_square() -> Canvas:
    """A carpenter's square: a wooden stock and a steel blade."""
    canvas = Canvas(turn=6)
    canvas.box(330, 150, 112, 520, STEEL)
    canvas.box(330, 150, 24, 520, light(STEEL, 0.5))
    for step in range(25):
        long = step % 5 == 0
        canvas.box(442 - (46 if long else 26), 168 + step * 17, 46 if long else 26, 5, COAL)
    canvas.box(300, 590, 620, 130, dark(BEECH, 0.3), 18)
    canvas.box(300, 590, 620, 112, BEECH, 18)
    canvas.box(340, 628, 540, 10, dark(BEECH, 0.16), 5)
    canvas.box(420, 662, 400, 8, dark(BEECH, 0.12), 4)
    for x, y in ((352, 618), (410, 668), (352, 668), (410, 618)):
        canvas.circle(x, y, 13, BRASS)
    return canvas


def line_laser() -> Canvas:
    """A cross-line laser on its little stand, with its two lines."""
    canvas = Canvas()
    canvas.box(90, 372, 1020, 8, light(RED, 0.25), 4)
    canvas.box(596, 90, 8, 560, light(RED, 0.25), 4)
    canvas.polygon([(470, 800), (520, 680), (680, 680), (730, 800)], COAL)
    canvas.box(440, 780, 320, 34, dark(COAL, 0.4), 17)
    canvas.box(420, 240, 360, 450, dark(BLUE, 0.35), 60)
    canvas.box(420, 240, 360, 424, BLUE, 60)
    canvas.box(456, 276, 288, 190, COAL, 36)
    canvas.circle(600, 374, 66, dark(COAL, 0.5))
    canvas.circle(600, 374, 46, RED)
    canvas.circle(600, 374, 26, light(RED, 0.6))
    canvas.box(500, 520, 200, 84, PAPER, 16)
    canvas.box(524, 544, 110, 14, BLUE, 7)
    canvas.box(524, 570, 70, 12, IRON, 6)
    canvas.circle(668, 562, 16, LEAF)
    return canvas


def chalk_line() -> Canvas:
    """A chalk line on its reel, with the line it has just struck."""
    canvas = Canvas(turn=-10)
    canvas.stroke([(150, 760), (1090, 760)], 18, light(BLUE, 0.45))
    for step in range(23):
        canvas.circle(170 + step * 41, 744 + (step * 29) % 37, 5, light(BLUE, 0.55))
    canvas.stroke([(700, 420), (980, 420), (1060, 470)], 9, light(BLUE, 0.2))
    canvas.stroke([(1060, 470), (1090, 520), (1050, 556), (1020, 526)], 16, IRON)
    body = curve(
        [(180, 420), (260, 260), (440, 210), (600, 290), (760, 380), (760, 460), (600, 550), (440, 630), (260, 580)]
    )
    canvas.polygon([(x, y + 18) for x, y in body], dark(RED, 0.35))
    canvas.polygon(body, RED)
    with canvas.within(body):
        canvas.polygon(
            curve([(230, 380), (320, 270), (460, 250), (560, 300), (440, 310), (330, 360), (270, 440)]),
            light(RED, 0.25),
        )
    canvas.box(716, 378, 74, 84, COAL, 14)
    canvas.circle(420, 420, 126, COAL)
    canvas.circle(420, 420, 104, light(BLUE, 0.12))
    for radius in (92, 74, 56):
        canvas.ring(420, 420, radius, radius - 7, dark(BLUE, 0.2))
    canvas.stroke([(420, 420), (330, 520)], 34, STEEL)
    canvas.circle(420, 420, 34, STEEL)
    canvas.circle(322, 528, 40, COAL)
    canvas.circle(314, 520, 14, light(COAL, 0.35))
    return canvas


def _blade_of_rule(canvas: Canvas, start: Point, end: Point, color: str) -> None:
    """One limb of the rule, with its ticks at one edge."""
    across, down = end[0] - start[0], end[1] - start[1]
    length = math.hypot(across, down)
    along, side = (across / length, down / length), (-down / length, across / length)

    def at(distance: float, aside: float) -> Point:
        return start[0] + along[0] * distance + side[0] * aside, start[1] + along[1] * distance + side[1] * aside

    canvas.stroke([start, end], 96, dark(color, 0.28))
    canvas.stroke([at(0, -4), at(length, -4)], 86, color)
    for step in range(2, int(length / 15) - 1):
        depth = 34 if step % 5 == 0 else 20
        canvas.polygon(
            [at(step * 15, 39), at(step * 15 + 5, 39), at(step * 15 + 5, 39 - depth), at(step * 15, 39 - depth)], COAL
        )


def _pencil(canvas: Canvas, x: float, y: float, color: str) -> None:
    """A flat pencil of 900 by 96 that points to the right."""
    canvas.box(x, y, 740, 96, dark(color, 0.25), 14)
    canvas.box(x, y, 740, 64, color, 14)
    canvas.box(x, y, 740, 24, light(color, 0.25), 12)
    canvas.box(x + 60, y + 34, 150, 12, PAPER, 6)
    tip = [(x + 730, y), (x + 910, y + 42), (x + 910, y + 56), (x + 730, y + 96)]
    canvas.polygon(tip, dark(BEECH, 0.12))
    canvas.polygon([(x + 730, y), (x + 910, y + 42), (x + 730, y + 64)], BEECH)
    canvas.polygon([(x + 846, y + 27), (x + 910, y + 42), (x + 910, y + 56), (x + 846, y + 70)], COAL)
    with canvas.within(rounded(x + 690, y, 60, 96, 0)):
        for step in range(3):
            canvas.polygon(
                arc(x + 744, y + 16 + step * 32, 26, 90, 270), (color, dark(color, 0.1), dark(color, 0.25))[step]
            )
