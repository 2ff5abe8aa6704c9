"""The bodies and answers of the calls of system availability."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from availability.board import Board, Component
from availability.incident import COMPONENTS_MAX, EFFECT_MAX, TEXT_MAX, TITLE_MAX, Reported, Step
from availability.link import Link, LinkState, Run, RunKind, RunState
from availability.maintenance import Maintenance, Phase
from availability.reporting import NAME_MAX
from availability.states import State
from clock import rfc3339, rfc3339_or_none
from server.edge.api.bodies import read_moment

_Name = Annotated[str, Meta(min_length=1, max_length=NAME_MAX)]
_Product = Annotated[str, Meta(max_length=NAME_MAX)]
_Title = Annotated[str, Meta(min_length=1, max_length=TITLE_MAX)]
_Effect = Annotated[str, Meta(max_length=EFFECT_MAX)]
_Text = Annotated[str, Meta(min_length=1, max_length=TEXT_MAX)]
_AnyText = Annotated[str, Meta(max_length=TEXT_MAX)]
_Moment = Annotated[str, Meta(max_length=40, extra_json_schema={"format": "date-time"})]
_Id = Annotated[int, Meta(ge=1, le=2**53)]
_Position = Annotated[int, Meta(ge=0, le=10_000)]
_Ids = Annotated[list[_Id], Meta(min_length=1, max_length=COMPONENTS_MAX)]


class Effect(Struct, frozen=True, forbid_unknown_fields=True):
    """The state that an incident gives to a component."""

    component: _Id
    state: State


_Effects = Annotated[list[Effect], Meta(max_length=COMPONENTS_MAX)]


class NewComponent(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`product` is one of the hours file, or empty if the component belongs to all."""

    name: _Name
    product: _Product = ""
    position: _Position = 0


class ComponentChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`state` sets the state by hand, as a monitor does. An open incident or maintenance may make it worse."""

    name: _Name | UnsetType = UNSET
    product: _Product | UnsetType = UNSET
    position: _Position | UnsetType = UNSET
    retired: bool | UnsetType = UNSET
    state: State | UnsetType = UNSET


class NewIncidentBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`began_at`: the time at which the effect began, if not now. `banner` switches the incident mode on. `team` gets
    the requests of people who are affected; by default a team of the first component's product."""

    title: _Title
    text: _Text
    effect: _Effect = ""
    step: Step = "investigating"
    affects: _Effects = []
    began_at: _Moment | None = None
    next_update_at: _Moment | None = None
    banner: bool = False
    team: Annotated[str, Meta(max_length=64)] | None = None


class NewUpdateBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`affects` replaces the states of components: those that it leaves out recover. Without it, they stay."""

    step: Step
    text: _Text
    next_update_at: _Moment | None = None
    affects: _Effects | UnsetType = UNSET


class IncidentChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    title: _Title | UnsetType = UNSET
    effect: _Effect | UnsetType = UNSET
    banner: bool | UnsetType = UNSET
    team: Annotated[str, Meta(max_length=64)] | UnsetType = UNSET
    began_at: _Moment | UnsetType = UNSET
    resolved_at: _Moment | UnsetType = UNSET


class NewMaintenanceBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    title: _Title
    text: _AnyText = ""
    starts_at: _Moment
    ends_at: _Moment
    components: _Ids


class MaintenanceChangeBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`cancel` cancels planned maintenance. `end` ends running maintenance now. `note` is told to followers."""

    title: _Title | UnsetType = UNSET
    text: _AnyText | UnsetType = UNSET
    starts_at: _Moment | UnsetType = UNSET
    ends_at: _Moment | UnsetType = UNSET
    components: _Ids | UnsetType = UNSET
    cancel: bool = False
    end: bool = False
    note: _Effect = ""


class LinkBody(Struct, frozen=True, forbid_unknown_fields=True):
    ticket: _Id


class RunBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`workaround` publishes `text` and moves the linked tickets to Fixed – Pending RCA. `finding` publishes `text` and
    closes them with `code`. `stop` and `resume` are about `run`."""

    do: Literal["workaround", "finding", "stop", "resume"]
    text: _AnyText = ""
    code: Annotated[str, Meta(max_length=64)] = ""
    run: RunKind = "close"


class LinkView(Struct, frozen=True):
    ticket: int
    state: LinkState
    reason: str


class RunView(Struct, frozen=True):
    run: RunKind
    state: RunState
    code: str | None
    moved: int
    refused: int


class StandingView(Struct, frozen=True):
    """`open`: the first 200 tickets that stay open, each with its reason."""

    counts: dict[LinkState, int]
    runs: list[RunView]
    open: list[LinkView]


class ComponentView(Struct, frozen=True):
    id: int
    name: str
    product: str
    position: int
    state: State


class ComponentsView(Struct, frozen=True):
    components: list[ComponentView]


class ChangedComponent(Struct, frozen=True):
    """`offers_incident` is true if the component is impaired and no open incident names it."""

    component: ComponentView
    offers_incident: bool


class UpdateView(Struct, frozen=True):
    step: Step
    text: str
    at: str
    next_update_at: str | None


class IncidentView(Struct, frozen=True):
    """`affects` are the present effects, `touched` all components that it has affected. `corrected_at` is the time at
    which its times were corrected. `banner` is true if the incident mode is on, or was on at the end."""

    id: int
    title: str
    effect: str
    step: Step
    began_at: str
    resolved_at: str | None
    next_update_at: str | None
    banner: bool
    affects: list[Effect]
    touched: list[int]
    corrected_at: str | None
    workaround: str
    finding: str
    updates: list[UpdateView]


class IncidentsView(Struct, frozen=True):
    incidents: list[IncidentView]


class MaintenanceView(Struct, frozen=True):
    id: int
    title: str
    text: str
    starts_at: str
    ends_at: str
    phase: Phase
    components: list[int]


class MaintenancesView(Struct, frozen=True):
    maintenances: list[MaintenanceView]


def given_moment(name: str, text: str | None | UnsetType) -> int | None:
    """The time of an optional field. None if it is not given."""
    return read_moment(name, text) if isinstance(text, str) else None


def component_view(board: Board, component: Component) -> ComponentView:
    state = board.states.get(component.id, "operational")
    return ComponentView(component.id, component.name, component.product, component.position, state)


def incident_view(reported: Reported) -> IncidentView:
    it = reported.incident
    return IncidentView(
        id=it.id,
        title=it.title,
        effect=it.effect,
        step=it.step,
        began_at=rfc3339(it.began_at),
        resolved_at=rfc3339_or_none(it.resolved_at),
        next_update_at=rfc3339_or_none(it.next_at),
        banner=it.banner,
        affects=[Effect(component, state) for component, state in sorted(reported.affects.items())],
        touched=list(reported.touched),
        corrected_at=rfc3339_or_none(it.edited_at),
        workaround=it.workaround,
        finding=it.finding,
        updates=[
            UpdateView(one.step, one.text, rfc3339(one.at), rfc3339_or_none(one.next_at)) for one in reported.updates
        ],
    )


def maintenance_view(maintenance: Maintenance, now: int) -> MaintenanceView:
    return MaintenanceView(
        id=maintenance.id,
        title=maintenance.title,
        text=maintenance.text,
        starts_at=rfc3339(maintenance.starts_at),
        ends_at=rfc3339(maintenance.ends_at),
        phase=maintenance.phase(now),
        components=list(maintenance.components),
    )


def standing_view(counts: Mapping[LinkState, int], runs: Sequence[Run], left: Sequence[Link]) -> StandingView:
    return StandingView(
        dict(counts),
        [RunView(run.kind, run.state, run.code, run.moved, run.refused) for run in runs],
        [LinkView(link.ticket, link.state, link.reason) for link in left],
    )
