"""`/api/articles`: the articles of the help center, for readers and for authors."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from msgspec import UNSET, Meta, structs
from starlette.responses import Response

from clock import from_rfc3339, rfc3339
from knowledge.article import KINDS, SECTIONS, VISIBILITIES
from knowledge.authoring import Overtaken, Work
from knowledge.draft import Draft
from knowledge.ports import Filter
from knowledge.properties import Properties, Publication, properties_of
from knowledge.service import Gone, Shown
from refusals import Refused
from server.edge.api.article_bodies import (
    ArticleList,
    ArticleView,
    ChangedArticle,
    Feedback,
    NewArticle,
    Published,
    Publishing,
    VersionView,
    changed_properties,
    draft_view,
    listed_view,
    shown_view,
    unpublished_view,
)
from server.edge.api.bodies import answer, read_body
from server.edge.api.queries import Parameter, choice, number, text
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.article_reading import ArticleReading
from server.live.knowledge.author_desk import AuthorDesk
from texts.numbers import whole_number

LIMIT_MAX = 100
BODY_BYTES_MAX = 1024 * 1024

_ID = (Parameter("id", Annotated[int, Meta(ge=1)], "Number of the article."),)
_PRODUCT = text("product", "Articles about this product only.")
_SECTION = choice("section", SECTIONS, "Articles of this section only.")
_KIND = choice("kind", KINDS, "Articles of this kind only.")
_VISIBILITY = choice("visibility", VISIBILITIES, "Articles for these readers only.")
_LABEL = text("label", "Articles with this label only.")
_LOCALE = text("locale", "The language of the texts, if there is one in it. English if absent.")
_AFTER = number("after", 0, 10**15, "`next` of the page before.")
_LIMIT = number("limit", 1, LIMIT_MAX, "Maximum number of articles. 50 if absent.")


class ArticlesApi(Api):
    def __init__(self, reading: ArticleReading, authors: AuthorDesk) -> None:
        self._reading = reading
        self._authors = authors

    async def listed(self, call: Call) -> Response:
        asked = call.query
        wanted = Filter(asked[_PRODUCT], asked[_SECTION], asked[_KIND], asked[_VISIBILITY], asked[_LABEL])
        after, limit, locale = asked[_AFTER] or 0, asked[_LIMIT] or 50, asked[_LOCALE] or "en"
        # One more shows whether there is another page.
        lines = await self._reading.lines(call.request, wanted, locale, after=after, limit=limit + 1)
        page = lines[:limit]
        following = str(page[-1].article.id) if len(lines) > limit else None
        return answer(ArticleList([listed_view(line) for line in page], following))

    async def article(self, call: Call) -> Response:
        id_, locale = _id_of(call), call.query[_LOCALE] or "en"
        if await self._reading.is_author(call.request):
            actor = await self._reading.actor(call.request)
            return answer(await self._for_author(await self._authors.work(actor, id_), locale, call))
        found = await self._reading.article(call.request, id_, locale)
        if isinstance(found, Gone):
            raise Refused("not_found", "This article was withdrawn.", moved_to=found.moved_to)
        return answer(shown_view(found))

    async def _for_author(self, work: Work, locale: str, call: Call) -> ArticleView:
        shown: Shown | None = None
        if locale in work.texts and work.article.state == "published":
            found = await self._reading.article(call.request, work.article.id, locale)
            shown = found if isinstance(found, Shown) else None
        draft, words = work.drafts.get(locale), work.texts.get(locale)
        return structs.replace(
            shown_view(shown) if shown is not None else unpublished_view(work, locale),
            body=words.body if words is not None else None,
            draft=draft_view(draft) if draft is not None else None,
            owner=work.article.owner,
            mark=work.mark(locale),
        )

    async def add(self, call: Call) -> Response:
        said = await read_body(call.request, NewArticle, BODY_BYTES_MAX)
        properties = Properties(
            product=said.product,
            section=said.section,
            kind=said.kind,
            topic=said.topic,
            visibility=said.visibility,
            labels=said.labels,
            position=said.position,
            owner=call.actor.id,
        )
        draft = Draft(said.locale, said.title, said.summary, said.body)
        id_ = await self._authors.create(call.actor, properties, draft)
        work = await self._authors.work(call.actor, id_)
        return answer(await self._for_author(work, said.locale, call), status=201)

    async def change(self, call: Call) -> Response:
        said, id_ = await read_body(call.request, ChangedArticle, BODY_BYTES_MAX), _id_of(call)
        work = await self._authors.work(call.actor, id_)
        before = properties_of(work.article)
        after = changed_properties(before, said)
        if after != before:
            await self._authors.change(call.actor, id_, after)
        present = work.present(said.locale)
        draft = replace(
            present,
            title=present.title if said.title is UNSET else said.title,
            summary=present.summary if said.summary is UNSET else said.summary,
            body=present.body if said.body is UNSET else said.body,
        )
        if said.up_to_date or not draft.same_words(present):
            try:
                await self._authors.save(call.actor, id_, draft, said.mark, up_to_date=said.up_to_date)
            except Overtaken as overtaken:
                raise Refused("conflict", overtaken.message) from None
        work = await self._authors.work(call.actor, id_)
        return answer(await self._for_author(work, said.locale, call))

    async def publish(self, call: Call) -> Response:
        said = await read_body(call.request, Publishing)
        try:
            at = from_rfc3339(said.at) if said.at is not None else None
        except (ValueError, OverflowError):
            sentence = "Write a time like 2026-11-25T09:00:00.000Z."
            raise Refused("invalid", sentence, {"at": sentence}) from None
        wanted = Publication(said.what_changed, said.tell_followers, at)
        return answer(Published(await self._authors.publish(call.actor, _id_of(call), said.locale, wanted)))

    async def versions(self, call: Call) -> Response:
        found = await self._reading.versions(call.request, _id_of(call), call.query[_LOCALE] or "en")
        return answer([VersionView(one.version, one.title, one.changed, rfc3339(one.at)) for one in found])

    async def feedback(self, call: Call) -> Response:
        self._reading.refuse_foreign_cookie(call.request)
        said = await read_body(call.request, Feedback)
        await self._reading.say_useful(call.request, _id_of(call), said.helpful, said.comment)
        return Response(status_code=204)

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/articles",
            endpoint=listed,
            summary="List the published articles that you may read",
            in_query=(_PRODUCT, _SECTION, _KIND, _VISIBILITY, _LABEL, _LOCALE, _AFTER, _LIMIT),
            answers=(Answer(200, "By number, each in one language.", ArticleList),),
        ),
        Operation(
            method="POST",
            path="/api/articles",
            endpoint=add,
            summary="Add an article with a draft",
            needs=("change", "articles"),
            body=NewArticle,
            answers=(Answer(201, "The article.", ArticleView),),
        ),
        Operation(
            method="GET",
            path="/api/articles/{id}",
            endpoint=article,
            summary="Read an article",
            in_path=_ID,
            in_query=(_LOCALE,),
            answers=(Answer(200, "The article in one language.", ArticleView),),
        ),
        Operation(
            method="PATCH",
            path="/api/articles/{id}",
            endpoint=change,
            summary="Change an article, or its draft",
            needs=("change", "articles"),
            in_path=_ID,
            body=ChangedArticle,
            answers=(Answer(200, "The article after the change.", ArticleView),),
            errors=("conflict",),
        ),
        Operation(
            method="POST",
            path="/api/articles/{id}/publish",
            endpoint=publish,
            summary="Publish the draft of an article, now or later",
            needs=("change", "articles"),
            in_path=_ID,
            body=Publishing,
            answers=(Answer(200, "Readers see it now, or at its time.", Published),),
            errors=("conflict",),
        ),
        Operation(
            method="GET",
            path="/api/articles/{id}/versions",
            endpoint=versions,
            summary="List the published versions of an article",
            in_path=_ID,
            in_query=(_LOCALE,),
            answers=(Answer(200, "Newest first.", list[VersionView]),),
        ),
        Operation(
            method="POST",
            path="/api/articles/{id}/feedback",
            endpoint=feedback,
            summary="Say whether an article was useful",
            in_path=_ID,
            body=Feedback,
            answers=(Answer(204, "The answer counts once for each person.", media_type=None),),
        ),
    )


def _id_of(call: Call) -> int:
    number = whole_number(call.request.path_params["id"])
    if number is None:
        raise Refused("not_found", "There is no such article.")
    return number
