"""Alive, ready, and figures."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from server.edge.api import OPERATIONS
from tests.server.edge.api.conftest import Api
from tests.server.edge.api.test_accounts import confirmed


async def test_closed_storage_leaves_server_alive_but_not_ready(api: Api) -> None:
    """`/healthz` and `/readyz` answer 200 in normal operation. Without storage only `/healthz` does."""
    nobody = await api.client()
    assert (await nobody.get("/healthz")).status_code == 200
    assert (await nobody.get("/readyz")).status_code == 200
    await api.desk.desk.storage.close()
    assert (await nobody.get("/healthz")).status_code == 200
    answer = await nobody.get("/readyz")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable") and answer.headers["retry-after"]


async def test_metrics_are_served_to_direct_local_requests_only(api: Api) -> None:
    nobody = await api.client()
    answer = await nobody.get("/metrics")
    assert answer.status_code == 200 and "switchboard_messages_stored_total 0.0" in answer.text
    assert answer.headers["content-type"].startswith("text/plain")
    for named in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"):
        assert (await nobody.get("/metrics", headers={named: "203.0.113.9"})).status_code == 403, named
    rebound = {"Host": f"evil.example:{api.desk.port}"}
    assert (await nobody.get("/metrics", headers=rebound)).status_code == 403


async def test_metrics_with_base_url_and_no_token_are_refused(start: Callable[..., Awaitable[Api]]) -> None:
    """A request from this machine may come from a proxy."""
    api = await start(base_url="https://support.example")
    answer = await (await api.client()).get("/metrics")
    assert answer.status_code == 403 and "METRICS_TOKEN" in answer.json()["detail"]


async def test_metrics_token_is_required_and_sufficient(start: Callable[..., Any]) -> None:
    """With METRICS_TOKEN set, local requests need it too, and requests through a proxy may use it."""
    api = await start(metrics_token="for-figures")
    assert (await (await api.client()).get("/metrics")).status_code == 401
    assert (await (await api.client("for-figure")).get("/metrics")).status_code == 401
    answer = await (await api.client("for-figures")).get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"})
    assert answer.status_code == 200


async def test_stored_messages_are_counted_once(api: Api) -> None:
    """The first message of a chat counts too, and a repeated command does not count again."""
    customer = await api.desk.customer()
    chat = (await customer.command("chat.start", team="media", text="One"))["chat"]
    sent = await customer.send("message.send", chat=chat, text="Two")
    await customer.answer(sent)
    await customer.again(sent, "message.send", chat=chat, text="Two")
    assert "switchboard_messages_stored_total 2.0" in (await (await api.client()).get("/metrics")).text


async def test_body_without_json_content_type_is_refused_with_415(api: Api) -> None:
    """Every operation with a JSON body refuses all other content types, among them those that a foreign page can
    send."""
    admin, supervisor = await api.staff("ada", "admin"), await api.staff("sofia", "supervisor")
    agent, customer = await api.staff(), await api.visitor()
    await api.give_password("maya@desk.example")
    browser = await api.browser()
    owner = await confirmed(api)
    bodies = [operation for operation in OPERATIONS if isinstance(operation.body, type)]
    assert len(bodies) > 9
    for operation in bodies:
        path = re.sub(r"\{\w+\}", "1", operation.path)
        for declared in (None, "text/plain", "application/x-www-form-urlencoded", "application/jsonp", "x/json, y/z"):
            headers = {"Content-Type": declared} if declared else {}
            answers = [
                await person.request(operation.method, path, content=b"{}", headers=headers)
                for person in (agent, customer, admin, supervisor, browser, owner)
            ]
            told = {answer.status_code for answer in answers}
            assert 415 in told and told <= {415, 401, 403, 404}, (path, declared, told)
            assert all(
                answer.json().get("code", "bad_frame") == "bad_frame" for answer in answers if answer.status_code == 415
            )
    number = await api.ticket()
    right = {"Content-Type": "Application/JSON ; charset=utf-8"}
    answer = await agent.patch(f"/api/tickets/{number}", content=b'{"subject":"x"}', headers=right)
    assert answer.status_code == 200


async def test_trailing_slash_redirects_to_the_path_without_it(api: Api) -> None:
    """The location is only a path, whatever the `Host` and scheme, and the redirect is not cached."""
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


async def test_unsupported_method_is_405_with_the_allowed_methods(api: Api) -> None:
    nobody = await api.client()
    for path in ("/tickets", "/console", "/widget.js", "/brand.css", "/static/shared/icons.svg", "/healthz"):
        answer = await nobody.post(path)
        assert answer.status_code == 405 and "GET" in answer.headers.get("allow", ""), path
