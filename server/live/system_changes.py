"""Changes of system availability, for the API and the staff page: checks products and teams against the hours file."""

from __future__ import annotations

from collections.abc import Collection

from availability.board import Component
from availability.states import State
from identity.actor import Actor
from refusals import Refused
from server.live.system_status import SystemStatus
from server.live.teams import Teams
from storage.ports import Tx


class SystemChanges:
    def __init__(self, teams: Teams, status: SystemStatus) -> None:
        self._teams = teams
        self._status = status

    def check_product(self, product: str) -> str:
        """Raises Refused(invalid) if there is no such product."""
        if product and product not in self._teams.products:
            raise Refused("invalid", "There is no such product.", {"product": "There is no such product."})
        return product

    def change_component(
        self,
        tx: Tx,
        actor: Actor,
        id_: int,
        now: int,
        *,
        name: str | None = None,
        product: str | None = None,
        position: int | None = None,
        retired: bool | None = None,
        state: State | None = None,
    ) -> tuple[Component, bool]:
        """A pair: the changed component, and whether to offer to open an incident. None leaves a value as it is."""
        if product is not None:
            self.check_product(product)
        changed = self._status.reporting.change_component(
            tx, actor, id_, now, name=name, product=product, position=position, retired=retired
        )
        return changed, state is not None and self._status.reporting.set_state(tx, actor, id_, state, now)

    def team(self, wanted: str | None, touched: Collection[int]) -> str:
        """The team for requests about an incident: the one wanted, or the first that has a product of the components.
        Raises Refused(invalid)."""
        open_ = list(self._teams.desk.open_to_chats())
        if wanted:
            if wanted not in [team.key for team in open_]:
                raise Refused("invalid", "There is no such team.", {"team": "There is no such team."})
            return wanted
        components = [one for one in self._status.board.components if one.id in touched]
        products = {one.product for one in components}
        fitting = [team for team in open_ if products & set(team.products)]
        return next((team.key for team in [*fitting, *open_]), "")
