"""Drawings of what keeps and carries things."""

from services.demo.drawings.canvas import Canvas, arc, curve, dark, light
from services.demo.drawings.colors import (
    BLUE,
    BRASS,
    COAL,
    GREEN,
    GREY,
    IRON,
    OAK,
    ORANGE,
    PAPER,
    RED,
    SKY,
    STEEL,
    YELLOW,
)


def hard_case() -> Canvas:
    """A stackable hard case with two latches."""
    canvas = Canvas()
    canvas.stroke([(440, 250), (470, 150), (730, 150), (760, 250)], 44, COAL)
    canvas.box(470, 130, 260, 48, light(COAL, 0.14), 24)
    canvas.box(170, 230, 860, 560, dark(GREEN, 0.4), 56)
    canvas.box(170, 230, 860, 536, GREEN, 56)
    canvas.box(170, 230, 860, 220, light(GREEN, 0.12), 56)
    canvas.box(170, 400, 860, 60, light(GREEN, 0.12))
    canvas.box(170, 446, 860, 22, dark(GREEN, 0.5))
    for x in (230, 500, 770):
        canvas.box(x, 520, 200, 200, dark(GREEN, 0.16), 24)
    for x in (270, 800):
        canvas.box(x, 388, 130, 130, COAL, 20)
        canvas.box(x + 18, 402, 94, 56, YELLOW, 12)
        canvas.box(x + 34, 480, 62, 14, light(COAL, 0.3), 7)
    canvas.box(520, 290, 160, 84, PAPER, 12)
    canvas.box(544, 314, 90, 12, GREEN, 6)
    canvas.box(544, 338, 112, 10, GREY, 5)
    for x in (210, 920):
        canvas.box(x, 776, 70, 34, COAL, 10)
    return canvas


def organiser() -> Canvas:
    """A sorting box from above, its compartments filled."""
    canvas = Canvas(turn=-6)
    canvas.box(480, 110, 240, 90, COAL, 40)
    canvas.box(520, 146, 160, 40, None, 18)
    canvas.box(140, 170, 920, 600, dark(ORANGE, 0.3), 44)
    canvas.box(140, 170, 920, 580, ORANGE, 44)
    fillings = (BRASS, STEEL, RED, IRON, BLUE, YELLOW, GREEN, STEEL, PAPER, BRASS, IRON)
    rooms = [(x, y, 190, 158) for y in (216, 390) for x in (186, 396, 606, 816)]
    rooms += [(186, 564, 400, 140), (606, 564, 190, 140), (816, 564, 190, 140)]
    for index, (x, y, width, height) in enumerate(rooms):
        canvas.box(x, y, width, height, dark(ORANGE, 0.55), 18)
        canvas.box(x, y + 10, width, height - 10, dark(COAL, 0.2), 18)
        for step in range(14 if width > 200 else 6):
            spot_x = x + 38 + step // 2 * 52 + (step * 23 + index * 11) % 17
            spot_y = y + height * (0.36 if step % 2 else 0.68) + (step * 13 + index * 7) % 19 - 9
            canvas.circle(spot_x, spot_y + 4, 17, dark(fillings[index], 0.35))
            canvas.circle(spot_x, spot_y, 16, fillings[index])
            canvas.circle(spot_x, spot_y, 6, dark(fillings[index], 0.45))
    return canvas


def bucket() -> Canvas:
    """A builder's bucket with a wire handle."""
    canvas = Canvas()
    canvas.stroke(arc(600, 300, 300, 180, 360, 220), 18, IRON)
    canvas.box(510, 66, 180, 44, COAL, 22)
    body = [(290, 296), (910, 296), *arc(600, 800, 236, 0, 180, 44)]
    canvas.polygon(body, COAL)
    with canvas.within(body):
        canvas.polygon([(330, 290), (420, 290), (454, 860), (392, 860)], light(COAL, 0.25))
        canvas.polygon([(800, 290), (920, 290), (840, 860), (744, 860)], dark(COAL, 0.35))
        canvas.stroke(arc(600, 520, 300, 0, 180, 60), 10, dark(COAL, 0.4))
        canvas.stroke(arc(600, 680, 280, 0, 180, 52), 10, dark(COAL, 0.4))
    canvas.ellipse(600, 296, 332, 74, light(COAL, 0.2))
    canvas.ellipse(600, 300, 298, 54, dark(COAL, 0.55))
    for x in (292, 908):
        canvas.circle(x, 326, 34, RED)
        canvas.circle(x, 326, 13, dark(RED, 0.4))
    return canvas


def open_bins() -> Canvas:
    """Three open storage bins, stacked."""
    canvas = Canvas()
    for index, color in enumerate((BLUE, YELLOW, RED)):
        top = 560 - index * 230
        canvas.polygon([(180, top), (1020, top), (1000, top + 230), (200, top + 230)], dark(color, 0.5))
        canvas.polygon([(180, top), (250, top), (300, top + 130), (200, top + 230)], dark(color, 0.18))
        canvas.polygon([(1020, top), (950, top), (900, top + 130), (1000, top + 230)], dark(color, 0.28))
        front = [
            (196, top + 106),
            (1004, top + 106),
            (1000, top + 222),
            (980, top + 238),
            (220, top + 238),
            (200, top + 222),
        ]
        canvas.polygon(front, color)
        canvas.box(196, top + 100, 808, 22, light(color, 0.3), 11)
        canvas.box(172, top - 6, 90, 24, light(color, 0.2), 10)
        canvas.box(938, top - 6, 90, 24, light(color, 0.2), 10)
        canvas.box(470, top + 144, 260, 66, PAPER, 8)
        canvas.box(496, top + 162, 140, 12, COAL, 6)
        canvas.box(496, top + 184, 90, 10, GREY, 5)
    return canvas


def crate() -> Canvas:
    """A stackable Euro container."""
    canvas = Canvas()
    canvas.polygon([(150, 270), (1050, 270), (1000, 780), (200, 780)], dark(BLUE, 0.3))
    canvas.polygon([(150, 270), (1050, 270), (1004, 740), (196, 740)], BLUE)
    canvas.box(120, 220, 960, 78, light(BLUE, 0.14), 22)
    canvas.box(120, 276, 960, 24, dark(BLUE, 0.25), 12)
    for x in (252, 388, 524, 660, 796, 932):
        canvas.box(x, 330, 20, 380, dark(BLUE, 0.22), 10)
    canvas.box(440, 380, 320, 116, dark(BLUE, 0.5), 50)
    canvas.box(440, 380, 320, 40, dark(BLUE, 0.7), 20)
    canvas.box(470, 560, 260, 110, PAPER, 12)
    for step in range(15):
        canvas.box(496 + step * 14, 584, 8 if step % 3 else 4, 44, COAL)
    canvas.box(496, 642, 120, 10, GREY, 5)
    return canvas


def tool_bag() -> Canvas:
    """An open tool bag with a shoulder's load."""
    canvas = Canvas()
    canvas.stroke(
        curve([(330, 400), (400, 170), (600, 120), (800, 170), (870, 400)], closed=False), 34, dark(COAL, 0.2)
    )
    canvas.box(420, 250, 46, 240, OAK, 20)
    canvas.box(396, 190, 96, 80, STEEL, 14)
    canvas.box(520, 200, 40, 260, RED, 20)
    canvas.box(600, 230, 34, 240, YELLOW, 10)
    canvas.polygon([(690, 180), (760, 180), (740, 480), (700, 480)], STEEL)
    canvas.polygon([(190, 390), (1010, 390), (1050, 790), (150, 790)], COAL)
    canvas.polygon([(190, 390), (1010, 390), (1016, 450), (184, 450)], light(COAL, 0.14))
    canvas.polygon([(162, 690), (1038, 690), (1050, 800), (150, 800)], dark(COAL, 0.45))
    for x in (250, 490, 730):
        canvas.polygon([(x, 510), (x + 220, 510), (x + 214, 690), (x + 6, 690)], light(COAL, 0.1))
        canvas.box(x - 4, 500, 228, 40, ORANGE, 10)
        canvas.box(x + 88, 526, 44, 40, light(STEEL, 0.2), 8)
    canvas.stroke([(330, 400), (318, 500)], 34, dark(COAL, 0.2))
    canvas.stroke([(870, 400), (882, 500)], 34, dark(COAL, 0.2))
    canvas.box(540, 404, 120, 34, SKY, 8)
    return canvas
