"""The custom fields of a Zendesk export as fields of this desk, and their values. Pure.

A field of the export becomes the field here that it became before, or that has the same name and kind; otherwise a new
one. Values that no field here can have are kept as texts, for a note.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
from msgspec import Raw

from knowledge.addresses import slug_of
from texts.visible import as_line, fault_of_name
from ticketing.custom_fields import KEY, TEXT_MAX, CustomField, FieldValue, Kind, Option, values_kept
from ticketing.field_keeping import FIELDS_MAX, LABEL_MAX, OPTIONS_MAX
from zendesk.exported import ExportedField, ExportedTicketField
from zendesk.import_map import SKIP, ImportMap

_KINDS: Mapping[str, Kind] = {
    "text": "text",
    "textarea": "text",
    "regexp": "text",
    "integer": "number",
    "decimal": "number",
    "checkbox": "yes_no",
    "date": "date",
    "tagger": "choice",
    "multiselect": "choices",
}
"""Our kind by the type of a field at Zendesk."""
_SYSTEM = (
    *("subject", "description", "status", "custom_status", "tickettype", "priority", "basic_priority"),
    *("group", "assignee"),
)
"""The types of fields that every ticket has. Their values are properties of the ticket."""
_KEY_MAX = 40
_LISTS = ("choice", "choices")

RawValue = str | int | float | bool | list[Raw] | dict[str, Raw] | None


@dataclass(frozen=True, slots=True)
class Taken:
    """A field of the export. `ours` is None if it has no counterpart. `options` are the keys of our options by the
    values at Zendesk, `names` the names of all its options by these values."""

    title: str
    ours: CustomField | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Plan:
    """What becomes of the fields of an export. `put` are the fields to add or to extend, `remarks` what was not taken
    over as it was."""

    taken: dict[int, Taken] = field(default_factory=dict)
    put: list[CustomField] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def planned(
    definitions: Sequence[ExportedTicketField],
    here: Sequence[CustomField],
    known: Mapping[int, str],
    map_: ImportMap,
    added: Collection[int] = (),
) -> Plan:
    """`here` are the fields of the desk. `known` are the keys of those that fields of earlier imports became, by their
    numbers at Zendesk. `added` are the numbers of those that an import added to the desk."""
    planning = _Planning({one.key: one for one in here}, known, map_, added)
    for one in sorted({one.id: one for one in definitions}.values(), key=lambda one: (one.position or 0, one.id)):
        if one.type not in _SYSTEM and one.id not in planning.elsewhere:
            planning.take(one)
    return planning.plan


class _Planning:
    def __init__(
        self, here: dict[str, CustomField], known: Mapping[int, str], map_: ImportMap, added: Collection[int]
    ) -> None:
        self._here = here
        self._known = known
        self._map = map_
        self._added = added
        self.elsewhere = _of_properties(map_)
        self._used = {key for key in known.values() if key in here}
        self.plan = Plan()

    def take(self, one: ExportedTicketField) -> None:
        title = _name(one.title or one.raw_title or "", f"Field {one.id}")
        names = {option.value: _name(option.name or "", option.value) for option in one.custom_field_options or ()}
        mapped = self._map.fields.get(str(one.id)) or self._map.fields.get(title)
        kind = _KINDS.get(one.type)
        if kind in _LISTS and not 0 < len(names) <= OPTIONS_MAX:
            if names:
                self._remark(
                    f"the field {title!r} has {len(names):,} options, more than {OPTIONS_MAX}: it became a text"
                )
            kind = "text"
        if mapped == SKIP:
            self._left(one, title, names, "so says the mapping")
            return
        if mapped is not None and mapped not in self._here:
            self._left(one, title, names, f"there is no field {mapped[:_KEY_MAX]!r} here")
            return
        if kind is None:
            self._left(one, title, names, f"the type {one.type[:40]!r} has no counterpart here")
            return
        if one.type == "textarea":
            self._remark(f"the field {title!r} has several lines at Zendesk, and one line here")
        ours = self._here.get(mapped or self._known.get(one.id, ""))
        ours = ours or self._alike(title, kind)
        if ours is None:
            ours = self._new(one, title, kind, names)
        elif one.id in self._added and mapped is None:
            ours = self._extended(ours, names)
        if ours is None:
            self._left(one, title, names, f"the desk has {FIELDS_MAX} fields already")
            return
        self._used.add(ours.key)
        self._here[ours.key] = ours
        self.plan.taken[one.id] = Taken(title, ours, _options(ours, names), names)

    def _left(self, one: ExportedTicketField, title: str, names: Mapping[str, str], why: str) -> None:
        self._remark(f"the field {title!r} was left out ({why}): its values are in notes")
        self.plan.taken[one.id] = Taken(title, names=names)

    def _alike(self, title: str, kind: Kind) -> CustomField | None:
        """A field here with the same name and kind, that no other field of the export has become."""
        free = (one for one in self._here.values() if one.key not in self._used and one.kind == kind)
        return next((one for one in free if one.name.casefold() == title.casefold()), None)

    def _new(self, one: ExportedTicketField, title: str, kind: Kind, names: Mapping[str, str]) -> CustomField | None:
        if len(self._here) >= FIELDS_MAX:
            return None
        key = _key(title, f"field_{one.id}")
        if key in self._here:
            self._remark(f"the key {key!r} is taken by another field: {title!r} got another key")
            key = _key(f"{key[: _KEY_MAX - 17]}_{one.id}", f"field_{one.id}")
        if key in self._here:
            return None
        seen = one.visible_in_portal and one.editable_in_portal
        made = CustomField(
            key=key,
            kind=kind,
            labels={"en": title},
            options=_new_options(names, ()) if kind in _LISTS else [],
            for_customers=seen,
            needed_to_submit=seen and one.required_in_portal,
            needed_to_solve=one.required,
            archived=not one.active,
            position=max((each.position for each in self._here.values()), default=0) + 1,
        )
        self.plan.put.append(made)
        return made

    def _extended(self, ours: CustomField, names: Mapping[str, str]) -> CustomField:
        """The field that an import added, with the options that are new in this export."""
        known = _options(ours, names)
        missing = {value: name for value, name in names.items() if value not in known}
        if ours.kind not in _LISTS or not missing or len(ours.options) + len(missing) > OPTIONS_MAX:
            return ours
        options = [*ours.options, *_new_options(missing, [option.key for option in ours.options])]
        extended = msgspec.structs.replace(ours, options=options, version=ours.version + 1)
        self.plan.put.append(extended)
        return extended

    def _remark(self, sentence: str) -> None:
        self.plan.remarks.append(sentence)


def _of_properties(map_: ImportMap) -> set[int]:
    """The fields that the mapping makes properties of the ticket."""
    return {one.field for one in (map_.resolution, map_.product) if one is not None}


def _name(text: str, fallback: str) -> str:
    """A name on one line, with at most LABEL_MAX characters."""
    for given in (text, fallback):
        line = as_line(given.replace("::", " / ")[: 4 * LABEL_MAX])
        line = line if len(line) <= LABEL_MAX else f"{line[: LABEL_MAX - 1].rstrip()}…"
        if line and fault_of_name(line, LABEL_MAX) is None:
            return line
    return "Field"


def _key(text: str, fallback: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "_", slug_of(text)).strip("_")[:_KEY_MAX].strip("_")
    return plain if KEY.fullmatch(plain) else fallback


def _new_options(names: Mapping[str, str], taken: Sequence[str]) -> list[Option]:
    found, keys = list[Option](), set(taken)
    for value, name in names.items():
        key = _option_key(value)
        number = 1
        while key in keys:
            number += 1
            key = f"{_option_key(value)[: _KEY_MAX - 4]}_{number}"
        keys.add(key)
        found.append(Option(key, {"en": name}))
    return found


def _option_key(value: str) -> str:
    return _key(value, _key(f"option_{value}", "option"))


def _options(ours: CustomField, names: Mapping[str, str]) -> dict[str, str]:
    """Our options by the values at Zendesk. An option is known by its name, otherwise by its key."""
    by_name = {option.labels.get("en", "").casefold(): option.key for option in reversed(ours.options)}
    keys = {option.key for option in ours.options}
    found = dict[str, str]()
    for value, name in names.items():
        key = by_name.get(name.casefold()) or (_option_key(value) if _option_key(value) in keys else None)
        if key is not None:
            found[value] = key
    return found


def values_of(
    given: Sequence[ExportedField], taken: Mapping[int, Taken], map_: ImportMap, remark: Callable[[str], None]
) -> tuple[Mapping[str, FieldValue], str]:
    """The values of a ticket, and the text of a note with those that have no place here. It is empty if all have
    one."""
    elsewhere = _of_properties(map_)
    wanted, left = dict[str, FieldValue](), list[str]()
    for one in given:
        if one.id in elsewhere or one.value in (None, "", [], {}):
            continue
        to = taken.get(one.id)
        if to is None:
            to = Taken(f"Field {one.id}")
            if one.value is not False:
                remark(f"the field {one.id} is not in ticket_fields of the export: its values are in notes")
        made = _value(to, one.value) if to.ours is not None else None
        kept = values_kept([to.ours], {to.ours.key: made})[0] if to.ours is not None and made is not None else {}
        if kept:
            wanted |= kept
        elif one.value is not False or to.ours is not None:
            if to.ours is not None:
                remark(f"the field {to.title!r} cannot have some of its values here: they are in notes")
            left.append(f"{to.title}: {_text(to, one.value)}")
    return wanted, "\n".join(["Fields at Zendesk that have no place here:", *left]) if left else ""


def _value(to: Taken, value: RawValue) -> FieldValue | None:
    """The value as our field wants it. None if it cannot have it."""
    ours = to.ours
    assert ours is not None
    match ours.kind:
        case "choice":
            return to.options.get(value) if isinstance(value, str) else None
        case "choices":
            keys = [to.options.get(text) for text in _texts(value)]
            found = [key for key in keys if key is not None]
            return found if len(found) == len(keys) else None
        case "number":
            return _number(value)
        case "yes_no":
            return value if isinstance(value, bool) else {"true": True, "false": False}.get(str(value).lower())
        case "date":
            return value[:10] if isinstance(value, str) and value[10:11] in ("", "T", " ") else None
        case "text":
            line = as_line(_text(to, value))
            return line if len(line) <= TEXT_MAX else None


def _number(value: RawValue) -> FieldValue | None:
    if isinstance(value, int | float):
        return value
    try:
        # More digits than any number here can have say nothing more.
        return float(str(value)[:40])
    except ValueError:
        return None


def _texts(value: RawValue) -> list[str]:
    """The values of a multi-select: texts in a list, or one text."""
    if not isinstance(value, list):
        return [str(value)]
    return [str(msgspec.json.decode(each)) for each in value]


def _text(to: Taken, value: RawValue) -> str:
    """The value for people: names of options, or the text itself."""
    if isinstance(value, dict):
        return msgspec.json.encode(value).decode()
    return ", ".join(to.names.get(text, text) for text in _texts(value))
