"""Passkeys of customers and staff, with an authenticator of the tests: adding one, signing in, what is refused."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape

import httpx2
import pyotp
import pytest
from sqlmodel import col, select

from identity.adapters.tables import AuditRow, AuthenticatorRow
from identity.passkeys import PASSKEYS_MAX
from server.edge.cookies import PASSKEY, SESSION
from tests.identity.authenticator import PRESENT, Authenticator
from tests.mailbox import account_letters
from tests.running import RunningDesk, SettableClock, enrol
from tests.stories.test_account_pages import browser
from tests.stories.test_accounts import DANIELLE, PASSWORD, signed_up

BASE = "http://desk.localhost"
"""The public address of the desk. Browsers take `localhost` for secure."""
MAYA = "maya@desk.example"


@pytest.fixture
def settings() -> dict[str, str]:
    return {"base_url": BASE}


async def added(
    page: httpx2.AsyncClient, name: str = "Laptop", *, counting: bool = True, synced: bool = False
) -> Authenticator:
    """An authenticator with a new passkey of the signed-in person."""
    device = Authenticator(BASE, counting=counting, synced=synced)
    begun = await page.post("/api/me/passkeys/options", json={})
    assert begun.status_code == 200, begun.text
    answer = {"name": name, "passkey": device.create(begun.json()["options"])}
    told = await page.post("/api/me/passkeys", json=answer)
    assert told.status_code == 201, told.text
    return device


async def options(page: httpx2.AsyncClient) -> dict[str, object]:
    """What the sign-in page asks for."""
    answer = await page.post("/api/session/passkey")
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()["options"]
    return found


async def shows(page: httpx2.AsyncClient, answer: dict[str, str], following: str = "") -> httpx2.Response:
    return await page.post("/sign-in/passkey", data={"passkey": json.dumps(answer), "next": following})


async def names(page: httpx2.AsyncClient) -> list[str]:
    return [one["name"] for one in (await page.get("/api/me/passkeys")).json()["passkeys"]]


async def member(desk: RunningDesk, page: httpx2.AsyncClient) -> None:
    """Sign Maya in, who is staff."""
    await enrol(desk.desk.storage, MAYA, "Maya")
    await set_password(desk, MAYA)
    assert (await page.post("/api/session", json={"email": MAYA, "password": PASSWORD})).status_code == 200


async def set_password(desk: RunningDesk, email: str) -> None:
    """What `switchboard user password` does."""
    hashed, identity = await desk.desk.people.passwords.hashed(PASSWORD), desk.desk.people.identity
    await desk.desk.storage.write(lambda tx: identity.set_password(tx, email, hashed, desk.desk.clock()))


async def audited(desk: RunningDesk, verb: str, thing: str) -> list[dict[str, object]]:
    query = select(AuditRow).where(AuditRow.verb == verb, AuditRow.thing == thing).order_by(col(AuditRow.id))
    rows = await desk.desk.storage.read(lambda tx: tx.session.exec(query).all())
    return [json.loads(row.detail) for row in rows]


async def test_customer_signs_in_with_a_passkey(desk: RunningDesk) -> None:
    """No address is asked for. The session is like any other."""
    phone = await signed_up(desk)
    device = await added(phone)
    async with browser(desk) as page:
        asked = await options(page)
        assert asked["userVerification"] == "required" and "allowCredentials" not in {
            key for key, value in asked.items() if value
        }
        arrived = await shows(page, device.show(asked), "/requests")
        assert (arrived.status_code, arrived.url.path) == (200, "/requests") and SESSION in page.cookies
        assert (await page.get("/api/me")).json()["email"] == DANIELLE
        assert len((await page.get("/api/me/sessions")).json()["sessions"]) == 2
        used = (await page.get("/api/me/passkeys")).json()["passkeys"][0]["last_used_at"]
        assert used is not None
    assert {"by": "passkey"} in await audited(desk, "sign_in", "session")


async def test_staff_sign_in_with_a_passkey_without_a_code(desk: RunningDesk) -> None:
    async with browser(desk) as page, browser(desk) as other:
        await member(desk, page)
        device = await added(page)
        arrived = await shows(other, device.show(await options(other)))
        assert arrived.url.path == "/console"
        assert (await other.get("/api/me")).json()["email"] == MAYA


async def test_account_page_adds_renames_and_removes_a_passkey(desk: RunningDesk, clock: SettableClock) -> None:
    """The page has the options for the script. After ten minutes it asks for the password."""
    async with browser(desk) as page:
        page.cookies = (await signed_up(desk)).cookies
        account = (await page.get("/account")).text
        device = Authenticator(BASE)
        given = json.loads(unescape(re.findall(r'data-options="([^"]*)"', account)[0]))
        answer = json.dumps(device.create(given))
        sent = {"do": "add", "passkey": answer, "name": " Danielle’s  phone "}
        done = await page.post("/account/passkeys", data=sent)
        assert done.url.params["done"] == "passkey-added" and "Your passkey is ready." in done.text
        assert await names(page) == ["Danielle’s phone"] and "not used yet" in done.text
        clock.forward(600)
        late = (await page.get("/account")).text
        assert "data-options" not in late and "passkey-password" in late
        wrong = await page.post("/account/passkeys", data={"do": "begin", "password": "wrong"})
        assert wrong.status_code == 401 and "That password is incorrect." in wrong.text
        right = await page.post("/account/passkeys", data={"do": "begin", "password": PASSWORD})
        assert right.status_code == 200 and "data-options" in right.text
        one = (await page.get("/api/me/passkeys")).json()["passkeys"][0]["id"]
        bad = await page.post("/account/passkeys", data={"do": "name", "id": one, "name": "a\nb\u202e"})
        assert bad.status_code == 422 and "Write it on one line" in bad.text
        await page.post("/account/passkeys", data={"do": "name", "id": one, "name": "Phone"})
        assert await names(page) == ["Phone"]
        asked = await page.post("/account/passkeys", data={"do": "remove", "id": one})
        assert asked.status_code == 401 and "Enter your password to confirm." in asked.text
        await page.post("/account/passkeys", data={"do": "remove", "id": one, "password": PASSWORD})
        assert await names(page) == []
        gone = await page.post("/account/passkeys", data={"do": "name", "id": one, "name": "Phone"})
        assert gone.status_code == 404 and "This passkey was removed already." in gone.text


async def test_challenge_is_good_once_in_its_browser_and_for_ten_minutes(
    desk: RunningDesk, clock: SettableClock
) -> None:
    device = await added(await signed_up(desk))
    async with browser(desk) as page, browser(desk) as thief:
        answer = device.show(await options(page))
        assert PASSKEY in page.cookies
        await options(thief)
        assert (await shows(thief, answer)).status_code == 401 and SESSION not in thief.cookies
        thief.cookies = httpx2.Cookies()
        refused = await shows(thief, answer)
        assert refused.status_code == 401 and "That took too long." in refused.text
        assert (await shows(page, answer)).status_code == 200 and SESSION in page.cookies
        page.cookies.delete(SESSION)
        again = await shows(page, answer)
        assert again.status_code == 401 and "That took too long." in again.text
        late = device.show(await options(page))
        clock.forward(600)
        assert "That took too long." in (await shows(page, late)).text and SESSION not in page.cookies


@pytest.mark.parametrize(
    "given",
    [{"origin": "http://evil.localhost"}, {"crossOrigin": True}, {"type": "webauthn.create"}],
    ids=["another origin", "in a frame", "another kind"],
)
async def test_answer_for_another_page_is_refused(desk: RunningDesk, given: dict[str, object]) -> None:
    device = await added(await signed_up(desk))
    async with browser(desk) as page:
        refused = await shows(page, device.show(await options(page), **given))
        assert refused.status_code == 401 and "That passkey didn’t work here." in refused.text
        assert SESSION not in page.cookies


async def test_unknown_wrong_and_unverified_passkeys_get_one_answer(desk: RunningDesk) -> None:
    """Also the passkey of somebody who was disabled."""
    device = await added(await signed_up(desk))
    async with browser(desk) as page, browser(desk) as colleague:
        await member(desk, colleague)
        badge = await added(colleague)
        identity, now = desk.desk.people.identity, desk.desk.clock()
        await desk.desk.storage.write(lambda tx: identity.disable(tx, MAYA, now))
        stranger = Authenticator(BASE, user=device.user)
        other_key = Authenticator(BASE, user=device.user, credential=device.credential)
        somebody = replace(device, user=badge.user, count=7)
        unverified = replace(device, flags=PRESENT, count=8)
        told = set()
        for one in (badge, stranger, other_key, somebody, unverified):
            refused = await shows(page, one.show(await options(page)))
            told.add((refused.status_code, refused.text))
        assert [status for status, _ in told] == [401] and SESSION not in page.cookies


async def test_removed_passkey_signs_nobody_in(desk: RunningDesk) -> None:
    customer = await signed_up(desk)
    device = await added(customer)
    (one,) = (await customer.get("/api/me/passkeys")).json()["passkeys"]
    assert (await customer.request("DELETE", f"/api/me/passkeys/{one['id']}", json={})).status_code == 204
    async with browser(desk) as page:
        assert (await shows(page, device.show(await options(page)))).status_code == 401


@pytest.mark.parametrize("nonsense", ["", "{}", "[1]", '{"id": "AA"}', "x" * 20_000, "more"])
async def test_form_with_something_else_is_refused(desk: RunningDesk, nonsense: str) -> None:
    """Also a right answer with a field that is not known."""
    device = await added(await signed_up(desk))
    async with browser(desk) as page:
        answer = device.show(await options(page))
        sent = json.dumps({**answer, "more": 1}) if nonsense == "more" else nonsense
        assert (await page.post("/sign-in/passkey", data={"passkey": sent})).status_code == 401
        assert SESSION not in page.cookies
        assert (await shows(page, answer)).status_code == 200


async def test_copied_passkey_is_refused_and_told(desk: RunningDesk) -> None:
    """Its count of signatures does not go up, so two authenticators have the key."""
    device = await added(await signed_up(desk))
    copy = Authenticator(BASE, credential=device.credential, key=device.key, user=device.user)
    async with browser(desk) as page, browser(desk) as thief:
        for _ in range(2):
            assert (await shows(page, device.show(await options(page)))).status_code == 200
        refused = await shows(thief, copy.show(await options(thief)))
        assert refused.status_code == 401 and SESSION not in thief.cookies
    await desk.desk.people.watch.save()
    assert [one["reason"] for one in await audited(desk, "fail", "session")] == ["passkey_copied"]


async def test_authenticator_that_does_not_count_signs_in_again(desk: RunningDesk) -> None:
    device = await added(await signed_up(desk), counting=False)
    async with browser(desk) as page:
        for _ in range(2):
            assert (await shows(page, device.show(await options(page)))).status_code == 200


async def test_options_to_add_are_good_once_and_in_their_session(desk: RunningDesk) -> None:
    first, second = await signed_up(desk), desk.http(Origin=desk.origin)
    assert (await second.post("/api/session", json={"email": DANIELLE, "password": PASSWORD})).status_code == 200
    begun = (await first.post("/api/me/passkeys/options", json={})).json()["options"]
    device = Authenticator(BASE)
    created = device.create(begun)
    answer = {"name": "Laptop", "passkey": created}
    refused = await second.post("/api/me/passkeys", json=answer)
    assert refused.status_code == 401 and "passkey_late" in refused.json()["fields"]
    assert (await first.post("/api/me/passkeys", json=answer)).status_code == 201
    assert (await first.post("/api/me/passkeys", json=answer)).status_code == 401
    known = (await first.post("/api/me/passkeys/options", json={})).json()["options"]
    assert [one["id"] for one in known["excludeCredentials"]] == [created["id"]]
    same = await first.post("/api/me/passkeys", json={"name": "Laptop", "passkey": device.create(known)})
    assert same.status_code == 409 and "passkey_known" in same.json()["fields"]


async def test_person_has_ten_passkeys_at_most(desk: RunningDesk) -> None:
    page = await signed_up(desk)
    for number in range(PASSKEYS_MAX):
        await added(page, f"Device {number}")
    refused = await page.post("/api/me/passkeys/options", json={})
    assert refused.status_code == 409 and "passkey_limit" in refused.json()["fields"]


async def test_passkeys_of_others_cannot_be_changed(desk: RunningDesk) -> None:
    own, other = await signed_up(desk), await signed_up(desk, "ana@northlake.example")
    await added(own)
    (one,) = (await own.get("/api/me/passkeys")).json()["passkeys"]
    assert (await other.patch(f"/api/me/passkeys/{one['id']}", json={"name": "Mine"})).status_code == 404
    assert (await other.request("DELETE", f"/api/me/passkeys/{one['id']}", json={})).status_code == 404
    assert await names(own) == ["Laptop"] and await names(other) == []


async def test_password_without_the_old_one_removes_passkeys(desk: RunningDesk) -> None:
    """Chosen by a letter, or set by an operator. Who knows the old password keeps them, and signing out does too."""
    page = await signed_up(desk)
    await added(page)
    new = "four canoes before breakfast"
    changed = await page.post("/api/me/password", json={"password": PASSWORD, "new_password": new})
    assert changed.status_code == 204 and await names(page) == ["Laptop"]
    await page.request("DELETE", "/api/me/sessions", json={"password": new})
    assert await names(page) == ["Laptop"]
    assert (await page.post("/api/account/reset", json={"email": DANIELLE})).status_code == 202
    token = (await account_letters(desk))[-1][3]
    assert (await page.post("/api/account/confirm", json={"token": token, "password": PASSWORD})).status_code == 200
    assert await names(page) == []
    async with browser(desk) as colleague:
        await member(desk, colleague)
        await added(colleague)
        await set_password(desk, MAYA)
        assert (await colleague.post("/api/session", json={"email": MAYA, "password": PASSWORD})).status_code == 200
        assert await names(colleague) == []
    assert await audited(desk, "set_password", "user") == [{}, {"passkeys": 1}]


class TestRequiredSecondFactor:
    @pytest.fixture
    def settings(self) -> dict[str, str]:
        return {"base_url": BASE, "second_factor": "agent"}

    async def test_passkey_is_both_steps_and_a_stolen_password_adds_none(self, desk: RunningDesk) -> None:
        """Adding the first passkey ends the limit. From then on a session with the password alone can add nothing."""

        async def limited(page: httpx2.AsyncClient) -> bool:
            return bool((await page.get("/api/me")).json()["limited"])

        async with browser(desk) as page, browser(desk) as thief, browser(desk) as other:
            await member(desk, page)
            assert await limited(page)
            device = await added(page)
            assert not await limited(page)
            stolen = await thief.post("/api/session", json={"email": MAYA, "password": PASSWORD})
            assert stolen.json()["limited"] is True
            refused = await thief.post("/api/me/passkeys/options", json={"password": PASSWORD})
            assert refused.status_code == 409 and "passkey_unused" in refused.json()["fields"]
            app = await thief.post("/api/me/totp", json={"password": PASSWORD})
            assert app.status_code == 409 and "passkey_unused" in app.json()["fields"]
            (one,) = (await page.get("/api/me/passkeys")).json()["passkeys"]
            gone = await thief.request("DELETE", f"/api/me/passkeys/{one['id']}", json={"password": PASSWORD})
            assert gone.status_code == 409 and await names(page) == ["Laptop"]
            arrived = await shows(other, device.show(await options(other)))
            assert arrived.url.path == "/console" and not await limited(other)

    async def test_setup_begun_before_the_passkey_cannot_be_confirmed(self, desk: RunningDesk) -> None:
        async with browser(desk) as page, browser(desk) as thief:
            await member(desk, page)
            await thief.post("/api/session", json={"email": MAYA, "password": PASSWORD})
            begun = (await thief.post("/api/me/totp", json={"password": PASSWORD})).json()
            await added(page)
            found = await desk.desk.storage.read(lambda tx: tx.session.exec(select(AuthenticatorRow)).all())
            assert found == []
            code = pyotp.TOTP(begun["secret"]).at(desk.desk.clock() // 1000)
            refused = await thief.post("/api/me/totp/confirm", json={"totp": code})
            assert refused.status_code == 409 and "passkey_unused" in refused.json()["fields"]
            assert (await page.get("/api/me")).status_code == 200

    async def test_setup_can_be_confirmed_for_fifteen_minutes(self, desk: RunningDesk, clock: SettableClock) -> None:
        async with browser(desk) as page:
            await member(desk, page)
            begun = (await page.post("/api/me/totp", json={"password": PASSWORD})).json()
            clock.forward(15 * 60)
            code = pyotp.TOTP(begun["secret"]).at(desk.desk.clock() // 1000)
            late = await page.post("/api/me/totp/confirm", json={"totp": code})
            assert late.status_code == 409 and "no setup" in late.text
