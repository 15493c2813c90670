"""The door of a buyer's account: a page outlives a sign-out elsewhere, so each handler asks again who is signed in."""

import functools
from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import ui

from models import Buyer
from models.text import _
from pages import forms
from pages.components.elements import Words, box
from pages.shop.shop_page import Visit
from services import visitors

Handler = Callable[..., Awaitable[Any]]
Guard = Callable[[Handler], Handler]


async def is_signed_in(visit: Visit, buyer: Buyer) -> bool:
    """Whether this device still is the buyer's."""
    now = (await visitors.load(visit.token)).buyer
    return now is not None and now.id == buyer.id


def only_for(visit: Visit, buyer: Buyer) -> Guard:
    """A wrapper for handlers of an open page: they do nothing once the buyer is signed out, and lead to the door."""

    def guard(handler: Handler) -> Handler:
        @functools.wraps(handler)
        async def guarded(*arguments: Any) -> Any:
            if await is_signed_in(visit, buyer):
                return await handler(*arguments)
            ui.navigate.to("/sign-in")
            return None

        return guarded

    return guard


def sign_out_button() -> None:
    """The button that signs this device out."""
    with box("", tag="form") as form:
        form.props.update(method="post", action="/sign-out")
        box("", tag="input").props.update(type="hidden", name=forms.FIELD, value=forms.token_of_page())
        Words(_("Sign out"), "btn", tag="button").props["type"] = "submit"
