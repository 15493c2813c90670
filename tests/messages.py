"""The catalogues of sentences: collected from the program, checked, and compiled to what gettext reads.

python -m tests.messages        what `make messages` does: collect, update, compile, and tell what is missing
"""

import io
import re
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from models.text import DOMAIN, LANGUAGES, LOCALE_FOLDER, SOURCE_LANGUAGE

ROOT = Path(__file__).parent.parent
ROOMS = ("models", "services", "pages")
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2"), ("**/templates/**.txt", "jinja2")]
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}
TRANSLATED = tuple(language for language in LANGUAGES if language != SOURCE_LANGUAGE)
FIRST_WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)  # the same whenever it is written
WIDTH = 110

PLACEHOLDER = re.compile(r"\{[a-z_]*\}")
MARKUP = re.compile(r"<[^>]*>|&[a-z]+;")
EDGES = re.compile(r"^(\s*)(?:.*\S)?(\s*)$", re.DOTALL)


def collected() -> Catalog:
    """All sentences that stand in the program, with where they stand."""
    catalog = Catalog(domain=DOMAIN, project="Pedido", creation_date=FIRST_WRITTEN, fuzzy=False)
    for room in ROOMS:
        for name, _line, message, comments, _context in extract_from_dir(ROOT / room, METHODS, keywords=KEYWORDS):
            catalog.add(message, locations=[(f"{room}/{name}", 0)], auto_comments=comments)
    return catalog


def path(language: str, ending: str = "po") -> Path:
    """Where the catalogue of a language is kept."""
    return LOCALE_FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.{ending}"


def read(language: str) -> Catalog:
    """The catalogue of a language; an empty one if there is none yet."""
    if not path(language).exists():
        return Catalog(locale=language, domain=DOMAIN)
    with path(language).open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


def updated(language: str, sentences: Catalog) -> Catalog:
    """The catalogue of a language with exactly these sentences: translations stay, what is new waits for one."""
    known = read(language)
    catalog = Catalog(
        locale=language,
        domain=DOMAIN,
        project="Pedido",
        version="1",
        copyright_holder="Pedido",
        msgid_bugs_address="none",
        header_comment=f"# The sentences of Pedido in {language}: `make messages` collects, checks and compiles them.",
        creation_date=FIRST_WRITTEN,
        revision_date=FIRST_WRITTEN,
        last_translator="Pedido",
        language_team=language,
        fuzzy=False,
    )
    for message in sorted(_of(sentences), key=lambda message: (sorted(message.locations), _first(message))):
        before = known.get(message.id)
        if before and before.pluralizable != message.pluralizable:
            before = None  # a sentence that is said for one and for many now needs two translations
        places = [(place, None) for place in sorted({place for place, _line in message.locations})]
        catalog.add(message.id, before.string if before else None, locations=places)  # type: ignore[arg-type] # of no line
    return catalog


def write(language: str, catalog: Catalog) -> None:
    """Keep a catalogue, as people read it and as gettext does."""
    path(language).parent.mkdir(parents=True, exist_ok=True)
    with path(language).open("wb") as file:
        write_po(file, catalog, width=WIDTH, include_lineno=False, ignore_obsolete=True)
    path(language, "mo").write_bytes(compiled(catalog))


def compiled(catalog: Catalog) -> bytes:
    """What gettext reads."""
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def faults(catalog: Catalog, sentences: Catalog) -> Iterator[str]:
    """What is missing or wrong in the translations of these sentences."""
    for message in _of(sentences):
        found = catalog.get(message.id)
        said = _forms_of(found.string) if found else ()
        if found is None or not said or not all(said):
            yield f"not translated: {_first(message)}"
        elif found.fuzzy:
            yield f"marked as fuzzy: {_first(message)}"
        else:
            yield from (f"{what} in: {_first(message)}" for what in _differences(message, said))
    for message in _of(catalog):
        if sentences.get(message.id) is None:
            yield f"not said any more: {_first(message)}"


def _differences(message: Message, said: tuple[str, ...]) -> Iterator[str]:
    meant = _forms_of(message.id)
    for here, there in zip(meant if len(meant) > 1 else meant * len(said), said, strict=True):
        if Counter(PLACEHOLDER.findall(here)) != Counter(PLACEHOLDER.findall(there)):
            yield "other placeholders"
        if Counter(MARKUP.findall(here)) != Counter(MARKUP.findall(there)):
            yield "other markup"
        if here.count("\n\n") != there.count("\n\n"):
            yield "other paragraphs"
        if _edges(here) != _edges(there):
            yield "other spaces at an edge"


def _edges(text: str) -> tuple[str, ...]:
    match = EDGES.match(text)
    return match.groups() if match else ()


def _of(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def _forms_of(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def _first(message: Message) -> str:
    return _forms_of(message.id)[0]


def main() -> int:
    """Bring the catalogues up to date; return how many of them lack something."""
    sentences = collected()
    lacking = 0
    for language in TRANSLATED:
        catalog = updated(language, sentences)
        write(language, catalog)
        found = list(faults(catalog, sentences))
        print(f"{language}: {len(_of(catalog))} sentences, {len(found)} to mend")
        for fault in found:
            print(f"  {fault}")
        lacking += bool(found)
    return lacking


if __name__ == "__main__":
    sys.exit(main())
