"""The questions about a transfer target."""

from collections.abc import Sequence

from models import CSV_DIALECTS, Dialect, ExportProfile, Protocol, Shape, TransferTarget, Trigger
from models.text import _
from pages.components.form_values import Field
from pages.desk.parameter_fields import SAVED_DOTS
from services.parameter_checks import MAX_SECRET_LENGTH
from services.target_checks import FTPS, MAX_KEY_LENGTH, PLACEHOLDERS

FIRST_PATTERN = "{order_number}.csv"
MAX_CERTIFICATE_LENGTH = 20_000


def target(
    protocol: Protocol, row: TransferTarget | None, preview: str, profiles: Sequence[ExportProfile]
) -> list[Field]:
    """The fields of a target reached by `protocol`: `preview` is a file name it makes, `profiles` it may follow."""
    return [
        Field("name", _("Name"), "text", row.name if row else "", required=True, max_length=80, width="half"),
        Field(
            "trigger",
            _("When"),
            "select",
            (row.trigger if row else Trigger.RECEIVED).value,
            required=True,
            options=tuple((trigger.value, _(trigger.label)) for trigger in Trigger),
            width="half",
        ),
        *_server(protocol, row),
        *_secrets(protocol, row),
        *_file(row, preview, profiles),
        Field("active", _("Active"), "checkbox", row.active if row else True),
    ]


def _server(protocol: Protocol, row: TransferTarget | None) -> list[Field]:
    port = str(row.port if row else protocol.port)
    return [
        Field(
            "host",
            _("Server"),
            "text",
            row.host if row else "",
            placeholder="files.example.com",
            required=True,
            max_length=255,
            width="half",
        ),
        Field("port", _("Port"), "number", port, required=True, max_length=5, width="half"),
        Field(
            "folder",
            _("Folder"),
            "text",
            row.folder if row else "",
            hint=_("It has to exist. Left empty: where the login lands."),
            max_length=400,
            width="half",
        ),
        Field(
            "username",
            _("User name"),
            "text",
            row.username if row else "",
            required=True,
            autocomplete="off",
            max_length=255,
            width="half",
        ),
    ]


def _secrets(protocol: Protocol, row: TransferTarget | None) -> list[Field]:
    password = Field(
        "password",
        _("Password"),
        "password",
        placeholder=SAVED_DOTS if row and row.password else "",
        hint=_kept(bool(row and row.password)),
        autocomplete="new-password",
        max_length=MAX_SECRET_LENGTH,
        width="half",
    )
    if protocol is Protocol.SFTP:
        return [password, *_key(bool(row and row.private_key))]
    return [password, _certificate(row)] if protocol in FTPS else [password]


def _kept(is_saved: bool) -> str:
    return _("Saved – leave empty to keep it.") if is_saved else ""


def _key(is_saved: bool) -> list[Field]:
    return [
        Field(
            "passphrase",
            _("Passphrase of the key"),
            "password",
            hint=_("Used once, to open the key; it is not kept."),
            autocomplete="off",
            max_length=MAX_SECRET_LENGTH,
            width="half",
        ),
        Field(
            "private_key",
            _("Private key"),
            "textarea",
            placeholder=SAVED_DOTS if is_saved else "-----BEGIN OPENSSH PRIVATE KEY-----",
            hint=_kept(is_saved) or _("Instead of a password. Password and key replace each other."),
            max_length=MAX_KEY_LENGTH,
            secret=True,
        ),
    ]


def _certificate(row: TransferTarget | None) -> Field:
    return Field(
        "certificate",
        _("Certificate to trust"),
        "textarea",
        row.certificate if row else "",
        placeholder="-----BEGIN CERTIFICATE-----",
        hint=_("Only for a server whose certificate no public authority has signed."),
        max_length=MAX_CERTIFICATE_LENGTH,
    )


def _file(row: TransferTarget | None, preview: str, profiles: Sequence[ExportProfile]) -> list[Field]:
    shape, dialect = (row.shape, row.dialect) if row else (Shape.LINES, Dialect.MACHINE)
    return [
        Field(
            "file_name",
            _("File name"),
            "text",
            row.file_name if row else FIRST_PATTERN,
            hint=_("{placeholders} – like {preview}").format(placeholders=PLACEHOLDERS, preview=preview),
            required=True,
            max_length=120,
        ),
        Field(
            "shape",
            _("Rows"),
            "select",
            shape.value,
            required=True,
            options=tuple((one.value, _(one.label)) for one in Shape),
            width="half",
        ),
        Field(
            "dialect",
            _("Format"),
            "select",
            dialect.value,
            required=True,
            options=tuple((one.value, _(one.label)) for one in CSV_DIALECTS),
            width="half",
        ),
        *([_profile(row, profiles)] if profiles else []),
    ]


def _profile(row: TransferTarget | None, profiles: Sequence[ExportProfile]) -> Field:
    return Field(
        "profile_id",
        _("Export profile"),
        "select",
        str(row.profile_id or "") if row else "",
        options=(("", _("none: rows and format as chosen above")), *((str(one.id), one.name) for one in profiles)),
        hint=_("Its columns, titles and form, in place of rows and format above."),
    )
