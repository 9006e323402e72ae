"""What a leader takes along for their own group: the card of an advert in picture and text, and posters."""

from __future__ import annotations

from dataclasses import replace

from content.shelf import Lines, Paper, Picture, Say, Shelf
from handlers.lead import Lead, carried, flow, to_many
from handlers.offer_card import card_of
from handlers.talk import Go, Need, Option, Question, Turn

SHEET = "sheet"  # the kind of need for the address of a picture


def show_ready(draft: Lead, shelf: Shelf) -> Question:
    """The signs that were seen, and the card as a group will read it; once handed out, only what else there is."""
    seen = Say("lead.ready.seen", {"signs": Lines(tuple(Say(f"offer.sign.{name}") for name in draft.signs))})
    says = (*((seen,) if draft.advert else ()), Say("lead.ready.ask"), card(draft, shelf))
    forward = ("forward",) if draft.advert and not draft.sent_on else ()
    names = ("take", *forward, *(("report",) if draft.story else ()), "spread", "again")
    options = tuple(Option(name, Say(f"lead.ready.{name}")) for name in names)
    return Question((Say("lead.ready.more"),) if draft.told else says, options)


def card(draft: Lead, shelf: Shelf) -> Say:
    """The words of the card, signed for the kelurahan."""
    text = card_of(draft.signs, draft.abroad, shelf, draft.now)
    return Say("lead.card", {"text": text, "place": draft.kelurahan}, alone=draft.told)


@flow.ask(show=show_ready)
def ready(draft: Lead, turn: Turn) -> Go[Lead] | Need:
    """The picture and the text at once; nothing is counted, and no name stands on it."""
    if turn.choice == "take":
        need = Need(SHEET, ("card", draft.code, turn.language, draft.now, draft.abroad, *draft.signs))
        if need not in turn.found:
            return need
        given = replace(an_advert(draft), told=True)
        picture = Say("lead.taken", {"address": Picture(turn.found[need])})
        return Go("ready", given, (card(given, turn.shelf), picture))
    if turn.choice in {"forward", "again"}:
        was = an_advert(draft)
        return Go("soon", was) if turn.choice == "forward" else Go("advert", replace(was, advert=""))
    if turn.choice == "report":
        return Go("report.whom", draft)
    if turn.choice == "spread":
        there: Go[Lead] = Go("lead_alert.picture", seed={**to_many(draft, turn), "signs": list(draft.signs)})
        return carried("ready", there, draft, turn)
    return Go("ready", draft, (Say("front.choose"),))


def an_advert(draft: Lead) -> Lead:
    """The draft where its advert is one after all; what else was told stays for a caseworker."""
    return replace(draft, story=tuple(one for one in draft.story if one != draft.advert))


@flow.ask("a4", "a5", "kartu")
def poster(draft: Lead, turn: Turn) -> Go[Lead] | Need:
    """A sheet for a wall, a counter, or a group."""
    if not turn.choice:
        return Go("poster", draft, (Say("front.choose"),))
    need = Need(SHEET, ("poster", turn.choice, draft.code, turn.language))
    if need not in turn.found:
        return need
    if turn.choice == "kartu":
        return Go("home", draft, (Say("lead.poster.picture", {"address": Picture(turn.found[need])}),))
    return Go("home", draft, (Say("lead.poster.link", {"address": Paper(turn.found[need])}),))
