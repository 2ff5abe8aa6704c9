"""Admins change people: refused for the wrong people, in effect at once, and never a way into conversations."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio

from identity.adapters.attempts import PAIR_LIMIT, WINDOW_MS
from identity.adapters.staff_links import SqlStaffLinkStore
from identity.adapters.store import SqlStore
from identity.joining import Joining
from refusals import Refused
from server.live.administration.invitations import name_of
from tests.running import RunningDesk, SettableClock, enrol, running
from tests.stories.test_account_pages import browser
from tests.stories.test_accounts import PASSWORD
from tests.stories.test_from_chat_to_ticket import begin
from widgets.shared.staff_bar import FIRST_PAGES


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest_asyncio.fixture
async def desk(database_url: str | None, tmp_path: Path, clock: SettableClock) -> AsyncIterator[RunningDesk]:
    async with running(tmp_path / "data", clock, database_url) as it:
        yield it


async def token_of(desk: RunningDesk, name: str, role: str, teams: tuple[str, ...] = ("media",)) -> str:
    """A bearer token of a new person."""
    _, token = await enrol(desk.desk.storage, f"{name.lower()}@desk.example", name, role, teams)
    return token


async def test_admin_alone_reads_people_but_no_conversation(desk: RunningDesk) -> None:
    """The role opens the administration. Chats, tickets and letters stay closed."""
    _, _, chat = await begin(desk)
    token = await token_of(desk, "Ada", "admin", ())
    async with desk.http(token) as admin:
        assert (await admin.get("/api/admin/users")).status_code == 200
        assert (await admin.get("/api/admin/audit")).status_code == 200
        for path in ("/api/chats", "/api/tickets", "/api/tickets/1", "/api/tickets/1/letters", "/api/floor"):
            assert (await admin.get(path)).status_code == 403, path
        assert chat not in (await admin.get("/api/admin/users")).text


async def test_last_admin_and_own_roles_are_refused(desk: RunningDesk) -> None:
    token = await token_of(desk, "Ada", "admin", ())
    async with desk.http(token) as admin:
        me = (await admin.get("/api/me")).json()["id"]
        own = await admin.patch(f"/api/admin/users/{me}", json={"roles": ["agent"], "teams": ["media"]})
        assert own.status_code == 403 and "your own roles" in own.json()["detail"]
        gone = await admin.patch(f"/api/admin/users/{me}", json={"disabled": True, "reason": "Leaves"})
        assert gone.status_code == 403 and "yourself" in gone.json()["detail"]


async def test_two_admins_who_change_one_person_do_not_overwrite_each_other(desk: RunningDesk) -> None:
    token = await token_of(desk, "Ada", "admin", ())
    agent = await token_of(desk, "Maya", "agent")
    async with desk.http(agent) as maya:
        id_ = (await maya.get("/api/me")).json()["id"]
    async with desk.http(token) as admin:
        read = (await admin.get(f"/api/admin/users/{id_}")).headers["etag"]
        first = await admin.patch(f"/api/admin/users/{id_}", json={"capacity": 3}, headers={"If-Match": read})
        assert first.status_code == 200 and first.json()["user"]["capacity"] == 3
        second = await admin.patch(f"/api/admin/users/{id_}", json={"capacity": 9}, headers={"If-Match": read})
        assert second.status_code == 412
        assert (await admin.get(f"/api/admin/users/{id_}")).json()["user"]["capacity"] == 3


async def test_supervisor_who_is_an_admin_too_has_the_rights_of_both_roles(desk: RunningDesk) -> None:
    token = await token_of(desk, "Ada", "admin", ())
    ines = await token_of(desk, "Ines", "supervisor")
    async with desk.http(token) as admin, desk.http(ines) as both:
        id_ = (await both.get("/api/me")).json()["id"]
        assert (await both.get("/api/admin/users")).status_code == 403
        changed = await admin.patch(f"/api/admin/users/{id_}", json={"roles": ["admin", "supervisor"]})
        assert changed.json()["user"]["roles"] == ["supervisor", "admin"]
        assert (await both.get("/api/admin/users")).status_code == 200
        assert (await both.get("/api/floor")).status_code == 200
        lines = (await admin.get("/api/admin/audit", params={"verb": "set_role", "person": id_})).json()["lines"]
        assert [line["detail"]["also"] for line in lines] == [["admin"]]


async def test_invitation_works_once(desk: RunningDesk) -> None:
    """Of two uses of one link the second is refused, and a new link ends the earlier one."""
    token = await token_of(desk, "Ada", "admin", ())
    async with desk.http(token) as admin:
        said = {"addresses": ["leilani.kahale@desk.example", "nobody", "ada@desk.example"], "roles": ["agent"]}
        faults = (await admin.post("/api/admin/users", json={**said, "teams": []})).json()["fields"]
        assert faults["addresses"].startswith("nobody: Not an email") and "one team" in faults["teams"]
        sent = (await admin.post("/api/admin/users", json={**said, "teams": ["media"]})).json()
    assert sent["sent"] == ["leilani.kahale@desk.example"]
    assert [one["address"] for one in sent["refused"]] == ["nobody", "ada@desk.example"]
    joining, storage, clock = Joining(SqlStore(), SqlStaffLinkStore()), desk.desk.storage, desk.clock
    people = desk.desk.people
    ada = await storage.read(lambda tx: people.identity.known(tx, "ada@desk.example"))
    invited = await storage.read(lambda tx: people.identity.known(tx, "leilani.kahale@desk.example"))
    earlier = await storage.write(lambda tx: joining.renew(tx, ada, invited.id, clock()))
    link = await storage.write(lambda tx: joining.renew(tx, ada, invited.id, clock()))
    assert await storage.read(lambda tx: joining.invited(tx, earlier, clock())) is None
    assert (await storage.write(lambda tx: joining.join(tx, link, "a hash", clock(), None))).name == "Leilani Kahale"
    with pytest.raises(Refused) as again:
        await storage.write(lambda tx: joining.join(tx, link, "another hash", clock(), None))
    assert again.value.code == "not_found"


@pytest.mark.parametrize(
    ("email", "name"), [("leilani.kahale@desk.example", "Leilani Kahale"), ("jo_ann+desk@desk.example", "Jo Ann Desk")]
)
def test_name_of_an_address_is_made_of_its_words(email: str, name: str) -> None:
    assert name_of(email) == name


async def test_person_who_chose_a_password_is_signed_in_on_the_page_of_their_role(desk: RunningDesk) -> None:
    async with desk.http(await token_of(desk, "Ada", "admin", ())) as admin:
        for role, first in FIRST_PAGES.items():
            link = await invited(desk, admin, role)
            async with browser(desk) as page:
                assert f"{role}@company.example" in (await page.get(f"/join?token={link}")).text
                joined = await page.post("/join", data={"token": link, "password": PASSWORD})
                assert ([one.status_code for one in joined.history], joined.url.path) == ([303], first)
                assert joined.status_code == 200 and "Welcome, " in joined.text
                assert "Welcome, " not in (await page.get(first)).text
                assert (await page.get("/api/me")).json()["email"] == f"{role}@company.example"


async def test_person_who_cannot_be_signed_in_reads_that_the_password_is_set(
    desk: RunningDesk, clock: SettableClock
) -> None:
    """Too many wrong tries came from their network before."""
    async with desk.http(await token_of(desk, "Ada", "admin", ())) as admin:
        link = await invited(desk, admin, "supervisor")
    async with browser(desk) as page:
        for _ in range(PAIR_LIMIT):
            await page.post("/sign-in", data={"email": "supervisor@company.example", "password": "wrong"})
        joined = (await page.post("/join", data={"token": link, "password": PASSWORD})).text
        assert "Your password is set. Sign in to start." in joined
        assert 'value="supervisor@company.example"' in joined and 'name="next" value="/floor?welcome"' in joined
        clock.forward(WINDOW_MS // 1000 + 1)
        signed_in = await page.post(
            "/sign-in", data={"email": "supervisor@company.example", "password": PASSWORD, "next": "/floor"}
        )
        assert signed_in.url.path == "/floor"


async def invited(desk: RunningDesk, admin: httpx2.AsyncClient, role: str) -> str:
    """Invite somebody at the address `ROLE@company.example`. Returns the token of the link."""
    address = f"{role}@company.example"
    said = {"addresses": [address], "roles": [role], "teams": [] if role == "admin" else ["media"]}
    assert (await admin.post("/api/admin/users", json=said)).json()["sent"] == [address]
    joining, clock = Joining(SqlStore(), SqlStaffLinkStore()), desk.clock
    people, storage = desk.desk.people, desk.desk.storage
    ada = await storage.read(lambda tx: people.identity.known(tx, "ada@desk.example"))
    person = await storage.read(lambda tx: people.identity.known(tx, address))
    return await storage.write(lambda tx: joining.renew(tx, ada, person.id, clock()))
