"""Stop and double start: the program is asked to end in the middle of its work, a second one wants the same folder,
and it dies while it brings a database of an earlier version up to date.
"""

import asyncio
import random
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from pages.http import DEVICE_COOKIE
from services import engines, tokens
from tests import earlier_versions
from tests.e2e.shop_process import PROGRAM, ShopProcess
from tests.servers import Door, SmtpTestServer, SshTestServer, openssh, silent_server, smtp_server
from tests.soak import buying, promises, shops, tampered
from tests.soak.frame import Figure, Outcome, wait_for
from tests.soak.promises import Promised
from tests.soak.wire import Device, LostError, surely

REQUESTS_A_SECOND = 5.0  # no more than it can serve: who waits at its end is cut off after five seconds
MOST_SECONDS_TO_STOP = 10.0
MOST_SECONDS_TO_REFUSE = 2.0
PATIENCE_SECONDS = 60.0
WAITING = "SELECT count(*) FROM outbox_message WHERE status IN ('pending', 'sending')"
SENDING = "SELECT count(*) FROM outbox_message WHERE status = 'sending'"


def run(seed: int, *, requests: int, tampering: Callable[[], None] | None = None) -> Outcome:
    """Stop the program while `requests` come in and a mail hangs; start a second one beside it."""
    program = tampered.program(tampering) if tampering else PROGRAM
    with (
        tempfile.TemporaryDirectory(prefix="pedido-soak-") as folder,
        smtp_server() as mails,
        openssh() as depot,
        silent_server() as silence,
    ):
        return asyncio.run(StopAndStart(seed, requests, mails, depot, silence).run(Path(folder), program))


def killed_migrations(seed: int, *, kills: int, versions: Sequence[str] = earlier_versions.VERSIONS) -> Outcome:
    """Kill migrations from each earlier version `kills` times, at random statements, then start the program."""
    chance, broken = random.Random(seed), []
    for version in versions:
        with tempfile.TemporaryDirectory(prefix="pedido-soak-") as folder:
            broken += [f"{version}: {wrong}" for wrong in _killed_migration(Path(folder), version, kills, chance)]
    return Outcome(seed, {"versions": len(versions), "kills": kills * len(versions)}, broken)


def _killed_migration(folder: Path, version: str, kills: int, chance: random.Random) -> list[str]:
    shop = ShopProcess(folder)
    shop.data.mkdir()
    url = f"sqlite://{shop.data / 'pedido.db'}"
    asyncio.run(earlier_versions.at_version(url, version))
    earlier_versions.fill(url)
    before = earlier_versions.rows_of(url)
    statements = _statements(url, shop.data)
    for statement in chance.sample(range(1, statements + 1), min(kills, statements)):
        killed = earlier_versions.migrate_until(url, statement, shop.data)
        if killed.returncode != -signal.SIGKILL:
            return [f"it did not die at statement {statement}: {killed.stderr}"]
    shop.start()
    shop.kill()
    after = earlier_versions.rows_of(url)
    del after["audit_entry"][
        len(before.get("audit_entry", [])) :
    ]  # it notes its first backup, if there was time for it
    return earlier_versions.not_kept(before, after)


def _statements(url: str, data: Path) -> int:
    """How many statements the migrations of a database take, counted on a copy."""
    with tempfile.TemporaryDirectory(dir=data) as folder:
        copy = Path(shutil.copy(engines.file_of(url), folder))
        return int(earlier_versions.migrate_until(f"sqlite://{copy}", earlier_versions.NEVER, data).stdout)


class StopAndStart:
    """One run."""

    def __init__(self, seed: int, requests: int, mails: SmtpTestServer, depot: SshTestServer, silence: int) -> None:
        self._seed, self._requests = seed, requests
        self._random = random.Random(seed)
        self._mails, self._depot, self._silence = mails, depot, silence
        self._promised = Promised()
        self._broken: list[str] = []

    async def run(self, folder: Path, program: Sequence[str]) -> Outcome:
        """Open the shop, stop it in the middle, start it again, and look at what is left."""
        self._known = {f"known{number}@sol.example": tokens.new() for number in range(self._requests)}
        door = Door(self._silence)
        self._shop = ShopProcess(folder, smtp_url=f"smtp://127.0.0.1:{door.port}", program=program)
        shops.open_shop(self._shop, known=self._known, depot=shops.Depot(self._depot, self._depot.port))
        begun_at = time.monotonic()
        await asyncio.to_thread(self._shop.start)
        try:
            await door.open()
            in_time = max(MOST_SECONDS_TO_REFUSE, time.monotonic() - begun_at)
            refused = await asyncio.to_thread(self._start_a_second, folder, program, in_time)
            stopped, _none = await asyncio.gather(self._stop_in_the_middle(door), self._everybody_buys())
            await wait_for(lambda: self._count(WAITING) == 0, time.monotonic() + PATIENCE_SECONDS)
            return self._judge({"seconds to refuse": refused, "seconds to stop": stopped})
        finally:
            await asyncio.to_thread(self._shop.stop)
            await door.close()

    async def _everybody_buys(self) -> None:
        await asyncio.gather(*(self._buy(number, email) for number, email in enumerate(self._known)))

    async def _buy(self, number: int, email: str) -> None:
        await asyncio.sleep(number / REQUESTS_A_SECOND)
        device = Device(self._shop.address, {DEVICE_COOKIE: self._known[email]})
        try:
            await surely(lambda: buying.send_request(device, email), time.monotonic() + PATIENCE_SECONDS)
            self._promised.placed.add(email)
        except (LostError, buying.RefusedError) as error:
            self._broken.append(f"{email}: {error}")
        finally:
            await device.leave()

    async def _stop_in_the_middle(self, door: Door) -> float:
        """Return the seconds it took to end, with a mail on its way to a server that has stopped talking."""
        await asyncio.sleep(self._random.uniform(0.3, 0.7) * self._requests / REQUESTS_A_SECOND)
        await wait_for(lambda: self._count(SENDING), time.monotonic() + PATIENCE_SECONDS)
        begun_at = time.monotonic()
        await asyncio.to_thread(self._shop.stop)
        seconds = time.monotonic() - begun_at
        if seconds > MOST_SECONDS_TO_STOP:
            self._broken.append(f"it took {seconds:.1f} s to end")
        await door.shut()
        await door.open(self._mails.port)
        await asyncio.to_thread(self._shop.start)
        return seconds

    def _start_a_second(self, folder: Path, program: Sequence[str], in_time: float) -> float:
        """Start another process on the same data folder; return the seconds until it has given up.

        It has as long as it takes, where this is longer than promised, to start the program: the machine is busy.
        """
        second = ShopProcess(folder / "second", program=program, settings={"PEDIDO_DATA": str(self._shop.data)})
        second.folder.mkdir()
        begun_at = time.monotonic()
        code, said = second.refusal(in_time)
        seconds = time.monotonic() - begun_at
        if code is None:
            self._broken.append(f"a second process did not refuse within {in_time:.1f} s")
        elif code != 2 or "is in use by another Pedido" not in said:
            self._broken.append(f"a second process ended with {code}: {said}")
        return seconds

    def _judge(self, figures: dict[str, Figure]) -> Outcome:
        found, rows = promises.orders(self._shop.read), promises.messages(self._shop.read)
        lost = promises.lost(self._promised, found)
        wrong = [
            *lost,
            *promises.without_rows(found, rows, self._known),
            *promises.mails(rows, self._mails.messages),
            *promises.files(rows, self._depot.root / shops.FOLDER),
        ]
        figures |= {"acknowledged": len(self._promised.placed), "lost": sum(len(one.names) for one in lost)}
        return Outcome(self._seed, figures, [*self._broken, *map(str, wrong), *self._shop.trouble()])

    def _count(self, query: str) -> int:
        return int(self._shop.read(query)[0][0])
