"""The words of a mail that a seller may choose: subject, title and text, with placeholders filled in one pass."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from models.order import Status
from models.text import N_

PLACEHOLDER = re.compile(r"\{(\w+)\}")
OF_AN_ORDER = ("number", "shop", "status", "total")
BY_THE_BUYER = ("name", "company")  # what a buyer typed gets into no header


class MailKind(StrEnum):
    """A mail to a buyer."""

    VERIFICATION = "verification"
    RECEIVED = "received"
    CONFIRMED = "confirmed"
    PENDING = "pending"
    TO_BE_REVIEWED = "to_be_reviewed"
    PROCESSED = "processed"
    ERROR = "error"
    EDITED = "edited"
    MESSAGE = "message"
    SIGN_IN = "sign_in"
    APPROVED = "approved"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        """The message to show (translate it with `_`)."""
        return LABELS[self]

    @property
    def is_about_an_order(self) -> bool:
        """Whether it tells of an order."""
        return self not in {MailKind.SIGN_IN, MailKind.APPROVED, MailKind.REFUSED}

    @property
    def subject_placeholders(self) -> tuple[str, ...]:
        """What may stand in the subject and the title."""
        if self is MailKind.VERIFICATION:  # the address is not proven: strangers must not write through us
            return ("number", "shop")
        return OF_AN_ORDER if self.is_about_an_order else ("shop",)

    @property
    def placeholders(self) -> tuple[str, ...]:
        """What may stand in the text."""
        if self is MailKind.SIGN_IN:
            return ("shop", "email")
        is_known = self.is_about_an_order and self is not MailKind.VERIFICATION
        return (*self.subject_placeholders, *(BY_THE_BUYER if is_known else ()))


LABELS = {
    MailKind.VERIFICATION: N_("Please verify your address"),
    MailKind.RECEIVED: N_("The request is received"),
    MailKind.CONFIRMED: N_("The order is confirmed"),
    MailKind.PENDING: N_("The order is pending"),
    MailKind.TO_BE_REVIEWED: N_("The order is to be reviewed"),
    MailKind.PROCESSED: N_("The order is processed"),
    MailKind.ERROR: N_("Something is wrong with the order"),
    MailKind.EDITED: N_("The order was changed"),
    MailKind.MESSAGE: N_("A message from you"),
    MailKind.SIGN_IN: N_("Sign-in by mailed link"),
    MailKind.APPROVED: N_("The buyer is approved"),
    MailKind.REFUSED: N_("The buyer is not approved"),
}
OF_STATUS = {status: MailKind(status.value) for status in Status}


@dataclass(frozen=True)
class Wording:
    """What a mail says in words of its own; each line of `body` is a paragraph."""

    subject: str
    title: str
    body: str

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The text's paragraphs."""
        return tuple(line.strip() for line in self.body.splitlines() if line.strip())


def fill(text: str, values: Mapping[str, str]) -> str:
    """Replace the placeholders of `text` that `values` knows, in one pass; a line break in a value becomes a space."""
    return PLACEHOLDER.sub(lambda found: " ".join(values.get(found[1], found[0]).split()), text)


def unknown(text: str, known: tuple[str, ...]) -> list[str]:
    """The placeholders in `text` that are not `known`, as they were typed."""
    return [found[0] for found in PLACEHOLDER.finditer(text) if found[1] not in known]
