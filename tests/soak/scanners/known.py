"""What scanners report that is no hole, or is one we know of, with the reason: in this list and nowhere else."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Known:
    """Findings of a scanner by its name for them and by their place (patterns, as of file names), and why they may be.

    They may come so many `times`, or as often as they like if that is 0.
    """

    scanner: str
    rule: str
    place: str
    reason: str
    times: int = 0


OWN_TABLES = "the names of tables and columns come from our own schema; values are bound"
NEWER_BOXES_FIRST = "last in the list: the boxes small sellers have know nothing else (SECURITY.md, V11)"
NIST = "no attack on them is known, and many boxes offer nothing better (SECURITY.md, V11)"

KNOWN = (
    Known("bandit", "B608", "services/backups.py", OWN_TABLES, times=1),
    Known("bandit", "B608", "models/migrations/0023*.py", "triggers, made of what stands beside them", times=4),
    Known("bandit", "B608", "models/migrations/0024*.py", "the same, and the tables that they fill", times=4),
    Known("bandit", "B608", "models/migrations/0027*.py", OWN_TABLES, times=2),
    Known("bandit", "B608", "services/copying.py", OWN_TABLES, times=5),
    Known("bandit", "B608", "services/database.py", "a statement made by the ORM; values are bound", times=1),
    Known("bandit", "B608", "services/moving.py", OWN_TABLES, times=2),
    Known("bandit", "B301", "services/catalog_import/packed.py", "what it unpacks, it has packed in memory", times=1),
    Known("bandit", "B104", "services/settings.py", "it is compared with 0.0.0.0; nothing listens there", times=1),
    Known("ssh-audit", "using broken SHA-1 hash algorithm", "*: kex diffie-hellman-group14-sha1", NEWER_BOXES_FIRST),
    Known("ssh-audit", "using broken SHA-1 hash algorithm", "*: key ssh-rsa", NEWER_BOXES_FIRST),
    Known("ssh-audit", "using broken SHA-1 hash algorithm", "*: mac hmac-sha1*", NEWER_BOXES_FIRST),
    Known("ssh-audit", "using elliptic curves that are suspected*", "*nistp*", NIST),
    Known(
        "ssh-audit",
        "using weak random number generator*",
        "host key: key ecdsa-*",
        "it is the server's key, made by its operator",
    ),
    Known(
        "ssh-audit", "does not provide protection against post-quantum attacks", "*: kex *", "those that do come first"
    ),
    Known(
        "ssh-audit", "2048-bit modulus only *", "*: kex *", "112 bits are enough until 2030; stronger ones come first"
    ),
    Known("ssh-audit", "using encrypt-and-MAC mode", "*: mac hmac-sha*", "the others come first"),
    Known(
        "wapiti",
        "Cross Site Request Forgery",
        "*: POST *",
        "each form has a token, but it is not called as wapiti knows it",
    ),
)
