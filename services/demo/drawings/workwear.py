"""Drawings of what people at work wear."""

from services.demo.drawings.canvas import Canvas, Point, arc, curve, dark, light, rounded
from services.demo.drawings.colors import COAL, GREY, IRON, OAK, ORANGE, PAPER, RED, SKY, STEEL, YELLOW


def glove(color: str) -> Canvas:
    """A knitted work glove with a coated palm."""
    canvas = Canvas(turn=8)
    knit = light(GREY, 0.55)
    fingers = (
        (430.0, 170.0, 92.0, -7.0),
        (530.0, 120.0, 96.0, -2.0),
        (634.0, 140.0, 94.0, 3.0),
        (730.0, 210.0, 84.0, 9.0),
    )
    palm = curve([(408, 470), (440, 430), (760, 430), (794, 500), (790, 620), (752, 720), (460, 720), (412, 600)])
    thumb = [(440, 620), (350, 560), (296, 470), (250, 400)]
    canvas.stroke(curve(thumb, closed=False), 112, dark(color, 0.2))
    canvas.polygon(palm, color)
    for x, top, width, lean in fingers:
        canvas.stroke([(x + lean * 2 + 10, top + width / 2), (x + 22, 480)], width, color)
    canvas.stroke(curve([(x + 4, y - 8) for x, y in thumb], closed=False), 100, color)
    for x, top, width, lean in fingers:
        canvas.stroke([(x + lean * 2 - 12, top + width / 2 + 4), (x, 420)], 12, light(color, 0.25))
    for x in (492, 596, 696):
        canvas.stroke([(x, 360), (x - 2, 452)], 7, dark(color, 0.35))
    canvas.stroke(curve([(470, 610), (560, 560), (640, 556)], closed=False), 8, dark(color, 0.3))
    canvas.polygon([(446, 690), (764, 690), (776, 850), (434, 850)], knit)
    for step in range(11):
        canvas.box(450 + step * 29, 700, 9, 146, dark(knit, 0.12), 4)
    canvas.box(424, 836, 362, 44, color, 18)
    canvas.polygon(curve([(446, 690), (600, 664), (764, 690), (764, 704), (600, 690), (446, 704)]), dark(color, 0.2))
    return canvas


def helmet(color: str) -> Canvas:
    """A safety helmet from the side."""
    canvas = Canvas()
    dome = [(240, 590), *arc(600, 590, 360, 180, 360, 400), (960, 590)]
    canvas.polygon(dome, color)
    with canvas.within(dome):
        canvas.polygon(arc(640, 650, 390, 180, 360, 410), dark(color, 0.1))
        canvas.polygon(arc(560, 640, 380, 180, 360, 410), color)
        canvas.polygon(
            curve([(300, 480), (380, 310), (500, 236), (520, 256), (420, 340), (340, 500)]), light(color, 0.5)
        )
    canvas.polygon([(520, 590), *arc(610, 590, 90, 180, 360, 440), (700, 590)], light(color, 0.2))
    with canvas.within(arc(610, 590, 90, 180, 360, 440)):
        canvas.box(624, 140, 90, 450, dark(color, 0.1))
    canvas.box(176, 560, 850, 74, dark(color, 0.22), 37)
    canvas.polygon(curve([(860, 560), (1010, 566), (1090, 620), (1070, 646), (900, 634)]), dark(color, 0.22))
    canvas.box(186, 552, 820, 60, color, 30)
    canvas.polygon(curve([(860, 552), (1000, 554), (1084, 614), (1040, 620), (900, 612)]), color)
    for x in (780, 850):
        canvas.box(x, 470, 40, 14, dark(color, 0.4), 7)
    canvas.stroke([(360, 630), (420, 770), (520, 800)], 18, COAL)
    canvas.box(500, 776, 80, 46, IRON, 12)
    return canvas


def glasses() -> Canvas:
    """Safety glasses with clear lenses."""
    canvas = Canvas(turn=-4)
    for side in (-1, 1):
        temple = [(600 + side * 400, 400), (600 + side * 470, 330), (600 + side * 420, 250)]
        canvas.stroke(curve(temple, closed=False), 32, COAL)
    lens = curve([(180, 380), (380, 350), (590, 372), (590, 470), (540, 590), (400, 640), (250, 600), (180, 500)])
    for flip in (False, True):
        shape = [(1200 - x, y) for x, y in lens] if flip else lens
        canvas.stroke([*shape, shape[0]], 40, COAL)
        canvas.polygon(shape, light(SKY, 0.35))
        with canvas.within(shape):
            left = 640 if flip else 230
            canvas.polygon([(left, 700), (left + 200, 300), (left + 310, 300), (left + 110, 700)], light(SKY, 0.7))
            canvas.polygon(
                [(left + 150, 700), (left + 350, 300), (left + 390, 300), (left + 190, 700)], light(SKY, 0.7)
            )
    canvas.stroke(curve([(560, 450), (600, 420), (640, 450)], closed=False), 44, ORANGE)
    canvas.stroke([(200, 352), (380, 326), (600, 352), (820, 326), (1000, 352)], 26, ORANGE)
    return canvas


def ear_defenders() -> Canvas:
    """Ear defenders with their band."""
    canvas = Canvas()
    canvas.stroke(arc(600, 480, 300, 180, 360, 330), 62, COAL)
    canvas.stroke(arc(600, 480, 300, 205, 335, 330), 22, light(COAL, 0.25))
    for side in (-1, 1):
        x = 600 + side * 300
        canvas.box(x - 12, 420, 24, 160, STEEL, 10)
        canvas.box(x - side * 70 - 44, 452, 88, 290, COAL, 40)
        canvas.box(x - 78 + side * 24, 430, 156, 330, dark(RED, 0.2), 74)
        canvas.box(x - 78 + side * 24, 430, 156, 314, RED, 74)
        canvas.box(x - 40 + side * 24, 470, 80, 240, light(RED, 0.18), 40)
        canvas.box(x - 26 + side * 24, 560, 52, 60, COAL, 16)
    return canvas


def t_shirt(color: str) -> Canvas:
    """A T-shirt laid flat."""
    canvas = Canvas()
    canvas.polygon(_shirt(12), dark(color, 0.28))
    shirt = _shirt(0)
    canvas.polygon(shirt, color)
    with canvas.within(shirt):
        canvas.polygon(
            [(800, 90), (1120, 90), (1120, 520), (940, 560), (850, 420), (872, 960), (820, 960)], dark(color, 0.1)
        )
        for flip in (False, True):
            cuff = [(110, 414), (300, 505), (290, 540), (90, 444)]
            seam = curve([(352, 150), (330, 300), (344, 430)], closed=False)
            canvas.polygon([(1200 - x, y) for x, y in cuff] if flip else cuff, dark(color, 0.3))
            canvas.stroke([(1200 - x, y) for x, y in seam] if flip else seam, 6, dark(color, 0.2))
        canvas.box(300, 880, 600, 12, dark(color, 0.22))
        canvas.stroke(curve([(440, 600), (470, 700), (466, 820)], closed=False), 12, dark(color, 0.14))
        canvas.stroke(curve([(752, 560), (724, 660), (734, 780)], closed=False), 12, dark(color, 0.2))
    canvas.polygon(arc(600, 96, 122, 0, 180, 104), dark(color, 0.42))
    canvas.stroke(arc(600, 98, 124, 0, 180, 104), 26, light(color, 0.16))
    canvas.box(690, 330, 92, 66, light(color, 0.2), 8)
    canvas.box(704, 346, 64, 9, PAPER, 4)
    canvas.box(704, 364, 40, 9, PAPER, 4)
    return canvas


def vest() -> Canvas:
    """A high-visibility vest."""
    canvas = Canvas()
    body = [
        (370, 110),
        (480, 110),
        (560, 330),
        (600, 370),
        (640, 330),
        (720, 110),
        (830, 110),
        (880, 300),
        (920, 420),
        (930, 800),
        (270, 800),
        (280, 420),
        (320, 300),
    ]
    canvas.polygon([(x, y + 14) for x, y in body], dark(YELLOW, 0.35))
    canvas.polygon(body, YELLOW)
    with canvas.within(body):
        canvas.box(800, 100, 160, 720, dark(YELLOW, 0.1))
        for y in (500, 640):
            canvas.box(250, y - 14, 700, 100, ORANGE)
            canvas.box(250, y, 700, 72, STEEL)
            canvas.box(250, y, 700, 26, light(STEEL, 0.6))
        for x in (384, 744):
            canvas.box(x, 100, 72, 400, STEEL)
            canvas.box(x, 100, 26, 400, light(STEEL, 0.6))
    canvas.box(594, 350, 12, 464, dark(YELLOW, 0.5), 6)
    for y in (440, 610, 760):
        canvas.box(580, y, 40, 26, COAL, 8)
    return canvas


def boot() -> Canvas:
    """A safety boot."""
    canvas = Canvas()
    upper = curve(
        [
            (330, 130),
            (620, 130),
            (640, 330),
            (760, 450),
            (930, 500),
            (1010, 600),
            (1000, 690),
            (300, 690),
            (290, 500),
            (320, 300),
        ]
    )
    canvas.polygon(upper, OAK)
    with canvas.within(upper):
        canvas.polygon(curve([(250, 420), (380, 440), (420, 560), (400, 720), (240, 720)]), dark(OAK, 0.28))
        canvas.polygon(curve([(820, 430), (1060, 480), (1080, 720), (840, 720), (800, 600)]), dark(OAK, 0.28))
        canvas.box(280, 100, 400, 96, dark(OAK, 0.4))
    laces: list[tuple[Point, Point]] = [
        ((560, 270), (660, 310)),
        ((580, 350), (700, 372)),
        ((630, 420), (748, 428)),
        ((690, 478), (800, 470)),
    ]
    for start, end in laces:
        canvas.stroke([start, end], 20, YELLOW)
        canvas.stroke([(start[0] + 6, start[1] + 34), (end[0] - 30, end[1] - 30)], 16, light(YELLOW, 0.3))
        canvas.circle(*start, 17, COAL)
    canvas.box(276, 668, 764, 56, PAPER, 20)
    canvas.box(276, 700, 776, 76, COAL, 24)
    canvas.polygon(rounded(560, 752, 130, 40, 8), None)
    for x in (330, 400, 470, 730, 800, 870, 940):
        canvas.box(x, 762, 26, 30, None, 4)
    return canvas


def _shirt(lower: float) -> list[Point]:
    shoulder = curve([(476, 92), (400, 118), (300, 160), (226, 226), (164, 330), (108, 434)], closed=False)
    side = curve([(266, 512), (300, 470), (338, 414)], closed=False)
    hem = curve([(338, 414), (346, 600), (338, 780), (330, 920)], closed=False)
    left = [(x, y + lower) for x, y in (*shoulder, *side, *hem)]
    return [*left, *((1200 - x, y) for x, y in reversed(left))]
