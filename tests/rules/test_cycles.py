from __future__ import annotations

import graphlib

import grimp

from tests.rules.house import PACKAGES


def test_imports_have_no_cycle() -> None:
    """Imports under `TYPE_CHECKING` count too: a reader has to follow them as well."""
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    try:
        graphlib.TopologicalSorter(imports).prepare()
    except graphlib.CycleError as found:
        raise AssertionError(f"these modules import each other: {' <- '.join(found.args[1])}") from None
