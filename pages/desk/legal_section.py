"""The sections of the terms of sale in which the legal texts are written."""

from babel import Locale

from models import LegalKind, LegalText, Shop
from models.errors import FieldErrors
from models.text import _
from pages.components.elements import box, h2, text
from pages.components.form import Form
from pages.components.form_values import Field, Values
from pages.components.simple_table import SimpleTable
from pages.components.toasts import toast
from pages.desk import guard, show
from pages.shop.legal import title
from services import legal, parameters

MOST_SHOWN = 10


class LegalSection:
    """One legal text: the version that counts, and the earlier ones."""

    def __init__(self, kind: LegalKind, shop: Shop) -> None:
        self.kind = kind
        self.field_name = f"{kind}_text"  # of its own: the browser remembers half-written forms by their fields
        self.shop = shop

    async def build(self) -> None:
        """Make the section."""
        with box("panel", tag="section"):
            h2(_("Privacy policy") if self.kind is LegalKind.PRIVACY else _("Terms of sale in words"))
            with box("pad stack"):
                self.about = text("", "muted small")
                present = await legal.current(self.kind, self.shop.language)
                self.form = Form([self._field(present)], submit=_("Publish"), on_submit=guard.signed_in(self._publish))
            self.table = SimpleTable([(_("Version"), "left"), (_("Published"), "left")], label=title(self.kind))
        await self.refresh()

    async def refresh(self) -> None:
        """Show which versions there are."""
        versions = await legal.versions(self.kind)
        present = await legal.current(self.kind, self.shop.language)
        self.about.set_text(self._about(present))
        self.table.show([self._row(version) for version in versions[:MOST_SHOWN]])

    async def _publish(self, values: Values) -> None:
        self.shop = await parameters.current()
        before = await legal.current(self.kind, self.shop.language)
        published = await self._published(str(values[self.field_name]))
        await self.refresh()
        if before and before.id == published.id:
            toast(_("Nothing has changed: version {n} stays.").format(n=published.version))
        else:
            toast(_("Version {n} counts from now on.").format(n=published.version))

    async def _published(self, words: str) -> LegalText:
        try:
            return await legal.publish(self.kind, self.shop.language, words, by=(await guard.seller()).email)
        except FieldErrors as refused:
            raise FieldErrors({self.field_name: refused.fields["text"]}) from None

    def _field(self, present: LegalText | None) -> Field:
        return Field(
            self.field_name,
            _("Text"),
            "textarea",
            present.text if present else "",
            hint=_("An empty line begins a paragraph. Buyers agree to the version they were shown; each is kept."),
            required=True,
            max_length=legal.MAX_TEXT_LENGTH,
        )

    def _about(self, present: LegalText | None) -> str:
        if present is None:
            return _("There is no text yet: buyers cannot be asked to accept it.")
        day = show.full_time(present.created_at, self.shop)
        words = _("Version {n} counts, published {day}.").format(n=present.version, day=day)
        if present.language != self.shop.language:
            language = Locale(present.language).get_display_name("en")
            words += " " + _("It is written in {language}.").format(language=language)
        return words

    def _row(self, version: LegalText) -> dict[str, object]:
        address = f"/legal/{self.kind}?version={version.version}"
        name = _("Version {n}").format(n=version.version)
        return {
            "id": version.id,
            "cells": [{"text": name, "href": address}, show.full_time(version.created_at, self.shop)],
        }
