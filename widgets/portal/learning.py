"""`/learning`: the Learning Center. Readers choose a platform and topics, and build a playlist.

Without scripts this takes three requests: the page, the topics of the platform, and the sum of the chosen topics.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from learning.catalogue import Resource, ResourceKind, Topic, minutes_in_all, on_topics
from learning.library import Catalogue, finished_of
from learning.progress import PLAN_DONE
from refusals import Refused
from widgets.learning_ports import Center
from widgets.portal.frame import portal_page, problem_of, refused_page
from widgets.ports import program_of

KINDS: Mapping[str, tuple[ResourceKind, ...]] = {
    "documents": ("document", "quick_card"),
    "videos": ("video", "course"),
    "recordings": ("recording",),
}
"""The kinds of resources that a reader chooses together, by the name of the choice."""
_TOPICS_MAX = 100


@dataclass(frozen=True, slots=True)
class TopicShown:
    """A topic with its resources of the chosen kinds: their minutes by id, and how many of each kind there are."""

    topic: Topic
    chosen: bool
    resources: Mapping[int, int]
    counts: Mapping[str, int]

    @property
    def minutes(self) -> int:
        return sum(self.resources.values())

    @property
    def listed(self) -> str:
        """The resources for a script, like `3:10 5:7`. A resource on several topics counts once in their sum."""
        return " ".join(f"{id_}:{minutes}" for id_, minutes in self.resources.items())


@dataclass(frozen=True, slots=True)
class Choice:
    """What the reader has chosen. `kinds` are names of KINDS, and `plans`."""

    platform: str | None
    media: str
    kinds: frozenset[str]
    topics: frozenset[str]
    shown: Sequence[TopicShown] = field(default=())

    @property
    def resource_kinds(self) -> list[ResourceKind]:
        return [kind for name, kinds in KINDS.items() if name in self.kinds for kind in kinds]


def routes() -> list[Route]:
    return [
        Route("/learning", _start, methods=["GET"]),
        Route("/learning/playlists", _build, methods=["POST"]),
    ]


async def _start(request: Request, problem: str = "", fields: Mapping[str, str] | None = None) -> Response:
    program = program_of(request)
    try:
        customer = await program.portal.customer(request)
        center = await program.learning.center(request)
    except Refused as refused:
        return refused_page(request, refused)
    choice = choice_of(fields or request.query_params, center.catalogue)
    shown = topics_of(choice, center.catalogue)
    chosen = on_topics(_of_media(center.catalogue, choice), choice.topics, choice.resource_kinds)
    context = {
        "playlist_label": program.learning.playlist_label,
        "center": center,
        "choice": choice,
        "platforms": sorted({topic.platform for topic in center.catalogue.topics if topic.platform}),
        "media": sorted({one.media for one in center.catalogue.published if one.media}),
        "groups": _groups(shown),
        "all_resources": sorted(center.catalogue.published, key=lambda one: one.title.casefold()),
        "chosen": [one for one in shown if one.chosen],
        "total": minutes_in_all([one.minutes for one in chosen]),
        "steps": len(chosen),
        "plans": [plan for plan in center.plans if plan.platform in ("", choice.platform)],
        "begun": _begun(center),
        "problem": problem,
    }
    return await portal_page(
        request, "portal/learning.html", context, customer, "learning", status=422 if problem else 200
    )


async def _build(request: Request) -> Response:
    program = program_of(request)
    try:
        form = await program.portal.read_texts(request)
    except Refused as refused:
        return refused_page(request, refused)
    try:
        catalogue = (await program.learning.center(request)).catalogue
        choice = choice_of(form.values, catalogue)
        kinds = choice.resource_kinds
        id_ = await program.learning.build(request, "", sorted(choice.topics), kinds)
    except Refused as refused:
        if refused.code in ("invalid", "unavailable"):
            return await _start(request, problem_of(refused), form.values)
        return refused_page(request, refused)
    return RedirectResponse(f"/learning/playlists/{id_}", 303, {"Cache-Control": "no-store"})


def choice_of(fields: Mapping[str, str] | QueryParams, catalogue: Catalogue) -> Choice:
    """The choice in the fields of the form. Unknown platforms and topics are left out."""
    platform = fields.get("platform", "")
    kinds = frozenset(name for name in (*KINDS, "plans") if fields.get(f"k-{name}"))
    topics = frozenset(topic.source for topic in catalogue.topics[:_TOPICS_MAX] if fields.get(f"t-{topic.source}"))
    known = {topic.platform for topic in catalogue.topics}
    return Choice(
        platform=platform if platform in known and platform else None,
        media=fields.get("media", ""),
        kinds=kinds if kinds or ("platform" in fields and fields.get("kinds")) else frozenset((*KINDS, "plans")),
        topics=topics,
    )


def topics_of(choice: Choice, catalogue: Catalogue) -> list[TopicShown]:
    """The topics of the chosen platform that have a resource of the chosen kinds."""
    resources, shown = _of_media(catalogue, choice), list[TopicShown]()
    for topic in catalogue.topics:
        if choice.platform is None or topic.platform not in ("", choice.platform):
            continue
        on_it = on_topics(resources, [topic.source], choice.resource_kinds)
        if on_it and choice.resource_kinds:
            counts = Counter(_name_of(one.kind) for one in on_it)
            by_id = {one.id: one.minutes for one in on_it}
            shown.append(TopicShown(topic, topic.source in choice.topics, by_id, counts))
    return shown


def _of_media(catalogue: Catalogue, choice: Choice) -> list[Resource]:
    return [one for one in catalogue.published if not choice.media or one.media in ("", choice.media)]


def _name_of(kind: ResourceKind) -> str:
    return next(name for name, kinds in KINDS.items() if kind in kinds)


def _groups(shown: Sequence[TopicShown]) -> list[tuple[str, list[TopicShown]]]:
    groups = defaultdict[str, list[TopicShown]](list)
    for one in shown:
        groups[one.topic.heading].append(one)
    return list(groups.items())


def _begun(center: Center) -> int:
    """How many plans the reader has begun and not finished."""
    return sum(
        any(item.key in center.done for item in plan.items) and PLAN_DONE not in finished_of(plan, center.done)
        for plan in center.plans
    )
