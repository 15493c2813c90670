"""The second factor: codes of an authenticator app (TOTP, RFC 6238), and recovery codes for when it is lost."""

import secrets
from datetime import UTC, datetime, timedelta

import pyotp
from pyotp.utils import strings_equal

from models import AuditKind, RecoveryCode, Seller
from models.errors import FieldErrors
from models.text import _
from services import audit, keys, tokens
from services.database import unit_of_work

STEP_SECONDS = 30
STEPS_TOLERATED = 1  # a clock may be half a minute off
TIME_TO_SWITCH_ON = timedelta(minutes=30)
RECOVERY_CODES = 10
RECOVERY_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that looks like something else
RECOVERY_LENGTH = 20  # 99 random bits
MAX_CODE_LENGTH = 60
PURPOSE = "recovery"


def new_secret() -> str:
    """A secret for an app, in the letters that apps take (base32, 160 bits)."""
    return pyotp.random_base32()


def app_address(secret: str, email: str, shop_name: str) -> str:
    """The `otpauth://` address of a secret, which a QR code carries into the app."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=shop_name)


async def switch_on(seller: Seller, secret: str, code: str) -> list[str]:
    """Ask a seller for codes from now on; `code` shows that the app works. Returns the recovery codes.

    Raises FieldErrors (`code`).
    """
    step = _step_of(secret, code, used=0)
    if not step:
        raise FieldErrors({"code": _("This is not the code that the app shows now. Is the phone's clock right?")})
    codes = [_recovery_code() for _number in range(RECOVERY_CODES)]
    await _switch(seller.id, keys.encrypt(secret), step, codes)
    return codes


async def switch_off(seller: Seller) -> None:
    """Let the password alone be enough again."""
    await _switch(seller.id, "", 0, [])


async def is_right(seller: Seller, code: str) -> bool:
    """Whether this is the app's code, or a recovery code; each works once."""
    typed = "".join(code.split()).replace("-", "").lower()[:MAX_CODE_LENGTH]
    if len(typed) == RECOVERY_LENGTH:
        return await _use_recovery_code(seller.id, typed)
    step = _step_of(keys.decrypt(seller.totp_secret), typed, used=seller.totp_step)
    return bool(step) and await _use_step(seller.id, step)


async def recovery_codes_left(seller: Seller) -> int:
    """How many recovery codes have not been used."""
    return await RecoveryCode.filter(seller_id=seller.id).count()


@unit_of_work
async def _switch(seller_id: int, stored: str, step: int, codes: list[str]) -> None:
    await Seller.filter(id=seller_id).update(totp_secret=stored, totp_step=step)
    words = _("second factor switched on") if stored else _("second factor switched off")
    await audit.record(AuditKind.SELLERS, await Seller.get(id=seller_id), words)
    await RecoveryCode.filter(seller_id=seller_id).delete()
    for code in codes:
        await RecoveryCode.create(seller_id=seller_id, code_hash=_digest(code))


@unit_of_work
async def _use_step(seller_id: int, step: int) -> bool:
    return bool(await Seller.filter(id=seller_id, totp_step__lt=step).update(totp_step=step))


@unit_of_work
async def _use_recovery_code(seller_id: int, code: str) -> bool:
    return bool(await RecoveryCode.filter(seller_id=seller_id, code_hash=_digest(code)).delete())


def _step_of(secret: str, code: str, *, used: int) -> int:
    """The time step whose code this is, newer than the one `used` last; 0 if there is none."""
    now = int(datetime.now(UTC).timestamp()) // STEP_SECONDS
    app = pyotp.TOTP(secret)
    for step in range(max(now - STEPS_TOLERATED, used + 1), now + STEPS_TOLERATED + 1):
        if strings_equal(app.generate_otp(step), "".join(code.split())):
            return step
    return 0


def _recovery_code() -> str:
    letters = "".join(secrets.choice(RECOVERY_ALPHABET) for _letter in range(RECOVERY_LENGTH))
    return "-".join(letters[start : start + 5] for start in range(0, RECOVERY_LENGTH, 5))


def _digest(code: str) -> str:
    return tokens.digest(code.replace("-", ""), PURPOSE)
