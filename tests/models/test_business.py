"""VAT numbers and addresses: what is said about them, and what an order form takes."""

from datetime import date, timedelta

import pytest

from models import postal, vat
from models.buyer import Buyer
from models.errors import FieldErrors
from models.order_form import OrderForm
from models.text import LANGUAGES

TODAY = date(2026, 11, 28)
MADRID = {"delivery_street": "Calle Mayor 1", "delivery_city": "Madrid", "delivery_country": "ES"}
RIGHT = (
    ("ES B58378431", ""),
    ("B58378431", "ES"),
    ("DE 136 695 976", "ES"),
    ("FR 40 303 265 045", "FR"),
    ("CHE-107.787.577 MWST", "CH"),
    ("GB 980 7806 84", "GB"),
    ("EL094259216", "GR"),
    ("", "ES"),
    ("of a country nobody knows 1", ""),
)
ODD = (("B58378432", "ES"), ("DE136695977", ""), ("hello", "ES"), ("ES12345678٣", "ES"), ("ES'--", "ES"))


def form(usual_country: str | None = None, **typed: object) -> OrderForm:
    known: dict[str, object] = {"name": "Marta Gil", "email": "marta@sol.example", "privacy_accepted": True}
    return OrderForm.checked({**known, **typed}, today=TODAY, usual_country=usual_country)


def refused(usual_country: str | None = None, **typed: object) -> set[str]:
    with pytest.raises(FieldErrors) as refusal:
        form(usual_country, **typed)
    return set(refusal.value.fields)


@pytest.mark.parametrize(("number", "country"), RIGHT)
def test_a_vat_number_of_the_right_form_is_taken_without_a_word(number: str, country: str) -> None:
    assert vat.doubt(number, country) == ""


@pytest.mark.parametrize(("number", "country"), ODD)
def test_an_odd_vat_number_gives_a_sentence_and_stops_nobody(number: str, country: str) -> None:
    assert vat.doubt(number, country)
    assert form(vat_number=number).vat_number == number


def test_an_address_is_whole_or_not_there() -> None:
    assert form(delivery_country="ES").delivery_country == ""
    assert form(**MADRID).delivery_street == "Calle Mayor 1"
    assert refused(delivery_postcode="28013") == {"delivery_street", "delivery_city", "delivery_country"}
    assert refused(**MADRID | {"delivery_country": "XX"}) == {"delivery_country"}
    assert refused(**MADRID | {"delivery_street": "x" * 161}) == {"delivery_street"}


def test_a_country_that_somebody_chose_begins_an_address_and_the_one_that_was_there_does_not() -> None:
    assert refused("ES", delivery_country="PT") == {"delivery_street", "delivery_city"}
    assert form("PT", delivery_country="PT").delivery_country == ""
    assert form("ES", delivery_country="").delivery_country == ""


def test_an_invoice_address_counts_only_while_it_is_ticked() -> None:
    lisbon = {"invoice_street": "Rua Augusta 3", "invoice_city": "Lisboa", "invoice_country": "PT"}
    assert form(**lisbon).invoice_street == ""
    assert form(**lisbon, invoice_differs=True).invoice_country == "PT"
    assert refused(invoice_differs=True) == {"invoice_street", "invoice_city", "invoice_country"}


@pytest.mark.parametrize("wrong", ["2026-11-27", "2029-01-01", "tomorrow", "2026-02-30"])
def test_a_wished_day_is_a_day_to_come(wrong: str) -> None:
    assert refused(requested_date=wrong) == {"requested_date"}
    assert form(requested_date="2026-11-28").requested_date == TODAY
    assert form().requested_date is None
    assert form(requested_date=str(TODAY + timedelta(days=700))).requested_date


def test_an_address_is_written_as_on_a_letter_in_the_readers_language() -> None:
    buyer = Buyer(email="x@y.example", **MADRID, delivery_postcode="28013")
    assert postal.address(buyer, postal.DELIVERY, "de") == "Calle Mayor 1\n28013 Madrid\nSpanien"
    assert postal.address(buyer, postal.INVOICE, "de") == ""


def test_every_language_names_the_same_countries() -> None:
    named = {language: postal.country_names(language) for language in LANGUAGES}
    assert all(names.keys() == named["en"].keys() for names in named.values())
    assert [named[language]["CQ"] for language in ("en", "es", "de", "fr")] == ["Sark", "Sark", "Sark", "Sercq"]


@pytest.mark.parametrize(("zone", "country"), [("Europe/Madrid", "ES"), ("America/New_York", "US"), ("UTC", "")])
def test_the_country_of_a_shop_follows_from_its_clock(zone: str, country: str) -> None:
    assert postal.country_of(zone) == country
    assert not country or country in postal.country_names("fr")
