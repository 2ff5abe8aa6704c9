"""Composes the calls about hours and teams."""

from __future__ import annotations

from collections.abc import Sequence

from clock import Clock
from identity.adapters.people import People
from routing.service import Dispatcher
from server.edge.api.admin_hours import AdminHoursApi
from server.edge.api.admin_teams import AdminTeamsApi
from server.edge.api.hours import HoursApi
from server.edge.api.hours_clocks import HoursClocksApi
from server.edge.api.hours_forecast import HoursForecastApi
from server.edge.api.registry import Api
from server.live.hours.customer_clocks import ReadCustomerClocks
from server.live.hours.hours_editing import HoursEditing
from server.live.hours.hours_forecast import HoursForecast
from server.live.hours.simulating import Simulating
from server.live.hours.team_editing import TeamEditing
from server.live.teams import Teams
from server.settings import Settings


def hours_apis(
    settings: Settings, clock: Clock, people: People, routing: Dispatcher, teams: Teams, editing: HoursEditing
) -> Sequence[Api]:
    return (
        HoursApi(settings, clock, routing, teams),
        AdminHoursApi(editing, settings.hours.name),
        HoursClocksApi(ReadCustomerClocks(editing, clock)),
        HoursForecastApi(HoursForecast(editing, Simulating())),
        AdminTeamsApi(editing, TeamEditing(clock, people, teams, editing)),
    )
