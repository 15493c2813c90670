"""The names columns go by: in English, Spanish, German and French, and in the exports of common shops."""

import re
from functools import lru_cache

from models.catalog_field import Field
from models.text import LANGUAGES, fold
from services import product_texts

# The best name of each field comes first: of two columns that could be it, the one named earlier here is.
NAMES: dict[Field, str] = {
    Field.SKU: (
        "sku|variant sku|artikelnummer|artikel nummer|artikelnr|artikel nr|art nr|artnr|art no|item number|"
        "item no|item code|product code|product number|product sku|referencia|codigo de articulo|codigo articulo|"
        "codigo producto|codigo|cod articulo|ref articulo|reference|reference produit|code article|ugs|ref|"
        "bestellnummer|bestell nr|produktnummer|part number|part no|numero de articulo|numero d article|"
        "article number|article no|stock code|code|produkt nr|mpn|supplier reference"
    ),
    Field.NAME: (
        "name|title|product name|product title|produktname|artikelname|artikelbezeichnung|produktbezeichnung|"
        "bezeichnung|nombre|nombre del producto|nombre producto|denominacion|titulo|articulo|producto|nom|"
        "nom du produit|nom produit|designation|libelle|titre|titel|produkt|artikel|item name|item|product|"
        "produit|kurztext"
    ),
    Field.DESCRIPTION: (
        "description|body html|body|product description|long description|beschreibung|langtext|"
        "produktbeschreibung|artikelbeschreibung|descripcion|descripcion larga|descripcion del producto|"
        "description longue|description du produit|details"
    ),
    Field.SHORT_DESCRIPTION: (
        "short description|kurzbeschreibung|descripcion corta|descripcion breve|description courte|summary|"
        "resume|resumen"
    ),
    Field.CATEGORY: (
        "category path|categories|category|product category|category1|category 1|kategorie|kategorien|"
        "kategoriepfad|warengruppe|produktgruppe|artikelgruppe|categoria|categorias|familia|grupo|categorie|"
        "famille|rubrique|taxons|collection|department|group"
    ),
    Field.SUBCATEGORY: (
        "subcategory|sub category|unterkategorie|untergruppe|unterwarengruppe|subcategoria|subfamilia|subgrupo|"
        "sous categorie|sous famille"
    ),
    Field.PRICE: (
        "regular price|variant price|price tax excluded|price tax excluded or price tax included|price|"
        "unit price|list price|net price|base price|sale price net|regularer preis|preis|nettopreis|einzelpreis|"
        "listenpreis|vk|vk preis|vk netto|verkaufspreis|stuckpreis|precio normal|precio|precio unitario|"
        "precio neto|precio venta|pvp|tarifa|tarif regulier|prix|prix unitaire|prix ht|prix unitaire ht|"
        "prix de vente|tarif|pu ht|prix net|rrp|uvp|msrp"
    ),
    Field.CURRENCY: "currency|currency code|wahrung|moneda|divisa|devise|monnaie",
    Field.UNIT: (
        "unit|unit of measure|uom|sales unit|einheit|mengeneinheit|verkaufseinheit|me|unidad|unidad de medida|"
        "unidad de venta|unite|unite de mesure|unite de vente|unity"
    ),
    Field.PACK_SIZE: (
        "pack size|package size|pack quantity|package quantity|pack qty|units per pack|units per package|pack|"
        "case size|case quantity|order multiple|qty increments|multiple|ve|vpe|verpackungseinheit|packungsgrosse|"
        "gebinde|stuck pro packung|stuck pro karton|stuck pro ve|unidades por caja|unidades por paquete|"
        "unidades por envase|uds por caja|uds caja|unidades caja|envase|embalaje|multiplo|colisage|"
        "conditionnement|quantite par colis|unites par carton|unites par colis|lot de"
    ),
    Field.MINIMUM_QUANTITY: (
        "minimum quantity|min quantity|minimum order quantity|min order quantity|minimum order|min order|moq|"
        "min qty|minimal quantity|min cart qty|minimum order qty|mindestmenge|mindestbestellmenge|mindestabnahme|"
        "cantidad minima|pedido minimo|minimo|quantite minimale|quantite minimum|minimum de commande|"
        "commande minimum"
    ),
    Field.BREAKS: (
        "quantity breaks|price breaks|quantity discounts|tier prices|tier price|tiered prices|volume prices|"
        "volume pricing|bulk prices|scale prices|customer group prices|staffelpreise|staffelpreis|staffel|"
        "staffelung|mengenstaffel|mengenpreise|precios por cantidad|precios escalados|escalado|escalas|tramos|"
        "tarifas por cantidad|prix par quantite|prix degressifs|tarifs degressifs|tarif degressif|paliers"
    ),
    Field.STOCK: (
        "stock|variant inventory qty|inventory count|inventories|inventory|stock quantity|quantity in stock|"
        "available quantity|on hand|qty|quantity|quantity available|bestand|lagerbestand|lager|verfugbar|"
        "verfugbare menge|existencias|stock disponible|disponible|cantidad|inventario|quantite|quantite en stock|"
        "inventaire|en stock|menge"
    ),
    Field.EAN: (
        "ean|ean13|ean 13|gtin|gtin13|ean code|ean gtin|gtin ean|ean upc|variant barcode|barcode|bar code|upc|"
        "isbn|gtin upc ean or isbn|gtin upc ean oder isbn|gtin upc ean o isbn|gtin upc ean ou isbn|strichcode|"
        "codigo de barras|codigo barras|codigo ean|code barres|code barre|code ean|global unique id"
    ),
    Field.PICTURES: (
        "image src|product image url|images|image|image urls|image url|image link|base image|additional images|"
        "pictures|picture|picture url|photo|photos|photo url|bild|bilder|bild url|bildadresse|bilddatei|foto|"
        "fotos|imagen|imagenes|url imagen|url de la imagen|image 1|lien image|url image|url des images|"
        "url de l image|images urls"
    ),
    Field.VARIANT_PICTURES: (
        "variant image|variant image url|variantenbild|imagen de la variante|image de la variante"
    ),
    Field.ACTIVE: (
        "status|active|enabled|is active|published|product online|aktiv|veroffentlicht|sichtbar|activo|publicado|"
        "estado|visible|actif|active sur le site|publie|statut"
    ),
    Field.PARENT: (
        "parent sku|parent|parent reference|parent product|parent code|master sku|hauptartikel|elternartikel|"
        "vaterartikel|vater artikel|ubergeordnet|ubergeordneter artikel|parent artikelnummer|superior|sku padre|"
        "articulo padre|producto padre|referencia padre|padre|ugs parent|produit parent|reference parent|"
        "article parent"
    ),
    Field.ROW_ID: "id|product id|id producto|id produit|produkt id",
    Field.HANDLE: "handle|url handle|slug|url key|permalink",
    Field.KIND: ("type|product type|kind|typ|produkttyp|artikeltyp|tipo|tipo de producto|type de produit"),
    Field.LOCALE: "locale|language|lang|store view code|language code|sprache|idioma|langue",
    Field.VARIANTS: "configurable variants|configurable variations",
    Field.OPTION: (
        "color|colour|size|farbe|grosse|talla|tamano|couleur|taille|material|materiau|matiere|ausfuhrung|acabado|finish"
    ),
}

NUMBERED = r"(option|attribute|attribut|atributo|opcion)s? ?\d+"
OF = r"(del |de l |des |de )?"
NAME_WORD, VALUE_WORD = r"(name|nombre|nom)", r"(values?|werte?|valor(es)?|valeurs?)"
FROM = r"( from| from qty| ab| desde| a partir de| des| >)?"
PATTERNS: tuple[tuple[Field, re.Pattern[str]], ...] = (
    (Field.OPTION_NAME, re.compile(rf"{NUMBERED} {NAME_WORD}|{NAME_WORD} {OF}{NUMBERED}")),
    (Field.OPTION_VALUE, re.compile(rf"{NUMBERED} {VALUE_WORD}|{VALUE_WORD} {OF}{NUMBERED}")),
    (Field.PICTURES, re.compile(r"(image|picture|photo|bild|foto|imagen) ?\d+( (src|url|link))?")),
    (Field.BREAK_PRICE, re.compile(rf"(price|preis|precio|prix|vk){FROM} ?\d{{1,6}}( (pcs|stk|stuck|uds|st))?\+?")),
)
PATTERN_OF = dict(PATTERNS)
TRANSLATION = re.compile(
    rf"(?P<name>.+?)(\s*[:@_-]\s*|\s*[(\[]\s*)(?P<language>{'|'.join(LANGUAGES)})([_-][a-z]{{2}})?\s*[)\]]?"
)
TRANSLATED = {Field.NAME: "name", Field.DESCRIPTION: "description", Field.CATEGORY: product_texts.CATEGORY}
OPTION_TRANSLATION = re.compile(rf"(?P<name>.+?)\s*:\s*(?P<language>{'|'.join(LANGUAGES)})([_-][a-z]{{2}})?")
REMARK = re.compile(r"\([^)]*\)|\[[^\]]*\]|[*#:†]")
CURRENCY_WORDS = re.compile(
    r"\b(in|en) [€$£]|\b(in|en) (eur|euro|euros|usd|gbp|chf)\b|\b(eur|euro|euros|usd|gbp|chf)\b|[€$£]"
)
RANKS: dict[str, tuple[Field, int]] = {
    name: (field, rank) for field, names in reversed(NAMES.items()) for rank, name in enumerate(names.split("|"))
}


def field_of(header: str) -> Field | None:
    """The field a column of this name holds, as far as the name tells."""
    found = ranked_field_of(header)
    return found[0] if found else None


@lru_cache(maxsize=4096)
def ranked_field_of(header: str) -> tuple[Field, int] | None:
    """The field a column of this name holds, and how good a name for it that is (0 is best)."""
    if translation_of(header):
        return Field.TRANSLATION, 0
    for key in _readings(header):
        if key in RANKS:
            return RANKS[key]
        for field, pattern in PATTERNS:
            if pattern.fullmatch(key):
                return field, 50
    return None


@lru_cache(maxsize=4096)
def translation_of(header: str) -> str:
    """What a column holds that says which language it is in ("name:es", "Nombre (ES)"): a key as in `Product.texts`.

    Options are named as in the header, "option1 value:es" by their place: `option.1:es`.
    """
    plain = " ".join(header.lower().split())[:200]
    match = TRANSLATION.fullmatch(plain)
    found = _plain_field_of(match["name"]) if match else None
    if match and found in TRANSLATED:
        return product_texts.key(TRANSLATED[found], match["language"])
    return _option_translation_of(plain)


def _option_translation_of(header: str) -> str:
    """As above, for options: only after a colon, because "Size (FR)" is a size of that country."""
    match = OPTION_TRANSLATION.fullmatch(header)
    if not match:
        return ""
    name, language = match["name"], match["language"]
    if name.startswith((product_texts.OPTION, product_texts.OPTION_NAME)):
        return product_texts.key(name, language)
    if _plain_field_of(name) is Field.OPTION:
        return product_texts.key(product_texts.OPTION + name, language)
    place = re.search(r"\d+", name)
    for field, kind in ((Field.OPTION_VALUE, product_texts.OPTION), (Field.OPTION_NAME, product_texts.OPTION_NAME)):
        if place and PATTERN_OF[field].fullmatch(_key(fold(name))):
            return product_texts.key(kind + place[0], language)
    return ""


def _plain_field_of(name: str) -> Field | None:
    return next((RANKS[key][0] for key in _readings(name) if key in RANKS), None)


def _readings(header: str) -> list[str]:
    """The header as it stands, then without remarks in brackets, then without a currency."""
    folded = fold(header.replace("ß", "ss"))[:200]
    plain = REMARK.sub(" ", folded)
    return [_key(folded), _key(plain), _key(CURRENCY_WORDS.sub(" ", plain))]


def _key(text: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9+>]+", " ", text).split())
