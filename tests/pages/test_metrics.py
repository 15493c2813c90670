"""`/metrics`: who may read it, and what stands there."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from prometheus_client.parser import text_string_to_metric_families

from models import Channel, MessageStatus, OutboxMessage, Purpose, Shop
from pages import http, metrics
from services import settings

TOKEN = "a-token-that-is-hard-to-guess"
VIEWS = "pedido_page_seconds_count"
Comer = Callable[..., httpx.AsyncClient]


@pytest.fixture
def program(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    application = FastAPI()
    for module in (http, metrics):
        monkeypatch.setattr(module, "app", application)
        module.register()
    application.add_api_route("/desk/page", lambda: HTMLResponse("<p>a page</p>"))
    return application


@pytest.fixture
async def comes(program: FastAPI) -> AsyncIterator[Comer]:
    """Call it with an address somebody comes from."""
    opened: list[httpx.AsyncClient] = []

    def come(address: str = "127.0.0.1") -> httpx.AsyncClient:
        net = httpx.ASGITransport(app=program, client=(address, 4711))
        opened.append(httpx.AsyncClient(transport=net, base_url=settings.current().public_url))
        return opened[-1]

    yield come
    for client in opened:
        await client.aclose()


async def told(client: httpx.AsyncClient) -> dict[str, float]:
    answer = await client.get("/metrics")
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.text)
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for family in families
        for sample in family.samples
    }


async def test_programs_on_this_machine_may_read_it(comes: Comer) -> None:
    assert (await comes("::1").get("/metrics")).status_code == 200
    assert (await comes("203.0.113.9").get("/metrics")).status_code == 404
    for header in ("x-forwarded-for", "forwarded", "x-real-ip", "via"):
        assert (await comes().get("/metrics", headers={header: "127.0.0.1"})).status_code == 404


async def test_a_shop_that_is_called_localhost_is_on_this_machine(comes: Comer) -> None:
    settings.load(**settings.current().model_dump(exclude={"public_url"}), public_url="http://localhost:8080")
    assert (await comes().get("/metrics")).status_code == 200


@pytest.mark.parametrize(
    "loaded",
    [
        {"public_url": "https://orders.example.com"},
        {"public_url": "http://192.168.1.5:8080"},
        {"trusted_proxies": "127.0.0.1"},
    ],
)
async def test_behind_a_proxy_everybody_seems_to_be_on_this_machine_and_may_not(
    comes: Comer, loaded: dict[str, str]
) -> None:
    settings.load(**settings.current().model_dump(exclude=set(loaded)), **loaded)
    assert (await comes().get("/metrics")).status_code == 404


async def test_with_a_token_whoever_has_it_may_and_guesses_are_counted(comes: Comer) -> None:
    settings.load(**settings.current().model_dump(exclude={"metrics_token"}), metrics_token=TOKEN)
    stranger = comes("203.0.113.9")
    right = {"authorization": f"Bearer {TOKEN}"}
    assert (await stranger.get("/metrics", headers=right)).status_code == 200
    assert (await comes().get("/metrics")).status_code == 404
    guesses = [await stranger.get("/metrics", headers={b"authorization": f"Bearer é{n}".encode()}) for n in range(30)]
    assert {answer.status_code for answer in guesses[:20]} == {404}
    assert guesses[-1].status_code == 429
    assert (await stranger.get("/metrics", headers=right)).status_code == 429


async def test_it_tells_of_deliveries_pages_and_the_process(comes: Comer) -> None:
    due_at = datetime.now(UTC) - timedelta(minutes=2)
    for number, status in enumerate([MessageStatus.PENDING, MessageStatus.PENDING, MessageStatus.SENT]):
        await OutboxMessage.create(
            channel=Channel.MAIL,
            purpose=Purpose.NOTICE,
            identity=str(number),
            recipient="orders@norte.example",
            title="",
            content=b"x",
            status=status,
            due_at=due_at,
            created_at=due_at,
            expires_at=due_at + timedelta(days=1),
        )
    client = comes()
    before = await told(client)
    await client.get("/desk/page")
    await client.get("/desk/nothing-here")
    now = await told(client)
    assert now["pedido_outbox_messages pending"] == 2
    assert now["pedido_outbox_messages failed"] == 0
    assert 120 <= now["pedido_outbox_oldest_due_seconds"] < 180
    assert now[f"{VIEWS} desk"] == before.get(f"{VIEWS} desk", 0) + 1
    assert now["pedido_pages_connected"] == before["pedido_pages_connected"]
    assert now["process_resident_memory_bytes"] > 10_000_000
    await OutboxMessage.all().delete()
    assert (await told(client))["pedido_outbox_oldest_due_seconds"] == 0
