"""The desk's files: exports, backups, what deliveries carried, buyers' data; each only for a signed-in seller."""

import asyncio
from collections.abc import Sequence
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Request
from fastapi.responses import FileResponse, Response, StreamingResponse
from nicegui import app

from models import AuditKind, Seller
from models.errors import NotFoundError, ShopError
from models.text import _
from pages.desk import guard, show
from pages.desk.audit import CSV_PATH
from pages.desk.desk_page import missing
from services import (
    audit,
    backups,
    deliveries,
    exports,
    order_details,
    parameters,
    picking_list,
    privacy,
    reports,
    reports_csv,
    request_pdf,
    sent_requests,
    throttle,
)
from services.audit import AuditFilter
from services.deliveries import Delivery
from services.reports import Period
from services.reports_csv import Table

Signed = Annotated[Seller, Depends(guard.require)]
LARGEST_ID = 2**31 - 1

# A mail is somebody else's HTML: nothing in it runs, loads or is sent, and its links open in a new tab.
LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'self'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}
AS_IT_IS = {"content-encoding": "identity"}  # to compress a large file would keep everybody else waiting
NEW_TAB = '<base target="_blank">'


def register() -> None:
    """Declare the routes."""
    app.add_api_route("/desk/orders/{number}/pdf", order_pdf, methods=["GET"])
    app.add_api_route("/desk/orders/{number}/picking-list/pdf", picking_list_of, methods=["GET"])
    app.add_api_route(show.PICKING_LISTS, picking_lists, methods=["GET"])
    app.add_api_route("/desk/exports/{export_id}", export, methods=["GET"])
    app.add_api_route(show.making_address("{token}"), export_in_the_making, methods=["GET"])
    app.add_api_route("/desk/deliveries/{message_id}/letter", letter, methods=["GET"])
    app.add_api_route("/desk/deliveries/{message_id}/file", transferred_file, methods=["GET"])
    app.add_api_route("/desk/deliveries/{message_id}/attachments/{position}", attachment, methods=["GET"])
    app.add_api_route("/desk/backups/{file_name}", backup, methods=["GET"])
    app.add_api_route("/desk/buyers/{buyer_id}/data", buyer_data, methods=["GET"])
    app.add_api_route(CSV_PATH, audit_log, methods=["GET"])
    app.add_api_route("/desk/reports/{table}/csv", report, methods=["GET"])


async def export(export_id: int, seller: Signed) -> Response:
    """The very bytes of an export."""
    try:
        kept = await exports.find(_checked(export_id))
    except NotFoundError as error:
        return missing(await parameters.current(), str(error))
    await audit.note(AuditKind.DOWNLOADED, seller, kept.file_name)
    return FileResponse(kept.path, media_type=_kind(kept.file_name), headers=_headers(kept.file_name) | AS_IT_IS)


async def export_in_the_making(token: str, seller: Signed) -> Response:
    """The bytes of an export while they are written; without the last one if it is not recorded."""
    try:
        making = exports.find_making(token)
    except NotFoundError as error:
        return missing(await parameters.current(), str(error))
    await audit.note(AuditKind.DOWNLOADED, seller, making.file_name)
    headers = _headers(making.file_name) | AS_IT_IS
    return StreamingResponse(making.parts(), media_type=_kind(making.file_name), headers=headers)


async def order_pdf(number: str, seller: Signed) -> Response:
    """An order as the PDF its buyer has, too."""
    shop = await parameters.current()
    try:
        details = await order_details.by_number(number)
        sent = await sent_requests.again(details.order.id)
    except NotFoundError as error:
        return missing(shop, str(error))
    await audit.note(AuditKind.DOWNLOADED, seller, request_pdf.file_name(sent.order))
    return saved(await request_pdf.make(sent, shop), request_pdf.file_name(sent.order))


async def picking_list_of(number: str, seller: Signed) -> Response:
    """What has to be fetched for one order, without prices."""
    return await _picking_lists(seller, [number])


async def picking_lists(request: Request, seller: Signed) -> Response:
    """What has to be fetched for several orders, each on a page of its own; their numbers stand in the address."""
    return await _picking_lists(seller, request.query_params.getlist("order"))


async def _picking_lists(seller: Seller, numbers: Sequence[str]) -> Response:
    shop = await parameters.current()
    throttle.spend(throttle.PICKING_LISTS, seller.email)
    try:
        content = await picking_list.of_numbers(numbers, shop)
    except ShopError as error:
        return missing(shop, str(error))
    await audit.note(AuditKind.DOWNLOADED, seller, picking_list.file_name(numbers))
    return saved(content, picking_list.file_name(numbers))


async def letter(message_id: int, seller: Signed) -> Response:
    """The HTML of a mail, to be shown in a frame."""
    try:
        delivery = await deliveries.get(_checked(message_id))
    except NotFoundError as error:
        return missing(await parameters.current(), str(error))
    html = delivery.letter.html if delivery.letter else ""
    await audit.note(AuditKind.DOWNLOADED, seller, _about(delivery))
    headers = {
        "content-security-policy": LETTER_POLICY,
        "cache-control": "no-store",
        "x-frame-options": "SAMEORIGIN",  # it is shown in a frame of the delivery's page
    }
    return Response(NEW_TAB + html, media_type="text/html; charset=utf-8", headers=headers)


async def transferred_file(message_id: int, seller: Signed) -> Response:
    """The bytes of a transfer."""
    try:
        delivery = await deliveries.get(_checked(message_id))
    except NotFoundError as error:
        return missing(await parameters.current(), str(error))
    await audit.note(AuditKind.DOWNLOADED, seller, _about(delivery))
    return saved(delivery.content, delivery.row.title)


async def attachment(message_id: int, position: int, seller: Signed) -> Response:
    """A file in a mail, counted from 0."""
    try:
        delivery = await deliveries.get(_checked(message_id))
        mail = delivery.letter
        if mail is None or not 0 <= position < len(mail.attachments):
            raise NotFoundError(_("There is no such file in this mail."))
    except NotFoundError as error:
        return missing(await parameters.current(), str(error))
    found = mail.attachments[position]
    await audit.note(AuditKind.DOWNLOADED, seller, _about(delivery))
    return saved(found.content, found.file_name)


async def backup(file_name: str, seller: Signed) -> Response:
    """A backup."""
    try:
        found = await asyncio.to_thread(backups.find, file_name)
    except NotFoundError as error:
        return missing(await parameters.current(), str(error))
    await audit.note(AuditKind.DOWNLOADED, seller, found.path.name)
    headers = {"cache-control": "no-store", "x-content-type-options": "nosniff", "referrer-policy": "no-referrer"}
    return FileResponse(found.path, filename=found.path.name, media_type="application/zip", headers=headers)


async def buyer_data(buyer_id: int, seller: Signed) -> Response:
    """Everything that is kept about a buyer, with the notes on them and their orders."""
    try:
        content = await privacy.buyer_data(_checked(buyer_id), with_notes=True)
    except NotFoundError as error:
        return missing(await parameters.current(), str(error))
    await audit.note(AuditKind.BUYER_DATA, seller, _("buyer {id}").format(id=buyer_id))
    return saved(content, f"buyer-{buyer_id}.json")


async def audit_log(request: Request, seller: Signed) -> Response:
    """The audit log as its address says."""
    chosen = AuditFilter.parse(request.query_params)
    content = await audit.as_csv(chosen)
    await audit.note(AuditKind.DOWNLOADED, seller, "audit-log.csv")
    return saved(content, "audit-log.csv")


async def report(table: str, request: Request, seller: Signed) -> Response:
    """A table of the report of the period its address says."""
    shop = await parameters.current()
    if table not in set(Table):
        return missing(shop, _("There is no such file."))
    made = await reports.make(Period.parse(request.query_params, parameters.today(shop)), shop)
    name = reports_csv.file_name(made, Table(table))
    await audit.note(AuditKind.DOWNLOADED, seller, name)
    return saved(reports_csv.write(made, Table(table), shop), name)


def saved(content: bytes, file_name: str) -> Response:
    """Answer with a file for the browser to save, never to open."""
    return Response(content, media_type=_kind(file_name), headers=_headers(file_name))


def _headers(file_name: str) -> dict[str, str]:
    plain_name = "".join(c if c.isascii() and (c.isalnum() or c in "._- ") else "_" for c in file_name)
    disposition = f"attachment; filename=\"{plain_name}\"; filename*=UTF-8''{quote(file_name, safe='')}"
    return {
        "content-disposition": disposition,
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
    }


def _kind(file_name: str) -> str:
    return KINDS.get(file_name.rpartition(".")[2], "application/octet-stream")


def _about(delivery: Delivery) -> str:
    """A delivery without the address it went to."""
    words = _("delivery {id}: {what}").format(id=delivery.row.id, what=_(delivery.row.purpose.label))
    return " ".join(filter(None, [words, delivery.row.order_number]))


def _checked(id_: int) -> int:
    if not 0 < id_ <= LARGEST_ID:
        raise NotFoundError(_("There is no such file."))
    return id_
