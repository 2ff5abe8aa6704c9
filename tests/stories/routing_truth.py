"""What is true of a desk by its store alone, kept in the plainest way, and what is then to be seen of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from msgspec import json
from sqlmodel import col, select

from chat.adapters.tables import ChatRow, EventRow
from chat.conversation import NEXT, State, Verb
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
    """Chats, their logs, who works here and what they chose: as the store has it at `now`. `connected` are those who
    have a line; `wrapping_up` counts the seats of somebody's chats that are over."""

    now: int
    chats: Mapping[str, ChatRow]
    logs: Mapping[str, list[Frame]]
    choices: Mapping[str, Choice]
    works_for: Mapping[str, frozenset[str]]
    """The teams of each person of staff who can work."""
    tickets: Mapping[str, list[int]]
    teams: Mapping[str, Team]
    connected: frozenset[str]
    wrapping_up: Counter[str] = field(default_factory=Counter)

    def line(self, team: str) -> list[ChatRow]:
        """Who waits for a team, the first to come first."""
        return sorted((row for row in self.chats.values() if row.team == team and row.state in WAITING), key=place)

    def rests(self, row: ChatRow) -> bool:
        """Has the customer of this answered chat been silent for so long that it takes no seat?"""
        team = self.teams[row.team]
        if row.silent_due_at is None:
            return False
        return self.now - (row.silent_due_at - 1000 * team.silent_s[-1]) >= 1000 * team.idle_seat_s

    def held(self, staff: str) -> set[str]:
        return {row.id for row in self.chats.values() if row.state == "active" and row.agent == staff}

    def seats_taken(self, staff: str) -> int:
        """By the chats they hold, those that are offered to them, and those they wrap up."""
        held = sum(not self.rests(self.chats[chat]) for chat in self.held(staff))
        offered = sum(row.state == "offered" and row.offered_to == staff for row in self.chats.values())
        return held + offered + self.wrapping_up[staff]

    def free(self, staff: str) -> int:
        return max(0, self.choices[staff].capacity - self.seats_taken(staff))

    def serves(self, staff: str, team: str) -> bool:
        """Are they here for new chats of a team?"""
        choice = self.choices.get(staff)
        return (
            choice is not None
            and choice.status == "available"
            and staff in self.connected
            and team in self.works_for.get(staff, frozenset()) - choice.paused
        )

    def serving(self, team: str) -> list[str]:
        return [staff for staff in self.works_for if self.serves(staff, team)]

    def eligible(self, row: ChatRow) -> list[str]:
        """Who could be given this chat."""
        return [staff for staff in self.serving(row.team) if self.free(staff) > 0 and staff not in passed(row)]


def place(row: ChatRow) -> tuple[int, int, str]:
    """What queues are ordered by."""
    return row.priority, row.queued_at, row.id


def passed(row: ChatRow) -> set[str]:
    """Who is not asked again, as the row has it."""
    return set(json.decode(row.passed))


def read(
    tx: Tx, people: People, teams: Mapping[str, Team], now: int, connected: Iterable[str], *, logs: bool = True
) -> Truth:
    """All of it, or all but logs and tickets."""
    told: defaultdict[str, list[Frame]] = defaultdict(list)
    tickets: defaultdict[str, list[int]] = defaultdict(list)
    events = select(EventRow.id, EventRow.chat, EventRow.body).order_by(col(EventRow.id))
    for id_, chat, body in tx.session.exec(events) if logs else ():
        told[chat].append({**json.decode(body), "row": id_})
    for number, of in tx.session.exec(select(TicketRow.number, TicketRow.chat)) if logs else ():
        if number is not None and of is not None:
            tickets[of].append(number)
    return Truth(
        now,
        {row.id: row for row in tx.session.exec(select(ChatRow))},
        told,
        {choice.staff: choice for choice in store.choices(tx)},
        {one.id: frozenset(key for key in teams if one.sees(key)) for one in people.all_staff(tx)},
        tickets,
        teams,
        frozenset(connected),
    )


def faults_of(truth: Truth) -> list[str]:
    """What the store itself has wrong, a sentence each: idle seats, tickets, logs that tell another story."""
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
    for chat, row in truth.chats.items():
        try:
            states, agent, team = _told(truth.logs[chat])
        except AssertionError as wrong:
            yield f"{chat}: {wrong}: {[_short(event) for event in truth.logs[chat]]}"
            continue
        if row.state not in states or row.agent != agent or row.team != team:
            log = [_short(event) for event in truth.logs[chat]]
            yield f"{chat} is {row.state} of {row.agent} in {row.team}, its log ends in {states, agent, team}: {log}"


def _told(log: Collection[Frame]) -> tuple[set[State], str | None, str]:
    """The states that a chat may be in after its log, its agent and its team. An offer is no event: who waits may have
    been asked. A colleague to whom a chat was handed on has it, or is asked, or it waits again."""
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
            states, leaving = {"closed"}, ""
        elif kind in ("message", "note", "chat.waiting"):
            _allowed("wait" if kind == "chat.waiting" else "send", states)
    assert not leaving or states == {"offered"}, f"an agent left ({leaving}), and nothing follows"
    return states, agent, team


def _allowed(verb: Verb, states: set[State]) -> None:
    assert any(state in NEXT[verb] for state in states), f"{verb} in {states}"


def _short(event: Frame) -> str:
    facts = (event.get(name) for name in ("by", "reason", "team", "to_team"))
    return " ".join((event["type"], *(fact for fact in facts if isinstance(fact, str))))
