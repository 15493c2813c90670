"""The desk's door: guessing, known devices, codes, invitations, resets, roles and sessions."""

import asyncio
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from argon2 import PasswordHasher

from models import AuditEntry, AuditKind, Link, OutboxMessage, Purpose, RecoveryCode, Role, Seller, SellerSession, Shop
from models.errors import FieldErrors, ShopError
from services import (
    deliveries,
    live,
    passwords,
    second_factor,
    seller_links,
    seller_sessions,
    seller_sign_in,
    sellers,
    throttle,
)
from services.seller_sign_in import Arrival, CodeAsked, SignedIn
from services.throttle import TooManyError
from tests import mailbox
from tests.door import signed_in

ANA, BEN = "ana@norte.example", "ben@norte.example"
PASSWORD = "correct horse battery"
ANOTHER = "lantern under seven kettles"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> PasswordHasher:
    """Passwords are hashed in a moment; returns what hashes them otherwise."""
    real = passwords._hasher
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1))
    return real


@pytest.fixture
async def ana(shop: Shop) -> Seller:
    """The owner."""
    return await sellers.create(ANA, PASSWORD)


async def joined(email: str = BEN, role: Role = Role.STAFF, password: str = ANOTHER) -> Seller:
    url = await seller_links.invite(email, role, by=ANA)
    await seller_links.choose_password(url.rpartition("/")[2], password)
    return await Seller.get(email=email)


async def guess(times: int, arrival: Arrival, email: str = ANA) -> list[type[ShopError]]:
    refused = []
    for number in range(times):
        with pytest.raises(ShopError) as error:
            await seller_sign_in.sign_in(email, f"guess number {number}", arrival)
        refused.append(error.type)
    return refused


@pytest.mark.parametrize(
    "password",
    [
        "short one",
        "x" * 129,
        "password1234",
        "aaaaaaaaaaaaaaaa",
        "qwertyuiop123",
        ANA,
        "norte.norte.ana",
        "with\0nul and more",
    ],
)
async def test_what_is_easy_to_guess_is_no_password(shop: Shop, password: str) -> None:
    with pytest.raises(FieldErrors) as refused:
        await sellers.create(ANA, password)
    assert set(refused.value.fields) == {"password"}
    assert not await sellers.any_exists()


@pytest.mark.parametrize(
    "password", ["ünïcode Wörter, drei", "correct horse battery", "🐴🔋🧷 nine of ten", "k" + "Tr0ub4dor&3 " * 10]
)
async def test_any_characters_make_a_password(shop: Shop, password: str) -> None:
    await sellers.create(ANA, password)
    assert await signed_in(ANA, password)
    with pytest.raises(ShopError):
        await signed_in(ANA, password + " ")


async def test_the_hash_is_argon2id_with_what_owasp_asks_for_and_grows_with_it(
    ana: Seller, quick_hashes: PasswordHasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "m=1024,t=1" in ana.password_hash
    monkeypatch.setattr(passwords, "_hasher", quick_hashes)
    await signed_in(ANA, PASSWORD)
    assert (await Seller.get(id=ana.id)).password_hash.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


async def test_guessing_at_one_account_is_cut_off_for_every_stranger(ana: Seller) -> None:
    times = throttle.SIGN_IN_ACCOUNT.times
    refused = [(await guess(1, Arrival(f"192.0.2.{number}")))[0] for number in range(times + 1)]
    assert refused == [ShopError] * times + [TooManyError]
    with pytest.raises(TooManyError):
        await signed_in(ANA, PASSWORD, Arrival("198.51.100.7"))


async def test_an_unknown_account_is_cut_off_just_the_same(ana: Seller) -> None:
    times = throttle.SIGN_IN_ACCOUNT.times
    for email in (ANA, "nobody@norte.example"):
        refused = [(await guess(1, Arrival(f"192.0.2.{number}"), email))[0] for number in range(times + 1)]
        assert refused == [ShopError] * times + [TooManyError]


async def test_guessing_at_many_accounts_from_one_address_is_cut_off(ana: Seller) -> None:
    times = throttle.SIGN_IN_ADDRESS.times
    arrival = Arrival("192.0.2.1")
    refused = [(await guess(1, arrival, f"somebody{number}@norte.example"))[0] for number in range(times + 1)]
    assert refused == [ShopError] * times + [TooManyError]
    await signed_in(ANA, PASSWORD, Arrival("192.0.2.2"))


async def test_the_owner_on_a_known_device_gets_in_while_others_guess(ana: Seller) -> None:
    first = await seller_sign_in.sign_in(ANA, PASSWORD, Arrival("203.0.113.5"))
    assert isinstance(first, SignedIn)
    for number in range(throttle.SIGN_IN_ACCOUNT.times):
        await guess(1, Arrival(f"192.0.2.{number}"))
    known = Arrival("192.0.2.1", first.known_device)
    assert await signed_in(ANA, PASSWORD, known)
    with pytest.raises(TooManyError):  # the control: the same, without what makes the device known
        await signed_in(ANA, PASSWORD, Arrival("192.0.2.1"))


async def test_a_known_device_may_not_guess_for_ever_and_is_known_for_one_seller_alone(ana: Seller) -> None:
    ben = await joined()
    own = await seller_sign_in.sign_in(BEN, ANOTHER, Arrival("203.0.113.5"))
    assert isinstance(own, SignedIn)
    refused = await guess(throttle.SIGN_IN_ACCOUNT.times + 1, Arrival("", own.known_device))
    assert refused[-1] is TooManyError, "Ben's device is a stranger at Ana's account"
    refused = await guess(throttle.SIGN_IN_DEVICE.times + 1, Arrival("", own.known_device), ben.email)
    assert TooManyError in refused


async def test_a_new_password_makes_every_device_unknown(ana: Seller) -> None:
    first = await seller_sign_in.sign_in(ANA, PASSWORD, Arrival("203.0.113.5"))
    assert isinstance(first, SignedIn)
    await sellers.change_password(ana, PASSWORD, ANOTHER)
    refused = await guess(throttle.SIGN_IN_ACCOUNT.times + 1, Arrival("192.0.2.9", first.known_device))
    assert refused[-1] is TooManyError


async def with_app(seller: Seller) -> tuple[pyotp.TOTP, list[str]]:
    secret = second_factor.new_secret()
    codes = await second_factor.switch_on(seller, secret, pyotp.TOTP(secret).now())
    return pyotp.TOTP(secret), codes


def soon(app: pyotp.TOTP, steps: int = 1) -> str:
    """A code that has not been used: the one of the next time step, which a clock that is fast shows already."""
    return app.at(datetime.now(UTC) + timedelta(seconds=30 * steps))


async def password_given(email: str = ANA, password: str = PASSWORD) -> str:
    answer = await seller_sign_in.sign_in(email, password, Arrival())
    assert isinstance(answer, CodeAsked)
    return answer.ticket


async def test_with_a_second_factor_the_password_alone_lets_nobody_in(ana: Seller) -> None:
    app, codes = await with_app(ana)
    assert app.secret not in (await Seller.get(id=ana.id)).totp_secret
    ticket = await password_given()
    assert not await SellerSession.all().exists()
    with pytest.raises(ShopError):
        await seller_sign_in.enter_code(ticket, "000000", Arrival())
    assert (await seller_sign_in.enter_code(ticket, soon(app), Arrival())).token
    assert len(codes) == len(set(codes)) == second_factor.RECOVERY_CODES


async def test_no_code_works_twice_nor_at_once(ana: Seller) -> None:
    app, codes = await with_app(ana)
    ticket = await password_given()
    for code in (soon(app), codes[0]):
        tries = [seller_sign_in.enter_code(ticket, code, Arrival()) for _ in range(3)]
        results = await asyncio.gather(*tries, return_exceptions=True)
        assert [isinstance(result, SignedIn) for result in results].count(True) == 1
    assert await RecoveryCode.filter(seller_id=ana.id).count() == second_factor.RECOVERY_CODES - 1


async def test_an_old_code_and_one_of_tomorrow_do_not_work(ana: Seller) -> None:
    app, _codes = await with_app(ana)
    ticket = await password_given()
    for steps in (-2, 3):
        with pytest.raises(ShopError):
            await seller_sign_in.enter_code(ticket, soon(app, steps), Arrival())


async def test_codes_cannot_be_guessed_however_long_one_tries(ana: Seller) -> None:
    await with_app(ana)
    ticket = await password_given()
    refused = []
    for number in range(throttle.SIGN_IN_CODE.times + 2):
        with pytest.raises(ShopError) as error:
            await seller_sign_in.enter_code(ticket, f"{number:06}", Arrival())
        refused.append(error.type)
    assert refused[-2:] == [TooManyError, TooManyError]


@pytest.mark.parametrize("ticket", ["", "x" * 2000, "not a ticket", "é"])
async def test_a_forged_ticket_is_none(ana: Seller, ticket: str) -> None:
    app, _codes = await with_app(ana)
    with pytest.raises(PermissionError):
        await seller_sign_in.enter_code(ticket, soon(app), Arrival())


async def test_the_mark_of_a_device_is_no_ticket(ana: Seller) -> None:
    first = await seller_sign_in.sign_in(ANA, PASSWORD, Arrival())
    assert isinstance(first, SignedIn)
    app, _codes = await with_app(ana)
    with pytest.raises(PermissionError):
        await seller_sign_in.enter_code(first.known_device, soon(app), Arrival())


async def test_switched_off_the_password_is_enough_again(ana: Seller) -> None:
    await with_app(ana)
    await second_factor.switch_off(await Seller.get(id=ana.id))
    assert await signed_in(ANA, PASSWORD)
    assert not await RecoveryCode.all().exists()


async def test_an_invitation_is_mailed_and_works_once(ana: Seller) -> None:
    url = await seller_links.invite(" BEN@norte.example", Role.STAFF, by=ANA)
    token = url.rpartition("/")[2]
    message = await OutboxMessage.get(purpose=Purpose.SELLER)
    assert message.recipient == BEN
    assert await mailbox.link_in(Purpose.SELLER, BEN, "new-password") in url
    with pytest.raises(ShopError):
        await signed_in(BEN, "")
    with pytest.raises(FieldErrors):
        await seller_links.choose_password(token, "password1234")
    await seller_links.choose_password(token, ANOTHER)
    assert await signed_in(BEN, ANOTHER)
    with pytest.raises(ShopError):
        await seller_links.choose_password(token, PASSWORD)
    assert await seller_links.find(token) is None
    assert (await Seller.get(email=BEN)).role is Role.STAFF


async def test_two_who_use_one_link_at_once_are_not_both_served(ana: Seller) -> None:
    token = (await seller_links.invite(BEN, Role.STAFF, by=ANA)).rpartition("/")[2]
    tries = [seller_links.choose_password(token, password) for password in (PASSWORD, ANOTHER)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(result is None for result in results) == 1


async def test_a_new_invitation_ends_the_one_before_and_nobody_is_invited_twice(ana: Seller) -> None:
    first = (await seller_links.invite(BEN, Role.STAFF, by=ANA)).rpartition("/")[2]
    second = (await seller_links.invite_again((await Seller.get(email=BEN)).id, by=ANA)).rpartition("/")[2]
    assert await seller_links.find(first) is None
    assert await seller_links.find(second) is not None
    with pytest.raises(FieldErrors):
        await seller_links.invite(BEN, Role.OWNER, by=ANA)
    with pytest.raises(ShopError):
        await seller_links.invite_again(ana.id, by=ANA)


async def test_the_links_of_sellers_cannot_be_read_on_the_desk(ana: Seller) -> None:
    url = await seller_links.invite(BEN, Role.OWNER, by=ANA)
    message = await OutboxMessage.get(purpose=Purpose.SELLER)
    shown = await deliveries.get(message.id)
    assert shown.letter is None
    assert url.encode() not in shown.content
    assert (await Link.get()).token_hash not in url


async def test_a_reset_is_mailed_to_known_addresses_alone_and_not_too_often(ana: Seller) -> None:
    await seller_links.ask_reset("nobody@norte.example")
    assert not await OutboxMessage.all().exists()
    for _time in range(seller_links.MOST_RESETS_AN_HOUR + 2):
        await seller_links.ask_reset(ANA.upper())
    assert await OutboxMessage.filter(purpose=Purpose.SELLER).count() == seller_links.MOST_RESETS_AN_HOUR


async def test_a_reset_ends_every_session_and_the_links_beside_it(ana: Seller) -> None:
    token = await signed_in(ANA, PASSWORD)
    beside, used = [(await seller_links.reset_link(ANA)).rpartition("/")[2] for _number in range(2)]
    await seller_links.choose_password(used, ANOTHER)
    assert await seller_sessions.find(token) is None
    assert await seller_links.find(beside) is None
    with pytest.raises(ShopError):
        await signed_in(ANA, PASSWORD)
    assert await signed_in(ANA, ANOTHER)


async def test_a_reset_does_not_get_around_the_second_factor(ana: Seller) -> None:
    await with_app(ana)
    await seller_links.choose_password((await seller_links.reset_link(ANA)).rpartition("/")[2], ANOTHER)
    assert await password_given(password=ANOTHER)


async def test_an_old_link_chooses_nothing(ana: Seller) -> None:
    token = (await seller_links.reset_link(ANA)).rpartition("/")[2]
    await Link.all().update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    with pytest.raises(ShopError):
        await seller_links.choose_password(token, ANOTHER)


async def test_the_password_is_changed_by_who_knows_it(ana: Seller) -> None:
    token = await signed_in(ANA, PASSWORD)
    with pytest.raises(FieldErrors) as refused:
        await sellers.change_password(ana, "a wrong password", ANOTHER)
    assert set(refused.value.fields) == {"old"}
    assert await seller_sessions.find(token) is not None
    await sellers.change_password(ana, PASSWORD, ANOTHER)
    assert await seller_sessions.find(token) is None


@pytest.mark.parametrize("is_removed", [False, True])
async def test_who_signs_in_while_the_password_is_changed_or_the_seller_removed_stays_outside(
    ana: Seller, is_removed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    ben = await joined()
    is_right = passwords.is_right

    async def is_right_and_then_not_any_more(*given: str, is_known: bool) -> bool:
        answer = await is_right(*given, is_known=is_known)
        if is_removed:
            await sellers.remove(ben.id, by=ANA)
        else:
            await seller_links.choose_password((await seller_links.reset_link(BEN)).rpartition("/")[2], PASSWORD)
        return answer

    monkeypatch.setattr(passwords, "is_right", is_right_and_then_not_any_more)
    with pytest.raises(ShopError, match="changed a moment ago"):
        await signed_in(BEN, ANOTHER)
    assert not await SellerSession.exists()


async def test_a_hash_that_is_made_anew_does_not_bring_an_old_password_back(
    ana: Seller, quick_hashes: PasswordHasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed, link = passwords.hashed, (await seller_links.reset_link(ANA)).rpartition("/")[2]
    monkeypatch.setattr(passwords, "is_outdated", lambda _hash: True)

    async def hashed_late(password: str) -> str:
        monkeypatch.setattr(passwords, "hashed", hashed)
        await seller_links.choose_password(link, ANOTHER)
        return await hashed(password)

    monkeypatch.setattr(passwords, "hashed", hashed_late)
    with pytest.raises(ShopError, match="changed a moment ago"):
        await signed_in(ANA, PASSWORD)
    assert await signed_in(ANA, ANOTHER)


async def test_an_address_that_no_database_takes_is_nobodys(ana: Seller) -> None:
    with pytest.raises(ShopError, match="do not belong together"):
        await signed_in(f"{ANA}\0", PASSWORD)


async def test_a_role_that_changes_and_a_seller_who_is_removed_leave_the_desk(ana: Seller) -> None:
    ben = await joined(role=Role.OWNER)
    ended: list[int] = []
    live.sign_outs.subscribe(ended.append)
    token = await signed_in(BEN, ANOTHER)
    await sellers.set_role(ben.id, Role.OWNER, by=ANA)
    assert await seller_sessions.find(token) is not None, "nothing has changed"
    await sellers.set_role(ben.id, Role.STAFF, by=ANA)
    assert await seller_sessions.find(token) is None
    token = await signed_in(BEN, ANOTHER)
    await sellers.remove(ben.id, by=ANA)
    assert await seller_sessions.find(token) is None
    assert len(ended) == 2
    with pytest.raises(ShopError):
        await signed_in(BEN, ANOTHER)


async def test_a_shop_keeps_an_owner(ana: Seller) -> None:
    await seller_links.invite(BEN, Role.OWNER, by=ANA)  # who has not come yet
    token = await signed_in(ANA, PASSWORD)
    for change in (sellers.remove(ana.id, by=ANA), sellers.set_role(ana.id, Role.STAFF, by=ANA)):
        with pytest.raises(ShopError, match="last owner"):
            await change
    assert await seller_sessions.find(token) is not None
    await joined("eva@norte.example", Role.OWNER)
    results = await asyncio.gather(
        sellers.remove(ana.id, by=ANA),
        sellers.remove((await Seller.get(email="eva@norte.example")).id, by=ANA),
        return_exceptions=True,
    )
    assert sum(result is None for result in results) == 1, "of two owners who remove each other one stays"


async def test_sessions_end_after_some_days_away_and_are_noted_when_used(ana: Seller) -> None:
    token = await signed_in(ANA, PASSWORD)
    earlier = datetime.now(UTC) - timedelta(days=6, hours=23)
    await SellerSession.all().update(seen_at=earlier)
    assert await seller_sessions.find(token) is not None
    assert await SellerSession.filter(seen_at__gt=datetime.now(UTC) - timedelta(minutes=1)).exists()
    await SellerSession.all().update(seen_at=datetime.now(UTC) - seller_sessions.IDLE)
    assert await seller_sessions.find(token) is None
    assert await seller_sessions.of_seller(ana.id) == []


async def test_signed_out_everywhere_nothing_is_left_of_this_seller_alone(ana: Seller) -> None:
    ben = await joined()
    tokens = [
        await signed_in(ANA, PASSWORD, Arrival(browser=name)) for name in ("Firefox on Linux", "Safari on iPhone")
    ]
    other = await signed_in(BEN, ANOTHER)
    assert {session.browser for session in await seller_sessions.of_seller(ana.id)} == {
        "Firefox on Linux",
        "Safari on iPhone",
    }
    first = await seller_sessions.find(tokens[0])
    assert first is not None
    await seller_sessions.close_some(ben.id, [first.id])
    assert await seller_sessions.find(tokens[0]) is not None, "only one's own sessions can be ended"
    await seller_sessions.close_some(ana.id)
    assert [await seller_sessions.find(token) for token in tokens] == [None, None]
    assert await seller_sessions.find(other) is not None


async def test_the_audit_log_tells_who_came_and_what_became_of_sellers(ana: Seller) -> None:
    ben = await joined()
    token = await signed_in(BEN, ANOTHER, Arrival(browser="Firefox on Linux"))
    await seller_sessions.close(token)
    await guess(1, Arrival())
    await guess(1, Arrival(), "nobody@norte.example")
    await sellers.set_role(ben.id, Role.OWNER, by=ANA)
    await sellers.remove(ben.id, by=ANA)
    told = [(entry.kind, entry.actor, entry.about) for entry in await AuditEntry.all().order_by("id")]
    assert told == [
        (AuditKind.SELLERS, "system", f"{ANA} may come: Owner"),
        (AuditKind.SELLERS, ANA, f"{BEN} may come: Staff"),
        (AuditKind.SELLERS, BEN, "chose a password"),
        (AuditKind.SIGNED_IN, BEN, "Firefox on Linux"),
        (AuditKind.SIGNED_OUT, BEN, ""),
        (AuditKind.SIGN_IN_REFUSED, "stranger", ANA),
        (AuditKind.SIGN_IN_REFUSED, "stranger", ""),
        (AuditKind.SELLERS, ANA, f"{BEN}: Owner"),
        (AuditKind.SELLERS, ANA, f"{BEN} is removed"),
    ]
