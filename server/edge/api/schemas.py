"""JSON Schemas of the types that the server decodes and encodes, for OpenAPI and AsyncAPI."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import cast, get_args

import msgspec
from msgspec import Struct, UnsetType, inspect

Schema = dict[str, object]
REF = "#/components/schemas/{name}"


class Schemas:
    """The schemas of input and output types, as components that refer to each other.

    An input requires the fields without a default. An output contains every field, except those that the encoder omits.
    The schemas of outputs allow additional fields, because the readers of outputs must ignore unknown fields.
    """

    def __init__(self, taken: Iterable[object], given: Iterable[object]) -> None:
        taken, given = list(taken), list(given)
        classes = list(dict.fromkeys([*_structs_in(taken), *_structs_in(given)]))
        types = list(dict.fromkeys([*taken, *given, *classes]))
        made, components = msgspec.json.schema_components(types, ref_template=REF)
        self.components: dict[str, Schema] = components
        self._of: dict[object, Schema] = dict(zip(types, made, strict=True))
        for cls in _structs_in(given):
            self.component(cls)["required"] = list(_always_given(cls))

    def of(self, type_: object) -> Schema:
        """The schema of a type. A struct is a `$ref` to its schema in `components`."""
        return self._of[type_]

    def name(self, cls: type[Struct]) -> str:
        return str(self._of[cls]["$ref"]).rpartition("/")[2]

    def component(self, cls: type[Struct]) -> Schema:
        return self.components[self.name(cls)]


def properties_of(schema: Schema) -> dict[str, Schema]:
    return cast(dict[str, Schema], schema["properties"])


def refer(name: str, kind: str = "schemas") -> Schema:
    return {"$ref": f"#/components/{kind}/{name}"}


def _required_of(schema: Schema) -> list[str]:
    names = schema.get("required", [])
    return [str(name) for name in names] if isinstance(names, list) else []


def extended(schema: Schema, properties: Mapping[str, Schema], required: Iterable[str]) -> Schema:
    """An object's schema with additional properties, placed after `type` and before the object's own properties."""
    own = properties_of(schema)
    first = {"type": own["type"]} if "type" in own else {}
    needed = [*first, *required, *_required_of(schema)]
    return {**schema, "properties": {**first, **properties, **own}, "required": list(dict.fromkeys(needed))}


def placed(schema: Schema, properties: Mapping[str, Schema], required: Iterable[str]) -> Schema:
    """The schema of a durable event as it is sent to clients.

    Adds the fields `seq` and `prev`, which are the event's place in its log. Also adds `properties`, the fields that
    say whose log it is.
    """
    seq: Schema = {"description": "Increases by one with each event.", "type": "integer", "minimum": 1}
    prev: Schema = {
        "description": "The previous `seq` that this reader can see; 0 if there is none.",
        "type": "integer",
        "minimum": 0,
    }
    return extended(schema, {**properties, "seq": seq, "prev": prev}, (*required, "seq", "prev"))


def _always_given(cls: type[Struct]) -> Iterator[str]:
    config = cls.__struct_config__
    if config.tag is not None:
        yield str(config.tag_field)
    for field in msgspec.structs.fields(cls):
        left_out = config.omit_defaults and not field.required
        if not left_out and UnsetType not in get_args(field.type):
            yield field.encode_name


def _structs_in(types: Iterable[object]) -> Iterator[type[Struct]]:
    """All Struct classes in these types, at any depth, once each."""
    seen: set[type] = set()
    waiting: list[inspect.Type] = list(inspect.multi_type_info(types))
    while waiting:
        match waiting.pop():
            case inspect.StructType(cls=cls, fields=fields):
                if cls not in seen:
                    seen.add(cls)
                    yield cls
                    waiting.extend(field.type for field in fields)
            case inspect.UnionType(types=several):
                waiting.extend(several)
            case inspect.DictType(key_type=key, value_type=value):
                waiting.extend((key, value))
            case inspect.Metadata(type=inner):
                waiting.append(inner)
            case inspect.TupleType(item_types=items):
                waiting.extend(items)
            case inspect.CollectionType(item_type=item):
                waiting.append(item)
