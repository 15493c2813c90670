"""One product at the desk: its form, its pictures, and its variants."""

from collections.abc import Sequence
from dataclasses import replace

from fastapi import Request
from nicegui import ui

from models import Shop, query_values
from models.text import _
from pages import languages
from pages.components.elements import box, h2, link, link_button, paragraph
from pages.components.form import Form
from pages.components.form_values import Field, Kind, Values, Width
from pages.components.picture_strip import PictureStrip
from pages.components.simple_table import SimpleTable
from pages.components.toasts import toast
from pages.components.upload import Answer, Upload
from pages.desk import guard, product_words, uploads
from pages.desk.desk_page import Visit, desk_page, frame
from pages.desk.product_orders import ProductOrders
from pages.frame import page_head
from services import catalog_editing, live, picture_drawing, pictures, product_list, product_texts
from services.catalog_editing import OPTION_PREFIX, EditedProduct, ShownPicture
from services.product_list import ProductRow

PATH = "/desk/products"
NEW = "new"
ACCEPTED = ".png,.jpg,.jpeg,.webp,.gif"


def register() -> None:
    """Declare the page and the routes that pictures are posted to."""
    desk_page(PATH + "/{product_id}", product)
    uploads.register()


async def product(visit: Visit, request: Request) -> None:
    """Build the page of a product, or of a new one. Raises NotFoundError."""
    edited = await _loaded(request.path_params["product_id"])
    with frame(visit, edited.name or _("New product"), PATH):
        link(_("‹ Products"), PATH, "crumb")
        with page_head(edited.name or _("New product"), edited.sku):
            if edited.id and edited.active:
                link_button(_("See it in the shop"), product_words.shop_address(edited.sku))
        with box("stack loose"):
            with box("two"):
                ProductForm(edited, visit.shop, await product_list.categories()).build()
                with box("stack"):
                    if edited.id:
                        await ProductPictures(edited.id).build()
                    await _show_family(edited, visit.shop)
            if edited.id:
                await ProductOrders(edited.id, visit.shop).build()


async def _loaded(product_id: str) -> EditedProduct:
    if product_id == NEW:
        return EditedProduct()
    return await catalog_editing.load(query_values.number(product_id) or 0)


class ProductForm:
    """The fields of a product."""

    def __init__(self, edited: EditedProduct, shop: Shop, categories: Sequence[str]) -> None:
        self.edited = edited
        self.shop = shop
        self.categories = categories

    def build(self) -> None:
        """Make the form."""
        with box("panel pad", tag="section"):
            if self.edited.is_parent:
                with box("notice"):
                    paragraph(_("Buyers order its variants. A price here counts for variants that have none."))
            self.form = Form(
                self._fields(),
                submit=_("Save") if self.edited.id else _("Make product"),
                on_submit=guard.signed_in(self._save),
            )

    async def _save(self, values: Values) -> None:
        saved = await catalog_editing.save(self.edited.id, values)
        if self.edited.id is None:
            ui.navigate.to(f"{PATH}/{saved}")
            return
        self.edited = await catalog_editing.load(saved)
        self.form.set_fields(self._fields())
        self.form.set_values({field.name: field.value for field in self._fields()})
        toast(_("Saved."))

    def _fields(self) -> list[Field]:
        edited = self.edited
        some = ", ".join(self.categories[:2])
        options = [
            Field(OPTION_PREFIX + name, name, value=value, required=True, width="half", max_length=120)
            for name, value in edited.options
        ]
        return [
            Field("sku", _("SKU"), value=edited.sku, required=True, width="half", max_length=80),
            Field("ean", _("EAN"), value=edited.ean, width="half", max_length=20),
            Field("name", _("Name"), value=edited.name, required=True, max_length=250),
            *options,
            Field(
                "category",
                _("Category"),
                value=edited.category,
                max_length=400,
                hint=_("Levels with > between them, like: {some}").format(some=some or "Tools > Screwdrivers"),
            ),
            *self._money_fields(),
            Field("stock", _("Stock"), "number", edited.stock, width="third", max_length=10),
            Field(
                "description",
                _("Description"),
                "textarea",
                edited.description,
                hint=_("Plain text, or HTML with paragraphs, lists, tables and links."),
                max_length=20_000,
            ),
            Field("active", _("Buyers see this product"), "checkbox", edited.active),
            *self._other_languages(),
        ]

    def _other_languages(self) -> list[Field]:
        """The texts for those who read another language than the shop's."""
        others = [(code, language) for code, language in languages.NAMES if code != self.shop.language]
        fields = [field for code, language in others for field in self._in_language(code, language)]
        return [replace(fields[0], heading=_("In other languages")), *fields[1:]]

    def _in_language(self, code: str, language: str) -> list[Field]:
        """The texts for those who read `language`."""

        def field(column: str, label: str, kind: Kind = "text", max_length: int = 120, width: Width = "full") -> Field:
            key, label = (
                product_texts.key(column, code),
                _("{field} ({language})").format(field=label, language=language),
            )
            return Field(key, label, kind, self.edited.texts.get(key, ""), max_length=max_length, width=width)

        options = [
            one
            for name, value in self.edited.options
            for one in (
                field(product_texts.OPTION_NAME + name, name, width="half"),
                field(product_texts.OPTION + name, value, width="half"),
            )
        ]
        return [
            field("name", _("Name"), max_length=250),
            *options,
            replace(
                field(product_texts.CATEGORY, _("Category"), max_length=400),
                hint=_("With as many levels; it counts for all products of this category."),
            ),
            field("description", _("Description"), "textarea", 20_000),
        ]

    def _money_fields(self) -> list[Field]:
        edited = self.edited
        price = _("Price in {currency}").format(currency=self.shop.currency)
        on_request = _("Without one: price on request.")
        return [
            Field("price", price, "money", edited.price, hint=on_request, width="third", max_length=20),
            Field("unit", _("Unit"), value=edited.unit, width="third", max_length=40, placeholder=_("piece")),
            Field(
                "breaks",
                _("Quantity breaks"),
                "textarea",
                edited.breaks,
                hint=_("One a line, like 10: 4.20 – from 10 on, one costs 4.20."),
                max_length=1000,
            ),
            Field("pack_size", _("Pack size"), "number", edited.pack_size, width="third", max_length=9),
            Field(
                "minimum_quantity",
                _("Minimum quantity"),
                "number",
                edited.minimum_quantity,
                width="third",
                max_length=9,
            ),
        ]


class ProductPictures:
    """The pictures of a product, as they are now."""

    def __init__(self, product_id: int) -> None:
        self.product_id = product_id

    async def build(self) -> None:
        """Make the section."""
        with box("panel pad", tag="section"):
            h2(_("Pictures"))
            with box("stack"):
                self.strip = PictureStrip(
                    [], on_order=guard.signed_in(self._ordered), on_remove=guard.signed_in(self._removed)
                )
                Upload(
                    uploads.picture_path(self.product_id),
                    label=_("Drop pictures here"),
                    hint=_("JPEG, PNG, WebP or GIF."),
                    accept=ACCEPTED,
                    max_bytes=picture_drawing.MAX_BYTES,
                    on_done=guard.signed_in(self._uploaded),
                    small=True,
                    many=True,
                )
        await self.refresh()
        live.catalog.subscribe(guard.told(self.refresh))

    async def refresh(self) -> None:
        """Show the pictures as they are now."""
        self.strip.show(_shown(picture) for picture in await catalog_editing.pictures_of(self.product_id))

    async def _ordered(self, picture_ids: Sequence[int]) -> None:
        await pictures.order(self.product_id, picture_ids)

    async def _removed(self, picture_id: int) -> None:
        await pictures.remove(self.product_id, picture_id)

    async def _uploaded(self, _answer: Answer) -> None:
        await self.refresh()


def _shown(picture: ShownPicture) -> dict[str, object]:
    waiting = picture.error or _("Waiting for {source}").format(source=picture.source.rsplit("/", 1)[-1])
    return {"id": picture.id, "url": product_words.thumb(picture.file), "note": "" if picture.file else waiting}


async def _show_family(edited: EditedProduct, shop: Shop) -> None:
    """Show the variants of a parent, or the parent of a variant."""
    if edited.parent_id:
        with box("panel pad", tag="section"):
            h2(_("Variant of"))
            link(edited.parent_name, f"{PATH}/{edited.parent_id}")
    if edited.is_parent and edited.id:
        with box("panel", tag="section"):
            h2(_("Variants"))
            table = SimpleTable(
                [(_("Variant"), "left"), (_("Price"), "right")], label=_("Variants"), empty=_("None yet.")
            )
            variants = await product_list.variants_of(edited.id)
            prices = product_words.price_column([variant.price for variant in variants], shop)
            table.show(_variant(variant, price) for variant, price in zip(variants, prices, strict=True))


def _variant(variant: ProductRow, price: str) -> dict[str, object]:
    name = {"text": ", ".join(variant.options) or variant.name, "sub": variant.sku, "href": f"{PATH}/{variant.id}"}
    return {"id": variant.id, "cells": [name | {"sub_mono": True}, {"text": price, "quiet": not variant.active}]}
