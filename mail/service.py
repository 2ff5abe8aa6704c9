"""Queues letters in the transaction that causes them, leases each to one worker at a time, and records the results.

Each method is (part of) the body of a transaction. `tx` is opaque, `now` is in ms since the epoch, UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from mail.addresses import Addresses
from mail.content import Headers
from mail.identifiers import Identifiers
from mail.letter import OF_ACCOUNTS, OPT_INS, TO_CUSTOMERS, Kind, Letter, NewLetter
from mail.pacing import (
    AUTOMATIC_MAX,
    AUTOMATIC_WITHIN_MS,
    BARE_EVERY_MS,
    FOR_MAIL_MAX,
    FROM_ONE_DOMAIN_MAX,
    FROM_ONE_NETWORK_MAX,
    OPT_INS_FROM_ONE_NETWORK_MAX,
    ORIGIN_WITHIN_MS,
    SPREAD,
    STOPPED,
    Pace,
    due_if_bare,
    next_attempt,
)
from mail.ports import Queued, Store, Tally, Tx
from refusals import Refused
from texts.addresses import normal_email

LEASE_MS = 5 * 60_000
"""Length of a lease. If the worker reports no result within this time, the letter is sent again, with the same
Message-ID."""

_ROUNDS = 50
"""Maximum number of times that `claim` looks for letters while all letters that it finds must wait longer."""

_ALL_MAIL = "mail"
"""The origin of all mail without proof of its sender. Letters that such mail causes also count against the limit of the
sender's domain."""
_MORE_MAIL = "more mail"
"""The origin, in place of _ALL_MAIL, of letters that wait because of the limit of their domain. It has a limit of its
own, so that many mails of one domain do not delay the letters to others."""

_OPT_INS = "opt-ins"
"""Begins the origin of letters that ask to confirm a follow or a registration. They have a limit of their own, so that
they do not delay letters about requests for help."""

COMES_BACK = "Earlier letters to this address came back."


class Letters:
    def __init__(
        self,
        store: Store,
        addresses: Addresses,
        identifiers: Identifiers,
        new_name: Callable[[], str],
        *,
        limited: bool = True,
    ) -> None:
        """`new_name` returns a unique name for the Message-ID: letters, digits and hyphens.

        `limited`: whether the number of letters to unconfirmed addresses is limited for each origin.
        """
        self._store = store
        self.addresses = addresses
        self._identifiers = identifiers
        self._new_name = new_name
        self._limited = limited

    def queue(self, tx: Tx, wanted: NewLetter, now: int) -> int:
        """Store a letter to be sent after the commit. Returns its id.

        A letter to a customer is stored as failed if earlier letters to the address came back. An automatic letter is
        also stored as failed if the address got AUTOMATIC_MAX automatic letters about the ticket within an hour.
        """
        return self.queue_all(tx, [wanted], now)[0]

    def queue_all(self, tx: Tx, wanted: Sequence[NewLetter], now: int) -> Sequence[int]:
        """Like `queue`, for many letters with few queries. Returns the ids in the order of `wanted`."""
        tickets = {each.ticket for each in wanted if each.is_automatic and each.ticket is not None}
        automatic = self._store.automatic_since(tx, tickets, now - AUTOMATIC_WITHIN_MS)
        strangers = {normal_email(each.to) for each in wanted if _spread(each)}
        last = self._store.last_bare_due(tx, strangers, now + BARE_EVERY_MS)
        back = self.addresses.coming_back(tx, {each.to for each in wanted if each.kind in TO_CUSTOMERS})
        queued = []
        for each in wanted:
            address, due_at = normal_email(each.to), max(now, each.not_before)
            error: str | None = None
            spread: str | None = None
            if _spread(each):
                due_at = last[address] = max(due_at, due_if_bare(last.get(address), now))
            if each.is_automatic and each.ticket is not None:
                sent = automatic.get((each.ticket, address), 0)
                error = STOPPED if sent >= AUTOMATIC_MAX else None
                automatic[each.ticket, address] = sent + 1
            if each.kind in TO_CUSTOMERS and each.to in back:
                error = COMES_BACK
            if (each.bare or each.known) and each.origin is not None and error is None and self._limited:
                turn = max(each.not_before, self._turn(tx, each, each.origin, now))
                due_at, spread = max(due_at, turn), SPREAD if turn > now else None
            queued.append(Queued(each, self._new_name(), due_at, error, spread))
        return self._store.add(tx, queued, now)

    def _turn(self, tx: Tx, letter: NewLetter, origin: str, now: int) -> int:
        """The earliest time at which the limits for `origin` allow this letter. It then counts towards the limits."""
        if letter.kind in OPT_INS:
            return self._turn_of(tx, f"{_OPT_INS} {origin}", OPT_INS_FROM_ONE_NETWORK_MAX, now)
        if not origin.startswith("@"):
            return self._turn_of(tx, origin, FROM_ONE_NETWORK_MAX, now)
        at = self._turn_of(tx, origin, FROM_ONE_DOMAIN_MAX, now)
        return max(at, self._turn_of(tx, _ALL_MAIL if at == now else _MORE_MAIL, FOR_MAIL_MAX, now))

    def _turn_of(self, tx: Tx, origin: str, most: int, now: int) -> int:
        since = now - ORIGIN_WITHIN_MS
        at = self._store.turns(tx, origin, since).next(now, most)
        self._store.take_turn(tx, origin, at, since)
        return at

    def confirmed(self, tx: Tx, ticket: int, now: int) -> None:
        """Record that the requester's address is confirmed. The waiting letters about the ticket get their full text,
        and are due now."""
        self._store.confirm(tx, ticket, now)

    def claim(self, tx: Tx, holder: str, now: int, limit: int) -> list[Letter]:
        """Lease at most `limit` due letters to `holder` for LEASE_MS.

        An unconfirmed address gets at most one letter in an hour, so further letters to it are postponed. If the letter
        that is sent is about a ticket, it covers the other waiting letters to this address about this ticket, because
        all of them have only the ticket's number and a link.
        """
        for _ in range(_ROUNDS):
            claimed = self._store.claim(tx, holder, now, now + LEASE_MS, limit)
            in_turn = self._in_turn(tx, claimed, now)
            if in_turn or not claimed:
                return [self._with_reply_address(tx, letter, now) for letter in in_turn]
        return []

    def _in_turn(self, tx: Tx, claimed: Sequence[Letter], now: int) -> Sequence[Letter]:
        """The claimed letters that may be sent now. The other letters are postponed, and the claims of these letters do
        not count as attempts."""
        bare = [letter for letter in claimed if letter.bare]
        if not bare:
            return claimed
        paces = dict(self._store.paces(tx, {normal_email(letter.to) for letter in bare}, bare, now))
        late = set()
        for letter in sorted(bare, key=lambda one: _of_account(one) == paces[normal_email(one.to)].last_of_account):
            address, of_account = normal_email(letter.to), _of_account(letter)
            at = paces[address].next(now, of_account=of_account)
            if at > now:
                late.add(letter.id)
                self._store.give_back(tx, letter.id)
                self._store.postpone(tx, letter.id, at, letter.error)
            else:
                paces[address] = Pace(last=now, last_of_account=of_account)
        in_turn = [letter for letter in claimed if letter.id not in late]
        for letter in in_turn:
            if letter.bare and letter.ticket is not None:
                self._store.cover(tx, letter, now)
        return in_turn

    def _with_reply_address(self, tx: Tx, letter: Letter, now: int) -> Letter:
        if letter.ticket is None or letter.kind not in TO_CUSTOMERS or not self._identifiers.receives:
            return letter
        generation = self._store.generation(tx, letter.ticket, letter.to)
        token = self._identifiers.reply_token(letter.ticket, letter.to, generation)
        self._store.keep_reply_address(tx, letter.ticket, letter.to, generation, token, now)
        return replace(letter, generation=generation)

    def headers(self, tx: Tx, letter: Letter) -> Headers:
        """The headers of a claimed letter."""
        if letter.ticket is None:
            return Headers(message_id=letter.message_id, to=letter.to)
        thread, previous = self._identifiers.thread_id(letter.ticket), self._store.previous(tx, letter)
        answered = letter.kind in TO_CUSTOMERS and self._identifiers.receives
        return Headers(
            message_id=letter.message_id,
            to=letter.to,
            references=(thread,) if previous is None else (thread, previous),
            reply_to=self._identifiers.reply_address(letter.ticket, letter.to, letter.generation) if answered else None,
        )

    def sender(self, letter: Letter, fallback: str) -> str:
        """The envelope sender of a letter: the letter's own bounce address, or `fallback` if the desk receives no
        mail."""
        return self._identifiers.bounce_address(letter.message_id) if self._identifiers.receives else fallback

    def accepted(self, tx: Tx, letter: Letter, now: int) -> None:
        """Record that the mail server took the letter, even if the lease has ended."""
        self._store.settle(tx, letter.id, "accepted", now, None)

    def unwritten(self, tx: Tx, letter: Letter, reason: str, now: int) -> bool:
        """Record that a letter fails because there is nothing to say in it any more. The letters that it covers are
        sent instead.

        Returns True if the letter has failed now, False if it was settled already.
        """
        self._store.uncover(tx, letter.id, now)
        return self.refused(tx, letter, reason, now, for_good=True)

    def refused(self, tx: Tx, letter: Letter, reason: str, now: int, *, for_good: bool) -> bool:
        """Record a failed attempt. Returns True if the letter has failed now, False if it waits for another attempt.

        Does nothing and returns False if the letter is settled already.
        """
        found = self._store.find(tx, letter.id, lock=True)
        if found is None or found.state != "waiting":
            return False
        again = None if for_good else next_attempt(letter.attempts, now)
        if again is None:
            self._store.settle(tx, letter.id, "failed", now, reason)
        else:
            self._store.postpone(tx, letter.id, again, reason)
        return again is None

    def release(self, tx: Tx, letters: Sequence[Letter]) -> None:
        """End the leases on claimed letters that were not sent. The claims no longer count as attempts."""
        for letter in letters:
            self._store.give_back(tx, letter.id)

    def send_again(self, tx: Tx, id: int, now: int) -> Letter:
        """Queue a failed or waiting letter again. It is due as soon as the limit for unconfirmed addresses allows.

        Raises Refused: `not_found`, or `conflict` if the letter was accepted or has no address any more.
        """
        letter = self._store.find(tx, id, lock=True)
        if letter is None:
            raise Refused("not_found", f"There is no letter {id}.")
        if letter.state == "accepted":
            raise Refused("conflict", "This letter was delivered. Write a new reply instead.")
        if not letter.to:
            raise Refused("conflict", "The address of this letter was removed. Write a new reply instead.")
        address = normal_email(letter.to)
        last = self._store.last_bare_due(tx, {address}, now + BARE_EVERY_MS, but=id) if _spread(letter) else {}
        due_at = due_if_bare(last.get(address), now)
        self._store.renew(tx, id, due_at)
        return replace(letter, state="waiting", due_at=due_at, attempts=0)

    def revoke(self, tx: Tx, ticket: int, now: int) -> list[str]:
        """Revoke the reply addresses of a ticket, because a stranger knows one of these addresses. Returns the email
        addresses of the recipients for whom they were made.

        From now on, mail to the revoked addresses is held back, and new letters have new reply addresses.
        """
        return self._store.revoke(tx, ticket, now)

    def find(self, tx: Tx, id: int) -> Letter | None:
        return self._store.find(tx, id)

    def find_all(self, tx: Tx, ids: Collection[int]) -> list[Letter]:
        """The letters with these ids. Ids without a letter are left out."""
        return self._store.find_all(tx, ids)

    def of_ticket(self, tx: Tx, ticket: int, before: int | None = None, limit: int | None = None) -> list[Letter]:
        """The letters about a ticket, oldest first. With `limit`, only the newest `limit` letters. With `before`, only
        letters with ids below `before`."""
        return self._store.of_ticket(tx, ticket, before, limit)

    def recent(self, tx: Tx, ticket: int, kind: Kind, to: str, since: int, limit: int) -> list[Letter]:
        """The letters of this kind about this ticket to the address `to` that wait or were queued after `since`.

        At most `limit`: first the waiting letters, then the others. Within each group, the newest letter comes first.
        """
        return self._store.recent(tx, ticket, kind, normal_email(to), since, limit)

    def link_waits(self, tx: Tx, ticket: int, to: str) -> bool:
        """True if a letter that has only the ticket's number and a link waits to be sent to this address."""
        return self._store.link_waits(tx, ticket, normal_email(to))

    def waiting(self, tx: Tx, kind: Kind, limit: int) -> int:
        """The count of letters of this kind that wait to be sent, at most `limit`."""
        return self._store.waiting(tx, kind, limit)

    def being_sent(self, tx: Tx, tickets: Collection[int]) -> set[int]:
        """The tickets among `tickets` about which a letter is claimed but has no result yet."""
        return self._store.being_sent(tx, tickets)

    def not_accepted(self, tx: Tx, limit: int) -> list[Letter]:
        """Letters that wait, then letters that have failed. At most `limit` in all.

        Within each state, the letter with the earliest due time comes first.
        """
        return self._store.not_accepted(tx, limit)

    def tally(self, tx: Tx, now: int) -> Tally:
        return self._store.tally(tx, now)


def _of_account(letter: Letter | NewLetter) -> bool:
    return letter.kind in OF_ACCOUNTS


def _spread(letter: Letter | NewLetter) -> bool:
    """True if the letter is due only an hour after the previous one to its address.

    This is so for letters about tickets to unconfirmed addresses. A letter about an account is due at once, so that it
    does not wait for many letters about tickets. When it is due, `claim` applies the limit of one letter in an hour.
    """
    return letter.bare and not _of_account(letter)
