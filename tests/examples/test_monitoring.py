"""`examples/monitoring/`: what Prometheus and Grafana are given, checked by Prometheus's own tool."""

from __future__ import annotations

import json
import re
from pathlib import Path
from subprocess import PIPE, STDOUT, run

import yaml

from server.live.metrics import Metrics
from server.live.process_standing import Standing
from tests.running import ROOT, Frame

EXAMPLES = ROOT / "examples" / "monitoring"


def promtool(*arguments: str) -> None:
    ended = run(["promtool", *arguments], cwd=EXAMPLES, stdout=PIPE, stderr=STDOUT, text=True, timeout=60)
    assert ended.returncode == 0, ended.stdout


def dashboard() -> Frame:
    found: Frame = json.loads((EXAMPLES / "dashboard.json").read_text(encoding="utf-8"))
    return found


def queries_of(board: Frame) -> list[str]:
    panels = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    return panels + [annotation["expr"] for annotation in board["annotations"]["list"]]


def rules() -> list[Frame]:
    groups = yaml.safe_load((EXAMPLES / "rules.yml").read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def served() -> set[str]:
    metrics = Metrics()
    metrics.watch_process(lambda: Standing("live", 1.0, 1.0, 0.001, True, 12.0, 2, False))
    metrics.watch_limits(lambda: True)
    exposition = metrics.exposition().decode()
    return set(re.findall(r"^# TYPE (\S+)", exposition, re.MULTILINE))


def test_rules_of_prometheus_are_valid_and_fire_as_said() -> None:
    promtool("check", "config", "--syntax-only", "prometheus.yml")
    promtool("check", "rules", "--lint=all", "--lint-fatal", "rules.yml")
    promtool("test", "rules", "rules_test.yml")


def test_each_alert_says_what_to_do_and_is_tried() -> None:
    tried = (EXAMPLES / "rules_test.yml").read_text(encoding="utf-8")
    for rule in rules():
        assert rule["labels"]["severity"] in ("page", "ticket"), rule["alert"]
        assert rule["annotations"].keys() == {"summary", "action"}, rule["alert"]
        assert re.search(rf"\b{rule['alert']}\b", tried), rule["alert"]


def test_queries_of_the_dashboard_are_valid(tmp_path: Path) -> None:
    queries = [query.replace("$__rate_interval", "5m").replace("$instance", ".*") for query in queries_of(dashboard())]
    assert not [query for query in queries if "$" in query]
    recorded = [{"record": f"panel:{number}", "expr": query} for number, query in enumerate(queries)]
    file = tmp_path / "panels.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": recorded}]}), encoding="utf-8")
    promtool("check", "rules", str(file))


def test_metrics_that_the_examples_use_are_served() -> None:
    used = " ".join([*queries_of(dashboard()), *(rule["expr"] for rule in rules())])
    names = set(re.findall(r"\b(?:switchboard|process|python)_[a-z_]+", used))
    assert len(names) >= 12 and names <= served(), names - served()


def test_panels_of_the_dashboard_lie_side_by_side() -> None:
    """Grafana moves panels that overlap, and confuses those with the same id."""
    panels = dashboard()["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24, panel["title"]
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert not cells & taken, panel["title"]
        taken |= cells
        assert panel["title"] and panel["description"]
