"""The shop at work beside an empty page of the framework, and what their processes take."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench import fill
from tests.e2e.shop_process import ROOT, ShopProcess
from tests.servers.process import running

NANOSECONDS, KIB = 1e9, 1024


@dataclass(frozen=True)
class Side:
    """A program that answers at `port`, in the process `pid`."""

    port: int
    pid: int

    @property
    def processor(self) -> float:
        """Seconds that all of its threads have worked."""
        tasks = Path(f"/proc/{self.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / NANOSECONDS

    @property
    def memory(self) -> int:
        """Bytes of it that lie in memory."""
        told = Path(f"/proc/{self.pid}/status").read_text().split("VmRSS:")[1]
        return int(told.split()[0]) * KIB


@contextmanager
def shop_and_empty_page(orders: int, products: int) -> Iterator[tuple[Side, Side]]:
    """A shop of this size, and a program that serves an empty page in the same way."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shop = ShopProcess(folder)
        fill.copy(fill.shop(orders, products), shop.data)
        shop.start()
        try:
            with _empty_page(folder) as empty:
                yield Side(shop.port, shop.pid), empty
        finally:
            shop.stop()


@contextmanager
def _empty_page(folder: Path) -> Iterator[Side]:
    pids = folder / "pid"

    def command(port: int) -> list[str]:
        start = f"echo $$ > {pids}; exec {sys.executable} -m tests.bench.empty_page {port}"
        return ["sh", "-c", f"cd {ROOT} && {start}"]

    with running(command, folder / "empty.log") as port:
        yield Side(port, int(pids.read_text()))
