"""What a ticket may be, and what of it may be changed. Pure: `now` and all facts are passed in.

`change` is the only way in which the properties of a ticket come to be other than they are,
whoever asks (console, API, the end of a chat, a timer); `opened` is that same way for a new one, and
`ticketing.contact.came_in` for what a customer's word does by itself.

Which status goes with which code, product, workaround and so on is the table of `ticketing.combinations`; any status
may follow any other, until the ticket is closed for good.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol, TypeVar

from msgspec import UNSET, Struct, UnsetType, structs

from clock.zones import date_in, end_of_day
from identity.actor import Actor
from refusals import Refused
from texts.visible import fault_of_line
from ticketing.codes import CODES, STATUSES, WITH, may_stand
from ticketing.combinations import Beside, Combination, needs, refused, sentence
from ticketing.errors import invalid
from ticketing.ticket import (
    FIELDS,
    PARTICIPANTS_MAX,
    SUBJECT_MAX,
    TEXT_MAX,
    Address,
    Change,
    Field,
    Name,
    Number,
    Participant,
    Requester,
    Ticket,
    address_of,
    value_of,
)

T = TypeVar("T")

REOPEN_DAYS = 28
"""Days after solving, to the end of the last of them ET, in which a ticket can be reopened."""


class ParticipantWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody who is to take part."""

    email: Address
    name: Name | None = None


class Wanted(Struct, frozen=True, forbid_unknown_fields=True, rename={"with_": "with"}):
    """What somebody wants of a ticket: the body of a `PATCH`.

    Absent: stays if the new status allows it, else cleared. Null: cleared. Given: checked.
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
    """The name of the company."""
    participants: list[ParticipantWanted | Address] | None | UnsetType = UNSET
    subject: str | None | UnsetType = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """All that a new ticket is made of. Moments in ms since the epoch, UTC.

    `wanted` is what else was chosen: without a status, the ticket is open and has no code. `waiting_since`: since
    when somebody waits for us (a chat that nobody answered: since it joined the queue); null for `at`.
    `client` is the company's id. A ticket that is a chat's, or follows up on another, is taken as it
    comes; of any other subject, team, product and assignee are checked as in a change.
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
    """Further participants, to be checked."""
    assignee: str | None = None
    wanted: Wanted = field(default_factory=Wanted)
    follow_up_of: int | None = None
    waiting_since: int | None = None


class Team(Protocol):
    """What tickets know of a team."""

    @property
    def name(self) -> str: ...
    @property
    def products(self) -> Sequence[str]: ...
    @property
    def retired(self) -> bool: ...
    @property
    def identity(self) -> Literal["optional", "required"]: ...
    @property
    def successor(self) -> str | None: ...
    @property
    def account_team(self) -> str | None: ...
    @property
    def reopen_days(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules must know of the world besides the ticket.

    `survivors`: the ticket that `duplicate_of` names, then what that is a duplicate of, and so on;
    empty where there is no such ticket that the actor may open. `assignee`: the person wanted as
    assignee, else the present one; null where there is none who could be. `client`: the id of
    the company that is wanted by name; null where there is none of that name. `accounts`: whose the
    addresses of participants are, of those that belong to one account alone. `thing` is how a
    refusal speaks of what is changed.
    """

    brand: str
    teams: Mapping[str, Team]
    survivors: Sequence[int] = ()
    assignee: Actor | None = None
    client: str | None = None
    accounts: Mapping[str, str] = field(default_factory=dict)
    thing: Literal["ticket", "chat"] = "ticket"


def opened(opening: Opening, facts: Facts) -> tuple[Ticket, list[Change]]:
    """The ticket that an opening makes, and the first lines of its history. Raises Refused as `change` does."""
    taken = opening.chat is not None or opening.follow_up_of is not None
    bare = Ticket(
        team=opening.team if taken else "",
        product=opening.product if taken else None,
        subject=_tidy(opening.subject) if taken else None,
        client=opening.client,
        requester=opening.requester,
        participants=opening.participants,
        assignee=opening.assignee if taken else None,
        channel=opening.channel,
        chat=opening.chat,
        created_at=opening.created_at,
        updated_at=opening.at,
        follow_up_of=opening.follow_up_of,
        waiting_since=opening.at if opening.waiting_since is None else opening.waiting_since,
    )
    wanted = structs.replace(
        opening.wanted,
        product=UNSET if taken else given(opening.product),
        team=UNSET if taken else opening.team,
        assignee=UNSET if taken else given(opening.assignee),
        participants=list(opening.invited) or UNSET,
        subject=UNSET if taken else given(opening.subject),
    )
    ticket = bare if wanted == Wanted() else changed(bare, wanted, opening.by, opening.at, facts)[0]
    ticket = replace(ticket, version=1)
    return ticket, [
        Change(name, None, value) for name in _FIRSTS if (value := value_of(ticket, name)) not in (None, [])
    ]


def change(ticket: Ticket, wanted: Wanted, actor: Actor, now: int, facts: Facts) -> tuple[Ticket, list[Change]]:
    """The ticket as it would stand, and the lines of history; none where nothing changes.

    Raises Refused: `forbidden` for customers, `conflict` on one closed for good, `invalid` with
    every field at fault.
    """
    if actor.kind == "customer":
        raise Refused("forbidden", "Only staff can change a ticket's properties. Write a reply instead.")
    check_not_closed_for_good(ticket, now)
    return changed(ticket, wanted, actor, now, facts)


def changed(ticket: Ticket, wanted: Wanted, actor: Actor, now: int, facts: Facts) -> tuple[Ticket, list[Change]]:
    """As `change`, for a ticket that may be changed, by whoever it is that acts."""
    after = _Check(ticket, wanted, actor, facts).ticket_wanted()
    changes = [
        Change(name, was, became)
        for name in FIELDS
        if (was := value_of(ticket, name)) != (became := value_of(after, name))
    ]
    # A participant's name alone is no line of the history.
    if after == ticket:
        return ticket, []
    return _dated(ticket, after, now, facts), changes


def handed_over(before: Ticket | None, after: Ticket) -> bool:
    """Does the account team take over with this change? A correction back to the code is no new solving."""
    if after.status != "solved" or after.resolution is None or not CODES[after.resolution].hands_over:
        return False
    return before is None or (before.solvings, before.resolution) != (after.solvings, after.resolution)


_FIRSTS: tuple[Field, ...] = ("status", "resolution", "duplicate_of", "assignee", "client", "participants")


def given(value: T | None) -> T | UnsetType:
    """What somebody said, where null is as good as nothing said."""
    return UNSET if value is None else value


def _tidy(text: str | None) -> str | None:
    """Blank is as good as nothing."""
    return (text or "").strip() or None


def check_not_closed_for_good(ticket: Ticket, now: int) -> None:
    """Raises Refused(`conflict`) once the time in which it could be reopened is over."""
    if not ticket.closed_for_good(now):
        return
    until = ticket.closed_at if ticket.reopen_until is None else ticket.reopen_until
    since = f" since {date_in(until)}" if until is not None else ""
    raise Refused("conflict", f"Ticket #{ticket.number} is closed for good{since}. A reply opens a new ticket.")


def _dated(before: Ticket, after: Ticket, now: int, facts: Facts) -> Ticket:
    """The moments that follow from the statuses, and the next version."""
    moved = after.status != before.status
    solved_at, reopen_until, solvings = before.solved_at, before.reopen_until, before.solvings
    if after.status != "solved":
        solved_at = reopen_until = None
    elif moved:
        team = facts.teams.get(after.team)
        solved_at = now
        reopen_until = end_of_day(now, team.reopen_days if team else REOPEN_DAYS)
        solvings += 1
    waiting_since, awaiting_since = before.waiting_since, before.awaiting_since
    if moved:
        waiting_since = now if after.status == "open" else None
        awaiting_since = now if after.status == "awaiting_reply" else None
    return replace(
        after,
        solved_at=solved_at,
        reopen_until=reopen_until,
        solvings=solvings,
        waiting_since=waiting_since,
        awaiting_since=awaiting_since,
        # What the customer last said of it was said of the status before.
        confirmed=before.confirmed and not moved,
        not_fixed=before.not_fixed and not moved,
        updated_at=now,
        version=before.version + 1,
    )


@dataclass(frozen=True, slots=True)
class _Beside:
    """What a ticket would have beside its status and code."""

    with_: str | None
    workaround: str | None
    finding: str | None
    duplicate_of: int | None

    @property
    def names(self) -> frozenset[Beside]:
        """Those that are there."""
        values: dict[Beside, object] = {
            "with": self.with_,
            "workaround": self.workaround,
            "finding": self.finding,
            "duplicate_of": self.duplicate_of,
        }
        return frozenset(name for name, value in values.items() if value is not None)


@dataclass(slots=True)
class _Check:
    """One look at what is wanted, that gathers every field at fault before it refuses."""

    ticket: Ticket
    wanted: Wanted
    actor: Actor
    facts: Facts
    faults: dict[str, str] = field(default_factory=dict)

    def ticket_wanted(self) -> Ticket:
        status = self._status()
        team = self._team()
        code = self._code(status)
        if self.faults:
            raise invalid(self.faults)
        product = self._product(team)
        beside = self._beside(status, code)
        self._check_together(status, code, product, beside)
        after = replace(
            self.ticket,
            status=status,
            team=team,
            product=product,
            resolution=code,
            duplicate_of=beside.duplicate_of,
            with_=beside.with_,
            workaround=beside.workaround,
            finding=beside.finding,
            assignee=self._assignee(team),
            client=self._client(),
            participants=self._participants(),
            subject=self._line("subject", self.wanted.subject, self.ticket.subject),
            external_ref=self._line("external_ref", self.wanted.external_ref, self.ticket.external_ref),
        )
        if self.faults:
            raise invalid(self.faults)
        return after

    def _fault(self, name: Field, sentence: str) -> None:
        self.faults.setdefault(name, sentence)

    # -- status and team ---------------------------------------------------------------

    def _status(self) -> str:
        wanted = self.wanted.status
        status = self.ticket.status if wanted is UNSET else wanted
        if status not in STATUSES:
            said = "A ticket needs a status." if status is None else f"There is no status {status[:40]!r}."
            self._fault("status", f"{said} Choose one of {', '.join(STATUSES)}.")
            return self.ticket.status
        return status

    def _team(self) -> str:
        wanted = self.wanted.team
        if wanted is UNSET or wanted == self.ticket.team:
            return self.ticket.team
        team = self.facts.teams.get(wanted) if wanted is not None else None
        if team is None or team.retired or wanted is None:
            there = ", ".join(key for key, known in self.facts.teams.items() if not known.retired)
            said = "A ticket needs a team." if wanted is None else f"There is no team {wanted[:40]!r}."
            self._fault("team", f"{said} Choose one of {there}.")
            return self.ticket.team
        return wanted

    # -- what goes with a status -------------------------------------------------------

    def _code(self, status: str) -> str | None:
        wanted, present = self.wanted.resolution, self.ticket.resolution
        if wanted is UNSET:
            return present if present is not None and may_stand(present, status) else None
        if wanted is not None and wanted not in CODES:
            self._fault("resolution", f"There is no resolution code {wanted[:40]!r}.")
        return wanted

    def _beside(self, status: str, code: str | None) -> _Beside:
        """What is given, and what stands and may stay."""
        stays = {name for name, need in needs(status, code, self.ticket.status).items() if need != "none"}
        before, wanted = self.ticket, self.wanted
        with_ = self._with(before.with_ if "with" in stays else None)
        return _Beside(
            with_=with_ or "support" if "with" in stays else with_,
            workaround=self._text("workaround", wanted.workaround, before.workaround, TEXT_MAX),
            finding=self._text("finding", wanted.finding, before.finding if "finding" in stays else None, TEXT_MAX),
            duplicate_of=self._duplicate_of("duplicate_of" in stays),
        )

    def _check_together(self, status: str, code: str | None, product: str | None, beside: _Beside) -> None:
        together = Combination(
            status=status,
            code=code,
            product=product,
            who="timer" if self.actor.kind == "system" else "person",
            was=self.ticket.status,
            chosen=self.wanted.resolution is not UNSET,
            beside=beside.names,
            address=self.ticket.requester.email is not None,
        )
        for name, reason in refused(together).items():
            self._fault(name, sentence(name, reason, together, self.facts.brand, self.facts.thing))

    def _with(self, present: str | None) -> str | None:
        wanted = self.wanted.with_
        if wanted is UNSET:
            return present
        if wanted is not None and wanted not in WITH:
            self._fault("with", f"A ticket can be with {' or '.join(WITH)}, not with {wanted[:40]!r}.")
        return wanted

    def _text(self, name: Field, wanted: str | None | UnsetType, present: str | None, limit: int) -> str | None:
        if wanted is UNSET:
            return present
        text = _tidy(wanted)
        if text is not None and "\0" in text:
            self._fault(name, "Remove the NUL character.")
        if text is not None and len(text) > limit:
            self._fault(name, f"This is {len(text):,} characters long. At most {limit:,} are allowed.")
        return text

    def _line(self, name: Field, wanted: str | None | UnsetType, present: str | None) -> str | None:
        line = self._text(name, wanted, present, SUBJECT_MAX)
        if line != present and line is not None and (fault := fault_of_line(line)):
            self._fault(name, fault)
        return line

    def _duplicate_of(self, may_be: bool) -> int | None:
        wanted = self.wanted.duplicate_of
        if wanted is UNSET:
            return self.ticket.duplicate_of if may_be else None
        if wanted is not None and may_be:
            self._check_survivor(wanted)
        return wanted

    def _check_survivor(self, survivor: int) -> None:
        number = self.ticket.number
        if survivor == number:
            self._fault("duplicate_of", "A ticket can't be a duplicate of itself.")
        elif not self.facts.survivors:
            self._fault("duplicate_of", f"Ticket #{survivor} doesn't exist, or you can't see it.")
        elif number in self.facts.survivors:
            self._fault(
                "duplicate_of", f"Ticket #{survivor} is itself a duplicate of #{number}, directly or through others."
            )

    # -- what it is about, and whose it is ----------------------------------------------

    def _product(self, team: str) -> str | None:
        wanted = self.wanted.product
        if wanted is UNSET:
            return self.ticket.product
        product = _tidy(wanted)
        known = self.facts.teams.get(team)
        if product is None or product == self.ticket.product or known is None or product in known.products:
            return product
        self._fault("product", f"{known.name} supports {', '.join(known.products)}, not {product[:80]!r}.")
        return self.ticket.product

    def _assignee(self, team: str) -> str | None:
        wanted = self.wanted.assignee
        person = self.facts.assignee
        may = person is not None and person.sees(team)
        if wanted is UNSET:
            return self.ticket.assignee if may or team == self.ticket.team else None
        if wanted is None:
            return None
        if not may:
            # One sentence, whether or not there is such a person: who is on other teams is not everybody's to know.
            known = self.facts.teams.get(team)
            self._fault("assignee", f"There is no such person on {known.name if known else team}.")
        return wanted

    def _client(self) -> str | None:
        wanted = self.wanted.client
        if wanted is UNSET:
            return self.ticket.client
        if wanted is not None and self.facts.client is None:
            self._fault("client", f"There is no client {wanted[:80]!r}. An admin adds clients.")
        return None if wanted is None else self.facts.client

    def _participants(self) -> tuple[Participant, ...]:
        wanted = self.wanted.participants
        if wanted is UNSET:
            return self.ticket.participants
        known: dict[str, Participant] = {}
        for each in wanted or []:
            given = ParticipantWanted(each) if isinstance(each, str) else each
            address, name = address_of(given.email), _tidy(given.name)
            if address is None:
                said = f"{given.email[:80]!r} is not an email address. Write it like name@company.example."
                self._fault("participants", said)
            elif name is not None and (fault := fault_of_line(name)):
                self._fault("participants", f"The name of {address}: {fault}")
            else:
                known.setdefault(address, Participant(address, name, self.facts.accounts.get(address)))
        if len(known) > PARTICIPANTS_MAX:
            self._fault("participants", f"At most {PARTICIPANTS_MAX} people can be added, not {len(known)}.")
        return tuple(known.values())
