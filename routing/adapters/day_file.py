"""Reads the file that describes a day to simulate, or reports all faults of the file at once.

The part `desk` of the file has the form of an hours file.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from yaml.nodes import MappingNode, Node, SequenceNode

from routing.adapters.desk_reader import DeskReader
from routing.adapters.hours_file import read, text_of
from routing.adapters.yaml_nodes import Wrong, shown
from routing.agents import CAPACITY_MAX
from routing.desk import Desk
from routing.errors import DeskFaults
from routing.hours import Span
from routing.simulation.day import Answers, AtClosing, Day, Duration, Group, HandedOn, Traffic, Vanishing

SAMPLE = Path(__file__).with_name("sample_day.yaml")
"""A working day of 20,000 chats and 200 agents."""
CHATS_MAX = 1_000_000
"""Maximum number of chats per hour."""
AGENTS_MAX = 1_000
"""Maximum number of agents per group."""
HOURS_MAX = 10_000
"""Maximum of `every_h`, the mean hours of work between two lost connections."""

_HOUR = re.compile(r"\d{1,2}", re.ASCII)


def load(path: Path) -> Day:
    """Read the file. Raises DeskFaults if it is invalid or cannot be read."""
    try:
        found = path.read_bytes()
    except FileNotFoundError:
        raise DeskFaults([f"{path}: no such file: name a file, or omit it for the sample day"]) from None
    except OSError as error:
        raise DeskFaults([f"{path}: {error.strerror}: expected a file that this user may read"]) from None
    return parse(text_of(found, path), str(path))


def parse(text: str, file: str) -> Day:
    """Parse `text`. `file` is the file name in faults. Raises DeskFaults if the text is invalid."""
    reader = _Reader()
    day = read(text, file, reader, reader.day)
    assert day is not None, "a text without faults gives a day"
    return day


class _Reader(DeskReader):
    """Reads the parts of a day. Each fault includes the path of its key, because the file has many similar values."""

    def __init__(self) -> None:
        super().__init__()
        self._keys: dict[int, str] = {}

    def fault(self, node: Node, what: str, value: str | None = None) -> None:
        content = shown(node) if value is None else value
        key = self._keys.get(id(node))
        super().fault(node, what, f"{key}: {content}" if key else content)

    def _learn_keys(self, node: Node, key: str) -> None:
        """Note the path of `node`, which is `key`, and the paths of all nodes in it.

        The path of a value in a mapping ends with the value's key. A node that is itself a key has the path of its
        mapping.
        """
        self._keys[id(node)] = key
        if isinstance(node, SequenceNode):
            for number, item in enumerate(node.value, 1):
                self._learn_keys(item, f"{key}[{number}]")
        elif isinstance(node, MappingNode):
            for key_node, value_node in node.value:
                self._keys[id(key_node)] = key
                name = shown(key_node)
                self._learn_keys(value_node, f"{key}.{name}" if key else name)

    def day(self, root: Node) -> Day | None:
        self._learn_keys(root, "")
        parts = self.mapping(root, "the file", ("date", "desk", "traffic", "agents", "vanish"))
        on = self.required(parts, "date", root, self.date, "the file", "2026-11-24")
        desk = self.required(parts, "desk", root, self.desk, "the file", "a mapping, as in hours.yaml")
        traffic = self.required(parts, "traffic", root, self.all_traffic, "the file", "a mapping of teams")
        vanish = self.vanish(parts["vanish"][1]) if "vanish" in parts else None
        groups = self.required(parts, "agents", root, self.groups, "the file", "a list of groups")
        if on is None or desk is None or traffic is None or groups is None:
            return None
        groups = tuple(group if group.vanish is not None else replace(group, vanish=vanish) for group in groups)
        return Day(on, desk, traffic, groups)

    def desk(self, root: Node) -> Desk:
        if not isinstance(root, MappingNode):
            raise Wrong(root, "a mapping, as in hours.yaml")
        return super().desk(root)

    def all_traffic(self, node: Node) -> dict[str, Traffic]:
        found: dict[str, Traffic] = {}
        teams = self.entries(node)
        for key, (key_node, value_node) in teams.items():
            if self.tried(self.other_team, key_node, None) is not None:
                traffic = self.traffic(value_node)
                if traffic is not None:
                    found[key] = traffic
        for key, traffic in found.items():
            if traffic.handed_on is not None and traffic.handed_on.to not in teams:
                self.wrong(teams[key][1], "a team with traffic in this file", traffic.handed_on.to)
        return found

    def traffic(self, node: Node) -> Traffic | None:
        keys = ("arrivals", "service", "patience", "vip_percent", "handed_on", "answers", "at_closing")
        parts = self.mapping(node, "traffic", keys)
        arrivals = self.required(parts, "arrivals", node, self.arrivals, "traffic", "{9: 120, 10: 150}")
        service = self.required(parts, "service", node, self.duration, "traffic", "{mean_s: 600}")
        patience = self.tried(self.duration, parts["patience"][1], None) if "patience" in parts else None
        vip = self.tried(self.share, parts["vip_percent"][1], 0.0) if "vip_percent" in parts else 0
        handed_on = self.handed_on(parts["handed_on"][1]) if "handed_on" in parts else None
        answers = self.answers(parts["answers"][1]) if "answers" in parts else Answers()
        at_closing = self.at_closing(parts["at_closing"][1]) if "at_closing" in parts else AtClosing()
        if arrivals is None or service is None:
            return None
        return Traffic(arrivals, service, patience, vip, handed_on, answers, at_closing)

    def share(self, node: Node) -> float:
        return self.whole(node, 0, 100) / 100

    def handed_on(self, node: Node) -> HandedOn | None:
        parts = self.mapping(node, "chats handed on", ("to", "percent"))
        to = self.required(parts, "to", node, self.other_team, "chats handed on", "tech")
        share = self.required(parts, "percent", node, self.share, "chats handed on", "5")
        return None if to is None or share is None else HandedOn(to, share)

    def answers(self, node: Node) -> Answers:
        parts = self.mapping(node, "answers to offers", ("after_s", "passed_percent", "back_s"))
        usual = Answers()
        after_s = self.tried(self.seconds, parts["after_s"][1], 0) if "after_s" in parts else usual.after_s
        declined = usual.declined
        if "passed_percent" in parts:
            declined = self.tried(self.share, parts["passed_percent"][1], 0.0)
        back_s = self.tried(self.seconds, parts["back_s"][1], 0) if "back_s" in parts else usual.back_s
        return Answers(after_s, declined, back_s)

    def at_closing(self, node: Node) -> AtClosing:
        parts = self.mapping(node, "choices at closing time", ("stay_percent", "ticket_percent"))
        stay, ticket = (
            self.tried(self.share, parts[key][1], 0.0) if key in parts else 0.0
            for key in ("stay_percent", "ticket_percent")
        )
        if round((stay + ticket) * 100) > 100:
            expected = "stay_percent and ticket_percent of at most 100 together"
            self.wrong(node, expected, f"{stay * 100:.0f} and {ticket * 100:.0f}")
        return AtClosing(stay, ticket)

    def arrivals(self, node: Node) -> dict[int, int]:
        found: dict[int, int] = {}
        for key, (key_node, value_node) in self.entries(node).items():
            if not _HOUR.fullmatch(key) or int(key) > 23:
                self.wrong(key_node, "an hour of the day, from 0 to 23")
            elif int(key) in found:
                self.wrong(key_node, "each hour once: remove the repetition")
            else:
                found[int(key)] = self.tried(lambda count: self.whole(count, 0, CHATS_MAX), value_node, 0)
        return found

    def duration(self, node: Node) -> Duration | None:
        parts = self.mapping(node, "a duration", ("mean_s", "median_s"))
        mean = self.required(parts, "mean_s", node, self.seconds, "a duration", "600")
        median = self.tried(self.seconds, parts["median_s"][1], None) if "median_s" in parts else None
        if mean is not None and median is not None and median > mean:
            self.wrong(parts["median_s"][1], f"at most the mean, {mean}")
            return None
        return None if mean is None else Duration(mean, median)

    def groups(self, node: Node) -> tuple[Group, ...]:
        found: dict[str, Group] = {}
        for item in self.items(node, "a list of groups of agents"):
            group = self.group(item)
            if group is not None and group.name in found:
                self.fault(item, "another group already has this name", group.name)
            elif group is not None:
                found[group.name] = group
        return tuple(found.values())

    def group(self, node: Node) -> Group | None:
        keys = ("name", "count", "teams", "shift", "concurrency", "vanish")
        parts = self.mapping(node, "a group of agents", keys)
        what = "a group of agents"
        name = self.required(parts, "name", node, self.text, what, "Media, early")
        count = self.required(parts, "count", node, lambda one: self.whole(one, 0, AGENTS_MAX), what, "12")
        teams = self.required(parts, "teams", node, self.teams, what, "[media]")
        shift = self.required(parts, "shift", node, self.shift, what, '["09:00-12:30", "13:00-17:00"]')
        seats = self.required(parts, "concurrency", node, lambda one: self.whole(one, 1, CAPACITY_MAX), what, "3")
        vanish = self.vanish(parts["vanish"][1]) if "vanish" in parts else None
        if name is None or count is None or teams is None or shift is None or seats is None:
            return None
        return Group(name, count, teams, shift, seats, vanish)

    def vanish(self, node: Node) -> Vanishing | None:
        what = "agents who vanish"
        parts = self.mapping(node, what, ("every_h", "back"))
        every_h = self.required(parts, "every_h", node, lambda one: self.whole(one, 1, HOURS_MAX), what, "40")
        back = self.required(parts, "back", node, self.duration, what, "{mean_s: 120, median_s: 60}")
        return None if every_h is None or back is None else Vanishing(every_h, back)

    def teams(self, node: Node) -> tuple[str, ...]:
        if not isinstance(node, SequenceNode) or not node.value:
            raise Wrong(node, "a list of teams, such as [media]")
        return tuple(dict.fromkeys(self.other_team(item) for item in node.value))

    def shift(self, node: Node) -> tuple[Span, ...]:
        if isinstance(node, SequenceNode) and not node.value:
            raise Wrong(node, 'at least one span, such as ["09:00-17:00"]', "no span")
        return self.spans(node)
