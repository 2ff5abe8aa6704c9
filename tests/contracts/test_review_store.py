"""Days, entries, judgements and settings of reviews, on both databases."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from reviews.adapters.store import SqlReviews
from reviews.entry import ChatFacts, Entry
from reviews.judgement import Review
from reviews.ports import Day
from reviews.scorecard import RowWanted
from reviews.settings import ReviewSettings
from storage.ports import Storage, Tx

STORE = SqlReviews()
DAY = Day("2026-11-23", "seed", 10, 1_795_600_000_000, 2, 1)
FACTS = ChatFacts(
    ending="closed",
    agent_messages=2,
    customer_messages=3,
    requeues=1,
    words_disagree=True,
    longest_wait_s=301,
    no_code=True,
    corrected_before=True,
)
ENTRY = Entry(
    ticket=2**40,
    day=DAY.day,
    chat="c1",
    agent="ada",
    closed_at=DAY.drawn_at,
    code="set_up",
    facts=FACTS,
    sampled=True,
    readers=2,
)
REVIEW = Review(
    ticket=ENTRY.ticket,
    chat="c1",
    day=DAY.day,
    reviewer="ines",
    agent="ada",
    at=DAY.drawn_at,
    verdict="corrected",
    agent_code="duplicate",
    code="void",
    original=7,
    changed=True,
    blind=True,
    reason="Nothing to do 🙂",
    scores={"1": "yes", "2": "partly"},
    feedback="Say so\nfirst",
)


async def drawn(storage: Storage, *entries: Entry, day: Day = DAY) -> None:
    def draw(tx: Tx) -> None:
        STORE.put_entries(tx, entries)
        STORE.add_day(tx, day)

    await storage.write(draw)


async def saved(storage: Storage, *reviews: Review) -> list[Review]:
    return [await storage.write(partial(STORE.save, review=review)) for review in reviews]


async def of_chats(storage: Storage, *chats: str) -> list[Review]:
    return await storage.read(lambda tx: STORE.reviews_of(tx, chats))


async def test_entry_and_day_are_read_as_they_were_stored(storage: Storage) -> None:
    await drawn(storage, ENTRY)
    assert await storage.read(lambda tx: STORE.entry(tx, ENTRY.ticket)) == ENTRY
    assert await storage.read(lambda tx: STORE.day(tx, DAY.day)) == DAY
    assert await storage.read(lambda tx: STORE.days_drawn(tx, ["2026-11-22", DAY.day])) == {DAY.day}


async def test_entry_of_a_day_that_is_not_stored_is_none_and_can_be_cleared(storage: Storage) -> None:
    other = replace(ENTRY, ticket=2, day="2026-11-24")
    await storage.write(lambda tx: STORE.put_entries(tx, [ENTRY, other]))
    assert await storage.read(lambda tx: STORE.entry(tx, ENTRY.ticket)) is None
    await storage.write(lambda tx: STORE.clear_day(tx, DAY.day))
    await drawn(storage)
    assert await storage.read(lambda tx: STORE.entry(tx, ENTRY.ticket)) is None
    await drawn(storage, day=replace(DAY, day=other.day))
    assert await storage.read(lambda tx: STORE.entry(tx, other.ticket)) == other


async def test_later_entry_of_a_ticket_replaces_the_earlier_one(storage: Storage) -> None:
    later = replace(ENTRY, chat="c2", agent=None, code=None, sampled=False, facts=ChatFacts(ending="silent"))
    await drawn(storage, ENTRY)
    await storage.write(lambda tx: STORE.put_entries(tx, [later]))
    assert await storage.read(lambda tx: STORE.entry(tx, ENTRY.ticket)) == later


async def test_second_judgement_of_a_reviewer_replaces_the_first_and_keeps_its_id(storage: Storage) -> None:
    (first,) = await saved(storage, REVIEW)
    assert first.id and replace(first, id=0) == REVIEW
    again = replace(REVIEW, verdict="confirmed", code="duplicate", reason=None, scores={}, changed=False)
    (second,) = await saved(storage, again)
    assert await of_chats(storage, "c1") == [second] == [replace(again, id=first.id)]


async def test_judgements_are_found_by_chat_and_by_time_oldest_first(storage: Storage) -> None:
    other = replace(REVIEW, reviewer="rafael", at=REVIEW.at - 1)
    third = replace(REVIEW, chat="c2", at=REVIEW.at + 5)
    one, two, three = await saved(storage, REVIEW, other, third)
    assert await of_chats(storage, "c2", "c1") == [two, one, three]
    assert await of_chats(storage) == []

    def since(begin: int, end: int) -> partial[list[Review]]:
        return partial(STORE.since, since=begin, until=end)

    assert await storage.read(since(REVIEW.at, REVIEW.at + 5)) == [one]
    assert await storage.read(lambda tx: STORE.review(tx, three.id)) == three
    await storage.write(lambda tx: STORE.remove(tx, three.id))
    assert await storage.read(lambda tx: STORE.review(tx, three.id)) is None


async def test_feedback_is_listed_newest_first_with_its_answer(storage: Storage) -> None:
    silent, others = replace(REVIEW, chat="c2", feedback=None), replace(REVIEW, chat="c3", agent="bo")
    newer = replace(REVIEW, chat="c4", at=REVIEW.at + 1)
    one, _, _, two = await saved(storage, REVIEW, silent, others, newer)
    await storage.write(lambda tx: STORE.answered(tx, one.id, "I will", 5))
    answered = replace(one, answer="I will", answered_at=5)
    assert await storage.read(lambda tx: STORE.with_feedback(tx, "ada", 50)) == [two, answered]
    assert await storage.read(lambda tx: STORE.with_feedback(tx, "ada", 1)) == [two]


async def test_tickets_that_a_reviewer_judged_void_are_found(storage: Storage) -> None:
    await saved(storage, REVIEW, replace(REVIEW, ticket=3, chat="c3", code="set_up"))
    assert await storage.read(lambda tx: STORE.void_reviewed(tx, [3, 4, REVIEW.ticket])) == {REVIEW.ticket}


async def test_row_keeps_its_id_when_it_is_moved_and_comes_back_when_it_is_removed(storage: Storage) -> None:
    before = await storage.read(STORE.settings)
    first, second = before.rows[0], before.rows[1]
    wanted = [RowWanted("Was polite"), RowWanted(" Understood ", first.id)]
    await storage.write(lambda tx: STORE.replace_rows(tx, wanted))
    rows = (await storage.read(STORE.settings)).rows
    assert [row.text for row in rows] == ["Was polite", "Understood"]
    assert rows[1].id == first.id and rows[0].id not in {row.id for row in before.rows}
    await storage.write(lambda tx: STORE.replace_rows(tx, [RowWanted("Back", second.id)]))
    assert [(row.id, row.text) for row in (await storage.read(STORE.settings)).rows] == [(second.id, "Back")]


async def test_settings_are_the_defaults_until_they_are_stored(storage: Storage) -> None:
    before = await storage.read(STORE.settings)
    assert before == ReviewSettings(before.rows)
    changed = ReviewSettings(before.rows, 25, ["void_counted", "words"], "all")
    await storage.write(lambda tx: STORE.change_settings(tx, changed))
    assert await storage.read(STORE.settings) == changed


async def test_agreement_is_stored_until_a_judgement_of_the_chat_changes(storage: Storage) -> None:
    mine, theirs = await saved(storage, REVIEW, replace(REVIEW, reviewer="rafael", code="set_up"))
    for held in (mine, theirs):
        await storage.write(partial(STORE.agreed, review=held, by="ines", at=9))
        assert [(one.id, one.agreed_by, one.agreed_at) for one in await of_chats(storage, "c1") if one.agreed_at] == [
            (held.id, "ines", 9)
        ]
    await saved(storage, replace(REVIEW, code="no_issue"))
    assert [one.agreed_at for one in await of_chats(storage, "c1")] == [None, None]
    await storage.write(partial(STORE.agreed, review=mine, by="ines", at=9))
    await storage.write(lambda tx: STORE.remove(tx, theirs.id))
    assert [one.agreed_at for one in await of_chats(storage, "c1")] == [None]


async def test_corrected_codes_leave_out_a_judgement_that_is_hidden(storage: Storage) -> None:
    """A second reader could conclude from it that the first one corrected the code."""
    open_ = replace(REVIEW, chat="c2", agent="bo", blind=False)
    await saved(storage, REVIEW, open_, replace(open_, chat="c3", agent="cy", verdict="confirmed"))
    assert await storage.read(lambda tx: STORE.corrected_codes(tx, REVIEW.at)) == {("bo", "duplicate")}
    assert await storage.read(lambda tx: STORE.corrected_codes(tx, REVIEW.at + 1)) == set()
    await saved(storage, replace(REVIEW, reviewer="rafael", verdict="confirmed"))
    assert await storage.read(lambda tx: STORE.corrected_codes(tx, REVIEW.at)) == {
        ("bo", "duplicate"),
        ("ada", "duplicate"),
    }
