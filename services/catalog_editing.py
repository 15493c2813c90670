"""Products edited at the desk: read for their form, written, switched on and off."""

import html
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from models import Category, Picture, Product
from models.catalog_field import CATEGORY_SEPARATOR
from models.errors import FieldErrors, NotFoundError
from models.money import MAX_UNIT_PRICE, parse_decimal, round_unit_price
from models.product import MAX_SKU_LENGTH
from models.text import _
from services import database, live, product_texts
from services.catalog_import import breaks, values
from services.catalog_import.stored import chunks

OPTION_PREFIX = "option:"
MAX_NAME_LENGTH = 250
FIELDS = (
    "id", "sku", "name", "description", "category__path", "category__texts", "price", "unit", "pack_size",
    "minimum_quantity", "breaks",
    "stock", "ean", "active", "options", "texts", "is_parent", "parent_id", "parent__sku", "parent__name",
)  # fmt: skip


@dataclass(frozen=True)
class ShownPicture:
    """A picture of a product; `file` is "" while it is not here, `error` says why."""

    id: int
    file: str
    source: str
    error: str


@dataclass(frozen=True)
class EditedProduct:
    """A product as its form shows it. `breaks` and descriptions are as people type them; `texts` as in `Product`
    and, for the category, as in `Category`.
    """

    id: int | None = None
    sku: str = ""
    name: str = ""
    description: str = ""
    category: str = ""
    price: str = ""
    unit: str = ""
    pack_size: str = "1"
    minimum_quantity: str = "1"
    breaks: str = ""
    stock: str = ""
    ean: str = ""
    active: bool = True
    options: tuple[tuple[str, str], ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    is_parent: bool = False
    parent_id: int | None = None
    parent_sku: str = ""
    parent_name: str = ""


@dataclass(frozen=True)
class _Checked:
    """A form's values as columns of a product, and its category with what changes of its texts in other languages."""

    columns: dict[str, Any]
    category: str
    category_texts: dict[str, str]


async def load(product_id: int) -> EditedProduct:
    """A product for its form. Raises NotFoundError."""
    row = await Product.filter(id=product_id).first().values(*FIELDS)
    if row is None:
        raise NotFoundError(_("This product does not exist."))
    return EditedProduct(
        id=row["id"],
        sku=row["sku"],
        name=row["name"],
        description=typed_description(row["description"]),
        category=row["category__path"] or "",
        price="" if row["price"] is None else typed_price(row["price"]),
        unit=row["unit"],
        pack_size=str(row["pack_size"]),
        minimum_quantity=str(row["minimum_quantity"]),
        breaks="\n".join(f"{quantity}: {price}" for quantity, price in row["breaks"]),
        stock="" if row["stock"] is None else str(row["stock"]),
        ean=row["ean"],
        active=row["active"],
        options=tuple((str(name), str(value)) for name, value in row["options"].items()),
        texts={
            **{key: typed_description(text) for key, text in (row["texts"] or {}).items()},
            **(row["category__texts"] or {}),
        },
        is_parent=row["is_parent"],
        parent_id=row["parent_id"],
        parent_sku=row["parent__sku"] or "",
        parent_name=row["parent__name"] or "",
    )


async def pictures_of(product_id: int) -> list[ShownPicture]:
    """A product's pictures in their order."""
    rows = (
        await Picture.filter(product_id=product_id).order_by("position", "id").values("id", "file", "source", "error")
    )
    return [ShownPicture(**row) for row in rows]


async def save(product_id: int | None, typed: Mapping[str, str | bool]) -> int:
    """Write a form's values (names of `EditedProduct`, options as `option:Colour`); None makes a new product.

    Returns the product's id. Raises FieldErrors with a sentence for each field that is wrong, or NotFoundError.
    """
    before = await load(product_id) if product_id else EditedProduct()
    checked = _checked(typed, before)
    saved = await _save(before, checked)
    live.catalog_changed(None if checked.category_texts else [saved])  # a category's words find all its products
    return saved


async def set_active(product_ids: Collection[int], *, active: bool) -> int:
    """Show products to buyers, or hide them; a parent's variants go with it. Returns how many changed."""
    changed = await switch(sorted(set(product_ids)), active=active)
    live.catalog_changed(product_ids)
    return changed


@database.unit_of_work
async def switch(product_ids: list[int], *, active: bool) -> int:
    """The same, for what tells of it itself."""
    changed = 0
    now = datetime.now(UTC)
    for chunk in chunks(product_ids):
        for products in (Product.filter(id__in=list(chunk)), Product.filter(parent_id__in=list(chunk))):
            changed += await products.filter(active=not active).update(active=active, edited_at=now)
    return changed


@database.unit_of_work
async def _save(before: EditedProduct, checked: _Checked) -> int:
    if await Product.filter(sku=checked.columns["sku"]).exclude(id=before.id or 0).exists():
        raise FieldErrors({"sku": _("Another product has this SKU.")})
    category_id = await _category_id(checked.category, checked.category_texts)
    columns = checked.columns | {"category_id": category_id, "edited_at": datetime.now(UTC)}
    if before.id is None:
        return (await Product.create(**columns)).id
    if not await Product.filter(id=before.id).update(**columns):
        raise NotFoundError(_("This product does not exist any more."))
    return before.id


async def _category_id(path: str, changed: Mapping[str, str]) -> int | None:
    """Find or make a category, and change these texts of it in other languages; "" takes one away."""
    if not path:
        return None
    found, _made = await Category.get_or_create({"name": path.rsplit(CATEGORY_SEPARATOR, maxsplit=1)[-1]}, path=path)
    if changed:
        texts = {key: text for key, text in {**(found.texts or {}), **changed}.items() if text}
        await Category.filter(id=found.id).update(texts=texts)
    return found.id


def _checked(typed: Mapping[str, str | bool], before: EditedProduct) -> _Checked:
    """Read a form; every wrong field is told at once."""
    form = _Form(typed)
    price = form.price("price", may_miss=True)
    columns: dict[str, Any] = {
        "sku": form.sku(),
        "name": form.required("name"),
        "description": values.description(form.text("description")),
        "price": price,
        "unit": form.text("unit"),
        "pack_size": form.count("pack_size", otherwise=1),
        "minimum_quantity": form.count("minimum_quantity", otherwise=1),
        "breaks": form.breaks(),
        "stock": form.count("stock", otherwise=None, least=0),
        "ean": form.ean(),
        "active": bool(typed.get("active", before.active)),
        "options": {name: form.text(OPTION_PREFIX + name) or value for name, value in before.options},
        "texts": form.texts(before),
    }
    category = form.path("category")
    category_texts = form.category_texts(category, before)
    if form.errors:
        raise FieldErrors(form.errors)
    told = {key: columns[key] for key in ("sku", "name", "ean", "description", "texts")}
    columns["search"] = product_texts.search_text(**told, category=category, options=columns["options"].values())
    columns["sort_name"] = product_texts.sort_name(columns["name"])
    return _Checked(columns, category, category_texts)


class _Form:
    """The values of a form, read one by one; `errors` collects what is wrong with them."""

    def __init__(self, typed: Mapping[str, str | bool]) -> None:
        self.typed = typed
        self.errors: dict[str, str] = {}

    def text(self, name: str) -> str:
        return str(self.typed.get(name) or "").strip()

    def required(self, name: str) -> str:
        if not self.text(name):
            self.errors[name] = _("Fill in this field.")
        return self.text(name)

    def sku(self) -> str:
        sku = " ".join(self.required("sku").split())
        if len(sku) > MAX_SKU_LENGTH:
            self.errors["sku"] = _("At most {n} characters, please.").format(n=MAX_SKU_LENGTH)
        return sku

    def price(self, name: str, *, may_miss: bool) -> Decimal | None:
        if may_miss and not self.text(name):
            return None
        try:
            price = parse_decimal(self.text(name))
        except ValueError:
            price = Decimal(-1)
        if not 0 <= price <= MAX_UNIT_PRICE:
            self.errors[name] = _("Write a price, like 4.20.")
        return round_unit_price(price)

    def count(self, name: str, *, otherwise: int | None, least: int = 1) -> int | None:
        text = self.text(name)
        if not text:
            return otherwise
        if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or int(text) < least:
            self.errors[name] = _("Write a whole number, {n} or more.").format(n=least)
            return otherwise
        return int(text)

    def breaks(self) -> list[list[int | str]]:
        try:
            return breaks.read(self.text("breaks"), ".", None)
        except ValueError as error:
            self.errors["breaks"] = str(error)
            return []

    def texts(self, before: EditedProduct) -> dict[str, str]:
        """The texts in other languages; those that were not asked for stay."""
        keys = product_texts.KEYS | product_texts.option_keys(name for name, _value in before.options)
        typed = {key: str(self.typed.get(key, before.texts.get(key, ""))) for key in sorted(keys)}
        whole = {
            key: values.description(text)
            if key.startswith("description:")
            else " ".join(text.split())[:MAX_NAME_LENGTH]
            for key, text in typed.items()
        }
        return {key: text for key, text in whole.items() if text}

    def ean(self) -> str:
        code = values.ean(self.text("ean"))
        if code is None:
            self.errors["ean"] = _("An EAN has 8 to 14 digits.")
        return code or ""

    def path(self, name: str) -> str:
        """A category's path, with any spaces between its names."""
        names = [" ".join(part.split()) for part in self.text(name).split(">")]
        try:
            return values.joined_path(*filter(None, names))
        except ValueError as error:
            self.errors[name] = str(error)
            return ""

    def category_texts(self, category: str, before: EditedProduct) -> dict[str, str]:
        """The category's path in other languages, where it was changed: another category keeps its own."""
        typed = {key: self.path(key) for key in product_texts.CATEGORY_KEYS if key in self.typed}
        changed = {key: path for key, path in typed.items() if path != before.texts.get(key, "")}
        for key, path in changed.items():
            if path and product_texts.depth(path) != product_texts.depth(category):
                self.errors[key] = _("Write as many levels as in “{category}”.").format(category=category)
        return changed


def read_value(column: str, typed: str) -> Any:
    """One typed value as the product keeps it: a price, a pack size, or a stock. Raises FieldErrors."""
    form = _Form({column: typed})
    match column:
        case "price":
            value: Any = form.price(column, may_miss=True)
        case "pack_size":
            value = form.count(column, otherwise=1)
        case _:
            value = form.count(column, otherwise=None, least=0)
    if form.errors:
        raise FieldErrors(form.errors)
    return value


def typed_description(stored: str) -> str:
    """A stored description for a text box: plain text where it has no tags but line breaks, else its HTML."""
    without_breaks = stored.replace("<br>", "\n")
    return without_breaks if re.search(r"<[a-z]", without_breaks) else html.unescape(without_breaks)


def typed_price(price: Decimal) -> str:
    """A price with two decimals at least."""
    shown = f"{price.normalize():f}"
    whole, _point, decimals = shown.partition(".")
    return f"{whole}.{decimals.ljust(2, '0')}"
