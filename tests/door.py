"""Sellers who come through the desk's door."""

from services import seller_sign_in
from services.seller_sign_in import Arrival, SignedIn


async def signed_in(email: str, password: str, arrival: Arrival | None = None) -> str:
    """Sign a seller in whose password is enough; return the token of the session."""
    answer = await seller_sign_in.sign_in(email, password, arrival or Arrival())
    assert isinstance(answer, SignedIn)
    return answer.token
