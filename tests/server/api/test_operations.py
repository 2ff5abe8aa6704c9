"""Alive, ready, and figures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.server.api.conftest import Api


async def test_alive_and_ready(api: Api) -> None:
    """Both are 200 while all is well; without a store the process is alive and not ready."""
    nobody = await api.client()
    assert (await nobody.get("/healthz")).status_code == 200
    assert (await nobody.get("/readyz")).status_code == 200
    await api.desk.desk.storage.close()
    assert (await nobody.get("/healthz")).status_code == 200
    answer = await nobody.get("/readyz")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable") and answer.headers["retry-after"]


async def test_figures_are_told_to_this_machine(api: Api) -> None:
    """Loopback is answered, what comes through a proxy is not."""
    nobody = await api.client()
    answer = await nobody.get("/metrics")
    assert answer.status_code == 200 and "switchboard_messages_stored_total 0.0" in answer.text
    assert answer.headers["content-type"].startswith("text/plain")
    assert (await nobody.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"})).status_code == 403


async def test_figures_are_told_to_who_knows_the_token(start: Callable[..., Any]) -> None:
    """With METRICS_TOKEN set it is asked for, on this machine too."""
    api = await start(metrics_token="for-figures")
    assert (await (await api.client()).get("/metrics")).status_code == 401
    assert (await (await api.client("for-figure")).get("/metrics")).status_code == 401
    answer = await (await api.client("for-figures")).get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"})
    assert answer.status_code == 200


async def test_messages_are_counted(api: Api) -> None:
    """Each stored message counts once, the first of a chat too."""
    customer = await api.desk.customer()
    chat = (await customer.command("chat.start", team="media", text="One"))["chat"]
    sent = await customer.send("message.send", chat=chat, text="Two")
    await customer.answer(sent)
    await customer.again(sent, "message.send", chat=chat, text="Two")
    assert "switchboard_messages_stored_total 2.0" in (await (await api.client()).get("/metrics")).text


async def test_what_is_not_served_is_a_problem(api: Api) -> None:
    """An unknown address and an unserved method are problem details with the protocol's code."""
    nobody = await api.client()
    answer = await nobody.get("/api/nothing")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    answer = await nobody.put("/api/me")
    assert answer.status_code == 405 and "GET" in answer.headers["allow"]
    assert answer.headers["content-type"] == "application/problem+json"
