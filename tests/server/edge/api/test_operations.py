"""Alive, ready, and figures."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from server.edge.api import OPERATIONS
from tests.server.edge.api.conftest import PASSWORD, Api


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
    for named in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"):
        assert (await nobody.get("/metrics", headers={named: "203.0.113.9"})).status_code == 403, named
    rebound = {"Host": f"evil.example:{api.desk.port}"}
    assert (await nobody.get("/metrics", headers=rebound)).status_code == 403


async def test_figures_of_a_desk_that_others_reach_need_a_token(start: Callable[..., Awaitable[Api]]) -> None:
    """Whoever asks from this machine may be a proxy."""
    api = await start(base_url="https://support.example")
    answer = await (await api.client()).get("/metrics")
    assert answer.status_code == 403 and "METRICS_TOKEN" in answer.json()["detail"]


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


async def test_a_body_that_is_not_declared_is_not_read(api: Api) -> None:
    """Every call that takes JSON says 415 to what a page of another site could send unasked, or to no type at all."""
    admin, supervisor = await api.staff("ada", "admin"), await api.staff("sofia", "supervisor")
    agent, customer = await api.staff(), await api.visitor()
    await api.give_password("maya@desk.example")
    browser = await api.client(Origin=api.desk.origin)
    await browser.post("/api/session", json={"email": "maya@desk.example", "password": PASSWORD})
    bodies = [operation for operation in OPERATIONS if isinstance(operation.body, type)]
    assert len(bodies) > 9
    for operation in bodies:
        path = re.sub(r"\{\w+\}", "1", operation.path)
        for declared in (None, "text/plain", "application/x-www-form-urlencoded", "application/jsonp", "x/json, y/z"):
            headers = {"Content-Type": declared} if declared else {}
            answers = [
                await person.request(operation.method, path, content=b"{}", headers=headers)
                for person in (agent, customer, admin, supervisor, browser)
            ]
            told = {answer.status_code for answer in answers}
            assert 415 in told and told <= {415, 401, 403, 404}, (path, declared, told)
            assert all(answer.json()["code"] == "bad_frame" for answer in answers if answer.status_code == 415)
    number = await api.ticket()
    right = {"Content-Type": "Application/JSON ; charset=utf-8"}
    answer = await agent.patch(f"/api/tickets/{number}", content=b'{"subject":"x"}', headers=right)
    assert answer.status_code == 200


async def test_a_slash_too_many_leads_to_the_address_without(api: Api) -> None:
    """By a path alone, whatever `Host` and scheme are, and kept by nobody."""
    nobody = await api.client()
    for path, right in (
        ("/tickets/", "/tickets"),
        ("/sign-in/?next=%2Fx", "/sign-in?next=%2Fx"),
        ("/console//", "/console"),
    ):
        answer = await nobody.get(path, follow_redirects=False)
        assert (answer.status_code, answer.headers.get("location")) == (307, right)
        assert answer.headers["cache-control"] == "no-store"
    for path in ("//evil.example/", "/nothing/", "/%5Cevil.example/", "/static/shared/", "//evil.example/tickets/"):
        answer = await nobody.get(f"{api.desk.url}{path}", follow_redirects=False)
        assert answer.status_code == 404, path


async def test_what_cannot_be_sent_to_a_page_or_file_says_what_can(api: Api) -> None:
    """405 names the methods, of pages and files as of calls."""
    nobody = await api.client()
    for path in ("/tickets", "/console", "/widget.js", "/brand.css", "/static/shared/icons.svg", "/api/me", "/healthz"):
        answer = await nobody.post(path)
        assert answer.status_code == 405 and "GET" in answer.headers.get("allow", ""), path


async def test_what_is_not_served_is_a_problem(api: Api) -> None:
    """An unknown address and an unserved method are problem details with the protocol's code."""
    nobody = await api.client()
    answer = await nobody.get("/api/nothing")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    answer = await nobody.put("/api/me")
    assert answer.status_code == 405 and "GET" in answer.headers["allow"]
    assert answer.headers["content-type"] == "application/problem+json"
