from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from chat import wire
from chat.adapters.hub import Hub
from chat.adapters.replays import PAGE
from chat.events import Logged
from chat.frames.ephemeral import Ephemeral, QueuePosition, ReadEvent
from chat.frames.people import Sender
from identity.actor import Actor
from tests.running import eventually


class Screen:
    """A connection that records its frames. `blocked`: it accepts nothing. `full`: its send queue is full too."""

    def __init__(self, person: str, *, staff: bool = False, account: str | None = None) -> None:
        self.person = person
        self.account = account
        self.staff = staff
        self.actor: Actor | None = None
        self.fingerprint: str | None = None
        self.closed = False
        self.pending: dict[str, int] = {}
        self._stored: set[str] = set()
        self.frames: list[dict[str, Any]] = []
        self.replaced: list[tuple[bytes, bytes]] = []
        self.dropped: list[tuple[str, ...]] = []
        self.full = False
        self.gave_up = False
        self._free = asyncio.Event()
        self._free.set()

    @property
    def ids(self) -> tuple[str, ...]:
        return (self.person,) if self.account is None else (self.person, self.account)

    @property
    def has_room(self) -> bool:
        return not self.full

    def block(self) -> None:
        self.full = True
        self._free.clear()

    def take_again(self) -> None:
        self.full = False
        self._free.set()

    def ended(self, command_id: str) -> None:
        self.pending.pop(command_id, None)
        self._stored.discard(command_id)

    def stored(self, command_id: str) -> None:
        self._stored.add(command_id)

    async def stored_now(self, command_id: str) -> bool:
        while command_id in self.pending and command_id not in self._stored:
            await asyncio.sleep(0)
        return command_id in self._stored

    def send(self, payload: bytes) -> None:
        self.frames.append(json.loads(payload))

    def send_news(self, key: tuple[str, ...], payload: bytes) -> None:
        self.send(payload)

    def tell(self, event: Ephemeral, key: tuple[str, ...]) -> None:
        self.send(wire.ephemeral(event))

    def replace(self, start: bytes, payload: Callable[[], bytes]) -> None:
        self.replaced.append((start, payload()))

    def drop_news(self, start: tuple[str, ...]) -> None:
        self.dropped.append(start)

    async def drained(self) -> bool:
        await self._free.wait()
        return True

    def close(self, code: int, reason: str = "") -> None:
        self.closed = True

    def give_up(self) -> None:
        self.gave_up = True

    @property
    def seqs(self) -> list[int]:
        return [frame["seq"] for frame in self.frames if "seq" in frame]


class Store:
    """The committed log of one chat, and a hub that reads it."""

    def __init__(self) -> None:
        self.log: list[Logged] = []
        self.reads = 0
        self.away = False
        self.meanwhile: Callable[[], None] = lambda: None
        self.hub = Hub(self._read, self._about)

    async def _read(self, chat: str, seq: int, limit: int) -> tuple[Sequence[Logged], bool]:
        self.reads += 1
        events = [event for event in self.log if event.seq > seq]
        self.meanwhile()
        await asyncio.sleep(0)
        if self.away:
            raise OSError("away")
        return events[:limit], len(events) > limit

    async def _about(self, chat: str) -> bytes | None:
        return b'{"chat":"c"}'

    def commit(
        self, *, note: bool = False, person: str | None = None, command: str | None = None, kind: str = "message"
    ) -> Logged:
        public = next((e.seq for e in reversed(self.log) if not e.staff_only), 0)
        event = Logged(
            "c",
            len(self.log) + 1,
            public,
            note,
            "at",
            json.dumps({"type": kind}, separators=(",", ":")),
            person,
            command,
        )
        self.log.append(event)
        return event


async def following(store: Store, screen: Screen, after: int = 0) -> Screen:
    arrived: list[int] = []

    async def say(seq: int) -> bool:
        arrived.append(seq)
        return True

    store.hub.join(screen)
    store.hub.follow(screen, "c", after, say)
    await eventually(lambda: arrived, "it has arrived")
    await asyncio.sleep(0)
    return screen


async def test_live_events_arrive_once_in_order() -> None:
    """Normally nothing is read from the store."""
    store = Store()
    customer = await following(store, Screen("v"))
    reads = store.reads
    for _ in range(3):
        store.hub.deliver(store.commit(), None)
    assert customer.seqs == [1, 2, 3] and store.reads == reads


async def test_gap_is_filled_before_later_events() -> None:
    """The second of two commits is delivered first. Nobody sees it before the first, or sees any event twice."""
    store = Store()
    customer, agent = await following(store, Screen("v")), await following(store, Screen("a", staff=True))
    first, second = store.commit(), store.commit()
    store.hub.deliver(second, None)
    await eventually(lambda: customer.seqs == agent.seqs == [1, 2], "the hole is filled")
    store.hub.deliver(first, None)
    store.hub.deliver(store.commit(), None)
    assert customer.seqs == agent.seqs == [1, 2, 3]


async def test_ok_replaces_the_senders_event_while_filling_a_gap() -> None:
    """The sender's own event is read from the store before its commit is delivered: one `ok`, no event, nothing
    later."""
    store = Store()
    customer = await following(store, Screen("v"))
    customer.pending["mine"] = 1
    other, mine = store.commit(), store.commit(person="v", command="mine")
    store.hub.deliver(mine, customer)
    await eventually(lambda: customer.seqs == [1, 2], "the hole is filled")
    assert [frame["type"] for frame in customer.frames] == ["message", "ok"]
    store.hub.deliver(other, None)
    assert customer.seqs == [1, 2] and not customer.pending


async def test_sender_who_does_not_follow_gets_only_the_ok() -> None:
    store = Store()
    customer = Screen("v")
    store.hub.join(customer)
    customer.pending["mine"] = 1
    store.hub.deliver(store.commit(person="v", command="mine"), customer)
    store.hub.deliver(store.commit(), None)
    assert [frame["type"] for frame in customer.frames] == ["ok"]


async def test_customer_sees_no_notes_and_prev_skips_them() -> None:
    store = Store()
    customer = await following(store, Screen("v"))
    for note in (False, True, False):
        store.hub.deliver(store.commit(note=note), None)
    late = await following(store, Screen("v"))
    for screen in (customer, late):
        assert [(f["seq"], f["prev"]) for f in screen.frames] == [(1, 0), (3, 1)]


async def test_reader_with_a_full_outbox_catches_up() -> None:
    store = Store()
    slow, quick = await following(store, Screen("v")), await following(store, Screen("w"))
    slow.block()
    for _ in range(PAGE + 50):
        store.hub.deliver(store.commit(), None)
    assert quick.seqs == list(range(1, PAGE + 51)) and slow.seqs == []
    slow.take_again()
    await eventually(lambda: slow.seqs == quick.seqs, "it has caught up")
    store.hub.deliver(store.commit(), None)
    assert slow.seqs == quick.seqs


async def test_assigned_agent_gets_the_history_first() -> None:
    """From seq 1, then the assignment with `about`, then live events."""
    store = Store()
    agent = Screen("a", staff=True)
    store.hub.join(agent)
    store.commit(), store.commit()
    assigned = store.commit(kind="chat.assigned")
    about = b'{"chat":"c","state":"active"}'
    store.hub.deliver(Logged("c", 3, 2, False, "at", assigned.body, about=about, joins=("a",)), None)
    await eventually(lambda: agent.seqs == [1, 2, 3], "the past has come")
    assert agent.frames[-1]["about"] == {"chat": "c", "state": "active"}
    store.hub.deliver(store.commit(), None)
    assert agent.seqs == [1, 2, 3, 4]


async def test_started_chat_is_followed_in_the_customers_other_tabs() -> None:
    store = Store()
    here, there = Screen("v"), Screen("v")
    store.hub.join(here), store.hub.join(there)
    here.pending["start"] = 1
    store.commit(kind="chat.started")
    last = store.commit(person="v", command="start")
    store.hub.deliver(Logged("c", 1, 0, False, "at", store.log[0].body, joins=("v",)), here)
    store.hub.deliver(last, here)
    assert [(f["type"], f["seq"]) for f in here.frames] == [("ok", 2)]
    assert [(f["seq"], f.get("id")) for f in there.frames] == [(1, None), (2, "start")]


async def test_account_chat_is_followed_in_the_visitors_verified_tabs() -> None:
    """Not on the account's other devices, and not in a tab that has not proved the account."""
    store = Store()
    here, there = Screen("v", account="acc"), Screen("v", account="acc")
    elsewhere, unproven = Screen("w", account="acc"), Screen("v")
    for screen in (here, there, elsewhere, unproven):
        store.hub.join(screen)
    event = store.commit(kind="chat.started")
    store.hub.deliver(Logged("c", 1, 0, False, "at", event.body, joins=("acc", "v")), here)
    assert set(store.hub.followers("c")) == {here, there}
    assert not elsewhere.frames and not unproven.frames


async def test_person_is_present_under_each_of_their_ids() -> None:
    """Joining returns the ids that are new, proving an account adds it, and leaving returns the ids that are gone."""
    store = Store()
    first, second = Screen("v"), Screen("w", account="acc")
    assert store.hub.join(first) == ("v",)
    assert store.hub.join(second) == ("w", "acc")
    first.account = "acc"
    assert store.hub.join(first) == () and set(store.hub.peers_of("acc")) == {first, second}
    assert store.hub.leave(second) == ("w",) and store.hub.is_here("acc")
    first.account = None
    assert store.hub.join(first) == () and not store.hub.is_here("acc")
    assert store.hub.leave(first) == ("v",) and store.hub.connections == 0


async def test_unreadable_store_fails_the_resume_or_the_connection() -> None:
    """The resume is refused. A connection with a pending command is given up instead."""
    store = Store()
    told: list[str] = []
    store.away = True
    one, two = Screen("v"), Screen("v")
    store.hub.join(one), store.hub.join(two)
    two.pending["mine"] = 1
    store.hub.follow(one, "c", 0, None, lambda why: told.append(f"one {why.code}"))
    store.hub.follow(two, "c", 0, None, lambda why: told.append(f"two {why.code}"))
    await eventually(lambda: told == ["one unavailable"] and two.gave_up, "both know")
    assert not one.gave_up and not store.hub.follows(one, "c")


async def test_unfollow_during_a_replay_answers_not_found() -> None:
    """Nothing more is shown. The answer is `not_found`, not `unavailable`."""
    store = Store()
    store.commit(), store.commit()
    told: list[str] = []
    screen = Screen("s", staff=True)
    screen.block()
    store.hub.join(screen)
    store.hub.follow(screen, "c", 0, None, lambda why: told.append(why.code))
    store.hub.unfollow(screen, "c")
    screen.take_again()
    await eventually(lambda: told == ["not_found"], "it is told")
    assert screen.seqs == []


async def behind_with_a_command(store: Store, command: str) -> Screen:
    """A slow follower that catches up and has an unanswered stored command."""
    screen = await following(store, Screen("v"))
    screen.block()
    store.hub.deliver(store.commit(), None)
    screen.pending[command] = 1
    store.hub.deliver(store.commit(person="v", command=command), screen)
    await asyncio.sleep(0)
    assert screen.frames == []
    return screen


async def test_unfollow_before_the_own_event_sends_the_ok_at_once() -> None:
    """The replay no longer reaches the event, so the `ok` is sent by itself, once."""
    store = Store()
    screen = await behind_with_a_command(store, "mine")
    store.hub.unfollow(screen, "c")
    assert [(f["type"], f["seq"]) for f in screen.frames] == [("ok", 2)] and not screen.pending
    screen.take_again()
    await eventually(lambda: store.hub.idle, "the replay is over")
    assert screen.seqs == [2]


async def test_leaving_answers_the_pending_command_and_the_resume() -> None:
    """Each once, and nothing of the chat afterwards. The end of the old replay does not affect the follows of the
    person who joins next."""
    store = Store()
    told: list[str] = []
    screen = await behind_with_a_command(store, "mine")
    store.hub.follow(screen, "c", 0, None, lambda why: told.append(why.code))
    store.hub.leave(screen)
    assert [(f["type"], f["seq"]) for f in screen.frames] == [("ok", 2)] and not screen.pending
    assert told == ["not_found"]
    store.hub.join(screen)
    store.hub.follow(screen, "c", 1)
    screen.take_again()
    await eventually(lambda: screen.seqs == [2, 2], "the new one has caught up")
    await eventually(lambda: store.hub.idle, "the replay is over")
    assert told == ["not_found"]


@pytest.mark.parametrize(("after", "at_once", "in_the_end"), [(2, [2], [2]), (1, [], [2]), (0, [], [1, 2])])
async def test_second_resume_answers_the_pending_command_once(
    after: int, at_once: list[int], in_the_end: list[int]
) -> None:
    """A resume past the event sends the `ok` at once. One from before it leaves the `ok` in the event's place."""
    store = Store()
    screen = await behind_with_a_command(store, "mine")
    store.hub.follow(screen, "c", after)
    assert screen.seqs == at_once
    screen.take_again()
    await eventually(lambda: store.hub.idle, "the replay is over")
    assert screen.seqs == in_the_end and screen.frames[-1]["type"] == "ok" and not screen.pending
    store.hub.deliver(store.commit(), None)
    assert screen.seqs == [*in_the_end, 3]


async def test_repeated_command_is_answered_once_per_frame() -> None:
    """The replay answers the first. Unfollowing does not answer the second, which is still pending."""
    store = Store()
    screen = await following(store, Screen("v"))
    screen.block()
    screen.pending["mine"] = 1
    store.hub.deliver(store.commit(person="v", command="mine"), screen)
    screen.take_again()
    await eventually(lambda: screen.seqs == [1], "the replay has got there")
    screen.pending["mine"] = 1
    store.hub.unfollow(screen, "c")
    assert screen.seqs == [1] and screen.pending == {"mine": 1}


async def test_resume_that_has_arrived_is_not_answered_again() -> None:
    """A new event is written at that moment, and the person unfollows before it is shown: one answer."""
    store = Store()
    told: list[str] = []
    screen = Screen("v")

    async def arrived(seq: int) -> bool:
        told.append(f"at {seq}")
        screen.block()
        store.hub.deliver(store.commit(), None)
        return True

    store.hub.join(screen)
    store.hub.follow(screen, "c", 0, arrived, lambda why: told.append(why.code))
    await eventually(lambda: told, "they have arrived")
    store.hub.unfollow(screen, "c")
    screen.take_again()
    await eventually(lambda: store.hub.idle, "the replay is over")
    assert told == ["at 0"]


async def test_stored_event_without_a_delivery_is_caught_up_once() -> None:
    """A live follower catches up once. A follower that is already there reads nothing."""
    store = Store()
    live = await following(store, Screen("v"))
    store.commit(), store.commit()
    store.hub.heard_of("c", 2)
    store.hub.heard_of("c", 2)
    await eventually(lambda: live.seqs == [1, 2] and store.hub.idle, "it has come")
    reads = store.reads
    store.hub.heard_of("c", 1)
    store.hub.deliver(store.commit(), None)
    assert live.seqs == [1, 2, 3] and store.reads == reads


async def test_news_that_a_follower_missed_while_catching_up_is_reported() -> None:
    store, missed = Store(), list[str]()
    live = await following(store, Screen("v"))
    store.hub.watch_missed_news(missed.append)
    store.commit()
    store.hub.heard_of("c", 1)
    store.hub.news("c", QueuePosition(chat="c", position=1, wait_s=None))
    await eventually(lambda: store.hub.idle, "it has caught up")
    assert live.seqs == [1] and missed == ["c"]


async def test_person_who_gets_a_chat_joins_it_on_every_connection() -> None:
    """History first. A connection that already follows does not start again."""
    store = Store()
    store.commit(), store.commit()
    new, old, other = Screen("a", staff=True), Screen("a", staff=True), Screen("b", staff=True)
    await following(store, old, 2)
    store.hub.join(new), store.hub.join(other)
    store.hub.let_join("c", "a")
    await eventually(lambda: new.seqs == [1, 2], "the past has come")
    assert old.seqs == [] and not store.hub.follows(other, "c")


def rewritten(store: Store, seq: int) -> Logged:
    event = structs.replace(store.log[seq - 1], body='{"type":"message","text":null}')
    store.log[seq - 1] = event
    return event


async def test_replay_shows_events_rewritten_after_the_read() -> None:
    """A page that was read but not yet sent goes out with the rewritten event."""
    store = Store()
    store.commit(), store.commit(), store.commit()
    store.meanwhile = lambda: store.hub.rewrite(rewritten(store, 2))
    reader = Screen("v")
    store.hub.join(reader)
    store.hub.follow(reader, "c", 0)
    await eventually(lambda: reader.seqs == [1, 2, 3], "all have come")
    assert store.reads == 1
    assert ["text" in frame for frame in reader.frames] == [False, True, False]


async def test_event_redacted_before_its_delivery_is_read_again() -> None:
    """The message is delivered after its redaction. Nobody sees the original text."""
    store = Store()
    live = await following(store, Screen("v"))
    late = store.commit()
    store.hub.rewrite(rewritten(store, 1))
    store.hub.deliver(late, None)
    await eventually(lambda: live.seqs == [1], "it has come")
    assert live.frames[0]["text"] is None


async def test_rewrite_replaces_queued_frames_for_everybody() -> None:
    """Each send queue gets the frame for its own audience. Queued typing events of that chat are dropped."""
    store = Store()
    customer, agent, elsewhere = Screen("v"), Screen("a", staff=True), Screen("w")
    for screen in (customer, agent, elsewhere):
        store.hub.join(screen)
    store.commit(note=True), store.commit(person="v", command="mine")
    store.hub.rewrite(rewritten(store, 2))
    ((start, shown),), ((_, to_staff),) = customer.replaced, agent.replaced
    assert start == b'{"chat":"c","seq":2,'
    assert json.loads(shown) == {"chat": "c", "seq": 2, "prev": 0, "id": "mine", "type": "message", "text": None}
    assert (json.loads(to_staff)["prev"], "id" in json.loads(to_staff)) == (1, False)
    assert elsewhere.replaced and elsewhere.dropped == [("TypingEvent", "c")]


async def test_leaving_connection_leaves_nothing_behind() -> None:
    store = Store()
    customer = await following(store, Screen("v"))
    customer.block()
    store.hub.deliver(store.commit(), None)
    assert store.hub.leave(customer) and not store.hub.leave(customer)
    await asyncio.sleep(0)
    assert not store.hub.followers("c") and not store.hub.is_here("v") and store.hub.connections == 0
    assert store.hub.idle


async def test_news_reach_only_their_audience() -> None:
    """Only the intended side, and never the person that they are about."""
    store = Store()
    customer, agent = await following(store, Screen("v")), await following(store, Screen("a", staff=True))
    store.hub.news("c", ReadEvent(chat="c", from_=Sender("customer", "v", None), upto=1), besides="v")
    store.hub.news("c", QueuePosition(chat="c", position=1, wait_s=None), to_staff=False)
    assert [frame["type"] for frame in agent.frames] == ["read"]
    assert [frame["type"] for frame in customer.frames] == ["queue.position"]


async def test_news_during_an_arrival_cause_another_check() -> None:
    """News arrive between the check of the chat's state and the start of live delivery. The state is checked again
    before the resume is answered. News for the other side do not count."""
    store, follower = Store(), Screen("v")
    store.hub.join(follower)
    store.commit()
    looks: list[bool] = []

    async def arrived(seq: int) -> bool:
        news = QueuePosition(chat="c", position=1, wait_s=None)
        store.hub.news("c", news, to_customer=not looks)
        missed = store.hub.has_missed(follower, "c")
        looks.append(missed)
        return not missed

    store.hub.follow(follower, "c", 0, arrived)
    await eventually(lambda: len(looks) == 2, "it is looked at again")
    assert looks == [True, False]
    store.hub.news("c", QueuePosition(chat="c", position=2, wait_s=None))
    await eventually(lambda: follower.frames[-1].get("position") == 2, "news comes live")
    assert follower.seqs == [1]


@given(st.permutations(range(1, 9)), st.lists(st.booleans(), min_size=8, max_size=8), st.sets(st.integers(1, 8)))
def test_commits_delivered_in_any_order_are_shown_in_order(order: list[int], notes: list[bool], mine: set[int]) -> None:
    async def tell() -> None:
        store = Store()
        customer, agent = await following(store, Screen("v")), await following(store, Screen("a", staff=True))
        for seq, note in enumerate(notes, start=1):
            own = seq in mine and not note
            store.commit(note=note, person="v" if own else None, command=str(seq) if own else None)
            if own:
                customer.pending[str(seq)] = 1
        for seq in order:
            event = store.log[seq - 1]
            store.hub.deliver(event, customer if event.command else None)
            await asyncio.sleep(0)
        public = [event.seq for event in store.log if not event.staff_only]
        await eventually(lambda: agent.seqs == list(range(1, 9)) and customer.seqs == public, "all have all")
        assert [f["seq"] for f in customer.frames if f["type"] == "ok"] == [e.seq for e in store.log if e.command]

    asyncio.run(tell())
