"""What `deploy/` ships: the service's unit, read by systemd itself, and limits that agree with the program's."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from pages.desk.uploads import MAX_ZIP_BYTES
from pages.received import OVERHEAD

DEPLOY = Path(__file__).parents[1] / "deploy"
UNIT = "pedido@.service"
VERIFY = ("systemd-analyze", "verify", "--man=no", "--recursive-errors=no")


def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    unit = (DEPLOY / UNIT).read_text("utf-8")
    assert verdict(tmp_path, unit) == ""
    assert "ProtectEverything" in verdict(tmp_path, unit + "[Service]\nProtectEverything=true\n")  # the control


def verdict(folder: Path, unit: str) -> str:
    """What systemd has to say of a unit, were the program where the unit says it is."""
    (folder / UNIT).write_text(unit.replace("/opt/pedido/.venv/bin/python", sys.executable), "utf-8")
    instance = folder / UNIT.replace("@", "@8080")
    done = subprocess.run([*VERIFY, str(instance)], check=False, capture_output=True, text=True)
    return "\n".join(line for line in done.stderr.splitlines() if UNIT.partition("@")[0] in line)


@pytest.mark.parametrize(
    ("file", "limit", "unit"), [("Caddyfile", r"max_size (\d+)MB", 10**6), ("nginx.conf", r"_size (\d+)m;", 2**20)]
)
def test_proxies_let_in_whatever_the_program_takes(file: str, limit: str, unit: int) -> None:
    [most] = re.findall(limit, (DEPLOY / file).read_text("utf-8"))
    assert int(most) * unit > MAX_ZIP_BYTES + OVERHEAD
