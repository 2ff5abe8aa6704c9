"""The composed program: every room with its adapters, wired to each other.

This is the one place where it is decided which twin of a port is used.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Self

import structlog
from msgspec import json

from attachments.adapters.blobs import FolderBlobs
from attachments.adapters.disk_reserve import DiskReserve
from attachments.adapters.files import Files
from attachments.adapters.pictures.pool import Pictures, processes
from attachments.adapters.records import SqlRecords
from attachments.adapters.uploads import Uploads
from attachments.addresses import Addresses
from attachments.quotas import Quotas
from attachments.service import Attachments
from chat.adapters import archive, clocks, networks
from chat.adapters.hub import Hub
from chat.adapters.journal import TransactionalJournal
from chat.adapters.journal_postgres import PostgresJournal
from chat.adapters.journal_sqlite import SqliteJournal
from chat.adapters.lane import Settlement
from chat.conversation import WAITING
from chat.errors import invalid
from chat.events import Logged
from chat.handover import Handovers
from chat.numbering import Append
from chat.service import Conversations
from clock import Clock, EvenClock
from identity.actor import Actor
from identity.adapters.people import People
from identity.adapters.sign_in_watch import SignInWatch
from refusals import Refused
from routing.adapters import hours_file, store
from routing.adapters.floor_memory import MemoryFloor
from routing.agents import AgentChoice
from routing.desk import Team
from routing.queue import overflowed, requeued
from routing.service import Dispatcher
from server.live.abouts import Abouts
from server.live.alarms import Alarms
from server.live.attachments import FilesOfChats, FilesOfTickets, ReadersOfHolders
from server.live.attendance import Attendance
from server.live.background import Background
from server.live.bans import Bans
from server.live.blocking import Blocking
from server.live.commits import Commits
from server.live.crowds import Crowds
from server.live.hours import ChatHours
from server.live.indexing import Indexer
from server.live.jobs import Jobs
from server.live.metrics import Metrics
from server.live.news import News
from server.live.offers import Offers
from server.live.patience import AnsweredChats
from server.live.picture import Picture
from server.live.presence import Presence
from server.live.queues import Queues
from server.live.reactions import Reactions
from server.live.reading import Reading
from server.live.redacting import TracesOfTexts
from server.live.seats import Seats
from server.live.status_choice import StatusChoices
from server.live.teams import Teams
from server.live.tickets import StoriesOfChats, TicketsOfChats
from server.live.wrap_up import WrapUp
from server.settings import Settings
from storage import facts
from storage.opening import open_storage
from storage.ports import Lane, Storage, Tx
from ticketing.adapters.store import SqlStore
from ticketing.correspondence import Correspondence
from ticketing.service import Tickets

REPLAY_BYTES = 256 * 1024
"""What is held of a chat at once for somebody who catches up."""
CLOSE_S = 7.0
"""Seconds in which everything must have been let go of."""

log = structlog.get_logger(__name__)


class Desk:
    """What HTTP handlers, sockets and jobs reach the program by. Made by `Desk.open`, on the event loop."""

    def __init__(
        self,
        settings: Settings,
        storage: Storage,
        epoch: str,
        clock: EvenClock,
        keep_refusals: Callable[[], Awaitable[None]],
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.keep_refusals = keep_refusals
        self.even_since = clock()
        """Since when the clock on the wall has gone on evenly under this server: what it says of spans that began
        before cannot be told."""
        self.storage = storage
        self.epoch = epoch
        self.secret = settings.secret_bytes()
        self.metrics = Metrics()
        watch = SignInWatch(storage, clock, self.secret, lambda why: self.metrics.sign_in_failures.labels(why).inc())
        self.people = People(
            storage,
            clock,
            self.secret,
            watch=watch,
            words=settings.guessed_words,
            second_factor=settings.second_factor,
        )
        self.reading = Reading()
        self.bans = Bans(storage, clock)
        self.crowds = Crowds()
        self.hub = Hub(self._events_after, self.about)
        hours = hours_file.contents(settings.hours)
        self.seats = Seats(self)
        desk = hours_file.desk_of(hours, settings.hours)
        self.team_list = Teams(desk)
        self.routing = Dispatcher(desk, MemoryFloor(), self.seats, clock, clock.steady)
        self.hours = ChatHours(self, hours)
        self.indexing = Indexer(storage, SqlStore(), StoriesOfChats())
        self.tickets = Tickets(
            SqlStore(),
            self.indexing.index,
            self.people,
            StoriesOfChats(),
            lambda: self.routing.desk.teams,
            settings.brand_name,
        )
        self._open_files()
        self.correspondence = Correspondence(
            self.tickets,
            SqlStore(),
            self.people,
            FilesOfTickets(self.attachments, self.files),
            lambda: self.routing.desk.teams,
        )
        self.picture = Picture()
        self.background = Background()
        self.commits = Commits()
        self.attendance = Attendance(self)
        self.offers = Offers(self)
        self.alarms = Alarms(self)
        self.answered = AnsweredChats(self)
        self.queues = Queues(self)
        self.wrap_up = WrapUp(self)
        self.abouts = Abouts(self.people)
        tickets = TicketsOfChats(self.tickets, clock)
        journal = TransactionalJournal(self.commits.publish, self.abouts.of)
        self.conversations = Conversations(journal, tickets, self.wrap_up_ms)
        self.blocking = Blocking(self.people, self.conversations)
        self.handovers = Handovers(journal, self.silent_ms, requeued, overflowed)
        self.traces = TracesOfTexts(self.files, tickets, self.people)
        self.lane = self._open_lane()
        self.news = News(self)
        self.routing.listen(self.news.changed)
        self.presence = Presence(
            storage, clock, self.hub, self.picture, self.routing, self.attendance, self.background, self.left_ms
        )
        self.status_choices = StatusChoices(storage, clock, self.people, self.team_list, self.routing, self.attendance)
        self.reactions = Reactions(
            clock,
            self.hub,
            self.routing,
            self.picture,
            self.presence,
            self.crowds,
            self.alarms,
            self.offers,
            self.news,
            self.metrics,
        )
        self.commits.subscribe(self.reactions.committed)
        self.jobs = Jobs(self)
        self._watch_figures()
        self._dispatching: asyncio.Task[None] | None = None

    @classmethod
    async def open(
        cls, settings: Settings, clock: Clock, steady: Clock, keep_refusals: Callable[[], Awaitable[None]]
    ) -> Self:
        """Open the store, rebuild the live picture from it, start the clocks and the dispatcher."""
        storage = await open_storage(settings.storage_url)
        try:
            epoch = await storage.write(facts.epoch)
            desk = cls(settings, storage, epoch, EvenClock(clock, steady), keep_refusals)
            await desk._rebuild()
        except BaseException:
            await storage.close()
            raise
        desk._dispatching = asyncio.create_task(desk._dispatch())
        desk.jobs.start()
        desk.indexing.start()
        return desk

    async def close(self) -> None:
        """Finish what is under way, and let go of the store, whatever state it is in."""
        try:
            async with asyncio.timeout(CLOSE_S):
                self.news.stop()
                await self.jobs.stop()
                await self.indexing.stop()
                if self._dispatching is not None:
                    self._dispatching.cancel()
                    with contextlib.suppress(asyncio.CancelledError):
                        await self._dispatching
                await self.background.settle()
                await self.storage.close()
        except TimeoutError:
            log.error("not_closed_in_time", seconds=CLOSE_S)
        finally:
            self.people.close()
            self.uploads.close()

    # -- teams ------------------------------------------------------------------------------

    @property
    def teams(self) -> Mapping[str, Team]:
        """The teams of the hours file by key, retired ones too."""
        return self.routing.desk.teams

    @property
    def open_teams(self) -> Sequence[str]:
        """The keys of the teams that are not retired."""
        return [key for key, team in self.teams.items() if not team.retired]

    def no_such_team(self, key: str, field: str) -> Refused:
        """For who names a team that there is not."""
        return invalid(field, f"There is no team {key!r}. There are: {', '.join(self.open_teams)}.")

    def open_team(self, key: str) -> Team:
        """A team that takes chats. Raises Refused for the unknown and the retired."""
        if key not in self.open_teams:
            raise self.no_such_team(key, "team")
        return self.teams[key]

    def teams_of(self, actor: Actor) -> list[str]:
        """The teams that a person of staff works for or supervises, in the order of the hours file."""
        return [key for key in self.teams if actor.sees(key)]

    def lasted_ms(self, since: int) -> int:
        """How long it is that something began, as far as the clock on the wall can tell."""
        return max(0, self.clock() - max(since, self.even_since))

    @property
    def spans(self) -> clocks.Spans:
        """How long the clocks of each team's chats run."""
        return clocks.Spans(self.left_ms, self.silent_ms, self.offer_ms, self.wrap_up_ms)

    def left_ms(self, team: str) -> int:
        """How long a customer may be gone from a team's queue."""
        return 1000 * (self.teams[team].left_queue_s if team in self.teams else Team.left_queue_s)

    def silent_ms(self, team: str) -> int:
        """How long a customer of a team may be silent before the chat ends."""
        return 1000 * (self.teams[team].silent_s if team in self.teams else Team.silent_s)[-1]

    def offer_ms(self, team: str) -> int:
        """How long somebody may think about a chat that is offered."""
        return 1000 * (self.teams[team].offer_s if team in self.teams else Team.offer_s)

    def wrap_up_ms(self, team: str) -> int:
        """How long a chat of a team that is over takes its agent's seat."""
        return 1000 * (self.teams[team].wrap_up_s if team in self.teams else Team.wrap_up_s)

    async def _dispatch(self) -> None:
        """A fault in the dispatcher is written down and costs a second, never those who wait."""
        while True:
            try:
                await self.routing.run()
            except Exception:
                log.exception("dispatcher_failed")
            await asyncio.sleep(1.0)

    # -- how the parts are wired ----------------------------------------------------------------

    def _open_files(self) -> None:
        limited = not self.settings.rate_limits.off
        folder = self.settings.data / "files"
        records, blobs = SqlRecords(), FolderBlobs(folder)
        self.attachments = Attachments(records, ReadersOfHolders(self.tickets), Quotas() if limited else None)
        self.chat_files = FilesOfChats(self.attachments)
        self.files = Files(self.attachments, records, blobs, self.storage, Addresses(self.secret), self.clock)
        self.uploads = Uploads(
            self.attachments,
            blobs,
            self.storage,
            Pictures(processes()),
            DiskReserve(folder, self.settings.upload_reserve),
            self.clock,
            limited=limited,
        )

    def _watch_figures(self) -> None:
        self.metrics.disk_free.set_function(self.uploads.reserve.free_or_nan)
        self.metrics.open_chats.set_function(self.picture.count)
        for team in self.open_teams:
            self.metrics.queue.labels(team).set_function(partial(self._waiting, team))

    def _waiting(self, team: str) -> int:
        return len(self.routing.line(team))

    def _open_lane(self) -> Lane[Append]:
        settlement = Settlement(self.hub, self.metrics, self.crowds)
        if self.storage.dialect == "sqlite":
            return self.storage.lane(SqliteJournal(self.silent_ms).apply, settlement.deliver)
        return self.storage.lane(PostgresJournal(self.silent_ms).apply, settlement.deliver)

    async def _events_after(self, chat: str, seq: int, limit: int) -> tuple[Sequence[Logged], bool]:
        events = await self.storage.read(lambda tx: archive.after(tx, chat, seq, limit))
        fitting = archive.fitting(events, REPLAY_BYTES)
        return fitting, len(fitting) < len(events) or len(events) == limit

    async def about(self, chat: str, actor: Actor | None = None) -> bytes | None:
        """What staff are told of a chat beside its events, as JSON; with `actor`, None where they may not know it."""

        def query(tx: Tx) -> bytes | None:
            row = archive.chat_row(tx, chat)
            if row is None or (actor is not None and not actor.sees(row.team)):
                return None
            return json.encode(self.abouts.of(tx, row))

        return await self.storage.read(query)

    async def teams_changed(self) -> None:
        """The hours file names other teams, or says other things of them: what was made of them is made anew."""
        self._watch_figures()

        def unit(tx: Tx) -> None:
            for agent in self._agents(tx):
                # In the order of commits, so that what somebody chooses meanwhile is not forgotten.
                tx.after_commit(partial(self.routing.agent_changed, agent))

        await self.storage.write(unit)
        self.routing.wake()

    def _agents(self, tx: Tx) -> list[AgentChoice]:
        staff = {actor.id: actor for actor in self.people.all_staff(tx)}
        return [
            choice.named(staff[choice.staff].name or "", frozenset(self.teams_of(staff[choice.staff])))
            for choice in store.choices(tx)
            if choice.staff in staff
        ]

    async def _rebuild(self) -> None:
        """The live picture is derived: who chose what, who waits, who holds what. Nobody is connected yet."""

        def unit(tx: Tx) -> tuple[list[AgentChoice], list[archive.Standing], list[clocks.WrapUp]]:
            for chat, *_ in archive.standing(tx):
                if chat.offered_to is not None:
                    # Nobody can answer. Of a chat that was handed on its log says so.
                    self.handovers.withdraw(tx, chat.id, chat.offered_to, self.clock(), passed=False)
            # Until when the server lived is not known better, where it was killed.
            store.nobody_is_here(tx, archive.last_written_at(tx))
            clocks.server_ready(tx, self.clock(), self.spans)
            self.hours.server_ready(tx, self.clock())
            tx.session.flush()
            standing = archive.standing(tx)
            for chat, *_ in standing:
                if chat.state in WAITING:
                    self.alarms.left(tx, chat.id)
            return self._agents(tx), standing, clocks.wrap_ups(tx)

        agents, chats, over = await self.storage.write(unit)
        await self.bans.follow()
        self.crowds.adopt(await self.storage.read(networks.of_open_chats))
        for agent in agents:
            self.routing.agent_changed(agent)
        for chat, since, _ in chats:
            self.reactions.adopt(chat, since)
        for one in over:
            self.routing.chat_wraps_up(one.chat, one.team, one.agent, one.closed_at)

    async def begin_anew(self, now: int, jumped: int) -> None:
        """By the clock on the wall it is `now` all at once, `jumped` ms ahead: nobody has been silent, gone or asked
        for that long. Every clock of a chat begins anew, as after a restart; who waits has waited no longer."""
        waits = self.picture.waits()

        def unit(tx: Tx) -> None:
            clocks.begin_anew(tx, now, self.spans)
            clocks.keep_waits(tx, waits, jumped)
            self.hours.begin_anew(tx, now)
            tx.after_commit(lambda: self._keep_waits(waits, jumped))

        await self.storage.write(unit)
        self.even_since = now
        for chat in self.picture.open_chats():
            self.offers.tell_again(chat)

    def _keep_waits(self, waits: Mapping[str, int], jumped: int) -> None:
        for id_, since in waits.items():
            chat = self.picture.get(id_)
            if chat is not None and chat.state in WAITING and chat.waiting_since == since:
                self.reactions.adopt(replace(chat, waiting_since=since + jumped), self.clock())
