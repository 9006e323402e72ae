"""Templates at Twilio: empty frames for buttons and lists, made from data, whose words come with each message."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from twilio.rest import Client
from twilio.rest.content.v1.content import ContentList

QUICK, LIST = "quick-reply", "list-picker"
CHOICES: Final[Mapping[str, int]] = {QUICK: 3, LIST: 10}
LINES: Final = 8  # of a body; each is a variable of its own, because a variable holds no line break
NAME: Final = re.compile(r"suar_(quick-reply|list-picker)_(\d+)_(\d+)_([0-9a-f]{12})")
LANGUAGE: Final = "id"  # of the frame; all words come with the message


@dataclass(frozen=True, slots=True)
class Shape:
    """What a template has room for."""

    kind: str
    choices: int
    lines: int


def shapes() -> Iterator[Shape]:
    """Every template that is needed."""
    for kind, most in CHOICES.items():
        for choices in range(1, most + 1):
            yield from (Shape(kind, choices, lines) for lines in range(1, LINES + 1))


def types_of(shape: Shape) -> dict[str, Any]:
    """What a template shows, with a placeholder for each line, label and token."""
    body = "\n".join(f"{{{{line{number}}}}}" for number in range(1, shape.lines + 1))
    each = [(f"{{{{label{number}}}}}", f"{{{{token{number}}}}}") for number in range(1, shape.choices + 1)]
    if shape.kind == QUICK:
        actions = [{"type": "QUICK_REPLY", "title": label, "id": token} for label, token in each]
        return {"twilio/quick-reply": {"body": body, "actions": actions}}
    items = [{"item": label, "id": token} for label, token in each]
    return {"twilio/list-picker": {"body": body, "button": "{{open}}", "items": items}}


def variables_of(shape: Shape) -> dict[str, str]:
    """A sample for each placeholder."""
    given = {f"line{number}": "Suar" for number in range(1, shape.lines + 1)}
    for number in range(1, shape.choices + 1):
        given |= {f"label{number}": str(number), f"token{number}": str(number)}
    return given | ({"open": "Suar"} if shape.kind == LIST else {})


def name_of(shape: Shape) -> str:
    """Its name at Twilio; the digits change with what it shows."""
    shown = json.dumps([LANGUAGE, types_of(shape), variables_of(shape)], sort_keys=True).encode()
    digest = hashlib.sha256(shown).hexdigest()[:12]
    return f"suar_{shape.kind}_{shape.choices}_{shape.lines}_{digest}"


def known(client: Client, names: re.Pattern[str] = NAME) -> dict[str, str]:
    """The templates of ours that are there: name -> sid."""
    found = client.content.v1.contents.list(page_size=1_000)
    return {str(one.friendly_name): str(one.sid) for one in found if names.fullmatch(one.friendly_name or "")}


def usable(found: Mapping[str, str]) -> dict[Shape, str]:
    """Of those the ones that show what this version means."""
    return {shape: found[name] for shape in shapes() if (name := name_of(shape)) in found}


def sync(client: Client) -> tuple[int, int]:
    """Make what is missing and delete what is out of date; how many of each."""
    found, wanted = known(client), {name_of(shape): shape for shape in shapes()}
    made = [name for name in wanted if name not in found]
    for name in made:
        create(client, name, wanted[name])
    old = [sid for name, sid in found.items() if name not in wanted]
    for sid in old:
        client.content.v1.contents(sid).delete()
    return len(made), len(old)


def create(client: Client, name: str, shape: Shape) -> None:
    """One template. Types with their names as keys: the library's own classes would send none."""
    values = {"friendly_name": name, "language": LANGUAGE, "variables": variables_of(shape), "types": types_of(shape)}
    client.content.v1.contents.create(ContentList.ContentCreateRequest(values))
