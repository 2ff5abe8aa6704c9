"""The sample of the demo: what its letters and hand-overs show."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import get_args

from sqlmodel import select

from clock import system_clock
from knowledge.adapters.author_store import SqlAuthoring
from knowledge.adapters.tables import ArticleVersionRow
from knowledge.authoring_ports import Stage, Wanted
from mail.adapters.tables import LetterRow
from reports.adapters.tables import CountedTicketRow, WeeklyReportRow
from reviews.adapters.tables import ReviewRow
from server.demo.making import ACCOUNT_TEAM
from server.live.knowledge.author_needs import needs_of
from storage.opening import open_storage
from tests.sample import copied
from ticketing.adapters.tables import HandoverRow, TicketRow


async def test_sample_has_a_hand_over_a_transcript_and_a_letter_that_came_back(
    tmp_path: Path, demo_sample: Path
) -> None:
    """The letter of the hand-over waits for the first start of the desk, which adds the link that acknowledges it."""
    database = copied(demo_sample, tmp_path / "demo") / "switchboard.db"
    storage = await open_storage(f"sqlite:///{database}")
    try:
        letters = await storage.read(lambda tx: list(tx.session.exec(select(LetterRow))))
        (record,) = await storage.read(lambda tx: list(tx.session.exec(select(HandoverRow))))
        flags = await storage.read(lambda tx: list(tx.session.exec(select(TicketRow.flags))))
        chosen = await storage.read(lambda tx: list(tx.session.exec(select(WeeklyReportRow.person))))
        tickets = await storage.read(lambda tx: set(tx.session.exec(select(TicketRow.number))))
        counted = await storage.read(lambda tx: set(tx.session.exec(select(CountedTicketRow.ticket))))
        entries = await storage.read(lambda tx: SqlAuthoring().entries(tx, Wanted(), None, 200))
        versions = await storage.read(lambda tx: set(tx.session.exec(select(ArticleVersionRow.version))))
        judged = await storage.read(lambda tx: list(tx.session.exec(select(ReviewRow.chat, ReviewRow.code))))
        needs = await storage.read(lambda tx: needs_of(tx, system_clock()))
    finally:
        await storage.close()
    kinds = {letter.kind: letter for letter in letters}
    assert {"received", "reply", "solved", "transcript", "handover_notice", "handover", "weekly_report"} == set(kinds)
    assert (kinds["handover"].to_address, kinds["handover"].state) == (ACCOUNT_TEAM, "waiting")
    weekly = kinds["weekly_report"]
    assert (weekly.to_address, weekly.state, weekly.person) == ("ines@support.example", "waiting", *chosen)
    assert counted == tickets, "the figures of the letter are there at the first start"
    assert (kinds["handover"].ticket, record.acknowledged_at) == (record.ticket, None)
    assert [letter.state for letter in letters if letter.bounced_at is not None] == ["failed"]
    assert sum(",unreachable," in each for each in flags) == 1
    twice = [chat for chat, count in Counter(chat for chat, _ in judged).items() if count == 2]
    differ = [chat for chat, count in Counter(chat for chat, _ in set(judged)).items() if count == 2]
    assert 0 < len(differ) < len(twice), "two supervisors agree on most tickets that both have read, not on all"
    assert {entry.stage for entry in entries} == set(get_args(Stage)), "the list of authors shows each state"
    assert versions == {1, 2} and any(entry.article.owner for entry in entries)
    assert needs.missing and needs.asked and needs.read and sum(one.helped < one.count for one in needs.inserted) == 1
