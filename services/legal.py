"""Legal texts: the privacy policy and the terms, each version kept for ever."""

import hashlib

from models import AuditKind, LegalKind, LegalText
from models.errors import FieldErrors
from models.text import _, is_clean
from services import audit
from services.database import unit_of_work

MAX_TEXT_LENGTH = 100_000
MAX_VERSION = 2**31 - 1  # what the column holds


async def current(kind: LegalKind, language: str) -> LegalText | None:
    """The newest version of a text in `language`, else in whichever language it was written last."""
    newest_first = LegalText.filter(kind=kind).order_by("-version")
    return await newest_first.filter(language=language).first() or await newest_first.first()


async def versions(kind: LegalKind) -> list[LegalText]:
    """All versions of a text, the newest first."""
    return await LegalText.filter(kind=kind).order_by("-version")


async def version(kind: LegalKind, number: int) -> LegalText | None:
    """One version of a text; numbers run through all languages."""
    return await LegalText.get_or_none(kind=kind, version=number) if 0 < number <= MAX_VERSION else None


@unit_of_work
async def publish(kind: LegalKind, language: str, text: str, *, by: str = audit.SYSTEM) -> LegalText:
    """Make `text` the one that counts from now on: a new version, unless it says what the last one says.

    Raises FieldErrors (field `text`).
    """
    before = await LegalText.filter(kind=kind).count()
    published = await write(kind, language, text)
    if await LegalText.filter(kind=kind).count() > before:
        await audit.record(AuditKind.SETTINGS, by, f"{kind} {published.version}")
    return published


async def write(kind: LegalKind, language: str, text: str) -> LegalText:
    """Publish inside the caller's unit of work."""
    wanted = _checked(text)
    digest = hashlib.sha256(wanted.encode()).hexdigest()
    last = await LegalText.filter(kind=kind).order_by("-version").first()
    if last and (last.sha256, last.language) == (digest, language):
        return last
    version = last.version + 1 if last else 1
    return await LegalText.create(kind=kind, language=language, version=version, text=wanted, sha256=digest)


def _checked(text: str) -> str:
    wanted = "\n".join(line.rstrip() for line in text.splitlines()).strip()
    if not wanted:
        raise FieldErrors({"text": _("Write the text: buyers are asked to read it.")})
    if len(wanted) > MAX_TEXT_LENGTH or not is_clean(wanted):
        raise FieldErrors({"text": _("This text is too long, or holds characters that cannot be stored.")})
    return wanted
