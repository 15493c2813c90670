"""What a seller does with orders: asked once with their number, told order by order."""

import asyncio
from collections.abc import Sequence
from urllib.parse import urlencode

from nicegui import ui

from models import Dialect, Export, Shape, Shop, Status
from models.errors import ShopError
from models.order_filter import OrderFilter
from models.text import _, ngettext
from pages.components.dialog import Dialog, ask
from pages.components.elements import Button, box, paragraph
from pages.components.form import Field
from pages.components.progress import progress_line
from pages.components.simple_table import SimpleTable
from pages.components.table import Action, Selection
from pages.components.toasts import toast, while_a_file_is_made
from pages.desk import guard, show
from services import export_profiles, exports, order_list, orders, outbox, picking_list, profile_exports, targets
from services.orders import Result

BY_PROFILE = "profile:"  # before the profile's id, among the formats


def offered() -> list[Action]:
    """The menu of the selected orders."""
    return [
        Action("status", _("Change status")),
        Action("csv", _("Download CSV, XLSX or PDF"), letter="e"),
        Action("picking", _("Picking lists")),
        Action("transfer", _("Send to FTP/SFTP")),
        Action("mails", _("Resend mails")),
        Action("retry", _("Retry what failed")),
    ]


async def run_on(key: str, shop: Shop, selection: Selection, order_filter: OrderFilter) -> None:
    """Act on the selected rows, or on all orders that match the filter."""
    if not selection.all_matching:
        await run(key, shop, await order_list.in_order(selection.ids))
        return
    about = " · ".join(words for _name, words in order_filter.chips()) or _("All orders of the shop.")
    query = urlencode(order_filter.query())
    await run(key, shop, await order_list.matching_ids(order_filter), about=about, order_filter=query)


async def run(key: str, shop: Shop, order_ids: Sequence[int], *, about: str = "", order_filter: str = "") -> None:
    """Ask, act and tell for the action `key`; `about` says which orders, `order_filter` is kept with an export."""
    if not order_ids:
        toast(_("None of these orders is there any more."), "bad")
        return
    try:
        match key:
            case "status":
                await change_status(order_ids, about)
            case "csv":
                await download(shop, order_ids, about, order_filter)
            case "picking":
                ui.download.from_url(show.picking_lists_address(await picking_list.numbers_of(order_ids)))
            case "transfer":
                await send_to_target(order_ids, about)
            case "mails":
                await resend_mails(order_ids, about)
            case "retry":
                await retry_failed(order_ids)
    except ShopError as error:
        toast(str(error), "bad")


async def change_status(order_ids: Sequence[int], about: str = "") -> None:
    """Move orders to a status; buyers are mailed only if the box is ticked."""
    fields = [
        Field("status", _("Status"), "radio", required=True, options=tuple((s.value, _(s.label)) for s in Status)),
        Field("mail", _("Mail the buyers about it"), "checkbox"),
    ]
    title = _("Change the status of {orders}").format(orders=show.orders(len(order_ids)))
    answer = await guard.answered(ask(title, about, confirm=_("Change status"), fields=fields))
    if answer is None:
        return
    status = Status(str(answer["status"]))
    results = await _changed(order_ids, status, mail_buyers=bool(answer["mail"]))
    done = _("Now “{status}”: {orders}").format(status=_(status.label), orders=_done(results))
    if len(results) < len(order_ids):
        done = _("Stopped. {done}; the others stay as they were.").format(done=done)
    tell(results, done)


async def _changed(order_ids: Sequence[int], status: Status, *, mail_buyers: bool) -> list[Result]:
    """Move orders to a status; of many it is shown how far that is, and it can be stopped."""
    me = await _me()
    if len(order_ids) <= orders.MAILED_AT_ONCE:
        return await orders.change_status(order_ids, status, by=me, mail_buyers=mail_buyers)
    is_stopped = asyncio.Event()
    results: list[Result] = []
    dialog = Dialog(_("Change status"))  # whoever closes it lets the work go on

    async def stop() -> None:
        is_stopped.set()

    with progress_line(dialog, _("Changing the status …"), guard.signed_in(stop)) as progress:
        async for portion in orders.change_statuses(order_ids, status, by=me, mail_buyers=mail_buyers):
            results += portion
            progress(len(results), len(order_ids))
            if is_stopped.is_set():
                break
    dialog.close()
    return results


async def download(shop: Shop, order_ids: Sequence[int], about: str = "", order_filter: str = "") -> None:
    """Make a file of orders, record it, and let the browser save it."""
    profiles = await export_profiles.every()
    by_profile = tuple((f"{BY_PROFILE}{one.id}", _("Profile “{name}”").format(name=one.name)) for one in profiles)
    formats = _labels(Dialect) + by_profile
    rows_hint = _("An export profile has rows of its own.") if profiles else ""
    fields = [
        Field("shape", _("Rows"), "radio", Shape.ORDERS, required=True, options=_labels(Shape), hint=rows_hint),
        Field("dialect", _("Format"), "radio", Dialect.SPREADSHEET, required=True, options=formats),
    ]
    title = _("Download {orders}").format(orders=show.orders(len(order_ids)))
    answer = await guard.answered(ask(title, about, confirm=_("Download"), fields=fields))
    if answer is None:
        return
    shape, chosen, me = Shape(str(answer["shape"])), str(answer["dialect"]), await _me()
    if chosen.startswith(BY_PROFILE):
        profile_id = int(chosen.removeprefix(BY_PROFILE))
        making = await profile_exports.begin(profile_id, order_ids, shop, by=me, order_filter=order_filter)
    else:
        making = await exports.begin(order_ids, shape, Dialect(chosen), shop, by=me, order_filter=order_filter)
    await _save(making)


async def download_new(shop: Shop) -> None:
    """Make a file of what no export took out yet, without a question, and let the browser save it."""
    export = await _save(await exports.begin_new(shop, by=await _me()))
    toast(_("Exported: {orders}").format(orders=show.orders(export.orders)))


async def _save(making: exports.Making) -> Export:
    """Let the browser save a file while it is made. Raises ShopError if it breaks off."""
    ui.download.from_url(show.making_address(making.token))
    return await while_a_file_is_made(making.recorded())


async def send_to_target(order_ids: Sequence[int], about: str = "") -> None:
    """Put orders on a transfer target."""
    every = await targets.every()
    known = [target for target in every if target.active]
    if not every:
        raise ShopError(_("There is no transfer target yet. Set one up under Terms of sale."))
    if not known:
        raise ShopError(_("Each transfer target is switched off. Switch one on under Terms of sale."))
    options = tuple((str(target.id), f"{target.name} · {_(target.protocol.label)}") for target in known)
    fields = [Field("target", _("Target"), "radio", options[0][0], required=True, options=options)]
    title = _("Send {orders} to FTP/SFTP").format(orders=show.orders(len(order_ids)))
    answer = await guard.answered(ask(title, about, confirm=_("Send"), fields=fields))
    if answer is None:
        return
    results = await orders.send_to_target(order_ids, int(str(answer["target"])), by=await _me())
    tell(results, _("On their way: {orders}").format(orders=_done(results)))


async def resend_mails(order_ids: Sequence[int], about: str = "") -> None:
    """Mail again what was mailed before."""
    title = _("Resend the mails of {orders}").format(orders=show.orders(len(order_ids)))
    what = _(
        "The management is mailed again, and so is the buyer with their last mail. Where the address is not verified "
        "yet, only the link to verify it goes out."
    )
    text = "\n".join(filter(None, [about, what]))
    if await guard.answered(ask(title, text, confirm=_("Resend mails"))) is None:
        return
    results = await orders.resend_mails(order_ids, by=await _me())
    tell(results, _("On their way: the mails of {orders}").format(orders=_done(results)))


async def retry_failed(order_ids: Sequence[int]) -> None:
    """Try again at once what failed, and nothing that has arrived."""
    tried, gone = await outbox.retry_failed(order_ids)
    if gone:
        words = "{n} delivery cannot be tried again: what went out then is no longer kept."
        several = "{n} deliveries cannot be tried again: what went out then is no longer kept."
        toast(ngettext(words, several, gone).format(n=gone), "bad")
    if tried:
        toast(ngettext("{n} delivery is tried again.", "{n} deliveries are tried again.", tried).format(n=tried))
    elif not gone:
        toast(_("Nothing failed here."))


def tell(results: Sequence[Result], words: str) -> None:
    """Say what was done; if anything was not, name each order with its reason."""
    noted = [result for result in results if not result.done or result.is_partial]
    if not noted:
        toast(words)
        return
    done = sum(result.done for result in results)
    with Dialog(_("{done} of {all} done").format(done=done, all=len(results))) as dialog:
        are_partial = any(result.is_partial for result in noted)
        paragraph(_("Please look at these orders:") if are_partial else _("These orders stay as they were:"), "muted")
        listed = SimpleTable([(_("Order"), "left"), (_("Reason"), "left")], label=_("Orders that were refused"))
        listed.show(_row(result) for result in noted)
        with box("form-end"):
            Button(_("Close"), dialog.close, "primary")


def _row(result: Result) -> dict[str, object]:
    number = {"text": result.number, "mono": True, "href": show.order_address(result.number) if result.number else ""}
    return {"id": result.order_id, "cells": [number, result.text]}


def _done(results: Sequence[Result]) -> str:
    return show.orders(sum(result.done for result in results))


def _labels(choices: type[Shape] | type[Dialect]) -> tuple[tuple[str, str], ...]:
    return tuple((choice.value, _(choice.label)) for choice in choices)


async def _me() -> str:
    return (await guard.seller()).email
