"""The way back: the categories above what a page shows."""

from models.text import _
from pages.components.elements import box, link, text
from pages.shop import show


def crumbs(category: str, here: str = "") -> None:
    """Write the way from all products down to a category, which is the page itself where nothing stands below it."""
    trail = show.trail(category)
    with box("crumbs", tag="nav") as way:
        way.props["aria-label"] = _("You are here")
        link(_("All products"), "/", "crumb")
        for name, href in trail if here else trail[:-1]:
            link(name, href, "crumb")
        text(here or trail[-1][0], "crumb here").props["aria-current"] = "page"
