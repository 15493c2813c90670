"""Pictures are drawn anew, matched by name, and fetched in the background without ever stopping anything."""

import asyncio
import gzip
import io
import os
import time
import zipfile

import pytest
from PIL import Image

from models import Picture, Product, Shop
from models.errors import NotFoundError, ShopError
from models.product import BY_SKU
from services import live, picture_download, picture_drawing, picture_files, pictures, settings
from services.picture_names import Named, Names
from services.pictures import Matched
from tests import bombs
from tests.catalogue_files import imported, table

Size = tuple[int, int]


def drawn(size: Size = (1600, 800), kind: str = "JPEG", mode: str = "RGB", **options: object) -> bytes:
    """A picture of one colour."""
    content = io.BytesIO()
    Image.new(mode, size, 120 if mode == "L" else (200, 80, 40, 128)[: len(mode)]).save(content, kind, **options)
    return content.getvalue()


def opened(file: str) -> Image.Image:
    path = picture_files.path(file)
    assert path is not None
    return Image.open(io.BytesIO(path.read_bytes()))


@pytest.fixture
async def saw(database: None) -> Product:
    return await Product.create(sku="SAW", name="Saw")


@pytest.mark.usefixtures("data_folder")
@pytest.mark.parametrize(
    ("kind", "mode"), [("JPEG", "RGB"), ("JPEG", "CMYK"), ("PNG", "RGBA"), ("PNG", "L"), ("WEBP", "RGB")]
)
async def test_a_picture_is_kept_in_two_sizes(kind: str, mode: str) -> None:
    file = await pictures.store(drawn(kind=kind, mode=mode))

    assert opened(file).format == "WEBP"
    assert opened(file).size == (1200, 600)
    assert opened(pictures.thumb(file)).size == (400, 200)


@pytest.mark.usefixtures("data_folder")
async def test_a_small_picture_is_not_blown_up() -> None:
    file = await pictures.store(drawn((50, 20), "PNG"))

    assert opened(file).size == opened(pictures.thumb(file)).size == (50, 20)


@pytest.mark.usefixtures("data_folder")
async def test_only_the_first_frame_of_a_gif_is_kept() -> None:
    frames = [Image.new("P", (20, 20), colour) for colour in (1, 2, 3)]
    content = io.BytesIO()
    frames[0].save(content, "GIF", save_all=True, append_images=frames[1:])

    assert getattr(opened(await pictures.store(content.getvalue())), "n_frames", 1) == 1


@pytest.mark.usefixtures("data_folder")
async def test_what_a_camera_hides_in_a_picture_is_gone_and_it_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Secret camera", 6  # maker, and: turn me by 90 degrees
    file = await pictures.store(drawn((300, 100), exif=exif))

    assert opened(file).size == (100, 300)
    assert not opened(file).getexif()
    path = picture_files.path(file)
    assert path is not None
    assert b"Secret" not in path.read_bytes()


@pytest.mark.usefixtures("data_folder")
@pytest.mark.parametrize(
    "content",
    [b"", b"hello", b"<svg xmlns='http://www.w3.org/2000/svg'/>", drawn(kind="BMP"), drawn()[:200], drawn(kind="TIFF")],
)
async def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(ShopError, match="not a picture"):
        await pictures.store(content)


@pytest.mark.usefixtures("data_folder")
async def test_a_flood_of_pixels_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(ShopError, match="more pixels"):
        await pictures.store(drawn((12_000, 12_000), "PNG", "L"))
    with pytest.raises(ShopError, match="larger than 15 MB"):
        await pictures.store(b"x" * 15_000_001)


@pytest.mark.usefixtures("data_folder")
@pytest.mark.parametrize("name", ["../pedido.db", "a.webp", "0" * 32 + ".png", "0" * 32 + ".webp", "", "/etc/passwd"])
def test_no_other_file_can_be_asked_for(name: str) -> None:
    assert picture_files.path(name) is None


async def test_pictures_are_added_ordered_and_removed(saw: Product) -> None:
    for size in ((10, 10), (20, 20), (30, 30)):
        await pictures.add(saw.id, drawn(size))
    first, second, third = [picture.id for picture in await Picture.all()]

    await pictures.order(saw.id, [third, first, second])
    await pictures.remove(saw.id, first)

    assert [picture.id for picture in await Picture.filter(product_id=saw.id)] == [third, second]


async def test_a_picture_of_another_product_is_out_of_reach(saw: Product) -> None:
    other = await Product.create(sku="AXE", name="Axe")
    await pictures.add(other.id, drawn())
    theirs = await Picture.get()

    await pictures.remove(saw.id, theirs.id)
    await pictures.order(saw.id, [theirs.id])

    assert await Picture.all().count() == 1
    with pytest.raises(NotFoundError):
        await pictures.add(999, drawn())


async def test_an_uploaded_file_goes_wherever_an_import_named_it(saw: Product) -> None:
    other = await Product.create(sku="AXE", name="Axe")
    for product in (saw, other):
        await Picture.create(product=product, source="Blade.JPG")

    assert await pictures.match("C:\\photos\\blade.jpg", drawn()) == Matched(2)

    assert len({picture.file for picture in await Picture.all()} - {""}) == 1
    with pytest.raises(ShopError, match="No product names"):
        await pictures.match("other.jpg", drawn())


async def test_a_zip_of_pictures_fills_all_that_are_named(saw: Product) -> None:
    for name in ("1.webp", "2.png"):
        await Picture.create(product=saw, source=name)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        file.writestr("shop/1.webp", drawn((10, 10), "WEBP"))
        file.writestr("shop/2.png", drawn((10, 10), "PNG"))
        file.writestr("shop/notes.txt", "not asked for")

    assert await pictures.match("all.zip", content.getvalue()) == Matched(2)
    assert not await Picture.filter(file="").count()


async def test_a_zip_named_by_sku_fills_products_and_takes_the_place_of_its_last_one(saw: Product) -> None:
    small = drawn((10, 10), "PNG")
    await Picture.create(product=saw, file="0" * 32 + ".webp")
    content = {"all/saw-2.png": small, "all/SAW.png": small, "all/AXE.png": small, "all/._SAW.png": small}

    assert await pictures.match("all.zip", bombs.zipped(content)) == Matched(2, ("AXE.png",))
    first = await Picture.all().order_by("position").values("source", "file")
    assert [row["source"] for row in first] == ["", f"{BY_SKU}saw.png", f"{BY_SKU}saw-2.png"]

    assert await pictures.match("SAW.PNG", small) == Matched(1)
    again = await Picture.all().order_by("position").values("source", "file")
    assert [row["source"] for row in again] == [row["source"] for row in first]
    assert again[1]["file"] != first[1]["file"]


async def test_pictures_named_by_sku_are_none_of_an_imports(saw: Product) -> None:
    await pictures.match("SAW.png", drawn((10, 10), "PNG"))

    plan = await imported(table("SKU;Image\nSAW;a.jpg\n"), "sku=1")

    assert plan.products[0].before == {"pictures": []}
    assert {picture.source for picture in await Picture.all()} == {f"{BY_SKU}saw.png", "a.jpg"}


async def test_a_product_that_is_full_takes_no_more_by_name(saw: Product) -> None:
    for number in range(20):
        await Picture.create(product=saw, file=f"{number:032}.webp")
    assert await pictures.match("SAW.png", drawn((10, 10), "PNG")) == Matched(0, ("SAW.png",))


@pytest.mark.parametrize(
    ("file_name", "named"),
    [
        ("SG.jpg", Named(1, 1)),
        ("sg-2.jpg", Named(1, 2)),
        ("SG_03.png", Named(1, 3)),
        ("SG (4).png", Named(1, 4)),
        ("SG-1.jpg", Named(2, 1)),
        ("SG-1-2.jpg", Named(2, 2)),
        ("A-1.jpg", Named(3, 1)),
        ("a_1.jpg", Named(3, 1)),
        ("B-1.jpg", Named(5, 1)),
        ("B_1.jpg", None),
        ("SG-123.jpg", None),
        ("SG", None),
        (".jpg", None),
    ],
)
def test_a_file_is_named_like_one_sku_or_none(file_name: str, named: Named | None) -> None:
    names = Names({"SG": 1, "SG-1": 2, "A/1": 3, "B/1": 4, "B-1": 5})
    assert names.find(file_name) == named


async def test_a_zip_without_anything_wanted_says_so(saw: Product) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        file.writestr("1.webp", drawn((10, 10), "WEBP"))

    with pytest.raises(ShopError, match="No product names"):
        await pictures.match("all.zip", content.getvalue())
    with pytest.raises(ShopError, match="cannot be opened"):
        await pictures.match("all.zip", b"PK\x03\x04 broken")


@pytest.mark.parametrize("name", ["../../saw.png", "..\\..\\saw.png", "/etc/saw.png", "C:\\saw.png"])
async def test_a_name_in_a_zip_is_never_a_path(saw: Product, name: str) -> None:
    await Picture.create(product=saw, source="saw.png")

    assert await pictures.match("all.zip", bombs.zipped({name: drawn((10, 10), "PNG")})) == Matched(1)

    media = settings.current().media
    assert {path.name for path in media.iterdir()} == {(file := (await Picture.get()).file), pictures.thumb(file)}
    assert not [path for path in media.parent.parent.rglob("saw*") if media not in path.parents]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\0" * 14_000_000, "cannot be read"),
        (bombs.png(9000, 9000), "more pixels"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture"),
    ],
    ids=["ratio", "pixels", "svg"],
)
async def test_one_bad_picture_in_a_zip_is_named_and_nothing_of_it_is_kept(
    saw: Product, content: bytes, words: str
) -> None:
    for name in ("good.png", "bad.png"):
        await Picture.create(product=saw, source=name)

    with pytest.raises(ShopError, match=f"bad.png.*{words}"):
        await pictures.match("all.zip", bombs.zipped({"good.png": drawn((10, 10), "PNG"), "bad.png": content}))

    assert await Picture.filter(file="").count() == 2
    assert not list(settings.current().media.iterdir())


async def test_a_zip_of_very_many_files_is_not_looked_at(saw: Product) -> None:
    with pytest.raises(ShopError, match="more than 5000 files"):
        await pictures.match("all.zip", bombs.zipped({f"{number}.png": b"x" for number in range(5001)}))


@pytest.mark.usefixtures("data_folder")
async def test_a_bomb_of_pixels_is_refused_at_once() -> None:
    with pytest.raises(ShopError, match="more pixels"):
        await pictures.store(bombs.png(50_000, 50_000))


async def test_pictures_from_the_web_are_fetched_once_for_all_products(
    saw: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = await Product.create(sku="AXE", name="Axe")
    for product in (saw, other):
        await Picture.create(product=product, source="https://pictures.example/blade.jpg")
    asked: list[str] = []

    async def download(url: str) -> bytes:
        asked.append(url)
        return drawn()

    monkeypatch.setattr(picture_download, "download", download)

    assert await pictures.fetch_missing(set()) == 1

    assert asked == ["https://pictures.example/blade.jpg"]
    assert not await Picture.filter(file="").count()


async def test_without_a_network_the_reason_is_noted_and_nothing_is_tried_twice(saw: Product) -> None:
    await Picture.create(product=saw, source="https://no-such-host.invalid/a.jpg")
    await Picture.create(product=saw, source="http://127.0.0.1:9/b.jpg")
    await Picture.create(product=saw, source="c.jpg")
    tried: set[str] = set()

    assert await pictures.fetch_missing(tried) == 2
    assert await pictures.fetch_missing(tried) == 0

    errors = {picture.source: picture.error for picture in await Picture.all()}
    assert errors["https://no-such-host.invalid/a.jpg"] == "The picture's server could not be reached."
    assert errors["http://127.0.0.1:9/b.jpg"] == "The picture's address is not on the public web."
    assert errors["c.jpg"] == ""


async def test_the_background_work_goes_on_after_a_wake(saw: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    async def download(_url: str) -> bytes:
        return drawn()

    monkeypatch.setattr(picture_download, "download", download)
    monkeypatch.setattr(pictures, "_woken", asyncio.Event())  # an event belongs to the first loop that waits for it
    work = asyncio.create_task(pictures.run())
    try:
        await asyncio.sleep(0.1)
        await Picture.create(product=saw, source="https://pictures.example/late.jpg")
        told = asyncio.Event()
        live.catalog.subscribe(told.set)
        pictures.wake()
        async with asyncio.timeout(10):
            await told.wait()
        assert not await Picture.filter(file="").exists()
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


async def serving(answer: bytes) -> tuple[asyncio.Server, str]:
    """A web server that gives every caller the same answer."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    return server, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/a.jpg"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n", "answered 404"),
        (b"HTTP/1.1 304 Not Modified\r\n\r\n", "answered 304"),
        (b"HTTP/1.1 302 Found\r\nlocation: http://[elsewhere/a.jpg\r\ncontent-length: 0\r\n\r\n", "not a web address"),
        (b"HTTP/1.1 302 Found\r\nlocation: ftp://elsewhere/a.jpg\r\ncontent-length: 0\r\n\r\n", "not a web address"),
        (b"HTTP/1.1 302 Found\r\nlocation: /a.jpg\r\ncontent-length: 0\r\n\r\n", "from one to the next"),
        (b"nonsense\r\n\r\n", "could not be reached"),
    ],
)
async def test_an_odd_answer_from_the_web_is_told_in_words(
    answer: bytes, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_download, "is_public", lambda _address: True)
    server, url = await serving(answer)
    async with server:
        with pytest.raises(ShopError, match=words):
            await picture_download.download(url)


@pytest.mark.parametrize("url", ["http://a.example:99999/x.jpg", "http://[a.example/x.jpg", "https:///x.jpg"])
async def test_what_cannot_be_an_address_is_told_in_words(url: str) -> None:
    with pytest.raises(ShopError, match="not a web address"):
        await picture_download.download(url)


async def test_a_picture_on_the_web_arrives_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_download, "is_public", lambda _address: True)
    content = drawn()
    head = f"HTTP/1.1 200 OK\r\ncontent-length: {len(content)}\r\n\r\n".encode()
    server, url = await serving(head + content)
    async with server:
        assert await picture_download.download(url) == content


async def test_an_endless_picture_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_download, "is_public", lambda _address: True)
    monkeypatch.setattr(picture_download, "MAX_BYTES", 100)
    server, url = await serving(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 10_000)
    async with server:
        with pytest.raises(ShopError, match="larger than"):
            await picture_download.download(url)


async def test_a_picture_that_unpacks_to_very_much_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_download, "is_public", lambda _address: True)
    bomb = gzip.compress(b"\0" * 2 * picture_drawing.MAX_BYTES)
    head = f"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {len(bomb)}\r\n\r\n".encode()
    server, url = await serving(head + bomb)
    async with server:
        assert await picture_download.download(url) == bomb


async def test_files_nobody_names_go_and_the_logo_stays(saw: Product, shop: Shop) -> None:
    logo, used, unused = [await pictures.store(drawn((10, 10))) for _n in range(3)]
    await Shop.filter(id=1).update(logo=logo)
    await Picture.create(product=saw, file=used)
    long_ago = time.time() - 2 * picture_files.KEPT_UNUSED_SECONDS
    for file in (logo, used, unused):
        for name in (file, pictures.thumb(file)):
            os.utime(settings.current().media / name, (long_ago, long_ago))
    fresh = await pictures.store(drawn((10, 10)))

    pictures.tidy(await pictures.files_in_use())

    assert [bool(picture_files.path(file)) for file in (logo, used, unused, fresh)] == [True, True, False, True]
    assert picture_files.path(pictures.thumb(used))
