"""Sellers: the set-up, passwords, sessions."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta

import pytest

from models import LegalKind, Seller, SellerSession, Shop
from models.errors import FieldErrors, ShopError
from services import first_run, legal, live, parameters, passwords, seller_sessions, sellers, settings, setup_code
from tests.bench.intake import counted
from tests.door import signed_in

PASSWORD = "correct horse battery"
ANSWERS = {
    "name": "Norte Tools",
    "currency": "EUR",
    "time_zone": "Europe/Madrid",
    "language": "en",
    "email": "Ana@Norte.example",
    "password": PASSWORD,
    "management_emails": "",
}


async def test_the_set_up_makes_the_shop_its_texts_and_its_owner_signed_in(database: None) -> None:
    code = await setup_code.issue()
    token = await first_run.set_up(code, ANSWERS)
    session = await seller_sessions.find(token)
    assert session is not None
    owner = session.seller
    assert owner.email == "ana@norte.example"
    assert owner.password_hash.startswith("$argon2id$")
    shop = await parameters.current()
    assert (shop.name, shop.currency, shop.time_zone) == ("Norte Tools", "EUR", "Europe/Madrid")
    assert shop.management_emails == ["ana@norte.example"]
    for kind in LegalKind:
        assert await legal.current(kind, shop.language) is not None


async def test_two_set_ups_at_once_make_one_owner(database: None) -> None:
    code = await setup_code.issue()
    answers = [{**ANSWERS, "email": f"seller{n}@norte.example"} for n in range(5)]
    results = await asyncio.gather(*(first_run.set_up(code, one) for one in answers), return_exceptions=True)
    assert sum(isinstance(result, str) for result in results) == 1
    assert all(isinstance(result, str | ShopError) for result in results)
    assert await Seller.all().count() == 1
    assert await Shop.all().count() == 1


async def test_a_set_up_code_works_once_for_an_hour_and_only_the_last_one(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = await setup_code.issue(), await setup_code.issue()
    assert not await first_run.is_open(first)
    assert await first_run.is_open(second)
    assert not await first_run.is_open("")
    assert second not in (settings.current().data / "setup-code").read_text()
    await first_run.set_up(second, ANSWERS)
    with pytest.raises(ShopError):
        await first_run.set_up(second, {**ANSWERS, "email": "eve@norte.example"})
    monkeypatch.setattr(setup_code, "LIFETIME", timedelta(seconds=-1))
    assert not await setup_code.is_open(await setup_code.issue())


async def test_a_wrong_answer_keeps_the_code_and_makes_nothing(database: None) -> None:
    code = await setup_code.issue()
    wrong = {**ANSWERS, "name": "", "currency": "?", "email": "ana", "password": "short", "management_emails": "x@"}
    with pytest.raises(FieldErrors) as refused:
        await first_run.set_up(code, wrong)
    assert set(refused.value.fields) == {"name", "currency", "email", "password", "management_emails"}
    assert not await sellers.any_exists()
    assert not await parameters.exists()
    assert await first_run.is_open(code)


async def test_a_seller_from_the_command_line_gets_a_shop_to_work_in(database: None) -> None:
    seller = await sellers.create("ana@norte.example", PASSWORD)
    await first_run.make_bare_shop(seller.email)
    assert (await parameters.current()).management_emails == ["ana@norte.example"]
    await parameters.save({"name": "Norte"})
    await first_run.make_bare_shop("ben@norte.example")
    assert (await parameters.current()).name == "Norte"


async def test_signing_in_opens_a_session_until_signing_out(shop: Shop) -> None:
    await sellers.create("ana@norte.example", PASSWORD)
    token = await signed_in(" ANA@norte.example", PASSWORD)
    session = await seller_sessions.find(token)
    assert session is not None
    assert session.seller.email == "ana@norte.example"
    ended: list[int] = []
    live.sign_outs.subscribe(ended.append)
    await seller_sessions.close(token)
    assert ended == [session.id]
    assert await seller_sessions.find(token) is None


async def test_open_pages_that_hear_of_a_change_share_one_look_at_the_sessions(shop: Shop) -> None:
    seller = await sellers.create("ana@norte.example", PASSWORD)
    tokens = [await seller_sessions.open_session(seller.id) for _each in range(5)]
    live.order_changed(1)
    with counted() as statements:
        found = await asyncio.gather(*map(seller_sessions.find_when_told, tokens))
    assert len(statements) == 1
    assert [session and session.seller.email for session in found] == ["ana@norte.example"] * 5

    await seller_sessions.close(tokens[0])

    assert await seller_sessions.find_when_told(tokens[0]) is None
    assert await seller_sessions.find_when_told(tokens[1])


async def test_the_token_itself_is_not_stored(shop: Shop) -> None:
    await sellers.create("ana@norte.example", PASSWORD)
    token = await signed_in("ana@norte.example", PASSWORD)
    stored = await SellerSession.get()
    assert token not in stored.token_hash
    assert len(token) >= 43


async def test_an_unknown_address_is_answered_like_a_wrong_password(shop: Shop) -> None:
    await sellers.create("ana@norte.example", PASSWORD)
    answers = []
    for email, password in (("ana@norte.example", "not the password"), ("eve@norte.example", PASSWORD), ("", "")):
        with pytest.raises(ShopError) as refused:
            await signed_in(email, password)
        answers.append(str(refused.value))
    assert len(set(answers)) == 1
    assert await SellerSession.all().count() == 0


async def test_an_old_session_no_longer_counts_and_is_swept_away(shop: Shop) -> None:
    await sellers.create("ana@norte.example", PASSWORD)
    token = await signed_in("ana@norte.example", PASSWORD)
    await SellerSession.all().update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert await seller_sessions.find(token) is None
    await signed_in("ana@norte.example", PASSWORD)
    assert await SellerSession.all().count() == 1


async def test_a_second_seller_with_the_same_address_is_refused(shop: Shop) -> None:
    await sellers.create("ana@norte.example", PASSWORD)
    with pytest.raises(FieldErrors) as refused:
        await sellers.create("ANA@norte.example", PASSWORD)
    assert set(refused.value.fields) == {"email"}


@pytest.mark.parametrize("password", ["", "eleven char", "x" * 201, "ana@norte.example"])
async def test_weak_passwords_are_refused(database: None, password: str) -> None:
    with pytest.raises(FieldErrors) as refused:
        await sellers.create("ana@norte.example", password)
    assert set(refused.value.fields) == {"password"}


async def test_too_many_at_the_door_are_asked_to_wait(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "MAX_WAITING", 2)
    let_go = threading.Event()
    monkeypatch.setattr(passwords, "_fits", lambda *_: let_go.wait())
    inside = [asyncio.create_task(passwords.is_right(PASSWORD, "a hash")) for _ in range(2)]
    await asyncio.sleep(0)  # both have been let in
    with pytest.raises(ShopError, match="Too many people are signing in"):
        await passwords.is_right(PASSWORD, "a hash")
    inside.append(asyncio.create_task(passwords.is_right(PASSWORD, "a hash", is_known=True)))
    await asyncio.sleep(0)  # who is known may still wait
    let_go.set()
    assert await asyncio.gather(*inside) == [True, True, True]
    assert await passwords.is_right(PASSWORD, "a hash")


@pytest.mark.parametrize("token", ["", "x", "x" * 5000, "\ud800"])
async def test_forged_tokens_are_nobodys(shop: Shop, token: str) -> None:
    assert await seller_sessions.find(token) is None
