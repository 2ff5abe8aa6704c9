from __future__ import annotations

import pytest

from reports.chat_facts import fact_of
from reports.definitions import DEFINITIONS
from reports.sources import Calendar, ChatLog, Goals, TicketNow, Turn

CALENDAR = Calendar("UTC", lambda team: Goals(60, 60), lambda team, begin, end: end - begin)
TICKET = TicketNow(
    number=1,
    version=1,
    status="solved",
    with_product=False,
    team="media",
    product="",
    channel="chat",
    assignee="ana",
    client="",
    code="support_question",
    rating=None,
    void_reviewed=False,
    created_at=0,
    lines=(),
)
ANSWERED = (Turn(0, "queued", "media"), Turn(10, "assigned", agent="ana"), Turn(20, "staff"))
REQUEUED = (Turn(100, "left"), Turn(100, "queued", "media"), Turn(140, "assigned", agent="bo"))
END = (Turn(150, "staff"), Turn(200, "closed"))


@pytest.mark.parametrize(
    ("said", "next_ms"),
    [((Turn(30, "customer"), Turn(40, "customer")), (120,)), ((), (50,))],
    ids=["unanswered message", "no unanswered message"],
)
def test_next_response_after_a_requeue_is_timed_as_its_definition_says(
    said: tuple[Turn, ...], next_ms: tuple[int, ...]
) -> None:
    """From the first unanswered message or, without one, from the time at which the chat joined the queue again."""
    log = ChatLog("c", "", "closed", None, (*ANSWERED, *said, *REQUEUED, *END))
    assert fact_of(log, TICKET, None, CALENDAR, None).next_ms == next_ms
    (meaning,) = (one.meaning for one in DEFINITIONS if one.figure == "next_response_s")
    assert "joins a queue again" in meaning
