"""Links of tickets to issues of other systems, and the messages of these systems."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta, Struct
from starlette.responses import Response

from clock import rfc3339, rfc3339_or_none
from escalation.issue import URL_MAX, Kind, State
from escalation.news import BODY_MAX
from server.edge.api.bodies import answer, read_body, read_bytes
from server.edge.api.queries import TEXT_PATTERN, Parameter
from server.edge.api.registry import Answer, Api, Binary, Call, Operation
from server.edge.api.ticket_followers import NamedStaff
from server.edge.api.ticket_parameters import number_of
from server.live.escalation.issue_links import IssueLinks, NamedLink


class LinkView(Struct, frozen=True, kw_only=True):
    """A link to an issue. `state` is `unknown` until the other system reports it. `status` is its own name for the
    state. `changed_at` is when the desk heard of the latest change."""

    id: str
    url: str
    kind: Kind
    label: str
    state: State
    status: str | None
    changed_at: str | None
    added_at: str
    added_by: NamedStaff


class LinksView(Struct, frozen=True):
    """The links of a ticket, oldest first."""

    links: list[LinkView]


class NewLink(Struct, frozen=True, forbid_unknown_fields=True):
    """The URL of an issue of GitHub, Jira or Azure DevOps, or of any other system."""

    url: Annotated[str, Meta(min_length=1, max_length=URL_MAX, pattern=TEXT_PATTERN)]


_NUMBER = Parameter("number", Annotated[int, Meta(ge=1)], "Number of the ticket.")
_LINK = Parameter("link", Annotated[str, Meta(pattern=TEXT_PATTERN)], "Id of the link.")
_SOURCE = Parameter("id", Annotated[str, Meta(pattern=TEXT_PATTERN)], "Id of the source.")


class IssueLinksApi(Api):
    def __init__(self, links: IssueLinks) -> None:
        self._links = links

    async def of_ticket(self, call: Call) -> Response:
        number = number_of(call.request)
        return _answer(await self._links.all(call.actor, number))

    async def add(self, call: Call) -> Response:
        said = await read_body(call.request, NewLink)
        return _answer(await self._links.add(call.actor, number_of(call.request), said.url), 201)

    async def remove(self, call: Call) -> Response:
        link = call.request.path_params["link"]
        return _answer(await self._links.remove(call.actor, number_of(call.request), link))

    async def hear(self, call: Call) -> Response:
        body = await read_bytes(call.request, BODY_MAX)
        await self._links.hear(call.request.path_params["id"], call.request.headers, body)
        return Response(status_code=204)

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/tickets/{number}/links",
            endpoint=of_ticket,
            summary="List the issues that a ticket links to",
            needs=("change", "tickets"),
            in_path=(_NUMBER,),
            answers=(Answer(200, "The links.", LinksView),),
        ),
        Operation(
            method="POST",
            path="/api/tickets/{number}/links",
            endpoint=add,
            summary="Link a ticket to an issue of another system",
            needs=("change", "tickets"),
            in_path=(_NUMBER,),
            body=NewLink,
            answers=(Answer(201, "The links.", LinksView),),
            errors=("conflict",),
        ),
        Operation(
            method="DELETE",
            path="/api/tickets/{number}/links/{link}",
            endpoint=remove,
            summary="Remove a link to an issue",
            needs=("change", "tickets"),
            in_path=(_NUMBER, _LINK),
            answers=(Answer(200, "The other links.", LinksView),),
            errors=("conflict",),
        ),
        Operation(
            method="POST",
            path="/api/issue-sources/{id}/news",
            endpoint=hear,
            summary="Tell the state of an issue, signed as the system of this source does",
            # The secret of a source is the proof. Nobody's account counts.
            open_to=frozenset(),
            in_path=(_SOURCE,),
            body=Binary(),
            answers=(Answer(204, "Taken in, or about an issue that no ticket links to.", media_type=None),),
        ),
    )


def _answer(links: Sequence[NamedLink], status: int = 200) -> Response:
    return answer(LinksView([_view(one) for one in links]), status=status)


def _view(named: NamedLink) -> LinkView:
    link = named.link
    return LinkView(
        id=link.id,
        url=link.issue.url,
        kind=link.issue.kind,
        label=link.issue.label,
        state=link.state,
        status=link.status,
        changed_at=rfc3339_or_none(link.changed_at),
        added_at=rfc3339(link.added_at),
        added_by=NamedStaff(link.added_by, named.by or ""),
    )
