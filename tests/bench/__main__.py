"""Runs the benchmarks one after the other and prints a table; nothing here fails because it is slow.

python -m tests.bench [NAME …]
"""

import argparse
import gc

from main import GARBAGE
from tests.bench import (
    bulk_status,
    buyer_flow,
    catalog_import,
    catalog_page,
    crowd,
    csv_export,
    first_visit,
    frame,
    growth,
    intake,
    live,
    orders_table,
    search,
    start,
    two_processes,
)
from tests.bench.frame import Benchmark

BENCHMARKS: dict[str, Benchmark] = {
    "catalog_page": catalog_page.run,
    "first_visit": first_visit.run,
    "start": start.run,
    "search": search.run,
    "orders_table": orders_table.run,
    "catalog_import": catalog_import.run,
    "csv_export": csv_export.run,
    "intake": intake.run,
    "buyer_flow": buyer_flow.run,
    "live": live.run,
    "crowd": crowd.run,
    "bulk_status": bulk_status.run,
    "growth": growth.run,
    "two_processes": two_processes.run,
}


def main() -> None:
    """Run the benchmarks that were asked for, all of them if none was."""
    chosen = _names()
    gc.set_threshold(*GARBAGE)  # what is measured in this process looks for garbage as the program does
    print(frame.heading(), flush=True)
    for name in chosen or BENCHMARKS:
        for reading in BENCHMARKS[name]():
            print(frame.row(reading), flush=True)


def _names() -> list[str]:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure how fast Pedido is.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(BENCHMARKS)}; all if left out")
    chosen: list[str] = parser.parse_args().names
    if unknown := set(chosen) - BENCHMARKS.keys():
        parser.error(f"there is no {', '.join(sorted(unknown))}")
    return chosen


if __name__ == "__main__":
    main()
