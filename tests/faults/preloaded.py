"""Imported by the process from which servers of the tests are forked: what each of them would load or compute again."""

from __future__ import annotations

import gc

import httptools
import uvloop

import server.app
import server.cli
import server.edge.http_transport
import server.operations.backup
import server.operations.doctor
import server.schema
import server.serving
import storage.migrate
from server.edge.api import OPERATIONS, asyncapi, openapi
from server.edge.commands import SERVED_TO_CUSTOMERS, SERVED_TO_STAFF

__all__ = ["httptools", "server", "storage", "uvloop"]

openapi.document(OPERATIONS)
asyncapi.document(SERVED_TO_CUSTOMERS, SERVED_TO_STAFF, "")
# Else the collection at the start of each server would visit all of this, and copy its pages.
gc.collect()
gc.freeze()
