"""A whole form as one element: labels, errors at their fields, and nothing typed ever lost."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from nicegui import events, ui

from models.errors import FieldErrors, ShopError
from models.text import _
from pages.components import prepared
from pages.components.form_values import Field, Options, Values, checked, for_browser, is_secret, put_together, taken

__all__ = ["Field", "Form", "Values"]

MAX_PART = 6000
MAX_PARTS = 100

OnValues = Callable[[Values], Awaitable[None]]


class Form(ui.element, component="form.js", dependencies=["prepared.js"]):
    """Labels above controls, one submit button, and an error at its field.

    `on_submit` gets clean values; a `FieldErrors` or `ShopError` it raises is shown where it belongs. `on_draft` gets
    what is typed so far: a choice at once, typing a moment later and when the page is left. Values that were typed
    outlive updates, errors, a lost connection and a reload.
    """

    def __init__(
        self,
        fields: Iterable[Field],
        *,
        on_submit: OnValues,
        check: OnValues | None = None,
        submit: str = "",
        on_draft: OnValues | None = None,
        on_press: Callable[[], None] | None = None,
        secondary: str = "",
        on_secondary: Callable[[], None] | None = None,
        kind: str = "",
    ) -> None:
        """`submit` and `secondary` label the buttons ("Save" if left out); `kind` is "danger" for what is destroyed.

        `on_press` comes before the answers are looked at, to mark what is missing beside the form.
        `check` raises `FieldErrors` as `on_submit` would and does nothing else: asked where a field is wrong by itself,
        so that all that is wrong is told at once.
        """
        super().__init__()
        fields = list(fields)
        self._fields = {field.name: field for field in fields}
        self._on_submit = on_submit
        self._check = check
        self._on_draft = on_draft
        self._on_press = on_press
        self._on_secondary = on_secondary
        self._busy = False
        self._refused = False
        self._parts: list[str] = []
        self.props.update(submit=submit or _("Save"), secondary=secondary, kind=kind, drafts=on_draft is not None)
        self.props.update(errors={}, summary="", attempt=0, round=0)
        self.props["words"] = {"optional": _("optional"), "show": _("Show"), "hide": _("Hide"), "choose": _("Choose …")}
        self._shared: dict[str, Options] = {}
        for field in fields:
            if field.shared_as and not self.client.has_socket_connection:  # a page that is there keeps none
                self._shared.setdefault(field.shared_as, field.options)
        for name, options in self._shared.items():
            prepared.write(prepared.prepare({"options": options}), name)
        self._show_fields()
        self.on("part", self._part_came)
        self.on("send", self._sent)
        self.on("draft", self._drafted)
        self.on("secondary", self._turned_down, args=[])

    def show_errors(self, errors: Mapping[str, str], summary: str = "") -> None:
        """Put each sentence at its field and `summary` above them; the first field with an error gets the focus."""
        self._refused = True
        known = {name: sentence for name, sentence in errors.items() if name in self._fields}
        strays = [sentence for name, sentence in errors.items() if name not in self._fields]
        self.props.update(errors=known, summary=" ".join(filter(None, [summary, *strays])))
        self.props["attempt"] += 1

    def keep_typed(self) -> None:
        """Treat what was just sent as not taken yet, though nothing is wrong: it stays typed, also after a reload."""
        self._refused = True

    def clear_errors(self) -> None:
        """Take all errors away."""
        if self.props["errors"] or self.props["summary"]:  # each change sends the whole form
            self.props.update(errors={}, summary="")

    def set_values(self, values: Mapping[str, str | bool]) -> None:
        """Replace what the named fields hold, typed or not, and take their errors away."""
        for name, value in values.items():
            self._fields[name] = replace(self._fields[name], value=value)
        self._show_fields()
        wrong = {name: sentence for name, sentence in self.props["errors"].items() if name not in values}
        if wrong != self.props["errors"]:
            self.props["errors"] = wrong
        if self.client.has_socket_connection:
            self.run_method("setValues", {name: for_browser(self._fields[name])["value"] for name in values})

    def focus(self) -> None:
        """Take the keyboard to the first field, as when the button that was pressed goes away."""
        self.run_method("focusFirst")

    def set_fields(self, fields: Iterable[Field]) -> None:
        """Ask other questions; what was typed into fields that stay is kept."""
        self._fields = {field.name: field for field in fields}
        self._show_fields()

    def reset(self) -> None:
        """Forget what was typed and go back to the fields' own values, as after adding one of many."""
        self.clear_errors()
        self.run_method("reset")

    def _show_fields(self) -> None:
        # A tuple: of a list each country of an address would become a list that the framework watches for changes.
        self.props["fields"] = tuple(for_browser(field, self._shared) for field in self._fields.values())

    def _part_came(self, event: events.GenericEventArguments) -> None:
        """Keep a part of answers that are too long for one message; what does not follow on is not kept."""
        sent = event.args
        if not (isinstance(sent, list) and len(sent) == 2 and type(sent[0]) is int and isinstance(sent[1], str)):
            return
        number, part = sent
        if number == 0:
            self._parts = []  # of a form that was sent again after a connection was lost
        if number == len(self._parts) < MAX_PARTS and len(part) <= MAX_PART:
            self._parts.append(part)

    async def _sent(self, event: events.GenericEventArguments) -> None:
        sent, self._parts = put_together(self._parts, event.args), []
        if self._busy:
            return
        self._busy, self._refused = True, False
        self.clear_errors()
        try:
            await self._submit(sent)
        except FieldErrors as error:
            self.show_errors(error.fields)
        except ShopError as error:
            self.show_errors({}, str(error))
        except Exception:  # a bug, which is told here and logged by who called
            self.show_errors({}, _("Something went wrong on our side. What you typed is kept: please try again."))
            raise
        finally:
            self._busy = False
            if not self.is_deleted:
                self._let_go(kept=self._refused)

    async def _submit(self, sent: Any) -> None:
        if self._on_press:
            self._on_press()
        values, errors = checked(self._fields.values(), sent)
        if errors:
            self.show_errors({**await self._more_errors(values), **errors})
            return
        before = dict(self._fields)
        await self._on_submit(values)
        if not self._refused and not self.is_deleted:
            self._settle(values, before)

    async def _more_errors(self, values: Values) -> dict[str, str]:
        try:
            if self._check:
                await self._check(values)
        except FieldErrors as error:
            return error.fields
        return {}

    def _settle(self, values: Values, before: Mapping[str, Field]) -> None:
        """Take what was accepted as the fields' own values, except where the handler gave new ones."""
        for name, field in list(self._fields.items()):
            is_new = field is before.get(name) and values.get(name, field.value) != field.value
            if is_new and not is_secret(field):
                self._fields[name] = replace(field, value=values[name])
        self._show_fields()

    def _let_go(self, *, kept: bool) -> None:
        self.props["round"] += 1
        self.run_method("letGo", kept)

    async def _drafted(self, event: events.GenericEventArguments) -> None:
        if self._on_draft and not self._busy:
            await self._on_draft(taken(self._fields.values(), event.args))

    def _turned_down(self) -> None:
        if self._on_secondary:
            self._on_secondary()
