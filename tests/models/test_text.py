"""In which language sentences are said: by wish, else the shop's, in every task and thread that hangs on it."""

import asyncio
import subprocess
import sys

import pytest

from models import text
from models.text import _, ngettext, speaking, spoken
from tests.e2e.shop_process import ROOT

CALLED_TOO_EARLY = """
import importlib, pathlib, models.text
def early(*words):
    raise SystemExit(f"said while the program was loaded: {words}")
models.text._ = models.text.ngettext = early
for path in sorted(path for room in ("models", "services", "pages") for path in pathlib.Path(room).rglob("*.py")):
    if "migrations" not in path.parts:
        importlib.import_module(".".join(path.with_suffix("").parts).removesuffix(".__init__"))
"""


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Cart"), ("es", "Carrito"), ("de", "Warenkorb"), ("fr", "Panier")]
)
def test_a_sentence_is_said_in_the_language_that_is_wanted(language: str, words: str) -> None:
    with speaking(language):
        assert (_("Cart"), spoken()) == (words, language)
    assert _("Cart") == "Cart"


def test_without_a_wish_the_shop_is_asked_and_a_language_that_is_none_of_ours_is_english() -> None:
    text.shop_speaks("de")
    assert _("Cart") == "Warenkorb"
    with speaking("tlh"):
        assert spoken() == "de"
    text.shop_speaks("it")
    assert spoken() == "en"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", ["0 productos", "1 producto", "2 productos"]),
        ("de", ["0 Produkte", "1 Produkt", "2 Produkte"]),
        ("fr", ["0 produit", "1 produit", "2 produits"]),
    ],
)
def test_numbers_have_the_plural_of_their_language(language: str, words: list[str]) -> None:
    with speaking(language):
        assert [ngettext("{n} product", "{n} products", n).format(n=n) for n in range(3)] == words


async def test_tasks_and_threads_speak_as_whoever_started_them() -> None:
    async def say() -> str:
        await asyncio.sleep(0)
        return _("Cart")

    with speaking("es"):
        spanish = asyncio.create_task(say())
    with speaking("fr"):
        assert await asyncio.to_thread(lambda: _("Cart")) == "Panier"
    assert await say() == "Cart"
    assert await spanish == "Carrito"


def test_nothing_is_said_while_the_program_is_loaded() -> None:
    for more, holds in (("", True), ("early('a constant')", False)):
        told = subprocess.run(  # noqa: PLW1510 - it may fail
            [sys.executable, "-c", CALLED_TOO_EARLY + more], cwd=ROOT, capture_output=True, text=True
        )
        assert (told.returncode == 0) is holds, told.stderr
