"""Composes the live modules. No live module imports it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Self

import structlog
from pwdlib.hashers import HasherProtocol

from chat.adapters.hub import Hub
from chat.adapters.journal import TransactionalJournal
from chat.addressing import Addressing
from chat.describing import Describing
from chat.handover import Handovers
from chat.service import Conversations
from clock import Clock, EvenClock
from identity.adapters.own_accounts import OwnAccounts
from identity.adapters.people import People
from identity.adapters.sign_in_watch import SignInWatch
from routing.adapters import hours_file
from routing.adapters.floor_memory import MemoryFloor
from routing.ports import Floor
from routing.queue import overflowed, requeued
from routing.service import Dispatcher
from server.live.administration.widget_settings import SettingsOfWidget
from server.live.automations.desk_rules import DeskRules
from server.live.background_tasks import BackgroundTasks
from server.live.chats.attachments import FilesOfTickets, files_of
from server.live.chats.bans import Bans
from server.live.chats.blocking import Blocking
from server.live.chats.chat_details import ChatDetails
from server.live.chats.history import History
from server.live.chats.lane import open_lane
from server.live.chats.news import News
from server.live.chats.open_chats import OpenChats
from server.live.chats.read_marks import ReadMarks
from server.live.chats.reading import Reading
from server.live.chats.redacting import TracesOfTexts
from server.live.chats.unverified_chats import UnverifiedChats
from server.live.clock_jumps import ClockJumps
from server.live.clocks.answered_chats import AnsweredChats
from server.live.clocks.closing_time import ClosingTime
from server.live.clocks.due_chats import DueChats
from server.live.clocks.first_reply import FirstReplies
from server.live.clocks.next_reply import NextReplies
from server.live.clocks.offer_deadlines import OfferDeadlines
from server.live.clocks.overflow import Overflows
from server.live.clocks.queue_alarms import QueueAlarms
from server.live.clocks.silence import Silences
from server.live.clocks.wrap_up import WrapUps
from server.live.commit_listeners import CommitListeners
from server.live.help_center import HelpCenter
from server.live.hours.hours_change import HoursChange
from server.live.hours.hours_editing import HoursEditing
from server.live.hours.hours_file import HoursFile
from server.live.hours.hours_news import HoursNews
from server.live.hours.hours_tickets import TicketsOfHours
from server.live.hours.paces import Paces
from server.live.mail.address_claims import AddressClaims, BeginningsOfTickets
from server.live.mailroom import Mailroom
from server.live.metrics import Metrics
from server.live.opening_hours import OpeningHours
from server.live.personal_data.personal_data import PersonalData
from server.live.presence.absences import Absences
from server.live.presence.attendance import Attendance
from server.live.presence.connected import ConnectedPeople
from server.live.presence.presence import Presence
from server.live.presence.revoked_access import RevokedAccess
from server.live.presence.status_choice import StatusChoices
from server.live.processes.processes import Processes, open_processes
from server.live.queues.dispatching import Dispatching
from server.live.queues.offers import Offers
from server.live.queues.roster import Roster
from server.live.queues.seats import Seats
from server.live.queues.transfer_targets import TransferTargets
from server.live.reactions import Reactions
from server.live.reconcile import Reconcile
from server.live.reports.report_counting import counting_of
from server.live.reviews.review_days import ReviewDays
from server.live.shared_limits import SharedLimits
from server.live.shared_telling import SharedTelling
from server.live.startup import Startup, alone
from server.live.supervision.supervision import Supervision
from server.live.sweeps import Intervals, Job, Run, Sweeps, Work, always, periodic_jobs
from server.live.teams import Teams
from server.live.telling import HubTelling
from server.live.tickets.indexing import Indexer
from server.live.tickets.requesters import Requesters
from server.live.tickets.ticket_clock import TicketClock
from server.live.tickets.ticket_followers import TicketFollowers
from server.live.tickets.ticket_listeners import TicketListeners
from server.live.tickets.ticket_news import TicketNewsSender
from server.live.tickets.tickets import LogsOfChats, TicketsOfChats
from server.live.wakes import Wakes
from server.live.webhooks.desk_webhooks import DeskWebhooks
from server.settings import Settings
from server.tracing.port import NO_TRACING, Tracing
from storage import facts
from storage.opening import open_storage
from storage.ports import Storage, StorageUnavailable
from ticketing.adapters.read_marks import SqlReadMarks
from ticketing.adapters.store import SqlStore
from ticketing.adapters.waits import SqlWaits
from ticketing.attaching import Attaching
from ticketing.awaiting import Awaiting
from ticketing.correspondence import Correspondence
from ticketing.due_steps import DueSteps
from ticketing.following import Following
from ticketing.own_requests import OwnRequests
from ticketing.service import Tickets

CLOSE_S = 7.0
"""`close` waits for at most this many seconds."""
CUT_S = 1.0
"""If CLOSE_S is too short, closing the database gets this many seconds more."""

log = structlog.get_logger(__name__)


class LiveDesk:
    """All live modules of one desk. Create it with `open`, on the event loop."""

    def __init__(
        self,
        settings: Settings,
        storage: Storage,
        epoch: str,
        clock: EvenClock,
        keep_refusals: Run,
        intervals: Intervals,
        floor: Floor,
        hasher: HasherProtocol | None = None,
        tracing: Tracing = NO_TRACING,
    ) -> None:
        self.settings, self.clock, self.storage, self.epoch = settings, clock, storage, epoch
        self.secret = settings.secret_bytes()
        self.metrics, self.unverified_chats, self._tracing = Metrics(), UnverifiedChats(), tracing
        self.egress = tracing.egress(settings.egress_allow)
        self.webhooks = DeskWebhooks(settings, storage, clock, self.egress, intervals.mail)
        self.rules = DeskRules(settings, storage, clock, self.webhooks)
        self.help_center = HelpCenter(storage, clock, self.webhooks.events, self.metrics)
        self.shared_limits = SharedLimits(settings, storage, clock, self.metrics, intervals.limits)
        self._intervals, self._keep_refusals = intervals, keep_refusals
        self._compose_people(hasher)
        contents = hours_file.contents(settings.hours)
        self.teams = Teams(hours_file.desk_of(contents, settings.hours))
        self.paces = Paces(self.teams.current)
        self.waits = SqlWaits(lambda number: self.ticket_followers.changed(number))
        self._compose_chats()
        self._compose_routing(floor)
        self._compose_reactions()
        self._compose_sweeps()
        self._compose_hours(contents)
        self.startup = Startup(
            storage, clock, self.teams, self.roster, self.routing, self.reactions, self.handovers, self.closing_time,
            self.alarms, self.supervision.alarm_log, self.bans, self.unverified_chats,
        )  # fmt: skip
        self.processes = self._processes() if settings.processes > 1 else None
        leads = self.processes.leads if self.processes else always
        self.sweeps = Sweeps(self._jobs(), before=self.clock_jumps.follow, leads=leads)
        self.lane = open_lane(storage, self.hub, self.metrics, self.unverified_chats, self.teams.silent_ms, self.wakes)
        self.metrics.open_chats.set_function(self.open_chats.count)

    @classmethod
    async def open(
        cls,
        settings: Settings,
        clock: Clock,
        steady: Clock,
        keep_refusals: Run,
        intervals: Intervals | None = None,
        floor: Floor | None = None,
        hasher: HasherProtocol | None = None,
        tracing: Tracing = NO_TRACING,
    ) -> Self:
        """Open the database, rebuild the state in memory, start the dispatcher, the sweeps and the other background
        work. Raises StorageUnavailable."""
        storage = tracing.storage(await open_storage(settings.storage_url))
        try:
            epoch, even = await storage.write(facts.epoch), EvenClock(clock, steady)
            given = (intervals or Intervals(), floor or MemoryFloor(), hasher, tracing)
            desk = cls(settings, storage, epoch, even, keep_refusals, *given)
            await desk.widget_settings.follow()
            await desk.personal_data.erasing.again()
            await desk.startup.rebuild(desk.processes.join if desk.processes else alone)
            while await storage.write(lambda tx: desk.ticket_letters.adopt(tx, SqlStore(), even())):
                pass
        except BaseException:
            await storage.close()
            raise
        for start in ((desk.processes or desk.dispatching).start, desk.sweeps.start, desk.indexing.start):
            start()
        desk.mailroom.start(desk.ticket_clock.rested)
        return desk

    async def close(self, within_s: float = CLOSE_S) -> None:
        """Finish pending work and close the database. Work that takes longer than `within_s` seconds is cut off."""
        try:
            async with asyncio.timeout(within_s):
                self.news.stop()
                await self.sweeps.stop()
                with contextlib.suppress(StorageUnavailable):
                    for save in (self.read_marks.save, self.people.use.save, self.people.watch.save):
                        await save()
                await self.indexing.stop()
                await self.mailroom.stop()
                await (self.processes or self.dispatching).stop()
                for end in (self.background_tasks.settle, self.shared_limits.close, self.storage.close):
                    await end()
        except TimeoutError:
            log.error("not_closed_in_time", seconds=within_s)
            with contextlib.suppress(TimeoutError):
                # Closing goes on until the event loop ends, so no connection stays open.
                async with asyncio.timeout(CUT_S):
                    await self.storage.close()
        finally:
            for release in (self.people.close, self.uploads.close, self.egress.close):
                release()

    @property
    def idle(self) -> bool:
        """True if no chat is being assigned, no background task or replay runs, and no news or wake-up waits."""
        quiet = self.background_tasks.idle and self.hub.idle and self.news.idle and self.ticket_followers.idle
        return quiet and (self.routing.idle if self.processes is None else self.processes.idle(self.routing))

    def _compose_people(self, hasher: HasherProtocol | None) -> None:
        words, factor, counters = self.settings.guessed_words, self.settings.second_factor, self.shared_limits.counters
        given = (self.storage, self.clock, self.secret)
        watch = SignInWatch(*given, lambda why: self.metrics.sign_in_failures.labels(why).inc())
        self.people = People(*given, watch=watch, counters=counters, hasher=hasher, words=words, second_factor=factor)
        self.bans = Bans(self.storage, self.clock)
        self.widget_settings = SettingsOfWidget(self.settings, self.storage, self.clock, self.people)

    def _compose_chats(self) -> None:
        teams, chat_logs, self.ticket_listeners = self.teams, LogsOfChats(), TicketListeners()
        self.indexing = Indexer(self.storage, SqlStore(), chat_logs, check_s=self._intervals.indexing)
        store = self._ticket_store = self.webhooks.ticket_store(self.ticket_listeners, self.rules.events)
        self._compose_mail(store)
        brand, awaiting = lambda: self.settings.brand_name, Awaiting(self.waits, self.paces)
        given = (store, SqlReadMarks(), self.indexing.index, self.people, chat_logs, lambda: teams.by_key, brand)
        self.tickets = Tickets(*given, awaiting, letters=self.ticket_letters, trainings=self.mailroom.training)
        self.help_center.take(self.tickets, self.people, teams, self.egress)
        self.bounces = self.mailroom.bounces(self.tickets, store, lambda number: self.ticket_followers.changed(number))
        held = files_of(self.settings, self.storage, self.clock, self.tickets, self.metrics)
        self.attachments, self.chat_files, self.files, self.uploads = held
        files = FilesOfTickets(self.attachments, self.files)
        self.correspondence = Correspondence(self.tickets, store, self.people, files, lambda: teams.by_key)
        self.following = Following(self.tickets, store, SqlReadMarks())
        self.reception = self.mailroom.inbox(self.tickets, self.correspondence, store, self.uploads, self.bounces)
        self._compose_accounts(store)
        self.chat_details, self.background_tasks = ChatDetails(self.people), BackgroundTasks()
        self.history = History(self.storage, self.chat_details)
        self.wakes, self.open_chats, self.reading = Wakes(self.settings.host), OpenChats(), Reading()
        self.hub = Hub(self.history.events_after, self.history.about, lambda *now: self.supervision.followed(*now))
        self.telling, self.connected = HubTelling(self.hub), ConnectedPeople(self.hub)
        self.shared_telling, self.commit_listeners = SharedTelling(self.hub, self.wakes), CommitListeners()
        journal = TransactionalJournal(self.commit_listeners.publish, self.chat_details.all_of, store.told.chat_events)
        tickets = TicketsOfChats(self.tickets, self.clock)
        chats = self.conversations = Conversations(journal, tickets, teams.wrap_up_ms)
        self.addressing, self.describing, letters = Addressing(journal), Describing(journal), self.delivery.wake
        self.rules.take(self.people, teams, chats, self.tickets, store, self.letters, letters, self.inbox.entering)
        self.blocking = Blocking(self.people, chats)
        self.handovers = Handovers(journal, teams.silent_ms, requeued, overflowed)
        self.requesters = Requesters(self.people, self.tickets, self.conversations, self.telling, self.letters)
        self.traces = TracesOfTexts(self.files, tickets, self.people)

    def _compose_mail(self, store: SqlStore) -> None:
        awaiting, every_s = Awaiting(self.waits, self.paces), self._intervals.mail
        given = (self.people, self.teams, store, awaiting, self.metrics, every_s, self.egress, self.webhooks)
        room = Mailroom(self.settings, self.storage, self.clock, *given, self._tracing.letters)
        self.mailroom, self.letters, self.delivery = room, room.letters, room.delivery
        self.ticket_letters, self.account_letters = room.of_tickets, room.of_accounts
        self.inbox = room.staff_inbox.follow(self._ticket_store, lambda: self.shared_telling)

    def _compose_accounts(self, store: SqlStore) -> None:
        storage, clock, people, tickets, room = self.storage, self.clock, self.people, self.tickets, self.mailroom
        self.own_accounts = OwnAccounts(storage, clock, people, self.account_letters, self.settings.guessed_words)
        self.own_requests, self.ticket_links = OwnRequests(tickets, store, people), room.links(tickets, store)
        self.attaching = Attaching(tickets, store, BeginningsOfTickets(people))
        self.address_claims = AddressClaims(storage, clock, people, self.attaching, *room.claimed)

    def _compose_routing(self, floor: Floor) -> None:
        people, teams, connected = self.people, self.teams, self.connected
        self.opening_hours = OpeningHours(self.clock, teams)
        self.seats = Seats(self.storage, people, teams, connected, floor.get, self.handovers)
        self.routing = Dispatcher(lambda: self.teams.desk, floor, self.seats, self.clock, self.clock.steady)
        self.dispatching = Dispatching(self.routing)
        self.targets = TransferTargets(people, teams, self.opening_hours, self.routing, self.seats, connected)
        self.roster = Roster(self.storage, self.people, self.teams, self.routing)

    def _compose_reactions(self) -> None:
        storage, clock, teams = self.storage, self.clock, self.teams
        hub, telling, open_chats, background_tasks = self.hub, self.telling, self.open_chats, self.background_tasks
        self.attendance = Attendance(storage, clock, self.connected, self.teams, self.background_tasks)
        self.status_choices = StatusChoices(storage, clock, self.people, self.teams, self.routing, self.attendance)
        given = (self.people, teams, hub, open_chats, self.shared_telling, self.handovers, self.targets, self.routing)
        more = (self.attendance, self.status_choices, self.mailroom.alarm_sending.queue, telling, self.wakes)
        self.supervision = shown = Supervision(storage, clock, *given, *more)
        self.alarms, self.directing, self.floor_followers = shown.alarms, shown.directing, shown.floor_followers
        about = (self.chat_details.of, self.routing.floor.first_ready)
        self.offers = Offers(storage, open_chats, telling, background_tasks, *about)
        self.news = News(self.routing, self.telling, self.teams, self._intervals.news)
        self.hub.watch_missed_news(self.news.tell_again)
        given_too = (telling, open_chats, self.routing, self.attendance, background_tasks, teams.left_ms)
        self.presence = Presence(storage, clock, self.connected, *given_too)
        self.reactions = Reactions(
            clock, self.hub, self.connected, self.routing, self.open_chats, self.presence, self.unverified_chats,
            self.alarms, self.offers, self.news, self.supervision.watchers, self.metrics, self.wakes,
        )  # fmt: skip
        self.ticket_followers = TicketFollowers(storage, clock, self.following)
        news_of = (self.following, self.ticket_followers, background_tasks)
        self.ticket_news = TicketNewsSender(storage, hub, telling, *news_of)
        self.ticket_listeners.subscribe(self.ticket_news)
        self.ticket_listeners.subscribe(self.wakes)
        self.routing.floor.listen(self.news.changed)
        self.commit_listeners.subscribe(self.reactions.committed)
        kept = (self.settings, storage, clock, self.files, self.mailroom.removal, self.metrics)
        self.personal_data = PersonalData(*kept, self.ticket_followers.changed, self.people.forget_everybody)

    def _compose_sweeps(self) -> None:
        storage, clock, teams, open_chats, routing = self.storage, self.clock, self.teams, self.open_chats, self.routing
        floor, given = routing.floor, (teams, open_chats, routing, self.attendance, self.handovers, self.alarms)
        self.absences = Absences(storage, clock, self.people, *given)
        offered = (self.connected, floor, self.attendance, self.handovers, teams.offer_ms)
        self.offer_deadlines = OfferDeadlines(storage, clock, open_chats, *offered)
        self.queue_alarms = QueueAlarms(clock, teams, routing, self.alarms)
        self.overflow = Overflows(storage, clock, teams, open_chats, floor, self.handovers)
        self.read_marks, counted = ReadMarks(storage, self.reading), (storage, clock, teams)
        self.review_days, self.report_counting = ReviewDays(*counted), counting_of(*counted)
        losing = (open_chats, routing, self.absences, self.connected.elsewhere, self.wakes.rights)
        self.revoked_access = RevokedAccess(storage, self.hub, self.people, *losing, self.background_tasks.spawn)
        compared = (self.hub, self.connected, open_chats, routing, self.reactions)
        self.reconcile = Reconcile(storage, clock, self.people, teams, *compared)
        attendance, telling, alarms = self.attendance, self.shared_telling, self.alarms
        closing = (open_chats, floor, attendance, self.conversations, telling, alarms)
        self.closing_time = ClosingTime(storage, clock, self.opening_hours, *closing)
        self.clock_jumps = ClockJumps(storage, clock, teams, open_chats, self.closing_time, self.reactions, self.offers)
        self.silences, self.wrap_ups = Silences(telling, teams, routing), WrapUps(storage, clock, routing)
        lasted_ms, waited_ms = self.clock_jumps.lasted_ms, self.clock_jumps.waited_ms
        self.due_chats = DueChats(storage, clock, self.presence, self.conversations, lambda: waited_ms(0))
        first_replies = FirstReplies(storage, clock.steady, lasted_ms, teams, open_chats, floor, alarms, self.absences)
        next_replies = NextReplies(clock.steady, waited_ms, teams, self.presence.is_paused, floor, alarms)
        stored = (self.tickets, self._ticket_store, self.waits, self.paces, self.ticket_letters)
        self.ticket_clock = TicketClock(storage, clock, DueSteps(*stored, LogsOfChats().discussed), teams.current)
        self.answered_chats = AnsweredChats(storage, clock, teams, self.silences, first_replies, next_replies)

    def _compose_hours(self, contents: bytes) -> None:
        self.hours_news = HoursNews(self.clock, self.teams, self.routing, self.telling)
        change = HoursChange(self.teams, self.roster, self.metrics, self.routing.floor, self.hours_news)
        change.watch_queues()
        settings, storage, teams = self.settings, self.storage, self.teams
        self.hours_file = HoursFile(settings.hours, contents, storage, teams, self.answered_chats, change.apply)
        given = (settings, storage, self.clock, self.people, teams, self.hours_file)
        self.hours_editing = HoursEditing(*given, self.open_chats, TicketsOfHours(self.waits))

    def _processes(self) -> Processes:
        given = (self.storage, self.clock, self.wakes, self.hub, self.connected, self.presence, self.attendance)
        chats = (self.open_chats, self.reactions, self.commit_listeners, self.roster, self.routing, self.dispatching)
        news = (self.ticket_news, self.ticket_followers, self.shared_telling, self.supervision, self.revoked_access)
        return open_processes(self.settings, *given, *chats, *news, self.hours_file)

    def _jobs(self) -> Sequence[Job]:
        work = Work(
            end_due_chats=self.due_chats.sweep,
            absences=self.absences.sweep,
            offer_deadlines=self.offer_deadlines.sweep,
            overflow=self.overflow.sweep,
            queue_alarms=self.queue_alarms.sweep,
            ticket_clock=self.ticket_clock.sweep,
            address_health=self.bounces.sweep,
            check_storage=self.storage.check,
            hours_news=self.hours_news.sweep,
            closing_time=self.closing_time.sweep,
            hours_file=self.hours_file.sweep,
            read_marks=self.read_marks.save,
            reconcile=self.reconcile.sweep,
            close_revoked=self.revoked_access.close_revoked,
            end_idle_sessions=self.revoked_access.end_idle_sessions,
            release_from_disabled=self.revoked_access.release_from_disabled,
            sign_in_watch=self.people.watch.save,
            refusals=self._keep_refusals,
            follow_bans=self.bans.follow,
            forget_bans=self.bans.forget,
            forget_used=self.people.visits.used_once.forget,
            expire_files=self.files.expire,
            sweep_files=self.files.sweep,
            sweep_mails=self.mailroom.removal.sweep,
            floor=self.floor_followers.sweep,
            alarm_log=self.supervision.alarm_log.save,
            review_days=self.review_days.sweep,
            report_counting=self.report_counting.sweep,
            day_changes=self.supervision.day_changes.sweep,
            widget_settings=self.widget_settings.follow,
        )
        care = (self.mailroom, self.personal_data, self.rules)
        every, more = self._intervals, (self.answered_chats, self.wrap_ups, self.help_center, *care)
        return *periodic_jobs(every, work), *(job for each in more for job in each.jobs(every))
