"""Legal texts: the privacy policy and the terms, each version kept for ever."""

import hashlib
from collections.abc import Mapping

from tortoise.functions import Max

from models import AuditKind, LegalKind, LegalText, Shop
from models.errors import FieldErrors
from models.text import _, is_clean, wish
from services import audit
from services.database import unit_of_work
from services.statements import Statement

MAX_TEXT_LENGTH = 100_000
MAX_VERSION = 2**31 - 1  # what the column holds

NEWEST = Statement[list[int]](
    lambda kind: (
        LegalText.filter(kind=kind).group_by("language").annotate(last=Max("id")).values_list("last", flat=True)
    )
)


async def current(kind: LegalKind, *languages: str) -> LegalText | None:
    """The newest version of a text in the first of `languages` that has one, else in the one it was written in last."""
    newest = await in_languages(kind)
    last = max(newest.values(), key=lambda text: text.version, default=None)
    return next((newest[language] for language in languages if language in newest), last)


async def for_reader(kind: LegalKind, shop: Shop) -> LegalText | None:
    """The text that whoever is answered here reads and agrees to: in their language, else in the shop's."""
    return await current(kind, wish() or shop.language, shop.language)


async def in_languages(kind: LegalKind) -> dict[str, LegalText]:
    """The newest version of a text in each language it is there in; an empty one took its language away."""
    ids = await NEWEST.run(kind)
    newest = await LegalText.filter(id__in=ids) if ids else ()
    return {text.language: text for text in newest if text.text}


async def versions(kind: LegalKind) -> list[LegalText]:
    """All versions of a text, the newest first."""
    return await LegalText.filter(kind=kind).order_by("-version")


async def version(kind: LegalKind, number: int) -> LegalText | None:
    """One version of a text; numbers run through all languages."""
    found = await LegalText.get_or_none(kind=kind, version=number) if 0 < number <= MAX_VERSION else None
    return found if found and found.text else None


@unit_of_work
async def publish_all(
    kind: LegalKind, texts: Mapping[str, str], *, own: str, by: str = audit.SYSTEM
) -> tuple[LegalText, ...]:
    """Make these texts count from now on, by language; returns a new version for each that says something new.

    An empty text takes its language away, but not the shop's `own`. Raises FieldErrors, by language.
    """
    checked, errors = {}, {}
    for language, typed in texts.items():
        try:
            checked[language] = _checked(typed) if typed.strip() or language == own else ""
        except FieldErrors as refused:
            errors[language] = refused.fields["text"]
    if errors:
        raise FieldErrors(errors)
    before = {language: text.text for language, text in (await in_languages(kind)).items()}
    changed = [language for language, text in checked.items() if text != before.get(language, "")]
    published = [await _add(kind, language, checked[language]) for language in changed]
    for version in published:
        await audit.record(AuditKind.SETTINGS, by, f"{kind} {version.version}")
    return tuple(published)


async def write(kind: LegalKind, language: str, text: str) -> LegalText:
    """Publish inside the caller's unit of work."""
    wanted = _checked(text)
    last = (await in_languages(kind)).get(language)
    return last if last and last.text == wanted else await _add(kind, language, wanted)


async def _add(kind: LegalKind, language: str, text: str) -> LegalText:
    last = await LegalText.filter(kind=kind).order_by("-version").first()
    version = last.version + 1 if last else 1
    digest = hashlib.sha256(text.encode()).hexdigest()
    return await LegalText.create(kind=kind, language=language, version=version, text=text, sha256=digest)


def _checked(text: str) -> str:
    wanted = "\n".join(line.rstrip() for line in text.splitlines()).strip()
    if not wanted:
        raise FieldErrors({"text": _("Write the text: buyers are asked to read it.")})
    if len(wanted) > MAX_TEXT_LENGTH or not is_clean(wanted):
        raise FieldErrors({"text": _("This text is too long, or holds characters that cannot be stored.")})
    return wanted
