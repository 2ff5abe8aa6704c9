"""`/api/admin/settings`: the settings that admins can change while the desk is open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType, structs
from starlette.responses import Response

from server.edge.api.bodies import answer, read_body
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.api.ticket_parameters import versions_of
from server.live.administration.widget_settings import SettingsOfWidget
from widgets.admin.ports import WidgetSettings

_Name = Annotated[str, Meta(min_length=1, max_length=80)]
_Color = Annotated[str, Meta(max_length=7)]
_Origins = Annotated[list[Annotated[str, Meta(min_length=1, max_length=255)]], Meta(max_length=50)]


class AdminSettings(Struct, frozen=True):
    """The settings in force. `fixed` names the variable of each setting that the operator set. Such a setting cannot
    be changed here."""

    version: int
    brand_name: str
    brand_color: str | None
    widget_origins: Sequence[str]
    fixed: dict[str, str]


class ChangedSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Changes of settings. An absent field keeps its value. Null sets a value back to its default."""

    brand_name: _Name | None | UnsetType = UNSET
    brand_color: _Color | None | UnsetType = UNSET
    widget_origins: _Origins | None | UnsetType = UNSET


class AdminSettingsApi(Api):
    def __init__(self, widget: SettingsOfWidget) -> None:
        self._widget = widget

    async def settings(self, call: Call) -> Response:
        return _answer(await self._widget.current(call.actor))

    async def change(self, call: Call) -> Response:
        said = structs.asdict(await read_body(call.request, ChangedSettings))
        wanted = {name: value or None for name, value in said.items() if value is not UNSET}
        return _answer(await self._widget.change(call.actor, wanted, versions_of(call.request)))

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/admin/settings",
            endpoint=settings,
            summary="Read the settings of the widget",
            needs=("read", "settings"),
            answers=(Answer(200, "The settings in force.", AdminSettings),),
            etag=True,
        ),
        Operation(
            method="PATCH",
            path="/api/admin/settings",
            endpoint=change,
            summary="Change the settings of the widget",
            needs=("change", "settings"),
            body=ChangedSettings,
            answers=(Answer(200, "The settings after the change.", AdminSettings),),
            errors=("conflict",),
            if_match=True,
            etag=True,
        ),
    )


def _answer(found: WidgetSettings) -> Response:
    shown = AdminSettings(
        version=found.version,
        brand_name=found.brand_name,
        brand_color=found.brand_color,
        widget_origins=list(found.widget_origins),
        fixed=dict(found.fixed),
    )
    return answer(shown, headers={"ETag": f'"{found.version}"'})
