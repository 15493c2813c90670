"""What goes wrong with connections and certificates on every wire, put into words."""

import socket
import ssl
from collections.abc import Iterator

from models.text import _
from services.transports import TransportError

EXPIRED, NOT_YET_VALID = 10, 9  # OpenSSL's numbers for why a certificate was not accepted
OTHER_NAME, OTHER_ADDRESS = 62, 64


def check_address(host: str, port: int) -> None:
    """Refuse a host or port that cannot be dialled; an empty host would quietly mean this very machine."""
    if not host or any(c.isspace() or not c.isprintable() for c in host):
        raise TransportError(_("The server's name is missing or not valid."), permanent=True, code="host")
    if not 0 < port < 65536:
        raise TransportError(_("The port must be a number from 1 to 65535."), permanent=True, code="host")


def tls_context(trusted_certificate_pem: str = "") -> ssl.SSLContext:
    """Return a context that always checks the server's certificate and name (reads files: call it in a thread).

    `trusted_certificate_pem` (PEM, may be empty) is trusted besides the public authorities.
    """
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if trusted_certificate_pem.strip():
        try:
            context.load_verify_locations(cadata=trusted_certificate_pem)
        except (ssl.SSLError, ValueError, TypeError) as error:  # TypeError: letters beyond ASCII
            sentence = _("The trusted certificate cannot be read. Paste it whole, from BEGIN to END CERTIFICATE.")
            raise TransportError(sentence, permanent=True, code="certificate") from error
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # the server's own certificate is enough
    return context


def broken(error: BaseException, host: str, port: int) -> TransportError:
    """Return the words for a connection to `host` that was not made, or was lost."""
    errors = list(_chain(error))
    for one in errors:
        if isinstance(one, ssl.SSLCertVerificationError):
            return _untrusted(one, host)
    for one in errors:
        if isinstance(one, ssl.SSLError) and not isinstance(one, ssl.SSLEOFError | ssl.SSLZeroReturnError):
            return _not_encrypted(host, port)
    for one in errors:
        if words := _unreachable(one, host, port):
            return words
    sentence = _("The connection to {host} was lost.").format(host=host)
    return TransportError(sentence, permanent=False, code="lost")


def unsendable() -> TransportError:
    """The words for a login or folder that no command can carry (line ends, broken letters)."""
    sentence = _("The login or the folder holds characters that cannot be sent.")
    return TransportError(sentence, permanent=True, code="settings")


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _unreachable(error: BaseException, host: str, port: int) -> TransportError | None:
    if isinstance(error, socket.gaierror):
        code, sentence = "unknown-host", _("There is no server with the name {host}. Is it spelled right?")
    elif isinstance(error, TimeoutError):
        code, sentence = "timeout", _("{host} did not answer in time on port {port}.")
    elif isinstance(error, ConnectionRefusedError) or "Connect call failed" in str(error):
        code, sentence = (
            "refused",
            _("{host} refuses connections on port {port}. Is the port right, is the server running?"),
        )
    elif isinstance(error, UnicodeEncodeError):
        return unsendable()
    elif isinstance(error, UnicodeError):
        return TransportError(_("The server's name is missing or not valid."), permanent=True, code="host")
    elif isinstance(error, OSError) and not isinstance(error, ConnectionError | ssl.SSLError):
        code, sentence = "unreachable", _("{host} cannot be reached on port {port}.")
    else:
        return None
    return TransportError(sentence.format(host=host, port=port), permanent=False, code=code)


def _untrusted(error: ssl.SSLCertVerificationError, host: str) -> TransportError:
    if error.verify_code == EXPIRED:
        sentence = _("The certificate of {host} has expired.")
    elif error.verify_code == NOT_YET_VALID:
        sentence = _("The certificate of {host} is not valid yet. Is this computer's clock right?")
    elif error.verify_code in {OTHER_NAME, OTHER_ADDRESS}:
        sentence = _("The certificate does not belong to {host}. Use the name that stands in it.")
    else:
        sentence = _("The certificate of {host} comes from nobody known here.")
    return TransportError(sentence.format(host=host), permanent=True, code="certificate")


def _not_encrypted(host: str, port: int) -> TransportError:
    sentence = _("No encrypted connection to {host} on port {port}. Do encryption and port belong together?")
    return TransportError(sentence.format(host=host, port=port), permanent=True, code="tls")
