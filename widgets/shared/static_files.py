"""Static files: unchanged sources, and packed builds.

A face is a folder of `widgets/` with static files, such as `console`.
"""

from __future__ import annotations

import gzip
import mimetypes
import os
import zlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import PathLike, StaticFiles
from starlette.types import Scope

from widgets.shared.assets import WIDGETS, Build

FACES = ("shared", "customer", "console", "portal", "admin", "knowledge", "reports")
_ZIPPED = (".js", ".css", ".svg")
_FOREVER = "public, max-age=31536000, immutable"


def static_routes(builds: Mapping[str, Build]) -> list[Mount | Route]:
    """The routes of `/static/FACE/…` for each face, and of `/static/packed/BUILD/FILE`."""
    faces = [
        Mount(f"/static/{face}", _FaceFiles(directory=WIDGETS / face / "static", check_dir=False)) for face in FACES
    ]
    return [*faces, Route("/static/packed/{build}/{file}", PackedFiles(builds).serve)]


def sprite(face: str, file: str = "icons.svg") -> str:
    """The URL of a face's icons. The URL changes whenever the icons change."""
    return f"/static/{face}/{file}?v={_version((WIDGETS / face / 'static' / file).read_bytes())}"


def _version(contents: bytes) -> str:
    return f"{zlib.crc32(contents):08x}"


class _FaceFiles(StaticFiles):
    """The static files of one folder in `widgets/`. Text files are compressed.

    Browsers cache a file forever if its URL has the current `?v=`. They cache fonts for a week. They revalidate all
    other files.
    """

    def file_response(
        self, full_path: PathLike, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        file, asked = Path(full_path), Headers(scope=scope)
        plain = super().file_response(full_path, stat_result, scope, status_code)
        plain.headers["cache-control"] = _cache_policy(file, stat_result, scope["query_string"])
        # A range is a part of the uncompressed bytes.
        if plain.status_code != 200 or "range" in asked or file.suffix not in _ZIPPED:
            return plain
        plain.headers["vary"] = "Accept-Encoding"
        if "gzip" not in asked.get("accept-encoding", ""):
            return plain
        kept = {name: plain.headers[name] for name in ("etag", "last-modified", "vary", "cache-control")}
        zipped = _zipped(file, stat_result.st_mtime_ns)
        return Response(zipped, 200, {**kept, "content-encoding": "gzip"}, plain.media_type)


def _cache_policy(file: Path, stat_result: os.stat_result, query: bytes) -> str:
    if query.startswith(b"v="):
        return _FOREVER if query == b"v=" + _version_of(file, stat_result.st_mtime_ns) else "no-cache"
    return "public, max-age=604800" if file.suffix == ".woff2" else "no-cache"


@lru_cache
def _version_of(file: Path, changed_ns: int) -> bytes:
    return _version(file.read_bytes()).encode()


@lru_cache
def _zipped(file: Path, changed_ns: int) -> bytes:
    return gzip.compress(file.read_bytes(), mtime=0)


class PackedFiles:
    """The files of the builds that are served.

    A file of a build never changes, so browsers keep it forever. A request for a build that is no longer served gets
    404, which tells an open page that it is out of date.
    """

    def __init__(self, builds: Mapping[str, Build]) -> None:
        self._builds = builds
        self._zipped: dict[tuple[str, str], bytes] = {}

    async def serve(self, request: Request) -> Response:
        """The answer to `/static/packed/{build}/{file}`. Raises HTTPException(404) for another build or file."""
        build, file = request.path_params["build"], request.path_params["file"]
        found = self._builds.get(build)
        if found is None or file not in found.files:
            raise HTTPException(404)
        headers = {"Cache-Control": _FOREVER, "Vary": "Accept-Encoding"}
        contents = found.files[file]
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            contents = self._compressed(build, file, contents)
        return Response(contents, 200, headers, mimetypes.guess_type(file)[0])

    def _compressed(self, build: str, file: str, contents: bytes) -> bytes:
        if (build, file) not in self._zipped:
            self._zipped[build, file] = gzip.compress(contents, mtime=0)
        return self._zipped[build, file]
