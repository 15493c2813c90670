"""The error that every transport raises, and nothing else."""


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


__all__ = ["TransportError"]
