"""`/api/v2/help_center/articles`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from msgspec import UNSET
from starlette.responses import Response

from knowledge.adapters.store import SqlArticles
from knowledge.article import ORIGINAL
from knowledge.draft import Draft, check_publishable, checked
from knowledge.ports import Filter, Order
from knowledge.properties import LABELS_MAX, Properties, properties_of
from knowledge.service import Gone, Shown
from refusals import Refused, invalid
from server.edge.api.bodies import answer, read_body
from server.edge.api.queries import choice, text
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.zendesk.guide_desk import ID, LOCALE, GuideDesk, locale_of, markdown_of, told
from server.edge.zendesk.paging import PAGING, number_in, sliced
from storage.ports import Tx
from zendesk.guide import Place, tag_of, visibility_of, written_tag
from zendesk.guide_bodies import ArticleBody, ArticleWanted, TranslationWanted
from zendesk.guide_reading import Told, article_of
from zendesk.guide_shapes import ArticleList, OneArticle, ShownArticle

Paged = Callable[[ArticleList, str], ArticleList]
LISTED_MAX = 10_000
BODY_BYTES_MAX = 2 * 1024 * 1024
_SORTS: tuple[Order, ...] = ("position", "created_at", "updated_at")
_SORT_BY = choice("sort_by", _SORTS, "`position` by default.")
_SORT_ORDER = choice("sort_order", ("asc", "desc"))
_LABELS = text("label_names", "Labels that the articles have, with commas between them.")


class ZendeskArticlesApi(Api):
    def __init__(self, guide: GuideDesk) -> None:
        self._guide = guide

    # -- reading ----------------------------------------------------------------------

    async def articles(self, call: Call) -> Response:
        return await self._listed(call, Filter())

    async def of_category(self, call: Call) -> Response:
        return await self._listed(call, Filter(product=await self._guide.product(call)))

    async def of_section(self, call: Call) -> Response:
        place = await self._guide.place(call)
        return await self._listed(call, Filter(place.product, place.section, topic=place.topic))

    async def _listed(self, call: Call, wanted: Filter) -> Response:
        guide, locale, labels = self._guide, locale_of(call), _labels_in(call)
        reader, is_author = await guide.reader(call)
        order, falls = call.query[_SORT_BY] or "position", call.query[_SORT_ORDER] == "desc"

        def read(tx: Tx) -> tuple[list[Shown], Paged]:
            ids = SqlArticles().ids(tx, reader, replace(wanted, labels=labels), order, LISTED_MAX, falls=falls)
            part, paged = sliced(call, ids)
            return guide.articles.several(tx, reader, part, locale), paged

        shown, paged = await guide.read(call, read)
        lines = [told(one, is_author=is_author) for one in shown]
        numbers = await guide.numbers({key for line in lines for key in line.keys})
        listed = ArticleList(articles=[article_of(line, numbers, guide.addresses) for line in lines])
        return answer(paged(listed, guide.desk.origin(call.request)))

    async def article(self, call: Call) -> Response:
        return answer(OneArticle(await self._shown(call, article_in(call), locale_of(call))))

    async def _shown(self, call: Call, id_: int, locale: str) -> ShownArticle:
        one = await one_of(self._guide, call, id_, locale)
        return article_of(one, await self._guide.numbers(one.keys), self._guide.addresses)

    # -- writing ----------------------------------------------------------------------

    async def create(self, call: Call) -> Response:
        """An article, which is published at once unless it is a draft."""
        body = await read_body(call.request, ArticleBody, BODY_BYTES_MAX)
        guide, place = self._guide, await self._guide.place(call)
        asked = body.article
        texts = asked.translations or [
            TranslationWanted(locale=asked.locale, title=asked.title, body=asked.body, draft=asked.draft)
        ]
        drafts = [await _draft_of(one, locale_of(call)) for one in texts]
        for draft, one in zip(drafts, texts, strict=True):
            if one.draft is not True:
                check_publishable(checked(draft))
        if len({draft.locale for draft in drafts}) < len(drafts):
            raise invalid("translations", "Each locale can be given once.")
        wanted = Properties(
            product=place.product,
            section=place.section,
            topic=place.topic,
            kind="release" if place.section == "releases" else "article",
            owner=call.actor.id,
        )
        published = {draft.locale for draft, one in zip(drafts, texts, strict=True) if one.draft is not True}
        properties, tell = await self._changed(asked, wanted), body.notify_subscribers
        id_ = await guide.authors.add(call.actor, properties, drafts, published, tell=tell)
        return answer(OneArticle(await self._shown(call, id_, drafts[0].locale)), status=201)

    async def change(self, call: Call) -> Response:
        """The properties that all languages of an article share."""
        guide, id_ = self._guide, article_in(call)
        asked = (await read_body(call.request, ArticleBody, BODY_BYTES_MAX)).article
        article = (await guide.authors.work(call.actor, id_)).article
        if article.state == "withdrawn":
            raise Refused("not_found", "This article was withdrawn.")
        before = properties_of(article)
        after = await self._changed(asked, before)
        if after != before:
            await guide.authors.change(call.actor, id_, after)
        return answer(OneArticle(await self._shown(call, id_, locale_of(call))))

    async def _changed(self, asked: ArticleWanted, before: Properties) -> Properties:
        after = before
        if asked.section_id is not UNSET:
            place = await self._guide.place_numbered(asked.section_id)
            if place is None:
                raise invalid("section", f"There is no section {asked.section_id}.")
            if place != Place(before.product, before.section, before.topic):
                after = replace(after, product=place.product, section=place.section, topic=place.topic)
        if asked.label_names is not UNSET:
            after = replace(after, labels=tuple(asked.label_names))
        if asked.position is not UNSET:
            after = replace(after, position=asked.position)
        if asked.user_segment_id is not UNSET:
            after = replace(after, visibility=visibility_of(asked.user_segment_id))
        return after

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/v2/help_center/articles",
            endpoint=articles,
            summary="List the published articles that you may read, as Zendesk does",
            in_query=(*PAGING, LOCALE, _SORT_BY, _SORT_ORDER, _LABELS),
            answers=(Answer(200, "A page.", ArticleList),),
        ),
        Operation(
            method="GET",
            path="/api/v2/help_center/categories/{id}/articles",
            endpoint=of_category,
            summary="List the articles about a product, as Zendesk does",
            in_path=ID,
            in_query=(*PAGING, LOCALE, _SORT_BY, _SORT_ORDER, _LABELS),
            answers=(Answer(200, "A page.", ArticleList),),
        ),
        Operation(
            method="GET",
            path="/api/v2/help_center/sections/{id}/articles",
            endpoint=of_section,
            summary="List the articles of a section, as Zendesk does",
            in_path=ID,
            in_query=(*PAGING, LOCALE, _SORT_BY, _SORT_ORDER, _LABELS),
            answers=(Answer(200, "A page.", ArticleList),),
        ),
        Operation(
            method="POST",
            path="/api/v2/help_center/sections/{id}/articles",
            endpoint=create,
            summary="Add an article, and publish it unless it is a draft, as Zendesk does",
            needs=("change", "articles"),
            in_path=ID,
            in_query=(LOCALE,),
            body=ArticleBody,
            answers=(Answer(201, "The article.", OneArticle),),
            errors=("conflict",),
        ),
        Operation(
            method="GET",
            path="/api/v2/help_center/articles/{id}",
            endpoint=article,
            summary="Get an article, as Zendesk does",
            in_path=ID,
            in_query=(LOCALE,),
            answers=(Answer(200, "The article in one language.", OneArticle),),
        ),
        Operation(
            method="PUT",
            path="/api/v2/help_center/articles/{id}",
            endpoint=change,
            summary="Change what all languages of an article share, as Zendesk does",
            needs=("change", "articles"),
            in_path=ID,
            in_query=(LOCALE,),
            body=ArticleBody,
            answers=(Answer(200, "The article after the change.", OneArticle),),
        ),
    )


async def one_of(guide: GuideDesk, call: Call, id_: int, locale: str) -> Told:
    """An article as the sender may read it. Authors get drafts too. Raises Refused(not_found)."""
    is_author = await guide.reading.is_author(call.request)
    try:
        found = await guide.reading.article(call.request, id_, locale)
    except Refused:
        if not is_author:
            raise
        return await _draft(guide, call, id_, locale)
    if isinstance(found, Gone):
        raise Refused("not_found", "This article was withdrawn.")
    return told(found, is_author=is_author)


async def _draft(guide: GuideDesk, call: Call, id_: int, locale: str) -> Told:
    actor = await guide.reading.actor(call.request)
    work = await guide.authors.work(actor, id_)
    tags = [tag for tag in (tag_of(locale, list(work.drafts)), ORIGINAL, *work.drafts) if tag in work.drafts]
    if not tags:
        raise Refused("not_found", "There is no such article.")
    draft = work.present(tags[0])
    text = replace(draft.text, published_at=draft.saved_at, updated_at=draft.saved_at)
    html = (await guide.authors.preview(actor, draft.body)).html
    return Told(work.article, text, html, draft=True, owner=work.article.owner, languages=frozenset(work.drafts))


async def _draft_of(wanted: TranslationWanted, locale: str) -> Draft:
    """The draft of a new text. Raises Refused(invalid)."""
    tag = written_tag(wanted.locale or locale)
    body = await markdown_of(wanted.body) if isinstance(wanted.body, str) else ""
    return Draft(tag, wanted.title if wanted.title is not UNSET else "", "", body)


def _labels_in(call: Call) -> list[str]:
    labels = [label for label in (call.query[_LABELS] or "").split(",") if label]
    if len(labels) > LABELS_MAX:
        raise invalid("label_names", f"At most {LABELS_MAX} labels can be given.")
    return labels


def article_in(call: Call) -> int:
    """The number of the article in the path. Raises Refused(not_found)."""
    number = number_in(call, "id")
    if number is None:
        raise Refused("not_found", "There is no such article.")
    return number
