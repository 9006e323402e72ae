"""The part of Twilio's published OpenAPI documents that Suar calls, and calls checked against it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("twilio_openapi.json")
PLACEHOLDER = re.compile(r"\{(\w+)\}")
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
PLAIN = {"integer": r"-?\d+", "number": r"-?\d+(\.\d+)?", "boolean": r"true|false"}  # as a form or a query writes them
URI = re.compile(r"https?://[^\s/]+(/\S*)?")
Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path."""

    method: str
    path: str
    parameters: Mapping[str, Schema]
    body: Schema
    status: int
    answer: Schema | None

    @property
    def pattern(self) -> str:
        """What its address looks like. Without its ending a medium's address gives the bytes, not a description."""
        pattern = PLACEHOLDER.sub(lambda found: self.parameters[found[1]]["pattern"].strip("^$"), self.path)
        bytes_too = self.method == "GET" and "/Media/" in self.path
        return pattern.removesuffix(".json") + r"(?:\.json)?" if bytes_too else pattern

    @property
    def query(self) -> Schema:
        """What may follow its address."""
        asked = {name: one for name, one in self.parameters.items() if one["in"] == "query"}
        return {"type": "object", "properties": asked}


@lru_cache
def document() -> Mapping[str, Any]:
    """The reduced documents."""
    found: Mapping[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


@lru_cache
def operations() -> tuple[Operation, ...]:
    """All of them."""
    return tuple(
        operation(method.upper(), path, row)
        for path, rows in document()["paths"].items()
        for method, row in rows.items()
    )


def operation(method: str, path: str, row: Mapping[str, Any]) -> Operation:
    """One of them, as the document writes it."""
    ((status, answer),) = row["answer"].items()
    body: Schema = next(iter(row.get("body", {}).values()), {})
    return Operation(method, path, row["parameters"], body, int(status), answer)


def asked(method: str, path: str) -> Operation | None:
    """The operation that a call is meant for."""
    return next((one for one in operations() if one.method == method and re.fullmatch(one.pattern, path)), None)


def resolved(schema: Schema) -> Schema:
    """A schema without its reference."""
    found: Schema = document()["schemas"][schema["$ref"]] if "$ref" in schema else schema
    return found


def faults(method: str, path: str, values: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a call by the documents alone."""
    found = asked(method, path)
    if found is None:
        yield f"{method} {path} is no operation"
        return
    yield from of_value(found.body if method == "POST" else found.query, values, "")


def of_value(schema: Schema, value: Any, name: str) -> Iterator[str]:
    """What is wrong with one value; those of a form and a query are all text."""
    schema = resolved(schema)
    kind = schema.get("type", "string")
    if kind == "object":
        yield from of_object(schema, value, name)
    elif kind == "array":
        for one in value if isinstance(value, list) else [value]:
            yield from of_value(schema["items"], one, name)
    elif kind in PLAIN:
        yield from () if re.fullmatch(PLAIN[kind], str(value)) else (f"{name} is no {kind}",)
    elif not isinstance(value, str):
        yield f"{name} is no text"
    else:
        yield from of_text(schema, value, name)


def of_object(schema: Schema, value: Any, name: str) -> Iterator[str]:
    """Unknown, missing and wrong parameters."""
    if not isinstance(value, dict | Mapping):
        yield f"{name} is no object"
        return
    known, more = schema.get("properties", {}), schema.get("additionalProperties")
    yield from (f"{one} is missing" for one in schema.get("required", ()) if one not in value)
    for one, given in value.items():
        if one in known:
            yield from of_value(known[one], given, one)
        elif isinstance(more, dict):
            yield from of_value(more, given, one)
        else:
            yield f"{one} is unknown"


def of_text(schema: Schema, value: str, name: str) -> Iterator[str]:
    """A text that is not of its pattern, not on its list, or no address."""
    if not re.search(schema.get("pattern", ""), value):
        yield f"{name} must look like {schema['pattern']}"
    if value not in schema.get("enum", (value,)):
        yield f"{name} must be one of {schema['enum']}"
    if schema.get("format") == "uri" and not URI.fullmatch(value):
        yield f"{name} is no address"
