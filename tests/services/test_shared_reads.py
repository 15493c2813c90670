"""What many ask for is read once, and what nobody asks for any more is forgotten first."""

import pytest

from services import live, shared_reads


async def test_what_is_asked_for_again_is_kept_when_much_else_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_reads, "MOST_KEPT", 3)
    read: list[str] = []

    async def asked(name: str) -> str:
        async def reading() -> str:
            read.append(name)
            return name

        return await shared_reads.once_of_catalog(name, reading)

    for name in ("list", "a", "list", "b", "list", "c", "list", "d", "list"):
        assert await asked(name) == name
    assert read == ["list", "a", "b", "c", "d"]
    assert await asked("a") == "a"
    assert read[-1] == "a"


async def test_an_order_has_what_shows_orders_read_again_and_nothing_of_the_catalogue() -> None:
    read: list[str] = []

    async def reading() -> None:
        read.append("once")

    for way in (shared_reads.once, shared_reads.once_of_catalog):
        read.clear()
        await way("key", reading)
        live.order_changed(1)
        await way("key", reading)
        assert len(read) == (2 if way is shared_reads.once else 1)
    live.offer_changed()
    await shared_reads.once_of_catalog("key", reading)
    assert len(read) == 2
