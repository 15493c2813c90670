"""The translations say what the sentences say: none is missing, with the same placeholders, markup and paragraphs."""

import gettext
from collections.abc import Sequence

import pytest
from babel.messages.catalog import Catalog

from models.text import DOMAIN, LOCALE_FOLDER
from tests import messages
from tests.messages import TRANSLATED


@pytest.fixture(scope="module")
def sentences() -> Catalog:
    """All that the program says."""
    return messages.collected()


@pytest.mark.parametrize("language", TRANSLATED)
def test_everything_is_translated(language: str, sentences: Catalog) -> None:
    assert list(messages.faults(messages.read(language), sentences)) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_gettext_reads_is_what_people_read(language: str) -> None:
    said = gettext.translation(DOMAIN, LOCALE_FOLDER, [language])
    for message in messages.read(language):
        if isinstance(message.id, tuple):
            one, many = message.id
            assert tuple(said.ngettext(one, many, n) for n in (1, 2)) == message.string
        elif message.id:
            assert said.gettext(str(message.id)) == message.string


@pytest.mark.parametrize(
    ("message", "said", "fault"),
    [
        ("Cart", "", "not translated"),
        (("{n} line", "{n} lines"), ("{n} Zeile", ""), "not translated"),
        ("{n} left", "noch {m}", "other placeholders"),
        (("{n} line", "{n} lines"), ("{n} Zeile", "Zeilen"), "other placeholders"),
        ("a <b>word</b>", "ein <i>Wort</i>", "other markup"),
        ("one &amp; two", "eins & zwei", "other markup"),
        ("one\n\ntwo", "eins zwei", "other paragraphs"),
        ("Password: ", "Passwort:", "other spaces at an edge"),
    ],
)
def test_a_translation_that_does_not_hold_is_found(message: Sequence[str], said: Sequence[str], fault: str) -> None:
    meant, catalog = Catalog(), Catalog(locale="de")
    meant.add(message)  # type: ignore[arg-type] # also of two
    catalog.add(message, said)  # type: ignore[arg-type] # also of two
    assert [found.partition(":")[0].partition(" in")[0] for found in messages.faults(catalog, meant)] == [fault]


def test_what_is_fuzzy_or_not_said_any_more_is_found() -> None:
    meant, catalog = Catalog(), Catalog(locale="de")
    meant.add("Cart")
    catalog.add("Cart", "Wagen", flags=["fuzzy"])
    catalog.add("Till", "Kasse")
    found = list(messages.faults(catalog, meant))
    assert found == ["marked as fuzzy: Cart", "not said any more: Till"]


def test_sentences_in_python_and_in_templates_are_collected(sentences: Catalog) -> None:
    assert sentences.get("Pending") and sentences.get("Wrong address?") and sentences.get("{n} product")
