"""What is read in a process of its own can neither take too much nor break anything, and leaves nothing behind."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from models.errors import ShopError
from services import confined
from services.confined import Content, Limits

LIMITS = Limits(memory_bytes=500_000_000, seconds=20, answer_bytes=1_000_000)
SHORT = Limits(memory_bytes=500_000_000, seconds=1, answer_bytes=1_000_000)
REFUSAL = "It is too much."
ROOMS = ("services.catalog_import.reading", "services.picture_drawing", "services.picture_zips")


async def read(
    *what: str,
    content: Content = b"",
    limits: Limits = LIMITS,
    take: Callable[[Iterator[bytes]], list[bytes]] = list,
) -> list[bytes]:
    """Let the tests' own room read."""
    return await confined.read("tests.confined_room", content, *what, limits=limits, refusal=REFUSAL, take=take)


def is_running(number: int) -> bool:
    return Path(f"/proc/{number}").exists()


async def is_gone(number: int) -> bool:
    for _moment in range(100):
        if not is_running(number):
            return True
        await asyncio.sleep(0.05)
    return False


async def test_bytes_and_files_come_through_with_their_arguments(tmp_path: Path) -> None:
    content = bytes(range(256)) * 1000
    (tmp_path / "file").write_bytes(content)

    assert await read("echo", "ä", content=content) == [content, "ä".encode()]
    with (tmp_path / "file").open("rb") as file:
        file.read(100)
        assert await read("echo", content=file) == [content]


async def test_a_refusal_comes_through_in_its_own_words() -> None:
    with pytest.raises(ShopError, match="Not this one"):
        await read("refuse")


async def test_a_bug_is_no_refusal_and_is_told_with_its_traceback() -> None:
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        await read("stumble")


@pytest.mark.parametrize("what", ["eat", "crash", "talk"])
async def test_what_takes_too_much_or_breaks_down_is_refused(what: str) -> None:
    with pytest.raises(ShopError, match=REFUSAL):
        await read(what)


@pytest.mark.parametrize("what", ["spin", "sleep"])
async def test_what_takes_too_long_is_ended(what: str) -> None:
    numbers: list[int] = []

    def take(parts: Iterator[bytes]) -> list[bytes]:
        numbers.extend(map(int, parts))
        return []

    begun_at = time.monotonic()
    with pytest.raises(ShopError, match=REFUSAL):
        await read(what, limits=SHORT, take=take)

    assert time.monotonic() - begun_at < 10
    assert not [number for number in numbers if is_running(number)]


async def test_whoever_is_cancelled_leaves_no_process_behind() -> None:
    started: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    loop = asyncio.get_running_loop()

    def take(parts: Iterator[bytes]) -> list[bytes]:
        loop.call_soon_threadsafe(started.set_result, int(next(parts)))
        return list(parts)

    reading = asyncio.create_task(read("sleep", take=take))
    number = await started
    assert is_running(number)
    reading.cancel()
    with suppress(asyncio.CancelledError):
        await reading

    assert await is_gone(number)


async def test_the_program_goes_on_meanwhile() -> None:
    longest, at = 0.0, time.monotonic()
    reading = asyncio.create_task(read("spin", limits=SHORT))
    while not reading.done():
        await asyncio.sleep(0.01)
        longest, at = max(longest, time.monotonic() - at), time.monotonic()
    assert reading.exception()
    assert longest < 0.5


async def test_it_is_told_no_secret_and_writes_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEDIDO_SMTP_URL", "smtp://user:secret@mail.example")

    assert b"PEDIDO" not in (await read("settings"))[0]
    with pytest.raises(RuntimeError, match="File too large"):
        await read("write", str(tmp_path / "made"))
    assert (tmp_path / "made").read_text() == ""


async def test_it_loads_neither_the_database_nor_the_web_framework() -> None:
    loaded = (await read("modules", *ROOMS))[0].decode().split()

    assert set(ROOMS) <= set(loaded)
    assert not {"nicegui", "fastapi", "tortoise", "asyncpg", "services.settings"} & set(loaded)
