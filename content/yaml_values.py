"""A YAML text as plain values, built straight from its events: a lexicon of 20,000 words is read twice as fast so."""

from __future__ import annotations

from typing import Any

from yaml import MappingStartEvent, ScalarEvent, ScalarNode, SequenceStartEvent
from yaml.composer import ComposerError
from yaml.constructor import ConstructorError
from yaml.events import AliasEvent, MappingEndEvent, SequenceEndEvent, StreamEndEvent

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # a PyYAML built without libyaml reads the same, about eight times slower
    from yaml import SafeLoader as Loader  # type: ignore[assignment]  # both are loaders, of no common type

DEEPEST = 50  # levels; nothing here has ten, and a text of brackets alone must not cost the stack


class Values(Loader):
    """Reads texts of lists, mappings and scalars; tags on lists and mappings are refused, and so are merge keys."""

    named: dict[str, object]
    level: int

    def get_single_data(self) -> object:
        """What the one document holds, None where there is none; YAMLError where it is no YAML."""
        self.named, self.level = {}, 0
        self.get_event()
        first: Any = self.get_event()
        if type(first) is StreamEndEvent:
            return None
        found = self.value(self.get_event())
        self.get_event()
        second: Any = self.get_event()
        if type(second) is not StreamEndEvent:
            raise ComposerError("one document is expected", first.start_mark, "another begins", second.start_mark)
        return found

    def value(self, event: Any) -> object:
        """What begins with an event."""
        kind = type(event)
        if kind is AliasEvent:
            return self.of_name(event)
        found = self.scalar(event) if kind is ScalarEvent else self.nested(event)
        if event.anchor:
            self.named[event.anchor] = found
        return found

    def of_name(self, event: Any) -> object:
        """What stood where its anchor is."""
        if event.anchor not in self.named:
            raise ComposerError(None, None, f"nothing is called {event.anchor}", event.start_mark)
        return self.named[event.anchor]

    def scalar(self, event: Any) -> object:
        """A text, or what YAML makes of a word without quotes: a number, a day, true, nothing."""
        text: str = event.value
        if event.tag is None and (not event.implicit[0] or (text and text[0] not in self.yaml_implicit_resolvers)):
            return text
        tag = event.tag or self.resolve(ScalarNode, text, event.implicit)  # type: ignore[no-untyped-call]  # theirs
        if tag == self.DEFAULT_SCALAR_TAG:
            return text
        value: object = self.construct_object(ScalarNode(tag, text, event.start_mark, event.end_mark))
        return value

    def nested(self, event: Any) -> list[object] | dict[object, object]:
        """A list or a mapping."""
        if event.tag or self.level == DEEPEST:
            raise ConstructorError(None, None, "a tag or a level too many", event.start_mark)
        self.level += 1
        found = self.sequence() if type(event) is SequenceStartEvent else self.mapping()
        self.level -= 1
        return found

    def sequence(self) -> list[object]:
        """A list up to its end."""
        found: list[object] = []
        event: Any
        while type(event := self.get_event()) is not SequenceEndEvent:
            found.append(self.value(event))
        return found

    def mapping(self) -> dict[object, object]:
        """A mapping up to its end; of a key that stands twice the last counts."""
        found: dict[object, object] = {}
        event: Any
        while type(event := self.get_event()) is not MappingEndEvent:
            if type(event) in (MappingStartEvent, SequenceStartEvent):
                raise ConstructorError(None, None, "a list or mapping is no key", event.start_mark)
            key = self.value(event)
            if isinstance(key, (list, dict)):
                raise ConstructorError(None, None, "a list or mapping is no key", event.start_mark)
            found[key] = self.value(self.get_event())
        return found
