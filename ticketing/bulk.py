"""Changes many tickets in the same way, each by the rules of its own. Each method is (part of) the body of one
transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from identity.actor import Actor
from refusals import Refused
from ticketing import rules
from ticketing.custom_fields import ValuesWanted
from ticketing.errors import NotFound, invalid
from ticketing.fact_finding import FactFinding
from ticketing.keeping import Changed, Keeping
from ticketing.listing import scope_of
from ticketing.mailing import Mailing
from ticketing.notices import to_requester
from ticketing.ports import Store, Tx
from ticketing.requests import Key, Short, without_cards
from ticketing.ticket import Number
from ticketing.wanted import Tags, Wanted

NUMBERS_MAX = 200
"""Tickets of one call."""
ALL_MAX = 1_000
"""Numbers that a list gives at once, for all tickets that match."""
_Numbers = Annotated[list[Number], Meta(min_length=1, max_length=NUMBERS_MAX)]


class ChangeOfMany(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"with_": "with"}):
    """A change that fits many tickets. Its fields have the effects of a change of one ticket."""

    status: Key | UnsetType = UNSET
    resolution: Key | None | UnsetType = UNSET
    duplicate_of: Number | None | UnsetType = UNSET
    with_: Key | None | UnsetType = UNSET
    workaround: str | None | UnsetType = UNSET
    finding: str | None | UnsetType = UNSET
    product: Short | None | UnsetType = UNSET
    team: Key | UnsetType = UNSET
    assignee: Key | None | UnsetType = UNSET
    priority: Key | None | UnsetType = UNSET
    add_tags: Tags | UnsetType = UNSET
    remove_tags: Tags | UnsetType = UNSET
    snoozed_until: str | None | UnsetType = UNSET
    custom_fields: ValuesWanted | UnsetType = UNSET

    @property
    def wanted(self) -> Wanted:
        """Raises Refused(`invalid`) if nothing is to change."""
        given = {name: value for name in self.__struct_fields__ if (value := getattr(self, name)) is not UNSET}
        if not given:
            raise invalid({"change": "Choose what to change."})
        return without_cards(Wanted(**given))


class BulkChange(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A change of many tickets. With `preview`, nothing is stored: the answer says what would happen."""

    numbers: _Numbers
    change: ChangeOfMany
    preview: bool = False


class BulkRefusal(Struct, frozen=True, kw_only=True):
    """The reason why a ticket was not changed. `fields` has the faulty fields of the change."""

    number: int
    code: str
    message: str
    fields: dict[str, str] | None = None


class BulkOutcome(Struct, frozen=True, kw_only=True):
    """What became of the tickets. `unchanged` ones had all the values already. `fields` counts the changed tickets by
    the fields that changed, `letters` the requesters who are told by a letter."""

    done: list[int] = []
    unchanged: list[int] = []
    refused: list[BulkRefusal] = []
    fields: dict[str, int] = {}
    letters: int = 0


class NumbersFound(Struct, frozen=True):
    """Numbers of tickets. `more` is true if more tickets match."""

    numbers: list[int]
    more: bool


class Bulk:
    def __init__(self, store: Store, facts: FactFinding, keeping: Keeping, mailing: Mailing) -> None:
        self._store = store
        self._facts = facts
        self._keeping = keeping
        self._mailing = mailing

    def preview(self, tx: Tx, actor: Actor, numbers: Sequence[int], wanted: Wanted, now: int) -> BulkOutcome:
        """What `change` would do to these tickets."""
        return self._outcome(actor, list(self._each(tx, actor, numbers, wanted, now, lock=False)))

    def change(self, tx: Tx, actor: Actor, numbers: Sequence[int], wanted: Wanted, now: int) -> BulkOutcome:
        """Change those of the tickets that the rules allow. Raises Refused if something outside of the rules refuses
        one of them; then nothing is stored."""
        found = list(self._each(tx, actor, numbers, wanted, now, lock=True))
        changed = [one for one in found if isinstance(one, Changed) and one.after != one.before]
        kept = self._keeping.keep(tx, changed, actor, now)
        for one, after in zip(changed, kept, strict=True):
            self._mailing.follows(tx, one.before, after, actor, now)
        return self._outcome(actor, found)

    def _each(
        self, tx: Tx, actor: Actor, numbers: Sequence[int], wanted: Wanted, now: int, *, lock: bool
    ) -> Iterator[Changed | BulkRefusal]:
        scope = scope_of(actor)
        tickets = self._store.find_all(tx, sorted(set(numbers)), lock=lock)
        fields = self._store.custom_fields(tx)
        for number in dict.fromkeys(numbers):
            ticket = tickets.get(number)
            try:
                if ticket is None or not scope.holds(ticket):
                    raise NotFound
                facts = self._facts.of_change(tx, actor, ticket, wanted, fields)
                after, changes = rules.change(ticket, wanted, actor, now, facts)
            except Refused as refused:
                yield refusal(number, refused)
            else:
                yield Changed(ticket, after, changes)

    def _outcome(self, actor: Actor, found: Sequence[Changed | BulkRefusal]) -> BulkOutcome:
        seen = [one for one in found if isinstance(one, Changed)]
        changed = [one for one in seen if one.after != one.before]
        told = (
            to_requester(one.before, one.after, actor, replied=False) is not None
            or rules.handed_over(one.before, one.after)
            for one in changed
            if one.after.requester.email
        )
        return BulkOutcome(
            done=[one.after.number for one in changed],
            unchanged=[one.after.number for one in seen if one.after == one.before],
            refused=[one for one in found if isinstance(one, BulkRefusal)],
            fields=dict(Counter(change.field for one in changed for change in one.changes)),
            letters=sum(told),
        )


def refusal(number: int, refused: Refused) -> BulkRefusal:
    return BulkRefusal(
        number=number,
        code=refused.code,
        message=refused.message,
        fields=dict(refused.fields) if refused.fields else None,
    )


def together(every: Sequence[BulkOutcome]) -> BulkOutcome:
    """The outcomes of several steps as one."""
    fields: Counter[str] = Counter()
    for one in every:
        fields.update(one.fields)
    return BulkOutcome(
        done=[number for one in every for number in one.done],
        unchanged=[number for one in every for number in one.unchanged],
        refused=[refused for one in every for refused in one.refused],
        fields=dict(fields),
        letters=sum(one.letters for one in every),
    )
