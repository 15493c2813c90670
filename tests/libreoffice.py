"""LibreOffice, without a window: opens files and saves each as XLSX, as a seller would."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

SECONDS = 120
AS_CSV_WITH_COMMAS = "CSV:44,34,76,1,,0,false,true,false,false,false,0,true"  # UTF-8, and what is a formula is one


def opened_and_saved(folder: Path, files: Mapping[str, bytes], *, read_as: str = "") -> dict[str, bytes]:
    """The files (by name) as LibreOffice saves them; `read_as` says how it is told to read them."""
    for name, content in files.items():
        (folder / name).write_bytes(content)
    out = folder / "saved"
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--norestore",
            *([f"--infilter={read_as}"] if read_as else []),
            *("--convert-to", "xlsx", "--outdir", str(out)),
            *map(str, (folder / name for name in files)),
        ],
        env={**os.environ, "HOME": str(folder)},
        check=True,
        capture_output=True,
        timeout=SECONDS,
    )
    return {name: (out / name).with_suffix(".xlsx").read_bytes() for name in files}
