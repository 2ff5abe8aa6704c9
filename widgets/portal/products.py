"""`/products/{product}`: the articles about a product, in three sections."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from following.announcement import Subject
from knowledge.addresses import slug_of
from knowledge.article import Section
from knowledge.ports import Line
from learning.library import Catalogue
from refusals import Refused
from widgets.learning_ports import Center
from widgets.portal.following import choices
from widgets.portal.frame import portal_page, refused_page
from widgets.ports import program_of
from widgets.shared.catalogues import catalogue_for

ABOUT = "about"
"""The label of an article whose summary says in one line what the product is."""


def routes() -> list[Route]:
    return [Route("/products/{product}", _product, methods=["GET"])]


async def _product(request: Request) -> Response:
    program = program_of(request)
    try:
        customer = await program.portal.customer(request)
        name, lines = await program.knowledge.product(
            request, str(request.path_params["product"]), catalogue_for(request).tag
        )
    except Refused as refused:
        return refused_page(request, refused)
    training = _in(lines, "training")
    videos = [line for line in training if line.article.kind == "video"]
    center = await _center(request)
    shown = {
        "product": name,
        "faqs": by_topic(_in(lines, "faqs")),
        "faqs_total": len(_in(lines, "faqs")),
        "about": next((line for line in lines if ABOUT in line.article.labels and line.summary), None),
        "videos": videos,
        "lengths": {one.article: one.minutes for one in center.catalogue.resources},
        "places": center.places,
        "guides": by_topic([line for line in training if line.article.kind not in ("quick_card", "video")]),
        "quick_cards": [line for line in training if line.article.kind == "quick_card"],
        "training_total": len(training),
        "releases": newest_first(_in(lines, "releases")),
        "follow": await choices(request, _subjects(slug_of(name))),
    }
    return await portal_page(request, "portal/product.html", shown, customer, "")


async def _center(request: Request) -> Center:
    """The learning center. An empty one if it cannot be read."""
    try:
        return await program_of(request).learning.center(request)
    except Refused:
        return Center(Catalogue((), ()), (), ())


def _subjects(slug: str) -> dict[str, Subject]:
    """What a reader can follow on the page of a product, by the name of its part."""
    return {
        "product": Subject("section", slug),
        "faqs": Subject("section", f"{slug}/faqs"),
        "training": Subject("section", f"{slug}/training"),
        "releases": Subject("releases", slug),
    }


def by_topic(lines: Sequence[Line]) -> list[tuple[str, list[Line]]]:
    """The articles below their topics, in the order of the page. Those without a topic come last."""
    topics = defaultdict[str, list[Line]](list)
    for line in lines:
        topics[line.article.topic].append(line)
    return sorted(topics.items(), key=lambda topic: topic[0] == "")


def newest_first(lines: Sequence[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: (-line.article.position, -line.published_at))


def _in(lines: Sequence[Line], section: Section) -> list[Line]:
    return [line for line in lines if line.article.section == section]
