"""The error that every transport raises, and what its codes mean for the deliveries that wait."""

# Somebody has to mend a password, a key, a certificate or an address; no delivery to this server can work before that.
NEEDS_MENDING = frozenset({"auth", "certificate", "host-key", "host-key-missing", "key", "private", "tls"})
# The server is not there, or cannot be reached; whatever waits for it can go as soon as it is back.
OUTAGE = frozenset({"lost", "refused", "timeout", "unknown-host", "unreachable"})


class TransportError(Exception):
    """A delivery that did not work.

    `sentence` is for the seller: it says what happened in words, never a server's raw answer. `permanent` is True when
    trying again cannot help until someone changes something. `code` names the kind of trouble for programs (`auth`,
    `certificate`, `conflict`, `refused`, `timeout`, an SMTP or FTP number ...).
    """

    def __init__(self, sentence: str, *, permanent: bool, code: str = "") -> None:
        super().__init__(sentence)
        self.permanent = permanent
        self.code = code


__all__ = ["NEEDS_MENDING", "OUTAGE", "TransportError"]
