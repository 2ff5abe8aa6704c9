"""`/api/v2/help_center/categories`, `/sections` and `/user_segments`."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET
from starlette.responses import Response

from knowledge.article import SECTIONS
from knowledge.properties import TOPIC_MAX
from refusals import invalid
from server.edge.api.bodies import answer, read_body
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.zendesk.guide_desk import ID, LOCALE, GuideDesk, keys_of, locale_of, name_of, position_of
from server.edge.zendesk.paging import PAGING, sliced
from texts.visible import fault_of_line
from zendesk.guide import SEGMENT_OF, Place, category_key, sections_of
from zendesk.guide_bodies import SectionBody
from zendesk.guide_reading import category_of, section_of
from zendesk.guide_shapes import (
    CategoryList,
    OneCategory,
    OneSection,
    SectionList,
    SegmentList,
    ShownCategory,
    ShownSection,
    ShownSegment,
)

_CLIENTS = "Clients with the product"
_SEGMENTS = [
    ShownSegment(id=SEGMENT_OF["signed_in"], name="Signed-in users", user_type="signed_in_users", built_in=True),
    ShownSegment(id=SEGMENT_OF["product"], name=_CLIENTS, user_type="signed_in_users", built_in=False),
    ShownSegment(id=SEGMENT_OF["staff"], name="Staff", user_type="staff", built_in=True),
]


class ZendeskSectionsApi(Api):
    def __init__(self, guide: GuideDesk) -> None:
        self._guide = guide

    # -- categories -------------------------------------------------------------------

    async def categories(self, call: Call) -> Response:
        part, paged = sliced(call, self._guide.teams.products)
        listed = CategoryList(categories=await self._shown_products(part, locale_of(call)))
        return answer(paged(listed, self._guide.desk.origin(call.request)))

    async def category(self, call: Call) -> Response:
        shown = await self._shown_products([await self._guide.product(call)], locale_of(call))
        return answer(OneCategory(shown[0]))

    async def _shown_products(self, products: Sequence[str], locale: str) -> list[ShownCategory]:
        numbers, places = await self._guide.numbers({*map(category_key, products)}), self._guide.teams.products
        at = self._guide.addresses
        return [category_of(product, places.index(product), numbers, locale, at) for product in products]

    # -- sections ---------------------------------------------------------------------

    async def sections(self, call: Call) -> Response:
        return await self._listed(call, self._guide.teams.products)

    async def of_category(self, call: Call) -> Response:
        return await self._listed(call, [await self._guide.product(call)])

    async def _listed(self, call: Call, products: Sequence[str]) -> Response:
        """The sections of these products, each followed by its topics."""
        topics = await self._guide.topics(call)
        wholes = [place for product in products for place in sections_of(product)]
        places = [one for whole in wholes for one in (whole, *(topic for topic in topics if topic.whole == whole))]
        part, paged = sliced(call, places)
        listed = SectionList(sections=await self._shown(part, locale_of(call)))
        return answer(paged(listed, self._guide.desk.origin(call.request)))

    async def section(self, call: Call) -> Response:
        shown = await self._shown([await self._guide.place(call)], locale_of(call))
        return answer(OneSection(shown[0]))

    async def create(self, call: Call) -> Response:
        """A topic of a section. A section that is there already is answered as it is."""
        asked = (await read_body(call.request, SectionBody)).section
        product = await self._guide.product(call)
        name = _checked(asked.name if asked.name is not UNSET else "")
        parent = Place(product, SECTIONS[0])
        if asked.parent_section_id is not None:
            found = await self._guide.place_numbered(asked.parent_section_id)
            if found is None or found.product != product or found.topic:
                raise invalid("parent_section", "Choose a section of this category that is not in another section.")
            parent = found
        whole = next((one for one in sections_of(product) if name_of(one, "en").casefold() == name.casefold()), None)
        place = whole if whole is not None else Place(product, parent.section, name)
        return answer(OneSection((await self._shown([place], locale_of(call)))[0]), status=201)

    async def change(self, call: Call) -> Response:
        """Nothing of a section can be changed here: its products, sections and topics come from elsewhere."""
        asked = (await read_body(call.request, SectionBody)).section
        place = await self._guide.place(call)
        names = {name_of(place, locale) for locale in ("en", locale_of(call))}
        if asked.name is not UNSET and _checked(asked.name) not in names:
            raise invalid("name", "Sections keep their name. Add a section, and move the articles there.")
        return answer(OneSection((await self._shown([place], locale_of(call)))[0]))

    async def _shown(self, places: Sequence[Place], locale: str) -> list[ShownSection]:
        numbers, at = await self._guide.numbers(keys_of(places)), self._guide.addresses
        return [section_of(one, name_of(one, locale), position_of(one), numbers, locale, at) for one in places]

    async def segments(self, call: Call) -> Response:
        part, paged = sliced(call, _SEGMENTS)
        return answer(paged(SegmentList(user_segments=list(part)), self._guide.desk.origin(call.request)))

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/v2/help_center/categories",
            endpoint=categories,
            summary="List products, as Zendesk lists categories",
            in_query=(*PAGING, LOCALE),
            answers=(Answer(200, "A page.", CategoryList),),
        ),
        Operation(
            method="GET",
            path="/api/v2/help_center/categories/{id}",
            endpoint=category,
            summary="Get a product, as Zendesk does",
            in_path=ID,
            in_query=(LOCALE,),
            answers=(Answer(200, "The category.", OneCategory),),
        ),
        Operation(
            method="GET",
            path="/api/v2/help_center/categories/{id}/sections",
            endpoint=of_category,
            summary="List the sections of a product, as Zendesk does",
            in_path=ID,
            in_query=(*PAGING, LOCALE),
            answers=(Answer(200, "A page.", SectionList),),
        ),
        Operation(
            method="POST",
            path="/api/v2/help_center/categories/{id}/sections",
            endpoint=create,
            summary="Add a topic of a section, as Zendesk adds sections",
            needs=("change", "articles"),
            in_path=ID,
            in_query=(LOCALE,),
            body=SectionBody,
            answers=(Answer(201, "The section.", OneSection),),
        ),
        Operation(
            method="GET",
            path="/api/v2/help_center/sections",
            endpoint=sections,
            summary="List the sections of all products, as Zendesk does",
            in_query=(*PAGING, LOCALE),
            answers=(Answer(200, "A page.", SectionList),),
        ),
        Operation(
            method="GET",
            path="/api/v2/help_center/sections/{id}",
            endpoint=section,
            summary="Get a section, as Zendesk does",
            in_path=ID,
            in_query=(LOCALE,),
            answers=(Answer(200, "The section.", OneSection),),
        ),
        Operation(
            method="PUT",
            path="/api/v2/help_center/sections/{id}",
            endpoint=change,
            summary="Check a section, as Zendesk changes it",
            needs=("change", "articles"),
            in_path=ID,
            in_query=(LOCALE,),
            body=SectionBody,
            answers=(Answer(200, "The section.", OneSection),),
        ),
        Operation(
            method="GET",
            path="/api/v2/help_center/user_segments",
            endpoint=segments,
            summary="List who may read articles, as Zendesk does",
            in_query=PAGING,
            answers=(Answer(200, "A page.", SegmentList),),
        ),
    )


def _checked(name: str) -> str:
    """The name on one line. Raises Refused(invalid)."""
    line = " ".join(name.split())
    if not line:
        raise invalid("name", "Give the section a name.")
    if fault := fault_of_line(line):
        raise invalid("name", fault)
    if len(line) > TOPIC_MAX or not line.isprintable():
        raise invalid("name", f"The name has at most {TOPIC_MAX} characters.")
    return line
