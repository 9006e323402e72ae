"""Rows of the directory's YAML files, read so that every mistake names its file, row and field."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import NoReturn, TypeVar

from yaml import MarkedYAMLError, YAMLError

from content.faults import Fault
from content.localized import Localized
from content.vocabulary import Confidence
from content.yaml_values import Values

Word = TypeVar("Word", bound=StrEnum)

SOURCED = frozenset({"source", "source_date", "confidence", "dialled_on"})
UTF_8 = "utf-8-sig"  # some editors put a mark before the text, which is no part of it
# A newspaper's page often gives a month, an agency's sheet only a year: ISO 8601 in reduced precision.
MONTH = re.compile(r"20\d\d(-(0[1-9]|1[0-2]))?")


@dataclass(frozen=True, slots=True)
class Row:
    """One mapping of a file; `where` is "file: row" for the error."""

    where: str
    fields: Mapping[str, object]

    def wrong(self, field: str, problem: str, **values: object) -> NoReturn:
        """Raise Fault with file, row and field; `values` fill the holes of the problem."""
        raise Fault(f"{self.where}: {field}", problem, **values)

    def only(self, required: frozenset[str], optional: frozenset[str] = frozenset()) -> None:
        """Refuse missing fields and fields nobody reads: a misspelt field is a lost fact."""
        missing = sorted(required - self.fields.keys())
        for field in sorted(self.fields.keys() - required - optional):
            absent = sorted((required | optional) - self.fields.keys())
            meant = get_close_matches(field, missing or absent, n=1) or missing
            if len(meant) == 1:
                self.wrong(field, "is not a field of this row; is %(meant)s meant?", meant=meant[0])
            self.wrong(field, "is not a field of this row")
        for field in missing:
            self.wrong(field, "is missing")

    def text(self, field: str) -> str:
        """Return a text that is not empty."""
        value = self.fields.get(field)
        if not isinstance(value, str) or not value.strip():
            self.wrong(field, "a text is needed")
        return value

    def text_or_none(self, field: str) -> str | None:
        """Return a text, or None where the fact is not known."""
        return None if self.fields.get(field) is None else self.text(field)

    def localized(self, field: str) -> Localized:
        """Return a text by language (`{id: ..., en: ...}`), or a proper name, written as plain text."""
        if not isinstance(self.fields.get(field), dict):
            return Localized(self.text(field))
        row = self.inner(field)
        row.only(frozenset({"id"}), frozenset(row.fields))
        texts = {language: row.text(language) for language in row.fields}
        return Localized(texts.pop("id"), texts)

    def localized_or_none(self, field: str) -> Localized | None:
        """Return a text by language, or None where there is none."""
        return None if self.fields.get(field) is None else self.localized(field)

    def texts(self, field: str) -> tuple[str, ...]:
        """Return a list of texts without repeats; it may be empty."""
        values = self.fields.get(field)
        if not isinstance(values, list) or not all(isinstance(value, str) and value for value in values):
            self.wrong(field, "a list of texts is needed")
        if len(set(values)) != len(values):
            self.wrong(field, "says something twice")
        return tuple(values)

    def number(self, field: str, zero: bool = False) -> int:
        """Return a whole number above zero, or zero where it means something."""
        value = self.fields.get(field)
        if not isinstance(value, int) or isinstance(value, bool) or value < (0 if zero else 1):
            self.wrong(field, "a whole number is needed" if zero else "a whole number above zero is needed")
        return value

    def weight(self, field: str) -> int:
        """Return a whole number that is not zero: how much something speaks for another thing, or against it."""
        value = self.fields.get(field)
        if not isinstance(value, int) or isinstance(value, bool) or not value:
            self.wrong(field, "a whole number that is not zero is needed")
        return value

    def numbers(self, field: str) -> tuple[int, ...]:
        """Return a list of whole numbers above zero that is not empty."""
        values = self.fields.get(field)
        if not isinstance(values, list) or not values:
            self.wrong(field, "a list of whole numbers is needed")
        return tuple(Row(self.where, {field: value}).number(field) for value in values)

    def listed(self, field: str) -> tuple[object, ...]:
        """Return what a list holds, whatever it is; nothing where it is no list."""
        values = self.fields.get(field)
        return tuple(values) if isinstance(values, list) else ()

    def time(self, field: str) -> time:
        """Return a time of day written "07:30"."""
        try:
            return time.fromisoformat(self.text(field))
        except ValueError as error:
            raise Fault(f"{self.where}: {field}", "a time like 07:30 is needed") from error

    def word(self, words: type[Word], field: str) -> Word:
        """Return a word of a closed vocabulary."""
        return self.one_of(words, field, self.text(field))

    def words(self, words: type[Word], field: str) -> tuple[Word, ...]:
        """Return a list of words of a closed vocabulary."""
        return tuple(self.one_of(words, field, value) for value in self.texts(field))

    def one_of(self, words: type[Word], field: str, value: str) -> Word:
        """Return the word of the vocabulary that is written `value`."""
        if value not in set(words):
            self.wrong(field, "%(value)s is none of %(known)s", value=repr(value), known=", ".join(words))
        return words(value)

    def confidence(self) -> Confidence:
        """Return how sure the row is; what is only remembered (C) is refused."""
        if self.fields.get("confidence") == "C":
            self.wrong("confidence", "C is not verified and waits until a person has checked it")
        return self.word(Confidence, "confidence")

    def month(self, field: str) -> str:
        """Return "2025-11", or "2025" where the source gives no month."""
        value = self.text(field)
        if not MONTH.fullmatch(value):
            self.wrong(field, 'a quoted month like "2025-11" is needed')
        return value

    def day_or_none(self, field: str) -> date | None:
        """Return the day, or None while it has not happened."""
        value = self.fields.get(field)
        # A datetime is a date too, and would later compare with none.
        if value is not None and type(value) is not date:
            self.wrong(field, "a day like 2026-11-21 is needed, or null")
        return value

    def inner(self, field: str) -> "Row":
        """Return a mapping inside this one as a row of its own."""
        return Row(f"{self.where}: {field}", self._mapping(field, self.fields.get(field)))

    def each(self, field: str) -> tuple["Row", ...]:
        """Return a list of mappings, named by their `id` where they have one, else by their place, counted from one."""
        values = self.fields.get(field)
        if not isinstance(values, list):
            self.wrong(field, "a list of rows is needed")
        rows = [self._mapping(field, value) for value in values]
        return tuple(Row(f"{self.where}: {row.get('id', f'{field} {at}')}", row) for at, row in enumerate(rows, 1))

    def _mapping(self, field: str, value: object) -> Mapping[str, object]:
        if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
            self.wrong(field, "a mapping of names is needed")
        return value


def read_file(path: Path) -> Row:
    """Return a whole YAML file as a row; Fault if it is no mapping or no YAML."""
    return read_mapping(path.name, path.read_text(encoding=UTF_8))


def read_mapping(name: str, text: str) -> Row:
    """Return a YAML text as a row named `name`; Fault if it is no mapping or no YAML."""
    value = read_yaml(name, text)
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise Fault(name, "a mapping of names is needed")
    return Row(name, value)


def read_rows(path: Path) -> tuple[Row, ...]:
    """Return a YAML file that is one list of rows; Fault if it is none."""
    return Row(path.name, {"row": read_yaml(path.name, path.read_text(encoding=UTF_8))}).each("row")


def read_yaml(name: str, text: str, above: int = 0) -> object:
    """Return what a YAML text holds; Fault says in which line it is none. `above` lines stand before it."""
    try:
        return Values(text).get_single_data()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = above + (mark.line + 1 if mark else 1)
        raise Fault(name, "is not YAML near line %(line)s: check quotes, colons and spaces", line=line) from error
    except (YAMLError, ValueError) as error:  # a character that YAML does not know, or a day that is none; and no line
        raise Fault(name, "holds a character that cannot be read") from error
