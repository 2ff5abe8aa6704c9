"""`/api/admin/clients`: the companies that customers work for, for admins."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType
from starlette.responses import Response

from identity.client_views import ClientChange, ClientDetail, version_of
from identity.ports import Client
from server.edge.api.bodies import answer, read_body
from server.edge.api.queries import Parameter
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.api.ticket_parameters import versions_of
from server.live.administration.client_admin import ClientAdmin

_Name = Annotated[str, Meta(min_length=1, max_length=200)]
_Domains = Annotated[list[Annotated[str, Meta(min_length=1, max_length=253)]], Meta(max_length=50)]
_Products = Annotated[list[Annotated[str, Meta(min_length=1, max_length=100)]], Meta(max_length=100)]
_Address = Annotated[str, Meta(max_length=254)]


class AdminClient(Struct, frozen=True):
    """A client. `account_team` is the address for hand-overs; null stands for that of the ticket's team. The people of
    a client may read what is for clients with its `products`."""

    id: str
    name: str
    domains: list[str]
    account_team: str | None
    vip: bool
    products: list[str]
    version: int


class ClientPerson(Struct, frozen=True):
    id: str
    name: str | None
    email: str | None
    coordinator: bool


class AdminClientDetail(Struct, frozen=True):
    """A client with at most 100 of its people, coordinators first."""

    client: AdminClient
    people: list[ClientPerson]


class NewClient(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A client to add."""

    name: _Name
    domains: _Domains = []
    account_team: _Address | None = None
    vip: bool = False
    products: _Products = []


class ChangedClient(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Changes of a client. An absent field keeps its value. `account_team` null clears it."""

    name: _Name | UnsetType = UNSET
    domains: _Domains | UnsetType = UNSET
    account_team: _Address | None | UnsetType = UNSET
    vip: bool | UnsetType = UNSET
    products: _Products | UnsetType = UNSET


_CLIENT = Parameter("id", str, "Id of the client.")


class AdminClientsApi(Api):
    def __init__(self, clients: ClientAdmin) -> None:
        self._clients = clients

    async def everything(self, call: Call) -> Response:
        return answer([_client(one) for one in await self._clients.clients(call.actor)])

    async def client(self, call: Call) -> Response:
        return _detail(await self._clients.client(call.actor, call.request.path_params["id"]))

    async def add(self, call: Call) -> Response:
        said = await read_body(call.request, NewClient)
        wanted = ClientChange(
            name=said.name,
            domains=said.domains,
            account_team=said.account_team or "",
            vip=said.vip,
            products=said.products,
        )
        return answer(_client(await self._clients.add(call.actor, wanted)), status=201)

    async def change(self, call: Call) -> Response:
        said, id_ = await read_body(call.request, ChangedClient), call.request.path_params["id"]
        present = (await self._clients.client(call.actor, id_)).client
        wanted = ClientChange(
            name=present.name if said.name is UNSET else said.name,
            domains=sorted(present.domains) if said.domains is UNSET else said.domains,
            account_team=(present.account_team if said.account_team is UNSET else said.account_team) or "",
            vip=present.vip if said.vip is UNSET else said.vip,
            products=sorted(present.products) if said.products is UNSET else said.products,
        )
        # The fields that the body leaves out come from this version.
        versions = versions_of(call.request) or {version_of(present)}
        return _detail(await self._clients.change(call.actor, id_, wanted, versions))

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/admin/clients",
            endpoint=everything,
            summary="List all clients",
            needs=("read", "clients"),
            answers=(Answer(200, "Sorted by name.", list[AdminClient]),),
        ),
        Operation(
            method="POST",
            path="/api/admin/clients",
            endpoint=add,
            summary="Add a client",
            needs=("change", "clients"),
            body=NewClient,
            answers=(Answer(201, "The new client.", AdminClient),),
            errors=("conflict",),
        ),
        Operation(
            method="GET",
            path="/api/admin/clients/{id}",
            endpoint=client,
            summary="Read a client",
            needs=("read", "clients"),
            in_path=(_CLIENT,),
            answers=(Answer(200, "The client with its people.", AdminClientDetail),),
            etag=True,
        ),
        Operation(
            method="PATCH",
            path="/api/admin/clients/{id}",
            endpoint=change,
            summary="Change a client",
            needs=("change", "clients"),
            in_path=(_CLIENT,),
            body=ChangedClient,
            answers=(Answer(200, "The client after the change.", AdminClientDetail),),
            errors=("conflict",),
            if_match=True,
            etag=True,
        ),
    )


def _client(client: Client) -> AdminClient:
    return AdminClient(
        client.id,
        client.name,
        sorted(client.domains),
        client.account_team,
        client.vip,
        sorted(client.products),
        version_of(client),
    )


def _detail(detail: ClientDetail) -> Response:
    people = [ClientPerson(one.id, one.name, one.email, one.coordinator) for one in detail.people]
    shown = AdminClientDetail(_client(detail.client), people)
    return answer(shown, headers={"ETag": f'"{detail.version}"'})
