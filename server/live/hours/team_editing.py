"""Lets admins change teams and products. The changes are written to the hours file. A team is retired, never
removed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from clock import Clock
from identity.actor import Actor
from identity.adapters.people import People
from identity.adapters.sql_staff import teams_of_people
from refusals import Refused
from routing.adapters import hours_edits, team_edits
from routing.adapters.yaml_edits import Value
from routing.desk import Desk, Team
from routing.hours_changes import AddedSchedule, RemovedSchedule
from server.live.hours.hours_editing import HoursEditing
from server.live.teams import Teams
from storage.ports import Tx
from ticketing.adapters.store import teams_of_tickets

Values = Mapping[str, Value | None]
_KEY_MAX = 32
"""Maximum length of the key of a schedule."""


class TeamEditing:
    def __init__(self, clock: Clock, people: People, teams: Teams, hours: HoursEditing) -> None:
        self._clock = clock
        self._people = people
        self._teams = teams
        self._hours = hours

    async def uses(self) -> tuple[Mapping[str, int], Mapping[str, int]]:
        """Two counts by team: the number of the team's people, and the number of its tickets."""
        return await self._hours.storage.read(lambda tx: (teams_of_people(tx), teams_of_tickets(tx)))

    async def add(self, actor: Actor, key: str, values: Values, version: str | None, *, own_hours: bool = False) -> str:
        """Add a team. With `own_hours`, it gets a copy of its schedule. Returns the new version of the file. Raises the
        errors of `HoursFile.edit`, Refused(invalid) if there is a team with this key, and Refused(conflict) if the file
        cannot be changed here."""
        if key in self._teams.desk.teams:
            raise _invalid("team", f"There is already a team {key}.")
        own = self._own(key, values.get("schedule")) if own_hours else None
        wanted = values if own is None else {**values, "schedule": own.schedule}
        record = self._record(actor, "add", key, wanted, own)
        return await self._hours.write(
            actor, version, lambda text: team_edits.added(self._with(text, own), key, wanted), record
        )

    async def change(
        self,
        actor: Actor,
        key: str,
        values: Values,
        version: str | None,
        *,
        own_hours: bool = False,
        unused: str | None = None,
    ) -> str:
        """Change a team, or retire it. None sets a value back to its default. With `own_hours`, the team gets a copy of
        its schedule. The schedule `unused` is removed if no team uses it afterwards. Returns the new version of the
        file. Raises the errors of `HoursFile.edit`. Raises Refused: `not_found` for an unknown team; `invalid` if a
        retired team has no valid successor or is the default team; `conflict` if the file cannot be changed here."""
        desk = self._teams.desk
        if key not in desk.teams:
            raise Refused("not_found", "There is no such team.")
        if values.get("retired") is True:
            _check_retiring(desk, key, values.get("successor") or desk.teams[key].successor)
        own = self._own(key, values.get("schedule", desk.teams[key].schedule)) if own_hours else None
        wanted = values if own is None else {**values, "schedule": own.schedule}
        record = self._record(actor, "change", key, wanted, own)
        return await self._hours.write(
            actor,
            version,
            lambda text: self._without(team_edits.changed(self._with(text, own), key, wanted), unused),
            record,
        )

    async def remove(self, actor: Actor, key: str, version: str | None, *, unused: str | None = None) -> str:
        """Remove a team that nothing uses yet, and the schedule `unused`, if no other team uses it. Returns the new
        version of the file. Raises the errors of `HoursFile.edit`. Raises Refused: `not_found` for an unknown team;
        `conflict` if the team has people or tickets, or if the file cannot be changed here."""
        if key not in self._teams.desk.teams:
            raise Refused("not_found", "There is no such team.")
        people, tickets = (uses.get(key, 0) for uses in await self.uses())
        if people or tickets:
            used = " and ".join(
                _counted(number, what) for number, what in ((tickets, "ticket"), (people, "person")) if number
            )
            name = self._teams.desk.teams[key].name
            sentence = f"{name} has {used}, so it can't be removed. Retire it, and name the team that follows."
            raise Refused("conflict", sentence)
        had: Values = {}

        def edit(text: str) -> str:
            nonlocal had
            had = team_edits.values(text, key)
            return self._without(team_edits.removed(text, key), unused)

        def record(tx: Tx, before: Desk, after: Desk) -> None:
            self._people.record(tx, actor, "remove", "team", key, {"from": dict(had), "to": None}, self._clock())

        return await self._hours.write(actor, version, edit, record)

    async def set_product(
        self,
        actor: Actor,
        product: str,
        name: str,
        teams: Sequence[str],
        version: str | None,
        *,
        is_new: bool = False,
        places: Mapping[str, int] | None = None,
    ) -> str:
        """Set the name of a product and the teams that have it. No other team has the product afterwards. A new product
        is created. `places` are the positions of the product in the lists of teams that get it.

        Chats and tickets keep the name that they have. Returns the new version of the file. Raises the errors of
        `HoursFile.edit`. Raises Refused: `invalid` if a team is unknown or would have no product, if a new product has
        no team, or if another product (with `is_new`, any product) has the name, whatever the case of its letters;
        `conflict` if the file cannot be changed here.
        """
        desk, places = self._teams.desk, places or {}
        lists = {
            key: _with_product(team, product, name, wanted=key in teams, place=places.get(key))
            for key, team in desk.teams.items()
        }
        unknown = set(teams) - set(desk.teams)
        if unknown:
            raise _invalid("teams", f"There is no team {min(unknown)}.")
        if taken := _taken(desk, name, None if is_new else product):
            raise _invalid("name", f"There is already a product {taken}. Choose another name, or change {taken}.")
        if not teams and not any(product in team.products for team in desk.teams.values()):
            raise _invalid("teams", f"Choose the teams that have {product}. Otherwise nobody could be asked about it.")
        bare = [desk.teams[key].name for key, listed in lists.items() if not listed]
        if bare:
            raise _invalid("teams", f"{bare[0]} would have no product. Give it another one first.")
        other = {key: listed for key, listed in lists.items() if listed != list(desk.teams[key].products)}

        def edit(text: str) -> str:
            for key, listed in other.items():
                text = team_edits.changed(text, key, {"products": listed})
            return text

        def record(tx: Tx, before: Desk, after: Desk) -> None:
            had = [key for key, team in before.teams.items() if product in team.products]
            at = {key: before.teams[key].products.index(product) for key in had}
            was, became = {"name": product, "teams": had}, {"name": name, "teams": list(teams)}
            detail = {"from": was, "to": became, "places": at}
            self._people.record(tx, actor, "change", "product", product, detail, self._clock())

        return await self._hours.write(actor, version, edit, record)

    def _own(self, key: str, like: object) -> AddedSchedule:
        """A schedule for a team alone, with a key that is free."""
        taken = self._teams.desk.schedules
        ends = ("", *(f"-{number}" for number in range(2, len(taken) + 3)))
        free = next(name for end in ends if (name := key[: _KEY_MAX - len(end)] + end) not in taken)
        return AddedSchedule(free, str(like))

    def _with(self, text: str, own: AddedSchedule | None) -> str:
        return text if own is None else hours_edits.changed(text, [own], self._hours.today())

    def _without(self, text: str, unused: str | None) -> str:
        if unused is None or not hours_edits.is_unused(text, unused):
            return text
        return hours_edits.changed(text, [RemovedSchedule(unused)], self._hours.today())

    def _record(
        self, actor: Actor, verb: str, key: str, values: Values, own: AddedSchedule | None
    ) -> Callable[[Tx, Desk, Desk], None]:
        def record(tx: Tx, before: Desk, after: Desk) -> None:
            had = before.teams.get(key)
            was = None if had is None else {name: _plain(getattr(had, name)) for name in values}
            added = {} if own is None else {"new_schedule": own.schedule}
            self._people.record(tx, actor, verb, "team", key, {"from": was, "to": dict(values), **added}, self._clock())

        return record


def _check_retiring(desk: Desk, key: str, successor: object) -> None:
    if not isinstance(successor, str):
        raise _invalid("successor", "Name the team that follows.")
    follows = desk.teams.get(successor)
    if follows is None or follows.retired or successor == key:
        raise _invalid("successor", "Choose another team that is not retired.")
    if desk.default_team == key:
        raise _invalid(
            "retired", "Customers who are not sure get this team. Choose another default_team in the file first."
        )


def _taken(desk: Desk, name: str, product: str | None) -> str | None:
    """A product with this name, in any case of letters, other than `product`. None if there is none."""
    if name == product:
        return None
    known = {one for team in desk.teams.values() for one in team.products} - {product}
    return next((one for one in sorted(known) if one.casefold() == name.casefold()), None)


def _with_product(team: Team, product: str, name: str, *, wanted: bool, place: int | None) -> list[str]:
    listed = [name if one == product else one for one in team.products]
    if wanted:
        at = len(listed) if place is None else place
        return listed if name in listed else [*listed[:at], name, *listed[at:]]
    return [one for one in listed if one != name]


def _counted(number: int, what: str) -> str:
    return f"1 {what}" if number == 1 else f"{number:,} {'people' if what == 'person' else what + 's'}"


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _invalid(field: str, sentence: str) -> Refused:
    return Refused("invalid", sentence, {field: sentence})
