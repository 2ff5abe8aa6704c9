"""`/api/v2/help_center/…/subscriptions`: what the caller follows. Nobody sees or changes the follows of others."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta
from starlette.responses import Response

from following.announcement import Subject
from following.follow import Follow, Level
from identity.actor import Actor
from knowledge.addresses import slug_of
from refusals import Refused, invalid
from server.edge.api.bodies import answer, read_body
from server.edge.api.queries import Parameter
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.zendesk.articles import article_in
from server.edge.zendesk.guide_desk import ID, GuideDesk, name_of
from server.edge.zendesk.paging import PAGING, number_in, sliced
from server.live.following.own_follows import OwnFollows
from zendesk.guide_bodies import SubscriptionBody, SubscriptionWanted
from zendesk.guide_reading import subscription_of
from zendesk.guide_shapes import OneSubscription, ShownSubscription, SubscriptionList
from zendesk.numbers import Key

Endpoint = Callable[..., Awaitable[Response]]
_ONE = (*ID, Parameter("subscription", Annotated[int, Meta(ge=1)], "Number of the subscription."))


@dataclass(frozen=True, slots=True)
class _Content:
    """What is followed, and its number."""

    number: int
    subject: Subject


def _operations(name: str, thing: str, endpoints: Sequence[Endpoint]) -> tuple[Operation, ...]:
    """The calls about the follow of an article or a section. Their paths differ, and nothing else."""
    listed, create, *of_one = endpoints
    return (
        Operation(
            method="GET",
            path=f"/api/v2/help_center/{name}/{{id}}/subscriptions",
            endpoint=listed,
            summary=f"List your follow of {thing}, as Zendesk does",
            needs=("read", "follows"),
            identified=True,
            in_path=ID,
            in_query=PAGING,
            answers=(Answer(200, "A page.", SubscriptionList),),
        ),
        Operation(
            method="POST",
            path=f"/api/v2/help_center/{name}/{{id}}/subscriptions",
            endpoint=create,
            summary=f"Follow {thing}, as Zendesk does",
            needs=("change", "follows"),
            identified=True,
            in_path=ID,
            body=SubscriptionBody,
            answers=(Answer(201, "The follow.", OneSubscription),),
            errors=("conflict",),
        ),
        *_of_one(name, thing, of_one),
    )


def _of_one(name: str, thing: str, endpoints: Sequence[Endpoint]) -> tuple[Operation, ...]:
    one, change, end = endpoints
    return (
        Operation(
            method="GET",
            path=f"/api/v2/help_center/{name}/{{id}}/subscriptions/{{subscription}}",
            endpoint=one,
            summary=f"Get your follow of {thing}, as Zendesk does",
            needs=("read", "follows"),
            identified=True,
            in_path=_ONE,
            answers=(Answer(200, "The follow.", OneSubscription),),
        ),
        Operation(
            method="PUT",
            path=f"/api/v2/help_center/{name}/{{id}}/subscriptions/{{subscription}}",
            endpoint=change,
            summary=f"Change what you are told about {thing}, as Zendesk does",
            needs=("change", "follows"),
            identified=True,
            in_path=_ONE,
            body=SubscriptionBody,
            answers=(Answer(200, "The follow after the change.", OneSubscription),),
            errors=("conflict",),
        ),
        Operation(
            method="DELETE",
            path=f"/api/v2/help_center/{name}/{{id}}/subscriptions/{{subscription}}",
            endpoint=end,
            summary=f"Unfollow {thing}, as Zendesk does",
            needs=("change", "follows"),
            identified=True,
            in_path=_ONE,
            answers=(Answer(204, "You do not follow it.", media_type=None),),
        ),
    )


class ZendeskSubscriptionsApi(Api):
    def __init__(self, guide: GuideDesk, follows: OwnFollows) -> None:
        self._guide = guide
        self._follows = follows

    async def listed(self, call: Call) -> Response:
        content = await self._content(call)
        follow = await self._follows.one(call.actor, content.subject)
        found = [await self._shown(call.actor, follow, content)] if follow is not None else []
        part, paged = sliced(call, found)
        return answer(paged(SubscriptionList(subscriptions=list(part)), self._guide.desk.origin(call.request)))

    async def create(self, call: Call) -> Response:
        asked, content = await _asked(call), await self._content(call)
        return answer(OneSubscription(await self._followed(call, content, asked)), status=201)

    async def one(self, call: Call) -> Response:
        content = await self._content(call)
        return answer(OneSubscription(await self._shown(call.actor, await self._mine(call, content), content)))

    async def change(self, call: Call) -> Response:
        asked, content = await _asked(call), await self._content(call)
        await self._mine(call, content)
        return answer(OneSubscription(await self._followed(call, content, asked)))

    async def end(self, call: Call) -> Response:
        content = await self._content(call)
        await self._mine(call, content)
        await self._follows.unfollow(call.actor, content.subject)
        return Response(status_code=204)

    async def _followed(self, call: Call, content: _Content, asked: SubscriptionWanted) -> ShownSubscription:
        person = _person(call.actor)
        if asked.user_id is not None and asked.user_id != (await self._guide.numbers([person]))[person]:
            sentence = "People can only follow for themselves."
            raise invalid("user", sentence)
        before = await self._follows.one(call.actor, content.subject)
        how = before.level.how if before is not None else "at_once"
        level = Level("new_and_updates" if asked.include_comments else "new", how)
        return await self._shown(call.actor, await self._follows.follow(call.actor, content.subject, level), content)

    async def _mine(self, call: Call, content: _Content) -> Follow:
        follow = await self._follows.one(call.actor, content.subject)
        if follow is None or follow.id != number_in(call, "subscription"):
            raise Refused("not_found", "You do not follow this.")
        return follow

    async def _shown(self, actor: Actor, follow: Follow, content: _Content) -> ShownSubscription:
        person = _person(actor)
        numbers = await self._guide.numbers([person])
        return subscription_of(follow, content.number, numbers, person, self._guide.addresses)

    async def _content(self, call: Call) -> _Content:
        """The article or the section in the path. Raises Refused: `not_found`; `invalid` for a topic."""
        if "/articles/" in call.request.url.path:
            number = article_in(call)
            return _Content(number, Subject("article", str(number)))
        place = await self._guide.place(call)
        if place.topic:
            sentence = f"Only whole sections can be followed. Follow {name_of(place.whole, 'en')}."
            raise invalid("section", sentence)
        slug = slug_of(place.product)
        subject = (
            Subject("releases", slug) if place.section == "releases" else Subject("section", f"{slug}/{place.section}")
        )
        return _Content((await self._guide.numbers([place.key]))[place.key], subject)

    _ENDPOINTS = (listed, create, one, change, end)
    OPERATIONS = (
        *_operations("articles", "an article", _ENDPOINTS),
        *_operations("sections", "a section", _ENDPOINTS),
    )


async def _asked(call: Call) -> SubscriptionWanted:
    return (await read_body(call.request, SubscriptionBody)).subscription


def _person(actor: Actor) -> Key:
    return Key("user", actor.id if actor.kind == "staff" else actor.customer)
