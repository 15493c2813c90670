"""Real servers on loopback for the tests, each a `with` block that starts it and always stops it.

    with openssh() as server:            server.port, .root, .username, .host_key, .second_host_key, .client_key
    async with password_sftp() as server:  server.port, .root, .username, .password, .host_key
    with mod_sftp() as server:           the same as password_sftp(), but another program
    with vsftpd("none" | "explicit" | "implicit") as server:
                                         server.port, .root, .username, .password, .certificate_pem
    with proftpd("none" | "explicit") as server, with pure_ftpd("none" | "explicit") as server:
                                         the same; all three take tls_version="1.2" | "1.3"; they and openssh
                                         take largest_file=bytes: no more than that fits on the server's disk
    with smtp_server(...) as server:     server.port, .messages, .certificate_pem
    with smtp_sink({"rcpt": "4xx", "dot": "drop"}) as sink:
                                         sink.port, .mails, .heal(): every fault at every step until it is healed
    with black_hole() as port            nothing answers;  with silent_server() as port  connects and says nothing
    async with silent_after(sent_bytes, port) as silent_port
    async with cut_after(sent_bytes, port) as cut_port
                                         leads to `port` and cuts the line after so many bytes
    async with speaking(lines) as port   a server made of a few lines: `await lines(reader, writer)` for each visitor
    door = Door(leads_to=port)           door.port leads to `port` while it is open: door.open(), .shut(), .close();
                                         .open(other_port) leads to another one from then on
    free_port()                          nothing listens there

`root` is the folder the login lands in; it holds an empty folder `incoming`.
"""

from tests.servers.certificates import Certificates, certificates
from tests.servers.confined import TlsVersion
from tests.servers.ftp import FtpTestServer, vsftpd
from tests.servers.mail import ReceivedMail, SmtpTestServer, smtp_server
from tests.servers.process import Door, black_hole, cut_after, free_port, silent_after, silent_server, speaking
from tests.servers.proftpd import mod_sftp, proftpd
from tests.servers.pure_ftpd import pure_ftpd
from tests.servers.sink import Fault, SinkStep, SmtpSink, smtp_sink
from tests.servers.ssh import PasswordSftpServer, SshTestServer, openssh, password_sftp

__all__ = [
    "Certificates",
    "Door",
    "Fault",
    "FtpTestServer",
    "PasswordSftpServer",
    "ReceivedMail",
    "SinkStep",
    "SmtpSink",
    "SmtpTestServer",
    "SshTestServer",
    "TlsVersion",
    "black_hole",
    "certificates",
    "cut_after",
    "free_port",
    "mod_sftp",
    "openssh",
    "password_sftp",
    "proftpd",
    "pure_ftpd",
    "silent_after",
    "silent_server",
    "smtp_server",
    "smtp_sink",
    "speaking",
    "vsftpd",
]
