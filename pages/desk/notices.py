"""The notices at the top of the desk."""

from collections.abc import Sequence

from pages.components.elements import box, link, text
from services.desk_notices import Notice


class Notices:
    """A place for notices, empty most of the time."""

    def __init__(self) -> None:
        self._shown: Sequence[Notice] = ()
        self._place = box("notices").props("role=status")

    def show(self, notices: Sequence[Notice]) -> None:
        """Tell these, in place of those before."""
        if notices == self._shown:
            return
        self._shown = notices
        self._place.clear()
        with self._place:
            for notice in notices:
                with box(f"notice {notice.tone}"):
                    text(notice.text, "grow")
                    if notice.address:
                        link(notice.link_text, notice.address, "link nowrap")
