"""The shop of the experiments: two management addresses, buyers who are known, and transfer targets."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from models import Buyer, Dialect, Protocol, Shape, Shop, Trigger
from services import targets, visitors
from services.database import unit_of_work
from services.transports.sftp import HostKey
from tests.e2e import seeding
from tests.e2e.shop_process import ShopProcess
from tests.servers import FtpTestServer, SshTestServer

MANAGEMENT = (seeding.MANAGEMENT, "stock@norte.example")
TARGET = "Depot"
FOLDER = "incoming"


@dataclass(frozen=True)
class Depot:
    """The server the orders' files go to, and the port it is reached at."""

    server: SshTestServer
    port: int


@dataclass(frozen=True)
class Folder:
    """A folder on an FTP server that the orders' files go to, and the port the server is reached at."""

    name: str
    server: FtpTestServer
    port: int


def open_shop(
    shop: ShopProcess, *, known: Mapping[str, str], depot: Depot | None = None, folders: Iterable[Folder] = ()
) -> None:
    """Make the shop; `known` are buyers by address who are signed in on the device with that token."""

    async def and_then() -> None:
        await Shop.filter(id=1).update(management_emails=list(MANAGEMENT))
        await _known(known)
        if depot:
            await _sftp_target(depot)
        for folder in folders:
            await _ftp_target(folder)

    seeding.open_shop(shop, and_then=and_then)


@unit_of_work
async def _known(buyers: Mapping[str, str]) -> None:
    for email, token in buyers.items():
        buyer = await Buyer.create(email=email, name="Ana Ruiz", verified_at=datetime.now(UTC))
        await visitors.sign_in(token, buyer.id)


async def _sftp_target(depot: Depot) -> None:
    answers = _answers(TARGET, depot.port, FOLDER, depot.server.username) | {"private_key": depot.server.client_key}
    target = await targets.save(None, Protocol.SFTP, answers)
    key = HostKey(depot.server.host_key, fingerprint="", algorithm="")
    await targets.accept_host_key(target.id, key, host="127.0.0.1", port=depot.port)


async def _ftp_target(folder: Folder) -> None:
    answers = _answers(folder.name, folder.port, folder.name, folder.server.username)
    await targets.save(None, Protocol.FTP, answers | {"password": folder.server.password})


def _answers(name: str, port: int, folder: str, username: str) -> dict[str, object]:
    """What the seller enters about a transfer target, but for the secret."""
    return {
        "name": name,
        "host": "127.0.0.1",
        "port": str(port),
        "folder": folder,
        "username": username,
        "file_name": "{order_number}.csv",
        "shape": Shape.LINES,
        "dialect": Dialect.MACHINE,
        "trigger": Trigger.RECEIVED,
    }
