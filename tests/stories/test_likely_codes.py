"""Resolution codes are suggested to whoever closes a chat, from what was solved before."""

from __future__ import annotations

from collections.abc import Mapping

from tests.running import Client, RunningDesk
from tests.stories.test_from_chat_to_ticket import begin


async def suggested(desk: RunningDesk, agent: Client, of: str) -> Mapping[str, object] | str:
    answer = await desk.http(agent.token).get(f"/api/{of}/likely-codes")
    body: Mapping[str, object] = answer.json()
    return body if answer.status_code == 200 else str(body["code"])


async def solved(desk: RunningDesk, agent: Client, text: str, code: str) -> int:
    customer = await desk.customer()
    chat = (await customer.command("chat.start", team="media", text=text))["chat"]
    await agent.event("chat.assigned", chat=chat)
    closed = await agent.command("chat.close", chat=chat, status="solved", resolution=code)
    return int(closed["ticket"])


async def test_code_of_like_tickets_is_suggested_for_a_chat_and_its_ticket(desk: RunningDesk) -> None:
    customer, agent, chat = await begin(desk)
    assert await suggested(desk, agent, f"chats/{chat}") == {"codes": [], "used_last": None}
    for _ in range(2):
        await solved(desk, agent, "The printer prints no invoices", "technical")
        await solved(desk, agent, "Where is the report of June?", "support_question")
    await desk.desk.indexing.idle()
    await customer.command("message.send", chat=chat, text="And the printer prints nothing, no invoices at all")
    found = await suggested(desk, agent, f"chats/{chat}")
    assert found == {"codes": ["technical", "support_question"], "used_last": "support_question"}
    closed = await agent.command("chat.close", chat=chat, status="awaiting_reply")
    await desk.desk.indexing.idle()
    assert await suggested(desk, agent, f"tickets/{closed['ticket']}") == found
    await desk.desk.help_center.codes.learn()
    assert await suggested(desk, agent, f"tickets/{closed['ticket']}") == found
    assert "switchboard_suggested_codes" in desk.desk.metrics.exposition().decode()


async def test_conversation_of_another_team_gets_no_suggestions(desk: RunningDesk) -> None:
    _, agent, chat = await begin(desk)
    number = await solved(desk, agent, "The printer prints no invoices", "technical")
    other = await desk.staff("Mateo", teams=("prod",))
    assert await suggested(desk, other, f"chats/{chat}") == "not_found"
    assert await suggested(desk, other, f"tickets/{number}") == "not_found"
