"""The section of the terms of sale that lists the transfer targets."""

from nicegui import ui

from models import Protocol, TransferTarget
from models.text import _
from pages.components.dialog import ask
from pages.components.elements import Button, box, h2, paragraph
from pages.components.form_values import Field
from pages.components.simple_table import SimpleTable
from pages.desk import guard, transfer_target
from services import pauses, targets


async def build() -> None:
    """Make the section."""
    with box("panel", tag="section"):
        h2(_("Transfer targets"))
        table = SimpleTable(
            [
                (_("Name"), "left"),
                (_("When"), "left"),
                (_("Server"), "left"),
                (_("File"), "left"),
            ],
            label=_("Transfer targets"),
            empty=_("None yet: orders stay here, and go out by mail. A target puts each order as a file on a server."),
        )
        paused = {pause.lane: pause.reason for pause in await pauses.every()}
        table.show([_row(target, paused.get(target.id, "")) for target in await targets.every()])
        with box("pad line"):
            Button(_("New transfer target"), guard.signed_in(_new))
            paragraph(_("FTP, FTPS and SFTP. Files are never overwritten."), "muted small")


async def _new() -> None:
    question = Field(
        "protocol",
        _("How is the server reached?"),
        "radio",
        Protocol.SFTP.value,
        required=True,
        options=tuple((protocol.value, _(protocol.label)) for protocol in Protocol),
    )
    answer = await ask(_("New transfer target"), confirm=_("Continue"), fields=[question])
    if answer is not None:
        ui.navigate.to(transfer_target.new_address(Protocol(str(answer["protocol"]))))


def _row(target: TransferTarget, paused_by: str) -> dict[str, object]:
    file = target.profile.name if target.profile else f"{_(target.shape.label)} · {_(target.dialect.label)}"
    return {
        "id": target.id,
        "cells": [
            {"text": target.name, "href": transfer_target.address(target.id), "sub": _(target.protocol.label)},
            _standing(target, paused_by) | {"sub": paused_by or _(target.trigger.label)},
            {
                "text": f"{target.host}:{target.port}",
                "mono": True,
                "sub": target.folder or _("(where the login lands)"),
            },
            {"text": target.file_name, "mono": True, "sub": file},
        ],
    }


def _standing(target: TransferTarget, paused_by: str) -> dict[str, str]:
    if not target.active:
        return {"text": _("Switched off"), "tag": "quiet"}
    if paused_by:
        return {"text": _("Paused"), "tag": "bad"}
    if target.protocol is Protocol.SFTP and not target.host_key:
        return {"text": _("Host key not accepted"), "tag": "wait"}
    return {"text": _("Active"), "tag": "ok"}
