"""Turns a day of an agent into what the page of the agent shows. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from clock import from_rfc3339, zones
from reports.timeline import ChatLane, StatusSpan, Timeline
from widgets.reports.charts import share_bar
from widgets.reports.plots import Label, plot
from widgets.reports.words import lasting, share

_HOUR_MS = 3_600_000
_STATUS_Y, _STATUS_HEIGHT = 4, 18
_LANES_Y, _LANE, _BAR = 30, 18, 12
_AT_ONCE = 7
"""Height of one chat in the row that counts chats at once."""
_NAMED_FROM = 5
"""The shortest block that shows the name of its status, in per cent of the width."""
_NAMES = {"available": "Available", "away": "Away", "offline": "Offline"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """A line of the table of chats. `owed` is the time for which the chat waited for the agent."""

    ticket: int
    team: str
    since: str
    until: str
    lasted: str
    owed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Time:
    """How long the agent had a status. `bar` shows the share of the time of all statuses except Offline."""

    name: str
    lasted: str
    share: str
    bar: Markup


def name_of(state: StatusSpan) -> str:
    """The status as people read it, like `Away: lunch`."""
    if state.status != "offline" and not state.connected:
        return "Connection lost"
    name = _NAMES.get(state.status, state.status)
    return f"{name}: {state.reason}" if state.reason else name


def times(timeline: Timeline) -> list[Time]:
    """The time in each status except Offline, longest first."""
    found: dict[str, int] = defaultdict(int)
    for state in timeline.states:
        if state.status != "offline":
            found[name_of(state)] += from_rfc3339(state.until) - from_rfc3339(state.since)
    total = sum(found.values())
    return [
        Time(name=name, lasted=lasting(ms // 1000), share=share(ms / total), bar=share_bar(ms / total))
        for name, ms in sorted(found.items(), key=lambda item: (-item[1], item[0]))
        if total
    ]


def chats(timeline: Timeline, zone: str, team_name: Callable[[str], str]) -> list[Chat]:
    """The chats in the order in which the agent got them."""
    rows = []
    for lane in sorted(timeline.chats, key=lambda lane: lane.spans[0].since):
        since, until = _ends(lane)
        owed = sum(from_rfc3339(span.until) - from_rfc3339(span.since) for span in lane.spans if span.is_owed)
        rows.append(
            Chat(
                ticket=lane.ticket,
                team=team_name(lane.team),
                since=_clock(since, zone),
                until=_clock(until, zone),
                lasted=lasting((until - since) // 1000),
                owed=lasting(owed // 1000),
            )
        )
    return rows


def day_chart(timeline: Timeline, zone: str) -> Markup:
    """The day as a chart: the status, a lane for each chat that ran at the same time, and the number of chats at once.
    Empty if nothing happened on the day."""
    moments = [from_rfc3339(at) for at in _moments(timeline)]
    if not moments:
        return Markup("")
    begins = min(moments) // _HOUR_MS * _HOUR_MS
    ends = max(-(-max(moments) // _HOUR_MS) * _HOUR_MS, begins + _HOUR_MS)
    scale = _Scale(begins, ends)
    lanes = max((lane.lane for lane in timeline.chats), default=0) + 1
    base = _LANES_Y + lanes * _LANE + 8
    counts = list(_at_once(timeline.chats))
    floor = base + max((count for _, _, count in counts), default=1) * _AT_ONCE
    parts = [_grid(scale, floor, zone)]
    parts += [_status(state, scale) for state in timeline.states if state.status != "offline"]
    parts += [_chat(lane, scale, zone) for lane in timeline.chats]
    parts += [
        _rect("ao", scale, since, until, floor - count * _AT_ONCE, count * _AT_ONCE) for since, until, count in counts
    ]
    most = max((count for _, _, count in counts), default=0)
    number = len(timeline.chats)
    sentence = f"{number} chat{'' if number == 1 else 's'}, at most {most} at once. The table below has the same chats."
    left = [Label(_STATUS_Y + _STATUS_HEIGHT / 2, "status")]
    if counts:
        left += [Label((_LANES_Y + base - 8) / 2, "chats"), Label((base + floor) / 2, "at once")]
    return plot(left, Markup("").join(parts), floor + 24, sentence)


@dataclass(frozen=True, slots=True)
class _Scale:
    begins: int
    ends: int

    def x(self, at: int) -> float:
        """The place of a moment, in per cent of the width."""
        return 100 * (min(max(at, self.begins), self.ends) - self.begins) / (self.ends - self.begins)


def _moments(timeline: Timeline) -> Iterable[str]:
    for state in timeline.states:
        if state.status != "offline":
            yield from (state.since, state.until)
    for lane in timeline.chats:
        yield from (lane.spans[0].since, lane.spans[-1].until)


def _ends(lane: ChatLane) -> tuple[int, int]:
    return from_rfc3339(lane.spans[0].since), from_rfc3339(lane.spans[-1].until)


def _at_once(lanes: Sequence[ChatLane]) -> Iterable[tuple[int, int, int]]:
    """Spans with at least one chat: start, end and the number of chats."""
    steps: dict[int, int] = defaultdict(int)
    for lane in lanes:
        since, until = _ends(lane)
        steps[since] += 1
        steps[until] -= 1
    count = 0
    for at, following in pairwise(sorted(steps)):
        count += steps[at]
        if count:
            yield at, following, count


def _rect(kind: str, scale: _Scale, since: int, until: int, y: float, height: float) -> Markup:
    left = scale.x(since)
    return Markup('<rect class="{}" x="{:.2f}%" width="{:.2f}%" y="{:.0f}" height="{:.0f}"/>').format(
        kind, left, max(0.1, scale.x(until) - left), y, height
    )


def _grid(scale: _Scale, floor: float, zone: str) -> Markup:
    line = Markup('<line class="g" x1="{0:.2f}%" x2="{0:.2f}%" y1="0" y2="{1:.0f}"/>')
    label = Markup('<text class="{}" x="{:.2f}%" y="{:.0f}" text-anchor="middle">{}</text>')
    hours = range(scale.begins, scale.ends + 1, _HOUR_MS)
    drawn = Markup("").join(line.format(scale.x(at), floor) for at in hours)
    return drawn + Markup("").join(
        label.format("opt" if place % 3 else "", scale.x(at), floor + 16, _clock(at, zone))
        for place, at in enumerate(hours)
        if at not in (scale.begins, scale.ends)
    )


def _status(state: StatusSpan, scale: _Scale) -> Markup:
    since, until = from_rfc3339(state.since), from_rfc3339(state.until)
    kind = "sl" if not state.connected else "sa" if state.status == "available" else "sw"
    title = f"{name_of(state)}, {lasting((until - since) // 1000)}"
    drawn = _rect(kind, scale, since, until, _STATUS_Y, _STATUS_HEIGHT) + _named(state, kind, scale)
    return Markup("<g><title>{}</title>{}</g>").format(title, drawn)


def _named(state: StatusSpan, kind: str, scale: _Scale) -> Markup:
    """The name of a status in its block, cut off at the end of the block. Short blocks have none."""
    left, right = scale.x(from_rfc3339(state.since)), scale.x(from_rfc3339(state.until))
    if right - left < _NAMED_FROM:
        return Markup("")
    name = {"sl": "lost", "sa": "available"}.get(kind) or state.reason or "away"
    return Markup(
        '<svg class="sn{}" x="{:.2f}%" width="{:.2f}%" y="{}" height="{}"><text x="6" y="13">{}</text></svg>'
    ).format("" if right - left > 3 * _NAMED_FROM else " opt", left, right - left, _STATUS_Y, _STATUS_HEIGHT, name)


def _chat(lane: ChatLane, scale: _Scale, zone: str) -> Markup:
    y = _LANES_Y + lane.lane * _LANE
    since, until = _ends(lane)
    title = f"#{lane.ticket}, {_clock(since, zone)} to {_clock(until, zone)}, {lasting((until - since) // 1000)}"
    drawn = Markup("").join(
        _rect(
            "wa" if span.is_owed else "wc",
            scale,
            from_rfc3339(span.since),
            from_rfc3339(span.until),
            y,
            _BAR,
        )
        for span in lane.spans
    )
    return Markup("<g><title>{}</title>{}</g>").format(title, drawn)


def _clock(at: int, zone: str) -> str:
    return f"{zones.local(at, zone):%H:%M}"
