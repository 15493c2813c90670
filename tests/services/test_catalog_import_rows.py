"""How rows become products: families, continuations, and what cannot be sold here."""

from typing import Any

import pytest

from services.catalog_import import ImportPlan, Outcome
from tests.catalogue_files import outcomes, planned, row, sample, table

NEW, REFUSED, MERGED = Outcome.NEW, Outcome.REFUSED, Outcome.MERGED

pytestmark = pytest.mark.usefixtures("database")


def product(plan: ImportPlan, sku: str) -> dict[str, Any]:
    """The values a product gets."""
    return next(planned.after for planned in plan.products if planned.sku == sku)


async def test_a_plain_german_price_list_is_read_with_its_decimal_commas() -> None:
    plan = await planned(sample("plain.csv"))

    assert product(plan, "WS-440") == {
        "name": "Holzschraube 4 × 40",
        "description": "Verzinkt, Torx",
        "category": "Eisenwaren > Schrauben",
        "price": "0.0125",
        "unit": "Stück",
        "pack_size": 500,
        "minimum_quantity": 1000,
        "breaks": [[1000, "0.011"], [5000, "0.0099"]],
        "stock": 120000,
        "ean": "4006381333931",
        "pictures": ["ws-440.jpg"],
        "active": True,
    }
    assert product(plan, "SG-1")["price"] == "1249"
    assert product(plan, "SG-1")["active"] is False
    assert product(plan, "PT-1")["pack_size"] == 12


async def test_every_row_that_cannot_be_taken_is_named_with_its_reason() -> None:
    plan = await planned(sample("plain.csv"))

    assert outcomes(plan) == {
        2: NEW, 3: NEW, 4: NEW, 6: REFUSED, 7: NEW, 8: NEW, 9: REFUSED, 10: MERGED, 11: REFUSED,
    }  # fmt: skip
    assert row(plan, 6).reason == "It has no price."
    assert row(plan, 9).reason == "The SKU DO-1 is already that of row 8."
    assert row(plan, 10).reason == "It belongs to row 8."
    assert row(plan, 11).reason == "The price is 0."


async def test_the_same_ean_twice_is_noted_and_kept() -> None:
    plan = await planned(sample("plain.csv"))

    assert row(plan, 4).outcome is NEW
    assert row(plan, 4).notes == ("Row 2 has the same EAN.",)


async def test_a_missing_sku_is_made_and_told() -> None:
    plan = await planned(sample("plain.csv"))

    assert row(plan, 7).sku == "OHNE-NUMMER"
    assert row(plan, 7).notes == ("The SKU OHNE-NUMMER was made for it.",)


async def test_woocommerce_variations_find_their_parent_by_sku_and_by_id() -> None:
    plan = await planned(sample("woocommerce.csv"))

    assert product(plan, "OVERALL")["is_parent"] is True
    assert product(plan, "OVERALL-M")["parent"] == "OVERALL"
    assert product(plan, "OVERALL-M")["options"] == {"Size": "M"}
    assert product(plan, "OVERALL-M")["category"] == "Clothing > Overalls"
    assert product(plan, "CAP-RED")["parent"] == "CAP"
    assert "<script" not in product(plan, "OVERALL")["description"]


async def test_what_cannot_be_sold_here_is_refused_with_its_reason() -> None:
    plan = await planned(sample("woocommerce.csv"))

    assert row(plan, 6).reason == "A download cannot be ordered here."
    assert row(plan, 7).reason == "A set of other products cannot be ordered here; its parts can."
    assert "external" in row(plan, 8).reason
    assert row(plan, 13).reason == "Its parent GONE is neither in the file nor in the catalogue."


async def test_a_shopify_product_and_its_first_variant_share_a_row() -> None:
    plan = await planned(sample("shopify.csv"))

    assert product(plan, "ENAMEL-MUG")["is_parent"] is True
    assert product(plan, "ENAMEL-MUG")["pictures"] == [f"https://pictures.example/mug-{n}.jpg" for n in (1, 2, 3)]
    assert "price" not in product(plan, "ENAMEL-MUG")
    assert product(plan, "MUG-W-S")["options"] == {"Colour": "White", "Size": "Small"}
    assert product(plan, "MUG-B-S")["options"] == {"Colour": "Blue", "Size": "Small"}
    assert product(plan, "MUG-B-S")["pictures"] == ["https://pictures.example/mug-blue.jpg"]
    assert outcomes(plan)[5] is MERGED


async def test_a_variant_without_a_sku_gets_one_from_handle_and_options() -> None:
    plan = await planned(sample("shopify.csv"))

    assert product(plan, "ENAMEL-MUG-WHITE-LARGE")["price"] == "11.5"


async def test_a_shopify_product_with_one_variant_stands_alone() -> None:
    plan = await planned(sample("shopify.csv"))

    assert "parent" not in product(plan, "TOWEL")
    assert "options" not in product(plan, "TOWEL")
    assert product(plan, "POT-OLD")["active"] is False
    assert row(plan, 8).reason == "It has no price."


async def test_a_prestashop_export_keeps_its_small_prices() -> None:
    plan = await planned(sample("prestashop.csv"))

    assert product(plan, "CJ-3020")["price"] == "0.8542"
    assert product(plan, "RE-1")["price"] == "1234.5"
    assert product(plan, "CJ-3020")["category"] == "Embalaje"
    assert product(plan, "CJ-3020")["minimum_quantity"] == 25


async def test_a_magento_parent_lists_its_variants_below_them() -> None:
    plan = await planned(sample("magento.csv"))

    assert product(plan, "SHOE")["is_parent"] is True
    assert product(plan, "SHOE-42")["parent"] == "SHOE"
    assert product(plan, "SHOE-42")["options"] == {"Shoe size": "42"}
    assert product(plan, "SHOE-42")["active"] is False
    assert product(plan, "HAM-01")["category"] == "Tools > Hammers"
    assert product(plan, "HAM-01")["pictures"] == ["ham-01.jpg", "ham-01-side.jpg", "ham-01-box.jpg"]


async def test_of_rows_in_several_languages_the_shops_own_is_taken() -> None:
    english, spanish = [await planned(sample("magento.csv"), language=language) for language in ("en", "es")]

    assert product(english, "HAM-01")["name"] == "Claw hammer"
    assert product(spanish, "HAM-01")["name"] == "Martillo de uña"
    assert product(spanish, "HAM-01")["price"] == "18.5"
    assert outcomes(spanish)[3] is MERGED


CURRENCIES = """slug,sku,name,price,currency,option1_name,option1_value
fan,FAN,Fan,0,USD,,
fan,FAN-W,,89.99,USD,Colour,White
fan,FAN-B,,89.99,USD,Colour,Black
fan,FAN-W,,84.99,EUR,,
fan,FAN-B,,84.99,EUR,,
"""


@pytest.mark.parametrize(("currency", "price"), [("EUR", "84.99"), ("USD", "89.99")])
async def test_of_rows_in_several_currencies_the_shops_own_is_taken(currency: str, price: str) -> None:
    plan = await planned(table(CURRENCIES), currency=currency)

    assert product(plan, "FAN-W")["price"] == price
    assert product(plan, "FAN-W")["name"] == "Fan"
    assert list(outcomes(plan).values()) == [NEW, NEW, NEW, MERGED, MERGED]


async def test_prices_in_other_currencies_only_are_refused() -> None:
    plan = await planned(table(CURRENCIES), currency="GBP")

    assert set(outcomes(plan).values()) == {REFUSED}
    assert row(plan, 3).reason == "It is priced in EUR, USD; this shop sells in GBP."
    assert row(plan, 2).reason == "None of its variants can be sold."


async def test_a_price_that_names_another_currency_is_refused() -> None:
    plan = await planned(table("SKU;Name;Price\nA;Saw;12.00 USD\nB;Axe;12.00 €\n"))

    assert list(outcomes(plan).values()) == [REFUSED, NEW]


async def test_a_sku_used_again_by_another_family_is_replaced_by_its_handle() -> None:
    plan = await planned(
        table(
            "slug,sku,name,price,option1_name,option1_value\n"
            "robot,ROBOT,Robot,0,,\nrobot,ROBOT-B,,10,Colour,Black\n"
            "robot-pro,ROBOT,Robot Pro,0,,\nrobot-pro,ROBOT-PRO-B,,20,Colour,Black\n"
        )
    )

    assert product(plan, "ROBOT-PRO-B")["parent"] == "ROBOT-PRO"
    assert row(plan, 4).sku == "ROBOT-PRO"
    assert row(plan, 4).notes[0] == "The SKU ROBOT is already that of row 2."


async def test_rows_that_only_bring_pictures_belong_to_the_row_above() -> None:
    plan = await planned(table("SKU;Name;Price;Image\nA;Saw;12.00;a.jpg\n;;;b.jpg\n;;;c.jpg\nB;Axe;9.00;\n"))

    assert product(plan, "A")["pictures"] == ["a.jpg", "b.jpg", "c.jpg"]
    assert list(outcomes(plan).values()) == [NEW, MERGED, MERGED, NEW]


async def test_variants_take_what_they_lack_from_their_parent() -> None:
    plan = await planned(
        table(
            "SKU;Parent SKU;Name;Category;Price;Unit;Size;Active\n"
            "G;;Gloves;Clothing;9.50;pair;;no\nG-M;G;;;;;M;yes\nG-L;G;;;9.90;;L;\n"
        )
    )

    assert product(plan, "G-M")["price"] == "9.5"
    assert product(plan, "G-L")["price"] == "9.9"
    assert product(plan, "G-L")["unit"] == "pair"
    assert product(plan, "G-M")["active"] is False  # its parent is not sold
    assert product(plan, "G-M")["options"] == {"Size": "M"}


async def test_a_refused_parent_takes_its_variants_with_it() -> None:
    plan = await planned(
        table(
            "SKU;Type;Parent SKU;Name;Price\n"
            "P;configurable;;;\nV;simple;P;;9.50\nW;bundle;;Set;1.00\nX;simple;W;In a set;1.00\n"
        )
    )

    assert list(outcomes(plan).values()) == [REFUSED] * 4
    assert row(plan, 3).reason == "Its parent in row 2 was refused."
    assert row(plan, 5).reason == "Its parent in row 4 was refused."


async def test_a_parent_without_variants_is_sold_itself_if_it_has_a_price() -> None:
    plan = await planned(table("SKU;Type;Name;Price\nA;variable;Saw;12.00\nB;variable;Axe;\nC;simple;Awl;1.00\n"))

    assert list(outcomes(plan).values()) == [NEW, REFUSED, NEW]
    assert row(plan, 3).reason == "It has no price, and no variants in this file."


async def test_a_row_with_too_many_cells_is_refused_not_shifted() -> None:
    plan = await planned(table("SKU,Name,Price\nA,Saw, big,12.00\nB,Axe,9.00\nC,Awl,1.00\n"))

    assert list(outcomes(plan).values()) == [REFUSED, NEW, NEW]
    assert "more cells than the header" in row(plan, 2).reason


async def test_what_is_wrong_besides_the_price_is_noted_and_left_out() -> None:
    plan = await planned(
        table("SKU;Name;Price;Pack size;Quantity breaks;EAN;Active\nA;Saw;12.00;a few;cheap;4.0E+12;perhaps\n")
    )

    assert product(plan, "A") == {"name": "Saw", "price": "12"}
    assert len(row(plan, 2).notes) == 4


async def test_prices_by_quantity_come_from_their_columns() -> None:
    plan = await planned(table("SKU;Name;Price;Price from 10;Price from 100\nA;Saw;12,00;11,50;9,00\nB;Axe;8,00;;\n"))

    assert product(plan, "A")["breaks"] == [[10, "11.5"], [100, "9"]]
    assert "breaks" not in product(plan, "B")


async def test_an_ambiguous_price_follows_its_column_and_then_its_file() -> None:
    by_column = await planned(table('SKU,Name,Price\nA,Saw,1.234\nB,Axe,"1,5"\n'))
    by_file = await planned(table("SKU;Name;Price\nA;Saw;1.234\n"))
    by_default = await planned(table("SKU,Name,Price\nA,Saw,1.234\n"))

    assert product(by_column, "A")["price"] == "1234"
    assert product(by_file, "A")["price"] == "1234"
    assert product(by_default, "A")["price"] == "1.234"


@pytest.mark.parametrize("price", ["-4.20", "999999999999", "on request", "4,2,0"])
async def test_a_price_that_cannot_be_is_refused(price: str) -> None:
    plan = await planned(table(f"SKU;Name;Price\nA;Saw;{price}\nB;Axe;1.00\n"))

    assert outcomes(plan)[2] is REFUSED


async def test_a_sku_that_is_too_long_is_refused() -> None:
    plan = await planned(table(f"SKU;Name;Price\n{'A' * 81};Saw;1.00\nB;Axe;1.00\n"))

    assert row(plan, 2).reason == "The SKU is longer than 80 characters."


async def test_what_is_shortened_or_rounded_is_said() -> None:
    long = "x" * 25_000
    plan = await planned(table(f"SKU,Name,Price,VPE,Description\nA,Screw,0.01255,200,{long}\nB,Nut,0.0125,-1,\n"))
    assert row(plan, 2).notes == (
        "The price 0.01255 was rounded to 0.0126.",
        "The description was cut to 20000 characters.",
    )
    assert row(plan, 3).notes == ("Pack size left out: “-1” is not a whole number.",)
