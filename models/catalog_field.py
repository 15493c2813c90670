"""What a column of a catalogue file can mean."""

from enum import StrEnum

from models.text import N_

CATEGORY_SEPARATOR = " > "  # between the names of a category's path


class Field(StrEnum):
    """A field of a product, or a hint how rows belong together."""

    SKU = "sku"
    NAME = "name"
    DESCRIPTION = "description"
    TRANSLATION = "translation"
    SHORT_DESCRIPTION = "short_description"
    CATEGORY = "category"
    SUBCATEGORY = "subcategory"
    PRICE = "price"
    CURRENCY = "currency"
    UNIT = "unit"
    PACK_SIZE = "pack_size"
    MINIMUM_QUANTITY = "minimum_quantity"
    BREAKS = "breaks"
    BREAK_PRICE = "break_price"
    STOCK = "stock"
    EAN = "ean"
    PICTURES = "pictures"
    VARIANT_PICTURES = "variant_pictures"
    ACTIVE = "active"
    PARENT = "parent"
    ROW_ID = "row_id"
    HANDLE = "handle"
    KIND = "kind"
    LOCALE = "locale"
    OPTION = "option"
    OPTION_NAME = "option_name"
    OPTION_VALUE = "option_value"
    VARIANTS = "variants"

    @property
    def label(self) -> str:
        """The message to show (translate it with `_`)."""
        return FIELD_LABELS[self]

    @property
    def is_repeatable(self) -> bool:
        """Whether several columns may hold it."""
        return self in REPEATABLE


REPEATABLE = {
    Field.TRANSLATION,
    Field.PICTURES,
    Field.VARIANT_PICTURES,
    Field.BREAK_PRICE,
    Field.OPTION,
    Field.OPTION_NAME,
    Field.OPTION_VALUE,
}

FIELD_LABELS = {
    Field.SKU: N_("SKU"),
    Field.NAME: N_("Name"),
    Field.DESCRIPTION: N_("Description"),
    Field.TRANSLATION: N_("Text in another language (named by the header)"),
    Field.SHORT_DESCRIPTION: N_("Short description"),
    Field.CATEGORY: N_("Category"),
    Field.SUBCATEGORY: N_("Subcategory"),
    Field.PRICE: N_("Price"),
    Field.CURRENCY: N_("Currency"),
    Field.UNIT: N_("Unit"),
    Field.PACK_SIZE: N_("Pack size"),
    Field.MINIMUM_QUANTITY: N_("Minimum quantity"),
    Field.BREAKS: N_("Quantity breaks"),
    Field.BREAK_PRICE: N_("Price from the quantity in the header"),
    Field.STOCK: N_("Stock"),
    Field.EAN: N_("EAN"),
    Field.PICTURES: N_("Pictures"),
    Field.VARIANT_PICTURES: N_("Pictures of the variant"),
    Field.ACTIVE: N_("Active"),
    Field.PARENT: N_("Parent SKU"),
    Field.ROW_ID: N_("ID in the other shop"),
    Field.HANDLE: N_("Handle (groups variants)"),
    Field.KIND: N_("Kind of product"),
    Field.LOCALE: N_("Language of the row"),
    Field.OPTION: N_("Option (named by the header)"),
    Field.OPTION_NAME: N_("Option name"),
    Field.OPTION_VALUE: N_("Option value"),
    Field.VARIANTS: N_("List of variants"),
}
