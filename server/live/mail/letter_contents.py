"""The texts of letters, made from tickets and accounts when the letters are sent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from alarms.pacing import GIVE_UP_MS
from clock import from_rfc3339, rfc3339
from identity import tokens
from identity.adapters.people import People
from identity.adapters.staff_links import SqlStaffLinkStore
from identity.adapters.store import SqlStore as SqlStaffStore
from identity.joining import Joining
from identity.sealing import Sealer
from mail.content import MARK_CID, Content
from mail.letter import TO_CUSTOMERS, Letter
from mail.ports import NothingToSay
from mail.service import Letters
from server.live.alarms.alarm_notices import AlarmNotices, alarms_in
from server.live.following.follower_letters import FollowerLetters
from server.live.mail.handover_links import HandoverLinks
from server.live.mail.regular_hours import regular_hours
from server.live.mail.rule_letters import RuleLetters
from server.live.reports.weekly_letters import WeeklyLetters
from server.live.teams import Teams
from server.settings import Settings
from storage.ports import Storage, Tx
from texts.addresses import normal_email
from ticketing.awaiting import Awaiting
from ticketing.confirming import TicketLinks
from ticketing.duplicates import issue_solved
from ticketing.events import Reply, StoredEvent, event_of, on_the_wire
from ticketing.ports import ChatLogs, Store
from ticketing.ticket import Ticket
from widgets.letters import accounts, customers, sign_in_notices, staff
from widgets.letters.access_changes import access_changed
from widgets.letters.accounts import AccountShown
from widgets.letters.alarms import alarm_letter
from widgets.letters.blocks import Written
from widgets.letters.html import MARK, html_text
from widgets.letters.invitations import staff_invitation
from widgets.letters.plain import plain_text
from widgets.letters.sign_in_notices import Notice
from widgets.letters.transcript import transcript
from widgets.letters.views import Post, Promise, RegularHours, TicketShown, Training
from widgets.letters.words import Words
from widgets.portal.story import Day, story


class LetterContents:
    """Implements `mail.ports.Contents`."""

    def __init__(
        self,
        settings: Settings,
        storage: Storage,
        store: Store,
        letters: Letters,
        people: People,
        teams: Teams,
        sealer: Sealer,
        awaiting: Awaiting,
        chat_logs: ChatLogs,
        handover_links: HandoverLinks,
        alarm_notices: AlarmNotices,
        weekly_letters: WeeklyLetters,
        follower_letters: FollowerLetters,
        training: Callable[[Tx, Ticket], Sequence[Training]],
        of_inboxes: Callable[[Letter, int], Awaitable[Written]],
    ) -> None:
        self._settings = settings
        self._storage = storage
        self._store = store
        self._letters = letters
        self._people = people
        self._teams = teams
        self._sealer = sealer
        self._awaiting = awaiting
        self._chat_logs = chat_logs
        self._links = TicketLinks(store)
        self._handover_links = handover_links
        self._alarm_notices = alarm_notices
        self._weekly_letters = weekly_letters
        self._follower_letters = follower_letters
        self._training = training
        self._rule_letters = RuleLetters(settings, storage, people, teams)
        self._of_inboxes = of_inboxes
        self._joining = Joining(SqlStaffStore(), SqlStaffLinkStore())

    async def of(self, letter: Letter, now: int) -> Content:
        stop = ""
        if letter.kind == "alarm":
            written, address = self._about_alarms(letter, now), self._settings.sender
        elif letter.kind == "rule_notice":
            written, address = await self._rule_letters.of(letter)
        elif letter.kind == "weekly_report":
            written, address = await self._weekly_letters.of(letter, now), self._settings.sender
            stop = self._weekly_letters.stop_link(letter)
        elif letter.kind in ("news", "confirm_follow"):
            (written, stop), address = await self._follower_letters.of(letter, now), self._settings.sender
        elif letter.kind == "inbox":
            written, address = await self._of_inboxes(letter, now), self._settings.sender
        elif letter.ticket is None:
            written, address = await self._about_account(letter, now), self._settings.sender
        else:
            link = await self._link(letter, now)
            written, address = await self._storage.read(lambda tx: self._about_ticket(tx, letter, now, link), "heavy")
        return await asyncio.to_thread(self._rendered, written, address, stop)

    def _rendered(self, written: Written, address: str, stop: str) -> Content:
        return Content(
            from_name=written.sender,
            from_address=address,
            subject=written.subject,
            text=plain_text(written),
            html=html_text(written, MARK_CID),
            mark=MARK,
            unsubscribe=stop,
        )

    async def _about_account(self, letter: Letter, now: int) -> Written:
        base, sealed = self._settings.base_url, letter.context.get("token")
        if letter.kind in ("passkey_added", "sign_on_linked", "access_changed"):
            return await self._notice(letter)
        token = self._sealer.open(letter.to, sealed) if sealed is not None else None
        if sealed is not None and token is None:
            raise NothingToSay("The link was sealed with another SECRET.")
        if letter.kind == "staff_invitation":
            return await self._invitation(token or "", now)
        if token and await self._storage.read(lambda tx: self._people.accounts.link(tx, token, now)) is None:
            raise NothingToSay("The link was used, or is too old.")
        shown = AccountShown(
            link=f"{base}/account/confirm?token={token}" if token else None,
            sign_in=f"{base}/sign-in",
            brand=self._settings.brand_name,
            host=urlsplit(base).netloc,
        )
        words = Words(letter.locale)
        match letter.kind:
            case "confirm_account":
                return accounts.confirm_account(shown, words)
            case "account_exists":
                return accounts.account_exists(shown, words)
            case "reset_password":
                return accounts.reset_password(shown, words)
        raise NothingToSay(f"There is no text for {letter.kind}.")

    def _about_alarms(self, letter: Letter, now: int) -> Written:
        if now - letter.created_at > GIVE_UP_MS:
            raise NothingToSay("The letter could not be sent for an hour.")
        notice = self._alarm_notices.about(alarms_in(letter.context), now)
        host = urlsplit(self._settings.base_url).netloc
        return alarm_letter(notice, self._settings.brand_name, host, Words(None))

    async def _invitation(self, token: str, now: int) -> Written:
        if await self._storage.read(lambda tx: self._joining.invited(tx, token, now)) is None:
            raise NothingToSay("The invitation was used or revoked, or is too old.")
        base = self._settings.base_url
        link = f"{base}/join?token={token}"
        return staff_invitation(link, self._settings.brand_name, urlsplit(base).netloc, Words(None))

    async def _notice(self, letter: Letter) -> Written:
        own = await self._storage.read(lambda tx: self._people.accounts.by_id(tx, letter.person or ""))
        zone = own.timezone if own is not None else None
        base, words = self._settings.base_url, Words(letter.locale, self._teams.desk.timezone, zone)
        notice = Notice(
            base=base,
            brand=self._settings.brand_name,
            host=urlsplit(base).netloc,
            at=letter.created_at,
            staff=letter.context.get("of") == "staff",
        )
        if letter.kind == "access_changed":
            admin = letter.context.get("by", "")
            names = await self._storage.read(lambda tx: self._people.names(tx, [admin]))
            return access_changed(notice, names.get(admin, "An admin"), letter.context.get("what", ""), words)
        if letter.kind == "passkey_added":
            return sign_in_notices.passkey_added(notice, words)
        return sign_in_notices.sign_on_linked(notice, words)

    async def _link(self, letter: Letter, now: int) -> str | None:
        """A new link for the letter. None if the letter needs no link.

        In a letter to a requester, the link proves the requester's address for the ticket. In a letter to an account
        team, it acknowledges the hand-over. Each attempt to send the letter makes a new link.
        """
        number = letter.ticket
        if letter.kind == "handover":
            return await self._handover_links.add(letter, now)
        if number is None or letter.kind not in TO_CUSTOMERS:
            return None
        if not await self._storage.read(lambda tx: self._links.needed(tx, number, letter.to)):
            return None
        token = tokens.new_cookie()
        hash_ = tokens.fingerprint(token)
        await self._storage.write(lambda tx: self._links.add(tx, number, letter.to, hash_, now))
        return f"{self._settings.base_url}/requests/{number}/confirm?token={token}"

    def _about_ticket(self, tx: Tx, letter: Letter, now: int, link: str | None) -> tuple[Written, str]:
        """The letter, and the email address of its sender. Raises NothingToSay if the letter need not be sent any
        more."""
        ticket = self._store.find(tx, letter.ticket) if letter.ticket is not None else None
        if ticket is None:
            raise NothingToSay("The ticket is gone.")
        team = self._teams.by_key.get(ticket.team)
        address = (team.email if team is not None else None) or self._settings.sender
        self._check_holds(tx, letter, ticket)
        if letter.kind in ("assigned", "customer_replied", "handover"):
            return self._to_staff(letter, self._shown(tx, letter, ticket, now, for_staff=True), link), address
        if normal_email(ticket.requester.email or "") != normal_email(letter.to):
            raise NothingToSay("The requester has another address now.")
        shown = self._shown(tx, letter, ticket, now, for_staff=False)
        if link is not None:
            shown = replace(shown, url=link)
        words = self._words_for(tx, letter, ticket)
        if letter.kind == "confirm_ticket" or not ticket.requester.verified:
            return customers.bare(shown, words), address
        if letter.kind == "transcript":
            return transcript(shown, self._days(tx, ticket, words), words), address
        return _to_requester(letter, shown, words), address

    def _check_holds(self, tx: Tx, letter: Letter, ticket: Ticket) -> None:
        """Raises NothingToSay if the ticket has changed so that what the letter says is no longer true."""
        match letter.kind:
            case "reminder_1" | "reminder_2":
                of_wait = self._awaiting.has_reminder(tx, ticket, letter.id, letter.created_at)
                holds = ticket.status == "awaiting_reply" and of_wait
            case "auto_solved" | "solved" | "rule_solved":
                # A letter with a reply of staff is sent all the same, as the reply alone.
                holds = ticket.status == "solved" or letter.seq is not None
            case "reopened":
                holds = ticket.status != "solved"
            case "issue_solved":
                holds = issue_solved(self._store, tx, ticket) is True
            case "assigned" | "customer_replied":
                holds = ticket.assignee == letter.person and self._may_read(tx, letter, ticket)
            case _:
                holds = True
        if not holds:
            raise NothingToSay("The ticket has changed since.")

    def _may_read(self, tx: Tx, letter: Letter, ticket: Ticket) -> bool:
        """True if the staff member still has the address to which the letter goes, and may see the ticket."""
        person = self._people.staff(tx, letter.person) if letter.person is not None else None
        return person is not None and person.email == letter.to and person.sees(ticket.team)

    def _words_for(self, tx: Tx, letter: Letter, ticket: Ticket) -> Words:
        """The language of the letter, and the time zone of the requester's account.

        If the letter has no language of its own, the language of the account is used.
        """
        requester = ticket.requester.id
        own = self._people.accounts.by_id(tx, requester) if requester is not None else None
        if own is None:
            return Words(letter.locale, self._teams.desk.timezone)
        return Words(letter.locale or own.locale, self._teams.desk.timezone, own.timezone)

    def _to_staff(self, letter: Letter, shown: TicketShown, link: str | None) -> Written:
        words = Words(None, self._teams.desk.timezone)
        if letter.kind == "assigned":
            return staff.assigned(shown, words)
        if letter.kind == "customer_replied":
            return staff.customer_replied(shown, words)
        return staff.handover(shown, words, link)

    def _shown(self, tx: Tx, letter: Letter, ticket: Ticket, now: int, *, for_staff: bool) -> TicketShown:
        stored = [event for event in self._store.events(tx, ticket.number) if not event.staff_only]
        post = self._post(stored, letter, ticket)
        team, asked = self._teams.by_key.get(ticket.team), ticket.requester
        clients = self._people.client_names(tx, [ticket.client] if ticket.client is not None else [])
        page = "tickets" if for_staff else "requests"
        return TicketShown(
            number=ticket.number,
            url=f"{self._settings.base_url}/{page}/{ticket.number}",
            subject=ticket.subject,
            status=ticket.status,
            resolution=ticket.resolution,
            team=team.name if team is not None else ticket.team,
            product=ticket.product,
            by_chat=ticket.channel == "chat",
            name=asked.name,
            requester=asked.name or asked.email,
            client=clients.get(ticket.client) if ticket.client is not None else None,
            reopen_until=ticket.reopen_until if ticket.closed_at is None else None,
            issue_solved=issue_solved(self._store, tx, ticket),
            promise=self._promise(tx, ticket, now),
            asked=_newest(stored, "staff", asked.id),
            wrote=_newest(stored, "customer", asked.id),
            post=post,
            reminded_at=self._reminded_at(tx, ticket.number) if letter.kind == "auto_solved" else (),
            hours=self._hours(ticket.team, now),
            training=() if for_staff else self._training(tx, ticket),
            brand=self._settings.brand_name,
            host=urlsplit(self._settings.base_url).netloc,
            answerable=self._settings.mail_domain is not None,
        )

    def _days(self, tx: Tx, ticket: Ticket, words: Words) -> Sequence[Day]:
        """The conversation as the requester sees it."""
        number, asked = ticket.number, ticket.requester
        chats = self._chat_logs.of(tx, self._chat_logs.chats(tx, number), for_staff=False)
        own = on_the_wire(number, self._store.events(tx, number), for_staff=False)
        solved_at = rfc3339(ticket.solved_at) if ticket.solved_at is not None else None
        reader = [asked.id] if asked.id is not None else []
        return story([*chats, *own], reader, solved_at, lambda at: words.date_of(from_rfc3339(at)))

    def _post(self, stored: Sequence[StoredEvent], letter: Letter, ticket: Ticket) -> Post | None:
        """The reply that the letter is about. None if the letter is about no reply.

        Raises NothingToSay if the letter delivers a reply whose text was removed.
        """
        event = next((event for event in stored if event.seq == letter.seq), None)
        post = _post_of(event, ticket.requester.id) if event is not None else None
        if post is None and letter.seq is not None and _is_reply(letter, ticket.status):
            raise NothingToSay("The text was removed.")
        return post

    def _reminded_at(self, tx: Tx, number: int) -> Sequence[int]:
        """The moments at which reminders were sent: the latest first reminder and the latest second reminder. A
        reminder that was not sent is left out."""
        last = {
            letter.kind: letter.settled_at
            for letter in self._letters.of_ticket(tx, number)
            if letter.kind in ("reminder_1", "reminder_2") and letter.state == "accepted"
        }
        return [at for kind in ("reminder_1", "reminder_2") if (at := last.get(kind)) is not None]

    def _promise(self, tx: Tx, ticket: Ticket, now: int) -> Promise | None:
        """The dates that the ticket's waiting clock promises. None if it promises no date."""
        found = self._awaiting.promises(tx, [ticket], now).get(ticket.number)
        if found is None:
            return None
        return Promise(found.reminder_1, found.reminder_2, found.auto_solve, found.reopen_until)

    def _hours(self, key: str, now: int) -> RegularHours | None:
        desk = self._teams.desk
        team = desk.teams.get(key)
        return regular_hours(desk.hours[team.email_hours], now) if team is not None else None


def _is_reply(letter: Letter, status: str) -> bool:
    """True if the letter delivers a reply and nothing else. `status` is that of the ticket now.

    A letter `solved` with a reply delivers only the reply if the ticket is no longer solved.
    """
    if letter.kind in ("solved", "rule_solved"):
        return status != "solved"
    return letter.kind in ("reply", "rule_reply")


def _to_requester(letter: Letter, shown: TicketShown, words: Words) -> Written:
    if _is_reply(letter, shown.status):
        return customers.reply(shown, words)
    match letter.kind:
        case "received":
            return customers.received(shown, words)
        case "reminder_1" | "reminder_2":
            return customers.reminder(shown, words, last=letter.kind == "reminder_2")
        case "auto_solved":
            return customers.auto_solved(shown, words)
        case "solved" | "rule_solved":
            return customers.solved(shown, words)
        case "reopened":
            return customers.reopened(shown, words)
        case "handover_notice":
            return customers.handover_notice(shown, words)
        case "issue_solved":
            return customers.issue_solved(shown, words)
    raise NothingToSay(f"There is no text for {letter.kind}.")


def _newest(stored: Sequence[StoredEvent], kind: str, requester: str | None) -> Post | None:
    for event in reversed(stored):
        found = event_of(event)
        if isinstance(found, Reply) and found.from_.kind == kind and (post := _post_of(event, requester)):
            return post
    return None


def _post_of(stored: StoredEvent, requester: str | None) -> Post | None:
    """A reply as letters show it. The author is None if the requester wrote the reply.

    Returns None if `stored` is not a reply, or if its text was removed.
    """
    event = event_of(stored)
    if not isinstance(event, Reply) or event.text is None:
        return None
    others = event.from_.kind == "staff" or (requester is not None and event.from_.id != requester)
    author = event.from_.name if others else None
    return Post(author, event.text, from_rfc3339(event.at), tuple(file.name for file in event.files))
