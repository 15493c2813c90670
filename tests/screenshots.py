"""`make screenshots`: a picture of every page of the sample shop, on a phone and on a wide screen, light and dark.

All of them come into docs/screenshots/. What is kept with the program stands in docs/: each side of the shop on one
sheet in each look, and the pictures that the README shows.
"""

import argparse
import io
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Literal

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Browser, Page, sync_playwright

from services import demo
from tests import scene
from tests.e2e import people, seeding
from tests.e2e.people import DESKTOP, PHONE
from tests.e2e.shop_process import ROOT, ShopProcess
from tests.every_page import VIEWS, View
from tests.scene import Scene

DOCS = ROOT / "docs"
PICTURES = DOCS / "screenshots"
WORD = "saw"
TALLEST = {DESKTOP: 1600, PHONE: 1700}  # what is below is more of the same
COLUMNS = {DESKTOP: 5, PHONE: 9}
THUMB_WIDTH = {DESKTOP: 480, PHONE: 260}
GAP, CAPTION = 24, 28
SETTLE_MS = 400
QUALITY = 72
GROUND, INK = {"light": "#dfe4e2", "dark": "#2a3331"}, {"light": "#15201d", "dark": "#e8efec"}
IN_README = {  # the picture's name there, by view and look
    ("catalogue", "1280-light"): "shop",
    ("desk-orders", "1280-light"): "desk",
    ("product-variants", "390-light"): "phone",
}

README_HEIGHT, README_QUALITY = 900, 84
SIDES = {
    "shop": [view for view in VIEWS if "desk" not in view.name],
    "desk": [view for view in VIEWS if "desk" in view.name],
}

Size = tuple[int, int]
Colours = Literal["light", "dark"]


@dataclass(frozen=True)
class Look:
    """A screen, and whether it is light or dark."""

    size: Size
    colours: Colours

    @property
    def name(self) -> str:
        return f"{self.size[0]}-{self.colours}"


COLOURS: tuple[Colours, ...] = ("light", "dark")
LOOKS = [Look(size, colours) for size in (DESKTOP, PHONE) for colours in COLOURS]


def main() -> None:
    """Take the pictures; `--only` takes those of some pages, and makes no sheets of them."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--only", nargs="+", metavar="PAGE", help="some pages, by their names in tests/every_page.py")
    chosen = reader.parse_args().only
    views = [view for view in VIEWS if not chosen or view.name in chosen]
    with tempfile.TemporaryDirectory(prefix="pedido-screenshots-") as folder:
        shop, shown = sample_shop(Path(folder))
        shop.start()
        try:
            take(shop, shown, views, PICTURES)
        finally:
            shop.stop()
    if not chosen:
        make_sheets(PICTURES, DOCS)


def sample_shop(folder: Path) -> tuple[ShopProcess, Scene]:
    """A sample shop that does not run yet, with a buyer and a seller to look at it."""
    shop, scenes = ShopProcess(folder), []

    async def make() -> None:
        await demo.make()
        scenes.append(await scene.set_scene(WORD))

    seeding.in_data_folder(shop, make)
    return shop, scenes[0]


def take(shop: ShopProcess, shown: Scene, views: Sequence[View], folder: Path) -> None:
    """Write a picture of each of the views in each look."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = people.launch(playwright)
        for size in (DESKTOP, PHONE):
            for who, cookies in shown.cookies.items():
                page = _tab(browser, shop.address, size, cookies)
                for view in views:
                    if view.who == who:
                        people.visit(page, view.path(shown.places))
                        for look in LOOKS:
                            if look.size == size:
                                _picture(page, look).save(folder / f"{view.name}-{look.name}.webp", quality=QUALITY)
                page.context.close()
        browser.close()


def _tab(browser: Browser, address: str, size: Size, cookies: Mapping[str, str]) -> Page:
    """A browser's tab of somebody known by these cookies."""
    context = browser.new_context(
        base_url=address,
        viewport={"width": size[0], "height": size[1]},
        has_touch=size == PHONE,
        reduced_motion="reduce",
        locale="en-GB",
    )
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    return context.new_page()


def _picture(page: Page, look: Look) -> Image.Image:
    """What is in front, from the top to as far down as `TALLEST`, with all its pictures there."""
    width, height = look.size
    page.emulate_media(color_scheme=look.colours)
    page.set_viewport_size({"width": width, "height": height})
    whole = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": max(height, min(whole, TALLEST[look.size]))})
    page.wait_for_function("[...document.images].every((image) => image.complete || image.loading === 'lazy')")
    page.wait_for_timeout(SETTLE_MS)
    return Image.open(io.BytesIO(page.screenshot()))


def make_sheets(folder: Path, docs: Path) -> None:
    """Write what is kept with the program: the sheets, and what the README shows."""
    for look in LOOKS:
        for side, views in SIDES.items():
            lay_out(folder, look, docs / f"{side}-{look.name}.webp", views)
    for (view, look_name), name in IN_README.items():
        with Image.open(folder / f"{view}-{look_name}.webp") as picture:
            picture.crop((0, 0, picture.width, min(picture.height, README_HEIGHT))).save(
                docs / f"{name}.webp", quality=README_QUALITY
            )


def lay_out(folder: Path, look: Look, sheet: Path, views: Sequence[View]) -> None:
    """Put the pictures of these views on a sheet, as many side by side as `COLUMNS`, each row as high as it must be."""
    thumbs = [(view.name, _thumb(folder / f"{view.name}-{look.name}.webp", look)) for view in views]
    columns, wide = COLUMNS[look.size], THUMB_WIDTH[look.size] + GAP
    rows = [thumbs[start : start + columns] for start in range(0, len(thumbs), columns)]
    heights = [max(thumb.height for _name, thumb in row) + CAPTION + GAP for row in rows]
    drawn = Image.new("RGB", (columns * wide + GAP, sum(heights) + GAP), GROUND[look.colours])
    pen, letters = ImageDraw.Draw(drawn), ImageFont.load_default(16)
    for row, top in zip(rows, accumulate(heights, initial=GAP), strict=False):
        for column, (name, thumb) in enumerate(row):
            left = GAP + column * wide
            pen.text((left, top), name, fill=INK[look.colours], font=letters)
            drawn.paste(thumb, (left, top + CAPTION))
    drawn.save(sheet, quality=QUALITY)


def _thumb(file: Path, look: Look) -> Image.Image:
    width = THUMB_WIDTH[look.size]
    with Image.open(file) as picture:
        return picture.resize((width, picture.height * width // picture.width), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    main()
