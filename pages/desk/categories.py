"""The categories of the shop: counted, put in order, renamed and moved; live."""

from collections.abc import Awaitable
from urllib.parse import urlencode

from fastapi import Request

from models import Shop
from models.category_order import parent_of
from models.errors import ShopError
from models.product import is_within
from models.text import _, ngettext
from pages import languages
from pages.components.category_tree import CategoryTree
from pages.components.dialog import ask
from pages.components.elements import box, link, paragraph, text
from pages.components.form_values import Field, Values
from pages.components.toasts import toast
from pages.desk import guard, show
from pages.desk.desk_page import Visit, desk_page, frame
from pages.desk.editing import edit
from pages.frame import page_head
from services import categories, live, product_texts
from services.categories import Node

PATH = "/desk/categories"
PRODUCTS = "/desk/products"


def register() -> None:
    """Declare the page."""
    desk_page(PATH, show_categories)


async def show_categories(visit: Visit, _request: Request) -> None:
    """Build the page."""
    sheet = CategorySheet(visit.shop)
    with frame(visit, _("Categories"), PRODUCTS):
        await sheet.build()
    live.catalog.subscribe(guard.told(sheet.refresh))


class CategorySheet:
    """The open page, and the elements that show it."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.nodes: dict[str, Node] = {}

    async def build(self) -> None:
        """Make the elements and fill them."""
        link(_("‹ Products"), PRODUCTS, "crumb")
        with page_head(_("Categories")):
            pass
        with box("stack"):
            paragraph(
                _(
                    "Buyers see them in this order. New ones come with a product or an import; a file that names an "
                    "old name makes that category anew."
                ),
                "muted",
            )
            self.said = text("", "seen-not").props("role=status")
            with box("panel"):
                self.tree = CategoryTree(
                    label=_("Categories"),
                    on_step=guard.signed_in(self._step),
                    on_place=guard.signed_in(self._place),
                    on_ask=guard.signed_in(self._ask),
                )
                self.empty = paragraph(_("No product has a category yet."), "muted pad")
        await self.refresh()

    async def refresh(self) -> None:
        """Show the categories as they are now."""
        self.nodes = {node.path: node for node in await categories.every()}
        self.tree.show(_row(node, self.shop) for node in self.nodes.values())
        self.empty.set_visibility(not self.nodes)

    async def _step(self, path: str, by: int) -> None:
        await self._tried(categories.step(path, by, seller=await self._seller()))
        beside = [other for other in self.nodes if parent_of(other) == parent_of(path)]
        if path in beside:
            words = _("{path} is number {n} of {all} now.")
            self.said.set_text(words.format(path=path, n=beside.index(path) + 1, all=len(beside)))

    async def _place(self, path: str, target: str, where: str) -> None:
        for known in categories.WHERE:
            if known == where:
                await self._tried(categories.place(path, target, known, seller=await self._seller()))

    async def _ask(self, path: str, what: str) -> None:
        if path not in self.nodes:
            return
        if what == "rename":
            await self._rename(path)
        elif what == "move":
            await self._move(path)
        else:
            question = ask(_("Remove {name}?").format(name=path), confirm=_("Remove"), danger=True)
            if await guard.answered(question) is not None:
                await self._tried(categories.remove(path, seller=await self._seller()))

    async def _rename(self, path: str) -> None:
        told = await categories.told_names(path)

        async def save(values: Values) -> None:
            others = {key: str(values[key]) for key in product_texts.CATEGORY_KEYS if key in values}
            await categories.rename(path, str(values["name"]), others, seller=await self._seller())

        text = _("Links to this category that are out already lead to an empty list then.")
        if await edit(
            _("Rename {name}").format(name=path), _name_fields(self.nodes[path], told, self.shop), save, text=text
        ):
            await self.refresh()

    async def _move(self, path: str) -> None:
        places = (("", _("At the top")), *((other, other) for other in self.nodes if not is_within(other, path)))
        field = Field("under", _("Under"), "select", parent_of(path), options=places)
        answer = await guard.answered(ask(_("Move {name}").format(name=path), confirm=_("Move"), fields=[field]))
        if answer is not None and str(answer["under"]) != parent_of(path):
            await self._tried(categories.place(path, str(answer["under"]), "under", seller=await self._seller()))

    async def _tried(self, act: Awaitable[object]) -> None:
        try:
            await act
        except ShopError as error:
            toast(str(error), "bad")
        await self.refresh()

    async def _seller(self) -> str:
        return (await guard.seller()).email


def _row(node: Node, shop: Shop) -> dict[str, object]:
    count = ngettext("{n} product", "{n} products", node.total).format(n=show.number(node.total, shop))
    return {
        "path": node.path,
        "name": node.name,
        "within": parent_of(node.path),
        "depth": node.depth,
        "count": count,
        "href": f"{PRODUCTS}?{urlencode({'category': node.path})}",
        "first": node.is_first,
        "last": node.is_last,
        "empty": not node.total,
    }


def _name_fields(node: Node, told: dict[str, str], shop: Shop) -> list[Field]:
    longest = categories.MAX_NAME
    fields = [Field("name", _("Name"), value=node.name, required=True, max_length=longest)]
    for code, language in languages.NAMES:
        if code != shop.language:
            key = product_texts.key(product_texts.CATEGORY, code)
            label = _("{field} ({language})").format(field=_("Name"), language=language)
            fields.append(Field(key, label, value=told.get(key, ""), max_length=longest))
    return fields
