"""Handlers at the desk: what reaches a page after it was left for good is passed over in silence."""

import gc

from nicegui import Client, ui

from pages.desk import guard


async def test_a_live_event_that_comes_when_its_page_is_gone_does_nothing(database: None) -> None:
    told = []
    client = Client(ui.page("/desk"), request=None)
    with client, ui.element() as section:
        changed = guard.signed_in(lambda: told.append("changed"))
    slot = section.default_slot
    client.delete()
    with slot:
        await changed()
    del section, client
    gc.collect()
    with slot:
        await changed()
    assert not told
