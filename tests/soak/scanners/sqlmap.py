"""sqlmap tries to get into the database by all that pages read, as anybody and signed in; two open ways show it can."""

import json
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pages import forms
from tests.e2e.shop_process import ROOT
from tests.servers.postgres import QUICK, postgres
from tests.soak.frame import Figure, Outcome
from tests.soak.scanners import findings, holes
from tests.soak.scanners.findings import Finding
from tests.soak.scanners.scanned_shop import NUMBER, SKU, Visitor, is_for_anybody, scanned_shop
from tests.soak.stores import PostgresDatabase, SqliteFile, Store

NAME = "sqlmap"
PROGRAM = ROOT / ".venv-scanners/bin/sqlmap"
RULE = "SQL injection"
TRIED = ("all tested parameters do not appear to be injectable", "sqlmap identified the following injection point")
ANYWHERE = "*"  # sqlmap tries what stands before this mark, too
PATHS = {  # what stands in an address that a table is asked for
    "anonymous": (f"/product/{SKU}", "/verify/none", "/legal/privacy"),
    "signed in": (f"/account/request/{NUMBER}", f"/desk/orders/{NUMBER}", "/desk/products/1"),
}
FORMS: Mapping[str, str] = {"/sign-in": "email=a@sol.example", "/desk/forgot": "email=a@norte.example"}
LONGEST_SECONDS = 1800
HOLES = (Finding(NAME, RULE, "anonymous: /stock sku"), Finding(NAME, RULE, "signed in: /desk/stock sku"))


def run(seed: int, *, store: Store | None = None, dbms: str = "SQLite") -> Outcome:
    """Run the experiment; what it tries hardly differs from time to time, so the seed only stands in the table."""
    store, found, planted = store or SqliteFile(), list[Finding](), list[Finding]()
    figures: dict[str, Figure] = {}
    with scanned_shop(store, holes.without_limits) as shop:
        for visitor in shop.visitors:
            asked = [address for address in shop.pages(visitor) if "?" in address and _is_new_to(visitor, address)]
            asked += [f"{shop.address}{path}{ANYWHERE}" for path in PATHS[visitor.name]]
            found += [finding for address in asked for finding in _try(address, visitor, dbms)]
            figures[f"addresses {visitor.name}"] = len(asked)
        for path, posted in FORMS.items():
            found += _try(f"{shop.address}{path}", shop.visitors[0], dbms, posted)
        trouble = shop.trouble()
    with scanned_shop(store, holes.with_holes) as shop:
        for visitor in shop.visitors:
            planted += [finding for address in shop.holes(visitor) for finding in _try(address, visitor, dbms)]
    return findings.outcome(seed, figures | {"forms": len(FORMS)}, found, planted, HOLES, trouble=trouble)


def run_on_postgres(seed: int) -> Outcome:
    """The same on PostgreSQL."""
    with postgres(fsync=QUICK) as server:
        return run(seed, store=PostgresDatabase(server), dbms="PostgreSQL")


def _is_new_to(visitor: Visitor, address: str) -> bool:
    """Whether this is not asked by the other visitor as well."""
    return not visitor.is_seller or not is_for_anybody(urlsplit(address).path)


def _try(address: str, visitor: Visitor, dbms: str, posted: str = "") -> list[Finding]:
    """The parameters of an address, or of a form that is posted there, by which sqlmap gets into the database."""
    with tempfile.TemporaryDirectory(prefix="pedido-sqlmap-") as name:
        folder = Path(name)
        command = [str(PROGRAM), "--url", address, "--batch", "--dbms", dbms, "--cookie", visitor.cookies]
        command += [
            "--ignore-code",
            "*",
            "--output-dir",
            str(folder),
            "--report-json",
            str(folder / "report"),
            "--disable-coloring",
        ]
        site = urlsplit(address)
        command += ["--headers", f"Origin: {site.scheme}://{site.netloc}\n{forms.HEADER}: {visitor.form_token}"]
        command += ["--data", posted] if posted else []
        done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_SECONDS, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert any(told in done.stdout for told in TRIED), done.stdout
        report: dict[str, Any] = json.loads((folder / "report").read_text())
    return [
        Finding(NAME, RULE, f"{visitor.name}: {site.path} {one['parameter']}")
        for part in report["data"]
        if part["type_name"] == "TECHNIQUES"
        for one in part["value"]
    ]
