"""pip-audit asks whether an advisory stands against a package we pin: it says of how many it really got an answer.

Where it gets none it would report that nothing is known: that is told as *unavailable*. Where it gets some, it has
to know of an old package that is planted.
"""

import json
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.e2e.shop_process import ROOT
from tests.soak.frame import Figure, Outcome
from tests.soak.scanners import findings
from tests.soak.scanners.findings import Finding

NAME = "pip-audit"
PROGRAM = ROOT / ".venv-scanners/bin/pip-audit"
PINNED = "requirements.txt"
OLD, OLD_VERSION = "jinja2", "2.4.1"
HOLE = Finding(NAME, "advisory", f"{OLD} {OLD_VERSION}")
LONGEST_SECONDS = 900
REPORTED = (0, 1)  # its codes for "nothing" and "something"


def run(seed: int) -> Outcome:
    """Run the experiment; the seed only stands in the table."""
    packages = _ask(ROOT / PINNED, ["--require-hashes"])
    known = [package for package in packages if "vulns" in package]
    figures: dict[str, Figure] = {"packages": len(packages), "looked up": len(known) or "none: unavailable"}
    planted = _ask_about_the_old_one() if known else []
    return findings.outcome(seed, figures, _advisories(known), planted, [HOLE] if known else [])


def _ask_about_the_old_one() -> list[Finding]:
    with tempfile.TemporaryDirectory(prefix="pedido-soak-") as folder:
        pinned = Path(folder) / PINNED
        pinned.write_text(f"{OLD}=={OLD_VERSION}\n")
        return _advisories(_ask(pinned, ["--no-deps"]))


def _ask(pinned: Path, how: Sequence[str]) -> list[dict[str, Any]]:
    """What is told of each pinned package: its `vulns`, or its `skip_reason`."""
    command = [str(PROGRAM), "--disable-pip", *how, "--requirement", str(pinned), "--format", "json"]
    command += ["--progress-spinner", "off"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_SECONDS, check=False)
    if not done.stdout.strip():  # it gives up when nobody answers at all
        return [{"name": line.split("==")[0]} for line in pinned.read_text().splitlines() if "==" in line]
    assert done.returncode in REPORTED, done.stderr
    packages: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    return packages


def _advisories(packages: Sequence[dict[str, Any]]) -> list[Finding]:
    return [
        Finding(NAME, "advisory", f"{package['name']} {package['version']} {advisory['id']}")
        for package in packages
        for advisory in package.get("vulns", [])
    ]
