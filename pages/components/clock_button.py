"""A button that brings the time of the computer somebody sits at."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from nicegui import events, ui

LAST_MOMENT = datetime(9999, 1, 1, tzinfo=UTC)


class ClockButton(ui.element, component="clock_button.js"):
    """Gives `on_run` the browser's time (aware) as soon as the page is there, and whenever it is pressed."""

    def __init__(self, label: str, on_run: Callable[[datetime], Awaitable[None]]) -> None:
        super().__init__()
        self._on_run = on_run
        self._busy = False
        self.props.update(label=label, answer=0)
        self.on("run", self._run)

    async def _run(self, event: events.GenericEventArguments) -> None:
        milliseconds = event.args
        if self._busy or type(milliseconds) is not int or not 0 <= milliseconds < LAST_MOMENT.timestamp() * 1000:
            return
        self._busy = True
        try:
            await self._on_run(datetime.fromtimestamp(milliseconds / 1000, UTC))
        finally:
            self._busy = False
            if not self.is_deleted:
                self.props["answer"] += 1
