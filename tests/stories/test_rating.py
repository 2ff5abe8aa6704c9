"""How it was: a customer rates a chat that is over."""

from __future__ import annotations

from typing import Any

import pytest

from tests.running import RunningDesk, SettableClock
from tests.stories.test_from_chat_to_ticket import begin, ticket_of


async def test_last_rating_of_a_chat_counts(desk: RunningDesk, clock: SettableClock) -> None:
    """After the end, both sides have each rating in the log behind `chat.closed`. The ticket has the last one."""
    customer, agent, chat = await begin(desk)
    closed = await agent.command("chat.close", chat=chat, status="solved", resolution="set_up")
    await customer.event("chat.closed")
    ok = await customer.command("chat.rate", chat=chat, score=2, comment="It took long")
    assert (ok["seq"], ok["prev"]) == (closed["seq"] + 1, closed["seq"])
    event = await agent.event("chat.rated")
    assert (event["score"], event["comment"], event["from"]["kind"]) == (2, "It took long", "customer")
    assert (await ticket_of(desk, agent, closed["ticket"]))["rating"] == 2
    clock.forward(29 * 86_400)
    await customer.command("chat.rate", chat=chat, score=5, comment="   ")
    assert (await agent.event("chat.rated", score=5))["comment"] is None
    ticket = await ticket_of(desk, agent, closed["ticket"])
    assert ticket["rating"] == 5
    assert [event["type"] for event in ticket["transcript"]][-3:] == ["chat.closed", "chat.rated", "chat.rated"]
    standing = await customer.command("chat.resume", chat=chat, after=0)
    assert (standing["state"], standing["seq"]) == ("closed", ok["seq"] + 1)


async def test_rating_before_the_end_or_after_30_days_is_refused(desk: RunningDesk, clock: SettableClock) -> None:
    """The limit is exact to the millisecond. A repeated command still gets its stored answer."""
    customer, _agent, chat = await begin(desk)
    await customer.refused("conflict", "chat.rate", chat=chat, score=5)
    await customer.command("chat.end", chat=chat)
    clock.forward(30 * 86_400)
    id_ = await customer.send("chat.rate", chat=chat, score=4)
    ok = await customer.answer(id_)
    assert ok["type"] == "ok"
    clock.forward(0.001)
    assert "30 days" in (await customer.refused("conflict", "chat.rate", chat=chat, score=5))["message"]
    assert await customer.again(id_, "chat.rate", chat=chat, score=1) == {**ok, "dup": True}


@pytest.mark.parametrize("wrong", [{"score": 0}, {"score": 6}, {"score": 4.5}, {"score": "5"}, {"comment": "No score"}])
async def test_rating_outside_one_to_five_is_invalid(desk: RunningDesk, wrong: dict[str, Any]) -> None:
    """The error names the field."""
    customer, _agent, chat = await begin(desk)
    await customer.command("chat.end", chat=chat)
    assert "score" in (await customer.refused("invalid", "chat.rate", chat=chat, **wrong))["fields"]
