"""`/api/v2/help_center/articles/{id}/translations`: the texts of an article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from msgspec import UNSET
from starlette.responses import Response

from knowledge.article import is_older
from knowledge.authoring import Overtaken, Work
from knowledge.draft import check_publishable, checked
from knowledge.properties import Publication
from refusals import Refused, invalid
from server.edge.api.bodies import answer, read_body
from server.edge.api.queries import Parameter
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.zendesk.articles import BODY_BYTES_MAX, article_in, one_of
from server.edge.zendesk.guide_desk import ID, GuideDesk, markdown_of
from server.edge.zendesk.paging import PAGING, sliced
from zendesk.guide import LANGUAGES, shown_locale, tag_of, written_tag
from zendesk.guide_bodies import TranslationBody, TranslationWanted
from zendesk.guide_reading import Told, translation_of
from zendesk.guide_shapes import MissingLocales, OneTranslation, ShownTranslation, TranslationList

_ONE = (*ID, Parameter("locale", str, "Its language, such as `fr`."))


class ZendeskTranslationsApi(Api):
    def __init__(self, guide: GuideDesk) -> None:
        self._guide = guide

    async def listed(self, call: Call) -> Response:
        found, at = await self._texts(call), self._guide.addresses
        part, paged = sliced(call, found)
        listed = TranslationList(translations=[translation_of(one, at) for one in part])
        return answer(paged(listed, self._guide.desk.origin(call.request)))

    async def missing(self, call: Call) -> Response:
        known = {one.text.locale for one in await self._texts(call)}
        return answer(MissingLocales([shown_locale(tag) for tag in LANGUAGES if tag not in known]))

    async def one(self, call: Call) -> Response:
        found = await self._texts(call)
        tag = tag_of(str(call.request.path_params["locale"]), [one.text.locale for one in found])
        one = next((one for one in found if one.text.locale == tag), None)
        if one is None:
            raise _missing()
        return answer(OneTranslation(translation_of(one, self._guide.addresses)))

    async def create(self, call: Call) -> Response:
        """A text in another language, which is published at once unless it is a draft."""
        asked = await _asked(call)
        if asked.locale is None:
            raise invalid("locale", "Name the language of the text, such as fr.")
        work = await self._work(call)
        tag = written_tag(asked.locale, [*work.texts, *work.drafts])
        if tag in work.texts or tag in work.drafts:
            raise invalid("locale", f"There is a text in {shown_locale(tag)} already. Change it with PUT.")
        return answer(OneTranslation(await self._written(call, work, tag, asked)), status=201)

    async def change(self, call: Call) -> Response:
        """The text, which is published at once unless it is a draft or stays one."""
        asked, work = await _asked(call), await self._work(call)
        tag = tag_of(str(call.request.path_params["locale"]), [*work.texts, *work.drafts])
        if tag not in work.texts and tag not in work.drafts:
            raise _missing()
        return answer(OneTranslation(await self._written(call, work, tag, asked)))

    async def _written(self, call: Call, work: Work, tag: str, asked: TranslationWanted) -> ShownTranslation:
        authors, id_, present = self._guide.authors, work.article.id, work.present(tag)
        title = present.title if asked.title is UNSET else asked.title
        body = await markdown_of(asked.body) if isinstance(asked.body, str) else present.body
        draft = checked(replace(present, title=title, body=body))
        new = tag not in work.texts and tag not in work.drafts
        publishes = asked.draft is False or (asked.draft is UNSET and (new or tag in work.texts))
        if publishes:
            check_publishable(draft)
        try:
            after = await authors.save(call.actor, id_, draft, work.mark(tag), up_to_date=publishes)
        except Overtaken as overtaken:
            raise Refused("conflict", overtaken.message) from None
        if publishes and (tag in after.drafts or not work.is_published):
            # Followers are told of an article once, as they are if it is published when it is added.
            tell = not work.texts and work.article.state == "draft"
            await authors.publish(call.actor, id_, tag, Publication(tell=tell))
        found = await self._texts(call)
        return translation_of(next(one for one in found if one.text.locale == tag), self._guide.addresses)

    async def _work(self, call: Call) -> Work:
        work = await self._guide.authors.work(call.actor, article_in(call))
        if work.article.state == "withdrawn":
            raise Refused("not_found", "This article was withdrawn.")
        return work

    async def _texts(self, call: Call) -> Sequence[Told]:
        """The texts that the sender may read, by language. Authors get drafts of texts that are not published."""
        guide, id_ = self._guide, article_in(call)
        first = await one_of(guide, call, id_, "en")
        found = [] if first.draft else [await one_of(guide, call, id_, tag) for tag in sorted(first.languages)]
        if not await guide.reading.is_author(call.request):
            return found
        actor = await guide.reading.actor(call.request)
        work = await guide.authors.work(actor, id_)
        for tag in sorted(work.drafts.keys() - {one.text.locale for one in found}):
            draft = work.present(tag)
            text = replace(draft.text, published_at=draft.saved_at, updated_at=draft.saved_at)
            html = (await guide.authors.preview(actor, draft.body)).html
            found.append(Told(work.article, text, html, is_older(text, work.texts), draft=True))
        return found

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/v2/help_center/articles/{id}/translations",
            endpoint=listed,
            summary="List the texts of an article, as Zendesk does",
            in_path=ID,
            in_query=PAGING,
            answers=(Answer(200, "A page.", TranslationList),),
        ),
        Operation(
            method="POST",
            path="/api/v2/help_center/articles/{id}/translations",
            endpoint=create,
            summary="Add the text of an article in another language, as Zendesk does",
            needs=("change", "articles"),
            in_path=ID,
            body=TranslationBody,
            answers=(Answer(201, "The text.", OneTranslation),),
            errors=("conflict",),
        ),
        Operation(
            method="GET",
            path="/api/v2/help_center/articles/{id}/translations/missing",
            endpoint=missing,
            summary="List the languages in which an article has no text, as Zendesk does",
            in_path=ID,
            answers=(Answer(200, "The locales.", MissingLocales),),
        ),
        Operation(
            method="GET",
            path="/api/v2/help_center/articles/{id}/translations/{locale}",
            endpoint=one,
            summary="Get the text of an article in one language, as Zendesk does",
            in_path=_ONE,
            answers=(Answer(200, "The text.", OneTranslation),),
        ),
        Operation(
            method="PUT",
            path="/api/v2/help_center/articles/{id}/translations/{locale}",
            endpoint=change,
            summary="Change the text of an article in one language, as Zendesk does",
            needs=("change", "articles"),
            in_path=_ONE,
            body=TranslationBody,
            answers=(Answer(200, "The text after the change.", OneTranslation),),
            errors=("conflict",),
        ),
    )


async def _asked(call: Call) -> TranslationWanted:
    return (await read_body(call.request, TranslationBody, BODY_BYTES_MAX)).translation


def _missing() -> Refused:
    return Refused("not_found", "There is no text in this language.")
