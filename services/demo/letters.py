"""The mails and files about the orders of the demo shop, as the shop would have written them, with links that work."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from models import Dialect, Link, LinkPurpose, Purpose, Shape, Shop, Status, TransferTarget
from models import order_csv as csv
from models.mail_wording import MailKind
from models.text import _
from services import dispatch, exports, links, mails, sent_requests, tokens
from services.demo.books import Entered
from services.mails import wording
from services.mails.order_summary import shown_total


@dataclass
class Letters:
    """Writes for one shop; `links` gathers the links that were given out, not written yet."""

    shop: Shop
    links: list[Link] = field(default_factory=list)

    def mail(self, one: Entered, purpose: Purpose, recipient: str, at: datetime) -> mails.Mail:
        """The mail about an order that goes to `recipient` for this purpose, written `at` that time."""
        contents = (self.shop, one.order, one.lines, one.charges)
        match purpose:
            case Purpose.VERIFY:
                url = self._link(one, LinkPurpose.VERIFY, "verify", recipient, at, dispatch.VERIFY_LIFETIME)
                return mails.verification(*contents, url)
            case Purpose.RECEIVED:
                return mails.received(*contents, self._request(one, recipient, at))
            case Purpose.CONFIRMED:
                return mails.confirmed(*contents, self._request(one, recipient, at))
            case Purpose.NOTICE:
                return self._notice(one, recipient, at)
        raise ValueError(purpose)

    def subject(self, one: Entered, purpose: Purpose) -> str:
        """The subject of such a mail alone, for those whose content is gone."""
        number, total = one.order.number, shown_total(one.order, self.shop.language)
        match purpose:
            case Purpose.VERIFY:
                return wording.of_order(self.shop, MailKind.VERIFICATION, one.order).subject
            case Purpose.RECEIVED:
                return wording.of_order(self.shop, MailKind.RECEIVED, one.order).subject
            case Purpose.CONFIRMED:
                return wording.of_order(self.shop, MailKind.CONFIRMED, one.order).subject
            case Purpose.NOTICE:
                return _("New request {number} · {total}").format(number=number, total=total)
        raise ValueError(purpose)

    def _notice(self, one: Entered, recipient: str, at: datetime) -> mails.Mail:
        return mails.notice(
            self.shop,
            one.order,
            one.lines,
            one.charges,
            csv=self._file(one, dispatch.NOTICE_SHAPE, dispatch.NOTICE_DIALECT, confirmed_at=None),
            csv_name=f"{one.order.number}.csv",
            csv_url=self._link(one, LinkPurpose.CSV, "orders/csv", recipient, at, dispatch.CSV_LIFETIME),
            confirm_url=self._link(
                one, LinkPurpose.CONFIRM, "orders/confirm", recipient, at, dispatch.CONFIRM_LIFETIME
            ),
        )

    def file(self, one: Entered, target: TransferTarget) -> bytes:
        """The file of a confirmed order for a target."""
        return self._file(one, target.shape, target.dialect, confirmed_at=one.order.confirmed_at)

    def _file(self, one: Entered, shape: Shape, dialect: Dialect, *, confirmed_at: datetime | None) -> bytes:
        order = {name: getattr(one.order, name) for name in exports.ORDER_FIELDS}
        order |= {"status": Status.PROCESSED if confirmed_at else Status.PENDING, "confirmed_at": confirmed_at}
        layout = exports.layout(shape, dialect, self.shop)
        rows = [{name: getattr(line, name) for name in exports.LINE_FIELDS} for line in one.lines]
        cells = [csv.cells(order, row) for row in rows]
        return layout.head() + layout.write(cells)

    def _request(self, one: Entered, recipient: str, at: datetime) -> str:
        return self._link(one, LinkPurpose.REQUEST, "request", recipient, at, sent_requests.LINK_LIFETIME)

    def _link(  # noqa: PLR0917 - what a link is for
        self, one: Entered, purpose: LinkPurpose, path: str, email: str, at: datetime, lifetime: timedelta
    ) -> str:
        """A link as it was given out `at` that time; the verification's has been used if its order is verified."""
        token = tokens.new()
        used_at = one.order.received_at if purpose is LinkPurpose.VERIFY else None
        self.links.append(
            Link(
                purpose=purpose,
                token_hash=tokens.digest(token, purpose),
                order_id=one.order.id,
                email="" if purpose is LinkPurpose.REQUEST else email,
                created_at=at,
                expires_at=at + lifetime,
                used_at=used_at,
            )
        )
        return links.url(f"/{path}/{token}")
