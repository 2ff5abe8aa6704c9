"""The settings of the widget that admins change on a page. They are stored in the database.

A setting that the operator set by a variable keeps the operator's value, and cannot be changed here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from msgspec import json
from pydantic_core import PydanticCustomError

from clock import Clock
from identity.actor import Actor
from identity.adapters.people import People
from identity.errors import Outdated, invalid
from identity.permissions import may
from refusals import Refused
from server.live.administration.last_change import who_changed
from server.settings import WIDGET_SETTINGS, Settings, values
from storage import facts
from storage.ports import Storage, Tx
from widgets.admin.ports import WidgetSettings

_KEY = "widget_settings"
_READ: Mapping[str, Callable[[object], object]] = {
    "brand_name": values.brand_name,
    "brand_color": values.color,
    "widget_origins": values.origins,
}
_ORIGINS_MAX = 50
Values = Mapping[str, object]


class SettingsOfWidget:
    def __init__(self, settings: Settings, storage: Storage, clock: Clock, people: People) -> None:
        self._settings = settings
        self._storage = storage
        self._clock = clock
        self._people = people

    async def follow(self) -> None:
        """Use the stored values. Another process may have changed them."""
        _, stored = await self._storage.read(lambda tx: _stored(facts.get(tx, _KEY)))
        self._settings.adopt(stored)

    async def current(self, by: Actor) -> WidgetSettings:
        """The settings in force. Raises Refused(forbidden) if `by` is not an admin, and StorageUnavailable."""
        _check_reader(by)
        version, stored = await self._storage.read(lambda tx: _stored(facts.get(tx, _KEY)))
        self._settings.adopt(stored)
        return self._view(version)

    async def change(self, by: Actor, wanted: Values, versions: Collection[int] | None) -> WidgetSettings:
        """Change the settings that `wanted` names. None sets a value back to its default.

        `versions` are the versions that the caller accepts, None for any. Raises Refused: `forbidden` if `by` is not an
        admin; `invalid` for a bad value; `conflict` for a setting that the operator set. Raises Outdated if the
        settings have another version.
        """
        _check(by)
        checked = {name: None if value is None else _read(name, value) for name, value in wanted.items()}
        now = self._clock()

        def unit(tx: Tx) -> tuple[int, Values]:
            version, before = _stored(facts.locked(tx, _KEY))
            if versions is not None and version not in versions:
                who = who_changed(tx, self._people, "widget_settings", None, now)
                raise Outdated(f"{who} changed the settings of the widget while you looked. Nothing was saved.")
            different = {name: value for name, value in checked.items() if self._differs(name, value, before.get(name))}
            for name in different:
                if (variable := self._settings.fixed_by(name)) is not None:
                    sentence = f"The operator sets this with {variable}."
                    raise Refused("conflict", sentence, {name: sentence})
            if not different:
                return version, before
            after = {name: value for name, value in {**before, **different}.items() if value is not None}
            facts.put(tx, _KEY, json.encode({"version": version + 1, "values": after}).decode())
            detail = different | {f"was_{name}": before.get(name) for name in different}
            self._people.record(tx, by, "change", "widget_settings", None, detail, now)
            return version + 1, after

        version, stored = await self._storage.write(unit)
        self._settings.adopt(stored)
        return self._view(version)

    def _differs(self, name: str, value: object, before: object) -> bool:
        """A value that is not set is the default."""
        default = _plain(self._settings.default_of(name))
        return (default if value is None else value) != (default if before is None else before)

    def _view(self, version: int) -> WidgetSettings:
        found = ((name, self._settings.fixed_by(name)) for name in WIDGET_SETTINGS)
        return WidgetSettings(
            brand_name=self._settings.brand_name,
            brand_color=self._settings.brand_color,
            widget_origins=self._settings.widget_origins,
            version=version,
            fixed={name: variable for name, variable in found if variable is not None},
            base_url=self._settings.base_url,
        )


def _read(name: str, value: object) -> object:
    try:
        read = _READ[name](value)
    except PydanticCustomError as wrong:
        # On the page, each origin has a line of its own.
        raise invalid(name, wrong.message().replace("separated by commas", "one a line")) from None
    if isinstance(read, tuple) and len(read) > _ORIGINS_MAX:
        raise invalid(name, f"At most {_ORIGINS_MAX} origins.")
    return _plain(read)


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _stored(text: str | None) -> tuple[int, Values]:
    """The version and the values. The version is 0 before the first change."""
    if text is None:
        return 0, {}
    found = json.decode(text, type=dict[str, int | dict[str, str | list[str]]])
    version, stored = found["version"], found["values"]
    return (version if isinstance(version, int) else 0), (stored if isinstance(stored, dict) else {})


def _check_reader(by: Actor) -> None:
    if not may(by, "read", "settings"):
        raise Refused("forbidden", "Only admins and auditors read the settings.")


def _check(by: Actor) -> None:
    if not may(by, "change", "settings"):
        raise Refused("forbidden", "Only admins change the settings.")
