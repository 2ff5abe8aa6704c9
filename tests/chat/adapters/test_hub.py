"""Who follows what, and what happens where the row has a hole: the hub over a store that is a list."""

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
from chat.frames import Ephemeral, QueuePosition, ReadEvent, Sender
from identity.actor import Actor
from tests.running import eventually


class Screen:
    """A connection that keeps what it is sent. `blocked`: it takes nothing; `full`: its outbox is full too."""

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
    """The log of one chat, as it is committed; and a hub that reads it."""

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
    """`screen`, once it follows live."""
    arrived: list[int] = []

    async def say(seq: int) -> bool:
        arrived.append(seq)
        return True

    store.hub.join(screen)
    store.hub.follow(screen, "c", after, say)
    await eventually(lambda: arrived, "it has arrived")
    await asyncio.sleep(0)
    return screen


async def test_live_events_come_once_in_order() -> None:
    """The ordinary case reads nothing from the store."""
    store = Store()
    customer = await following(store, Screen("v"))
    reads = store.reads
    for _ in range(3):
        store.hub.deliver(store.commit(), None)
    assert customer.seqs == [1, 2, 3] and store.reads == reads


async def test_a_hole_is_filled_before_anything_after_it() -> None:
    """The second of two commits is told first: nobody sees it before the first, and nobody sees any twice."""
    store = Store()
    customer, agent = await following(store, Screen("v")), await following(store, Screen("a", staff=True))
    first, second = store.commit(), store.commit()
    store.hub.deliver(second, None)
    await eventually(lambda: customer.seqs == agent.seqs == [1, 2], "the hole is filled")
    store.hub.deliver(first, None)
    store.hub.deliver(store.commit(), None)
    assert customer.seqs == agent.seqs == [1, 2, 3]


async def test_the_ok_stands_in_the_events_place_even_where_a_hole_was_filled() -> None:
    """The sender's own event is read from the store before its commit is told: one `ok`, no event, none after."""
    store = Store()
    customer = await following(store, Screen("v"))
    customer.pending["mine"] = 1
    other, mine = store.commit(), store.commit(person="v", command="mine")
    store.hub.deliver(mine, customer)
    await eventually(lambda: customer.seqs == [1, 2], "the hole is filled")
    assert [frame["type"] for frame in customer.frames] == ["message", "ok"]
    store.hub.deliver(other, None)
    assert customer.seqs == [1, 2] and not customer.pending


async def test_an_ok_for_a_chat_that_is_not_followed() -> None:
    """Whoever sends without following is answered all the same, and told nothing else."""
    store = Store()
    customer = Screen("v")
    store.hub.join(customer)
    customer.pending["mine"] = 1
    store.hub.deliver(store.commit(person="v", command="mine"), customer)
    store.hub.deliver(store.commit(), None)
    assert [frame["type"] for frame in customer.frames] == ["ok"]


async def test_customers_see_no_notes_and_their_prev_steps_over_them() -> None:
    """Live and replayed."""
    store = Store()
    customer = await following(store, Screen("v"))
    for note in (False, True, False):
        store.hub.deliver(store.commit(note=note), None)
    late = await following(store, Screen("v"))
    for screen in (customer, late):
        assert [(f["seq"], f["prev"]) for f in screen.frames] == [(1, 0), (3, 1)]


async def test_a_reader_with_a_full_outbox_catches_up_when_it_takes_again() -> None:
    """The others are not held up, and it misses nothing."""
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


async def test_who_becomes_the_agent_gets_the_past_first() -> None:
    """From 1 on, then the assignment with `about`, then what comes."""
    store = Store()
    agent = Screen("a", staff=True)
    store.hub.join(agent)
    store.commit(), store.commit()
    assigned = store.commit(kind="chat.assigned")
    store.hub.deliver(Logged("c", 3, 2, False, "at", assigned.body, about=b"{}", joins=("a",)), None)
    await eventually(lambda: agent.seqs == [1, 2, 3], "the past has come")
    assert agent.frames[-1]["about"] == {"chat": "c"}
    store.hub.deliver(store.commit(), None)
    assert agent.seqs == [1, 2, 3, 4]


async def test_a_started_chat_is_followed_in_the_persons_other_tabs() -> None:
    """From its first event on."""
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


async def test_a_chat_of_an_account_is_followed_where_its_person_proved_it() -> None:
    """In the other tab of the same visitor; not on the account's other devices, nor where nothing was proven."""
    store = Store()
    here, there = Screen("v", account="acc"), Screen("v", account="acc")
    elsewhere, unproven = Screen("w", account="acc"), Screen("v")
    for screen in (here, there, elsewhere, unproven):
        store.hub.join(screen)
    event = store.commit(kind="chat.started")
    store.hub.deliver(Logged("c", 1, 0, False, "at", event.body, joins=("acc", "v")), here)
    assert set(store.hub.followers("c")) == {here, there}
    assert not elsewhere.frames and not unproven.frames


async def test_somebody_is_here_by_all_their_ids() -> None:
    """Joining says which ids are new here, proving an account adds it, leaving says which are gone."""
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


async def test_a_store_that_cannot_be_read() -> None:
    """The resume is told, or the connection given up where something of its own was under way; others go on."""
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


async def test_looked_away_before_all_was_shown() -> None:
    """Nothing more is shown, and whoever asked for it is told that it is not followed, not that it cannot be read."""
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
    """A follower whose slow line has it catch up, with a command of its own stored and not answered."""
    screen = await following(store, Screen("v"))
    screen.block()
    store.hub.deliver(store.commit(), None)
    screen.pending[command] = 1
    store.hub.deliver(store.commit(person="v", command=command), screen)
    await asyncio.sleep(0)
    assert screen.frames == []
    return screen


async def test_who_looks_away_from_what_they_wrote_is_answered_then() -> None:
    """The replay does not get there any more: the `ok` comes by itself, once."""
    store = Store()
    screen = await behind_with_a_command(store, "mine")
    store.hub.unfollow(screen, "c")
    assert [(f["type"], f["seq"]) for f in screen.frames] == [("ok", 2)] and not screen.pending
    screen.take_again()
    await eventually(lambda: store.hub.idle, "the replay is over")
    assert screen.seqs == [2]


async def test_who_becomes_another_is_answered_what_they_wrote_and_asked_for() -> None:
    """What was stored, and the resume that is broken off; each once, and nothing of the chat after it. The walks of who
    comes then are not touched by the end of the old one."""
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
async def test_who_goes_on_from_behind_what_they_wrote_is_answered_then(
    after: int, at_once: list[int], in_the_end: list[int]
) -> None:
    """By a second resume. One from before it leaves the `ok` in the event's place."""
    store = Store()
    screen = await behind_with_a_command(store, "mine")
    store.hub.follow(screen, "c", after)
    assert screen.seqs == at_once
    screen.take_again()
    await eventually(lambda: store.hub.idle, "the replay is over")
    assert screen.seqs == in_the_end and screen.frames[-1]["type"] == "ok" and not screen.pending
    store.hub.deliver(store.commit(), None)
    assert screen.seqs == [*in_the_end, 3]


async def test_the_same_command_twice_is_answered_once_for_each_frame() -> None:
    """Where one of the two waits for a replay, looking away answers that one."""
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


async def test_who_was_told_that_they_arrived_is_not_told_otherwise() -> None:
    """Something more was written just then, and before it was shown they looked away: one answer."""
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


async def test_what_was_found_to_be_stored_is_shown() -> None:
    """A commit that nobody was told of: who is live catches up, once; who stands there already is left alone."""
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


async def test_who_has_a_chat_by_now_joins_it_on_every_connection() -> None:
    """With its past first; a connection that follows already is not sent back to the start."""
    store = Store()
    store.commit(), store.commit()
    new, old, other = Screen("a", staff=True), Screen("a", staff=True), Screen("b", staff=True)
    await following(store, old, 2)
    store.hub.join(new), store.hub.join(other)
    store.hub.let_join("c", "a")
    await eventually(lambda: new.seqs == [1, 2], "the past has come")
    assert old.seqs == [] and not store.hub.follows(other, "c")


def rewritten(store: Store, seq: int) -> Logged:
    """The store says something else in that place from now on."""
    event = structs.replace(store.log[seq - 1], body='{"type":"message","text":null}')
    store.log[seq - 1] = event
    return event


async def test_a_replay_shows_what_was_rewritten_since_it_was_read() -> None:
    """A page that was read before, and waits for its socket, goes out with what the store says by now."""
    store = Store()
    store.commit(), store.commit(), store.commit()
    store.meanwhile = lambda: store.hub.rewrite(rewritten(store, 2))
    reader = Screen("v")
    store.hub.join(reader)
    store.hub.follow(reader, "c", 0)
    await eventually(lambda: reader.seqs == [1, 2, 3], "all have come")
    assert store.reads == 1
    assert ["text" in frame for frame in reader.frames] == [False, True, False]


async def test_what_is_rewritten_before_it_was_told_is_read_again() -> None:
    """The news of a message comes after that of its redaction: nobody sees what it said."""
    store = Store()
    live = await following(store, Screen("v"))
    late = store.commit()
    store.hub.rewrite(rewritten(store, 1))
    store.hub.deliver(late, None)
    await eventually(lambda: live.seqs == [1], "it has come")
    assert live.frames[0]["text"] is None


async def test_what_waits_is_rewritten_for_everybody_here() -> None:
    """Each outbox is asked for the frame of that place, for its own audience; what is being typed there is dropped."""
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


async def test_nothing_stays_of_who_is_gone() -> None:
    """People, follows and replays under way are forgotten with the connection."""
    store = Store()
    customer = await following(store, Screen("v"))
    customer.block()
    store.hub.deliver(store.commit(), None)
    assert store.hub.leave(customer) and not store.hub.leave(customer)
    await asyncio.sleep(0)
    assert not store.hub.followers("c") and not store.hub.is_here("v") and store.hub.connections == 0
    assert store.hub.idle


async def test_news_go_to_whom_they_concern() -> None:
    """Not to their own person, and only to the side that they are for."""
    store = Store()
    customer, agent = await following(store, Screen("v")), await following(store, Screen("a", staff=True))
    store.hub.news("c", ReadEvent(chat="c", from_=Sender("customer", "v", None), upto=1), besides="v")
    store.hub.news("c", QueuePosition(chat="c", position=1, wait_s=None), to_staff=False)
    assert [frame["type"] for frame in agent.frames] == ["read"]
    assert [frame["type"] for frame in customer.frames] == ["queue.position"]


async def test_what_is_told_once_is_not_lost_on_who_is_just_arriving() -> None:
    """News that comes between the look at how the chat stands and the moment from which they follow it: the chat is
    looked at again before they are told that they have arrived. What concerns the others is no reason."""
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
def test_in_whatever_order_commits_are_told(order: list[int], notes: list[bool], mine: set[int]) -> None:
    """Every screen goes through the same rising row, the sender's own as `ok`s."""

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
