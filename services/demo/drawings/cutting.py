"""Drawings of what cuts and drills."""

import math

from services.demo.drawings.canvas import Canvas, arc, curve, dark, light
from services.demo.drawings.colors import BEECH, BRASS, COAL, GREEN, IRON, OAK, ORANGE, RED, STEEL, YELLOW


def hand_saw() -> Canvas:
    """A hand saw with a wooden handle."""
    canvas = Canvas(turn=-14)
    teeth = [
        (400 + step * 25 + (12 if half else 0), 596 + (18 if half else 0)) for step in range(27) for half in (0, 1)
    ]
    canvas.polygon([(330, 360), (1090, 500), (1090, 596), *reversed(teeth), (400, 596)], STEEL)
    canvas.polygon([(330, 360), (1090, 500), (1090, 520), (330, 400)], light(STEEL, 0.45))
    canvas.box(560, 500, 190, 16, dark(STEEL, 0.18), 8)
    canvas.box(560, 530, 120, 12, dark(STEEL, 0.14), 6)
    grip = [(420, 340), (440, 460), (430, 620), (330, 670), (200, 690), (120, 640), (110, 480), (160, 370), (280, 310)]
    canvas.polygon(curve([(x - 6, y + 12) for x, y in grip]), dark(OAK, 0.3))
    canvas.polygon(curve(grip), OAK)
    canvas.polygon(curve([(320, 430), (330, 570), (240, 610), (190, 560), (200, 460), (250, 410)]), None)
    for x, y in ((385, 420), (392, 500), (385, 580)):
        canvas.circle(x, y, 17, BRASS)
        canvas.circle(x - 4, y - 4, 7, light(BRASS, 0.5))
    return canvas


def pull_saw() -> Canvas:
    """A Japanese pull saw: a thin blade on a long bound handle."""
    canvas = Canvas(turn=-20)
    teeth = [(590 + step * 17 + (8 if half else 0), 520 + (12 if half else 0)) for step in range(34) for half in (0, 1)]
    canvas.polygon([(560, 420), (1165, 385), (1176, 520), *reversed(teeth), (560, 500)], STEEL)
    canvas.polygon([(560, 420), (1165, 385), (1167, 408), (560, 440)], light(STEEL, 0.5))
    canvas.polygon([(500, 434), (600, 420), (600, 506), (500, 492)], IRON)
    canvas.box(40, 424, 500, 78, dark(BEECH, 0.28), 34)
    canvas.box(40, 424, 500, 60, BEECH, 30)
    with canvas.within([(200, 420), (530, 420), (530, 510), (200, 510)]):
        canvas.box(200, 420, 340, 86, COAL)
        for step in range(15):
            canvas.stroke([(190 + step * 26, 510), (214 + step * 26, 416)], 6, light(COAL, 0.22))
    canvas.box(524, 418, 24, 90, BRASS, 8)
    canvas.circle(74, 460, 13, dark(BEECH, 0.45))
    return canvas


def chisels() -> Canvas:
    """Four bevel-edged chisels in a row."""
    canvas = Canvas()
    for index, width in enumerate((128.0, 100.0, 74.0, 48.0)):
        _chisel(canvas, 260 + index * 215, width, (GREEN, RED, YELLOW, COAL)[index])
    return canvas


def knife() -> Canvas:
    """A cutter with a snap-off blade."""
    canvas = Canvas(turn=-24)
    canvas.polygon([(760, 398), (1120, 398), (1060, 502), (760, 502)], STEEL)
    canvas.polygon([(760, 398), (1120, 398), (1108, 420), (760, 420)], light(STEEL, 0.5))
    for step in range(5):
        canvas.stroke([(850 + step * 54, 400), (818 + step * 54, 500)], 4, IRON)
    canvas.box(100, 366, 720, 168, dark(ORANGE, 0.25), 60)
    canvas.box(100, 366, 720, 148, ORANGE, 60)
    canvas.box(100, 366, 220, 168, COAL, 60)
    canvas.box(260, 366, 60, 168, COAL)
    canvas.box(360, 412, 400, 56, dark(ORANGE, 0.35), 28)
    canvas.box(560, 388, 130, 92, COAL, 24)
    for x in (588, 616, 644):
        canvas.box(x, 404, 12, 60, light(COAL, 0.25), 6)
    for y in (410, 444, 478):
        canvas.box(150, y, 110, 14, light(COAL, 0.25), 7)
    return canvas


def drill_bits() -> Canvas:
    """Six twist drills, from thick to thin."""
    canvas = Canvas()
    for index, (width, length) in enumerate(((92, 620), (78, 570), (64, 520), (50, 460), (38, 400), (28, 340))):
        _drill(canvas, 210 + index * 150, 760, float(width), float(length))
    return canvas


def saw_blade() -> Canvas:
    """A circular saw blade."""
    canvas = Canvas()
    for step in range(30):
        angle = step * 12
        base = [_at(angle - 5, 330), _at(angle + 4, 330), _at(angle + 5, 374), _at(angle + 1, 372)]
        canvas.polygon(base, IRON)
        canvas.polygon(
            [_at(angle + 2, 352), _at(angle + 5.6, 350), _at(angle + 5.6, 382), _at(angle + 2.6, 380)], BRASS
        )
    canvas.circle(600, 450, 340, STEEL)
    with canvas.within(arc(600, 450, 340, 0, 360)):
        canvas.polygon([(600, 450), *arc(600, 450, 360, 200, 250)], light(STEEL, 0.4))
        canvas.polygon([(600, 450), *arc(600, 450, 360, 20, 70)], light(STEEL, 0.4))
    for angle in (15, 87, 159, 231, 303):
        canvas.stroke([_at(angle, 300), _at(angle + 6, 250)], 12, None)
        canvas.circle(*_at(angle + 6, 246), 14, None)
    canvas.ring(600, 450, 210, 202, dark(STEEL, 0.12))
    canvas.circle(600, 450, 150, GREEN)
    canvas.circle(600, 450, 128, light(GREEN, 0.14))
    canvas.box(540, 348, 120, 16, light(GREEN, 0.75), 8)
    canvas.box(560, 534, 80, 14, light(GREEN, 0.6), 7)
    canvas.circle(600, 450, 52, None)
    return canvas


def _at(angle: float, radius: float) -> tuple[float, float]:
    return 600 + radius * math.cos(math.radians(angle)), 450 + radius * math.sin(math.radians(angle))


def _chisel(canvas: Canvas, x: float, width: float, color: str) -> None:
    """A chisel about the vertical at `x`, its edge at the top."""
    half = width / 2
    canvas.polygon(
        [(x - half, 110), (x + half, 110), (x + half, 380), (x + 22, 440), (x - 22, 440), (x - half, 380)], STEEL
    )
    canvas.polygon(
        [(x - half, 110), (x - half * 0.55, 160), (x - half * 0.55, 390), (x - half, 380)], light(STEEL, 0.5)
    )
    canvas.polygon(
        [(x + half, 110), (x + half * 0.55, 160), (x + half * 0.55, 390), (x + half, 380)], dark(STEEL, 0.16)
    )
    canvas.polygon(
        [(x - half, 110), (x + half, 110), (x + half * 0.55, 160), (x - half * 0.55, 160)], light(STEEL, 0.75)
    )
    canvas.box(x - 30, 426, 60, 46, BRASS, 8)
    grip = [
        (x - 30, 466),
        (x + 30, 466),
        (x + 52, 560),
        (x + 44, 680),
        (x + 50, 770),
        (x, 800),
        (x - 50, 770),
        (x - 44, 680),
        (x - 52, 560),
    ]
    canvas.polygon(curve(grip), OAK)
    with canvas.within(curve(grip)):
        canvas.box(x + 18, 450, 60, 380, dark(OAK, 0.2))
        canvas.box(x - 36, 450, 16, 380, light(OAK, 0.3))
        canvas.box(x - 70, 742, 140, 80, color)


def _drill(canvas: Canvas, x: float, foot: float, width: float, length: float) -> None:
    """A twist drill that stands on its shank at (`x`, `foot`)."""
    half, top, shank = width / 2, foot - length, foot - length * 0.3
    canvas.polygon([(x - half, foot), (x + half, foot), (x + half, shank), (x - half, shank)], IRON)
    canvas.box(x - half, shank, half * 0.6, foot - shank, light(IRON, 0.3))
    body = [(x - half, shank), (x + half, shank), (x + half, top + half), (x, top), (x - half, top + half)]
    canvas.polygon(body, BRASS)
    with canvas.within(body):
        pitch = width * 1.15
        for step in range(-1, int(length / pitch) + 2):
            y = top + step * pitch
            flute = [
                (x - half, y + pitch * 0.9),
                (x - half, y + pitch * 0.42),
                (x + half, y - pitch * 0.15),
                (x + half, y + pitch * 0.3),
            ]
            canvas.polygon(flute, dark(BRASS, 0.4))
            canvas.stroke(
                [(x - half, y + pitch * 0.95), (x + half, y + pitch * 0.36)], width * 0.08, light(BRASS, 0.45)
            )
