"""The menu: what Suar can do, what stands behind Lainnya, and what free words on the way in come to."""

from __future__ import annotations

from dataclasses import dataclass, replace

from content.intents import Intent
from content.shelf import Say, Shelf
from handlers.beside import stopped
from handlers.landing import OFFER, REPORT, SAID, SELF, STORIES, WHICH, about_self, begun, offered, sure
from handlers.offer_draft import advertises, landing
from handlers.placing import named_in
from handlers.subscribe_entry import entrance
from handlers.talk import Draft, Flow, Go, Need, Option, Question, Turn

GREETS = 5  # words of a greeting at most
STORY = (3, 20)  # words or letters from which a text may be the beginning of a story


@dataclass(frozen=True, slots=True)
class Menu(Draft):
    """`said` is what was told before anybody asked."""

    said: tuple[str, ...] = ()
    place: str = ""  # the kelurahan of the link somebody came by: for a subscription, and never for a report
    guesses: tuple[str, ...] = ()  # the talks that are offered, by name
    near: tuple[str, ...] = ()  # places that what was told names, by code
    minor: bool = False  # whoever told it says that they are under 18


flow = Flow("menu", Menu, start="top", story="said")
TOP = {"offer": "offer.read", "learn": "learn.pick", "report": "report.whom", "numbers": "numbers.which"}
CHOOSE = Say("front.choose")
UNREAD = frozenset({None, Intent.OUT_OF_SCOPE, Intent.LANGUAGE})  # guesses that an advert may raise
HELP = "help.card"
ABOUT = frozenset({None, Intent.OUT_OF_SCOPE, Intent.HOTLINE, Intent.GREETING})  # guesses beside "siapa ini?"
MORE = {"code": "code.ask", "privacy": "privacy.card", "erase": "erase.sure", "help": HELP}


def offers(step: str, names: tuple[str, ...]) -> tuple[Option, ...]:
    """The options of a step, labelled under its name."""
    return tuple(Option(name, Say(f"menu.{step}.{name}")) for name in names)


def show_top(draft: Menu, shelf: Shelf) -> Question:
    """The menu with the danger line; 0 opens Lainnya."""
    return Question((Say("menu.top.ask"),), offers("top", tuple(TOP)), back=Say("menu.top.more"))


@flow.ask(show=show_top)
def top(draft: Menu, turn: Turn) -> Go[Menu] | Need:
    """A button, or free words: they are read, and begin the talk they ask for."""
    if turn.choice in TOP:
        beside = (turn.words,) if turn.words else ()
        return into(TOP[turn.choice], replace(draft, said=(*draft.said, *beside)), turn)
    return landed(draft, turn)


def show_which(draft: Menu, shelf: Shelf) -> Question:
    """The likeliest talks, and the menu."""
    return Question((Say("menu.which.ask"),), offers("which", (*draft.guesses, "menu")))


@flow.ask(show=show_which)
def which(draft: Menu, turn: Turn) -> Go[Menu] | Need:
    """One of them; other words are read anew."""
    draft = replace(draft, guesses=())
    if turn.choice in WHICH:
        beside = (turn.words,) if turn.words else ()
        return into(WHICH[turn.choice], replace(draft, said=(*draft.said, *beside)), turn)
    return Go("top", draft, kept_note(draft)) if turn.choice else landed(draft, turn)


def landed(draft: Menu, turn: Turn) -> Go[Menu] | Need:
    """Where free words lead: the talk they ask for, a sentence, a few talks to choose from, or the menu."""
    told = heard(draft, turn) if tells(turn.text) else draft
    wanted = sure(turn.meaning.intents)
    if wanted is Intent.GREETING and len(turn.text.split()) > GREETS:
        wanted = None  # nobody greets in so many words: they tell something that was not understood
    if wanted in UNREAD and advertises(turn):
        wanted = Intent.CHECK_JOB_OFFER
    if turn.meaning.about and wanted in ABOUT:
        return Go(HELP, draft, (Say("help.who"),))
    if wanted is not None:
        return granted(wanted, draft, told, turn)
    if names := offered(turn.meaning.intents):
        return Go("which", replace(told, guesses=names), kept_note(told))
    return Go("top", told, kept_note(told) or (CHOOSE,))


def granted(wanted: Intent, draft: Menu, told: Menu, turn: Turn) -> Go[Menu] | Need:
    """The talk that is surely wanted, with what was told where it takes a story."""
    if wanted is Intent.HOTLINE and turn.emergency:
        return Go("top", told, kept_note(told))  # the numbers stand beside the menu already
    step = begun(wanted, turn)
    if step == OFFER:
        return advert(draft, told, turn)
    if step not in STORIES:
        return into(step, draft, turn) if step else answered(wanted, draft, turn)
    return into(step, told, turn, *kept_note(told))


def advert(draft: Menu, told: Menu, turn: Turn) -> Go[Menu]:
    """What was written is the advert itself, or asks for the talk in which one is pasted."""
    step, seed = landing(turn)
    return Go(step, draft, seed=seed) if seed else into(step, told, turn, *kept_note(told))


def heard(draft: Menu, turn: Turn) -> Menu:
    """The draft with words that may begin a story, and what they say of their writer that need not be asked again."""
    near, minor = named_in(turn) or draft.near, turn.meaning.minor or draft.minor
    return replace(draft, said=(*draft.said, turn.text), near=near, minor=minor)


def tells(text: str) -> bool:
    """Whether a text is long enough to be a story."""
    words, letters = STORY
    return len(text.split()) >= words or len(text) >= letters


def into(step: str, draft: Menu, turn: Turn, *notes: Say) -> Go[Menu]:
    """Begin a talk, with what was said where it takes a story. Somebody it happens to reads nothing of keeping."""
    known = {"near": list(draft.near), "minor": draft.minor}
    if step != SELF:
        return Go(step, draft, notes, seed=known if step == REPORT else {})
    return Go(step, draft, seed=about_self(known))


def answered(wanted: Intent, draft: Menu, turn: Turn) -> Go[Menu] | Need:
    """What has no talk among those of the menu gets a sentence, and the menu; a greeting only the menu."""
    if wanted is Intent.SUBSCRIBE:
        return entrance(turn, draft.place)
    if wanted is not Intent.UNSUBSCRIBE:
        return Go("top", draft, (Say(SAID[wanted]),) if wanted in SAID else ())
    ended = stopped(turn)
    return ended if isinstance(ended, Need) else Go("top", draft, ended.notes, do=ended.do, errands=ended.errands)


def kept_note(draft: Menu) -> tuple[Say, ...]:
    """That words are kept and sent to nobody, where there are any."""
    return (Say("front.heard"),) if draft.said else ()


@flow.ask(*MORE, "language", "news")
def more(draft: Menu, turn: Turn) -> Go[Menu] | Need:
    """Code, privacy, erase, help, the next language, info of one's own area."""
    if turn.choice == "news":
        return entrance(turn, draft.place)
    if turn.choice == "language":
        languages = (*turn.shelf.languages, *turn.shelf.languages)
        following = languages[languages.index(turn.language) + 1]
        return Go("top", notes=(Say("menu.hello"),), language=following)
    if turn.choice in MORE:
        return Go(MORE[turn.choice])
    return Go("more", notes=(CHOOSE,))
