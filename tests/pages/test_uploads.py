"""The routes that files are posted to: for signed-in sellers, from our own pages, and never too large."""

import io
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from PIL import Image

from models import Picture, Product, Shop
from pages import http, media
from pages.desk import guard, uploads
from services import catalog_import, seller_sessions, sellers, settings
from services.catalog_import import inbox
from tests.form_token import FormToken

CATALOGUE = b"SKU;Name;Price\nA;Saw;12,00\n"


@pytest.fixture
async def stranger(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    """A browser nobody has signed in."""
    application = FastAPI()
    for module in (http, uploads, media):
        monkeypatch.setattr(module, "app", application)
        module.register()
    net = httpx.ASGITransport(app=application)
    async with httpx.AsyncClient(transport=net, auth=FormToken(), base_url=settings.current().public_url) as browser:
        yield browser


@pytest.fixture
async def seller(stranger: httpx.AsyncClient) -> httpx.AsyncClient:
    """The same browser, signed in to the desk."""
    owner = await sellers.create("nuria@norte.example", "correct horse battery")
    stranger.cookies.set(guard.cookie_name(), await seller_sessions.open_session(owner.id))
    return stranger


def drawn() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (600, 300), (10, 120, 90)).save(content, "PNG")
    return content.getvalue()


async def test_a_catalogue_waits_for_its_preview(seller: httpx.AsyncClient) -> None:
    answer = await seller.post(uploads.CATALOGUE_PATH, files={"file": ("../../prices.csv", CATALOGUE)})

    assert answer.status_code == 200
    name, content = inbox.open_file(answer.json()["file"])
    assert content == CATALOGUE
    assert (await catalog_import.read(name, content)).file_name == "prices.csv"


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "nothing in this file"), (b"\x00\x01\x00\x02%%", "neither"), (b"PK\x03\x04", "damaged")],
)
async def test_a_file_that_cannot_be_read_is_refused_at_once(
    seller: httpx.AsyncClient, content: bytes, words: str
) -> None:
    answer = await seller.post(uploads.CATALOGUE_PATH, files={"file": ("x.csv", content)})

    assert answer.status_code == 422
    assert words in answer.json()["error"]


async def test_no_file_is_told_in_words(seller: httpx.AsyncClient) -> None:
    answer = await seller.post(uploads.CATALOGUE_PATH, data={"file": "text"})

    assert answer.status_code == 422
    assert answer.json() == {"error": "No file arrived. Please choose one."}


@pytest.mark.parametrize("path", [uploads.CATALOGUE_PATH, uploads.PICTURES_PATH, uploads.picture_path(1)])
async def test_a_stranger_is_sent_away_before_anything_is_read(stranger: httpx.AsyncClient, path: str) -> None:
    answer = await stranger.post(path, files={"file": ("x.csv", CATALOGUE)})

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/desk/sign-in")


@pytest.mark.parametrize("path", [uploads.CATALOGUE_PATH, uploads.PICTURES_PATH, uploads.picture_path(1)])
async def test_another_site_cannot_send_files(seller: httpx.AsyncClient, path: str) -> None:
    answer = await seller.post(
        path, files={"file": ("x.csv", CATALOGUE)}, headers={"origin": "https://evil.example", "accept": "text/html"}
    )

    assert answer.status_code == 403


@pytest.mark.parametrize("length", ["99999999999", "-1", "x"])
async def test_a_body_that_says_it_is_too_large_is_refused(seller: httpx.AsyncClient, length: str) -> None:
    answer = await seller.post(uploads.CATALOGUE_PATH, content=b"", headers={"content-length": length})

    assert answer.status_code == 413
    assert "larger than 30 MB" in answer.json()["error"]


@pytest.mark.parametrize(("length", "most"), [(32_000_000, 32_000_000), (10**10, 61_000_000)])
async def test_a_body_that_is_too_large_is_read_away_before_the_answer_but_not_for_ever(
    seller: httpx.AsyncClient, length: int, most: int
) -> None:
    taken = 0

    async def large() -> AsyncIterator[bytes]:
        nonlocal taken
        while taken < min(length, 100_000_000):
            taken += 1_000_000
            yield bytes(1_000_000)

    answer = await seller.post(uploads.CATALOGUE_PATH, content=large(), headers={"content-length": str(length)})

    assert answer.status_code == 413
    assert min(length, 60_000_000) <= taken <= most


async def test_a_body_that_is_longer_than_it_says_is_cut_off(seller: httpx.AsyncClient) -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        yield b'--x\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
        while taken < 100_000_000:
            taken += 1_000_000
            yield b"a,b,c,d,e\n" * 100_000

    headers = {"content-length": "1000", "content-type": "multipart/form-data; boundary=x"}
    answer = await seller.post(uploads.CATALOGUE_PATH, content=endless(), headers=headers)

    assert answer.status_code == 413
    assert taken <= 32_000_000


async def test_whoever_is_answered_before_the_end_of_a_large_body_is_hung_up_on(stranger: httpx.AsyncClient) -> None:
    answer = await stranger.post(uploads.PICTURES_PATH, content=b"x" * 1_000_001)

    assert answer.status_code == 303
    assert answer.headers["connection"] == "close"


async def test_a_picture_is_added_and_served_for_ever(seller: httpx.AsyncClient) -> None:
    saw = await Product.create(sku="SAW", name="Saw")

    answer = await seller.post(uploads.picture_path(saw.id), files={"file": ("saw.png", drawn())})

    assert answer.json() == {"added": True}
    file = (await Picture.get(product_id=saw.id)).file
    shown = await seller.get(f"/media/{file}")
    assert shown.headers["content-type"] == "image/webp"
    assert "immutable" in shown.headers["cache-control"]
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in shown.headers["content-security-policy"]


async def test_what_is_no_picture_is_refused(seller: httpx.AsyncClient) -> None:
    saw = await Product.create(sku="SAW", name="Saw")

    answer = await seller.post(uploads.picture_path(saw.id), files={"file": ("saw.png", b"<script>alert(1)</script>")})

    assert answer.status_code == 422
    assert not await Picture.all().count()


async def test_a_named_picture_finds_its_product(seller: httpx.AsyncClient) -> None:
    saw = await Product.create(sku="SAW", name="Saw")
    await Picture.create(product=saw, source="saw.png")

    answer = await seller.post(uploads.PICTURES_PATH, files={"file": ("saw.png", drawn())})

    assert answer.json() == {"matched": 1, "left": 0, "names": ""}
    assert (await Picture.get()).file


@pytest.mark.parametrize("file", ["0" * 32 + ".webp", "..%2fpedido.db", "pedido.db", "%00.webp"])
async def test_only_pictures_can_be_asked_for(stranger: httpx.AsyncClient, file: str) -> None:
    assert (await stranger.get(f"/media/{file}")).status_code == 404
