"""A private certificate authority and a certificate for localhost, made afresh."""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Certificates:
    """PEM texts: the authority's certificate, and the server's certificate and key."""

    authority_pem: str
    server_pem: str
    key_pem: str

    def write_to(self, folder: Path) -> tuple[Path, Path]:
        """Write the server's certificate and key as files and return their paths."""
        certificate, key = folder / "server.pem", folder / "server.key"
        certificate.write_text(self.server_pem)
        key.write_text(self.key_pem)
        key.chmod(0o600)
        return certificate, key


@cache
def certificates(name: str = "localhost", *, expired: bool = False) -> Certificates:
    """Certificates for `name` and, unless another name is asked for, 127.0.0.1."""
    authority_key, server_key = _key(), _key()
    authority_name, server_name = _name("Pedido test authority"), _name(name)
    usage = x509.BasicConstraints(ca=True, path_length=0)
    authority = _builder(authority_name, authority_name, authority_key).add_extension(usage, critical=True)
    names: list[x509.GeneralName] = [x509.DNSName(name)]
    if name == "localhost":
        names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    server = _builder(server_name, authority_name, server_key, expired=expired).add_extension(
        x509.SubjectAlternativeName(names), critical=False
    )
    return Certificates(
        authority_pem=_pem(authority.sign(authority_key, SHA256())),
        server_pem=_pem(server.sign(authority_key, SHA256())),
        key_pem=server_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
    )


def _key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: RSAPrivateKey, *, expired: bool = False
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=3))
        .not_valid_after(now + timedelta(days=-1 if expired else 3))
    )


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()
