"""A supervisor blocks whom they have had enough of; everybody else notices nothing."""

from __future__ import annotations

from pathlib import Path

import httpx2
import pytest
from sqlmodel import select

from attachments.adapters.tables import FileRow
from chat.adapters import networks
from identity.actor import SYSTEM
from identity.adapters import ban_store
from identity.adapters.tables import AuditRow
from server.edge.polled import LINE
from server.live.chats.bans import RETRY_AFTER_S
from tests.running import DEADLINE_S, Client, RunningDesk, SettableClock, eventually, running
from tests.signing import DESK, HostSettings, Site

SITE = Site("the secret of the media planner that is long enough", "planner")
HERE, THERE = "127.0.0.9", "127.0.1.9"


@pytest.fixture
def settings() -> HostSettings:
    return {"base_url": DESK, "identity_secret": f"planner:{SITE.secret}"}


async def visitor(desk: RunningDesk, address: str = HERE, **hello: str) -> Client:
    client = await desk.connect("customer", local_addr=(address, 0))
    client.greeting = await client.command("hello", **hello)
    client.token = client.greeting["token"]
    return client


async def chat_of(client: Client) -> str:
    chat: str = (await client.command("chat.start", team="media", text="You are all idiots"))["chat"]
    return chat


def over_http(desk: RunningDesk, client: Client, address: str = HERE) -> httpx2.AsyncClient:
    """A visitor's HTTP from their address."""
    return httpx2.AsyncClient(
        base_url=desk.url,
        headers={"Authorization": f"Bearer {client.token}"},
        trust_env=False,
        verify=False,
        timeout=DEADLINE_S,
        transport=httpx2.AsyncHTTPTransport(local_address=address),
    )


async def block(
    desk: RunningDesk, supervisor: Client, chat: str, kind: str = "customer", hours: int = 1, **more: object
) -> httpx2.Response:
    asked = {"chat": chat, "kind": kind, "hours": hours, "reason": "Insults", **more}
    return await desk.http(supervisor.token).post("/api/bans", json=asked)


async def test_blocked_customer_gets_rate_limited_until_the_block_ends(desk: RunningDesk, clock: SettableClock) -> None:
    """Every way in is refused with the same end time, and nothing refused is stored. The block ends by itself."""
    sofia = await desk.staff("Sofia", role="supervisor")
    vic = await visitor(desk)
    chat = await chat_of(vic)
    async with over_http(desk, vic) as http:
        ticket = (await http.post("/api/tickets", json={"team": "media", "text": "Idiots"})).json()["number"]
        sent = await vic.send("message.send", chat=chat, text="Still there?")
        await vic.answer(sent)
        made = await block(desk, sofia, chat)
        assert made.status_code == 201 and made.json()["by"] == {"id": sofia.greeting["staff"], "name": "Sofia"}
        for refused in (
            await vic.ask("message.send", chat=chat, text="Idiots"),
            await vic.ask("chat.start", team="media", text="Idiots"),
            await (await desk.customer(vic.token)).ask("chat.start", team="prod", text="Idiots"),
        ):
            assert (refused["code"], refused["retry_after_s"]) == ("rate_limited", RETRY_AFTER_S)
            assert "Too many" in refused["message"]
        for path, said in (
            ("/api/tickets", {"team": "media", "text": "Idiots"}),
            (f"/api/tickets/{ticket}/replies", {"text": "Idiots"}),
        ):
            answer = await http.post(path, json=said)
            assert (answer.status_code, answer.headers["Retry-After"]) == (429, str(int(RETRY_AFTER_S)))
        answer = await http.post("/api/files", files={"file": ("a.txt", b"Idiots")})
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, str(int(RETRY_AFTER_S)))
        assert await desk.desk.storage.read(lambda tx: tx.session.exec(select(FileRow)).all()) == []
        assert len((await http.get("/api/tickets")).json()["tickets"]) == 1
        clock.forward(3_600)
        assert (await http.post(f"/api/tickets/{ticket}/replies", json={"text": "Sorry"})).status_code == 200
        assert (await vic.ask("message.send", chat=chat, text="Sorry"))["type"] == "ok"


async def test_network_block_spares_signed_identities_and_staff(desk: RunningDesk) -> None:
    """New visitors from that network are refused. Other networks, signed identities and staff at the same address are
    not."""
    sofia = await desk.staff("Sofia", role="supervisor")
    chat = await chat_of(await visitor(desk))
    made = (await block(desk, sofia, chat, "network")).json()
    assert made["shows"] == "127.0.0.x"
    assert (await (await visitor(desk)).ask("chat.start", team="media", text="Idiots"))["code"] == "rate_limited"
    await chat_of(await visitor(desk, THERE))
    await chat_of(await visitor(desk, "127.0.0.10"))
    ana = await visitor(desk, identity=SITE.sign("ana", desk.clock()))
    await chat_of(ana)
    await chat_of(await visitor(desk, identity=SITE.sign("ben", desk.clock(), email_verified=None)))
    headers = {"Authorization": f"Bearer {sofia.token}"}
    again = await desk.connect("staff", headers, local_addr=(HERE, 0))
    await again.command("hello")
    assert (await again.ask("note.add", chat=chat, text="Blocked"))["type"] == "ok"
    wide = await block(desk, sofia, chat, "network", wide=True)
    assert wide.status_code == 201
    assert (await (await visitor(desk, "127.0.0.77")).ask("chat.start", team="media", text="x"))[
        "code"
    ] == "rate_limited"
    await chat_of(await visitor(desk, THERE))


async def test_network_block_follows_the_current_address_of_a_line(desk: RunningDesk) -> None:
    """An HTTP line opened from another network does not evade the block, and a line that moves away is no longer
    blocked."""
    sofia = await desk.staff("Sofia", role="supervisor")
    await block(desk, sofia, await chat_of(await visitor(desk)), "network")
    vic = await visitor(desk, THERE)
    async with over_http(desk, vic, THERE) as there, over_http(desk, vic) as here:

        async def said(http: httpx2.AsyncClient, line: str, number: int) -> str:
            chat = {"type": "chat.start", "id": f"c{number}", "team": "media", "text": "Hello"}
            sent = await http.post("/api/wire", json={"frames": [chat]}, headers={LINE: line})
            assert sent.status_code == 200, sent.text
            after = number
            told = (await http.get(f"/api/wire?after={after}", headers={LINE: line})).json()["frames"]
            return str(told[0].get("code", told[0]["type"]))

        hello = {"side": "customer", "frames": [{"type": "hello", "id": "h", "token": vic.token}]}
        line = (await there.post("/api/wire", json=hello)).json()["line"]
        assert (await there.get("/api/wire", headers={LINE: line})).json()["frames"][0]["type"] == "ok"
        assert await said(here, line, 1) == "rate_limited"
        assert await said(there, line, 2) == "ok"


async def test_chat_closed_as_abuse_becomes_a_regular_ticket(desk: RunningDesk) -> None:
    """Solved as void and in no queue, whether the chat was waiting or assigned. The customer is not told who did it."""
    sofia = await desk.staff("Sofia", role="supervisor")
    waits = await visitor(desk)
    waiting = await chat_of(waits)
    assert (await block(desk, sofia, waiting, close=True)).status_code == 201
    closed = await waits.event("chat.closed", chat=waiting)
    assert (closed["status"], closed["resolution"], closed["by"]["kind"]) == ("solved", "void", "system")
    assert desk.desk.routing.floor.waiting_chats("media") == []
    priya = await desk.staff("Priya")
    await priya.command("presence.set", status="available")
    talks = await visitor(desk, THERE)
    talked = await chat_of(talks)
    await priya.event("chat.assigned", chat=talked)
    assert (await block(desk, sofia, talked, close=True)).status_code == 201
    await priya.event("chat.closed", chat=talked)
    tickets = (await desk.http(sofia.token).get("/api/tickets")).json()["tickets"]
    assert [(one["status"], one["resolution"]) for one in tickets] == [("solved", "void")] * 2
    assert [one["assignee"] and one["assignee"]["name"] for one in tickets] == ["Priya", None]
    # It is over: to block once more changes nothing of it.
    assert (await block(desk, sofia, talked, close=True)).status_code == 201
    assert len((await desk.http(sofia.token).get("/api/tickets")).json()["tickets"]) == 2


async def test_block_is_lifted_at_once_and_audited(desk: RunningDesk) -> None:
    """A lifted block ends immediately. The audit has both the block and the lifting."""
    sofia = await desk.staff("Sofia", role="supervisor")
    vic = await visitor(desk, name="Vic")
    chat = await chat_of(vic)
    ban = (await block(desk, sofia, chat)).json()
    http = desk.http(sofia.token)
    assert (await http.get("/api/bans")).json() == {"bans": [ban]} and ban["shows"] == "Vic"
    assert (await http.delete(f"/api/bans/{ban['ban']}")).status_code == 204
    assert (await http.delete(f"/api/bans/{ban['ban']}")).status_code == 404
    assert (await http.get("/api/bans")).json() == {"bans": []}
    assert (await vic.ask("message.send", chat=chat, text="Sorry"))["type"] == "ok"
    rows = await desk.desk.storage.read(lambda tx: tx.session.exec(select(AuditRow).order_by("id")).all())
    assert [(row.verb, row.thing_id) for row in rows if row.thing == "customer"] == [
        ("block", vic.greeting["visitor"]),
        ("unblock", vic.greeting["visitor"]),
    ]


async def test_block_of_another_team_hides_chat_and_network(desk: RunningDesk) -> None:
    """A supervisor of another team sees neither chat nor network."""
    sofia = await desk.staff("Sofia", role="supervisor")
    omar = await desk.staff("Omar", role="supervisor", teams=("finance",))
    chat = await chat_of(await visitor(desk, name="Vic"))
    await block(desk, sofia, chat)
    (seen,) = (await desk.http(omar.token).get("/api/bans")).json()["bans"]
    assert (seen["shows"], seen["chat"], seen["by"]["name"]) == (None, None, "Sofia")


async def test_network_block_of_a_verified_customer_is_a_conflict(desk: RunningDesk) -> None:
    """The network of a verified customer is not stored. The customer can still be blocked by account."""
    sofia = await desk.staff("Sofia", role="supervisor")
    chat = await chat_of(await visitor(desk, identity=SITE.sign("ana", desk.clock())))
    refused = await block(desk, sofia, chat, "network")
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert (await block(desk, sofia, chat)).status_code == 201
    ana = await visitor(desk, THERE, identity=SITE.sign("ana", desk.clock()))
    assert (await ana.ask("message.send", chat=chat, text="x"))["code"] == "rate_limited"


async def test_block_from_another_process_applies_and_survives_a_restart(
    tmp_path: Path, clock: SettableClock, database_url: str | None
) -> None:
    """A block stored by another process, such as the command line, applies within a second or two."""
    async with running(tmp_path / "data", clock, database_url) as it:
        await it.desk.storage.write(lambda tx: ban_store.block(tx, SYSTEM, "network", f"{HERE}/32", 1, clock()))
        await eventually(lambda: it.desk.bans.any, "it is taken up")
        assert (await (await visitor(it)).ask("chat.start", team="media", text="x"))["code"] == "rate_limited"
    async with running(tmp_path / "data", clock, database_url) as it:
        assert (await (await visitor(it)).ask("chat.start", team="media", text="x"))["code"] == "rate_limited"


async def test_block_with_invalid_hours_is_refused_by_field(desk: RunningDesk) -> None:
    sofia = await desk.staff("Sofia", role="supervisor")
    chat = await chat_of(await visitor(desk))
    for hours in (0, 721, "1", None):
        asked = {"chat": chat, "kind": "customer", "hours": hours}
        refused = await desk.http(sofia.token).post("/api/bans", json=asked)
        assert (refused.status_code, list(refused.json()["fields"])) == (422, ["hours"])
    assert not desk.desk.bans.any


async def test_range_is_blocked_by_itself_ends_its_chats_and_counts(desk: RunningDesk) -> None:
    """A wide range needs a supervisor of all teams. Chats of other networks go on."""
    sofia, rafael = (
        await desk.staff("Sofia", role="supervisor"),
        await desk.staff("Rafael", role="supervisor", teams=()),
    )
    vic = await visitor(desk)
    chat, other = await chat_of(vic), await chat_of(await visitor(desk, THERE))
    asked = {"kind": "network", "subject": "127.0.0.0/23", "hours": 1, "close": True}
    for wrong, code in (({"subject": "x"}, 422), ({"chat": chat}, 422), ({}, 403)):
        refused = await desk.http(sofia.token).post("/api/bans", json=asked | wrong)
        assert refused.status_code == code, refused.text
    wide = await desk.http(rafael.token).post("/api/bans", json=asked | {"subject": "127.0.0.0/24"})
    assert (wide.status_code, wide.json()["shows"], wide.json()["chat"]) == (201, "127.0.0.x", None)
    assert (await vic.event("chat.closed", chat=chat))["resolution"] == "void"
    assert (await vic.ask("chat.start", team="media", text="Idiots"))["code"] == "rate_limited"
    assert await desk.desk.storage.read(lambda tx: list(networks.of_open_chats(tx))) == [other]
    await desk.desk.bans.follow()
    (ban,) = (await desk.http(sofia.token).get("/api/bans")).json()["bans"]
    assert ban["refused"] == 1 and ban["refused_at"] is not None


async def test_sender_is_blocked_by_address_and_shown_to_supervisors(desk: RunningDesk) -> None:
    sofia = await desk.staff("Sofia", role="supervisor")
    http = desk.http(sofia.token)
    asked = {"kind": "sender", "subject": "Vic@Spam.example", "hours": 24}
    assert (await http.post("/api/bans", json=asked)).json()["shows"] == "vic@spam.example"
    assert (await http.post("/api/bans", json=asked | {"subject": "spam.example"})).status_code == 403
    assert (await http.post("/api/bans", json=asked | {"kind": "customer"})).status_code == 422
