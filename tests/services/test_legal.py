"""Legal texts: versions are added, never changed, and the right one is shown."""

import pytest

from models import LegalKind, LegalText, Shop
from models.errors import FieldErrors
from models.text import speaking
from services import legal, legal_defaults, parameters
from tests import legal_texts


async def test_there_is_no_text_before_one_is_published(shop: Shop) -> None:
    assert await legal.current(LegalKind.PRIVACY, "en") is None


async def test_a_changed_text_is_a_new_version_and_the_old_one_stays(shop: Shop) -> None:
    first = await legal_texts.publish(LegalKind.PRIVACY, "en", "We keep your address.")
    second = await legal_texts.publish(LegalKind.PRIVACY, "en", "We keep your address and phone.")
    assert (first.version, second.version) == (1, 2)
    assert [text.version for text in await legal.versions(LegalKind.PRIVACY)] == [2, 1]
    kept = await legal.version(LegalKind.PRIVACY, 1)
    assert kept is not None
    assert kept.text == "We keep your address."


async def test_the_same_text_is_no_new_version(shop: Shop) -> None:
    await legal_texts.publish(LegalKind.TERMS, "en", "Terms.\n\nMore.")
    await legal_texts.publish(LegalKind.TERMS, "en", "  Terms.  \r\n\r\nMore.\n\n")
    assert await LegalText.filter(kind=LegalKind.TERMS).count() == 1


async def test_kinds_do_not_share_their_versions(shop: Shop) -> None:
    await legal_texts.publish(LegalKind.TERMS, "en", "Terms.")
    assert (await legal_texts.publish(LegalKind.PRIVACY, "en", "Privacy.")).version == 1


async def test_the_shops_language_comes_first_then_any(shop: Shop) -> None:
    await legal_texts.publish(LegalKind.PRIVACY, "es", "Privacidad.")
    await legal_texts.publish(LegalKind.PRIVACY, "en", "Privacy.")
    spanish, german = await legal.current(LegalKind.PRIVACY, "es"), await legal.current(LegalKind.PRIVACY, "de")
    assert spanish is not None
    assert german is not None
    assert (spanish.text, german.text) == ("Privacidad.", "Privacy.")


@pytest.mark.parametrize("text", ["", " \n ", "a\x00b", "x" * 100_001])
async def test_what_is_no_text_is_refused(shop: Shop, text: str) -> None:
    with pytest.raises(FieldErrors) as refused:
        await legal_texts.publish(LegalKind.PRIVACY, "en", text)
    assert set(refused.value.fields) == {"en"}


@pytest.mark.parametrize("kind", list(LegalKind))
def test_a_new_shop_has_texts_with_its_name_in_them(kind: LegalKind) -> None:
    text = legal_defaults.text(kind, "Norte {Tools}")
    assert "Norte {Tools}" in text
    assert "{shop}" not in text


async def test_each_language_has_its_own_newest_text_and_a_reader_gets_theirs_or_the_shops(shop: Shop) -> None:
    assert shop.language == "en"
    texts = {"en": "Privacy.", "es": "Privacidad.", "de": " "}
    first = await legal.publish_all(LegalKind.PRIVACY, texts, own="en")
    assert [(text.language, text.version) for text in first] == [("en", 1), ("es", 2)]
    [changed] = await legal.publish_all(LegalKind.PRIVACY, texts | {"en": "Privacy, more."}, own="en")
    assert (changed.language, changed.version) == ("en", 3)
    assert await read_by("es") == ("es", 2)
    assert await read_by("fr") == await read_by("") == ("en", 3)
    assert await legal.publish_all(LegalKind.PRIVACY, texts | {"en": "Privacy, more."}, own="en") == ()


async def test_an_empty_text_takes_a_language_away_but_not_the_shops_own(shop: Shop) -> None:
    await legal.publish_all(LegalKind.TERMS, {"en": "Terms.", "es": "Condiciones."}, own="en")
    await legal.publish_all(LegalKind.TERMS, {"es": ""}, own="en")
    assert await read_by("es", LegalKind.TERMS) == ("en", 1)
    kept = await legal.version(LegalKind.TERMS, 2)
    assert kept and kept.text == "Condiciones."
    assert await legal.version(LegalKind.TERMS, 3) is None
    with pytest.raises(FieldErrors) as refused:
        await legal.publish_all(LegalKind.TERMS, {"en": "", "de": "a\x00b", "es": "Otra vez."}, own="en")
    assert set(refused.value.fields) == {"en", "de"}
    assert await read_by("es", LegalKind.TERMS) == ("en", 1), "all or nothing"


async def read_by(language: str, kind: LegalKind = LegalKind.PRIVACY) -> tuple[str, int]:
    """The language and version of the text that somebody with this wish reads."""
    with speaking(language):
        text = await legal.for_reader(kind, await parameters.current())
    assert text is not None
    return text.language, text.version
