"""Request bodies for new tickets and replies, and the fields that each caller may set. Pure."""

from __future__ import annotations

from typing import Annotated, TypeVar

from msgspec import UNSET, Meta, Struct, UnsetType, structs

from identity.actor import Actor
from refusals import Refused
from texts.card_numbers import masked
from ticketing.custom_fields import ValuesWanted
from ticketing.errors import invalid
from ticketing.events import FILES_MAX, FileId
from ticketing.mentions import MENTIONS_MAX
from ticketing.ticket import Address, Name, Number, Says
from ticketing.wanted import ParticipantWanted, Tags, TrainingWanted, Wanted, given

Short = Annotated[str, Meta(max_length=200)]
# PostgreSQL cannot look up a text with a NUL.
Key = Annotated[str, Meta(max_length=64, pattern=r"^[^\u0000]*$")]
Files = Annotated[list[FileId], Meta(max_length=FILES_MAX)]
Mentions = Annotated[list[Key], Meta(max_length=MENTIONS_MAX)]

KEY_MAX = 200


class RequesterWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """The person for whom staff open a ticket: the customer with this `id`, or the owner of this `email`."""

    id: Key | None = None
    name: Name | None = None
    email: Address | None = None


class NewTicket(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"with_": "with"}):
    """A new ticket. Only customers can set `name` and `email`. Only staff can set the fields below these two.

    `custom_fields`: values of custom fields by their keys. Customers can set those that they see.

    `requester`: the person for whom staff open the ticket. Without `subject`, the first line of `text` is the subject.
    `training_request`: a request for a training. The ticket ends with a code of the group Training.
    """

    team: Key
    text: str
    product: Short | None = None
    subject: Short | None = None
    files: Files = []
    training_request: bool = False
    custom_fields: ValuesWanted = {}
    name: Name | None = None
    email: Address | None = None
    requester: RequesterWanted | None = None
    status: Key | None = None
    resolution: Key | None = None
    duplicate_of: Number | None = None
    with_: Key | None = None
    external_ref: str | None = None
    workaround: str | None = None
    finding: str | None = None
    assignee: Key | None = None
    client: Name | None = None
    participants: list[ParticipantWanted | Address] | None = None
    training: TrainingWanted | None = None
    priority: Key | None = None
    tags: Tags | None = None

    @property
    def wanted(self) -> Wanted:
        return Wanted(
            status=given(self.status),
            resolution=given(self.resolution),
            duplicate_of=given(self.duplicate_of),
            with_=given(self.with_),
            external_ref=given(self.external_ref),
            workaround=given(self.workaround),
            finding=given(self.finding),
            training=given(self.training),
            priority=given(self.priority),
            tags=given(self.tags),
            custom_fields=self.custom_fields or UNSET,
        )


class NewReply(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"with_": "with"}):
    """A reply. If `public` is false, it is a note for staff only.

    Only a customer may set `says`: whether the issue is solved or not fixed. Only staff may set these fields:

    - `status`, `resolution`, `duplicate_of`, `with`, `workaround`, `finding`, `training`, `team`, `assignee`,
      `priority`, `add_tags` and `custom_fields` change the ticket in the same step, as in a `PATCH`.
    - `seen` is the `seq` of the last event that the author has read. If others have written since then, the reply is
      refused, unless `anyway` is true.
    - `take` assigns the ticket to the author if it has no assignee.
    - `mentions` are the ids of colleagues whom a note mentions. Each gets an entry in their inbox.
    """

    text: str
    public: bool = True
    files: Files = []
    says: Says | None = None
    seen: Annotated[int, Meta(ge=0, le=2**53)] | None = None
    anyway: bool = False
    take: bool = False
    mentions: Mentions = []
    status: str | None | UnsetType = UNSET
    resolution: str | None | UnsetType = UNSET
    duplicate_of: Number | None | UnsetType = UNSET
    with_: str | None | UnsetType = UNSET
    workaround: str | None | UnsetType = UNSET
    finding: str | None | UnsetType = UNSET
    training: TrainingWanted | UnsetType = UNSET
    team: Key | UnsetType = UNSET
    assignee: Key | None | UnsetType = UNSET
    priority: Key | None | UnsetType = UNSET
    add_tags: Tags | UnsetType = UNSET
    custom_fields: ValuesWanted | UnsetType = UNSET

    @property
    def wanted(self) -> Wanted:
        """The change that comes with the reply."""
        return Wanted(
            status=self.status,
            resolution=self.resolution,
            duplicate_of=self.duplicate_of,
            with_=self.with_,
            workaround=self.workaround,
            finding=self.finding,
            training=self.training,
            team=self.team,
            assignee=self.assignee,
            priority=self.priority,
            add_tags=self.add_tags,
            custom_fields=self.custom_fields,
        )


class TicketChange(Wanted, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"with_": "with"}):
    """A change to a ticket, with a note for staff in the same step."""

    note: str | None = None

    @property
    def wanted(self) -> Wanted:
        return Wanted(**{name: getattr(self, name) for name in Wanted.__struct_fields__})


class NewRedaction(Struct, frozen=True, forbid_unknown_fields=True):
    """A request to remove the text of one event for good. `of` is the event's `seq` in the ticket's own log.

    The event keeps its place.
    """

    of: Annotated[int, Meta(ge=1, le=2**53)]
    reason: Annotated[str, Meta(min_length=1, max_length=500)]


_TYPED = ("text", "subject", "workaround", "finding", "note")
"""The fields of requests into which people type texts."""
Typed = TypeVar("Typed", NewTicket, NewReply, Wanted, TicketChange)


def without_cards(request: Typed) -> Typed:
    """The request with masked card numbers. Returns the same object if there is no card number."""
    texts = {name: getattr(request, name, UNSET) for name in _TYPED}
    changed = {name: masked(text) for name, text in texts.items() if isinstance(text, str) and masked(text) != text}
    return structs.replace(request, **changed) if changed else request


_OF_STAFF = (
    "requester", "status", "resolution", "duplicate_of", "with_", "external_ref", "workaround", "finding", "assignee",
    "client", "participants", "training", "priority", "tags",
)  # fmt: skip


def check_request(request: NewTicket, actor: Actor) -> None:
    """Check that the actor may set these fields. Raises Refused(`invalid`) for fields that they may not set."""
    if actor.kind == "customer":
        _refuse([name for name in _OF_STAFF if getattr(request, name) is not None], "Only staff can set this.")
    else:
        given = [name for name in ("name", "email") if getattr(request, name) is not None]
        _refuse(given, "Name the customer in `requester`.")


def check_reply(reply: NewReply, actor: Actor) -> None:
    """Check that the actor may set these fields. Raises Refused(`invalid`) for fields that they may not set."""
    if actor.kind != "customer":
        _refuse(
            ["says"] if reply.says is not None else [], "Only the customer can set this. Change the status instead."
        )
        if reply.mentions and reply.public:
            raise invalid({"mentions": "Mention colleagues in a note. The customer reads replies."})
        return
    wanted = reply.wanted
    given = [name for name in wanted.__struct_fields__ if getattr(wanted, name) is not UNSET]
    held = (("public", not reply.public), ("seen", reply.seen is not None), ("anyway", reply.anyway))
    of_staff = (*held, ("take", reply.take), ("mentions", bool(reply.mentions)))
    _refuse([*given, *(name for name, is_given in of_staff if is_given)], "Only staff can set this.")


def check_key(key: str | None) -> None:
    """Check an `Idempotency-Key`. Raises Refused(`invalid`) if it cannot be stored."""
    if key is not None and not (key and len(key) <= KEY_MAX and key.isascii() and key.isprintable()):
        sentence = f"A key must have 1 to {KEY_MAX} printable ASCII characters, such as a UUID."
        raise Refused("invalid", sentence, {"Idempotency-Key": sentence})


def _refuse(fields: list[str], sentence: str) -> None:
    if fields:
        raise invalid({name.rstrip("_"): sentence for name in fields})
