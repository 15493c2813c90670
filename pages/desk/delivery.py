"""One delivery: to whom, each attempt, and exactly what went out; live."""

from collections.abc import Mapping

from fastapi import Request
from nicegui import ui

from models import DeliveryAttempt, MessageStatus, Shop, query_values
from models.errors import NotFoundError, ShopError
from models.text import _
from pages.components.elements import Button, box, h2, link, link_button, text
from pages.components.simple_table import Facts, SimpleTable
from pages.components.toasts import toast
from pages.desk import guard, show
from pages.desk.desk_page import Visit, desk_page, frame
from pages.desk.held_deliveries import release
from pages.frame import page_head
from services import deliveries, live, outbox
from services.deliveries import Delivery, DeliveryRow, Letter

MOST_SHOWN = 20_000  # characters of a file


def register() -> None:
    """Declare the page."""
    desk_page("/desk/deliveries/{message_id}", open_delivery)


async def open_delivery(visit: Visit, request: Request) -> None:
    """Build the page of a delivery."""
    message_id = query_values.number(request.path_params["message_id"])
    if message_id is None:
        raise NotFoundError(_("There is no such delivery."))
    delivery = await deliveries.get(message_id)
    with frame(visit, delivery.row.title, "/desk/deliveries"):
        sheet = DeliverySheet(visit.shop, delivery)

    @guard.told
    async def deliveries_changed(order_ids: frozenset[int | None]) -> None:
        if sheet.order_id in order_ids:
            await sheet.reload()

    live.deliveries.subscribe(deliveries_changed)


class DeliverySheet:
    """An open delivery and the elements that show it."""

    def __init__(self, shop: Shop, delivery: Delivery) -> None:
        self.shop, self.id, self.order_id = shop, delivery.row.id, delivery.order_id
        link(_("‹ Deliveries"), "/desk/deliveries", "crumb")
        with page_head(delivery.row.title):
            kind = "primary" if delivery.row.status is MessageStatus.FAILED else ""
            self.release_button = Button(_("Release"), guard.signed_in(self._release), "primary")
            self.retry_button = Button(_("Try again"), guard.signed_in(self._retry), kind)
        with box("two"):
            with box("stack"):
                _content(delivery)
            with box("stack"):
                with box("panel pad"):
                    h2(_("Delivery"))
                    self.facts = Facts(label=_("Delivery"))
                with box("panel"):
                    h2(_("Attempts"))
                    self.attempts = SimpleTable(
                        [(_("When"), "left"), (_("What happened"), "left")],
                        label=_("Attempts"),
                        empty=_("Not tried yet."),
                    )
        self.show(delivery)

    def show(self, delivery: Delivery) -> None:
        """Show what can change."""
        self.release_button.set_visibility(delivery.row.status is MessageStatus.HELD)
        self.retry_button.set_visibility(delivery.row.can_be_tried)
        self.facts.show(_facts(delivery.row, self.shop))
        self.attempts.show(_attempt(attempt, self.shop) for attempt in delivery.attempts)

    async def reload(self) -> None:
        """Show the delivery as it is now."""
        try:
            self.show(await deliveries.get(self.id))
        except NotFoundError:
            ui.navigate.to("/desk/deliveries")

    async def _release(self) -> None:
        await release([self.id])

    async def _retry(self) -> None:
        try:
            await outbox.retry(self.id)
        except ShopError as error:
            toast(str(error), "bad")
        else:
            toast(_("It is tried again now."))


def _facts(row: DeliveryRow, shop: Shop) -> list[Mapping[str, str]]:
    order = (
        {"text": row.order_number, "href": show.order_address(row.order_number)} if row.order_number else {"text": ""}
    )
    done = show.full_time(row.finished_at, shop) if row.finished_at else ""
    return [
        {"label": _("Where it is"), "sub": row.reason, **show.delivery_tag(row)},
        {"label": _("What"), "text": _(row.purpose.label)},
        {"label": _("To"), "text": row.recipient, "sub": show.channel(row.channel)},
        {"label": _("Order"), **order},
        {"label": _("Written"), "text": show.full_time(row.created_at, shop)},
        {"label": _("Finished"), "text": done},
        {"label": _("Next try"), "text": show.next_try(row, shop)},
    ]


def _attempt(attempt: DeliveryAttempt, shop: Shop) -> Mapping[str, object]:
    outcome = _("Done") if attempt.succeeded else _("Failed")
    code = _("code {code}").format(code=attempt.code) if attempt.code else ""
    size = _("{n} bytes").format(n=show.number(attempt.size, shop)) if attempt.size else ""
    told = " · ".join(filter(None, [attempt.text, code, size, attempt.remote_name]))
    happened = {"text": outcome, "tag": "ok" if attempt.succeeded else "bad", "sub": told}
    return {"id": attempt.id, "cells": [show.full_time(attempt.started_at, shop), happened]}


def _content(delivery: Delivery) -> None:
    """What went out, exactly."""
    letter = delivery.letter
    with box("panel"):
        if not delivery.content:
            text(_("The content is kept for 30 days after delivery; it has gone."), "muted small pad", tag="p")
        elif letter:
            _letter(delivery.row, letter)
        else:
            with box("panel-head"):
                h2(_("File"))
                link_button(_("Download"), f"/desk/deliveries/{delivery.row.id}/file", "small", download=True)
            text(delivery.content.decode("utf-8", "replace")[:MOST_SHOWN], "mono small pad file-text", tag="pre")


def _letter(row: DeliveryRow, letter: Letter) -> None:
    with box("panel-head"):
        with box("stack tight"):
            h2(letter.subject)
            text(_("from {sender} to {recipient}").format(sender=letter.sender, recipient=row.recipient), "muted small")
        for position, attachment in enumerate(letter.attachments):
            address = f"/desk/deliveries/{row.id}/attachments/{position}"
            link_button(attachment.file_name, address, "small", download=True)
    if letter.html:
        frame = box("letter", tag="iframe")
        frame.props.update(
            {
                "src": f"/desk/deliveries/{row.id}/letter",
                "title": letter.subject,
                "sandbox": "allow-popups allow-popups-to-escape-sandbox",
                "referrerpolicy": "no-referrer",
            }
        )
    with box("letter-text", tag="details"):
        text(_("As plain text"), tag="summary")
        text(letter.text, "mono small file-text", tag="pre")
