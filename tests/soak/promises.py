"""What the shop said yes to, held against its database, the mails that came and the files that lie in the depot."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers import ReceivedMail
from tests.soak.shops import MANAGEMENT, TARGET
from tests.soak.stores import Read

MESSAGE_ID = re.compile(rb"^message-id:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
MOST_NAMED = 5  # of what is wrong in one way

Effect = tuple[str, str]  # purpose, recipient


@dataclass(frozen=True)
class Wrong:
    """A way in which something does not hold, and what it concerns."""

    what: str
    names: Sequence[str]

    def __str__(self) -> str:
        named = ", ".join(sorted(self.names)[:MOST_NAMED])
        return f"{self.what}: {len(self.names)} ({named}{' …' if len(self.names) > MOST_NAMED else ''})"


@dataclass
class Promised:
    """What people were told: buyers' addresses, and numbers of orders."""

    placed: set[str] = field(default_factory=set)
    verified: set[str] = field(default_factory=set)
    confirmed: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class OrderRow:
    """An order as the database has it."""

    id: int
    number: str
    email: str
    is_received: bool
    is_confirmed: bool


@dataclass(frozen=True)
class MessageRow:
    """A row of the outbox."""

    order_id: int
    channel: str
    effect: Effect
    identity: str
    title: str
    content: bytes
    status: str


def orders(read: Read) -> list[OrderRow]:
    """All orders."""
    rows = read('SELECT id, number, email, verification, confirmed_at FROM "order" ORDER BY id')
    return [
        OrderRow(id_, number, email, verification != "unverified", confirmed_at is not None)
        for id_, number, email, verification, confirmed_at in rows
    ]


def messages(read: Read) -> list[MessageRow]:
    """All that goes out for orders."""
    rows = read(
        "SELECT order_id, channel, purpose, recipient, identity, title, content, status FROM outbox_message "
        "WHERE order_id IS NOT NULL ORDER BY id"
    )
    return [
        MessageRow(order_id, channel, (purpose, recipient), identity, title, bytes(content), status)
        for order_id, channel, purpose, recipient, identity, title, content, status in rows
    ]


def lost(promised: Promised, found: Sequence[OrderRow]) -> list[Wrong]:
    """What was promised and is not in the database, or is there twice."""
    sent = Counter(order.email for order in found)
    received = {order.email for order in found if order.is_received}
    confirmed = {order.number for order in found if order.is_confirmed}
    return wrongs(
        {
            "told as sent, but not there": promised.placed - sent.keys(),
            "sent once, but there twice": (email for email, times in sent.items() if times > 1),
            "told as verified, but not received": promised.verified - received,
            "told as confirmed, but not confirmed": promised.confirmed - confirmed,
        }
    )


def without_rows(found: Iterable[OrderRow], rows: Iterable[MessageRow], known: Collection[str]) -> list[Wrong]:
    """Orders whose rows of the outbox are not exactly those that follow from what happened to them."""
    written: dict[int, Counter[Effect]] = defaultdict(Counter)
    for row in rows:
        written[row.order_id][row.effect] += 1
    wrong = (order for order in found if written[order.id] != Counter(_effects(order, order.email in known)))
    return wrongs({"orders without their rows of the outbox": (order.number for order in wrong)})


def _effects(order: OrderRow, buyer_is_known: bool) -> list[Effect]:
    effects = [] if buyer_is_known else [("verify", order.email)]
    if order.is_received:
        effects += [("received", order.email), ("transfer", TARGET), *(("notice", email) for email in MANAGEMENT)]
    if order.is_confirmed:
        effects += [("confirmed", order.email)]
    return effects


def mails(rows: Iterable[MessageRow], received: Sequence[ReceivedMail]) -> list[Wrong]:
    """What is wrong with the mails that came, once everything is delivered."""
    copies = _copies(received)
    written = {(row.identity, row.effect[1]): row for row in rows if row.channel == "mail"}
    return wrongs(
        {
            "mails that did not come": (str(written[key].effect) for key in written.keys() - copies.keys()),
            "mails that nobody wrote": (recipient for _id, recipient in copies.keys() - written.keys()),
            "mails with other bytes than were written": (
                recipient for (identity, recipient), contents in copies.items() if len(set(contents)) > 1
            ),
        }
    )


def duplicates(received: Sequence[ReceivedMail]) -> int:
    """How many mails came once more than they should."""
    return len(received) - len(_copies(received))


def files(rows: Iterable[MessageRow], folder: Path) -> list[Wrong]:
    """What is wrong with the depot once everything is delivered: each file is there under its name, and no other."""
    wanted = _files(rows)
    there = {path.name: path.read_bytes() for path in folder.iterdir()}
    return wrongs(
        {
            "files that did not come": wanted.keys() - there.keys(),
            "files that nobody wrote": there.keys() - wanted.keys(),
            "files with other bytes than were written": (
                name for name in wanted.keys() & there.keys() if wanted[name] != there[name]
            ),
        }
    )


def incomplete_files(read: Read, folder: Path) -> list[Wrong]:
    """Files that have their final name, but are not what was to be sent; it may be asked at any moment."""
    final = {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.startswith(".")}
    wanted = _files(messages(read))  # each was written before its file
    return wrongs({"incomplete files under a final name": (name for name in final if wanted.get(name) != final[name])})


def _files(rows: Iterable[MessageRow]) -> dict[str, bytes]:
    return {row.title: row.content for row in rows if row.channel == "transfer"}


def _copies(received: Sequence[ReceivedMail]) -> dict[tuple[str, str], list[bytes]]:
    """The mails that came, by Message-ID and recipient."""
    copies: dict[tuple[str, str], list[bytes]] = defaultdict(list)
    for mail in received:
        found = MESSAGE_ID.search(mail.content)
        for recipient in mail.recipients:
            copies[found[1].decode() if found else "", recipient].append(mail.content)
    return copies


def wrongs(found: Mapping[str, Iterable[str]]) -> list[Wrong]:
    """The ways, each with what it concerns, in which something does not hold."""
    listed = ((what, list(names)) for what, names in found.items())
    return [Wrong(what, names) for what, names in listed if names]
