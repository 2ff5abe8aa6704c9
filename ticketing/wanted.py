"""Requests for a change to a ticket, or for a new ticket. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, TypeVar

from msgspec import UNSET, Meta, Struct, UnsetType

from identity.actor import Actor
from ticketing.custom_fields import ValuesWanted
from ticketing.ticket import Address, Name, Number, Participant, Requester

T = TypeVar("T")

Tags = Annotated[list[Annotated[str, Meta(max_length=200)]], Meta(max_length=50)]

RESOURCES_MAX = 20
"""Resources of one playlist that staff attach to a ticket."""


class ParticipantWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """A new participant."""

    email: Address
    name: Name | None = None


class RequesterCorrected(Struct, frozen=True, forbid_unknown_fields=True):
    """The requester's name and address, as staff correct them. An absent field keeps its value. Null clears a field."""

    name: Name | None | UnsetType = UNSET
    email: Address | None | UnsetType = UNSET


class TrainingWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """Training for the requester of a ticket: a playlist of these resources, and a place in a live session. Without
    both, no training is attached."""

    resources: Annotated[list[Number], Meta(max_length=RESOURCES_MAX)] = []
    session: Number | None = None


class Wanted(Struct, frozen=True, forbid_unknown_fields=True, rename={"with_": "with"}):
    """A change to a ticket: the body of a `PATCH`.

    An absent field keeps its value if the new status allows that value. Otherwise the field is cleared. Null clears a
    field.
    """

    status: str | None | UnsetType = UNSET
    resolution: str | None | UnsetType = UNSET
    duplicate_of: Number | None | UnsetType = UNSET
    with_: str | None | UnsetType = UNSET
    external_ref: str | None | UnsetType = UNSET
    workaround: str | None | UnsetType = UNSET
    finding: str | None | UnsetType = UNSET
    product: str | None | UnsetType = UNSET
    team: str | None | UnsetType = UNSET
    assignee: str | None | UnsetType = UNSET
    client: str | None | UnsetType = UNSET
    """The company's name."""
    requester: RequesterCorrected | UnsetType = UNSET
    participants: list[ParticipantWanted | Address] | None | UnsetType = UNSET
    subject: str | None | UnsetType = UNSET
    needs_code: bool | UnsetType = UNSET
    """If absent, the flag does not change, unless a status is chosen."""
    training: TrainingWanted | UnsetType = UNSET
    """Only with a code that attaches training. If absent, such a code attaches what the desk suggests."""
    priority: str | None | UnsetType = UNSET
    tags: Tags | None | UnsetType = UNSET
    """All tags. `add_tags` and `remove_tags` change single ones."""
    add_tags: Tags | UnsetType = UNSET
    remove_tags: Tags | UnsetType = UNSET
    snoozed_until: str | None | UnsetType = UNSET
    """A time in RFC 3339. Null ends a snooze."""
    custom_fields: ValuesWanted | UnsetType = UNSET
    """The custom fields to change. The others keep their values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A new ticket. Times are in ms since the epoch, UTC.

    - `wanted`: all other properties that were chosen. Without a status, the ticket is open and has no code.
    - `waiting_since`: the start of the customer's wait for us. None means that the wait starts at `at`.
    - `client` is the company's id.

    For the ticket of a chat and for a follow-up, subject, team, product and `assignee` are taken without a check. For
    all other tickets they are checked as in a change.
    """

    channel: str
    team: str
    requester: Requester
    by: Actor
    at: int
    created_at: int
    chat: str | None = None
    product: str | None = None
    subject: str | None = None
    client: str | None = None
    participants: tuple[Participant, ...] = ()
    invited: Sequence[ParticipantWanted | str] = ()
    """More participants, still to be checked."""
    assignee: str | None = None
    wanted: Wanted = field(default_factory=Wanted)
    follow_up_of: int | None = None
    needs_code: bool = False
    """True if the ticket's chat ended without its agent. The agent then chooses the status later."""
    waiting_since: int | None = None
    unanswered: bool = False
    """True if staff wrote nothing in the ticket's chat."""
    training_request: bool = False
    """True if the customer asks for a training. The ticket then ends with a code of the group Training."""
    origin: str | None = None
    """The origin of the letter about a chat's ticket, as described in `ticketing.letters`."""


def given(value: T | None) -> T | UnsetType:
    """The value, or UNSET if it is None."""
    return UNSET if value is None else value
