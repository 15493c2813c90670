"""Runs the long forms of the experiments one after the other and prints a table.

    python -m tests.soak [NAME …] [--seed N]

It ends with 1 if something does not hold.
"""

import argparse
import sys

from tests.soak import (
    backup,
    canary,
    cancel_storm,
    clock,
    crash_loop,
    crowd,
    durability,
    frame,
    isolation,
    long_outage,
    mail_faults,
    malformed,
    races,
    stop_and_start,
    strangers,
    telling,
    upload_bombs,
    who_may,
)
from tests.soak.frame import Experiment
from tests.soak.scanners import bandit, pip_audit, sqlmap, ssh_audit, wapiti
from tests.soak.transfer_faults import transfer_faults
from tests.soak.transfers import transfers

EXPERIMENTS: dict[str, Experiment] = {
    "crash-loop": lambda seed: crash_loop.run(crash_loop.LONG, seed),
    "crash-loop-postgres": lambda seed: crash_loop.run_on_postgres(crash_loop.LONG, seed, stops=5),
    "crash-loop-pair": lambda seed: crash_loop.run_on_postgres(crash_loop.LONG_PAIR, seed, stops=2),
    "durability": lambda seed: durability.run(seed, checkouts=100),
    "cancel-storm": lambda seed: cancel_storm.run(cancel_storm.LONG, seed),
    "races": lambda seed: races.run(races.LONG, seed),
    "races-postgres": lambda seed: races.run_on_postgres(races.LONG, seed),
    "long-outage": lambda seed: long_outage.run(seed, orders=20),
    "stop-and-start": lambda seed: stop_and_start.run(seed, requests=200),
    "killed-migrations": lambda seed: stop_and_start.killed_migrations(seed, kills=5),
    "mail-faults": mail_faults.run,
    "isolation": lambda seed: isolation.run(isolation.LONG, seed),
    "clock": clock.run,
    "canary": canary.run,
    "backup": lambda seed: backup.run(backup.LONG, seed),
    "backup-postgres": lambda seed: backup.run_on_postgres(backup.LONG, seed),
    "who-may": who_may.run,
    "strangers": lambda seed: strangers.run(strangers.LONG, seed),
    "malformed": lambda seed: malformed.run(malformed.LONG, seed),
    "telling": lambda seed: telling.run(telling.LONG, seed),
    "crowd": lambda seed: crowd.run(crowd.LONG, seed),
    "transfers": transfers,
    "transfer-faults": transfer_faults,
    "upload-bombs": lambda seed: upload_bombs.run(upload_bombs.LONG, seed),
    "bandit": bandit.run,
    "ssh-audit": ssh_audit.run,
    "wapiti": wapiti.run,
    "wapiti-postgres": wapiti.run_on_postgres,
    "sqlmap": sqlmap.run,
    "sqlmap-postgres": sqlmap.run_on_postgres,
    "pip-audit": pip_audit.run,
}


def main() -> int:
    """Run the experiments that were asked for, all of them if none was."""
    chosen = _arguments()
    print(frame.heading(), flush=True)
    all_hold = True
    for name in chosen.names or EXPERIMENTS:
        outcome = EXPERIMENTS[name](chosen.seed or frame.new_seed())
        print(frame.row(name, outcome), flush=True)
        all_hold = all_hold and outcome.holds
    return 0 if all_hold else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description="Run experiments in their long form.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(EXPERIMENTS)}; all if left out")
    parser.add_argument("--seed", type=int, help="to see once more what happened; a new one if left out")
    chosen = parser.parse_args()
    if unknown := set(chosen.names) - EXPERIMENTS.keys():
        parser.error(f"there is no {', '.join(sorted(unknown))}")
    return chosen


if __name__ == "__main__":
    sys.exit(main())
