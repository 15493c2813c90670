"""The logo of the demo shop: a needle that points north, and the name."""

from PIL import Image, ImageDraw, ImageFont

from services.demo.drawings.colors import GREEN, YELLOW

SIZE = (498, 120)  # three times as large as it is shown
SCALE = 4
LETTER_SIZE = 62
WHITE = "#ffffff"


def draw(name: str) -> Image.Image:
    """A badge that can be read on light and on dark paper, with clear corners."""
    large = Image.new("RGBA", (SIZE[0] * SCALE, SIZE[1] * SCALE), (0, 0, 0, 0))
    pen = ImageDraw.Draw(large)
    pen.rounded_rectangle((0, 0, large.width - 1, large.height - 1), radius=26 * SCALE, fill=GREEN)
    _needle(pen)
    font = ImageFont.load_default(LETTER_SIZE * SCALE)
    pen.text((122 * SCALE, 60 * SCALE), name, font=font, fill=WHITE, anchor="lm", stroke_width=SCALE, stroke_fill=WHITE)
    return large.reduce(SCALE)


def _needle(pen: ImageDraw.ImageDraw) -> None:
    def at(*points: tuple[float, float]) -> list[tuple[float, float]]:
        return [(x * SCALE, y * SCALE) for x, y in points]

    pen.polygon(at((64, 14), (40, 62), (88, 62)), fill=YELLOW)
    pen.polygon(at((64, 106), (40, 62), (88, 62)), fill=WHITE)
    pen.ellipse([56 * SCALE, 54 * SCALE, 72 * SCALE, 70 * SCALE], fill=GREEN)
