"""What is wrong in a file of content, kept so that it can be said in another language, and all of it at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import TracebackType
from typing import TypeVar

Value = TypeVar("Value")


class Fault(ValueError):
    """`where` is "file: row: field"; `says` an English sentence with named holes, `%(name)s`, that `values` fill.

    `others` were found together with it.
    """

    def __init__(self, where: str, says: str, **values: object) -> None:
        super().__init__(f"{where}: {says % values if values else says}")
        self.where, self.says = where, says
        self.values: Mapping[str, object] = values
        self.others: tuple[Fault, ...] = ()

    def every(self) -> Iterator[Fault]:
        """This one and those found together with it."""
        yield self
        yield from self.others


class Gathered:
    """Faults of several parts: `with gathered:` around each part keeps its Fault, `end` raises all of them as one."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self.found: list[Fault] = [one for fault in faults for one in fault.every()]

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> bool:
        if not isinstance(error, Fault):
            return False
        self.found += error.every()
        return True

    def value(self, read: Callable[[], Value], otherwise: Value) -> Value:
        """What `read` gives, or something to go on with where it raises a Fault."""
        with self:
            return read()
        return otherwise

    def end(self) -> None:
        """Raise the first with all others beside it; nothing where nothing was found."""
        if self.found:
            first, *others = self.found
            first.others = tuple(others)
            raise first
