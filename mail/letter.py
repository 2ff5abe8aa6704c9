"""A letter: an email that is to be sent, or was sent. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

State = Literal["waiting", "accepted", "failed"]
"""`accepted`: the mail server took the letter. `failed`: the mail server refused it for good, the desk
gave up, or the letter came back."""

ToCustomers = Literal[
    "received",
    "reply",
    "rule_reply",
    "rule_solved",
    "reminder_1",
    "reminder_2",
    "auto_solved",
    "solved",
    "reopened",
    "handover_notice",
    "issue_solved",
    "confirm_ticket",
    "transcript",
]
ToStaff = Literal["assigned", "customer_replied", "handover"]
"""Letters to agents and account teams."""
OfAccounts = Literal[
    "confirm_account",
    "account_exists",
    "reset_password",
    "passkey_added",
    "sign_on_linked",
    "staff_invitation",
    "access_changed",
]
"""Letters about accounts. `passkey_added` and `sign_on_linked` also go to staff. `staff_invitation` and
`access_changed` go only to staff."""
OfFloor = Literal["alarm"]
"""Letters about alarms of the floor, to addresses that admins chose."""
OfRules = Literal["rule_notice"]
"""Letters that rules cause, to staff."""
OfReports = Literal["weekly_report"]
"""Letters with figures, to supervisors who chose them."""
OfInboxes = Literal["inbox"]
"""Letters about unread entries of inboxes, to staff."""
ToFollowers = Literal["news", "confirm_follow"]
"""Letters to people who follow something. `confirm_follow` asks somebody without an account to confirm the address."""
OfSessions = Literal[
    "session_confirm",
    "session_registered",
    "session_waiting",
    "session_offer",
    "session_free",
    "session_reminder",
    "session_moved",
    "session_cancelled",
    "session_left",
    "session_recording",
]
"""Letters about live sessions, to people who registered."""
Kind = Literal[ToCustomers, ToStaff, OfAccounts, OfFloor, OfRules, OfReports, OfInboxes, ToFollowers, OfSessions]

TO_CUSTOMERS: frozenset[Kind] = frozenset(get_args(ToCustomers))
OF_ACCOUNTS: frozenset[Kind] = frozenset(get_args(OfAccounts))
OF_SESSIONS: frozenset[Kind] = frozenset(get_args(OfSessions))
OPT_INS: frozenset[Kind] = frozenset({"confirm_follow", "session_confirm"})
"""Letters that ask the owner of an address to confirm a follow or a registration."""
AUTOMATIC: frozenset[Kind] = TO_CUSTOMERS - {"reply", "transcript"}
"""Letters to customers that no person wrote or asked for. Their number is limited (see `mail.pacing`). A letter
`solved` that contains a reply of staff is not limited (`NewLetter.is_automatic`)."""

OF_THE_CLOCK: frozenset[Kind] = frozenset({"reminder_1", "reminder_2", "auto_solved"})
"""Letters that `ticketing.waiting_clock` causes, often many at once."""
IN_BULK: frozenset[Kind] = OF_THE_CLOCK | {"news"}
"""Letters that are often queued in large numbers. All other letters are sent before letters of these kinds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLetter:
    """A letter to queue.

    - `bare`: the address is not confirmed. Such an address gets at most one letter in an hour. While it is not
      confirmed, a letter about a ticket contains only the number of the ticket and a link.
    - `context`: data for the text of the letter: only ids and sealed tokens, never a text that people wrote.
    """

    kind: Kind
    to: str
    ticket: int | None = None
    seq: int | None = None
    """The reply of the ticket that the letter is about."""
    person: str | None = None
    """The id of the recipient: an account, a visitor or a user."""
    locale: str | None = None
    bare: bool = False
    known: bool = False
    """The address has confirmed an earlier letter of this desk, so letters to it are not `bare`. Letters that somebody
    without a session causes are limited by their origin all the same."""
    context: Mapping[str, str] = field(default_factory=dict)
    not_before: int = 0
    """The earliest moment at which the letter is sent. If the letter has an `origin`, this moment is in the future only
    because of a limit."""
    origin: str | None = None
    """The source of the request that causes the letter: a network, or `@` and the domain of a mail's sender. One origin
    causes only a few letters to unconfirmed addresses in an hour. None for letters without this limit."""

    @property
    def is_automatic(self) -> bool:
        """True if the letter counts towards the limit for automatic letters. A reply of staff is always mailed."""
        with_reply = self.kind == "solved" and self.seq is not None
        return self.kind in AUTOMATIC and not with_reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A stored letter. Times are in ms since the epoch, UTC. `attempts` includes an attempt that is in progress."""

    id: int
    kind: Kind
    to: str
    ticket: int | None
    seq: int | None
    person: str | None
    locale: str | None
    bare: bool
    context: Mapping[str, str]
    state: State
    message_id: str
    created_at: int
    due_at: int
    attempts: int = 0
    settled_at: int | None = None
    error: str | None = None
    generation: int = 0
    """The number of the reply address, from 0, for this ticket and recipient. After an address is revoked, the next
    number is used."""
    bounced_at: int | None = None
    """The time at which the letter came back, after a mail server had accepted it."""
    covered_by: int | None = None
    """The id of the letter that is sent in place of this one, with the same number and link. This letter gets the same
    state."""
