"""The sections of the terms of sale in which the legal texts are written."""

from dataclasses import replace

from babel import Locale

from models import LegalKind, LegalText, Shop
from models.errors import FieldErrors
from models.text import _, spoken
from pages import languages
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
                fields = await self._fields()
                self.form = Form(fields, submit=_("Publish"), on_submit=guard.signed_in(self._publish))
            self.table = SimpleTable(
                [(_("Version"), "left"), (_("Language"), "left"), (_("Published"), "left")], label=title(self.kind)
            )
        await self.refresh()

    async def refresh(self) -> None:
        """Show which versions there are."""
        versions = await legal.versions(self.kind)
        present = await legal.current(self.kind, self.shop.language)
        self.about.set_text(self._about(present))
        self.table.show([self._row(version) for version in versions[:MOST_SHOWN]])

    async def _publish(self, values: Values) -> None:
        self.shop = await parameters.current()
        published = await self._published(values)
        await self.refresh()
        if published:
            toast(_("Version {n} counts from now on.").format(n=", ".join(str(text.version) for text in published)))
        else:
            toast(_("Nothing has changed."))

    async def _published(self, values: Values) -> tuple[LegalText, ...]:
        own = self.shop.language
        names = {language: self._name(language) for language in self._languages()}
        texts = {language: str(values[name]) for language, name in names.items() if name in values}
        try:
            return await legal.publish_all(self.kind, texts, own=own, by=(await guard.seller()).email)
        except FieldErrors as refused:
            raise FieldErrors({names[language]: wrong for language, wrong in refused.fields.items()}) from None

    def _languages(self) -> list[str]:
        """The languages the text can be written in, the shop's first."""
        own = self.shop.language
        return [own, *(code for code, _name in languages.NAMES if code != own)]

    def _name(self, language: str) -> str:
        return self.field_name if language == self.shop.language else f"{self.field_name}:{language}"

    async def _fields(self) -> list[Field]:
        own, present = await legal.current(self.kind, self.shop.language), await legal.in_languages(self.kind)
        first, *others = self._languages()
        told = [
            Field(
                self._name(language),
                _("{field} ({language})").format(field=_("Text"), language=dict(languages.NAMES)[language]),
                "textarea",
                present[language].text if language in present else "",
                max_length=legal.MAX_TEXT_LENGTH,
            )
            for language in others
        ]
        hint = _("Left empty, readers of this language are shown the text above.")
        told[0] = replace(told[0], heading=_("In other languages"), hint=hint)
        return [
            Field(
                self._name(first),
                _("Text"),
                "textarea",
                own.text if own else "",
                hint=_("An empty line begins a paragraph. Buyers agree to the version they were shown; each is kept."),
                required=True,
                max_length=legal.MAX_TEXT_LENGTH,
            ),
            *told,
        ]

    def _about(self, present: LegalText | None) -> str:
        if present is None:
            return _("There is no text yet: buyers cannot be asked to accept it.")
        day = show.full_time(present.created_at, self.shop)
        words = _("Version {n} counts, published {day}.").format(n=present.version, day=day)
        if present.language != self.shop.language:
            language = Locale(present.language).get_display_name(spoken())
            words += " " + _("It is written in {language}.").format(language=language)
        return words

    def _row(self, version: LegalText) -> dict[str, object]:
        address = f"/legal/{self.kind}?version={version.version}"
        name = _("Version {n}").format(n=version.version)
        language = str(Locale(version.language).get_display_name(spoken()))
        shown = {"text": name, "href": address} if version.text else name
        told = language if version.text else _("{language}: taken away").format(language=language)
        return {"id": version.id, "cells": [shown, told, show.full_time(version.created_at, self.shop)]}
