"""The questions of the Parameters page."""

from dataclasses import replace

from models import PricesFor, Shop, StockShown
from models.text import _
from pages import languages
from pages.components.form_values import Field, Values
from services import choices, parameters
from services.parameter_checks import AWAY_TEXT, COVER_TEXT, MAX_AWAY_TEXT, MAX_COVER_TEXT, MAX_SECRET_LENGTH

SAVED_DOTS = "••••••••"
ADDRESSES = ("mail_sender", "mail_reply_to")


def general(shop: Shop, next_number: str) -> list[Field]:
    """The fields of General personalization; `next_number` is what the next order would be called."""
    return [
        Field("name", _("Shop name"), "text", shop.name, required=True, max_length=80, width="half"),
        Field("color", _("Colour"), "color", shop.color, required=True, width="half"),
        Field(
            "cover_text",
            _("Cover text"),
            "textarea",
            shop.cover_text,
            hint=_("Stands above the catalogue on the first page."),
            max_length=MAX_COVER_TEXT,
        ),
        Field(
            "contact",
            _("Contact"),
            "textarea",
            shop.contact,
            hint=_("Name, address, telephone, tax number: stands at the foot of every page."),
            max_length=1000,
        ),
        *_away(shop),
        *_place(shop),
        *_prices(shop),
        *_stock(shop),
        *_orders(shop, next_number),
        *_other_languages(shop),
    ]


def _other_languages(shop: Shop) -> list[Field]:
    """The texts for those who read another language than the shop's."""
    texts = [
        (COVER_TEXT, _("Cover text"), MAX_COVER_TEXT),
        (AWAY_TEXT, _("Out of office"), MAX_AWAY_TEXT),
    ]
    others = [
        Field(
            names[code],
            _("{field} ({language})").format(field=label, language=language),
            "textarea",
            (shop.texts or {}).get(names[code], ""),
            max_length=longest,
        )
        for names, label, longest in texts
        for code, language in languages.NAMES
        if code != shop.language
    ]
    return [replace(others[0], heading=_("In other languages")), *others[1:]]


def _away(shop: Shop) -> list[Field]:
    first, last = (day.isoformat() if day else "" for day in (shop.away_from, shop.away_until))
    return [
        Field(
            "away_text",
            _("Out of office"),
            "textarea",
            shop.away_text,
            hint=_("Stands on every page of the shop on these days; without days, as long as there is a text."),
            max_length=MAX_AWAY_TEXT,
        ),
        Field("away_from", _("First day"), "date", first, width="half"),
        Field("away_until", _("Last day"), "date", last, width="half"),
    ]


def _place(shop: Shop) -> list[Field]:
    return [
        Field(
            "language",
            _("Language"),
            "select",
            shop.language,
            hint=_("Of numbers, dates and spreadsheets."),
            required=True,
            options=choices.languages(),
            width="third",
        ),
        Field(
            "currency",
            _("Currency"),
            "select",
            shop.currency,
            hint=_("Prices keep their numbers."),
            required=True,
            options=choices.currencies(),
            width="third",
        ),
        Field(
            "time_zone",
            _("Time zone"),
            "select",
            shop.time_zone,
            hint=_("Of the days in lists and filters."),
            required=True,
            options=choices.zones(),
            width="third",
        ),
    ]


def _prices(shop: Shop) -> list[Field]:
    return [
        Field(
            "price_note",
            _("Note on prices"),
            "text",
            shop.price_note,
            hint=_("Stands beside totals."),
            placeholder=_("plus VAT"),
            max_length=120,
            width="half",
        ),
        Field(
            "prices_for",
            _("Prices are shown to"),
            "select",
            shop.prices_for.value,
            hint=_("Others may send requests without prices, and you answer with an offer."),
            required=True,
            options=_labelled(PricesFor),
            width="half",
        ),
        Field(
            "prices_hidden",
            _("Hide prices from everybody: requests go out without totals"),
            "checkbox",
            shop.prices_hidden,
        ),
        Field(
            "approves_buyers",
            _("New buyers wait for your approval"),
            "checkbox",
            shop.approves_buyers,
            hint=_(
                "You are mailed when one has verified the address. Until you approve them, group prices do not count "
                "for them. Where prices are for approved buyers, each new one waits in any case. Buyers verified "
                "before count as approved."
            ),
        ),
    ]


def _stock(shop: Shop) -> list[Field]:
    return [
        Field(
            "stock_shown",
            _("Buyers are told of the stock"),
            "select",
            shop.stock_shown.value,
            required=True,
            options=_labelled(StockShown),
            width="half",
        ),
        Field(
            "few_left",
            _("“Few left” from"),
            "number",
            str(shop.few_left),
            hint=_("So many, or fewer. Counts where the stock is told in words."),
            required=True,
            max_length=5,
            width="half",
        ),
    ]


def _labelled(kind: type[PricesFor] | type[StockShown]) -> tuple[tuple[str, str], ...]:
    return tuple((member.value, _(member.label)) for member in kind)


def _orders(shop: Shop, next_number: str) -> list[Field]:
    return [
        Field(
            "management_emails",
            _("Management emails"),
            "textarea",
            "\n".join(shop.management_emails),
            hint=_("Each request received is mailed to all of them. One address per line."),
            max_length=5000,
        ),
        Field(
            "order_prefix",
            _("Order number prefix"),
            "text",
            shop.order_prefix,
            hint=_("The next order is {number}.").format(number=next_number),
            max_length=12,
            width="half",
        ),
        Field(
            "unverified_days",
            _("Days unverified requests are kept"),
            "number",
            str(shop.unverified_days),
            required=True,
            max_length=3,
            width="half",
        ),
        Field(
            "retention_years",
            _("Years orders are kept by law"),
            "number",
            str(shop.retention_years),
            hint=_("Counted from the end of an order's year. So long the orders of an erased buyer stay, locked."),
            required=True,
            max_length=2,
            width="half",
        ),
    ]


def general_values(shop: Shop) -> Values:
    """What the fields hold after the shop was saved: tidied, as it is stored."""
    return {field.name: field.value for field in general(shop, "")}


def mail(shop: Shop, *, from_environment: bool) -> list[Field]:
    """The fields of Mail; with a server `from_environment` that one is shown, and cannot be changed."""
    return [*_server(shop, from_environment), *_addresses(shop)]


def _server(shop: Shop, readonly: bool) -> list[Field]:
    server = parameters.smtp_server(shop) if readonly else None
    host, port = (server.host, server.port) if server else (shop.mail_host, shop.mail_port)
    security, username = (server.security, server.username) if server else (shop.mail_security, shop.mail_username)
    has_password = bool(server.password if server else shop.mail_password)
    return [
        Field(
            "mail_host",
            _("Server"),
            "text",
            host,
            placeholder="mail.example.com",
            max_length=255,
            width="third",
            readonly=readonly,
        ),
        Field("mail_port", _("Port"), "number", str(port), max_length=5, width="third", readonly=readonly),
        Field(
            "mail_security",
            _("Encryption"),
            "select",
            security,
            options=_securities(),
            width="third",
            readonly=readonly,
        ),
        Field(
            "mail_username",
            _("User name"),
            "text",
            username,
            hint="" if readonly else _("Left empty: without a login."),
            max_length=255,
            width="half",
            autocomplete="off",
            readonly=readonly,
        ),
        _password(has_password, readonly),
    ]


def _securities() -> tuple[tuple[str, str], ...]:
    return ("starttls", "STARTTLS (587)"), ("tls", "TLS (465)"), ("none", _("None (25, only inside a network)"))


def _password(is_saved: bool, readonly: bool) -> Field:
    if readonly:
        words = _("•••• set outside") if is_saved else ""
        return Field("mail_password", _("Password"), "text", words, width="half", readonly=True)
    return Field(
        "mail_password",
        _("Password"),
        "password",
        placeholder=SAVED_DOTS if is_saved else "",
        hint=_("Saved – leave empty to keep it.") if is_saved else "",
        max_length=MAX_SECRET_LENGTH,
        width="half",
        autocomplete="new-password",
    )


def _addresses(shop: Shop) -> list[Field]:
    return [
        Field(
            "mail_sender",
            _("Sender"),
            "email",
            shop.mail_sender,
            hint=_("Mails come from this address. Left empty: {address}.").format(address=parameters.sender(shop)),
            max_length=254,
            width="half",
        ),
        Field(
            "mail_reply_to",
            _("Reply to"),
            "email",
            shop.mail_reply_to,
            hint=_("Answers go here. Left empty: to the sender."),
            max_length=254,
            width="half",
        ),
    ]
