"""The pictures of products: added, ordered, removed, matched by name, and fetched from the web in the background."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from models import Picture, Product, Shop
from models.errors import NotFoundError, ShopError
from models.product import BY_SKU
from models.text import _
from services import database, live, picture_download, picture_names, picture_reading
from services.confined import Content
from services.picture_files import thumb, tidy
from services.picture_names import Named, Names
from services.picture_reading import store
from services.picture_zips import bare
from services.signals import everywhere

__all__ = [
    "Matched",
    "add",
    "fetch_missing",
    "files_in_use",
    "match",
    "order",
    "remove",
    "run",
    "store",
    "thumb",
    "tidy",
    "wake",
]

logger = logging.getLogger(__name__)

MAX_PER_PRODUCT = 20
AT_ONCE = 4
BATCH = 40
MAX_ERROR = 200
ZIP_MARK = b"PK\x03\x04"

_woken = asyncio.Event()


async def add(product_id: int, content: Content) -> None:
    """Add an uploaded picture behind the others of a product. Raises ShopError."""
    file = await store(content)
    await _add(product_id, file)
    live.offer_changed()


@database.unit_of_work
async def _add(product_id: int, file: str) -> None:
    if not await Product.exists(id=product_id):
        raise NotFoundError(_("This product does not exist any more."))
    positions = [row["position"] for row in await Picture.filter(product_id=product_id).values("position")]
    if len(positions) >= MAX_PER_PRODUCT:
        raise ShopError(_("A product can have {n} pictures at most.").format(n=MAX_PER_PRODUCT))
    await Picture.create(product_id=product_id, file=file, position=max(positions, default=-1) + 1)


async def remove(product_id: int, picture_id: int) -> None:
    """Take a picture from a product; nothing happens if it is gone already."""
    await _remove(product_id, picture_id)
    live.offer_changed()


@database.unit_of_work
async def _remove(product_id: int, picture_id: int) -> None:
    await Picture.filter(id=picture_id, product_id=product_id).delete()


async def order(product_id: int, picture_ids: Sequence[int]) -> None:
    """Show a product's pictures in this order; ids of others are ignored."""
    await _order(product_id, picture_ids)
    live.offer_changed()


@database.unit_of_work
async def _order(product_id: int, picture_ids: Sequence[int]) -> None:
    for position, id_ in enumerate(picture_ids[:MAX_PER_PRODUCT]):
        await Picture.filter(id=id_, product_id=product_id).update(position=position)


@dataclass(frozen=True)
class Matched:
    """How many pictures came to their place, and which files no product is named like or has room for."""

    places: int
    left: tuple[str, ...] = ()


async def match(file_name: str, content: Content) -> Matched:
    """Use an uploaded picture (or a ZIP of pictures) where an import named its file, else for the product whose SKU it
    is named like.

    Raises ShopError if nothing in it is a picture for some product.
    """
    if not await asyncio.to_thread(_is_zip, content):
        return await _match(bare(file_name), content)
    in_zip = await picture_reading.names_in_zip(content)
    names = Names({row["sku"]: row["id"] for row in await Product.all().values("id", "sku")})
    wanted = {place: name for place, name in in_zip.items() if await _is_wanted(name, names)}
    if not wanted:
        raise ShopError(_("No product names a picture that is in this ZIP file, and none is named like a SKU."))
    files = await picture_reading.store_from_zip(content, list(wanted))
    told = [(name, file) for name, file in zip(wanted.values(), files, strict=True)]
    left = set(picture_names.pictures(in_zip.values())) - set(wanted.values())
    return await _use_all(sorted(told), names, left)


def _is_zip(content: Content) -> bool:
    if isinstance(content, bytes):
        return content.startswith(ZIP_MARK)
    content.seek(0)
    return content.read(len(ZIP_MARK)) == ZIP_MARK


async def _match(name: str, content: Content) -> Matched:
    names = Names({row["sku"]: row["id"] for row in await Product.all().values("id", "sku")})
    if not await _is_wanted(name, names):
        raise ShopError(_("No product names a picture “{name}”, or has a SKU like it.").format(name=name[:80]))
    return await _use_all([(name, await store(content))], names, set())


async def _is_wanted(name: str, names: Names) -> bool:
    return bool(await _places(name)) or (bool(picture_names.pictures([name])) and names.find(name) is not None)


async def _places(name: str) -> list[int]:
    return [row["id"] for row in await Picture.filter(source__iexact=name).values("id")]


async def _use_all(files: Sequence[tuple[str, str]], names: Names, left: set[str]) -> Matched:
    """Put kept files, told with the names they came by, in their places."""
    places = 0
    for name, file in files:
        used = await _use_file(name, file, names.find(name))
        places += used
        if not used:
            left.add(name)
    live.offer_changed()
    return Matched(places, tuple(sorted(left)))


@database.unit_of_work
async def _use_file(name: str, file: str, named: Named | None) -> int:
    """Return in how many places a picture is shown now: where an import named it, or else with its product."""
    ids = await _places(name)
    if ids:
        return await Picture.filter(id__in=ids).update(file=file, error="")
    if named is None or not await Product.exists(id=named.product_id):
        return 0
    source = f"{BY_SKU}{name.lower()}"
    if replaced := await Picture.filter(product_id=named.product_id, source=source).update(file=file, error=""):
        return replaced
    rows = await Picture.filter(product_id=named.product_id).values("position")
    if len(rows) >= MAX_PER_PRODUCT:
        return 0
    position = max((row["position"] for row in rows), default=-1) + 1
    await Picture.create(product_id=named.product_id, source=source, file=file, position=position)
    return 1


async def files_in_use() -> set[str]:
    """The files some row names."""
    shown = await Picture.exclude(file="").distinct().order_by("file").values("file")
    return {row["file"] for row in shown} | {shop.logo for shop in await Shop.all() if shop.logo}


@everywhere
def wake() -> None:
    """Tell the background work, in whichever process it is done, that there may be pictures to fetch."""
    _woken.set()


async def run() -> None:
    """Fetch what imports name, at start and whenever woken, for as long as the program runs."""
    while True:
        _woken.clear()
        tried: set[str] = set()  # each address once, and once more after the next import
        try:
            while await fetch_missing(tried):
                pass
        except Exception:  # the loop goes on whatever happens
            logger.exception("Fetching pictures failed; it goes on with the next import")
        await _woken.wait()


async def fetch_missing(tried: set[str]) -> int:
    """Fetch some of the pictures that are addresses and not here yet; return how many were tried.

    Addresses in `tried` are left out and new ones added to it; what fails is noted at the picture.
    """
    wanted = Picture.filter(file="", source__startswith="http").order_by("id")
    sources = dict.fromkeys([row["source"] for row in await wanted.values("source")])
    batch = [source for source in sources if source not in tried][:BATCH]
    tried.update(batch)
    limit = asyncio.Semaphore(AT_ONCE)
    await asyncio.gather(*(_fetch(source, limit) for source in batch))
    if batch:
        live.offer_changed()
    return len(batch)


async def _fetch(source: str, limit: asyncio.Semaphore) -> None:
    async with limit:
        try:
            file, error = await store(await picture_download.download(source)), ""
        except ShopError as reason:
            file, error = "", str(reason)[:MAX_ERROR]
    await _note(source, file, error)


@database.unit_of_work
async def _note(source: str, file: str, error: str) -> None:
    await Picture.filter(source=source, file="").update(file=file, error=error)
