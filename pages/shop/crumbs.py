"""The way back: the categories above what a page shows."""

from models.text import _
from pages.components.elements import box, link, text
from pages.shop import show


def crumbs(category: str, words: str, here: str = "") -> None:
    """Write the way from all products down to a category, which is the page itself where nothing stands below it.

    `words` is the category's path as it is read, which its address does not depend on.
    """
    trail = show.trail(category, words)
    with box("crumbs", tag="nav") as way:
        way.props["aria-label"] = _("You are here")
        link(_("All products"), "/", "crumb")
        for name, href in trail if here else trail[:-1]:
            link(name, href, "crumb")
        text(here or trail[-1][0], "crumb here").props["aria-current"] = "page"
