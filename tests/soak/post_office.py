"""The mails that came, each read once, so that thousands can be waited for."""

import re
from collections import defaultdict
from email import message_from_bytes, policy

from tests.e2e import mails
from tests.servers import SmtpTestServer

LINK = re.compile(r"https?://[^/\s]+(/(verify|orders/confirm)/[\w-]+)")


class PostOffice:
    """The links in the mails a server has taken so far."""

    def __init__(self, server: SmtpTestServer) -> None:
        self._server = server
        self._sorted = 0  # mails looked at so far
        self._links: dict[tuple[str, str], list[str]] = defaultdict(list)

    def links(self, recipient: str, room: str) -> list[str]:
        """The paths of the links into a room ("verify", "orders/confirm") that an address got, each once."""
        self._sort()
        return self._links[recipient, room]

    def _sort(self) -> None:
        new = self._server.messages[self._sorted :]
        self._sorted += len(new)
        for received in new:
            mail = message_from_bytes(received.content, policy=policy.default)
            for path, room in LINK.findall(mails.words(mail)):
                for recipient in received.recipients:
                    known = self._links[recipient, room]
                    if path not in known:
                        known.append(path)
