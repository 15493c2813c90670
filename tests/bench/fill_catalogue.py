"""A catalogue of any size: categories of two levels, families of variants, prices with quantity breaks, pictures."""

import hashlib
import io
import json
import sqlite3
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from models.catalog_field import CATEGORY_SEPARATOR
from services import picture_drawing, picture_files, product_texts
from services.demo import drawings
from tests.bench.fill_shop import OPENED_AT, insert

ROOMS = ("Fixings", "Hand tools", "Power tools", "Sealing", "Electrical", "Plumbing", "Workwear", "Garden", "Paint")
SHELVES = ("Standard", "Professional", "Stainless", "Small packs", "Bulk", "Spare parts", "Accessories", "Clearance")
THINGS = """
    screw bolt nut washer nail anchor plug hook hinge bracket clamp chisel hammer saw blade drill bit file rasp level
    rule tape knife plier spanner wrench socket cable switch lamp fuse pipe valve tap hose seal glue foam brush roller
    glove helmet boot jacket goggles ladder bucket shovel rake paint varnish filler sandpaper
""".split()  # noqa: SIM905 - a list would fill the page
KINDS = """
    hexagon countersunk galvanised stainless brass copper oak rubber nylon steel titanium wooden double single long
    short heavy light fine coarse flat round square angled folding magnetic insulated waterproof universal compact
    adjustable reinforced
""".split()  # noqa: SIM905 - as above
MAKERS = ("Norte", "Kaltenbach", "Ibérica", "Löwe", "Gérard", "Öresund", "Pinnacle", "Atlas", "Müller & Sohn", "Vela")
COLOURS = ("Black", "White", "Red", "Blue", "Green", "Grey")
UNITS = ("piece", "box", "pack", "metre", "pair")
FAMILY_EVERY, FAMILY_SIZE = 20, 5  # of twenty rows, one is a parent and five are its variants
PICTURES = 12
AT_ONCE = 5000


def fill_catalogue(connection: sqlite3.Connection, media: Path, products: int, seed: int) -> None:
    """Write `products` rows of products, parents among them, and a picture for each that is not a variant."""
    dice = Random(seed)
    paths = [(room, room + CATEGORY_SEPARATOR + shelf, shelf) for room in ROOMS for shelf in SHELVES]
    categories = [{"path": room, "name": room} for room in ROOMS]
    categories += [{"path": path, "name": shelf} for _room, path, shelf in paths]
    insert(connection, "category", [{"id": n, "position": n, **row} for n, row in enumerate(categories, start=1)])
    shelves = [(len(ROOMS) + n, path) for n, (_room, path, _shelf) in enumerate(paths, start=1)]
    files = _draw(media)
    rows = _products(products, shelves, dice)
    while chunk := list(islice(rows, AT_ONCE)):
        insert(connection, "product", chunk)
        insert(connection, "picture", [_picture(row["id"], files) for row in chunk if row["parent_id"] is None])


def _products(count: int, shelves: list[tuple[int, str]], dice: Random) -> Iterator[dict[str, Any]]:
    parent: dict[str, Any] = {}
    for n in range(1, count + 1):
        place = n % FAMILY_EVERY
        if place == 0 or place > FAMILY_SIZE:
            yield _product(n, _name(dice), dice.choice(shelves), dice)
        elif place == 1 or not parent:
            shelf = dice.choice(shelves)
            parent = _product(n, _name(dice), shelf, dice) | {"is_parent": 1, "stock": None}
            parent["shelf"] = shelf
            yield {key: value for key, value in parent.items() if key != "shelf"}
        else:
            options = {"Colour": COLOURS[place], "Length": f"{place * 20} mm"}
            yield _product(n, parent["name"], parent["shelf"], dice, options) | {"parent_id": parent["id"]}


def _name(dice: Random) -> str:
    size = f"{dice.randint(2, 16)} × {dice.randint(10, 240)} mm"
    name = f"{dice.choice(KINDS).title()} {dice.choice(KINDS)} {dice.choice(THINGS)} {size}"
    return f"{name}, {dice.choice(MAKERS)}"


def _product(
    n: int, name: str, shelf: tuple[int, str], dice: Random, options: dict[str, str] | None = None
) -> dict[str, Any]:
    sku = f"{name[:2].upper()}-{n:06d}"
    price = dice.randint(20, 9_000)  # cents
    description = f"<p>{name} for {dice.choice(THINGS)}s. Made by {dice.choice(MAKERS)}.</p>"
    ean = f"40{n:011d}"
    chosen = options or {}
    return {
        "id": n,
        "sku": sku,
        "name": name,
        "description": description,
        "category_id": shelf[0],
        "price": price * 100,
        "unit": dice.choice(UNITS),
        "pack_size": dice.choice((1, 1, 1, 10)),
        "minimum_quantity": dice.choice((1, 1, 1, 2)),
        "breaks": json.dumps([[100, f"{price * 0.9 / 100:.2f}"]] if n % 3 == 0 else []),
        "stock": dice.choice((None, 0, 5, 500)),
        "ean": ean,
        "active": int(n % 50 != 49),
        "parent_id": None,
        "options": json.dumps(chosen),
        "is_parent": 0,
        "search": product_texts.search_text(
            sku=sku, name=name, ean=ean, category=shelf[1], description=description, options=chosen.values()
        ),
        "sort_name": product_texts.sort_name(name),
        "created_at": OPENED_AT,
    }


def _draw(media: Path) -> list[str]:
    """Put some pictures into the folder in both sizes, and return the names of their files."""
    for file, large, small in _drawn():
        (media / file).write_bytes(large)
        (media / picture_files.thumb(file)).write_bytes(small)
    return [file for file, _large, _small in _drawn()]


@cache
def _drawn() -> list[tuple[str, bytes, bytes]]:
    pictures = []
    for title in list(drawings.ALBUM)[:PICTURES]:
        written = io.BytesIO()
        drawings.draw(title).save(written, "PNG", compress_level=1)
        large, small = picture_drawing.sizes(written.getvalue())
        pictures.append((f"{hashlib.md5(title.encode()).hexdigest()}.webp", large, small))
    return pictures


def _picture(product_id: int, files: list[str]) -> dict[str, Any]:
    return {"product_id": product_id, "position": 0, "source": "", "error": "", "file": files[product_id % len(files)]}
