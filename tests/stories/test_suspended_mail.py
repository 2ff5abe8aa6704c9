"""Mail that is held back: who sees it, and what becomes of it when staff decide."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlmodel import select

from clock import from_rfc3339
from identity.actor import SYSTEM
from identity.adapters.tables import AuditRow
from mail.adapters.incoming_store import SqlIncomingMails
from mail.incoming.result import StoredMail
from refusals import Refused
from storage.ports import Tx
from tests.mail.sink import Sink
from tests.posting import ANA, answer, letters, post, posted_desk, written
from tests.running import Frame, RunningDesk, SettableClock, enrol

BEGAN = from_rfc3339("2026-11-25T15:12:00.000Z")
Posted = tuple[RunningDesk, Sink]
EVE = "Eve <eve@elsewhere.example>"


@pytest.fixture
async def posted(tmp_path: Path) -> AsyncIterator[Posted]:
    async with posted_desk(tmp_path / "data", SettableClock(BEGAN)) as started:
        yield started


async def ticket_of_ana(posted: Posted) -> tuple[str, Frame]:
    """The token of an agent, and a ticket that Ana began by mail."""
    desk, _ = posted
    _, token = await enrol(desk.desk.storage, "maya@desk.example", "Maya Lind")
    team = desk.desk.teams.by_key["media"]
    assert team.email is not None
    await post(
        desk, written("The printer is on fire", Subject="Printer", Message_ID="<p1@northlake.example>"), team.email
    )
    found: Frame = (await desk.http(token).get("/api/tickets")).json()["tickets"][0]
    return token, found


async def forge(posted: Posted, text: str, *, proof: str | None = None) -> None:
    """Answer the last letter to Ana as somebody who only claims to be her."""
    desk, sink = posted
    raw, to = answer((await letters(desk, sink))[-1], text, proof=proof)
    await post(desk, raw, to)


async def held(desk: RunningDesk, token: str) -> list[Frame]:
    answered = await desk.http(token).get("/api/mail/suspended")
    assert answered.status_code == 200
    found: list[Frame] = answered.json()["mails"]
    return found


async def texts(desk: RunningDesk, token: str, number: int) -> list[str]:
    ticket = (await desk.http(token).get(f"/api/tickets/{number}")).json()
    return [event["text"] for event in ticket["transcript"] if event["type"] == "reply"]


async def test_mail_that_was_held_back_is_read_and_accepted(posted: Posted) -> None:
    """It then is a reply like any other, and says how it came to be there."""
    desk, _ = posted
    token, ticket = await ticket_of_ana(posted)
    number, http = ticket["number"], desk.http(token)
    await forge(posted, "It still burns", proof="fail")
    assert await texts(desk, token, number) == ["The printer is on fire"]
    (found,) = await held(desk, token)
    mail = found["mail"]
    assert (found["ticket"], found["team"], mail["reason"], mail["from"]) == (number, "media", "unauthenticated", ANA)
    path = f"/api/mail/suspended/{mail['id']}"
    contents = (await http.get(path)).json()
    assert contents["text"].startswith("It still burns") and contents["files"] == []
    assert (await http.post(path, json={"do": "accept"})).json() == {"ticket": number}
    assert await texts(desk, token, number) == ["The printer is on fire", "It still burns"]
    assert await held(desk, token) == []
    assert (await http.post(path, json={"do": "accept"})).status_code == 404
    mails = (await http.get(f"/api/tickets/{number}/letters")).json()["mails"]
    assert [(mail["kind"], mail["matched_by"], mail["has_quoted"]) for mail in mails] == [
        ("new", None, False),
        ("reply", "reply_address", True),
    ]
    quoted = (await http.get(f"/api/tickets/{number}/mails/{mails[-1]['id']}/quoted")).json()["text"]
    assert "wrote:" in quoted


async def test_deleted_mail_changes_nothing_and_is_gone(posted: Posted) -> None:
    desk, _ = posted
    token, ticket = await ticket_of_ana(posted)
    await forge(posted, "Send me the password", proof="fail")
    (found,) = await held(desk, token)
    path = f"/api/mail/suspended/{found['mail']['id']}"
    assert (await desk.http(token).post(path, json={"do": "delete"})).json() == {"ticket": None}
    assert await held(desk, token) == []
    assert (await desk.http(token).get(path)).status_code == 404
    assert await texts(desk, token, ticket["number"]) == ["The printer is on fire"]


async def test_sender_who_is_trusted_needs_no_proof_from_then_on(posted: Posted) -> None:
    desk, _ = posted
    token, ticket = await ticket_of_ana(posted)
    await forge(posted, "No mail server vouches for me")
    (found,) = await held(desk, token)
    path = f"/api/mail/suspended/{found['mail']['id']}"
    assert (await desk.http(token).post(path, json={"do": "trust"})).status_code == 200
    await forge(posted, "And again")
    assert await held(desk, token) == []
    assert (await texts(desk, token, ticket["number"]))[1:] == ["No mail server vouches for me", "And again"]


async def test_mail_is_shown_to_its_team_and_mail_for_nobody_to_supervisors(posted: Posted) -> None:
    desk, _ = posted
    agent, _ = await ticket_of_ana(posted)
    await forge(posted, "For the media team", proof="fail")
    await post(desk, written("For whom?", sender=EVE), "reply+aaaaaaaaaaaaaaaaaaaaaaaaaa@help.example")
    _, other = await enrol(desk.desk.storage, "sol@desk.example", "Sol Ray", teams=("prod",))
    _, ines = await enrol(desk.desk.storage, "ines@desk.example", "Ines Moreau", role="supervisor", teams=())
    seen = {name: await held(desk, token) for name, token in (("agent", agent), ("other", other), ("ines", ines))}
    assert {name: [one["mail"]["reason"] for one in found] for name, found in seen.items()} == {
        "agent": ["unauthenticated"],
        "other": [],
        "ines": ["unauthenticated", "unknown_address"],
    }
    path = f"/api/mail/suspended/{seen['ines'][-1]['mail']['id']}"
    for token in (agent, other):
        assert (await desk.http(token).post(path, json={"do": "delete"})).status_code == 404
    assert (await desk.http(ines).post(path, json={"do": "accept"})).status_code == 409
    assert len(await held(desk, ines)) == 2


async def test_sender_of_a_forged_mail_cannot_be_trusted(posted: Posted) -> None:
    desk, _ = posted
    token, ticket = await ticket_of_ana(posted)
    await forge(posted, "I am Ana", proof="fail")
    (found,) = await held(desk, token)
    path = f"/api/mail/suspended/{found['mail']['id']}"
    refused = await desk.http(token).post(path, json={"do": "trust"})
    assert (refused.status_code, len(await held(desk, token))) == (409, 1)
    assert await texts(desk, token, ticket["number"]) == ["The printer is on fire"]


async def test_mail_whose_ticket_went_to_another_team_is_not_accepted(posted: Posted) -> None:
    """The team was checked before, in another transaction."""
    desk, _ = posted
    token, ticket = await ticket_of_ana(posted)
    await forge(posted, "It still burns")
    (found,) = await held(desk, token)

    def elsewhere(tx: Tx, mail: StoredMail, number: int) -> None:
        raise Refused("conflict", "another team")

    with pytest.raises(Refused):
        await desk.desk.reception.accept(found["mail"]["id"], SYSTEM, trust=True, also=elsewhere)
    assert len(await held(desk, token)) == 1
    assert await texts(desk, token, ticket["number"]) == ["The printer is on fire"]
    assert not await desk.desk.storage.read(lambda tx: SqlIncomingMails().trusts(tx, ANA))


async def test_decision_about_a_mail_is_recorded_with_its_sender(posted: Posted) -> None:
    desk, _ = posted
    token, ticket = await ticket_of_ana(posted)
    await forge(posted, "It still burns")
    (found,) = await held(desk, token)
    path = f"/api/mail/suspended/{found['mail']['id']}"
    assert (await desk.http(token).post(path, json={"do": "trust"})).status_code == 200
    kept = select(AuditRow.verb, AuditRow.detail).where(AuditRow.thing == "mail")
    ((verb, detail),) = await desk.desk.storage.read(lambda tx: list(tx.session.exec(kept)))
    assert (verb, json.loads(detail)) == ("trust", {"from": ANA, "ticket": ticket["number"]})


async def test_accepted_mail_that_is_too_intricate_comes_whole_as_a_file(posted: Posted) -> None:
    desk, _ = posted
    token, _ = await ticket_of_ana(posted)
    team = desk.desk.teams.by_key["media"].email
    assert team is not None
    raw = written("--a\n\nHello\n" * 3_000, Content_Type="multipart/mixed; boundary=a", Message_ID="<2@x>")
    await post(desk, raw, team)
    (found,) = await held(desk, token)
    assert found["mail"]["reason"] == "unreadable"
    http = desk.http(token)
    number = (await http.post(f"/api/mail/suspended/{found['mail']['id']}", json={"do": "accept"})).json()["ticket"]
    (reply,) = [
        one for one in (await http.get(f"/api/tickets/{number}")).json()["transcript"] if one["type"] == "reply"
    ]
    assert [file["name"] for file in reply["files"]] == ["message.txt"]
