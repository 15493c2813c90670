"""Says that deliveries of a lane stand still, where what is wrong can be mended."""

from models.text import _
from pages.components.elements import box, text
from pages.desk import guard
from services import live, pauses
from services.pauses import Lane


class PauseNotice:
    """A notice that is there while the lane is paused."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self._notice = box("notice bad").props("hidden role=status")
        with self._notice:
            self._words = text("", "grow")
        live.deliveries.subscribe(guard.told(self.refresh))

    async def refresh(self) -> None:
        """Show the reason as it is now."""
        pause = await pauses.of(self._lane)
        if pause is None:
            self._notice.props("hidden")
            return
        words = _("Deliveries are paused until this is mended: {reason} What waits then goes out by itself.")
        self._words.set_text(words.format(reason=pause.reason))
        self._notice.props(remove="hidden")
