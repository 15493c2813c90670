"""Which column holds what: by name, by value, by hand, and from memory."""

import pytest

from models.errors import ShopError
from services import catalog_import
from services.catalog_import import Field
from services.catalog_import.columns import signature
from tests.catalogue_files import imported, planned, sample, table


def fields_of(header: str, *rows: str) -> dict[str, str]:
    """What the columns of a small file are taken for."""
    source = table("\n".join([header, *(rows or ["1;2;3;4;5;6;7;8;9;10;11"])]))
    mapping = catalog_import.recognise(source)
    return {name: field.value for name, field in zip(source.header, mapping.fields, strict=True) if field}


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (
            "SKU;Product name;Description;Category;Price;Unit;Pack size;Minimum quantity;Stock;EAN;Image",
            "sku name description category price unit pack_size minimum_quantity stock ean pictures",
        ),
        (
            "Referencia;Nombre;Descripción;Categoría;Precio;Unidad;Unidades por caja;Cantidad mínima;Existencias;"
            "Código de barras;Imagen",
            "sku name description category price unit pack_size minimum_quantity stock ean pictures",
        ),
        (
            "Artikelnummer;Bezeichnung;Beschreibung;Warengruppe;Preis (EUR);Einheit;VE;Mindestbestellmenge;Bestand;"
            "EAN;Bild",
            "sku name description category price unit pack_size minimum_quantity stock ean pictures",
        ),
        (
            "Référence;Désignation;Description;Famille;Prix HT en €;Unité;Colisage;Quantité minimale;"
            "Quantité en stock;Code-barres;Photo",
            "sku name description category price unit pack_size minimum_quantity stock ean pictures",
        ),
    ],
)
def test_columns_are_recognised_in_four_languages(header: str, expected: str) -> None:
    assert list(fields_of(header).values()) == expected.split()


def test_the_better_of_two_names_wins() -> None:
    found = fields_of("SKU;Code;Name;Sale price;Regular price;Price note")

    assert found == {"SKU": "sku", "Name": "name", "Regular price": "price"}


def test_a_type_that_is_no_kind_of_product_is_a_category() -> None:
    assert fields_of("SKU;Name;Type;Price", "A;Shirt;Textiles;3", "B;Mug;Kitchen;4")["Type"] == "category"
    assert fields_of("SKU;Name;Type;Price", "A;Shirt;simple;3", "B;Mug;bundle;4")["Type"] == "kind"


def test_a_colour_is_an_option_only_where_rows_are_variants() -> None:
    assert "Colour" not in fields_of("SKU;Name;Colour;Price")
    assert fields_of("SKU;Parent SKU;Name;Colour;Price")["Colour"] == "option"


def test_a_short_description_serves_as_a_name_where_there_is_none() -> None:
    assert fields_of("Código;Descripción;Precio", "A;Martillo;3,00")["Descripción"] == "name"


def test_an_id_serves_as_a_sku_where_there_is_none() -> None:
    assert fields_of("ID;Name;Price", "1;Saw;3.00", "2;Axe;4.00")["ID"] == "sku"


def test_prices_by_quantity_are_recognised_with_their_quantity() -> None:
    found = fields_of("SKU;Name;Price;Price from 10;Preis ab 100 Stk")

    assert found["Price from 10"] == found["Preis ab 100 Stk"] == "break_price"


def test_a_file_without_a_header_is_understood_by_its_values() -> None:
    source = table(
        "Book,Books > Fiction,9780553380958,Snow Crash,A novel about a virus that spreads,9780553380958,17.99,51\n"
        "Book,Books > Fiction,9780441569595,Neuromancer,A burned out hacker steals a secret,9780441569595,7.99,5\n"
        "Book,Books > Essays,9780060512804,Cryptonomicon,Many numbers and two wars with secrets,9780060512804,16.99,5\n"
    )

    fields = catalog_import.recognise(source).fields

    assert fields == (
        None, Field.CATEGORY, Field.EAN, Field.NAME, Field.DESCRIPTION, Field.SKU, Field.PRICE, Field.STOCK
    )  # fmt: skip


def test_columns_are_chosen_by_name_or_by_number() -> None:
    source = table("Code A;Code B;Was;Jetzt\n1;2;Hammer;4,20\n")

    mapping = catalog_import.chosen(
        catalog_import.recognise(source), source, ["sku=2", "name=Was", "price=jetzt", "ignore=1"]
    )

    assert mapping.fields == (None, Field.SKU, Field.NAME, Field.PRICE)


def test_a_single_field_moves_and_pictures_gather() -> None:
    source = table("SKU;Name;Price;Other;Photo;Photo 2\nA;B;1;2;a.jpg;b.jpg\n")
    mapping = catalog_import.recognise(source)

    assert mapping.with_field(3, Field.PRICE).columns(Field.PRICE) == (3,)
    assert mapping.with_field(3, Field.PICTURES).columns(Field.PICTURES) == (3, 4, 5)


@pytest.mark.parametrize(
    ("choice", "words"),
    [("price", "not FIELD=COLUMN"), ("prize=3", "not a field"), ("price=Preis", "no column"), ("price=9", "no column")],
)
def test_a_choice_that_cannot_be_meant_is_told_with_what_there_is(choice: str, words: str) -> None:
    source = table("SKU;Name;Price\nA;B;1\n")

    with pytest.raises(ShopError, match=words):
        catalog_import.chosen(catalog_import.recognise(source), source, [choice])


async def test_what_was_chosen_is_remembered_for_the_next_file_of_this_kind(database: None) -> None:
    first = table("Kode;Navn;Pris\nA-1;Hammer;12,50\n")
    await imported(first, "sku=1", "name=2", "price=3")

    again = await planned(table("kode ;NAVN;Pris\nA-1;Hammer;13,50\nA-2;Saw;9,00\n"))

    assert again.mapping.fields == (Field.SKU, Field.NAME, Field.PRICE)
    assert again.imported == 2


def test_another_header_is_another_kind_of_file() -> None:
    assert signature(table("SKU;Name\nA;B\n")) == signature(table("sku; name\nC;D\n"))
    assert signature(table("SKU;Name\nA;B\n")) != signature(table("SKU;Name;Price\nA;B;1\n"))


def test_what_is_remembered_must_fit_the_file() -> None:
    source = table("SKU;Name;Price\nA;B;1\n")

    assert catalog_import.recognise(source, {"fields": ["name"]}) == catalog_import.recognise(source)
    assert catalog_import.recognise(source, {"fields": ["name", "nonsense", ""]}).fields == (Field.NAME, None, None)


@pytest.mark.parametrize("name", ["woocommerce.csv", "shopify.csv", "prestashop.csv", "magento.csv", "plain.csv"])
def test_the_exports_of_common_shops_need_no_help(name: str) -> None:
    mapping = catalog_import.recognise(sample(name))

    assert mapping.has(Field.SKU)
    assert mapping.has(Field.NAME)
    assert mapping.has(Field.PRICE)
    assert mapping.has(Field.PICTURES)
