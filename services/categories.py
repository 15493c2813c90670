"""The categories as a tree: their order, their names and what lies under what, changed by the seller."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from models import AuditKind, Category, Product
from models.catalog_field import CATEGORY_SEPARATOR
from models.category_order import name_of, order_of, parent_of, with_those_above
from models.errors import FieldErrors, NotFoundError, ShopError
from models.product import is_within
from models.text import _, fold, is_clean
from services import audit, live, product_texts
from services.catalog_import.stored import chunks
from services.database import shielded, unit_of_work

AT_ONCE = 250
MAX_NAME, MAX_PATH = 120, 400
SEARCHED = ("id", "sku", "name", "ean", "description", "options", "texts")

Where = Literal["before", "after", "under"]
WHERE: tuple[Where, ...] = ("before", "after", "under")


@dataclass(frozen=True)
class Node:
    """A category with how many products of the list lie in it, `total` with those below it."""

    path: str
    products: int
    total: int
    is_first: bool
    is_last: bool

    @property
    def name(self) -> str:
        return name_of(self.path)

    @property
    def depth(self) -> int:
        return product_texts.depth(self.path)


@dataclass
class _Tree:
    """All categories, also those that only others lie in, by the path of what they lie in, in their order."""

    rows: list[Category]
    children: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        positions = {row.path: row.position for row in self.rows}
        every = {above for path in positions for above in with_those_above(path)}
        for path in sorted(every, key=order_of(positions)):
            self.children.setdefault(parent_of(path), []).append(path)

    def walk(self, below: str = "") -> Iterator[str]:
        """All paths, each before those below it."""
        for path in self.children.get(below, []):
            yield path
            yield from self.walk(path)

    def siblings(self, path: str) -> list[str]:
        """The paths beside a category and its own. Raises NotFoundError."""
        beside = self.children.get(parent_of(path), [])
        if path not in beside:
            raise NotFoundError(_("This category is no longer there."))
        return beside

    def names(self) -> dict[tuple[str, str], str]:
        """What each category is called in other languages, by its path and the language's key."""
        told: dict[tuple[str, str], str] = {}
        for row in self.rows:
            above = with_those_above(row.path)
            for key, words in (row.texts or {}).items():
                names = words.split(CATEGORY_SEPARATOR)
                if len(names) == len(above):
                    for path, name in zip(above, names, strict=True):
                        told.setdefault((path, key), name)
        return told


async def every() -> list[Node]:
    """All categories, each before those below it; variants are not counted, as they are no products of their own."""
    tree = await _tree()
    listed = Product.filter(parent_id=None, category_id__isnull=False)
    counts = Counter(str(row["category__path"]) for row in await listed.values("category__path"))
    totals: Counter[str] = Counter()
    for path, count in counts.items():
        totals.update(dict.fromkeys(with_those_above(path), count))
    nodes = []
    for path in tree.walk():
        beside = tree.siblings(path)
        nodes.append(Node(path, counts[path], totals[path], path == beside[0], path == beside[-1]))
    return nodes


async def told_names(path: str) -> dict[str, str]:
    """What a category is called in other languages, by the keys of `Category.texts`."""
    return {key: name for (whose, key), name in (await _tree()).names().items() if whose == path}


async def step(path: str, by: int, *, seller: str) -> None:
    """Move a category so many places down among those beside it; up, if negative. Raises NotFoundError."""
    await _step(path, by, seller)
    live.catalog_changed()


async def place(path: str, target: str, where: Where, *, seller: str) -> str:
    """Move a category, and what lies below it, before, after or under another; return its path of then.

    Under "" it comes to the end of the top. Raises NotFoundError or ShopError.
    """
    moved = await _place(path, target, where, seller)
    live.catalog_changed()
    return moved


async def rename(path: str, name: str, told: Mapping[str, str], *, seller: str) -> str:
    """Call a category otherwise, also in other languages (keys as in `Category.texts`); return its path of then.

    Raises FieldErrors (`name` or a key of `told`) or NotFoundError.
    """
    renamed = await _rename(
        path, _checked("name", name), {key: _told(key, words) for key, words in told.items()}, seller
    )
    live.catalog_changed()
    return renamed


async def remove(path: str, *, seller: str) -> None:
    """Remove a category in and below which there is no product. Raises NotFoundError or ShopError."""
    await _remove(path, seller)
    live.catalog_changed()


@shielded
async def _tree() -> _Tree:
    return _Tree(await Category.all())


@unit_of_work
async def _step(path: str, by: int, seller: str) -> None:
    tree = _Tree(await Category.all())
    beside = tree.siblings(path)
    to = min(max(beside.index(path) + by, 0), len(beside) - 1)
    beside.remove(path)
    beside.insert(to, path)
    await _write(tree, {}, {})
    await audit.record(AuditKind.CATALOGUE, seller, _("category {path}: moved").format(path=path))


@unit_of_work
async def _place(path: str, target: str, where: Where, seller: str) -> str:
    tree = _Tree(await Category.all())
    beside = tree.siblings(path)
    if target:
        tree.siblings(target)
    if target and is_within(target, path):
        raise ShopError(_("A category cannot lie in itself."))
    parent = target if where == "under" else parent_of(target)
    new = CATEGORY_SEPARATOR.join(filter(None, [parent, name_of(path)]))
    if new != path:
        _check_free(tree, new)
    beside.remove(path)
    others = tree.children.setdefault(parent, [])
    at = len(others) if where == "under" else others.index(target) + (where == "after")
    others.insert(at, path)
    await _write(tree, {path: new}, {})
    await audit.record(AuditKind.CATALOGUE, seller, _("category {path}: moved to {new}").format(path=path, new=new))
    return new


@unit_of_work
async def _rename(path: str, name: str, told: dict[str, str], seller: str) -> str:
    tree = _Tree(await Category.all())
    tree.siblings(path)
    new = CATEGORY_SEPARATOR.join(filter(None, [parent_of(path), name]))
    if fold(new) != fold(path):
        try:
            _check_free(tree, new)
        except ShopError as error:
            raise FieldErrors({"name": str(error)}) from None
    await _write(tree, {path: new}, {(path, key): words for key, words in told.items()})
    await audit.record(AuditKind.CATALOGUE, seller, _("category {path}: now {new}").format(path=path, new=new))
    return new


@unit_of_work
async def _remove(path: str, seller: str) -> None:
    tree = _Tree(await Category.all())
    tree.siblings(path)
    within = [row.id for row in tree.rows if is_within(row.path, path)]
    if await Product.filter(category_id__in=within).exists():
        raise ShopError(_("There are products in this category."))
    await Category.filter(id__in=within).delete()
    await audit.record(AuditKind.CATALOGUE, seller, _("category {path}: removed").format(path=path))


def _check_free(tree: _Tree, path: str) -> None:
    """Raise ShopError if a category is called so already, in whatever letters."""
    if fold(path) in {fold(other) for other in tree.walk()}:
        raise ShopError(_("There is a category {path} already.").format(path=path))


async def _write(tree: _Tree, renamed: Mapping[str, str], told: Mapping[tuple[str, str], str]) -> None:
    """Write the order of the tree, and with other paths what they change: names, other languages, what is found."""
    names = {**tree.names(), **told}
    keys = {key for _path, key in told}
    rows = {row.path: row for row in tree.rows}
    chains = dict(_chains(tree))
    for position, (old, chain) in enumerate(chains.items(), 1):
        row = rows.get(old)
        if row is None:
            continue
        path = CATEGORY_SEPARATOR.join(name_of(renamed.get(one, one)) for one in chain)
        if len(path) > MAX_PATH:
            raise ShopError(_("A category’s path has {n} characters at most.").format(n=MAX_PATH))
        changed = path != old
        row.position, row.path, row.name = position, path, name_of(path)
        if changed or any(one in chain for one, _key in told):
            row.texts = _in_other_languages(chain, path, names, {*(row.texts or {}), *keys}) or None
        await row.save(update_fields=["position", "path", "name", "texts"])
        if changed:
            await _find_anew(row)


def _chains(tree: _Tree, below: str = "", above: tuple[str, ...] = ()) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each path of before with those it lies in now, itself at the end."""
    for path in tree.children.get(below, []):
        chain = (*above, path)
        yield path, chain
        yield from _chains(tree, path, chain)


def _in_other_languages(
    chain: tuple[str, ...], path: str, names: Mapping[tuple[str, str], str], keys: set[str]
) -> dict[str, str]:
    """A path in each language in which something of it is told."""
    own = path.split(CATEGORY_SEPARATOR)
    texts = {}
    for key in sorted(keys):
        told = [names.get((one, key)) or name for one, name in zip(chain, own, strict=True)]
        if told != own:
            texts[key] = CATEGORY_SEPARATOR.join(told)
    return texts


async def _find_anew(row: Category) -> None:
    """Products are found by the words of their category."""
    ids = [found["id"] for found in await Product.filter(category_id=row.id).values("id")]
    for chunk in chunks(ids, AT_ONCE):
        products = []
        for values in await Product.filter(id__in=list(chunk)).values(*SEARCHED):
            told = {key: values[key] for key in ("sku", "name", "ean", "description", "texts")}
            search = product_texts.search_text(**told, category=row.path, options=values["options"].values())
            product = Product(id=values["id"], search=search)
            product._saved_in_db = True
            products.append(product)
        await Product.bulk_update(products, fields=["search"], batch_size=AT_ONCE)


def _checked(field_name: str, typed: str) -> str:
    """A name that a path can be made of. Raises FieldErrors."""
    name = " ".join(typed.split())
    if not name or len(name) > MAX_NAME or not is_clean(name) or ">" in name:
        words = _("Write a name of {n} letters at most, without >.").format(n=MAX_NAME)
        raise FieldErrors({field_name: words})
    return name


def _told(key: str, typed: str) -> str:
    return _checked(key, typed) if typed.strip() else ""
