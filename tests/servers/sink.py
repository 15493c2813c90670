"""Postfix's smtp-sink: a mail server that has each fault a mail server can have, until it is healed."""

import os
import pwd
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Literal

from tests.servers.mail import ReceivedMail
from tests.servers.process import program, running

SinkStep = Literal["connect", "ehlo", "mail", "rcpt", "data", "dot"]
Fault = Literal["4xx", "5xx", "drop", "stall"]

COMMANDS: dict[SinkStep, list[str]] = {
    "connect": ["CONNECT"],
    "ehlo": ["EHLO", "HELO"],
    "mail": ["MAIL"],
    "rcpt": ["RCPT"],
    "data": ["DATA"],
    "dot": ["."],
}
OPTIONS: dict[Fault, str] = {"4xx": "-r", "5xx": "-f", "drop": "-q"}
STALL_SECONDS = 3600
# What smtp-sink writes above a mail: the client, the envelope, and a Received line that goes on in two more.
ABOVE_A_MAIL = re.compile(
    rb"(?P<envelope>(?:X-[^\n]*\n)+)Received: [^\n]*\n(?:\t[^\n]*\n)+(?P<content>.*)\n", re.DOTALL
)


class SmtpSink:
    """A running smtp-sink."""

    def __init__(self, folder: Path, stack: ExitStack, faults: Mapping[SinkStep, Fault]) -> None:
        self._folder = folder
        self._stack = stack
        self.port = self._start(faults, None)

    def heal(self) -> None:
        """Stop, and start on the same port without a fault."""
        self._stack.close()
        self._start({}, self.port)

    @property
    def mails(self) -> list[ReceivedMail]:
        """The mails that came whole, those too that were refused at the final dot."""
        written = [ABOVE_A_MAIL.fullmatch(path.read_bytes()) for path in sorted(self._folder.glob("*.mail.*"))]
        return [_received(mail) for mail in written if mail and mail["content"]]

    def _start(self, faults: Mapping[SinkStep, Fault], port: int | None) -> int:
        command = [program("smtp-sink"), "-u", pwd.getpwuid(os.getuid()).pw_name, "-d", f"{self._folder}/%H%M%S.mail."]
        for step, fault in faults.items():
            command += _options(step, fault)
        log = self._folder / "log"
        return self._stack.enter_context(running(lambda free: [*command, f"127.0.0.1:{free}", "100"], log, port=port))


@contextmanager
def smtp_sink(faults: Mapping[SinkStep, Fault] | None = None) -> Iterator[SmtpSink]:
    """Run smtp-sink on loopback with a fault at some steps: `smtp_sink({"rcpt": "4xx", "dot": "drop"})`."""
    with tempfile.TemporaryDirectory(prefix="pedido-smtp-sink-") as name, ExitStack() as stack:
        yield SmtpSink(Path(name), stack, faults or {})


def _options(step: SinkStep, fault: Fault) -> list[str]:
    if fault == "stall":
        return [word for command in COMMANDS[step] for word in ("-W", f"{command}:{STALL_SECONDS}")]
    return [OPTIONS[fault], ",".join(COMMANDS[step])]


def _received(mail: re.Match[bytes]) -> ReceivedMail:
    def named(name: bytes) -> list[str]:
        return [address.decode() for address in re.findall(rb"X-%s-Args: <([^>]*)>" % name, mail["envelope"])]

    return ReceivedMail(named(b"Mail")[0], named(b"Rcpt"), mail["content"].replace(b"\n", b"\r\n"))
