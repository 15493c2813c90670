"""How the house is built: who may import whom, and that the README tells of every setting."""

import ast
import re
from pathlib import Path

import pytest

from services.settings import ENV_PREFIX, Settings

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {"models": {"models"}, "services": {"models", "services"}, "pages": {"models", "services", "pages"}}
FILES = [path for room in MAY_IMPORT for path in sorted((ROOT / room).rglob("*.py"))]


def imported_by(path: Path) -> set[str]:
    """The top-level packages a file imports."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def of_the_house(names: set[str]) -> set[str]:
    return {name.split(".")[0] for name in names} & {"main", "tests", *MAY_IMPORT}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_from_pages_to_services_to_models(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    assert of_the_house(imported_by(path)) <= MAY_IMPORT[room]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_pages_and_live_events_know_the_web_framework(path: Path) -> None:
    place = path.relative_to(ROOT)
    frameworks = {name.split(".")[0] for name in imported_by(path)} & {"nicegui", "fastapi", "starlette"}
    if place.parts[0] != "pages" and place != Path("services/live.py"):
        assert not frameworks
    if place == Path("services/live.py"):
        assert "from nicegui import Event\n" in path.read_text("utf-8")


def test_only_the_database_room_opens_transactions() -> None:
    opening = [str(path.relative_to(ROOT)) for path in FILES if "tortoise.transactions" in imported_by(path)]
    assert opening == ["services/database.py"]


def test_what_strangers_made_is_read_in_a_process_of_its_own() -> None:
    readers = {"reading.read(": "services/demo/catalogue.py", "Image.open(": "services/picture_drawing.py"}
    for call, only in readers.items():
        assert [str(path.relative_to(ROOT)) for path in FILES if call in path.read_text("utf-8")] == [only]


def test_no_process_is_started_by_a_copy_of_the_program() -> None:
    """As asyncio starts one: everybody waits while the memory of a large shop is made ready to be copied."""
    assert not [path for path in FILES if "create_subprocess" in path.read_text("utf-8")]


def test_the_import_check_notices_an_arrow_that_points_back(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text("def f():\n    from services import orders\n")
    assert not of_the_house(imported_by(wrong)) <= MAY_IMPORT["models"]


def test_the_readme_lists_every_setting_and_no_other() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    documented = set(re.findall(r"`(PEDIDO_[A-Z_]+)`", readme))
    assert documented == {ENV_PREFIX + name.upper() for name in Settings.model_fields}


def test_the_readme_tells_each_default() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    told = dict(re.findall(r"^\| `(PEDIDO_[A-Z_]+)` \| ([^|]+) \|", readme, re.MULTILINE))
    for name, field in Settings.model_fields.items():
        default = told[ENV_PREFIX + name.upper()]
        assert default.strip()
        assert not field.default or str(field.default) in default


def test_no_file_names_a_package_index_or_a_content_network() -> None:
    foreign = re.compile(r"index-url|find-links|unpkg|jsdelivr|https?://[^\s\"')]*(cdn|/simple/)")
    texts = (
        [ROOT / name for name in ("Makefile", "pyproject.toml")]
        + list(ROOT.glob("requirements*.txt"))
        + list(ROOT.glob("tests/**/requirements*.txt"))
    )
    texts += [p for room in MAY_IMPORT for p in (ROOT / room).rglob("*") if p.suffix in {".py", ".js", ".css", ".html"}]
    named = [path.name for path in texts if foreign.search(path.read_text("utf-8").replace("--no-emit-index-url", ""))]
    assert named == []
