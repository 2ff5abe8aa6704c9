"""The requesters of duplicates learn when the issue behind their tickets is solved, and nothing else."""

from __future__ import annotations

import httpx2
import pytest

from clock import from_rfc3339
from tests.mail.sink import Sink
from tests.posting import Posted, letters, post, text_of, written
from tests.running import RunningDesk, SettableClock

BEGAN = from_rfc3339("2026-11-25T15:12:00.000Z")
MEDIA = "media@teams.example"
ANA, BEA, CAL = (f"{name}@northlake.example" for name in ("ana", "bea", "cal"))


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(BEGAN)


async def asked(desk: RunningDesk) -> None:
    """Tickets 1 of Ana, 2 of Bea and 3 of Cal."""
    for number, sender in enumerate((ANA, BEA, CAL), 1):
        mail = written(f"It is late {number}.", sender=sender, Subject=f"Late {number}", Message_ID=f"<{number}@x>")
        await post(desk, mail, MEDIA, sender)


async def change(agent: httpx2.AsyncClient, number: int, **how: object) -> None:
    changed = await agent.patch(f"/api/tickets/{number}", json=how)
    assert changed.status_code == 200, changed.text


async def duplicate(agent: httpx2.AsyncClient, number: int, original: int) -> None:
    await change(agent, number, status="solved", resolution="duplicate", duplicate_of=original)


async def subjects(desk: RunningDesk, sink: Sink, to: str) -> list[str]:
    return [str(letter["Subject"]) for letter in await letters(desk, sink, to)]


async def test_requesters_of_duplicates_are_told_once_the_original_is_solved(
    posted: Posted, agent: httpx2.AsyncClient
) -> None:
    """Also through another duplicate. The letter names nothing of the original."""
    desk, sink = posted
    await asked(desk)
    await duplicate(agent, 2, 1)
    await duplicate(agent, 3, 2)
    last = (await letters(desk, sink, BEA))[-1]
    assert "We tell you when the issue behind it is solved." in " ".join(text_of(last).split())
    await change(agent, 1, status="solved", resolution="code_fix")
    assert (await subjects(desk, sink, BEA))[-1] == "The issue is solved: Late 2 [#2]"
    assert (await subjects(desk, sink, CAL))[-1] == "The issue is solved: Late 3 [#3]"
    letter = text_of((await letters(desk, sink, BEA))[-1])
    for secret in ("#1", "Late 1", "ana@", "tickets/1", "requests/1"):
        assert secret not in letter
    assert (await subjects(desk, sink, ANA))[-1] == "Solved: Late 1 [#1]"


async def test_void_original_says_nothing_about_the_issue(posted: Posted, agent: httpx2.AsyncClient) -> None:
    desk, sink = posted
    await asked(desk)
    await duplicate(agent, 2, 1)
    before = await subjects(desk, sink, BEA)
    await change(agent, 1, status="solved", resolution="void")
    assert await subjects(desk, sink, BEA) == before


async def test_duplicate_of_a_ticket_whose_issue_is_solved_says_so_at_once(
    posted: Posted, agent: httpx2.AsyncClient
) -> None:
    """Its own requester reads it in the letter `solved`. Those of its duplicates get a letter."""
    desk, sink = posted
    await asked(desk)
    await duplicate(agent, 3, 2)
    await change(agent, 1, status="solved", resolution="code_fix")
    assert "The issue is solved: Late 3 [#3]" not in await subjects(desk, sink, CAL)
    await duplicate(agent, 2, 1)
    assert "The issue behind it is solved." in " ".join(text_of((await letters(desk, sink, BEA))[-1]).split())
    assert "The issue is solved: Late 2 [#2]" not in await subjects(desk, sink, BEA)
    assert (await subjects(desk, sink, CAL))[-1] == "The issue is solved: Late 3 [#3]"
