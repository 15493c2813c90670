"""My account: the seller's own password and second factor, and the browsers in which they are signed in."""

from collections.abc import Mapping

from fastapi import Request
from nicegui import ui

from models import SellerSession, Shop
from models.text import _
from pages.components.elements import Button, box, h2, link_button, paragraph, text
from pages.components.simple_table import SimpleTable
from pages.components.toasts import toast
from pages.desk import credentials, guard, show
from pages.desk.desk_page import Visit, desk_page, frame
from pages.frame import page_head
from services import second_factor, seller_sessions


def register() -> None:
    """Declare the page."""
    desk_page(credentials.ACCOUNT_PATH, account)


async def account(visit: Visit, _request: Request) -> None:
    """Build the page."""
    with frame(visit, _("My account"), credentials.ACCOUNT_PATH, width="narrow"):
        with page_head(_("My account"), visit.seller_email):
            text(_(visit.seller.role.label), "tag quiet")
        with box("stack loose"):
            with box("panel pad", tag="section"):
                h2(_("Signing in"))
                with box("stack"):
                    await _build_ways_in(visit)
            await Sessions(visit.shop).build()


async def _build_ways_in(visit: Visit) -> None:
    with box("line"):
        text(_("Password"), "grow")
        link_button(_("Change your password"), credentials.PASSWORD_PATH)
    with box("line"):
        if visit.seller.has_second_factor:
            left = await second_factor.recovery_codes_left(visit.seller)
            text(_("A code of my app is asked for, too. Recovery codes left: {n}.").format(n=left), "grow")
            link_button(_("Switch off"), credentials.SECOND_FACTOR_PATH)
        else:
            text(_("A password alone can be stolen: ask for a code of my phone, too."), "grow")
            link_button(_("Switch on"), credentials.SECOND_FACTOR_PATH)


class Sessions:
    """The section of the browsers in which the seller is signed in."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    async def build(self) -> None:
        """Make the section."""
        with box("panel", tag="section"):
            h2(_("Signed in here"))
            self.table = SimpleTable(
                [(_("Browser"), "left"), (_("Since"), "left"), (_("Last used"), "left")],
                label=_("Signed in here"),
                on_act=guard.signed_in(self._sign_out_one),
            )
            with box("pad line"):
                Button(_("Sign out everywhere"), guard.signed_in(self._sign_out_everywhere))
                words = _("After {idle} days away, and {all} days after signing in, the password is asked for again.")
                idle, whole = seller_sessions.IDLE.days, seller_sessions.LIFETIME.days
                paragraph(words.format(idle=idle, all=whole), "muted small")
        await self._refresh()

    async def _refresh(self) -> None:
        own = await guard.current_session()
        if own is not None:
            found = await seller_sessions.of_seller(own.seller_id)
            self.table.show(_row(session, session.id == own.id, self.shop) for session in found)

    async def _sign_out_one(self, session_id: int) -> None:
        await seller_sessions.close_some((await guard.seller()).id, [session_id])
        toast(_("Signed out there."))
        await self._refresh()

    async def _sign_out_everywhere(self) -> None:
        await seller_sessions.close_some((await guard.seller()).id)
        ui.navigate.to(guard.SIGN_IN_PATH)


def _row(session: SellerSession, is_own: bool, shop: Shop) -> Mapping[str, object]:
    seen_at = session.seen_at or session.created_at
    name = session.browser or _("A browser")
    return {
        "id": session.id,
        "cells": [
            {"text": name, "strong": is_own, "sub": _("this one") if is_own else ""},
            show.full_time(session.created_at, shop),
            show.full_time(seen_at, shop),
        ],
        "act": "" if is_own else _("Sign out"),
    }
