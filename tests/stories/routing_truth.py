"""The true state of a desk, computed in the simplest way from its database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from msgspec import json
from sqlmodel import col, or_, select

from chat.adapters.tables import ChatRow, EventRow
from chat.conversation import NEXT, Chat, State, Verb
from identity.adapters.people import People
from routing.adapters import store
from routing.agents import Choice
from routing.desk import Team
from storage.ports import Tx
from tests.running import Frame
from ticketing.adapters.tables import TicketRow

WAITING = ("queued", "offered")


@dataclass(frozen=True)
class Truth:
    """The database at `now`, and the `connected` staff."""

    now: int
    chats: Mapping[str, ChatRow]
    logs: Mapping[str, list[Frame]]
    fresh: Collection[Frame]
    """The events since the previous `Truth`."""
    choices: Mapping[str, Choice]
    works_for: Mapping[str, frozenset[str]]
    """The teams of each person of staff whose account is active."""
    tickets: Mapping[str, list[int]]
    teams: Mapping[str, Team]
    connected: frozenset[str]

    def line(self, team: str) -> list[ChatRow]:
        """The waiting chats of a team, in queue order."""
        return sorted((row for row in self.chats.values() if row.team == team and row.state in WAITING), key=place_of)

    def rests(self, row: ChatRow) -> bool:
        """Whether the customer of this answered chat has been silent for so long that it takes no slot."""
        team = self.teams[row.team]
        if row.silent_due_at is None:
            return False
        return self.now - (row.silent_due_at - 1000 * team.silent_s[-1]) >= 1000 * team.idle_seat_s

    def held(self, staff: str) -> set[str]:
        return {row.id for row in self.chats.values() if row.state == "active" and row.agent == staff}

    def seats_taken(self, staff: str) -> int:
        """Held, offered and wrapped-up chats."""
        held = sum(not self.rests(self.chats[chat]) for chat in self.held(staff))
        offered = sum(row.state == "offered" and row.offered_to == staff for row in self.chats.values())
        return held + offered + sum(self.wraps_up(row) for row in self.chats.values() if row.agent == staff)

    def wraps_up(self, row: ChatRow) -> bool:
        return row.state == "closed" and row.wrap_up_until is not None and row.wrap_up_until > self.now

    def free(self, staff: str) -> int:
        return max(0, self.choices[staff].capacity - self.seats_taken(staff))

    def serves(self, staff: str, team: str) -> bool:
        """Whether they take new chats of a team."""
        choice = self.choices.get(staff)
        return (
            choice is not None
            and choice.status == "available"
            and staff in self.connected
            and team in self.works_for.get(staff, frozenset()) - choice.paused
        )

    def lost_by_their_agent(self) -> dict[str, str]:
        """The waiting chats whose last agent was lost to the grace, and their team."""
        waiting = [row for row in self.chats.values() if row.state in WAITING]
        left = {
            row.id: [event["reason"] for event in self.logs[row.id] if event["type"] == "chat.left"] for row in waiting
        }
        return {row.id: row.team for row in waiting if left[row.id][-1:] == ["gone"]}

    def serving(self, team: str) -> list[str]:
        return [staff for staff in self.works_for if self.serves(staff, team)]

    def eligible(self, row: ChatRow) -> list[str]:
        return [staff for staff in self.serving(row.team) if self.free(staff) > 0 and staff not in kept_from(row)]


EMPTY = Truth(0, {}, {}, (), {}, {}, {}, {}, frozenset())


def place_of(chat: ChatRow | Chat) -> tuple[int, int, str]:
    """The sort key of queues."""
    return chat.priority, chat.queued_at, chat.id


def kept_from(row: ChatRow) -> set[str]:
    """The agents who get no proposal of this chat."""
    return {*json.decode(row.passed), *([row.handed_on_by] if row.handed_on_by is not None else [])}


class Store:
    """Reads the database repeatedly. Of closed chats it reads only what is new."""

    def __init__(self) -> None:
        self._over: dict[str, ChatRow] = {}
        self._logs: defaultdict[str, list[Frame]] = defaultdict(list)
        self._tickets: defaultdict[str, list[int]] = defaultdict(list)
        self._last_event = self._last_ticket = 0

    def read(self, tx: Tx, people: People, teams: Mapping[str, Team], now: int, connected: Iterable[str]) -> Truth:
        return self._truth(tx, people, teams, now, connected, self._events(tx))

    def seats(self, tx: Tx, people: People, teams: Mapping[str, Team], now: int, connected: Iterable[str]) -> Truth:
        """Without new events and tickets, inside a transaction that may still be rolled back."""
        return self._truth(tx, people, teams, now, connected, ())

    def _truth(
        self,
        tx: Tx,
        people: People,
        teams: Mapping[str, Team],
        now: int,
        connected: Iterable[str],
        fresh: Collection[Frame],
    ) -> Truth:
        return Truth(
            now,
            self._over | self._chats(tx),
            self._logs,
            fresh,
            {choice.staff: choice for choice in store.choices(tx)},
            {one.id: frozenset(key for key in teams if one.sees(key)) for one in people.all_staff(tx)},
            self._tickets,
            teams,
            frozenset(connected),
        )

    def _chats(self, tx: Tx) -> dict[str, ChatRow]:
        """The chats that are open now or were at the previous read."""
        under_way = or_(ChatRow.state != "closed", col(ChatRow.id).not_in(list(self._over)))
        return {row.id: row for row in tx.session.exec(select(ChatRow).where(under_way))}

    def _events(self, tx: Tx) -> list[Frame]:
        events = select(EventRow.id, EventRow.chat, EventRow.body).where(col(EventRow.id) > self._last_event)
        fresh = []
        for id_, chat, body in tx.session.exec(events.order_by(col(EventRow.id))):
            assert id_ is not None, "it is stored"
            self._last_event = id_
            fresh.append({**json.decode(body), "row": id_, "chat": chat})
            self._logs[chat].append(fresh[-1])
        made = select(TicketRow.number, TicketRow.chat).where(col(TicketRow.number) > self._last_ticket)
        for number, of in tx.session.exec(made.order_by(col(TicketRow.number))):
            assert number is not None, "it is stored"
            self._last_ticket = number
            if of is not None:
                self._tickets[of].append(number)
        return fresh

    def settle(self, truth: Truth) -> None:
        """Closed chats of this truth are not read again."""
        self._over |= {
            row.id: row for row in truth.chats.values() if row.state == "closed" and row.wrap_up_until is None
        }


def faults_of(truth: Truth) -> list[str]:
    """Contradictions in the database: idle slots, missing tickets, logs that do not explain the state."""
    return [*_idle(truth), *_tickets(truth), *_stories(truth)]


def _idle(truth: Truth) -> Iterable[str]:
    for row in truth.chats.values():
        if row.state == "queued" and (idle := truth.eligible(row)):
            yield f"{row.id} waits for {row.team} while {idle} could take it"


def _tickets(truth: Truth) -> Iterable[str]:
    for row in truth.chats.values():
        made = truth.tickets.get(row.id, [])
        if len(made) != (row.state == "closed") or (made and made != [row.ticket]):
            yield f"{row.id} is {row.state}, names ticket {row.ticket}, and has {made}"


_BY: dict[str, Verb] = {
    "dispatcher": "assign",
    "accept": "accept",
    "pick": "pick",
    "take": "take",
    "transfer": "transfer",
}
_REQUEUED: dict[str, Verb] = {
    "agent_gone": "requeue",
    "no_reply": "requeue",
    "declined": "pass",
    "overflow": "overflow",
}
_CLOSED: dict[str, Verb] = {
    "closed": "close",
    "ended": "end",
    "abandoned": "abandon",
    "missed": "miss",
    "silent": "silence",
}


def _stories(truth: Truth) -> Iterable[str]:
    told = {event["chat"] for event in truth.fresh}
    for chat, row in truth.chats.items():
        if row.state == "closed" and chat not in told:
            continue
        try:
            states, agent, team = _told(truth.logs[chat])
        except AssertionError as wrong:
            yield f"{chat}: {wrong}: {[_short(event) for event in truth.logs[chat]]}"
            continue
        if row.state not in states or row.agent != agent or row.team != team:
            log = [_short(event) for event in truth.logs[chat]]
            yield f"{chat} is {row.state} of {row.agent} in {row.team}, its log ends in {states, agent, team}: {log}"


def _told(log: Collection[Frame]) -> tuple[set[State], str | None, str]:
    """The possible states of a chat after its log, its agent and its team. An offer is no event, so a queued chat may
    be offered."""
    states: set[State] = set()
    agent: str | None = None
    team = ""
    leaving = ""
    for event in log:
        kind = event["type"]
        if kind == "chat.started":
            assert not states, "it begins twice"
            states, team = {"queued", "offered"}, event["team"]
            continue
        assert states, "it does not begin at its beginning"
        if kind == "chat.left":
            assert event["who"]["id"] == agent, "somebody leaves who is not there"
            agent, leaving = None, event["reason"]
        elif kind == "chat.transferred":
            assert leaving == "transferred" and event["from_team"] == team, "handed on by nobody, or from elsewhere"
            team = event["to_team"]
            states = {"offered"} if "to_staff" in event else {"active"}
        elif kind == "chat.queued":
            if event["reason"] != "transferred":
                _allowed(_REQUEUED[event["reason"]], states)
            assert agent is None, "it waits and has an agent"
            assert event["reason"] == "overflow" or event["team"] == team, "it waits for another team"
            states, team, leaving = {"queued", "offered"}, event["team"], ""
        elif kind == "chat.assigned":
            if event["by"] != "transfer":
                _allowed(_BY[event["by"]], states)
            assert agent is None, "two agents"
            states, agent, leaving = {"active"}, event["staff"]["id"], ""
        elif kind == "chat.closed":
            _allowed(_CLOSED[event["reason"]], states)
            assert event["reason"] != "ended" or "active" in states, "who waits leaves the queue, and ends no chat"
            states, leaving = {"closed"}, ""
        elif kind in ("message", "note", "chat.waiting", "chat.addressed", "chat.described"):
            _allowed("wait" if kind == "chat.waiting" else "send", states)
    assert not leaving or states == {"offered"}, f"an agent left ({leaving}), and nothing follows"
    return states, agent, team


def _allowed(verb: Verb, states: set[State]) -> None:
    assert any(state in NEXT[verb] for state in states), f"{verb} in {states}"


def _short(event: Frame) -> str:
    facts = (event.get(name) for name in ("by", "reason", "team", "to_team"))
    return " ".join((event["type"], *(fact for fact in facts if isinstance(fact, str))))
