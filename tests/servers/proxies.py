"""Caddy and nginx as `deploy/` configures them: only names, ports and certificates are exchanged."""

import getpass
import re
import ssl
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers.certificates import certificates
from tests.servers.process import free_port, program, running, surroundings

DEPLOY = Path(__file__).parents[2] / "deploy"
DOMAIN = "orders.example.com"
SECOND = "# "  # before the line of a second process
PORTS = ("8080", "8081")


@dataclass(frozen=True)
class Proxy:
    """A proxy that speaks HTTPS at `port`, with a certificate that `trust` takes."""

    port: int

    @property
    def address(self) -> str:
        return f"https://localhost:{self.port}"

    @property
    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cadata=certificates().authority_pem)


StartProxy = Callable[[Path, Sequence[int], int], AbstractContextManager[Proxy]]


@contextmanager
def caddy(folder: Path, behind: Sequence[int], port: int) -> Iterator[Proxy]:
    """Run Caddy at `port` before the programs at the ports `behind`."""
    certificate, key = certificates().write_to(folder)
    site = _before(behind, (DEPLOY / "Caddyfile").read_text("utf-8"))
    ports = f"http_port {free_port()}\n\thttps_port {port}"
    options = f"{{\n\tadmin off\n\tstorage file_system {folder}\n\t{ports}\n}}\n"
    written = folder / "Caddyfile"
    written.write_text(options + site.replace(f"{DOMAIN} {{", f"localhost {{\n\ttls {certificate} {key}", 1), "utf-8")
    adapter = ("--adapter", "caddyfile", "--config", str(written))
    _check([program("caddy"), "validate", *adapter])
    with running(lambda _port: [program("caddy"), "run", *adapter], folder / "log", port=port):
        yield Proxy(port)


@contextmanager
def nginx(folder: Path, behind: Sequence[int], port: int) -> Iterator[Proxy]:
    """Run nginx at `port` before the programs at the ports `behind`, within a main configuration like Debian's."""
    certificate, key = certificates().write_to(folder)
    site = _before(behind, (DEPLOY / "nginx.conf").read_text("utf-8"))
    site = re.sub(r"^ *listen \[::\].*\n", "", site, flags=re.MULTILINE)  # not every machine of the tests has IPv6
    for exchanged, by in (
        ("listen 80;", f"listen 127.0.0.1:{free_port()};"),
        ("listen 443 ", f"listen 127.0.0.1:{port} "),
        (f"/etc/letsencrypt/live/{DOMAIN}/fullchain.pem", str(certificate)),
        (f"/etc/letsencrypt/live/{DOMAIN}/privkey.pem", str(key)),
        ("/var/cache/nginx/pedido", str(folder / "cache")),
        (DOMAIN, "localhost"),
    ):
        assert exchanged in site
        site = site.replace(exchanged, by)
    (folder / "site.conf").write_text(site, "utf-8")
    main = folder / "nginx.conf"
    main.write_text(_around(folder), "utf-8")
    command = [program("nginx"), "-p", str(folder), "-e", str(folder / "log"), "-c", str(main)]
    _check([*command, "-t"])
    with running(lambda _port: command, folder / "log", port=port):
        yield Proxy(port)


def _before(behind: Sequence[int], site: str) -> str:
    """A configuration that leads to these ports; a second one is let in."""
    if len(behind) > 1:
        site, count = re.subn(rf"{SECOND}((to|server) 127\.0\.0\.1:{PORTS[1]})", r"\1", site)
        assert count == 1
    for shipped, port in zip(PORTS, behind, strict=False):
        site = site.replace(f"127.0.0.1:{shipped}", f"127.0.0.1:{port}")
    return site


def _around(folder: Path) -> str:
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"    {kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    return (
        f"user {getpass.getuser()};\ndaemon off;\npid {folder}/pid;\nerror_log {folder}/log;\n"
        f"events {{}}\nhttp {{\n    access_log off;\n{temporary}    include {folder}/site.conf;\n}}\n"
    )


def _check(command: list[str]) -> None:
    """Have the proxy itself look at its configuration."""
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=surroundings())
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr, done.stderr
