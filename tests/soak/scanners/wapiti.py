"""wapiti looks for holes in all pages, as anybody and signed in; pages with holes show that it sees.

It asks nobody but the shop: what of it would call elsewhere is left out.
"""

import json
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.e2e.shop_process import ROOT
from tests.servers.postgres import QUICK, postgres
from tests.soak.frame import Figure, Outcome
from tests.soak.scanners import findings, holes
from tests.soak.scanners.findings import Finding
from tests.soak.scanners.scanned_shop import NOT_OURS, SIGNS_OUT, ScannedShop, Visitor, scanned_shop
from tests.soak.stores import PostgresDatabase, SqliteFile, Store

NAME = "wapiti"
PROGRAM = ROOT / ".venv-scanners/bin/wapiti"
MODULES = "xss,permanentxss,sql,exec,file,redirect,crlf,csrf,cookieflags,csp,http_headers,methods,htaccess"
LEFT_OUT = (*NOT_OURS, *SIGNS_OUT)
MEDIUM = 2  # of its levels, 0 to 4
SERVER_ERROR = "Internal Server Error"  # in its list of what is odd
LONGEST_SECONDS = 3600
HOLES = (
    Finding(NAME, "Reflected Cross Site Scripting", "anonymous: GET /welcome name"),
    Finding(NAME, "Reflected Cross Site Scripting", "signed in: GET /desk/welcome name"),
    Finding(NAME, "SQL Injection", "anonymous: GET /stock sku"),
    Finding(NAME, "SQL Injection", "signed in: GET /desk/stock sku"),
)


def run(seed: int, *, store: Store | None = None) -> Outcome:
    """Run the experiment; its requests are the same each time, so the seed only stands in the table."""
    store, found, planted = store or SqliteFile(), list[Finding](), list[Finding]()
    figures: dict[str, Figure] = {}
    with scanned_shop(store, holes.without_limits) as shop:
        for visitor in shop.visitors:
            report = _scan(shop, visitor, shop.pages(visitor))
            found += _reported(report, visitor)
            figures[f"pages {visitor.name}"] = report["infos"]["crawled_pages_nbr"]
        trouble = shop.trouble()
    with scanned_shop(store, holes.with_holes) as shop:
        for visitor in shop.visitors:
            planted += _reported(_scan(shop, visitor, shop.holes(visitor)), visitor)
    return findings.outcome(seed, figures, found, planted, HOLES, trouble=trouble)


def run_on_postgres(seed: int) -> Outcome:
    """The same on PostgreSQL."""
    with postgres(fsync=QUICK) as server:
        return run(seed, store=PostgresDatabase(server))


def _scan(shop: ScannedShop, visitor: Visitor, addresses: Sequence[str]) -> dict[str, Any]:
    """What wapiti reports about these addresses and what they lead to."""
    with tempfile.TemporaryDirectory(prefix="pedido-wapiti-") as name:
        folder = Path(name)
        command = [str(PROGRAM), "--url", f"{shop.address}/", "--scope", "folder", "--module", MODULES]
        command += ["--no-bugreport", "--store-session", str(folder / "session"), "--store-config", str(folder)]
        command += ["--format", "json", "--output", str(folder / "report"), "--verbose", "0"]
        command += ["--header", f"Origin: {shop.address}", "--cookie-value", visitor.cookies]
        command += [word for address in addresses for word in ("--start", address)]
        command += [word for path in LEFT_OUT for word in ("--exclude", f"{shop.address}{path}*")]
        done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_SECONDS, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        report: dict[str, Any] = json.loads((folder / "report").read_text())
    crawled = report["infos"]["crawled_pages_nbr"]
    assert crawled >= len(addresses), f"wapiti looked at {crawled} of {len(addresses)} pages"
    return report


def _reported(report: dict[str, Any], visitor: Visitor) -> list[Finding]:
    """What is of medium weight or more, and each answer that was an error of ours."""
    weighty = [
        (name, one) for name, ones in report["vulnerabilities"].items() for one in ones if one["level"] >= MEDIUM
    ]
    errors = [(SERVER_ERROR, one) for one in report["anomalies"].get(SERVER_ERROR, [])]
    return [
        Finding(NAME, name, f"{visitor.name}: {one['method']} {one['path']} {one['parameter']}".rstrip())
        for name, one in weighty + errors
    ]
