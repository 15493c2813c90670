"""The checks of what a seller enters about a transfer target."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from models import CSV_DIALECTS, Protocol, Shape, Trigger, query_values
from models.file_name import MAX_LENGTH, PLACEHOLDER
from models.text import N_, _
from services import parameter_checks
from services.later import Later
from services.parameter_checks import Check

if TYPE_CHECKING:
    from cryptography import x509
else:
    x509 = Later("cryptography.x509")

MAX_KEY_LENGTH = 20_000
UNIQUE_PLACEHOLDERS = ("{order_number}", "{seq}")


def checked(protocol: Protocol, values: Mapping[str, object]) -> dict[str, Any]:
    """Return the target's columns (secrets as they were typed). Raises FieldErrors at each field that is wrong."""
    checks = CHECKS | (WITH_CERTIFICATE if protocol in FTPS else {}) | (WITH_KEY if protocol is Protocol.SFTP else {})
    return parameter_checks.checked(
        {name: values.get(name, True if name == "active" else "") for name in checks}, checks
    )


def _host(value: object) -> str:
    host = parameter_checks.host(value)
    if not host:
        raise ValueError(_("Write the name of the server."))
    return host


def _file_name(value: object) -> str:
    pattern = str(value).strip()
    rest = PLACEHOLDER.sub("", pattern)
    if not pattern or len(pattern) > MAX_LENGTH or "{" in rest or "}" in rest:
        raise ValueError(_("Only {placeholders} may stand in braces.").format(placeholders=PLACEHOLDERS))
    if any(not (c.isascii() and (c.isalnum() or c in "._- ")) for c in rest) or pattern.startswith("."):
        raise ValueError(_("Use letters, digits, dots, dashes and underscores; no dot at the front."))
    if not any(placeholder in pattern for placeholder in UNIQUE_PLACEHOLDERS):
        sentence = _("Put {a} or {b} in, so that each order has a file of its own.")
        raise ValueError(sentence.format(a=UNIQUE_PLACEHOLDERS[0], b=UNIQUE_PLACEHOLDERS[1]))
    return pattern


def _certificate(value: object) -> str:
    pem = str(value).strip()
    if not pem:
        return ""
    try:
        x509.load_pem_x509_certificates(pem.encode())
    except ValueError:
        raise ValueError(_("This is not a certificate. Paste it whole, from BEGIN to END CERTIFICATE.")) from None
    return pem


def _one_of(choices: Iterable[StrEnum]) -> Check:
    known = {choice.value: choice for choice in choices}

    def check(value: object) -> str:
        if str(value) not in known:
            raise ValueError(_("Choose one."))
        return known[str(value)]

    return check


PLACEHOLDERS = "{order_number} {date} {time} {seq}"
FTPS = {Protocol.FTPS_EXPLICIT, Protocol.FTPS_IMPLICIT}
CHECKS: dict[str, Check] = {
    "name": parameter_checks.text(80, required=N_("Give it a name.")),
    "host": _host,
    "port": parameter_checks.whole_number(1, parameter_checks.MAX_PORT),
    "folder": parameter_checks.text(400),
    "username": parameter_checks.text(255, required=N_("Write the user name of the login.")),
    "password": parameter_checks.secret,
    "file_name": _file_name,
    "shape": _one_of(Shape),
    "dialect": _one_of(CSV_DIALECTS),
    "profile_id": lambda value: query_values.number(str(value)),
    "trigger": _one_of(Trigger),
    "active": lambda value: value is not False,
}
WITH_CERTIFICATE: dict[str, Check] = {"certificate": _certificate}
WITH_KEY: dict[str, Check] = {
    "private_key": parameter_checks.text(MAX_KEY_LENGTH, lines=True),
    "passphrase": parameter_checks.secret,
}
