"""The routes of the program, as the program itself lists them."""

import json
import subprocess
import sys
import tempfile

from tests.e2e.shop_process import ROOT

LISTING = """
import json, sys
from services import settings
settings.load(data="data")
import main
main.wire()
from nicegui import app
{more}
print(json.dumps([
    [route.path, sorted(getattr(route, "methods", None) or ["GET"]),
     [dependency.call.__name__ for dependency in route.dependant.dependencies] if hasattr(route, "dependant") else []]
    for route in app.routes
]))
"""

Route = tuple[str, list[str], list[str]]


def listed(more: str = "") -> list[Route]:
    """The routes of the program, `more` being run before they are listed: path, methods, dependencies."""
    with tempfile.TemporaryDirectory(prefix="pedido-routes-") as folder:
        told = subprocess.run(
            [sys.executable, "-c", LISTING.replace("{more}", more)],
            cwd=folder,
            env={"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        )
    return [(path, methods, guards) for path, methods, guards in json.loads(told.stdout.splitlines()[-1])]
