"""What runs in transactions keeps nothing in memory. So the suites of stores, which run one object on two connections,
also show what two processes do."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.rules.house import ROOMS, modules

KEPT = {
    "attachments.adapters.files.Files": "the leading process looks at orphans twice before it deletes them",
    "search.adapters.words.WordsInMemory": "each process reads on from the version that it has",
}
CONTAINERS = {"dict", "list", "set", "deque", "defaultdict", "Counter", "OrderedDict", "WeakKeyDictionary"}


def test_stores_and_services_keep_no_state() -> None:
    """Fails for a class missing from `KEPT`, and for an entry that is no longer needed."""
    keeping = {
        f"{module.name}.{node.name}"
        for module in modules()
        if module.name.split(".")[0] in {*ROOMS, "storage"}
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef) and any(_keeps(method) for method in _in_transactions(node))
    }
    assert keeping == set(KEPT)


def test_state_of_a_class_is_found() -> None:
    for kept in ("self._seen = set[str]()", "self._seen: dict[str, int] = {}", "self._count = 0"):
        assert _keeps(_method(f"def __init__(self, store): {kept}"))
    for kept in ("self._seen[id_] = row", "self._count += 1", "self._last = row"):
        assert _keeps(_method(f"def find(self, tx, id_): {kept}"))
    assert not _keeps(_method("def __init__(self, store): self._store = store"))
    assert not _keeps(_method("def find(self, tx, id_): row.count += 1"))


def _in_transactions(node: ast.ClassDef) -> list[ast.FunctionDef]:
    """The methods of a class of which at least one gets a `tx`."""
    methods = [one for one in node.body if isinstance(one, ast.FunctionDef)]
    return methods if any(one.arg == "tx" for method in methods for one in method.args.args) else []


def _keeps(method: ast.FunctionDef) -> bool:
    return any(
        method.name != "__init__" or _is_state(value)
        for target, value in _assigned(method)
        if isinstance(base := target.value if isinstance(target, ast.Subscript) else target, ast.Attribute)
        and isinstance(base.value, ast.Name)
        and base.value.id == "self"
    )


def _assigned(method: ast.FunctionDef) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    for node in ast.walk(method):
        match node:
            case ast.Assign(targets=targets, value=value):
                yield from ((target, value) for target in targets)
            case ast.AugAssign(target=target, value=value) | ast.AnnAssign(target=target, value=value):
                yield target, value


def _is_state(value: ast.expr | None) -> bool:
    if isinstance(value, ast.Call):
        made = value.func.value if isinstance(value.func, ast.Subscript) else value.func
        return isinstance(made, ast.Name) and made.id in CONTAINERS
    return isinstance(value, ast.Dict | ast.List | ast.Set | ast.DictComp | ast.ListComp | ast.SetComp | ast.Constant)


def _method(text: str) -> ast.FunctionDef:
    (node,) = ast.parse(text).body
    assert isinstance(node, ast.FunctionDef)
    return node
