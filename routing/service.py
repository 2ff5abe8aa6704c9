"""The dispatcher: gives waiting chats to agents, from the facts reported to it.

The dispatcher only proposes placements, based on the floor. A conditional transaction then stores each proposal, or
stores nothing if the floor was outdated.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence

import structlog
from msgspec import structs

from clock import Clock, zones
from routing.agents import AgentChoice
from routing.assign import Placement
from routing.desk import Desk, Team
from routing.paces import Paces
from routing.ports import Change, Claims, Floor, FloorView, Outcome
from routing.queue import QueueState, Waiting
from routing.views import StaffTeam, TeamHours, TeamOpening

SWEEP_S = 5.0
"""Seconds between two sweeps. A sweep tries all placements again, even if no new fact was reported."""
AT_ONCE = 40
"""Maximum number of placements in one transaction. On SQLite, 100 would delay other writes by 50 ms."""
CLAIMS_MAX = 2 * AT_ONCE
"""Maximum number of placements that are decided at the same time. While one transaction waits for the database, the
process works on another one."""

_log = structlog.get_logger(__name__)


class Dispatcher:
    """Places waiting chats while `run` runs.

    For each committed fact, callers call the method named after the fact, from the event loop. These methods are
    synchronous, and cheap enough for `Tx.after_commit`. Facts that add a chat or a slot wake up `run`.
    """

    def __init__(
        self,
        hours: Callable[[], Desk],
        floor: Floor,
        claims: Claims,
        clock: Clock,
        steady: Clock | None = None,
        sweep_s: float = SWEEP_S,
    ) -> None:
        """`hours()` returns the current desk, as parsed from the hours file."""
        self._hours = hours
        self.floor: FloorView = floor
        """The floor, for reading only."""
        self._floor = floor
        self._claims = claims
        self._clock = clock
        self._steady = steady or clock
        """A clock for durations. Setting the wall clock does not affect it."""
        self._sweep_s = sweep_s
        self._woken = asyncio.Event()
        self._paces = Paces()
        self._in_flight = 0
        self._failing = False
        self._ready_at = (clock(), self._steady())
        self._unstaffed_since: dict[str, tuple[int, int]] = {}
        """By team without an available agent: the time since which it has had none.

        The time is given by the wall clock and by the clock for durations.
        """
        self._staffed: set[str] = set()
        self._served_at: dict[str, int] = {}
        """By team: the last known time, by the wall clock, at which an agent was available.

        Not kept up to date while an agent is available.
        """
        floor.listen(self._changed)

    # facts about chats

    def chat_queued(self, waiting: Waiting) -> None:
        """Report that a chat waits: it is new or requeued, or its place in the queue changed."""
        self._paces.waits(waiting.chat, waiting.team, self._steady())
        self._floor.queued(waiting)

    def chat_offered(self, waiting: Waiting, staff: str, at: int) -> None:
        """Report that a waiting chat is offered to `staff`."""
        self._paces.waits(waiting.chat, waiting.team, self._steady())
        self._floor.offered(waiting, staff, at)

    def chat_closed(self, chat: str, team: str, *, wraps_up: bool = False) -> None:
        """Report that a chat is over. If `wraps_up`, the chat takes its slot until `chat_released`."""
        now = self._clock()
        # A waiting chat of a closed team ends because of closing time. Otherwise the customer gave up.
        desk = self._hours()
        gave_up = team in desk.teams and desk.hours_of(team).is_open(now)
        self._floor.unqueued(chat)
        if wraps_up:
            self._floor.wraps_up(chat)
        else:
            self._paces.gone(chat, self._steady(), gave_up=gave_up)
            self._floor.released(chat)

    def chat_held(self, chat: str, team: str, staff: str, at: int) -> None:
        """Report that `staff` has held a chat since `at`."""
        self._paces.held(chat, team, self._steady())
        self._floor.held(chat, team, staff, at)

    def chat_wraps_up(self, chat: str, team: str, staff: str, at: int) -> None:
        """Report that a chat that ended before this server started takes a slot of `staff` until `chat_released`."""
        self._floor.held(chat, team, staff, at)
        self._floor.wraps_up(chat)

    def chat_fell_silent(self, chat: str) -> None:
        """Report that a held chat takes no slot for now, because its customer has been silent for a long time."""
        self._paces.rests(chat, self._steady())
        self._floor.fell_silent(chat)

    def chat_spoke_again(self, chat: str) -> None:
        """Report that the silent customer wrote. The chat takes its slot again."""
        self._paces.returns(chat, self._steady())
        self._floor.spoke_again(chat)

    def chat_released(self, chat: str) -> None:
        """Report that a chat takes no slot any more."""
        self._paces.gone(chat, self._steady(), gave_up=False)
        self._floor.released(chat)

    # facts about agents

    def agent_changed(self, choice: AgentChoice) -> None:
        """Report a new agent, or an agent whose choice, name or teams changed."""
        self._floor.agent(choice)

    def agent_gone(self, staff: str) -> None:
        """Report that an agent was disabled."""
        self._floor.gone(staff)

    def connected(self, staff: str) -> None:
        """Report that an agent opened a connection."""
        self._floor.connected(staff)

    def was_available(self, choice: AgentChoice, at: int) -> None:
        """Report that an agent was last available at `at`, before this server started."""
        for team in choice.teams:
            self._served_at[team] = max(at, self._served_at.get(team, at))

    def disconnected(self, staff: str) -> None:
        """Report that an agent lost a connection."""
        self._floor.disconnected(staff)

    # placing

    def wake(self) -> None:
        """Look for placements soon."""
        self._woken.set()

    @property
    def idle(self) -> bool:
        """True if no claim is running and nothing has happened since the last proposals."""
        return not self._woken.is_set() and not self._in_flight

    async def run(self) -> None:
        """Place chats until the task is cancelled. Cancelling it also cancels running claims."""
        loop = asyncio.get_running_loop()
        self._ready_at = (self._clock(), self._steady())
        self._unstaffed_since.clear()
        sweep_at = loop.time() + self._sweep_s
        async with asyncio.TaskGroup() as claims:
            while True:
                self._woken.clear()
                await self._drain(claims)
                try:
                    async with asyncio.timeout_at(sweep_at):
                        await self._woken.wait()
                except TimeoutError:
                    self._floor.forgive()
                    sweep_at = loop.time() + self._sweep_s

    async def _drain(self, claims: asyncio.TaskGroup) -> None:
        now = self._clock()
        while room := min(CLAIMS_MAX - self._in_flight, AT_ONCE):
            placements = await self._floor.propose(now, room)
            if not placements:
                return
            self._in_flight += len(placements)
            claims.create_task(self._place(placements, now))

    async def _place(self, placements: Sequence[Placement], now: int) -> None:
        outcomes: Sequence[Outcome] = ["failed"] * len(placements)
        try:
            outcomes = self._outcomes(placements, await self._claims.claim(placements, now))
        except Exception as error:  # noqa: BLE001  nothing was stored, and the chats still wait
            self._failed(placements[0], error)
        finally:
            if self._in_flight == CLAIMS_MAX and any(outcome != "failed" for outcome in outcomes):
                self._woken.set()  # more chats may be waiting than fit into the last proposals
            self._in_flight -= len(placements)
            for placement, outcome in zip(placements, outcomes, strict=True):
                self._floor.settled(placement, outcome)

    def _outcomes(self, placements: Sequence[Placement], results: Sequence[bool | Exception]) -> list[Outcome]:
        failed = [pair for pair in zip(placements, results, strict=True) if isinstance(pair[1], Exception)]
        self._failing = self._failing and bool(failed)
        for placement, error in failed:
            self._failed(placement, error)
        return ["failed" if isinstance(result, Exception) else "won" if result else "lost" for result in results]

    def _failed(self, placement: Placement, error: object) -> None:
        if not self._failing:
            _log.warning("claims_fail", chat=placement.chat, staff=placement.staff, exc_info=error)
        self._failing = True

    def _changed(self, change: Change) -> None:
        if change.room:
            self._woken.set()
        for team in change.teams:
            if self._floor.serving(team):
                self._staffed.add(team)
                self._unstaffed_since.pop(team, None)
            elif team in self._staffed:
                self._staffed.discard(team)
                self._served_at[team] = self._clock()
                self._unstaffed_since[team] = (self._served_at[team], self._steady())

    # views

    def queue_states(self, teams: Iterable[str]) -> list[QueueState]:
        """The present queues, in the order of `teams`."""
        now = self._clock()
        return [self._queue_state(team, now) for team in teams]

    def unstaffed_since(self, key: str, now: int) -> int | None:
        """The time since which an open team has had nobody available.

        None if the team is closed, has somebody available, or has had nobody for less time than the team allows. Time
        before the team opened or this server was ready does not count.
        """
        desk = self._hours()
        hours = desk.hours_of(key)
        if self._floor.serving(key) or not hours.is_open(now):
            return None
        since, steadily = self._unstaffed_since.get(key, self._ready_at)
        opened = hours.open_since(now) or 0
        lasted = min(self._steady() - steadily, now - opened)
        return max(since, opened) if lasted >= desk.teams[key].unstaffed_s * 1000 else None

    def is_staffed(self, key: str, now: int) -> bool:
        """False if the team is open but not staffed: nobody has been available today, or nobody has been available for
        longer than the team allows."""
        if self.unstaffed_since(key, now) is not None:
            return False
        desk = self._hours()
        if self._floor.serving(key) or not desk.hours_of(key).is_open(now):
            return True
        served = self._served_at.get(key)
        day = zones.local(now, desk.timezone).date()
        return served is not None and zones.local(served, desk.timezone).date() >= day

    def sharing(self, teams: Collection[str]) -> set[str]:
        """The teams that a present agent serves together with one of `teams`, and that so compete for slots. Includes
        each of `teams` that a present agent serves."""
        return {team for shared in self._floor.seats() if not shared.isdisjoint(teams) for team in shared}

    def estimate(self, team: str) -> Callable[[int], int | None]:
        """A function from a queue position of `team` to the estimated wait in s. The function returns None if the wait
        is unknown."""
        return self._estimate(team, self._floor.seated(team))

    def wait_s(self, chat: str, team: str, position: int) -> int | None:
        """The estimated wait in s of a chat at `position`; None if unknown."""
        if self._floor.is_seated(chat):
            return 0
        return self.estimate(team)(position) if self._floor.may_be_answered(chat) else None

    def _estimate(self, team: str, seated: int) -> Callable[[int], int | None]:
        """Like `estimate`. `seated` is the number of waiting chats that already have a slot."""
        floor = self._floor
        waiting = {key: floor.waiting(key) for key in self._hours().teams}
        return self._paces.estimate(team, floor.seats(), waiting, floor.free_seats(team), seated)

    def places(self, team: str) -> dict[str, tuple[int, int | None]]:
        """The position (from 1) and the estimated wait in s (None if unknown) of each waiting chat, in order."""
        wait_s, floor, seated = self._estimate(team, 0), self._floor, 0
        found: dict[str, tuple[int, int | None]] = {}
        for position, chat in enumerate(floor.waiting_chats(team), start=1):
            if floor.is_seated(chat):
                seated += 1
                found[chat] = (position, 0)
            else:
                found[chat] = (position, wait_s(position - seated) if floor.may_be_answered(chat) else None)
        return found

    def hours_view(self, now: int) -> list[TeamHours]:
        """The public view of all teams that are not retired (`GET /api/hours`)."""
        return [self._hours_of(team, now) for team in self._hours().open_to_chats()]

    def openings_view(self, now: int) -> list[TeamOpening]:
        """Like `hours_view`, but without the queues. The result changes only with presence and time."""
        return [self._opening_of(team, now) for team in self._hours().open_to_chats()]

    def staff_view(self, teams: Iterable[str], now: int) -> list[StaffTeam]:
        """The view of `teams` for staff, in the `ok` to their `hello`. Unknown and retired teams are omitted."""
        every = self._hours().teams
        known = (every[team] for team in teams if team in every)
        return [
            StaffTeam(
                **structs.asdict(self._hours_of(team, now)),
                assign=team.assign,
                wait_target_s=team.wait_target_s,
                first_reply_s=team.first_reply_s,
                next_reply_s=team.next_reply_s,
                wrap_up_s=team.wrap_up_s,
            )
            for team in known
            if not team.retired
        ]

    def _queue_state(self, team: str, now: int) -> QueueState:
        floor = self._floor
        waiting, queued = (
            0 if since is None else max(0, now - since) // 1000
            for since in (floor.waiting_since(team), floor.queued_since(team))
        )
        return QueueState(
            team=team,
            waiting=floor.waiting(team),
            longest_wait_s=waiting,
            queued_s=queued,
            available=floor.serving(team),
            free_seats=floor.free_seats(team),
            next=floor.head(team),
        )

    def _opening_of(self, team: Team, now: int) -> TeamOpening:
        return self._hours().opening(team, now, staffed=self.is_staffed(team.key, now))

    def _hours_of(self, team: Team, now: int) -> TeamHours:
        opening, waiting = self._opening_of(team, now), self._floor.waiting(team.key)
        wait_s = self.estimate(team.key)(waiting + 1) if opening.open else None
        return TeamHours(**structs.asdict(opening), waiting=waiting, wait_s=wait_s)
