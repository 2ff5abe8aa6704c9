"""The number of a payment card is masked before anything is stored, and its sender is told."""

from __future__ import annotations

from mail.adapters.incoming_folder import folder_of
from tests.posting import Posted, post, written
from tests.running import RunningDesk, enrol
from tests.stories.test_from_chat_to_ticket import begin
from tests.stories.test_redaction import replay, rows_with
from texts.card_numbers import MASK

CARD = "4111 1111 1111 1111"
MASKED = f"{MASK} 1111"


async def test_card_number_in_a_chat_is_masked_for_everybody(desk: RunningDesk) -> None:
    customer, agent, chat = await begin(desk)
    said = await customer.command("message.send", chat=chat, text=f"It is {CARD}")
    assert said["masked"] is True
    assert (await agent.event("message", seq=said["seq"]))["text"] == f"It is {MASKED}"
    assert (await replay(desk, customer, chat))[said["seq"]]["text"] == f"It is {MASKED}"
    noted = await agent.command("note.add", chat=chat, text=f"Their card: {CARD}")
    assert noted["masked"] is True
    assert "masked" not in await customer.command("message.send", chat=chat, text="Thanks")
    closed = await agent.command("chat.close", chat=chat, status="open", subject=CARD, note=CARD)
    await customer.command("chat.rate", chat=chat, score=5, comment=f"Charge {CARD}")
    shown = (await desk.http(agent.token).get(f"/api/tickets/{closed['ticket']}")).json()
    assert shown["subject"] == MASKED
    again = await desk.customer(customer.token)
    start = {"team": "media", "text": CARD, "subject": CARD, "fields": {"Card": CARD}}
    assert (await again.command("chat.start", **start))["masked"] is True
    assert await rows_with(desk, CARD) == []


async def test_card_number_on_a_ticket_is_masked(desk: RunningDesk) -> None:
    agent = await desk.staff("Priya", teams=("media",))
    asks, works = (
        desk.http((await desk.customer(name="Ana", email="ana@northlake.example")).token),
        desk.http(agent.token),
    )
    made = await asks.post("/api/tickets", json={"team": "media", "text": f"{CARD}\nwas charged twice"})
    address = f"/api/tickets/{made.json()['number']}"
    assert made.json()["subject"] == MASKED
    await asks.post(f"{address}/replies", json={"text": CARD})
    await works.post(f"{address}/replies", json={"text": CARD, "public": False})
    changed = await works.patch(address, json={"subject": f"Card {CARD}", "note": CARD})
    assert changed.status_code == 200 and changed.json()["subject"] == f"Card {MASKED}"
    assert changed.text.count(MASKED) >= 4 and await rows_with(desk, CARD) == []


async def test_card_number_in_a_mail_is_masked_and_the_mail_removed(posted: Posted) -> None:
    """The bytes of the mail have the number, so they are removed as soon as the ticket has the text."""
    desk, _ = posted
    _, token = await enrol(desk.desk.storage, "maya@desk.example", "Maya Lind")
    await post(desk, written(f"My card is {CARD}", Subject=f"Card {CARD}"), "media@teams.example")
    await desk.desk.mailroom.removal.idle()
    assert not [path for path in folder_of(desk.settings.data).rglob("*") if path.is_file() and path.stat().st_size]
    shown = (await desk.http(token).get("/api/tickets/1")).json()
    assert shown["subject"] == f"Card {MASKED}"
    assert shown["transcript"][0]["text"] == f"My card is {MASKED}"
    assert await rows_with(desk, CARD) == []
