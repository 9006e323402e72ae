"""What a conversation is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Self, TypeVar

from content.languages import FIRST
from content.shelf import Say, Shelf
from handlers.reading.meaning import EMPTY, Meaning
from handlers.reading.places import Found
from handlers.subscribed import Rest, Taught

JSON = Any  # what json.loads gives back: a draft is stored as this, so a restart reads what was written
D = TypeVar("D", bound="Draft")
BACK, WEB = Say("front.back"), "web"  # the page: the one channel on which nobody can be written to later


@dataclass(frozen=True, slots=True)
class Draft:
    """What one talk has gathered so far; only what was said is stored, so a field may be added by a deploy."""

    def dump(self) -> dict[str, JSON]:
        """Plain JSON of the fields that differ from their defaults."""
        rows = ((name, getattr(self, name), one.default) for name, one in self.__dataclass_fields__.items())
        return {name: list(value) if isinstance(value, tuple) else value for name, value, bare in rows if value != bare}

    @classmethod
    def load(cls, data: Mapping[str, JSON]) -> Self:
        """The draft that `dump` wrote; what it does not know any more is left out."""
        known = cls.__dataclass_fields__  # as `fields` gives them, without a new tuple at each of the many loads
        return cls(**{name: tuple(v) if isinstance(v, list) else v for name, v in data.items() if name in known})


@dataclass(frozen=True, slots=True)
class Need:
    """Something a turn must know from the store before it can answer; the desk fetches it and plays again."""

    kind: str
    key: Any = ""


@dataclass(frozen=True, slots=True)
class Errand:
    """Work of its own transaction that a talk starts: the place keeps it until its outcome has been told."""

    kind: str
    id: str
    args: Mapping[str, JSON]
    wait: bool = True  # False where nobody waits for the outcome: a crash loses it, harmlessly


@dataclass(frozen=True, slots=True)
class Event:
    """How an errand ended; comes back as a turn of the same person."""

    errand: str
    data: Mapping[str, JSON]


@dataclass(frozen=True, slots=True)
class Count:
    """Effect: one more of a thing that is counted by day, and by nothing else."""

    name: str


@dataclass(frozen=True, slots=True)
class Forget:
    """Effect: this person's row goes; what was reported is reached only by its code."""


@dataclass(frozen=True, slots=True)
class Code:
    """A code-shaped text, derived at the door: where the report lies and the key that opens it. Memory only."""

    locator: bytes
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Turn:
    """One message as a step sees it; time and luck come in as values."""

    shelf: Shelf
    now: int  # seconds since 1970, UTC
    token: str  # 32 random hex digits, new for each message
    channel: str = WEB
    language: str = FIRST  # in which the person reads
    text: str = ""
    words: str = ""  # what is left of the text beside the choices
    choices: tuple[str, ...] = ()  # names of options of the question that stands
    pressed: tuple[str, ...] = ()  # button tokens as the channel sent them
    media: str = ""  # what came that was not text: sticker, photo, voice ...
    reference: str = ""  # by which the channel fetches its bytes later
    places: tuple[Found, ...] = ()
    meaning: Meaning = EMPTY  # what a free text may mean, as the door read it
    code: Code | None = None
    throttled: bool = False  # a code that was not even tried: too many before it
    can_push: bool = False  # this chat can be told of an answer, whenever it comes
    abroad_number: bool = False  # a hint where nothing was said of the place; kept nowhere
    no_number: bool = False  # on a messenger that knows people by number this one is known by an id
    event: Event | None = None
    waited: int = 0  # seconds since the talk began to wait for the errand that this event ends
    emergency: bool = False  # somebody is hurt or about to be
    watched: bool = False  # somebody looks at the phone
    suicide: bool = False
    lapsed: bool = False  # the talk before this message ended by silence
    found: Mapping[Need, Any] = field(default_factory=dict)

    @property
    def choice(self) -> str:
        """The first chosen option, or nothing."""
        return self.choices[0] if self.choices else ""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that is offered: `name` is stored and tested, the label is only read."""

    name: str
    label: Say
    acts: bool = False  # one tap answers with it, also where several answers may be ticked


@dataclass(frozen=True, slots=True)
class Question:
    """What a step says while it waits: words first, then at most nine options (0 is always the way back)."""

    says: tuple[Say, ...]
    options: tuple[Option, ...] = ()
    many: bool = False
    back: Say | None = BACK  # what 0 does, in words; None where there is no way back
    quiet: bool = False  # an ending that offers nothing, not even the menu


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person stands: a step, what it has gathered, and the number of the turn that asked."""

    flow: str
    step: str
    draft: Mapping[str, JSON]
    turn: int = 0
    errand: Errand | None = None  # what the talk waits for
    past: tuple[str, ...] = ()  # the steps that 0 leads back through
    kept: tuple[str, ...] = ()  # words for a report, carried through other talks until it takes them
    cards: tuple[str, ...] = ()  # the numbers for danger that were said: each once a talk

    def dump(self) -> dict[str, JSON]:
        """Plain JSON, one letter a field: it is sealed and stored at every turn."""
        errand = self.errand and [self.errand.kind, self.errand.id, dict(self.errand.args)]
        where = {"f": self.flow, "s": self.step, "d": dict(self.draft), "t": self.turn, "e": errand}
        return {**where, "p": list(self.past), "k": list(self.kept), "c": list(self.cards)}

    @classmethod
    def load(cls, data: Mapping[str, JSON]) -> Place:
        """The place that `dump` wrote."""
        errand = Errand(*data["e"]) if data["e"] else None
        return cls(data["f"], data["s"], data["d"], data["t"], errand, *(tuple(data.get(one, ())) for one in "pkc"))


@dataclass(frozen=True, slots=True)
class Go(Generic[D]):
    """Where a step leads: a step of this flow, or `flow.step` with a JSON seed for that flow's own draft."""

    step: str
    draft: D | None = None
    notes: tuple[Say, ...] = ()
    do: tuple[Effect, ...] = ()
    errands: tuple[Errand, ...] = ()
    copy: str = ""
    seed: Mapping[str, JSON] = field(default_factory=dict)
    language: str = ""  # another one was chosen


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a turn comes to: the new place (None: the ground floor), what is said, and what is carried out."""

    place: Place | None
    notes: tuple[Say, ...] = ()
    question: Question | None = None
    do: tuple[Effect, ...] = ()
    errands: tuple[Errand, ...] = ()
    copy: str = ""  # words worth a copy button, shown once: a code
    language: str = ""  # another one was chosen: these words are in it already
    covert: bool = False  # of a talk that nobody may see on a list of chats or a locked screen


Effect = Count | Forget | Rest | Taught
Answer = Callable[[D, Turn], "Go[D] | Need"]
Show = Callable[[D, Shelf], Question]
Keep = Callable[[Answer[D]], Answer[D]]


@dataclass(frozen=True, slots=True)
class Step(Generic[D]):
    """One question: what it shows, and what an answer does. An ending shows and takes no answer."""

    name: str
    show: Show[D]
    answer: Answer[D] | None = None
    waits: bool = False
    media: Answer[D] | None = None  # hears a photo or voice message; at a waiting step whatever comes meanwhile


@dataclass(slots=True, eq=False)
class Flow(Generic[D]):
    """A conversation: named steps over one kind of draft. Names are storage; a test pins them."""

    name: str
    draft: type[D]
    start: str
    story: str = ""  # the field of the draft that gathers words for a report; they outlive the talk until it is sent
    hub: str = ""  # the step from which answers are changed: 0 leads back to it, not into the first round of questions
    holds: str = ""  # the field of the draft that takes words which come while an errand runs
    tells: bool = False  # whoever comes back after a long silence is told that the talk has ended
    parks: bool = False  # a short silence, 0, a greeting or the menu end it, and nobody sees that there was a talk
    covers: bool = False  # its words are covered in a chat and go with it; what stood there before stays
    steps: dict[str, Step[D]] = field(default_factory=dict)

    def ask(self, *options: str, show: Show[D] | None = None, many: bool = False, back: Say | None = BACK) -> Keep[D]:
        """A question with fixed options, or one whose `show` builds them from the draft."""

        def keep(answer: Answer[D]) -> Answer[D]:
            step = answer.__name__
            self.steps[step] = Step(step, show or self.plain(step, options, many, back), answer)
            return answer

        return keep

    def wait(self, answer: Answer[D]) -> Answer[D]:
        """A step that is silent until its errand has ended."""
        self.steps[answer.__name__] = Step(answer.__name__, self.plain(answer.__name__, (), False, None), answer, True)
        return answer

    def end(self, name: str, show: Show[D] | None = None) -> None:
        """A step that says its words and leaves the person on the ground floor."""
        self.steps[name] = Step(name, show or self.plain(name, (), False, None))

    def plain(self, step: str, options: tuple[str, ...], many: bool, back: Say | None) -> Show[D]:
        """The question whose words stand in content under the step's own name."""
        offered = tuple(Option(name, Say(f"{self.name}.{step}.{name}")) for name in options)
        question = Question((Say(f"{self.name}.{step}.ask"),), offered, many, back=back)
        return lambda draft, shelf: question


Flows = Mapping[str, Flow[Any]]
