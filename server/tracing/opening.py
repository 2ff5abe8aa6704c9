"""Decides by the standard variables OTEL_… of OpenTelemetry whether traces are sent."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec

from server.tracing.port import NO_TRACING, Tracing

ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
HTTP = "http/protobuf"


def is_configured(environment: Mapping[str, str]) -> bool:
    """True if an endpoint is named, and traces are not turned off."""
    off = environment.get("OTEL_SDK_DISABLED", "").lower() == "true"
    off = off or environment.get("OTEL_TRACES_EXPORTER", "") == "none"
    return not off and any(environment.get(name) for name in ENDPOINTS)


def faults(environment: Mapping[str, str]) -> list[str]:
    """Why traces cannot be sent as they are configured."""
    if not is_configured(environment):
        return []
    found = []
    protocol = next(filter(None, map(environment.get, _PROTOCOLS)), HTTP)
    if protocol != HTTP:
        found.append(f"OTEL_EXPORTER_OTLP_PROTOCOL: {protocol:.40} is not supported. Set it to {HTTP}, or unset it.")
    exporter = environment.get("OTEL_TRACES_EXPORTER") or "otlp"
    if exporter != "otlp":
        found.append(f"OTEL_TRACES_EXPORTER: {exporter:.40} is not supported. Set it to otlp or none, or unset it.")
    if not _is_installed():
        found.append(
            "OTEL_EXPORTER_OTLP_ENDPOINT is set, but OpenTelemetry is not installed. Install the requirements of "
            "requirements-otel.txt, or unset the variable."
        )
    return found


def open_tracing(environment: Mapping[str, str], version: str, instance: str) -> Tracing:
    """Tracing as it is configured. `instance` is the id of this process."""
    if not is_configured(environment) or faults(environment):
        return NO_TRACING
    # Only desks that send traces load the library.
    from server.tracing.exporting import Exporting

    return Exporting(version, instance)


def _is_installed() -> bool:
    # Without the first package, the search for the others would fail.
    return find_spec("opentelemetry") is not None and all(
        find_spec(name) is not None for name in ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")
    )
