"""A ticket's properties and the lines of its history. Pure.

`ticketing.rules` changes properties, `ticketing.contact` handles messages of customers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal, get_args

from msgspec import Meta

from texts.addresses import EMAIL_MAX, email_address
from ticketing.custom_fields import FieldValue, Values
from ticketing.targets import NOTHING, Service

SUBJECT_MAX = 200
TEXT_MAX = 8_000
PARTICIPANTS_MAX = 50
ADDRESS_MAX = EMAIL_MAX
NAME_MAX = 200

Field = Literal[
    "status", "resolution", "duplicate_of", "with", "external_ref", "workaround", "finding", "product", "team",
    "assignee", "client", "requester", "participants", "subject", "priority", "tags", "snoozed_until",
]  # fmt: skip
FIELDS: tuple[Field, ...] = get_args(Field)
"""Properties that `change` can change. Each has its own line in the history, in this order."""

Priority = Literal["low", "normal", "high", "urgent"]
PRIORITIES: tuple[Priority, ...] = get_args(Priority)
"""From the least to the most urgent."""
Says = Literal["solved", "not_fixed"]
"""A customer's statement about the issue, sent with a reply."""
_OnMail = Literal["no_address", "unreachable"]
Flag = Literal[_OnMail, "confirmed", "not_fixed", "needs_code", "loop", "letters_stopped", "returned", "fields_missing"]
FLAGS: tuple[Flag, ...] = get_args(Flag)
"""Notices for staff. `no_address`: there is no way to answer. `unreachable`: letters to the requester do not arrive.
`confirmed`: the customer says that the issue is solved, so the ticket needs a code. `not_fixed`: the customer says that
the issue is not solved. `needs_code`: staff still have to choose the status of an ended chat, because the chat ended
without its agent or the choice was undone.
`loop`: mail to the ticket is held back, because its sender writes too often. `letters_stopped`: the requester got no
letter about the last step, because the address got too many automatic letters about the ticket within an hour.
`returned`: the snooze is over, and nobody has changed or answered the ticket since.
`fields_missing`: a needed custom field is empty, because no person created or solved the ticket. Only this flag stays
on a solved ticket."""

Number = Annotated[int, Meta(ge=1, le=2**53)]
Address = Annotated[str, Meta(max_length=ADDRESS_MAX)]
Name = Annotated[str, Meta(max_length=NAME_MAX)]


@dataclass(frozen=True, slots=True)
class Participant:
    """A person besides the requester who reads and writes on the ticket.

    `email` is in lower case. `account` is the id of the account with that address, or None if none was found.
    """

    email: str
    name: str | None = None
    account: str | None = None


@dataclass(frozen=True, slots=True)
class Requester:
    """The person who asked for a ticket. `verified`: name and address are proven, not claimed."""

    id: str | None
    name: str | None
    email: str | None
    verified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A ticket. `number` is 0 until it is stored. Times are in ms since the epoch, UTC."""

    number: int = 0
    status: str = "open"
    with_: str | None = "support"
    external_ref: str | None = None
    workaround: str | None = None
    finding: str | None = None
    resolution: str | None = None
    team: str
    product: str | None = None
    subject: str | None = None
    client: str | None = None
    """The company's id."""
    requester: Requester
    participants: tuple[Participant, ...] = ()
    assignee: str | None = None
    channel: str
    chat: str | None = None
    created_at: int
    updated_at: int
    waiting_since: int | None = None
    """The start of the requester's wait for us. None if the requester does not wait."""
    awaiting_since: int | None = None
    """Start of our wait for the requester. The waiting clock counts from here."""
    solved_at: int | None = None
    closed_at: int | None = None
    reopen_until: int | None = None
    duplicate_of: int | None = None
    follow_up_of: int | None = None
    priority: Priority = "normal"
    tags: tuple[str, ...] = ()
    """In alphabetical order, as `ticketing.triage.tag_of` writes them."""
    snoozed_until: int | None = None
    """Until then, the ticket is in no view of open work. Its status and its clocks go on."""
    solvings: int = 0
    """The number of times that the ticket was solved."""
    confirmed: bool = False
    not_fixed: bool = False
    unreachable: bool = False
    needs_code: bool = False
    loop: bool = False
    letters_stopped: bool = False
    returned: bool = False
    fields_missing: bool = False
    custom_fields: Values = field(default_factory=dict[str, FieldValue])
    service: Service = NOTHING
    """The service level targets."""
    rating: int | None = None
    rating_comment: str | None = None
    version: int = 1

    def closed_for_good(self, now: int) -> bool:
        """True if the ticket can no longer be reopened.

        `reopen_until` decides, even if the job that closes tickets has not run yet.
        """
        if self.closed_at is not None:
            return True
        return self.status == "solved" and self.reopen_until is not None and now > self.reopen_until

    def closed_since(self, now: int) -> int | None:
        if self.closed_at is not None:
            return self.closed_at
        return self.reopen_until if self.closed_for_good(now) else None

    @property
    def sla_due(self) -> int | None:
        """The next due time of a target that runs, or that was late when it was paused."""
        return self.service.due

    @property
    def reachable(self) -> bool:
        """True if letters to the requester can arrive, as far as is known."""
        return self.requester.email is not None and not self.unreachable

    @property
    def flags(self) -> list[Flag]:
        """The flags that are set; at most `fields_missing` on a solved ticket."""
        if self.status == "solved":
            return ["fields_missing"] if self.fields_missing else []
        at_mail = (self.requester.email is None, self.unreachable)
        of_people = (self.confirmed, self.not_fixed, self.needs_code)
        are_set = (*at_mail, *of_people, self.loop, self.letters_stopped, self.returned, self.fields_missing)
        return [flag for flag, is_set in zip(FLAGS, are_set, strict=True) if is_set]


Value = FieldValue | None
"""A property in a line of the history."""


@dataclass(frozen=True, slots=True)
class Change:
    """A line of the history, without author and time."""

    field: str
    """A value of `Field`, or `custom_fields.` and the key of a custom field."""
    was: Value
    became: Value


def address_of(text: str) -> str | None:
    """The email address in lower case, for comparison. None if `text` is not an address."""
    address = email_address(text)
    return address.lower() if address is not None else None


def _as_line(requester: Requester) -> str | None:
    """Name and address on one line, like `Ana Ruiz <ana@company.example>`. None if both are unknown."""
    name, email = requester.name, requester.email
    return f"{name} <{email}>" if name and email else name or email


def value_of(ticket: Ticket, name: Field) -> Value:
    """The value of the property with this wire name, in the form in which the history records it."""
    if name == "participants":
        return [participant.email for participant in ticket.participants]
    if name == "requester":
        return _as_line(ticket.requester)
    if name == "tags":
        return list(ticket.tags)
    value: Value = getattr(ticket, "with_" if name == "with" else name)
    return value
