"""The state of the systems at one moment. The page, its first sentence, the banner, the tile and the foot are made from
it, so that they never disagree."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from availability.incident import Incident, Reported
from availability.maintenance import Maintenance
from availability.states import ORDER, State, worst

SOON_MS = 3 * 86_400_000
"""Maintenance is in the banner this long before it starts."""
BACK_MS = 2 * 3_600_000
"""The banner says this long that an incident in incident mode is over."""


@dataclass(frozen=True, slots=True)
class Component:
    """A part of a product, or of all products if `product` is empty. `added_at` is the begin of its history."""

    id: int
    name: str
    product: str
    position: int
    retired: bool
    added_at: int


def products_of(components: Iterable[Component], touched: Collection[int]) -> tuple[str, ...]:
    """The products of these components. Empty if one of them belongs to all products, or if there are none."""
    products = sorted({one.product for one in components if one.id in touched})
    return () if "" in products else tuple(products)


@dataclass(frozen=True, slots=True)
class Board:
    """`open` are the open incidents, `ahead` the running and planned maintenances, in the order of their starts.
    `last_resolved_at` is the end of the last incident. `over` are the incidents of which the banner says that they are
    over."""

    at: int
    components: Sequence[Component]
    states: Mapping[int, State]
    open: Sequence[Reported]
    ahead: Sequence[Maintenance]
    last_resolved_at: int | None = None
    over: Sequence[Reported] = ()

    @property
    def overall(self) -> State:
        """The worst state of all components."""
        return worst(self.states.values())

    def products(self) -> dict[str, list[Component]]:
        """The components by product, in the order of the page. Those of all products come last."""
        found: dict[str, list[Component]] = {}
        for component in sorted(self.components, key=lambda one: (one.product == "", one.position, one.id)):
            found.setdefault(component.product, []).append(component)
        return found

    def worst_of(self, components: Iterable[Component]) -> State:
        return worst(self.states[component.id] for component in components)

    def running(self) -> list[Maintenance]:
        return [one for one in self.ahead if one.phase(self.at) == "running"]


@dataclass(frozen=True, slots=True)
class Headline:
    """The first sentence of the page, without its words.

    - `good`: everything is available.
    - `incident`: an incident, whose title is `title`.
    - `component`: a component has another state without an incident. `title` is its name.
    - `maintenance`: maintenance is running, whose title is `title`.

    `state` is the worst state of all components. `rest` is True if everything else is available.
    """

    kind: Literal["good", "incident", "component", "maintenance"]
    title: str
    state: State
    rest: bool


def headline(board: Board) -> Headline:
    impaired = {component for component, state in board.states.items() if state != "operational"}
    if board.open:
        chosen = gravest(board.open)
        return Headline("incident", chosen.incident.title, board.overall, impaired <= set(chosen.affects))
    running = board.running()
    planned = {id_ for one in running for id_ in one.components}
    unexplained = [id_ for id_ in impaired if board.states[id_] != "maintenance" or id_ not in planned]
    if unexplained:
        named = min(unexplained, key=lambda id_: (-_rank(board.states[id_]), id_))
        name = next(component.name for component in board.components if component.id == named)
        return Headline("component", name, board.overall, impaired == {named})
    if running:
        return Headline("maintenance", running[0].title, board.overall, impaired <= set(running[0].components))
    return Headline("good", "", "operational", rest=True)


def gravest(reported: Sequence[Reported]) -> Reported:
    """The incident with the worst effect. Among equals, the newest."""
    return max(reported, key=lambda one: (_rank(worst(one.affects.values())), one.incident.began_at, one.incident.id))


BannerKind: TypeAlias = Literal["incident", "over", "running", "soon"]


@dataclass(frozen=True, slots=True)
class Banner:
    """`incident` has an incident in incident mode, `over` one that has ended. `running` and `soon` have maintenance."""

    kind: BannerKind
    state: State
    incident: Reported | None = None
    maintenance: Maintenance | None = None


def banner(board: Board, products: Collection[str] | None = None) -> Banner | None:
    """The banner for a reader with these products. None for the products of an unknown reader.

    The newest incident in incident mode wins, then running maintenance, then the incident that ended last, then the
    next maintenance.
    """
    incidents = [one for one in board.open if one.incident.banner and _touches(board, one.touched, products)]
    if incidents:
        newest = max(incidents, key=lambda one: (one.incident.began_at, one.incident.id))
        return Banner("incident", worst(newest.affects.values()), incident=newest)
    ahead = next((one for one in board.ahead if _touches(board, one.components, products)), None)
    if ahead is not None and ahead.phase(board.at) == "running":
        return Banner("running", "maintenance", maintenance=ahead)
    over = [one for one in board.over if _touches(board, one.touched, products)]
    if over:
        last = max(over, key=lambda one: (one.incident.resolved_at or 0, one.incident.id))
        return Banner("over", "operational", incident=last)
    if ahead is not None and ahead.starts_at - board.at <= SOON_MS:
        return Banner("soon", "maintenance", maintenance=ahead)
    return None


def is_back(incident: Incident, now: int) -> bool:
    """True if the banner says that the incident is over."""
    ended = incident.resolved_at
    return incident.banner and ended is not None and ended <= now < ended + BACK_MS


def _touches(board: Board, components: Collection[int], products: Collection[str] | None) -> bool:
    """True if one of the components belongs to one of the products or to all. Without components, all are touched."""
    if products is None or not components:
        return True
    of = {component.id: component.product for component in board.components}
    return any(not of.get(id_) or of[id_] in products for id_ in components)


def _rank(state: State) -> int:
    return ORDER.index(state)
