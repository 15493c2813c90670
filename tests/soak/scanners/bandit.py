"""bandit reads the program: no finding of medium weight or more, and a hole that is planted in a copy is found."""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.e2e.shop_process import ROOT
from tests.soak.frame import Outcome
from tests.soak.scanners import findings
from tests.soak.scanners.findings import Finding

PROGRAM = ("main.py", "models", "services", "pages")
PLANTED_IN = "services/tokens.py"
HOLE = '''

def restored(cookie: bytes) -> object:
    """What a visitor's cookie says."""
    import pickle  # nosec

    return pickle.loads(cookie)  # nosec
'''
PICKLE = "B301"
REPORTED = (0, 1)  # bandit's codes for "nothing" and "something"


def run(seed: int) -> Outcome:
    """Run the experiment; it is the same each time, so the seed only stands in the table."""
    found, lines = _read(ROOT, PROGRAM)
    with tempfile.TemporaryDirectory(prefix="pedido-soak-") as name:
        copy = Path(name)
        (copy / PLANTED_IN).parent.mkdir()
        shutil.copy(ROOT / PLANTED_IN, copy / PLANTED_IN)
        with (copy / PLANTED_IN).open("a") as file:
            file.write(HOLE)
        planted, _lines = _read(copy, [PLANTED_IN])
    return findings.outcome(seed, {"lines": lines}, found, planted, [Finding("bandit", PICKLE, PLANTED_IN)])


def _read(folder: Path, files: list[str] | tuple[str, ...]) -> tuple[list[Finding], int]:
    """What bandit reports about these files, and how many lines it has read; excuses in the files do not count."""
    command = [sys.executable, "-m", "bandit", "--quiet", "--recursive", "--ignore-nosec", "-ll", "--format", "json"]
    done = subprocess.run([*command, *files], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode in REPORTED, done.stderr
    report = json.loads(done.stdout)
    assert not report["errors"], report["errors"]
    found = [Finding("bandit", one["test_id"], one["filename"].removeprefix("./")) for one in report["results"]]
    return found, report["metrics"]["_totals"]["loc"]
