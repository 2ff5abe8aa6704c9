"""The HTTP interface: JSON in and out, refusals as problem details."""

from __future__ import annotations

from starlette.routing import Route

from server.api import hours, operations, sessions, tickets
from server.problems import answered

__all__ = ["routes"]


def routes() -> list[Route]:
    """Every call of the interface. They reach the program by `request.app.state.desk`."""
    return [
        Route("/api/session", answered(sessions.sign_in), methods=["POST"]),
        Route("/api/session", answered(sessions.sign_out), methods=["DELETE"]),
        Route("/api/me", answered(sessions.me), methods=["GET"]),
        Route("/api/hours", answered(hours.hours), methods=["GET"]),
        Route("/api/tickets", answered(tickets.tickets), methods=["GET"]),
        Route("/api/tickets/{number}", answered(tickets.ticket), methods=["GET"]),
        Route("/api/tickets/{number}", answered(tickets.change), methods=["PATCH"]),
        Route("/healthz", answered(operations.healthz), methods=["GET"]),
        Route("/readyz", answered(operations.readyz), methods=["GET"]),
        Route("/metrics", answered(operations.metrics), methods=["GET"]),
    ]
