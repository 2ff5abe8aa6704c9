"""Checks one change to a ticket and collects the faulty fields. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TypeVar

from msgspec import UNSET, UnsetType

from identity.actor import Actor
from texts.visible import fault_of_line
from ticketing import custom_fields
from ticketing.codes import CODES, STATUSES, WITH, allowed_in, name_of
from ticketing.combinations import Beside, Combination, needs, refused, sentence
from ticketing.errors import invalid
from ticketing.facts import Facts
from ticketing.requester import corrected
from ticketing.ticket import (
    PARTICIPANTS_MAX,
    SUBJECT_MAX,
    TEXT_MAX,
    Field,
    Participant,
    Requester,
    Ticket,
    address_of,
)
from ticketing.training import trains
from ticketing.triage import priority_wanted, tags_wanted
from ticketing.wanted import ParticipantWanted, TrainingWanted, Wanted

T = TypeVar("T")


def tidy(text: str | None) -> str | None:
    """The text without surrounding white space, or None if it is blank."""
    return (text or "").strip() or None


@dataclass(frozen=True, slots=True)
class _Beside:
    """Properties that depend on status and code, with the values that the ticket would have after the change."""

    with_: str | None
    workaround: str | None
    finding: str | None
    duplicate_of: int | None

    @property
    def names(self) -> frozenset[Beside]:
        values: dict[Beside, object] = {
            "with": self.with_,
            "workaround": self.workaround,
            "finding": self.finding,
            "duplicate_of": self.duplicate_of,
        }
        return frozenset(name for name, value in values.items() if value is not None)


@dataclass(slots=True)
class Check:
    """Checks one change. Collects the faulty fields before it refuses the change. If the status, team, requester or
    code is faulty, the other fields are not checked."""

    ticket: Ticket
    wanted: Wanted
    actor: Actor
    facts: Facts
    faults: dict[str, str] = field(default_factory=dict)

    def ticket_wanted(self) -> Ticket:
        status = self._status()
        team = self._team()
        requester = self._requester(status)
        code = self._code(status)
        if self.faults:
            raise invalid(self.faults)
        product = self._product(team)
        beside = self._beside(status, code)
        self._check_together(status, code, product, beside, requester)
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
            requester=requester,
            unreachable=self.ticket.unreachable and requester.email == self.ticket.requester.email,
            participants=self._participants(),
            subject=self._line("subject", self.wanted.subject, self.ticket.subject),
            external_ref=self._line("external_ref", self.wanted.external_ref, self.ticket.external_ref),
            priority=self._taken("priority", priority_wanted(self.ticket, self.wanted)),
            tags=self._taken("tags", tags_wanted(self.ticket, self.wanted)),
            custom_fields=self._custom_fields(team, product),
        )
        self._check_fields_needed(after)
        self._check_needs_code(after)
        self._check_training(after)
        if self.faults:
            raise invalid(self.faults)
        return after

    def _custom_fields(self, team: str, product: str | None) -> custom_fields.Values:
        if self.wanted.custom_fields is UNSET:
            return self.ticket.custom_fields
        by_customer = self.actor.kind == "customer"
        values, faults = custom_fields.values_wanted(
            self.facts.fields,
            self.ticket.custom_fields,
            self.wanted.custom_fields,
            (team, product),
            by_customer=by_customer,
        )
        self.faults |= faults
        return values

    def _check_fields_needed(self, after: Ticket) -> None:
        """Needed fields bind people, not timers."""
        if self.actor.kind == "staff" and self.facts.fields_needed:
            for name, sentence in custom_fields.unsolvable(self.facts.fields, self.ticket, after).items():
                self.faults.setdefault(name, sentence)

    def _check_needs_code(self, after: Ticket) -> None:
        if self.wanted.needs_code is True and (after.chat is None or after.status != "open"):
            self.faults["needs_code"] = "Only an open ticket that came from a chat can need a code."

    def _check_training(self, after: Ticket) -> None:
        """The requester gets training by a letter about the solved ticket, and on its page."""
        if self.wanted.training is not UNSET and self.wanted.training != TrainingWanted() and not trains(after):
            names = " or ".join(name_of(key, self.facts.brand) for key, code in CODES.items() if code.trains)
            self.faults["training"] = f"Only a ticket that is solved as {names} has training attached."

    def _taken(self, name: Field, found: tuple[T, str | None]) -> T:
        value, fault = found
        if fault is not None:
            self._fault(name, fault)
        return value

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
            return present if present is not None and allowed_in(present, status) else None
        if wanted is not None and wanted not in CODES:
            self._fault("resolution", f"There is no resolution code {wanted[:40]!r}.")
        return wanted

    def _beside(self, status: str, code: str | None) -> _Beside:
        """The properties other than status and code, as they are after the change. A property that the change does not
        set keeps its value if status and code allow this."""
        stays = {name for name, need in needs(status, code, self.ticket.status).items() if need != "none"}
        before, wanted = self.ticket, self.wanted
        with_ = self._with(before.with_ if "with" in stays else None)
        return _Beside(
            with_=with_ or "support" if "with" in stays else with_,
            workaround=self._text("workaround", wanted.workaround, before.workaround, TEXT_MAX),
            finding=self._text("finding", wanted.finding, before.finding if "finding" in stays else None, TEXT_MAX),
            duplicate_of=self._duplicate_of("duplicate_of" in stays),
        )

    def _check_together(
        self, status: str, code: str | None, product: str | None, beside: _Beside, requester: Requester
    ) -> None:
        together = Combination(
            status=status,
            code=code,
            product=product,
            who="timer" if self.actor.kind == "system" else "person",
            was=self.ticket.status,
            chosen=self.wanted.resolution is not UNSET,
            beside=beside.names,
            address=requester.email is not None,
            training_request=self.facts.training_request,
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
        text = tidy(wanted)
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
        product = tidy(wanted)
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
            # The same sentence whether or not the person exists, so it does not reveal who is on other teams.
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

    def _requester(self, status: str) -> Requester:
        present = self.ticket.requester
        if self.wanted.requester is UNSET:
            return present
        after, fault = corrected(present, self.wanted.requester)
        if after.email is None and present.email is not None and status == "awaiting_reply":
            fault = "email", "We wait for their reply, so keep an address. Correct it, or change the status."
        if fault is not None:
            self._fault("requester", fault[1])
        return after

    def _participants(self) -> tuple[Participant, ...]:
        wanted = self.wanted.participants
        if wanted is UNSET:
            return self.ticket.participants
        known: dict[str, Participant] = {}
        for each in wanted or []:
            given = ParticipantWanted(each) if isinstance(each, str) else each
            address, name = address_of(given.email), tidy(given.name)
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
