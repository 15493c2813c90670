"""What is told at the foot of the page while a seller waits."""

import asyncio
from types import SimpleNamespace

import pytest

from models.errors import ShopError
from pages.components import toasts
from pages.desk import order_actions

MAKING = "The file is being made. You can go on working meanwhile."


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is told from here on, by whoever has little patience."""
    words: list[str] = []
    monkeypatch.setattr(toasts, "toast", words.append)
    monkeypatch.setattr(toasts, "PATIENCE_SECONDS", 0.02)
    return words


async def made_after(seconds: float) -> str:
    await asyncio.sleep(seconds)
    return "the export"


async def test_a_file_that_takes_long_is_told_and_a_quick_one_is_not(told: list[str]) -> None:
    assert await toasts.while_a_file_is_made(made_after(0)) == "the export"
    assert told == []
    assert await toasts.while_a_file_is_made(made_after(0.05)) == "the export"
    assert told == [MAKING]


async def test_a_file_that_breaks_off_is_told_as_without_the_wait(told: list[str]) -> None:
    async def fails() -> None:
        raise ShopError("Is the disk full?")

    with pytest.raises(ShopError, match="full"):
        await toasts.while_a_file_is_made(fails())
    assert told == []


async def test_who_downloads_many_orders_is_told_that_the_file_is_being_made(
    told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    saved: list[str] = []
    browser = SimpleNamespace(download=SimpleNamespace(from_url=saved.append))
    monkeypatch.setattr(order_actions, "ui", browser)
    making = SimpleNamespace(token="abc", recorded=lambda: made_after(0.05))

    await order_actions._save(making)  # type: ignore[arg-type] # as much of one as is looked at

    assert len(saved) == 1 and "abc" in saved[0]
    assert told == [MAKING]
