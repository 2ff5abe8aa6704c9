"""Composes the modules of mail, and of the alarms that are sent. Starts and stops the delivery of webhooks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from uuid_utils import uuid7

from alarms.service import Destinations
from attachments.adapters.uploads import Uploads
from clock import Clock
from egress import Egress
from following.adapters.announcements import SqlAnnouncements
from following.adapters.follows import SqlFollows
from following.feed_tokens import FeedTokens
from following.notices import Notices
from following.service import Following
from identity.adapters.people import People
from identity.sealing import Sealer
from learning.library import Library
from mail.adapters.folder import CopiesOfLetters
from mail.adapters.incoming_bytes import SqlNeedsOfBytes
from mail.adapters.incoming_folder import FolderOfMails, folder_of
from mail.adapters.incoming_store import SqlIncomingMails
from mail.adapters.stored_letters import stored_letters
from mail.identifiers import Identifiers
from mail.ports import Tally, Transport
from reports.stopping import StopTokens
from server.live.alarms.alarm_notices import AlarmNotices
from server.live.alarms.alarm_sending import AlarmSending, destinations_of
from server.live.following.announcing import following_of
from server.live.following.follower_feeds import FollowerFeeds
from server.live.following.follower_letters import FollowerLetters
from server.live.following.follower_news import FollowerNews
from server.live.following.followers import Followers
from server.live.following.own_follows import OwnFollows
from server.live.inbox.desk_inbox import DeskInbox
from server.live.learning.learning_center import LearningCenter
from server.live.learning.learning_news import news_of
from server.live.learning.session_letters import SessionContents
from server.live.mail.account_letters import LettersOfAccounts, letter_sealer
from server.live.mail.address_claims import BeginningsOfTickets
from server.live.mail.bounces import Bounces
from server.live.mail.delivery import Delivery, transport_of
from server.live.mail.handover_links import HandoverLinks
from server.live.mail.known_addresses import KnownAddresses
from server.live.mail.letter_contents import LetterContents
from server.live.mail.letters import TicketLetters
from server.live.mail.mail_decisions import MailDecisions
from server.live.mail.mail_effects import MailEffects
from server.live.mail.mail_removal import MailRemoval
from server.live.mail.mail_traces import MailTraces
from server.live.mail.reception import Reception
from server.live.mail.ticket_links import LinksOfTickets
from server.live.mail.transcripts import Transcripts
from server.live.metrics import Metrics
from server.live.reports.report_reading import ReportReading
from server.live.reports.weekly_letters import WeeklyLetters
from server.live.reports.weekly_reports import WeeklyReports
from server.live.sweeps import Intervals, Job
from server.live.teams import Teams
from server.live.tickets.ticket_training import TicketTraining
from server.live.tickets.tickets import LogsOfChats
from server.live.webhooks.desk_webhooks import DeskWebhooks
from server.settings import Settings
from storage.ports import Storage
from ticketing.adapters.addressed import SqlAddressed
from ticketing.adapters.store import SqlStore
from ticketing.awaiting import Awaiting
from ticketing.confirming import Confirming
from ticketing.correspondence import Correspondence
from ticketing.reachability import Reachability
from ticketing.service import Tickets

DAY_MS = 86_400_000


class Mailroom:
    """The letters of one desk, its incoming mail, and the alarms that it sends.

    If nothing wakes the workers, they check for due work every `check_s` seconds.
    """

    def __init__(
        self,
        settings: Settings,
        storage: Storage,
        clock: Clock,
        people: People,
        teams: Teams,
        store: SqlStore,
        awaiting: Awaiting,
        metrics: Metrics,
        check_s: float,
        egress: Egress,
        webhooks: DeskWebhooks,
        around: Callable[[Transport], Transport],
    ) -> None:
        """`around` wraps what sends letters."""
        secret, receives = settings.secret_bytes(), settings.mail_domain is not None
        identifiers = Identifiers(secret, settings.message_domain, receives=receives)
        sealer = letter_sealer(secret)
        self._settings, self._teams, self._people, self._check_s = settings, teams, people, check_s
        self._identifiers = identifiers
        self._mails, self._raws = SqlIncomingMails(), FolderOfMails(folder_of(settings.data))
        self._metrics, self._storage, self._clock = metrics, storage, clock
        self._reception: Reception | None = None
        self.letters = stored_letters(identifiers, lambda: str(uuid7()), limited=not settings.rate_limits.off)
        self.handover_links = HandoverLinks(settings, storage, clock, people, teams, store)
        notices, reading = AlarmNotices(settings, teams, egress), ReportReading(clock, teams, people)
        weekly_letters = WeeklyLetters(settings, storage, people, teams, reading)
        self._followers, self._known = Followers(people, teams), KnownAddresses(people).is_known
        self.follower_letters = self._letters_to_followers(sealer)
        self.learning = LearningCenter(storage, clock, secret, self.letters, news_of(clock), self._wake, self._known)
        self.training = TicketTraining(self.learning.suggested, people, settings.base_url)
        self.staff_inbox = DeskInbox(settings, storage, clock, people, store, self.letters, self._wake)
        contents = self._with_sessions(self._contents(store, sealer, awaiting, notices, weekly_letters))
        transport, holder = around(transport_of(settings)), str(uuid7())
        self.delivery = Delivery(storage, clock, self.letters, contents, transport, holder, check_s, self._count)
        self._webhooks = webhooks
        self.alarm_sending = self._alarm_sending(destinations_of(secret), notices, holder)
        given = (reading, self.letters, self.delivery.wake, StopTokens(secret))
        self.weekly_reports = WeeklyReports(storage, clock, people, teams, *given)
        copies, keep_ms = CopiesOfLetters(settings.data / "mail"), settings.mail_keep_days * DAY_MS
        self.removal = MailRemoval(
            storage, clock, SqlNeedsOfBytes(), self._raws, self.letters, copies, keep_ms, check_s
        )
        traces = MailTraces(self._mails, self.removal, clock)
        self.of_tickets = TicketLetters(self.letters, people, traces, self.delivery.wake, webhooks.handovers)
        self.of_accounts = LettersOfAccounts(self.letters, people.accounts, sealer, self.delivery.wake)
        self.delivery.listen(self.of_tickets.accepted)
        self.following = following_of(clock)
        self.notices = Notices(SqlFollows(), SqlAnnouncements(), self._followers, self.follower_letters)
        self.follower_news = FollowerNews(storage, clock, teams, self.notices, self.letters)
        self.own_follows = OwnFollows(
            storage, clock, people, teams, self._followers, self.following, self.notices, self.follower_letters
        )
        self.feeds = FollowerFeeds(storage, clock, self._followers, self.notices, FeedTokens(secret))

    def _with_sessions(self, others: LetterContents) -> SessionContents:
        center = self.learning
        return SessionContents(others, self._settings, self._storage, self._teams, center.links, center.booking)

    @property
    def claimed(self) -> tuple[Following, Library]:
        """What accounts take over: from their address, and from the browser in which they sign in."""
        return self.following, self.learning.library

    def _wake(self) -> None:
        self.delivery.wake()

    def _contents(
        self, store: SqlStore, sealer: Sealer, awaiting: Awaiting, notices: AlarmNotices, weekly_letters: WeeklyLetters
    ) -> LetterContents:
        return LetterContents(
            self._settings,
            self._storage,
            store,
            self.letters,
            self._people,
            self._teams,
            sealer,
            awaiting,
            LogsOfChats(),
            self.handover_links,
            notices,
            weekly_letters,
            self.follower_letters,
            self.training.shown,
            self.staff_inbox.letters.of,
        )

    def _letters_to_followers(self, sealer: Sealer) -> FollowerLetters:
        return FollowerLetters(
            self._settings,
            self._storage,
            self._clock,
            self._followers,
            self._teams,
            self.letters,
            sealer,
            lambda: self.delivery.wake(),
            self._known,
        )

    def _alarm_sending(self, destinations: Destinations, notices: AlarmNotices, holder: str) -> AlarmSending:
        wake = self.delivery.wake
        return AlarmSending(
            self._storage, self._clock, destinations, notices, self.letters, wake, holder, self._check_s
        )

    def jobs(self, every: Intervals) -> Sequence[Job]:
        """The periodic jobs that queue letters, and the one that deletes old notices."""
        return (
            Job("weekly_reports", every.reconcile, "one process", self.weekly_reports.sweep),
            Job("follower_news", every.sweep, "one process", self.follower_news.sweep),
            Job("old_notices", every.tidy, "one process", self.follower_news.forget),
            Job("session_care", every.reconcile, "one process", self.learning.care.sweep),
            *self._webhooks.jobs(every),
            *self.staff_inbox.jobs(every),
        )

    def start(self, turn: Callable[[], Awaitable[None]]) -> None:
        """Start the workers. Before the letter worker claims letters, it awaits `turn`, so that other work can go
        first."""
        self.delivery.start(turn)
        self._webhooks.delivery.start()
        self.alarm_sending.start()
        self.removal.start()
        if self._reception is not None:
            self._reception.start()

    async def stop(self) -> None:
        if self._reception is not None:
            await self._reception.stop()
        await self.delivery.stop()
        await self.removal.stop()
        await self._webhooks.delivery.stop()
        await self.alarm_sending.stop()

    def bounces(self, tickets: Tickets, store: SqlStore, changed: Callable[[int], None]) -> Bounces:
        """The handler of bounces. When a letter about a ticket has come back, `changed` is called with the number of
        the ticket."""
        reachability = Reachability(tickets, store, SqlAddressed())
        bounces = Bounces(self._storage, self._clock, self.letters, reachability, changed, self.delivery.wake)
        self.delivery.listen_for_failing_addresses(bounces.refused)
        return bounces

    def links(self, tickets: Tickets, store: SqlStore) -> LinksOfTickets:
        """The links in letters about tickets."""
        confirming = self._confirming(tickets, store)
        return LinksOfTickets(self._storage, self._clock, confirming, self.of_tickets)

    def transcripts(self, tickets: Tickets) -> Transcripts:
        """The sender of conversations by email, for requesters and staff who ask for one."""
        return Transcripts(self._storage, self._clock, tickets, self.of_tickets, self._people)

    def _confirming(self, tickets: Tickets, store: SqlStore) -> Confirming:
        return Confirming(tickets, store, self._people, BeginningsOfTickets(self._people))

    def inbox(
        self, tickets: Tickets, correspondence: Correspondence, store: SqlStore, uploads: Uploads, bounces: Bounces
    ) -> Reception:
        """The reception: it stores mail that comes in, and acts on it."""
        settings = self._settings
        decisions = MailDecisions(
            self._mails, self._identifiers, store, self._people, self._teams, settings.mail_domain, settings.sender
        )
        confirming = self._confirming(tickets, store)
        effects = MailEffects(self._mails, correspondence, tickets, store, confirming, bounces)
        self._reception = Reception(
            self._storage,
            self._clock,
            self._mails,
            self._raws,
            decisions,
            effects,
            uploads,
            self.removal,
            settings.mail_authserv_id,
            str(uuid7()),
            self._check_s,
        )
        return self._reception

    def _count(self, tally: Tally, now: int) -> None:
        self._metrics.count_letters(tally.waiting, tally.failed, 0 if tally.oldest is None else now - tally.oldest)
