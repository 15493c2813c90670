"""The one account on servers that keep a list of their own."""

import bcrypt

USERNAME, PASSWORD = "shop", "correct horse"
CHEAPEST = 4  # rounds of bcrypt: no test waits for a login


def scrambled_password() -> str:
    """The password as such a list holds it."""
    return bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(CHEAPEST)).decode()
