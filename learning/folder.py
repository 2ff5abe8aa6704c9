"""A folder of YAML files as topics, resources, plans and live sessions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from learning.catalogue import Item, Plan, Resource, ResourceKind, SessionKind, Stage, Topic
from learning.ordering import circle_in
from learning.sessions import MINUTES_MAX, Fault, Session, is_link, starts_at

Key = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,79}$")]
Line = Annotated[str, Meta(min_length=1, max_length=200)]
Long = Annotated[str, Meta(max_length=2_000)]
Minutes = Annotated[int, Meta(ge=1, le=MINUTES_MAX)]
Tag = Annotated[str, Meta(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")]


class TopicEntry(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    key: Key
    name: Line
    platform: Annotated[str, Meta(max_length=200)] = ""
    heading: Annotated[str, Meta(max_length=200)] = ""


class ResourceEntry(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """`article` is the path of an article in its folder, `link` an address. Exactly one of them is given."""

    key: Key
    kind: ResourceKind
    title: Line
    minutes: Minutes
    article: Annotated[str, Meta(max_length=200)] | None = None
    link: Annotated[str, Meta(max_length=1_000)] | None = None
    summary: Long = ""
    platform: Annotated[str, Meta(max_length=200)] = ""
    media: Annotated[str, Meta(max_length=100)] = ""
    topics: list[Key] = []
    requires: list[Key] = []
    locale: Tag = "en"
    state: Literal["published", "withdrawn"] = "published"


class StepEntry(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A step of a plan: the key of a resource, or of a series of live sessions."""

    resource: Key | None = None
    session: Key | None = None
    optional: bool = False


class StageEntry(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    title: Line
    steps: Annotated[list[StepEntry], Meta(min_length=1, max_length=100)]


class PlanEntry(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    key: Key
    role: Line
    title: Line
    stages: Annotated[list[StageEntry], Meta(min_length=1, max_length=30)]
    summary: Long = ""
    platform: Annotated[str, Meta(max_length=200)] = ""
    state: Literal["published", "withdrawn"] = "published"


class DateEntry(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A date of a series. `key` identifies it, so that a changed `starts` moves the session."""

    key: Key
    starts: str
    note: Annotated[str, Meta(max_length=200)] = ""
    capacity: int | None = None


class SeriesEntry(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    key: Key
    title: Line
    minutes: Minutes
    zone: str
    capacity: int
    dates: Annotated[list[DateEntry], Meta(min_length=1, max_length=200)]
    kind: SessionKind = "webinar"
    summary: Long = ""
    platform: Annotated[str, Meta(max_length=200)] = ""
    locale: Tag = "en"
    link: Annotated[str, Meta(max_length=1_000)] = ""
    place: Annotated[str, Meta(max_length=200)] = ""
    trainer: Annotated[str, Meta(max_length=200)] = ""
    after: Key | None = None


class File(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    topics: list[TopicEntry] = []
    resources: list[ResourceEntry] = []
    plans: list[PlanEntry] = []
    sessions: list[SeriesEntry] = []


@dataclass(slots=True)
class Folder:
    """What a folder contains. `faults` has a sentence for everything that cannot be imported. `articles` maps the
    sources of resources to the articles that they show."""

    topics: list[Topic] = field(default_factory=list)
    resources: list[Resource] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    articles: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def folder_of(files: Mapping[str, File], faults: Iterable[str], products: Collection[str]) -> Folder:
    """The contents of these files, by path. `faults` are those of the files that cannot be read. `products` are the
    names in the hours file."""
    folder = Folder(faults=list(faults))
    for path, file in sorted(files.items()):
        _add(folder, path, file, products)
    _check(folder)
    return folder


def _add(folder: Folder, path: str, file: File, products: Collection[str]) -> None:
    entries: list[TopicEntry | ResourceEntry | PlanEntry | SeriesEntry] = [
        *file.topics,
        *file.resources,
        *file.plans,
        *file.sessions,
    ]
    for entry in entries:
        if entry.platform and entry.platform not in products:
            known = ", ".join(sorted(products))
            folder.faults.append(f"{path}: {entry.key}: the platform {entry.platform!r} is none of: {known}.")
    folder.topics += [
        Topic(one.key, one.platform, one.heading, one.name, len(folder.topics) + place)
        for place, one in enumerate(file.topics)
    ]
    for resource in file.resources:
        _add_resource(folder, path, resource)
    folder.plans += [_plan(one, len(folder.plans) + place) for place, one in enumerate(file.plans)]
    for series in file.sessions:
        for date in series.dates:
            try:
                folder.sessions.append(_session(series, date))
            except Fault as fault:
                folder.faults.append(f"{path}: {series.key}/{date.key}: {fault}")


def _add_resource(folder: Folder, path: str, entry: ResourceEntry) -> None:
    if (entry.article is None) == (entry.link is None):
        folder.faults.append(f"{path}: {entry.key}: Give either `article` or `link`.")
    if entry.link is not None and not is_link(entry.link):
        folder.faults.append(f"{path}: {entry.key}: `link` must begin with https://, or be a path of this desk.")
    if entry.article is not None:
        folder.articles[entry.key] = entry.article.removesuffix(".md")
    folder.resources.append(
        Resource(
            source=entry.key,
            kind=entry.kind,
            title=entry.title.strip(),
            address=entry.link or "",
            minutes=entry.minutes,
            summary=entry.summary.strip(),
            platform=entry.platform,
            media=entry.media,
            topics=tuple(entry.topics),
            requires=tuple(entry.requires),
            locale=entry.locale,
            state=entry.state,
            position=len(folder.resources),
        )
    )


def _plan(entry: PlanEntry, position: int) -> Plan:
    stages = tuple(
        Stage(stage.title, tuple(_item(step) for step in stage.steps if step.resource or step.session))
        for stage in entry.stages
    )
    return Plan(
        source=entry.key,
        role=entry.role,
        title=entry.title,
        summary=entry.summary.strip(),
        platform=entry.platform,
        stages=stages,
        state=entry.state,
        position=position,
    )


def _item(step: StepEntry) -> Item:
    if step.resource is not None:
        return Item(kind="resource", source=step.resource, optional=step.optional)
    return Item(kind="session", source=step.session or "", optional=step.optional)


def _session(series: SeriesEntry, date: DateEntry) -> Session:
    return Session(
        source=f"{series.key}/{date.key}",
        series=series.key,
        kind=series.kind,
        title=series.title,
        starts_at=starts_at(date.starts, series.zone),
        minutes=series.minutes,
        zone=series.zone,
        capacity=series.capacity if date.capacity is None else date.capacity,
        summary=series.summary.strip(),
        platform=series.platform,
        locale=series.locale,
        link=series.link,
        place=series.place,
        trainer=series.trainer,
        note=date.note,
        after=series.after or "",
    )


def _check(folder: Folder) -> None:
    """Find keys that occur twice, references to nothing, and prerequisites in a circle."""
    by_source = {one.source: one for one in folder.resources}
    topics, series = {one.source for one in folder.topics}, {one.series for one in folder.sessions}
    for name, listed in (
        ("topic", folder.topics),
        ("resource", folder.resources),
        ("plan", folder.plans),
        ("date", folder.sessions),
    ):
        sources = [one.source for one in listed]
        folder.faults += [
            f"The {name} {key} occurs twice." for key in sorted({k for k in sources if sources.count(k) > 1})
        ]
    for resource in folder.resources:
        folder.faults += [
            f"{resource.source}: there is no topic {key}." for key in resource.topics if key not in topics
        ]
        folder.faults += [
            f"{resource.source}: there is no resource {key}." for key in resource.requires if key not in by_source
        ]
    for plan in folder.plans:
        for item in plan.items:
            if item.source not in (by_source if item.kind == "resource" else series):
                folder.faults.append(f"{plan.source}: there is no {item.kind} {item.source}.")
    for session in folder.sessions:
        course = by_source.get(session.after)
        if session.after and (course is None or course.kind != "course"):
            folder.faults.append(f"{session.source}: there is no course {session.after}.")
    circle = circle_in(by_source)
    if circle:
        folder.faults.append(f"These resources require each other in a circle: {', '.join(circle)}.")


def without_steps(file: File) -> list[str]:
    """A sentence for each step of a plan that names nothing, or two things."""
    return [
        f"{plan.key}: each step names either a `resource` or a `session`."
        for plan in file.plans
        for stage in plan.stages
        for step in stage.steps
        if (step.resource is None) == (step.session is None)
    ]
