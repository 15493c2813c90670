"""Exports by a profile: of chosen orders by hand, or of all that is new to it, sent where it says.

The record, the marks of the orders, their status and what goes out are one transaction, and a profile makes one export
at a time: so nothing is sent twice, and what was not recorded is still new.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from tortoise.expressions import F, Q, Subquery

from models import (
    Export,
    ExportedOrder,
    ExportProfile,
    MessageStatus,
    Order,
    OutboxMessage,
    Purpose,
    Shop,
    TransferTarget,
)
from models.errors import ShopError
from models.file_name import file_name
from models.text import _
from services import audit, bell, export_profiles, links, live, mails, outbox, statuses
from services.database import numbers, unit_of_work
from services.exports import local_time, making, rendering
from services.exports.making import Made, Making, Wanted
from services.exports.recording import NEW
from services.exports.sheets import chunks

MOST_MAILED_BYTES = 10_000_000  # larger mails are refused by many servers
EXPORTS_PATH = "/desk/exports"
ZIP_NAME = "{date}-{time}.zip"


@dataclass(frozen=True)
class _Use:
    """Who uses a profile as it was when reading began; whether the file is sent, and whether the schedule wants it."""

    profile: ExportProfile
    shop: Shop
    by: str
    order_filter: str
    is_sent: bool = False
    is_scheduled: bool = False


class UsedMeanwhileError(ShopError):
    """Somebody else made an export by the same profile while this one was written."""


async def begin(
    profile_id: int,
    order_ids: Sequence[int],
    shop: Shop,
    *,
    by: str,
    order_filter: str = "",
    now: datetime | None = None,
) -> Making:
    """Begin a file of orders for the desk by a profile, recorded as of `now` (aware; the present if left out).

    Raises NotFoundError, or ShopError if there is nothing to export; so does what is made if somebody else uses the
    profile at this moment.
    """
    use = _Use(await export_profiles.get(profile_id), shop, by, order_filter)
    return await _begin(use, order_ids, now or datetime.now(UTC))


async def download(
    profile_id: int,
    order_ids: Sequence[int],
    shop: Shop,
    *,
    by: str,
    order_filter: str = "",
    now: datetime | None = None,
) -> Export:
    """Make a file of orders for the desk by a profile, and record it as `begin` does."""
    return await (await begin(profile_id, order_ids, shop, by=by, order_filter=order_filter, now=now)).recorded()


async def count_new(profile_id: int) -> int:
    """How many received orders are new to a profile. Raises NotFoundError."""
    return len(await _new_to(await export_profiles.get(profile_id)))


async def run(
    profile_id: int, shop: Shop, *, by: str = audit.SYSTEM, is_sent: bool = True, now: datetime | None = None
) -> Export | None:
    """Export what is new to a profile as of `now` (aware; the present if left out); if `is_sent`, to where that says.

    Without a seller in `by` it is the schedule's run. Returns None if nothing is new; nothing is sent then. Raises
    NotFoundError, or ShopError as `download` does.
    """
    at = now or datetime.now(UTC)
    profile = await export_profiles.get(profile_id)
    use = _Use(profile, shop, by, NEW, is_sent=is_sent, is_scheduled=by == audit.SYSTEM)
    order_ids = await _new_to(profile)
    if order_ids:
        return await _export(use, order_ids, at)
    await _nothing_new(use, at)
    return None


async def _new_to(profile: ExportProfile) -> list[int]:
    """Received orders that no standing export of the profile took out, oldest first; others go on meanwhile."""
    taken = ExportedOrder.filter(export__undone_at__isnull=True, export__profile_id=profile.id).values("order_id")
    since = Q(received_at__gte=profile.since) if profile.since else Q(received_at__isnull=False)
    new = Order.filter(since, id__not_in=Subquery(taken), locked_at__isnull=True, erased_at__isnull=True)
    return list(await numbers(new.order_by("id").values_list("id")))


async def _export(use: _Use, order_ids: Sequence[int], now: datetime) -> Export:
    export = await (await _begin(use, order_ids, now)).recorded()
    if use.is_sent:
        live.delivery_changed(None)
        bell.ring()
    return export


async def _begin(use: _Use, wanted_ids: Sequence[int], now: datetime) -> Making:
    began_at, order_ids = datetime.now(UTC), await making.still_there(wanted_ids)
    profile, layout = use.profile, use.profile.layout(use.shop)
    if profile.per_order:
        names = await _names(use, order_ids, now)
        render = partial(rendering.render_each, names, layout, use.shop, local_time(now, use.shop))
    else:
        render = partial(rendering.render, order_ids, layout, use.shop)
    export = Export(
        done_by=use.by,
        order_filter=use.order_filter,
        shape=layout.shape,
        dialect=layout.dialect,
        file_name=await _name(use, now),
        created_at=now,
        profile_id=profile.id,
    )
    return making.start(
        Wanted(
            export,
            order_ids,
            layout,
            render,
            partial(_record, use),
            is_one_file=not profile.per_order,
            is_sent=use.is_sent,
            began_at=began_at,
        )
    )


async def _name(use: _Use, now: datetime) -> str:
    """A name that no other file of this profile has."""
    profile, revision = use.profile, 1
    while True:
        if profile.per_order:
            name = file_name(f"{profile.name}-{ZIP_NAME}", "", local_time(now, use.shop), revision=revision)
        else:
            name = export_profiles.named(profile, use.shop, "", now, seq=profile.last_seq + 1, revision=revision)
        if not await Export.exists(profile_id=profile.id, file_name=name):
            return name
        revision += 1


async def _names(use: _Use, order_ids: Sequence[int], now: datetime) -> list[tuple[int, str]]:
    """The orders with the names of their files in a zip."""
    numbers: dict[int, str] = {}
    for some_ids in chunks(order_ids):
        numbers |= {
            row["id"]: row["number"] for row in await Order.filter(id__in=list(some_ids)).values("id", "number")
        }
    there = [order_id for order_id in order_ids if order_id in numbers]
    return [
        (order_id, export_profiles.named(use.profile, use.shop, numbers[order_id], now, seq=seq))
        for seq, order_id in enumerate(there, 1)
    ]


@unit_of_work
async def _record(use: _Use, made: Made) -> None:
    await _claim(use, made.export.created_at)
    await making.write(made)
    await _move(made, use)
    if use.is_sent:
        await _send(made, use)


@unit_of_work
async def _nothing_new(use: _Use, now: datetime) -> None:
    if ran := _ran(use, now):
        await ExportProfile.filter(id=use.profile.id).update(**ran)


async def _claim(use: _Use, now: datetime) -> None:
    """One use at a time: whoever read before another one was recorded starts again."""
    unused = ExportProfile.filter(id=use.profile.id, last_seq=use.profile.last_seq)
    if not await unused.update(last_seq=F("last_seq") + 1, **_ran(use, now)):
        raise UsedMeanwhileError(_("Somebody else has just used this profile. Please try again."))


def _ran(use: _Use, now: datetime) -> dict[str, Any]:
    """The columns that say that the schedule was kept; where the clock was set back, it goes on from there."""
    if not use.is_scheduled:
        return {}
    since = use.profile.since
    return {"ran_at": now, "trouble": "", "since": min(since, now) if since else None}


async def _move(made: Made, use: _Use) -> None:
    """Give the orders the status that the profile says, and tell their histories."""
    wanted = use.profile.status_after
    for some_ids in chunks(made.order_ids) if wanted else ():
        await statuses.move(some_ids, wanted, by=use.by, now=made.export.created_at)


async def _send(made: Made, use: _Use) -> None:
    """Write what goes out; what a restored backup brought back is held, for it may have gone out since."""
    profile, export = use.profile, made.export
    target = await TransferTarget.get_or_none(id=profile.target_id) if profile.target_id else None
    if target and not target.active:
        raise ShopError(_("“{target}” is switched off.").format(target=target.name))
    if not target and not profile.recipients:
        raise ShopError(_("This profile has nowhere to go: give it an address or a transfer target."))
    if target:
        await outbox.write_file(target, export.file_name, made.content, export_id=export.id)
    attached = (export.file_name, made.content) if len(made.content) <= MOST_MAILED_BYTES else None
    mail = mails.export_file(use.shop, profile.name, export.orders, attached, links.url(EXPORTS_PATH))
    for address in profile.recipients:
        await outbox.write_mail(Purpose.EXPORT, mail, address, use.shop, export_id=export.id)
    if profile.is_restored:
        await OutboxMessage.filter(export_id=export.id).update(status=MessageStatus.HELD)
        await ExportProfile.filter(id=profile.id).update(is_restored=False)
