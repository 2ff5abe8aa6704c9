"""Decides about an email that came in: its kind, its ticket, and whether it may act on the ticket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from identity.actor import Actor
from identity.adapters import ban_store
from identity.adapters.people import People
from identity.customers import acting
from mail.identifiers import Identifiers
from mail.incoming.addressing import is_of_desk, mail_author, reply_token
from mail.incoming.classifying import FROM_ONE_SENDER_MAX, FROM_ONE_SENDER_MS, is_our_own
from mail.incoming.parsing import Incoming
from mail.incoming.reading import Read
from mail.incoming.result import Kind, MatchedBy, Reason, StoredMail, Verdict
from mail.incoming_ports import IncomingMails
from server.live.teams import Teams
from storage.ports import Tx
from texts.addresses import normal_email
from texts.visible import fault_of_line
from ticketing.contact import present_team
from ticketing.listing import reader_of
from ticketing.ports import Store
from ticketing.ticket import Ticket

ByStaff = Literal["accept", "trust"]
"""`accept`: act on this mail. `trust`: trust this mail and later mail from the same address, unless a mail is proven to
be forged."""
_MERGES_MAX = 50
"""Merges that are followed, one after the other."""


@dataclass(frozen=True, slots=True)
class Match:
    """The ticket that a mail answers.

    `owner` is an email address in lower case. If the mail answers one of our letters, `owner` is the address to which
    that letter went. If the mail answers an earlier mail, `owner` is the sender of that mail.
    """

    ticket: int
    by: MatchedBy
    owner: str | None
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class Writer:
    """The person who wrote a mail. `actor` is verified only if the mail is trusted, or proven to be from this person.

    `proves` is True if the mail proves the address of the ticket's requester, which nobody has proven before.
    """

    actor: Actor
    proves: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The decision about a mail. With a `reason`, the mail is held back. `team` is the team of a new ticket.

    `copy_of` is an earlier copy of the mail, which came for another recipient and is already part of a ticket.
    """

    kind: Kind
    reason: Reason | None = None
    match: Match | None = None
    writer: Writer | None = None
    team: str | None = None
    copy_of: StoredMail | None = None

    @property
    def ticket(self) -> int | None:
        return self.match.ticket if self.match is not None else None


class MailDecisions:
    """`domain` is the host of reply addresses. `sender` is the sender of letters of teams without an email address."""

    def __init__(
        self,
        mails: IncomingMails,
        identifiers: Identifiers,
        store: Store,
        people: People,
        teams: Teams,
        domain: str | None,
        sender: str,
    ) -> None:
        self._mails = mails
        self._identifiers = identifiers
        self._store = store
        self._people = people
        self._teams = teams
        self._domain = domain
        self._sender = sender

    # -- addresses ----------------------------------------------------------------------------

    def takes(self, address: str) -> bool:
        """True if mail to this address is for this desk."""
        return is_of_desk(address, self._domain, self._addresses())

    def _addresses(self) -> Mapping[str, str]:
        """The key of each team, by the email address of the team. The address of a retired team has the key of the
        team's successor."""
        teams = self._teams.by_key
        return {normal_email(team.email): present_team(key, teams) for key, team in teams.items() if team.email}

    # -- decisions ----------------------------------------------------------------------------

    def decide(self, tx: Tx, read: Read, now: int, *, by_staff: ByStaff | None = None) -> Decision:
        """Decide about a mail.

        With `by_staff`, staff have decided that the mail is good. That does not prove who sent the mail.
        """
        mail = read.mail
        match = self._led(tx, mail, self._match(tx, mail))
        if read.bounce is not None:
            return Decision(kind="bounce", match=match)
        kind: Kind = "new" if match is None else "reply"
        if by_staff is None and (early := self._held_early(tx, read, match, kind, now)) is not None:
            return early
        if mail.sender is None:
            return Decision(kind=kind, reason="no_sender", match=match)
        verdict, accepted = read.authentication.verdict, by_staff is not None
        proven = verdict == "pass"
        trusted = proven or (verdict != "fail" and (by_staff == "trust" or self._mails.trusts(tx, mail.sender)))
        if match is None:
            return self._new(tx, mail, proven=proven, trusted=trusted, accepted=accepted)
        return self._reply(tx, mail, match, proven=proven, trusted=trusted, accepted=accepted)

    def _held_early(self, tx: Tx, read: Read, match: Match | None, kind: Kind, now: int) -> Decision | None:
        """The decision about an unusual mail. None for a usual mail.

        A mail is unusual if it is our own, automatic, unreadable, without a single sender, forged, or one of too many
        from its sender.
        """
        mail = read.mail
        own = {*self._addresses(), normal_email(self._sender)}
        if is_our_own(mail, own, own_id=self._identifiers.is_ours(mail.message_id)):
            return Decision(kind="loop", reason="loop", match=match)
        verdict = read.authentication.verdict
        if read.automatic is not None:
            reason: Reason | None = "loop" if self._writes_too_often(tx, mail.sender, verdict, now) else None
            return Decision(kind="automatic", reason=reason if match is not None else "automatic", match=match)
        if not mail.readable:
            return Decision(kind=kind, reason="unreadable", match=match)
        if mail.sender is None:
            return Decision(kind=kind, reason="no_sender", match=match)
        account = self._people.account_by_email(tx, mail.sender)
        if ban_store.against_mail(tx, mail.sender, account.id if account is not None else None, now) is not None:
            return Decision(kind=kind, reason="blocked", match=match)
        if verdict == "fail":
            return Decision(kind=kind, reason="unauthenticated", match=match)
        if self._writes_too_often(tx, mail.sender, verdict, now):
            return Decision(kind=kind, reason="loop", match=match)
        return None

    def _writes_too_often(self, tx: Tx, sender: str | None, verdict: Verdict, now: int) -> bool:
        """True if too many mails with this verdict came from this address recently.

        Only mails with the same verdict are counted, so that many forged mails do not stop mails that are proven to be
        from this address.
        """
        if sender is None:
            return False
        return self._mails.sent_since(tx, sender, verdict, now - FROM_ONE_SENDER_MS) >= FROM_ONE_SENDER_MAX

    def _match(self, tx: Tx, mail: Incoming) -> Match | None:
        """The ticket that the mail answers. It is looked for in three ways: by a reply address, then by the Message-ID
        of one of our letters, then by the Message-ID of an earlier mail."""
        for address in (mail.envelope.to, *mail.recipients):
            if (match := self.addressed(tx, address)) is not None:
                return match
        for id_ in mail.references:
            answered = self._mails.answered(tx, id_) if self._identifiers.is_ours(id_) else None
            if answered is not None:
                return Match(answered.ticket, "message_id", answered.address)
        earlier = self._mails.seen(tx, mail.references)
        if earlier is None or earlier.ticket is None:
            return None
        return Match(earlier.ticket, "references", earlier.sender)

    def _led(self, tx: Tx, mail: Incoming, match: Match | None) -> Match | None:
        """The match with the ticket into which its ticket was merged, directly or through others. Merges are followed
        as long as they stand and the sender takes part in the target."""
        ticket = self._store.find(tx, match.ticket) if match is not None and mail.sender is not None else None
        if match is None or ticket is None:
            return match
        for _ in range(_MERGES_MAX):
            merge = self._store.merge_of(tx, ticket.number)
            # A ticket that was reopened keeps its merge, but is no duplicate any more.
            stands = merge is not None and ticket.duplicate_of == merge.target
            target = self._store.find(tx, merge.target) if merge is not None and stands else None
            if target is None or self._writer(tx, mail, target, proven=False, trusted=False) is None:
                break
            ticket = target
        return replace(match, ticket=ticket.number)

    def addressed(self, tx: Tx, address: str) -> Match | None:
        """The ticket that has this reply address. None if no ticket has it."""
        token = reply_token(address, self._domain)
        known = self._mails.reply_address(tx, token) if token is not None else None
        return Match(known.ticket, "reply_address", known.address, known.revoked) if known is not None else None

    def _new(self, tx: Tx, mail: Incoming, *, proven: bool, trusted: bool, accepted: bool) -> Decision:
        assert mail.sender is not None
        team = self._addresses().get(normal_email(mail.envelope.to))
        if team is None:
            return Decision(kind="new", reason="unknown_address")
        if (copy := self._mails.seen(tx, [mail.message_id], mail.sender)) is not None:
            return Decision(kind="new", copy_of=copy)
        account = self._people.account_by_email(tx, mail.sender)
        if account is not None and not trusted:
            # Somebody has proven this address. Whoever uses it must prove it too.
            if not accepted:
                return Decision(kind="new", reason="unauthenticated")
            account = None
        if account is None and self._teams.of(team).identity == "required":
            return Decision(kind="new", reason="stranger")
        actor = acting(account.id, account) if account is not None else _by_address(mail, verified=proven)
        return Decision(kind="new", team=team, writer=Writer(actor))

    def _reply(self, tx: Tx, mail: Incoming, match: Match, *, proven: bool, trusted: bool, accepted: bool) -> Decision:
        assert mail.sender is not None
        ticket = self._store.find(tx, match.ticket)
        if ticket is None:
            return Decision(kind="reply", reason="unknown_address")
        held = Decision(kind="reply", match=match)
        if not accepted:
            if match.revoked:
                return replace(held, reason="revoked_address")
            if match.by == "reply_address" and match.owner != mail.sender:
                return replace(held, reason="other_sender")
            if not trusted:
                return replace(held, reason="unauthenticated")
        if (copy := self._copy(tx, mail.message_id, mail.sender, ticket.number)) is not None:
            return replace(held, copy_of=copy)
        writer = self._writer(tx, mail, ticket, proven=proven, trusted=trusted)
        if writer is None and accepted:
            writer = Writer(_by_address(mail, verified=False))
        return replace(held, writer=writer) if writer is not None else replace(held, reason="stranger")

    def _copy(self, tx: Tx, message_id: str, sender: str, number: int) -> StoredMail | None:
        """An earlier copy of the mail that is part of this ticket or of its follow-up.

        Copies on other tickets are ignored, because a mail to two tickets becomes part of both.
        """
        for copy in self._mails.copies(tx, message_id, sender):
            ticket = self._store.find(tx, copy.ticket) if copy.ticket is not None else None
            if ticket is not None and number in (ticket.number, ticket.follow_up_of):
                return copy
        return None

    def _writer(self, tx: Tx, mail: Incoming, ticket: Ticket, *, proven: bool, trusted: bool) -> Writer | None:
        """The sender of the mail, if the sender takes part in the ticket. None for any other sender."""
        assert mail.sender is not None
        account, asked = self._people.account_by_email(tx, mail.sender), ticket.requester
        candidates = [acting(account.id, account)] if account is not None else []
        candidates.append(_by_address(mail, verified=True))
        theirs = asked.email is not None and normal_email(asked.email) == mail.sender
        proves = proven and theirs and not asked.verified
        for actor in candidates:
            if reader_of(actor).takes_part(ticket):
                return Writer(replace(actor, verified=trusted), proves)
        if not theirs:
            return None
        if proves:
            return Writer(candidates[0], proves)
        owner = self._people.account(tx, asked.id) if asked.id is not None else None
        known = acting(owner.id, owner) if owner is not None else _by_address(mail, verified=False)
        return Writer(replace(known, id=asked.id or known.id, verified=known.verified and trusted))


def _by_address(mail: Incoming, *, verified: bool) -> Actor:
    """A customer without an account, who is known by the address alone. The id is the same for every mail from this
    address."""
    assert mail.sender is not None
    name = mail.name if mail.name is not None and fault_of_line(mail.name) is None else None
    return Actor(kind="customer", id=mail_author(mail.sender), name=name, email=mail.sender, verified=verified)
