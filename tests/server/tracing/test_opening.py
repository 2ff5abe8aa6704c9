from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from server.tracing import opening
from server.tracing.opening import faults, is_configured, open_tracing
from server.tracing.port import NO_TRACING

ROOT = Path(__file__).resolve().parents[3]
ENDPOINT = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}


@pytest.mark.parametrize(
    ("environment", "configured"),
    [
        ({}, False),
        ({"OTEL_SERVICE_NAME": "desk"}, False),
        (ENDPOINT, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:4318/v1/traces"}, True),
        (ENDPOINT | {"OTEL_SDK_DISABLED": "true"}, False),
        (ENDPOINT | {"OTEL_TRACES_EXPORTER": "none"}, False),
    ],
)
def test_traces_are_sent_only_if_an_endpoint_is_named(environment: Mapping[str, str], configured: bool) -> None:
    assert is_configured(environment) == configured
    assert (open_tracing(environment, "1", "a") is NO_TRACING) != configured


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({}, []),
        ({"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, ["OTEL_EXPORTER_OTLP_PROTOCOL"]),
        ({"OTEL_TRACES_EXPORTER": "zipkin"}, ["OTEL_TRACES_EXPORTER"]),
    ],
)
def test_what_is_not_supported_is_named(more: dict[str, str], named: list[str]) -> None:
    assert [fault.partition(":")[0] for fault in faults(ENDPOINT | more)] == named
    assert faults(more) == []


def test_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "find_spec", lambda name: None)
    (fault,) = faults(ENDPOINT)
    assert "requirements-otel.txt" in fault
    assert open_tracing(ENDPOINT, "1", "a") is NO_TRACING


def test_library_is_not_loaded_unless_traces_are_sent() -> None:
    loads = "import sys, server.app; sys.exit(any(name.startswith('opentelemetry') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", loads], cwd=ROOT, check=False).returncode == 0
