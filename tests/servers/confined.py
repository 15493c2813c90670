"""Server programs that speak one version of TLS only, or find no room for a larger file."""

from pathlib import Path
from typing import Literal

TlsVersion = Literal["1.2", "1.3"]

OPENSSL_CONFIGURATION = """
openssl_conf = start
[start]
ssl_conf = ssl
[ssl]
system_default = versions
[versions]
MinProtocol = TLSv{version}
MaxProtocol = TLSv{version}
"""


def confined(folder: Path, tls_version: TlsVersion | None, largest_file: int | None) -> list[str]:
    """The beginning of a server's command line; None leaves it as free as it is.

    OpenSSL's own settings choose the version, because not every server has a setting for it.
    """
    words = ["env", "--ignore-signal=XFSZ"]  # a write beyond the limit fails as on a full disk, instead of killing
    if tls_version is not None:
        configuration = folder / "openssl.cnf"
        configuration.write_text(OPENSSL_CONFIGURATION.format(version=tls_version))
        words.append(f"OPENSSL_CONF={configuration}")
    if largest_file is not None:
        words += ["prlimit", f"--fsize={largest_file}"]
    return words
