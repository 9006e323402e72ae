"""Messages that a vendor must approve before they may be sent unasked: their texts, and what may stand in them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Final

from content.languages import FIRST
from content.localized import Localized
from content.rows import Row, read_rows

HOLE: Final = re.compile(r"\{\{([^{}]*)\}\}")
NAME: Final = re.compile(r"[a-z][a-z_]{1,39}")  # WhatsApp takes small letters, digits and low lines in a name
LONGEST: Final = 1_024  # characters of a body at Meta
SPACES: Final = 4  # more of them one after another make a variable invalid, as a line break does


class Category(StrEnum):
    """What a template is for, as Meta prices it; nothing of ours is marketing."""

    UTILITY = "UTILITY"


@dataclass(frozen=True, slots=True)
class Variable:
    """One place to fill: `sample` shows the vendor what it is for, `shape` is all that it may hold."""

    name: str
    sample: Localized
    shape: re.Pattern[str]

    def takes(self, value: str) -> bool:
        """Whether a value may stand here."""
        return sound(value) and self.shape.fullmatch(value) is not None


@dataclass(frozen=True, slots=True)
class Template:
    """A message by language, with `{{1}}`, `{{2}}` ... where its variables stand."""

    id: str
    category: Category
    body: Localized
    variables: tuple[Variable, ...]

    @property
    def languages(self) -> tuple[str, ...]:
        """Those it is written in."""
        return (FIRST, *self.body.others)

    def samples(self, language: str) -> dict[str, str]:
        """A sample for each variable, by its number."""
        return {str(number): one.sample.to(language) for number, one in enumerate(self.variables, 1)}

    def filled(self, values: Sequence[str]) -> dict[str, str] | None:
        """The variables by their number; None where there are more or fewer than places, or one does not fit."""
        if len(values) != len(self.variables):
            return None
        pairs = zip(self.variables, values, strict=True)
        if not all(one.takes(value) for one, value in pairs):
            return None
        return {str(number): value for number, value in enumerate(values, 1)}


def sound(value: str) -> bool:
    """Whether a value may stand in any template: not empty, one line, no long run of spaces."""
    return bool(value.strip()) and value.isprintable() and " " * (SPACES + 1) not in value


def load_templates(path: Path, languages: frozenset[str]) -> Mapping[str, Template]:
    """Read templates.yaml, by id; Fault names file, row and field."""
    found: dict[str, Template] = {}
    for row in read_rows(path):
        template = _template(row, languages)
        if template.id in found:
            row.wrong("id", "is there twice")
        found[template.id] = template
    return found


def _template(row: Row, languages: frozenset[str]) -> Template:
    row.only(frozenset({"id", "category", "body", "variables"}))
    id, body = row.text("id"), row.localized("body")
    if not NAME.fullmatch(id):
        row.wrong("id", "small letters and low lines are needed")
    variables = tuple(_variable(one, languages) for one in row.each("variables"))
    if missing := languages - {FIRST, *body.others}:
        row.wrong("body", "needs a text for %(missing)s", missing=", ".join(sorted(missing)))
    for language in sorted(languages):
        _check_body(row, body.to(language), len(variables))
    return Template(id, row.word(Category, "category"), body, variables)


def _variable(row: Row, languages: frozenset[str]) -> Variable:
    row.only(frozenset({"name", "sample", "shape"}))
    sample = row.localized("sample")
    try:
        one = Variable(row.text("name"), sample, re.compile(row.text("shape")))
    except re.error as error:
        row.wrong("shape", "is no regular expression: %(why)s", why=error)
    if not all(one.takes(sample.to(language)) for language in languages):
        row.wrong("sample", "is not of the shape")
    return one


def _check_body(row: Row, body: str, count: int) -> None:
    """What Meta refuses is refused here, before anybody waits for it."""
    holes = [found.span() for found in HOLE.finditer(body)]
    if [found[1] for found in HOLE.finditer(body)] != [str(number) for number in range(1, count + 1)]:
        row.wrong("body", "must hold {{1}} to {{%(count)s}}, each once and in order", count=count)
    if len(body) > LONGEST or not sound(body) or body != body.strip():
        row.wrong("body", "must be one line of at most %(most)s characters", most=LONGEST)
    if holes and (holes[0][0] == 0 or holes[-1][1] == len(body)):
        row.wrong("body", "must not begin or end with a variable")
    if any(not re.search(r"\w", body[end:begin]) for (_, end), (begin, _) in pairwise(holes)):
        row.wrong("body", "needs words between two variables")
