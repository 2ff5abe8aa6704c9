"""What a ticket is: its properties as they stand, and the lines of its history. Pure.

How properties come to be other than they are is in `ticketing.rules`; what the word of a customer does to
them, in `ticketing.contact`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from msgspec import Meta

from texts.addresses import EMAIL_MAX, mail_address

SUBJECT_MAX = 200
"""Code points in a subject or an external reference."""
TEXT_MAX = 8_000
"""Code points in a workaround or a finding."""
PARTICIPANTS_MAX = 50
ADDRESS_MAX = EMAIL_MAX
NAME_MAX = 200

Field = Literal[
    "status", "resolution", "duplicate_of", "with", "external_ref", "workaround", "finding", "product", "team",
    "assignee", "client", "participants", "subject",
]  # fmt: skip
FIELDS: tuple[Field, ...] = get_args(Field)
"""The properties that `change` changes, each of them a line of the history, in this order."""

Says = Literal["solved", "not_fixed"]
"""What a customer may say with a reply: that it is solved, or that it is not."""
Flag = Literal["no_address", "unreachable", "confirmed", "not_fixed"]
FLAGS: tuple[Flag, ...] = get_args(Flag)
"""What staff should know at a glance. `no_address`: there is no way to answer. `unreachable`: answers come back.
`confirmed`: the customer says that it is solved, it needs a code. `not_fixed`: they say that it is not."""

Number = Annotated[int, Meta(ge=1, le=2**53)]
Address = Annotated[str, Meta(max_length=ADDRESS_MAX)]
Name = Annotated[str, Meta(max_length=NAME_MAX)]


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody besides the requester who takes part: reads it, writes in it. `email` is in lower case;
    `account` is theirs, where the address is that of one alone."""

    email: str
    name: str | None = None
    account: str | None = None


@dataclass(frozen=True, slots=True)
class Requester:
    """Who asked, as the ticket knows them. `verified`: name and address are proven, not claimed."""

    id: str | None
    name: str | None
    email: str | None
    verified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A ticket's properties as they stand. `number` is 0 until it is stored. Moments in ms since the epoch, UTC."""

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
    """The id of the company."""
    requester: Requester
    participants: tuple[Participant, ...] = ()
    assignee: str | None = None
    channel: str
    chat: str | None = None
    created_at: int
    updated_at: int
    waiting_since: int | None = None
    """Since when somebody waits for us; null where nobody does."""
    awaiting_since: int | None = None
    """Since when we wait for the requester: what the waiting clock counts from."""
    solved_at: int | None = None
    closed_at: int | None = None
    reopen_until: int | None = None
    duplicate_of: int | None = None
    follow_up_of: int | None = None
    solvings: int = 0
    """How often it became solved."""
    confirmed: bool = False
    not_fixed: bool = False
    unreachable: bool = False
    rating: int | None = None
    rating_comment: str | None = None
    version: int = 1

    def closed_for_good(self, now: int) -> bool:
        """Is the time in which it could be reopened over? The date told is the date kept, job or no job."""
        if self.closed_at is not None:
            return True
        return self.status == "solved" and self.reopen_until is not None and now > self.reopen_until

    def closed_since(self, now: int) -> int | None:
        """Since when it is closed for good; None where it is not."""
        if self.closed_at is not None:
            return self.closed_at
        return self.reopen_until if self.closed_for_good(now) else None

    @property
    def flags(self) -> list[Flag]:
        """Those of FLAGS that hold. Of a solved ticket none does."""
        if self.status == "solved":
            return []
        standing = (self.requester.email is None, self.unreachable, self.confirmed, self.not_fixed)
        return [flag for flag, stands in zip(FLAGS, standing, strict=True) if stands]


Value = str | int | list[str] | None
"""What a property is, as a line of the history has it."""


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a ticket's history, without who and when."""

    field: Field
    was: Value
    became: Value


def address_of(text: str) -> str | None:
    """A mail address as it is compared, in lower case; None for what is none."""
    address = mail_address(text)
    return address.lower() if address is not None else None


def value_of(ticket: Ticket, name: Field) -> Value:
    """A property by its name on the wire, as the history has it."""
    if name == "participants":
        return [participant.email for participant in ticket.participants]
    value: Value = getattr(ticket, "with_" if name == "with" else name)
    return value
