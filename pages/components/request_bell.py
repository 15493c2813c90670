"""The bell in the desk's header: new requests are heard and seen, on every page of the desk."""

from dataclasses import dataclass

from nicegui import ui

from models.text import _, ngettext
from pages.components.elements import own_address


@dataclass(frozen=True)
class Call:
    """The newest request: when it was received (milliseconds of the epoch), what to say of it, and its page."""

    at: int
    text: str
    href: str


class RequestBell(ui.element, component="request_bell.js", dependencies=["menu_box.js"]):
    """How many requests nobody has opened, here, in the tab's title and in its icon; a sound and a notification.

    The sound can be muted. Notifications are asked for by a button and shown while the page is hidden. Both choices are
    the browser's, and kept there.
    """

    def __init__(self, count: int, newest: Call | None) -> None:
        """`newest` is known already: only what comes later is told."""
        super().__init__()
        self.props["words"] = {
            "newRequests": _("New requests"),
            "sound": _("Sound"),
            "notify": _("Notification while this page is hidden"),
            "blocked": _("This browser blocks notifications. Allow them in its settings for this page."),
        }
        self.show(count, newest)

    def show(self, count: int, newest: Call | None) -> None:
        """Show how many there are; a `newest` that was received later than the one before is told."""
        told = {"at": newest.at, "text": newest.text, "href": own_address(newest.href)} if newest else None
        spoken = ngettext("{n} request not opened yet", "{n} requests not opened yet", count).format(n=count)
        shown = {"count": count, "newest": told, "spoken": spoken if count else _("No request waits to be opened.")}
        if any(self.props.get(name) != value for name, value in shown.items()):
            self.props.update(shown)
