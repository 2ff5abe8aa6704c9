"""The outsider within: a customer who reads all that they can get, and finds nothing of what staff keep to themselves.

Every desk of the suite looks for that when it ends (tests/canary.py). Here all of it is laid out at once, and every
door that a customer has is opened; and the looking itself is shown to find.
"""

from __future__ import annotations

import json

from tests.canary import STAFF_DOMAIN, Canary
from tests.running import RunningDesk

CANARY = "kanarie 7f3a"


async def test_nothing_of_what_staff_keep_to_themselves_reaches_a_customer(desk: RunningDesk) -> None:
    """Notes, whispers, reasons, references, history and addresses of staff stand on a ticket; its customer reads the
    chat, its replay, the ticket and the list, and hears of none of it."""
    for secret in (CANARY, "product defect 4711"):
        desk.canary.confide(secret)
    agent = await desk.staff("Maya")
    supervisor = await desk.staff("Sofia", role="supervisor")
    customer = await desk.customer(name="Ana", email="ana@northlake.example")
    await agent.command("presence.set", status="available")
    chat = (await customer.command("chat.start", team="media", text="It fails", product="Spectra OX"))["chat"]
    await agent.event("chat.assigned", chat=chat)
    await agent.command("note.add", chat=chat, text=f"{CANARY}: a note of the agent")
    await supervisor.command("chat.watch", chat=chat)
    await supervisor.command("note.add", chat=chat, text=f"{CANARY}: a whisper")
    said = await agent.command("message.send", chat=chat, text="A slip")
    await supervisor.command("message.redact", chat=chat, of=said["seq"], reason=f"{CANARY}: the reason")
    number = (await agent.command("chat.close", chat=chat, status="open", **{"with": "product"}))["ticket"]

    staff = desk.http(agent.token)
    path = f"/api/tickets/{number}"
    changed = await staff.patch(path, json={"external_ref": f"{CANARY} product defect 4711", "assignee": None})
    assert changed.status_code == 200
    noted = await staff.post(f"{path}/replies", json={"text": f"{CANARY}: a note on the ticket", "public": False})
    replied = await staff.post(f"{path}/replies", json={"text": "We are on it"})
    assert (noted.status_code, replied.status_code) == (200, 200)
    for_staff = (await staff.get(path)).text
    assert for_staff.count(CANARY) >= 4

    own = desk.http(customer.token)
    shown, listed = await own.get(path), await own.get("/api/tickets")
    again = await desk.customer(customer.token)
    await again.command("chat.resume", chat=chat, after=0)
    told = [shown.text, listed.text, *map(json.dumps, (*customer.heard, *again.heard))]
    assert "We are on it" in shown.text
    assert [text for text in told if CANARY in text or "4711" in text or STAFF_DOMAIN in text] == []


def test_what_is_looked_for_is_found() -> None:
    """A note, an address of staff and a field for staff alone are each found in what a customer heard; what a customer
    said themself is not held against anybody."""
    canary = Canary()
    canary.staff_sent({"type": "note.add", "id": "1", "text": "they are in arrears"})
    canary.staff_sent({"type": "note.add", "id": "2", "text": "It fails"})
    canary.customer_sent('{"text": "It fails"}')
    canary.customer_heard('{"text": "It fails"}', "an event")
    assert canary.leaks() == []
    for heard in ('{"text":"they are in arrears"}', f'{{"email":"maya{STAFF_DOMAIN}"}}', '{"with":"product"}'):
        leaking = Canary()
        leaking.staff_sent({"type": "note.add", "id": "1", "text": "they are in arrears"})
        leaking.customer_heard(heard, "an answer")
        assert len(leaking.leaks()) == 1
