"""Opens a private SSH key once, when it is entered."""

import asyncio
from typing import TYPE_CHECKING

from models.text import _
from services.later import Later
from services.transports import TransportError

if TYPE_CHECKING:
    import asyncssh
else:
    asyncssh = Later("asyncssh")


async def opened(private_key: str, passphrase: str = "") -> str:
    """Return the key's text without its passphrase, in OpenSSH's format. Raises `TransportError` in words."""
    return await asyncio.to_thread(_opened, private_key, passphrase)


def _opened(private_key: str, passphrase: str) -> str:
    try:
        key = asyncssh.import_private_key(private_key, passphrase or None)
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError, ValueError) as error:
        if _is_locked(error):
            sentence = _("The passphrase does not open this key. A key without one works, too: it is kept encrypted.")
            raise TransportError(sentence, permanent=True, code="passphrase") from error
        sentence = _("This is not a private key. Paste it whole, from BEGIN to END.")
        raise TransportError(sentence, permanent=True, code="key") from error
    return key.export_private_key("openssh").decode()


def _is_locked(error: Exception) -> bool:
    # The library raises the same class for a locked key as for a broken one: only its words differ.
    words = str(error).lower()
    return isinstance(error, asyncssh.KeyEncryptionError) or "passphrase" in words or "decrypt" in words
