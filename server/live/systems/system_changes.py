"""Changes of system availability, for the API and the staff page: checks products and teams against the hours file."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from availability.board import Component
from availability.incident import Correction, NewIncident, NewUpdate, Reported
from availability.link import Link, LinkState, Run, RunKind
from availability.linking import Linking
from availability.maintenance import Maintenance, MaintenanceChange, NewMaintenance
from availability.states import State
from clock import Clock
from identity.actor import Actor
from refusals import Refused
from server.live.systems.system_status import SystemStatus
from server.live.teams import Teams
from storage.ports import Tx


class SystemChanges:
    """The caller checks that the actor may publish."""

    def __init__(self, clock: Clock, teams: Teams, status: SystemStatus, linking: Linking[Tx]) -> None:
        self._clock = clock
        self._teams = teams
        self._status = status
        self._linking = linking

    # -- components -------------------------------------------------------------------------

    async def add_component(self, actor: Actor, name: str, product: str, position: int) -> Component:
        now, reporting = self._clock(), self._status.reporting
        self._check_product(product)
        return await self._status.change(lambda tx: reporting.add_component(tx, actor, name, product, position, now))

    async def change_component(
        self,
        actor: Actor,
        id_: int,
        *,
        name: str | None = None,
        product: str | None = None,
        position: int | None = None,
        retired: bool | None = None,
        state: State | None = None,
    ) -> tuple[Component, bool]:
        """A pair: the changed component, and whether to offer to open an incident. None leaves a value as it is."""
        now, reporting = self._clock(), self._status.reporting
        if product is not None:
            self._check_product(product)

        def change(tx: Tx) -> tuple[Component, bool]:
            changed = reporting.change_component(
                tx, actor, id_, now, name=name, product=product, position=position, retired=retired
            )
            return changed, state is not None and reporting.set_state(tx, actor, id_, state, now)

        return await self._status.change(change)

    # -- incidents --------------------------------------------------------------------------

    async def open_incident(self, actor: Actor, new: NewIncident) -> Reported:
        now = self._clock()
        return await self._status.change(lambda tx: self._status.reporting.open_incident(tx, actor, new, now))

    async def update_incident(self, actor: Actor, id_: int, said: NewUpdate) -> Reported:
        now = self._clock()
        return await self._status.change(lambda tx: self._status.reporting.update(tx, actor, id_, said, now))

    async def correct_incident(self, actor: Actor, id_: int, change: Correction) -> Reported:
        now = self._clock()
        return await self._status.change(lambda tx: self._status.reporting.correct(tx, actor, id_, change, now))

    def team(self, wanted: str | None, touched: Collection[int]) -> str:
        """The team for requests about an incident: the one wanted, or the first that has a product of the components.
        Raises Refused(invalid)."""
        open_ = list(self._teams.desk.open_to_chats())
        if wanted:
            if wanted not in [team.key for team in open_]:
                raise Refused("invalid", "There is no such team.", {"team": "There is no such team."})
            return wanted
        products = {one.product for one in self._status.board.components if one.id in touched}
        fitting = [team for team in open_ if products & set(team.products)]
        return next((team.key for team in [*fitting, *open_]), "")

    # -- linked tickets ---------------------------------------------------------------------

    async def give_workaround(self, actor: Actor, id_: int, text: str) -> Run:
        now = self._clock()
        return await self._status.change(lambda tx: self._linking.give_workaround(tx, actor, id_, text, now))

    async def publish_finding(self, actor: Actor, id_: int, text: str, code: str) -> Run:
        now = self._clock()
        return await self._status.change(lambda tx: self._linking.publish_finding(tx, actor, id_, text, code, now))

    async def switch_run(self, actor: Actor, id_: int, kind: RunKind, *, on: bool) -> Run:
        """Resume or stop a run."""
        now, switch = self._clock(), self._linking.resume if on else self._linking.stop
        return await self._status.change(lambda tx: switch(tx, actor, id_, kind, now))

    async def standing(self, id_: int) -> tuple[Mapping[LinkState, int], list[Run], list[Link]]:
        """The linked tickets: their number by state, the runs, and those that stay open."""
        return await self._status.read(lambda tx: self._linking.standing(tx, id_))

    # -- maintenance ------------------------------------------------------------------------

    async def plan(self, actor: Actor, new: NewMaintenance) -> Maintenance:
        now = self._clock()
        return await self._status.change(lambda tx: self._status.planning.plan(tx, actor, new, now))

    async def change_maintenance(self, actor: Actor, id_: int, change: MaintenanceChange) -> Maintenance:
        now = self._clock()
        return await self._status.change(lambda tx: self._status.planning.change(tx, actor, id_, change, now))

    def _check_product(self, product: str) -> None:
        if product and product not in self._teams.products:
            raise Refused("invalid", "There is no such product.", {"product": "There is no such product."})
