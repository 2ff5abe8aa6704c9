"""`/api/ticket-fields`: the custom fields of tickets. `/api/admin/ticket-fields`: how admins define them."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import asdict
from starlette.responses import Response

from server.edge.api.bodies import answer, read_body
from server.edge.api.queries import TEXT_PATTERN, Parameter
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.api.ticket_parameters import versions_of
from server.live.administration.ticket_fields import TicketFields
from ticketing.custom_fields import CustomField, Kind, Option
from ticketing.field_keeping import FieldWanted

_Key = Annotated[str, Meta(min_length=1, max_length=40, pattern=r"^[a-z][a-z0-9_]*$")]
_Language = Annotated[str, Meta(min_length=2, max_length=2)]
_Label = Annotated[str, Meta(max_length=80, pattern=TEXT_PATTERN)]
_Labels = Annotated[dict[_Language, _Label], Meta(max_length=3)]
_Options = Annotated[list[Option], Meta(max_length=100)]
_TeamKeys = Annotated[
    list[Annotated[str, Meta(min_length=1, max_length=32, pattern=TEXT_PATTERN)]], Meta(max_length=50)
]
_Products = Annotated[
    list[Annotated[str, Meta(min_length=1, max_length=100, pattern=TEXT_PATTERN)]], Meta(max_length=100)
]
_Position = Annotated[int, Meta(ge=0, le=10_000)]


class FieldList(Struct, frozen=True):
    """Fields in their order."""

    fields: list[CustomField]


class ShownOption(Struct, frozen=True):
    key: str
    labels: dict[str, str]
    archived: bool | UnsetType = UNSET


class ShownField(Struct, frozen=True, kw_only=True):
    """A field as somebody sees it on tickets. Customers do not get the properties that can be missing."""

    key: str
    kind: Kind
    labels: dict[str, str]
    options: list[ShownOption]
    products: list[str]
    needed_to_submit: bool
    position: int
    teams: list[str] | UnsetType = UNSET
    for_customers: bool | UnsetType = UNSET
    needed_to_solve: bool | UnsetType = UNSET
    archived: bool | UnsetType = UNSET
    version: int | UnsetType = UNSET


class ShownFieldList(Struct, frozen=True):
    """Fields in their order."""

    fields: list[ShownField]


class NewField(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A field to add. Key and kind never change."""

    key: _Key
    kind: Kind
    labels: _Labels
    options: _Options = []
    teams: _TeamKeys = []
    products: _Products = []
    for_customers: bool = False
    needed_to_submit: bool = False
    needed_to_solve: bool = False
    position: _Position | UnsetType = UNSET


class ChangedField(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Changes of a field. An absent property keeps its value. Options that are left out are archived."""

    labels: _Labels | UnsetType = UNSET
    options: _Options | UnsetType = UNSET
    teams: _TeamKeys | UnsetType = UNSET
    products: _Products | UnsetType = UNSET
    for_customers: bool | UnsetType = UNSET
    needed_to_submit: bool | UnsetType = UNSET
    needed_to_solve: bool | UnsetType = UNSET
    archived: bool | UnsetType = UNSET
    position: _Position | UnsetType = UNSET


_FIELD = Parameter("key", str, "Key of the field.")


class TicketFieldsApi(Api):
    def __init__(self, fields: TicketFields) -> None:
        self._fields = fields

    async def shown(self, call: Call) -> Response:
        fields, by = await self._fields.shown(call.actor), call.actor
        if by.kind != "customer":
            return answer(FieldList(fields))
        return answer(ShownFieldList([_for_customers(field) for field in fields if not field.archived]))

    async def everything(self, call: Call) -> Response:
        return answer(FieldList(list(await self._fields.all(call.actor))))

    async def add(self, call: Call) -> Response:
        said = await read_body(call.request, NewField)
        wanted = FieldWanted(**{name: value for name, value in asdict(said).items() if name not in ("key", "kind")})
        return answer(await self._fields.add(call.actor, said.key, said.kind, wanted), status=201)

    async def change(self, call: Call) -> Response:
        said, key = await read_body(call.request, ChangedField), call.request.path_params["key"]
        changed = await self._fields.change(call.actor, key, FieldWanted(**asdict(said)), versions_of(call.request))
        return answer(changed, headers={"ETag": f'"{changed.version}"'})

    async def remove(self, call: Call) -> Response:
        await self._fields.remove(call.actor, call.request.path_params["key"])
        return Response(status_code=204)

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/ticket-fields",
            endpoint=shown,
            summary="List the custom fields of tickets that you see",
            needs=("read", "tickets"),
            answers=(Answer(200, "In their order.", ShownFieldList),),
        ),
        Operation(
            method="GET",
            path="/api/admin/ticket-fields",
            endpoint=everything,
            summary="List all custom fields of tickets",
            needs=("read", "settings"),
            answers=(Answer(200, "In their order, archived ones too.", FieldList),),
        ),
        Operation(
            method="POST",
            path="/api/admin/ticket-fields",
            endpoint=add,
            summary="Add a custom field of tickets",
            needs=("change", "settings"),
            body=NewField,
            answers=(Answer(201, "The new field.", CustomField),),
            errors=("conflict",),
        ),
        Operation(
            method="PATCH",
            path="/api/admin/ticket-fields/{key}",
            endpoint=change,
            summary="Change a custom field of tickets",
            needs=("change", "settings"),
            in_path=(_FIELD,),
            body=ChangedField,
            answers=(Answer(200, "The field after the change.", CustomField),),
            errors=("conflict",),
            if_match=True,
            etag=True,
        ),
        Operation(
            method="DELETE",
            path="/api/admin/ticket-fields/{key}",
            endpoint=remove,
            summary="Remove a custom field of tickets",
            needs=("change", "settings"),
            in_path=(_FIELD,),
            answers=(Answer(204, "The field is removed.", media_type=None),),
            errors=("conflict",),
        ),
    )


def _for_customers(field: CustomField) -> ShownField:
    """The field without what only staff need: teams, what solving needs, and archived options."""
    return ShownField(
        key=field.key,
        kind=field.kind,
        labels=field.labels,
        options=[ShownOption(option.key, option.labels) for option in field.options if not option.archived],
        products=field.products,
        needed_to_submit=field.needed_to_submit,
        position=field.position,
    )
