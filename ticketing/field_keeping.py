"""Definitions of custom fields by admins. Each method is (part of) the body of one transaction. `tx` is opaque."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from refusals import Refused
from texts.visible import fault_of_name
from ticketing.custom_fields import KEY, CustomField, Kind, Option
from ticketing.errors import NotFound, invalid
from ticketing.facts import Team
from ticketing.ports import Tx
from ticketing.triage_ports import FieldStore

FIELDS_MAX = 100
OPTIONS_MAX = 100
LABEL_MAX = 80
POSITION_MAX = 10_000
LANGUAGES = ("en", "fr", "es")
_LISTS: tuple[Kind, ...] = ("choice", "choices")

T = TypeVar("T")


class FieldWanted(Struct, frozen=True, kw_only=True):
    """A new field, or a change of one. An absent property keeps its value."""

    labels: Mapping[str, str] | UnsetType = UNSET
    options: Sequence[Option] | UnsetType = UNSET
    teams: Sequence[str] | UnsetType = UNSET
    products: Sequence[str] | UnsetType = UNSET
    for_customers: bool | UnsetType = UNSET
    needed_to_submit: bool | UnsetType = UNSET
    needed_to_solve: bool | UnsetType = UNSET
    archived: bool | UnsetType = UNSET
    position: int | UnsetType = UNSET


class FieldKeeping:
    def __init__(self, store: FieldStore, teams: Callable[[], Mapping[str, Team]]) -> None:
        self._store = store
        self._teams = teams

    def all(self, tx: Tx) -> Sequence[CustomField]:
        """All fields in their order, archived ones too."""
        return self._store.custom_fields(tx)

    def locked(self, tx: Tx, key: str) -> CustomField:
        """The field, to be changed in this transaction. Raises NotFound."""
        self._store.lock_fields(tx)
        return self.find(tx, key)

    def find(self, tx: Tx, key: str) -> CustomField:
        found = next((field for field in self._store.custom_fields(tx) if field.key == key), None)
        if found is None:
            raise NotFound
        return found

    def add(self, tx: Tx, key: str, kind: Kind, wanted: FieldWanted) -> CustomField:
        """Add a field, the last one if no position is wanted. Raises Refused: `invalid`, `conflict`."""
        self._store.lock_fields(tx)
        known = self._store.custom_fields(tx)
        if KEY.fullmatch(key) is None:
            raise invalid({"key": "Use lower-case letters, digits and _, at most 40, and a letter first."})
        if any(field.key == key for field in known):
            raise _taken(key)
        if len(known) >= FIELDS_MAX:
            raise Refused("conflict", f"There are {FIELDS_MAX} fields already.")
        last = max((field.position for field in known), default=0)
        bare = CustomField(key=key, kind=kind, labels={}, position=last + 1)
        return self._put(tx, bare, wanted, new=True)

    def take(self, tx: Tx, field: CustomField) -> bool:
        """Add a field of another desk, unless one with its key is here. Raises Refused: `invalid`, `conflict`."""
        self._store.lock_fields(tx)
        if any(one.key == field.key for one in self._store.custom_fields(tx)):
            return False
        if not 0 <= field.position <= POSITION_MAX:
            raise invalid({"position": f"The position is a number from 0 to {POSITION_MAX:,}."})
        wanted = FieldWanted(**{name: getattr(field, name) for name in FieldWanted.__struct_fields__})
        added = self.add(tx, field.key, field.kind, wanted)
        self._store.put_field(tx, replace(added, version=field.version))
        return True

    def change(self, tx: Tx, before: CustomField, wanted: FieldWanted) -> CustomField:
        """Change a locked field. Of the options that are left out, those that tickets have are archived, and the others
        removed. Raises Refused(invalid)."""
        return self._put(tx, before, wanted)

    def remove(self, tx: Tx, key: str) -> CustomField:
        """Remove a field that no ticket has. Raises Refused(conflict) if a ticket has it."""
        known = self.locked(tx, key)
        if self._store.has_values(tx, key):
            raise Refused("conflict", f"Tickets have values of {known.name}. Archive the field instead.")
        self._store.remove_field(tx, key)
        return known

    def _put(self, tx: Tx, before: CustomField, wanted: FieldWanted, *, new: bool = False) -> CustomField:
        after = CustomField(
            key=before.key,
            kind=before.kind,
            labels=_labels(_or(wanted.labels, before.labels)),
            options=self._options(tx, before, wanted.options),
            teams=list(_or(wanted.teams, before.teams)),
            products=list(_or(wanted.products, before.products)),
            for_customers=_or(wanted.for_customers, before.for_customers),
            needed_to_submit=_or(wanted.needed_to_submit, before.needed_to_submit),
            needed_to_solve=_or(wanted.needed_to_solve, before.needed_to_solve),
            archived=_or(wanted.archived, before.archived),
            position=_or(wanted.position, before.position),
            version=before.version,
        )
        if faults := self._faults(before, after):
            raise invalid(faults)
        if after != before:
            after = replace(after, version=before.version + 1)
            if not new:
                self._store.put_field(tx, after)
            elif not self._store.add_field(tx, after):
                # On PostgreSQL, two first fields lock nothing. The second one waits here for the first one.
                raise _taken(after.key)
        return after

    def _options(self, tx: Tx, before: CustomField, wanted: Sequence[Option] | UnsetType) -> list[Option]:
        if isinstance(wanted, UnsetType):
            return before.options
        named = [replace(option, labels=_labels(option.labels)) for option in wanted]
        keys: Collection[str] = {option.key for option in named}
        left_out = [replace(option, archived=True) for option in before.options if option.key not in keys]
        return [*named, *(option for option in left_out if self._store.has_values(tx, before.key, option.key))]

    def _faults(self, before: CustomField, after: CustomField) -> dict[str, str]:
        teams = self._teams()
        products = {product for team in teams.values() for product in team.products}
        faults = _label_faults("labels", after.labels)
        if strange := sorted(set(after.teams) - set(teams) - set(before.teams)):
            faults["teams"] = f"There is no team {strange[0][:40]!r}."
        if strange := sorted(set(after.products) - products - set(before.products)):
            faults["products"] = f"There is no product {strange[0][:80]!r}."
        if after.kind in _LISTS:
            if not any(not option.archived for option in after.options):
                faults["options"] = "A list needs at least one option."
            elif len(after.options) > OPTIONS_MAX:
                faults["options"] = f"A list can have {OPTIONS_MAX} options, archived ones included."
            elif len({option.key for option in after.options}) < len(after.options):
                faults["options"] = "Two options have the same key."
            for option in after.options:
                if KEY.fullmatch(option.key) is None:
                    faults.setdefault("options", _bad_key(option))
                for fault in _label_faults("options", option.labels).values():
                    faults.setdefault("options", f"{option.key[:40]}: {fault}")
        elif after.options:
            faults["options"] = "Only lists have options."
        return faults


def _bad_key(option: Option) -> str:
    if not option.key:
        # A name without a letter of a-z, such as one in another script, gives no key.
        name = option.labels.get("en", "")[:40]
        return f"Write a key before {name!r}, such as “a | {name}”: a letter of a-z first, then a-z, 0-9 and _."
    return f"{option.key[:40]!r} is not a key. A letter of a-z comes first, then a-z, 0-9 and _."


def _or(wanted: T | UnsetType, present: T) -> T:
    return present if isinstance(wanted, UnsetType) else wanted


def _labels(given: Mapping[str, str]) -> dict[str, str]:
    return {language: text.strip() for language, text in given.items() if text.strip()}


def _taken(key: str) -> Refused:
    taken = f"Another field has the key “{key}” already. Choose another key."
    return Refused("conflict", taken, {"key": "Choose another key."})


def _label_faults(name: str, labels: Mapping[str, str]) -> dict[str, str]:
    if "en" not in labels:
        return {name: "Write the name in English."}
    for language, text in labels.items():
        if language not in LANGUAGES:
            return {name: f"Names can be in {', '.join(LANGUAGES)}, not in {language[:20]!r}."}
        if (fault := fault_of_name(text, LABEL_MAX)) is not None:
            return {name: fault}
    return {}
