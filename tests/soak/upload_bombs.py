"""Upload bombs: files and streams that are more than they seem come in at the routes of a running shop.

Each must be refused in words within 3 seconds. Meanwhile somebody asks the shop again and again whether it is there: no
answer may take longer than 200 ms. The program may not need more than 150 MB more than before; the process it reads a
file in is measured apart. Afterwards nothing is left in the data folder, in the folder for temporary files and among
the processes. On a busy machine the short form has patience besides.
"""

import contextlib
import http.client
import json
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from models import Picture, Product
from pages import forms
from pages.desk import uploads
from pages.desk.guard import cookie_name
from tests import bombs, form_token
from tests.e2e import seeding
from tests.e2e.shop_process import PROGRAM, ShopProcess
from tests.soak import tampered
from tests.soak.frame import Figure, Outcome

LONGEST_SECONDS = 3.0
LONGEST_ANSWER_SECONDS = 0.2
MOST_MEGABYTES = 150
ENOUGH_BYTES = 100_000_000  # of a stream that nobody cuts off
ASK_AGAIN_SECONDS = 0.01
SETTLE_SECONDS = 5.0
GIVE_UP_SECONDS = 30.0
BOUNDARY = "pedido-bomb"
FORM = (
    f'--{BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="{{name}}"\r\n'
    "content-type: application/octet-stream\r\n\r\n"
)
FORM_END = f"\r\n--{BOUNDARY}--\r\n".encode()
PIECE = b"SKU;Name;Price\n" * 4_000
REFUSALS = (b"303", b"400", b"401", b"403", b"413", b"422", b"429")
WANTED = "saw.png"
LEFT_ALONE = ("pedido.db", "pedido.lock", "pedido.log")


@dataclass(frozen=True)
class Bomb:
    """What is posted where: a file, or an endless stream that says of its length what `headers` say."""

    path: str
    content: Callable[[], bytes] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    chunked: bool = False
    from_a_stranger: bool = False


def _names_with_folders() -> bytes:
    picture = bombs.png(10, 10)
    return bombs.zipped(dict.fromkeys(("../../../evil.png", "..\\..\\..\\evil.png", "/tmp/evil.png"), picture))


PICTURE = uploads.picture_path(1)
ENDLESS = 10_000_000_000
BOMBS: Mapping[str, Bomb] = {
    "a spreadsheet of 4 GB": Bomb(uploads.CATALOGUE_PATH, bombs.four_gigabytes),
    "a spreadsheet that lies": Bomb(uploads.CATALOGUE_PATH, bombs.liar),
    "a million columns": Bomb(uploads.CATALOGUE_PATH, bombs.million_columns),
    "two far corners": Bomb(uploads.CATALOGUE_PATH, bombs.far_corner),
    "14 million rows": Bomb(uploads.CATALOGUE_PATH, lambda: b"a\n" * 14_000_000),
    "50,000 x 50,000 pixels": Bomb(PICTURE, lambda: bombs.png(50_000, 50_000)),
    "pixels in a ZIP": Bomb(uploads.PICTURES_PATH, lambda: bombs.zipped({WANTED: bombs.png(50_000, 50_000)})),
    "a picture of 4 GB in a ZIP": Bomb(uploads.PICTURES_PATH, lambda: bombs.zipped({WANTED: bytes(14_000_000)})),
    "names with folders": Bomb(uploads.PICTURES_PATH, _names_with_folders),
    "folders before a bomb": Bomb(
        uploads.PICTURES_PATH, lambda: bombs.zipped({f"..\\../{WANTED}": bombs.png(50_000, 50_000)})
    ),
    "10 GB": Bomb(uploads.CATALOGUE_PATH, headers={"content-length": str(ENDLESS)}),
    "a stream without an end": Bomb(uploads.CATALOGUE_PATH, chunked=True),
    "a stream of pictures": Bomb(uploads.PICTURES_PATH, chunked=True),
    "a stream longer than it says": Bomb(uploads.CATALOGUE_PATH, headers={"content-length": "1000"}),
    "a stream of two minds": Bomb(uploads.CATALOGUE_PATH, headers={"content-length": "1000"}, chunked=True),
    "a stream from a stranger": Bomb(uploads.PICTURES_PATH, chunked=True, from_a_stranger=True),
    "a stream to the sign-in": Bomb("/desk/sign-in", chunked=True),
}


@dataclass(frozen=True)
class Size:
    """Which bombs, how often, and what everything may take longer on a busy machine."""

    names: Sequence[str] = tuple(BOMBS)
    rounds: int = 1
    patience_seconds: float = 0.0


LONG = Size(rounds=5)
SHORT = Size(patience_seconds=3.0)


def run(size: Size, seed: int, *, tampering: Callable[[], None] | None = None) -> Outcome:
    """Run the experiment; `tampering` takes a guard out of the program."""
    program = tampered.program(tampering) if tampering else PROGRAM
    with tempfile.TemporaryDirectory(prefix="pedido-soak-") as folder:
        temporary = Path(folder) / "temporary"
        temporary.mkdir()
        shop = ShopProcess(Path(folder) / "shop", program=program, settings={"TMPDIR": str(temporary)})
        shop.folder.mkdir()
        seeding.open_shop(shop, and_then=_want_a_picture)
        shop.start()
        try:
            return UploadBombs(size, seed, shop, temporary).run()
        finally:
            shop.stop()


async def _want_a_picture() -> None:
    await Picture.create(product=await Product.get(id=1), source=WANTED)


class UploadBombs:
    """One run."""

    def __init__(self, size: Size, seed: int, shop: ShopProcess, temporary: Path) -> None:
        self._size, self._seed, self._shop, self._temporary = size, seed, shop, temporary
        self._slowest, self._lag, self._memory, self._child = 0.0, 0.0, 0, 0
        self.broken: list[str] = []
        self._device, self._form_token = form_token.asked_of(shop.address)

    def run(self) -> Outcome:
        """Drop one bomb after the other; the same everywhere, so the seed only stands in the table."""
        made = {name: content() for name in self._size.names if (content := BOMBS[name].content)}
        self._send(Bomb(uploads.CATALOGUE_PATH), b"")  # what is loaded with the first file is loaded now
        before = self._files()
        for name in [*self._size.names] * self._size.rounds:
            self._drop(name, made.get(name))
        self._look_around(before)
        figures: dict[str, Figure] = {
            "bombs": len(self._size.names) * self._size.rounds,
            "slowest ms": round(self._slowest * 1000),
            "longest answer ms": round(self._lag * 1000),
            "memory MB": self._memory,
            "reading process MB": self._child,
        }
        return Outcome(self._seed, figures, [*self.broken, *self._shop.trouble()])

    def _drop(self, name: str, content: bytes | None) -> None:
        bomb = BOMBS[name]
        begun_at, memory_before = time.monotonic(), _start_measuring(self._shop.pid)
        with Watch(self._shop) as watch:
            answer = self._stream(bomb) if content is None else self._send(bomb, content)
        seconds, memory = time.monotonic() - begun_at, _most_memory(self._shop.pid) - memory_before
        if answer:
            self.broken.append(f"{name}: {answer}")
        if seconds > LONGEST_SECONDS + self._size.patience_seconds:
            self.broken.append(f"{name}: it took {seconds:.1f} s")
        if watch.longest > LONGEST_ANSWER_SECONDS + self._size.patience_seconds / 3:
            self.broken.append(f"{name}: somebody waited {watch.longest * 1000:.0f} ms")
        if memory > MOST_MEGABYTES:
            self.broken.append(f"{name}: the program took {memory} MB more")
        self._slowest, self._lag = max(self._slowest, seconds), max(self._lag, watch.longest)
        self._memory, self._child = max(self._memory, memory), max(self._child, watch.child)

    def _send(self, bomb: Bomb, content: bytes) -> str:
        """Post a file; return what is wrong with the answer."""
        body = FORM.format(name="bomb").encode() + content + FORM_END
        connection = http.client.HTTPConnection("127.0.0.1", self._shop.port, timeout=GIVE_UP_SECONDS)
        try:
            connection.request("POST", bomb.path, body, self._headers())
            answer = connection.getresponse()
            words = answer.read()
        except OSError as error:
            return f"there was no answer ({error})"
        finally:
            connection.close()
        is_told = answer.status in {413, 422} and json.loads(words)["error"]
        return "" if is_told else f"it was answered with {answer.status}"

    def _stream(self, bomb: Bomb) -> str:
        """Post without an end; return what is wrong with where that is cut off."""
        known = {} if bomb.from_a_stranger else self._headers()
        headers = {**known, **bomb.headers, **({"transfer-encoding": "chunked"} if bomb.chunked else {})}
        lines = [f"POST {bomb.path} HTTP/1.1", "host: x", *(f"{name}: {text}" for name, text in headers.items())]
        sent, piece = 0, FORM.format(name="endless").encode()
        with socket.create_connection(("127.0.0.1", self._shop.port), timeout=GIVE_UP_SECONDS) as connection:
            connection.sendall("\r\n".join([*lines, "", ""]).encode())
            with contextlib.suppress(ConnectionError):
                while sent < ENOUGH_BYTES:
                    connection.sendall(b"%x\r\n%s\r\n" % (len(piece), piece) if bomb.chunked else piece)
                    sent, piece = sent + len(piece), PIECE
                return f"{sent / 1e6:.0f} MB of it were taken"
            with contextlib.suppress(ConnectionError):
                answer = connection.recv(1000)
                status = answer.split(maxsplit=2)[1]
                return "" if status in REFUSALS else f"it was answered with {status.decode()}"
        return ""

    def _headers(self) -> dict[str, str]:
        return {
            "origin": self._shop.address,
            "cookie": f"{cookie_name()}={self._shop.owner_token}; {forms.DEVICE_COOKIE}={self._device}",
            forms.HEADER: self._form_token,
            "content-type": f"multipart/form-data; boundary={BOUNDARY}",
        }

    def _look_around(self, before: set[Path]) -> None:
        until = time.monotonic() + SETTLE_SECONDS
        while (left := self._left(before)) and time.monotonic() < until:
            time.sleep(0.1)
        self.broken += left

    def _left(self, before: set[Path]) -> Iterator[str] | list[str]:
        """What the bombs left behind."""
        new = sorted(path.name for path in self._files() - before)
        evil = sorted(str(path) for path in (*self._shop.folder.parent.rglob("evil*"), *Path("/tmp").glob("evil.png")))
        held = [target for target in _open_files(self._shop.pid) if target.startswith(str(self._temporary))]
        children = _children(self._shop.pid)
        return [
            *(f"{name} is left behind" for name in (*new, *evil)),
            *(f"{target} is still open" for target in held),
            *(f"process {number} still runs" for number in children),
        ]

    def _files(self) -> set[Path]:
        found = (path for folder in (self._shop.data, self._temporary) for path in folder.rglob("*") if path.is_file())
        return {path for path in found if not path.name.startswith(LEFT_ALONE)}


class Watch:
    """Asks the shop again and again whether it is there, and looks how large the processes are that it reads in."""

    def __init__(self, shop: ShopProcess) -> None:
        self._shop, self._is_over = shop, threading.Event()
        self.longest, self.child = 0.0, 0
        self._thread = threading.Thread(target=self._ask)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _ask(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._shop.port, timeout=GIVE_UP_SECONDS)
        while not self._is_over.wait(ASK_AGAIN_SECONDS):
            begun_at = time.monotonic()
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection.request("GET", "/health")
                connection.getresponse().read()
            self.longest = max(self.longest, time.monotonic() - begun_at)
            self.child = max([self.child, *(_memory(number, "VmRSS") for number in _children(self._shop.pid))])
        connection.close()


def _start_measuring(pid: int) -> int:
    """Forget the most memory a process has had so far, and return what it has."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")
    return _memory(pid, "VmRSS")


def _most_memory(pid: int) -> int:
    return _memory(pid, "VmHWM")


def _memory(pid: int, what: str) -> int:
    """In MB; 0 if the process has ended."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(f"{what}:"):
                return int(line.split()[1]) // 1000
    return 0


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(OSError):
                found += map(int, (task / "children").read_text().split())
    return found


def _open_files(pid: int) -> list[str]:
    found = []
    for file in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            found.append(str(file.readlink()))
    return found
