"""The shop of the experiments: two management addresses, buyers who are known, and an SFTP target."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from models import Buyer, Dialect, Protocol, Shape, Shop, Trigger
from services import targets, visitors
from services.database import unit_of_work
from services.transports.sftp import HostKey
from tests.e2e import seeding
from tests.e2e.shop_process import ShopProcess
from tests.servers import SshTestServer

MANAGEMENT = (seeding.MANAGEMENT, "stock@norte.example")
TARGET = "Depot"
FOLDER = "incoming"


@dataclass(frozen=True)
class Depot:
    """The server the orders' files go to, and the port it is reached at."""

    server: SshTestServer
    port: int


def open_shop(shop: ShopProcess, *, known: Mapping[str, str], depot: Depot | None = None) -> None:
    """Make the shop; `known` are buyers by address who are signed in on the device with that token."""

    async def and_then() -> None:
        await Shop.filter(id=1).update(management_emails=list(MANAGEMENT))
        await _known(known)
        if depot:
            await _target(depot)

    seeding.open_shop(shop, and_then=and_then)


@unit_of_work
async def _known(buyers: Mapping[str, str]) -> None:
    for email, token in buyers.items():
        buyer = await Buyer.create(email=email, name="Ana Ruiz", verified_at=datetime.now(UTC))
        await visitors.sign_in(token, buyer.id)


async def _target(depot: Depot) -> None:
    answers = {
        "name": TARGET,
        "host": "127.0.0.1",
        "port": str(depot.port),
        "folder": FOLDER,
        "username": depot.server.username,
        "private_key": depot.server.client_key,
        "file_name": "{order_number}.csv",
        "shape": Shape.LINES,
        "dialect": Dialect.MACHINE,
        "trigger": Trigger.RECEIVED,
    }
    target = await targets.save(None, Protocol.SFTP, answers)
    key = HostKey(depot.server.host_key, fingerprint="", algorithm="")
    await targets.accept_host_key(target.id, key, host="127.0.0.1", port=depot.port)
