"""Legal texts in one language, as tests need them."""

from models import LegalKind, LegalText
from services import audit, legal


async def publish(kind: LegalKind, language: str, text: str, *, by: str = audit.SYSTEM) -> LegalText:
    """Make `text` the one that counts from now on in its language."""
    await legal.publish_all(kind, {language: text}, own=language, by=by)
    return (await legal.in_languages(kind))[language]
