"""A second factor that a role must have, and recovery codes in its place."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import httpx2
import pytest
from sqlmodel import col, select

from identity.adapters.tables import AuditRow, RecoveryCodeRow
from identity.one_time_codes import STEP_S
from identity.recovery_codes import COUNT
from server.edge.api import OPERATIONS
from server.edge.cookies import SESSION
from tests.running import SettableClock
from tests.server.edge.api.conftest import PASSWORD, Api, code_of, set_up_second_factor

Start = Callable[..., Awaitable[Api]]
OWN = ("/api/me", "/api/session")


@pytest.fixture
async def strict(start: Start) -> Api:
    """A desk whose agents and admins must have a second factor, and Maya, an agent without one."""
    api = await start(second_factor="agent,admin")
    await api.enrolled()
    return api


def cookie_of(browser: httpx2.AsyncClient) -> dict[str, str]:
    return {"Cookie": f"{SESSION}={browser.cookies[SESSION]}"}


# -- demanded by role -----------------------------------------------------------------------


async def test_person_without_required_second_factor_can_only_set_it_up(strict: Api) -> None:
    """All other calls are refused, pages redirect to the account page, and the socket is closed."""
    browser = await strict.browser()
    assert (await browser.get("/api/me")).json()["limited"] is True
    wrong = []
    for operation in OPERATIONS:
        if operation.path.startswith(OWN) or "nobody" in operation.callers or "agent" not in operation.callers:
            continue
        path = operation.path.replace("{number}", "1").replace("{id}", "1")
        answer = await browser.request(operation.method, path)
        if answer.status_code != 403 or "two-step verification" not in answer.json()["detail"]:
            wrong.append(f"{operation.method} {operation.path}: {answer.status_code} {answer.text}")
    assert wrong == []
    for page in ("/console", "/tickets", "/tickets/1"):
        answer = await browser.get(page)
        assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert "Set up two-step verification" in (await browser.get("/account")).text
    line = await strict.desk.connect("staff", {**cookie_of(browser), "Origin": strict.desk.origin})
    assert await line.ended() == 4003
    opened = await browser.post("/api/wire", json={"side": "staff", "frames": []})
    assert opened.status_code == 403


async def test_confirmed_second_factor_gives_full_access_at_once(strict: Api, clock: SettableClock) -> None:
    """In this browser. Browsers that gave only the password are signed out."""
    browser, other = await strict.browser(), await strict.browser()
    secret, _ = await set_up_second_factor(browser, clock)
    assert (await browser.get("/api/me")).json()["limited"] is False
    assert (await browser.get("/api/tickets")).status_code == 200
    line = await strict.desk.connect("staff", {**cookie_of(browser), "Origin": strict.desk.origin})
    await line.command("hello")
    assert (await other.get("/api/me")).status_code == 401
    assert (await (await strict.browser(totp=code_of(secret, clock))).get("/api/tickets")).status_code == 200


async def test_removed_second_factor_limits_the_browser_again(strict: Api, clock: SettableClock) -> None:
    browser = await strict.browser()
    secret, _ = await set_up_second_factor(browser, clock)
    line = await strict.desk.connect("staff", {**cookie_of(browser), "Origin": strict.desk.origin})
    await line.command("hello")
    said = {"password": PASSWORD, "totp": code_of(secret, clock)}
    assert (await browser.post("/api/me/totp/off", json=said)).status_code == 204
    assert await line.ended() == 4003
    assert (await browser.get("/api/tickets")).status_code == 403


async def test_other_roles_and_tokens_need_no_second_factor(strict: Api) -> None:
    """A supervisor signs in without one, and an agent's bearer token is enough."""
    await strict.enrolled("sofia", "supervisor")
    sofia = await strict.browser("sofia")
    assert (await sofia.get("/api/tickets")).status_code == 200
    assert (await sofia.get("/api/me")).json()["limited"] is False
    program = await strict.staff("tom")
    assert (await program.get("/api/tickets")).status_code == 200


# -- recovery codes --------------------------------------------------------------------------


async def test_recovery_code_is_valid_for_one_sign_in(strict: Api, clock: SettableClock) -> None:
    """In any spelling. The account shows how many are left, and each use has an audit line."""
    browser = await strict.browser()
    _, codes = await set_up_second_factor(browser, clock)
    assert len(codes) == COUNT and (await browser.get("/api/me")).json()["recovery_codes"] == COUNT
    used = codes[3].lower().replace("-", " ")
    other = await strict.browser(totp=used)
    assert (await other.get("/api/me")).json()["recovery_codes"] == COUNT - 1
    for again in (used, codes[3]):
        refused = await strict.sign_in(await strict.client(), totp=again)
        assert refused.status_code == 401 and list(refused.json()["fields"]) == ["totp"]
    await strict.browser(totp=codes[4])
    query = select(AuditRow).where(AuditRow.thing == "recovery_codes").order_by(col(AuditRow.id))
    rows = await strict.desk.desk.storage.read(lambda tx: list(tx.session.exec(query)))
    assert [(row.verb, row.detail) for row in rows] == [("use", '{"left":9}'), ("use", '{"left":8}')]


async def test_new_recovery_codes_replace_the_old_ones(strict: Api, clock: SettableClock) -> None:
    """New codes require the password. Only hashes are stored."""
    browser = await strict.browser()
    assert (await browser.post("/api/me/recovery-codes", json={"password": PASSWORD})).status_code == 409
    _, old = await set_up_second_factor(browser, clock)
    assert (await browser.post("/api/me/recovery-codes", json={"password": "not it at all"})).status_code == 401
    new = (await browser.post("/api/me/recovery-codes", json={"password": PASSWORD})).json()["recovery_codes"]
    assert not set(old) & set(new)
    assert (await strict.sign_in(await strict.client(), totp=old[0])).status_code == 401
    await strict.browser(totp=new[0])
    rows = await strict.desk.desk.storage.read(lambda tx: list(tx.session.exec(select(RecoveryCodeRow))))
    assert len(rows) == COUNT - 1
    stored = "".join(row.hash for row in rows).upper()
    assert not any(code.replace("-", "") in stored for code in new)


async def test_recovery_code_can_remove_the_second_factor(strict: Api, clock: SettableClock) -> None:
    """The other recovery codes are deleted with it."""
    browser = await strict.browser()
    _, codes = await set_up_second_factor(browser, clock)
    gone = await browser.post("/api/me/totp/off", json={"password": PASSWORD, "totp": codes[0]})
    assert gone.status_code == 204
    me = (await browser.get("/api/me")).json()
    assert (me["totp"], me["recovery_codes"]) == (False, None)
    rows = await strict.desk.desk.storage.read(lambda tx: list(tx.session.exec(select(RecoveryCodeRow))))
    assert rows == []


# -- codes -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("off", "said"), [(4, "120 seconds ahead"), (-3, "90 seconds behind")])
async def test_phone_with_a_wrong_clock_is_reported_during_setup(
    strict: Api, clock: SettableClock, off: int, said: str
) -> None:
    browser = await strict.browser()
    secret = (await browser.post("/api/me/totp", json={"password": PASSWORD})).json()["secret"]
    wrong = await browser.post("/api/me/totp/confirm", json={"totp": code_of(secret, clock, off)})
    assert wrong.status_code == 422 and said in wrong.json()["fields"]["totp"]
    right = await browser.post("/api/me/totp/confirm", json={"totp": code_of(secret, clock)})
    assert right.status_code == 200
    clock.forward(STEP_S)
    at_the_door = await strict.sign_in(await strict.client(), totp=code_of(secret, clock, off))
    assert at_the_door.status_code == 401 and "second" not in at_the_door.text


async def test_sign_in_accepts_only_the_code_of_the_current_step(strict: Api, clock: SettableClock) -> None:
    """Not the next code, nor, 15 seconds into the step, an earlier one."""
    browser = await strict.browser()
    secret, _ = await set_up_second_factor(browser, clock)
    clock.at = (clock.at // (STEP_S * 1000) + 2) * STEP_S * 1000 + 15_000
    tried = {}
    for off in (-2, -1, 1, 0):
        answer = await strict.sign_in(await strict.client(), totp=code_of(secret, clock, off))
        tried[off] = answer.status_code
    assert tried == {-2: 401, -1: 401, 1: 401, 0: 200}
