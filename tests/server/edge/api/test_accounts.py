"""Accounts that customers make: sign-up, the link in the letter, sessions, changes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import httpx2
import pytest
from sqlmodel import select

from identity.accounts import DAY_MS, HOUR_MS, LINK_MS
from identity.adapters.tables import AccountLinkRow
from identity.sessions import CUSTOMER_IDLE_MS
from server.edge.cookies import SESSION
from storage.ports import Tx
from tests.mailbox import account_letters
from tests.running import SettableClock
from tests.server.edge.api.conftest import PASSWORD, VISITOR, Api
from ticketing.begun import Owner
from ticketing.ticket import Requester

DANIELLE = "danielle@northlake.example"
ANOTHER = "four canoes before breakfast"


async def link(api: Api, email: str = DANIELLE, **said: str) -> str:
    """The token in the letter of a sign-up."""
    browser = await api.client(Origin=api.desk.origin)
    answer = await browser.post("/api/account", json={"email": email, **said})
    assert (answer.status_code, answer.content) == (202, b"")
    return (await letters(api))[-1][3] or ""


async def letters(api: Api) -> list[tuple[str, str, str | None, str | None]]:
    """Kind, address, locale and token of the letters, oldest first."""
    return await account_letters(api.desk)


async def confirmed(api: Api, email: str = DANIELLE, **said: str) -> httpx2.AsyncClient:
    """A browser in which somebody has just made an account."""
    token = await link(api, email)
    browser = await api.client(Origin=api.desk.origin)
    answer = await browser.post("/api/account/confirm", json={"token": token, "password": PASSWORD, **said})
    assert answer.status_code == 200, answer.text
    return browser


async def test_account_after_confirmation_is_signed_in_with_its_address_proven(api: Api) -> None:
    token = await link(api, name="Danielle O.", locale="fr", timezone="America/Chicago")
    assert (await letters(api))[-1][:3] == ("confirm_account", DANIELLE, "fr")
    browser = await api.client(Origin=api.desk.origin)
    answer = await browser.post("/api/account/confirm", json={"token": token, "password": PASSWORD})
    assert answer.status_code == 200 and "HttpOnly" in answer.headers["set-cookie"]
    me = (await browser.get("/api/me")).json()
    assert me == answer.json()
    assert (me["kind"], me["email"], me["name"]) == ("customer", DANIELLE, "Danielle O.")
    assert (me["locale"], me["timezone"]) == ("fr", "America/Chicago")
    assert (await browser.get("/api/tickets")).status_code == 200
    assert (await browser.delete("/api/session")).status_code == 204
    assert (await browser.get("/api/me")).status_code == 401
    assert (await browser.post("/api/session", json={"email": DANIELLE, "password": PASSWORD})).status_code == 200
    assert (await browser.get("/api/me")).json() == me


async def test_sign_up_with_any_address_gets_the_same_answer(api: Api) -> None:
    await confirmed(api)
    await api.enrolled()
    browser = await api.client()
    answers = []
    for email in (DANIELLE, "maya@desk.example", "nobody@northlake.example"):
        for path in ("/api/account", "/api/account/reset"):
            answer = await browser.post(path, json={"email": email})
            answers.append((answer.status_code, answer.content, sorted(answer.headers)))
    assert all(answer == answers[0] for answer in answers) and answers[0][0] == 202
    assert [(kind, email, token is not None) for kind, email, _, token in (await letters(api))[1:]] == [
        ("account_exists", DANIELLE, True),
        ("reset_password", DANIELLE, True),
        ("account_exists", "maya@desk.example", False),
        ("account_exists", "maya@desk.example", False),
        ("confirm_account", "nobody@northlake.example", True),
        ("confirm_account", "nobody@northlake.example", True),
    ]


async def test_link_is_used_once(api: Api) -> None:
    token = await link(api)
    browser = await api.client()
    wanted = {"token": token, "password": PASSWORD}
    assert (await browser.post("/api/account/confirm", json=wanted)).status_code == 200
    again = await (await api.client()).post("/api/account/confirm", json=wanted)
    invented = await (await api.client()).post("/api/account/confirm", json={**wanted, "token": "x" * 43})
    assert again.status_code == invented.status_code == 404 and again.content == invented.content
    assert "set-cookie" not in again.headers


async def test_link_after_a_day_does_nothing(api: Api, clock: SettableClock) -> None:
    token = await link(api)
    clock.forward(DAY_MS / 1000)
    answer = await (await api.client()).post("/api/account/confirm", json={"token": token, "password": PASSWORD})
    assert answer.status_code == 404 and answer.json()["fields"]["token"].startswith("This link has been used")


async def test_weak_password_keeps_the_link(api: Api) -> None:
    token = await link(api)
    browser = await api.client()
    for weak in ("short", "password1234", "danielle northlake"):
        answer = await browser.post("/api/account/confirm", json={"token": token, "password": weak})
        assert (answer.status_code, list(answer.json()["fields"])) == (422, ["password"])
    assert (await browser.post("/api/account/confirm", json={"token": token, "password": PASSWORD})).status_code == 200


async def test_reset_ends_all_sessions_and_the_old_password(api: Api) -> None:
    before = await confirmed(api)
    browser = await api.client(Origin=api.desk.origin)
    await browser.post("/api/account/reset", json={"email": DANIELLE})
    other_link = await link(api)
    token = (await letters(api))[-2][3]
    answer = await browser.post("/api/account/confirm", json={"token": token, "password": ANOTHER})
    assert answer.status_code == 200
    assert (await before.get("/api/me")).status_code == 401
    signs_in = {"email": DANIELLE, "password": PASSWORD}
    assert (await before.post("/api/session", json=signs_in)).status_code == 401
    # The links of the other letters no longer work either.
    late = await before.post("/api/account/confirm", json={"token": other_link, "password": PASSWORD})
    assert late.status_code == 404
    assert (await browser.get("/api/me")).json()["email"] == DANIELLE


async def test_second_letter_to_an_address_waits_an_hour_and_answers_all_further_requests(
    api: Api, clock: SettableClock
) -> None:
    """Many requests for one address cost two links and two letters. The waiting link is valid for a day from then."""
    browser = await api.client(Origin=api.desk.origin)
    for _ in range(20):
        assert (await browser.post("/api/account", json={"email": DANIELLE})).status_code == 202
    waiting = await api.desk.desk.storage.read(lambda tx: api.desk.desk.letters.not_accepted(tx, 100))
    sent = len(await api.desk.desk.storage.read(_links))
    assert sent == 2 and len(waiting) <= 2 and max(one.due_at - one.created_at for one in waiting) == HOUR_MS
    (_, (_, _, _, later)) = await letters(api)
    clock.forward((LINK_MS + HOUR_MS) // 1000 - 1)
    answer = await browser.post("/api/account/confirm", json={"token": later, "password": PASSWORD})
    assert answer.status_code == 200


async def test_waiting_letter_whose_link_was_overtaken_is_not_sent(api: Api, clock: SettableClock) -> None:
    """The customer chose a password with the first letter, so the second one would lead nowhere."""
    browser = await api.client(Origin=api.desk.origin)
    first = await link(api)
    await browser.post("/api/account", json={"email": DANIELLE})
    await browser.post("/api/account/confirm", json={"token": first, "password": PASSWORD})
    clock.forward(HOUR_MS // 1000)
    await api.desk.desk.delivery.idle()
    (unsent,) = await api.desk.desk.storage.read(lambda tx: api.desk.desk.letters.not_accepted(tx, 100))
    assert (unsent.state, unsent.error) == ("failed", "The link was used, or is too old.")


def _links(tx: Tx) -> Sequence[str]:
    return tx.session.exec(select(AccountLinkRow.hash)).all()


async def test_sign_ups_from_one_network_are_bounded(start: Callable[..., Awaitable[Api]]) -> None:
    api = await start(rate_limits="chats=10/h")
    browser = await api.client()
    codes = [
        (await browser.post("/api/account", json={"email": f"p{number}@northlake.example"})).status_code
        for number in range(20)
    ]
    assert codes == [202] * 10 + [429] * 10
    assert len(await letters(api)) == 10


async def test_confirmation_from_another_site_is_refused(api: Api) -> None:
    token = await link(api)
    foreign = await api.client(Origin="http://evil.test")
    for path, body in (
        ("/api/account/confirm", {"token": token, "password": PASSWORD}),
        ("/api/account", {"email": DANIELLE}),
        ("/api/account/reset", {"email": DANIELLE}),
    ):
        assert (await foreign.post(path, json=body)).status_code == 403, path


async def test_change_of_account_keeps_what_is_absent(api: Api) -> None:
    browser = await confirmed(api, name="Dani")
    changed = await browser.patch("/api/me", json={"locale": "es", "timezone": "America/Denver"})
    assert changed.status_code == 200
    assert [changed.json()[key] for key in ("name", "locale", "timezone")] == ["Dani", "es", "America/Denver"]
    assert (await browser.patch("/api/me", json={"name": None})).json()["name"] is None
    assert (await browser.get("/api/me")).json()["locale"] == "es"
    for wrong in ({"locale": "xx"}, {"timezone": "Mars/Base"}, {"name": "a\nb\u202e"}, {"email": "x@y.example"}):
        assert (await browser.patch("/api/me", json=wrong)).status_code == 422, wrong


async def test_new_password_needs_the_old_one(api: Api) -> None:
    browser = await confirmed(api)
    elsewhere = await api.client(Origin=api.desk.origin)
    await elsewhere.post("/api/session", json={"email": DANIELLE, "password": PASSWORD})
    answer = await browser.patch("/api/me", json={"password": ANOTHER})
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["current_password"])
    wrong = {"password": ANOTHER, "current_password": "wrong"}
    assert (await browser.patch("/api/me", json=wrong)).status_code == 401
    right = {"password": ANOTHER, "current_password": PASSWORD}
    assert (await browser.patch("/api/me", json=right)).status_code == 200
    assert (await browser.get("/api/me")).status_code == 200
    assert (await elsewhere.get("/api/me")).status_code == 401


async def test_links_for_another_password_end_with_a_new_password(api: Api) -> None:
    browser = await confirmed(api)
    token = await link(api)
    right = {"password": ANOTHER, "current_password": PASSWORD}
    assert (await browser.patch("/api/me", json=right)).status_code == 200
    late = await (await api.client()).post("/api/account/confirm", json={"token": token, "password": PASSWORD})
    assert late.status_code == 404


async def test_sign_out_everywhere_else_leaves_this_session(api: Api) -> None:
    browser = await confirmed(api)
    elsewhere = await api.client(Origin=api.desk.origin)
    await elsewhere.post("/api/session", json={"email": DANIELLE, "password": PASSWORD})
    assert len((await browser.get("/api/me/sessions")).json()["sessions"]) == 2
    wrong = await browser.request("DELETE", "/api/me/sessions", json={"password": "wrong"})
    assert wrong.status_code == 401
    ended = await browser.request("DELETE", "/api/me/sessions", json={"password": PASSWORD})
    assert ended.status_code == 204
    assert (await elsewhere.get("/api/me")).status_code == 401
    assert [one["current"] for one in (await browser.get("/api/me/sessions")).json()["sessions"]] == [True]


async def test_customers_session_ends_after_fourteen_days_without_use(api: Api, clock: SettableClock) -> None:
    browser = await confirmed(api)
    clock.forward((CUSTOMER_IDLE_MS - 60_000) / 1000)
    assert (await browser.get("/api/me")).status_code == 200
    clock.forward(120)
    assert (await browser.get("/api/me")).status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/me/totp", {"password": PASSWORD}),
        ("DELETE", "/api/me/failed-sign-ins", None),
        ("GET", "/api/staff", None),
        ("GET", "/api/chats", None),
        ("GET", "/api/bans", None),
    ],
)
async def test_session_of_a_customer_opens_nothing_of_staff(
    api: Api, method: str, path: str, body: dict[str, str] | None
) -> None:
    browser = await confirmed(api)
    assert (await browser.request(method, path, json=body)).status_code == 403
    assert SESSION in browser.cookies


async def test_account_belongs_to_the_client_of_its_domain_but_never_to_a_public_one(api: Api) -> None:
    people, storage = api.desk.desk.people, api.desk.desk.storage
    await storage.write(
        lambda tx: people.customers.add_client(
            tx, id="c1", name="Northlake", domains=["northlake.example"], account_team=None, vip=False, now=0
        )
    )
    await confirmed(api)
    await confirmed(api, "somebody@gmail.com")

    def clients(tx: Tx) -> list[str | None]:
        found = (people.account_by_email(tx, email) for email in (DANIELLE, "somebody@gmail.com"))
        return [account.client if account is not None else "none" for account in found]

    assert await storage.read(clients) == ["c1", None]


class Begun:
    """A ticket of a browser with an address that nobody has proven."""

    def __init__(self, api: Api, browser: httpx2.AsyncClient, number: int) -> None:
        self.api, self.browser, self.number = api, browser, number

    async def says(self, text: str, by: httpx2.AsyncClient | None = None) -> int:
        path = f"/api/tickets/{self.number}/replies"
        return int((await (by or self.browser).post(path, json={"text": text, "public": True})).status_code)

    async def texts(self, by: httpx2.AsyncClient | None = None) -> list[str] | int:
        answer = await (by or self.browser).get(f"/api/tickets/{self.number}")
        if answer.status_code != 200:
            return int(answer.status_code)
        return [event["text"] for event in answer.json()["transcript"]]


async def begun(api: Api, email: str = DANIELLE) -> Begun:
    browser = await api.visitor()
    said = {"team": "media", "text": "Export fails", "name": "D", "email": email}
    return Begun(api, browser, (await browser.post("/api/tickets", json=said)).json()["number"])


async def test_ticket_begun_without_proof_becomes_the_accounts(api: Api) -> None:
    """The browser that began it keeps what it saw, and neither gets nor posts anything new."""
    maya = await api.staff()
    ticket = await begun(api)
    assert await ticket.says("Which one?", maya) == 200
    owner = await confirmed(api, name="Danielle O.")
    assert await ticket.says("Try again now", maya) == 200
    assert await ticket.texts(owner) == ["Export fails", "Which one?", "Try again now"]
    shown = (await owner.get(f"/api/tickets/{ticket.number}")).json()
    assert shown["begun_elsewhere"] and shown["requester"]["verified"] and shown["requester"]["name"] == "Danielle O."
    assert [one["number"] for one in (await owner.get("/api/tickets")).json()["tickets"]] == [ticket.number]

    assert await ticket.texts() == ["Export fails", "Which one?"]
    frozen = (await ticket.browser.get(f"/api/tickets/{ticket.number}")).json()
    assert frozen["requester"] == {"id": frozen["requester"]["id"], "name": None, "email": None, "verified": False}
    assert "Danielle" not in str(frozen) and "begun_elsewhere" not in frozen and frozen["assignee"] is None
    assert await ticket.says("Me again") == 404
    assert (await ticket.browser.get("/api/tickets")).json()["tickets"] == []
    assert await ticket.says("It works", owner) == 200


async def test_ticket_that_is_not_theirs_goes_back_without_the_address(api: Api) -> None:
    ticket = await begun(api)
    owner = await confirmed(api)
    path = f"/api/tickets/{ticket.number}/not-mine"
    assert (await ticket.browser.post(path)).status_code in (403, 404)
    assert (await owner.post(path)).status_code == 204
    assert await ticket.texts(owner) == 404 and (await owner.post(path)).status_code == 404
    assert await ticket.texts() == ["Export fails"] and await ticket.says("Still here") == 200
    shown = (await (await api.staff()).get(f"/api/tickets/{ticket.number}")).json()
    assert shown["requester"]["email"] is None and "begun_elsewhere" not in shown
    await owner.post("/api/session", json={"email": DANIELLE, "password": PASSWORD})
    assert await ticket.texts(owner) == 404


async def test_ticket_begun_after_the_confirmation_is_not_attached(api: Api, clock: SettableClock) -> None:
    owner = await confirmed(api)
    clock.forward(60)
    ticket = await begun(api)
    await owner.post("/api/session", json={"email": DANIELLE, "password": PASSWORD})
    assert await ticket.texts(owner) == 404 and await ticket.texts() == ["Export fails"]


async def test_ticket_begun_before_a_new_password_is_attached(api: Api, clock: SettableClock) -> None:
    """The letter proves the address once more."""
    await confirmed(api)
    clock.forward(60)
    ticket = await begun(api)
    owner = await confirmed(api)
    assert await ticket.texts(owner) == ["Export fails"]


async def test_name_that_a_stranger_typed_is_not_the_accounts(api: Api) -> None:
    ticket = await begun(api)
    owner = await confirmed(api)
    requester = (await owner.get(f"/api/tickets/{ticket.number}")).json()["requester"]
    assert (requester["name"], requester["verified"]) == (None, True)


async def test_ticket_that_went_on_is_not_given_back(api: Api) -> None:
    """Its browser would read what was said to the owner."""
    maya, ticket = await api.staff(), await begun(api)
    owner = await confirmed(api)
    assert await ticket.says("Your invoice is 4711", maya) == 200
    refused = await owner.post(f"/api/tickets/{ticket.number}/not-mine")
    assert refused.status_code == 409 and "went on" in refused.json()["detail"]
    assert await ticket.texts() == ["Export fails"]
    assert await ticket.texts(owner) == ["Export fails", "Your invoice is 4711"]


async def test_ticket_that_goes_back_awaits_nobody_and_keeps_its_facts(api: Api) -> None:
    """Without an address nobody can be reminded, so it is open again. The client that staff chose stays."""
    people, storage = api.desk.desk.people, api.desk.desk.storage
    await storage.write(
        lambda tx: people.customers.add_client(
            tx, id="c1", name="Northlake", domains=["other.example"], account_team=None, vip=False, now=0
        )
    )
    maya, ticket = await api.staff(), await begun(api)
    path = f"/api/tickets/{ticket.number}"
    owner = await confirmed(api)
    changed = await maya.patch(path, json={"status": "awaiting_reply", "client": "Northlake"})
    assert changed.status_code == 200, changed.text
    assert (await owner.post(f"{path}/not-mine")).status_code == 204
    shown = (await maya.get(path)).json()
    assert (shown["status"], shown["client"], shown["requester"]["name"]) == ("open", "Northlake", "D")
    assert ["status", "awaiting_reply", "open"] in [[one["field"], one["from"], one["to"]] for one in shown["history"]]


async def test_ticket_of_a_proven_browser_is_attached_whenever_it_was_begun(api: Api, clock: SettableClock) -> None:
    owner = await confirmed(api)
    clock.forward(60)
    ticket = await begun(api)
    account = (await owner.get("/api/me")).json()["id"]
    people, storage = api.desk.desk.people, api.desk.desk.storage
    assert await storage.write(lambda tx: people.customers.bind(tx, VISITOR, account, clock()))
    await owner.post("/api/session", json={"email": DANIELLE, "password": PASSWORD})
    assert await ticket.texts(owner) == ["Export fails"]
    assert "begun_elsewhere" not in (await owner.get(f"/api/tickets/{ticket.number}")).json()


async def test_sign_in_looks_at_no_ticket_begun_after_the_confirmation(api: Api, clock: SettableClock) -> None:
    """Strangers could otherwise make each sign-in lock any number of tickets."""
    owner = await confirmed(api)
    clock.forward(60)
    await begun(api)
    account = (await owner.get("/api/me")).json()["id"]
    known = Owner(id=account, name=None, email=DANIELLE, client=None, confirmed_at=clock() - 60_000)
    attaching, storage = api.desk.desk.attaching, api.desk.desk.storage
    assert not await storage.read(lambda tx: attaching.waits(tx, known))


async def test_ticket_of_a_proven_customer_of_a_site_is_not_attached(api: Api) -> None:
    number = await api.ticket(requester=Requester("0190a5b0-0000-7000-8000-00000000000a", "Dani", DANIELLE, True))
    owner = await confirmed(api)
    assert (await owner.get(f"/api/tickets/{number}")).status_code == 404
