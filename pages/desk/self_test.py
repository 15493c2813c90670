"""The self-test: one look at all that a shop needs from outside; green, or what to do."""

from datetime import datetime

from fastapi import Request

from models.text import _
from pages.components.clock_button import ClockButton
from pages.components.elements import box, link, text
from pages.components.simple_table import SimpleTable
from pages.desk import guard
from pages.desk.desk_page import Visit, desk_page, frame
from pages.frame import page_head
from services import self_test
from services.self_test import Finding

PATH = "/desk/parameters/self-test"


def register() -> None:
    """Declare the page."""
    desk_page(PATH, show)


async def show(visit: Visit, _request: Request) -> None:
    """Build the page; it looks around as soon as it is there."""
    with frame(visit, _("Self-test"), "/desk/parameters", width="narrow"):
        SelfTest().build()


class SelfTest:
    """An open self-test."""

    def build(self) -> None:
        """Make the elements."""
        link(_("‹ Parameters"), "/desk/parameters", "crumb")
        with page_head(_("Self-test"), _("Does everything work that the shop needs from outside?")):
            ClockButton(_("Check again"), guard.signed_in(self._run))
        self.summary = box("notice").props("role=status")
        with self.summary:
            self.words = text(_("Looking around … this takes up to half a minute."))
        with box("panel"):
            self.table = SimpleTable(
                [(_("Check"), "left"), (_("Finding"), "left")],
                label=_("Self-test"),
                empty=_("Nothing has been checked yet."),
            )

    async def _run(self, browser_time: datetime) -> None:
        self._say("", _("Looking around … this takes up to half a minute."))
        found = await self_test.run(browser_time)
        self.table.show(_row(number, finding) for number, finding in enumerate(found))
        tones = {finding.tone for finding in found}
        if "bad" in tones:
            self._say("bad", _("Something needs mending: see what to do below."))
        elif "wait" in tones:
            self._say("wait", _("It works; some things could be better."))
        else:
            self._say("ok", _("Everything works."))

    def _say(self, tone: str, words: str) -> None:
        self.words.set_text(words)
        self.summary.classes(replace=f"notice {tone}")


def _row(number: int, finding: Finding) -> dict[str, object]:
    label = {"ok": _("good"), "wait": _("look at it"), "bad": _("mend it")}[finding.tone]
    said = " ".join(filter(None, [finding.text, finding.to_do]))
    subject = {"text": finding.subject, "href": finding.address, "strong": not finding.address}
    return {"id": number, "cells": [subject, {"text": label, "tag": finding.tone, "sub": said}]}
