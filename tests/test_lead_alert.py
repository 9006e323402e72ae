"""A leader writes to subscribers: words beside a template, a choice or a picture are never dropped in silence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from content.shelf import Say
from handlers import lead_alert, lead_card
from handlers.alert_draft import AlertDraft, at_once
from handlers.attached import FETCH
from handlers.lead import Lead
from handlers.lead_alert import REPEATED, SIZE
from handlers.lead_mine import ACTS, told
from handlers.talk import Event, Go, Need, Turn
from tests.service import shelf

EVENING = 1_795_182_000  # 20 November 2026, 20.40 WIB
NIGHT = EVENING + 2 * 3_600
AREA = ("31.72.01.1001", "")
TEMPLATE = AlertDraft("kelurahan", AREA[0], "Penjaringan", template="loker-luar-negeri", now=EVENING, size=50)
OWN = replace(TEMPLATE, template="", text="Hati-hati, ada tawaran kerja yang menahan paspor.")
OURS, THEIRS = "lead_alert.left_out.ours", "lead_alert.left_out.own"


def turn(text: str = "", **more: Any) -> Turn:
    """A message; the area has 50 subscribers or more."""
    found = {Need(SIZE, AREA): 50, Need(REPEATED, (TEMPLATE.template, AREA[0])): more.pop("repeated", False)}
    return Turn(shelf(), more.pop("now", EVENING), "0" * 32, text=text, found=found, **more)


def went_to(came: Go[AlertDraft] | Need) -> Go[AlertDraft]:
    """Where a step leads that needs nothing more."""
    assert isinstance(came, Go)
    return came


def went(came: Go[AlertDraft] | Need) -> tuple[str, list[str]]:
    """The same by name, and the keys of what it says."""
    return went_to(came).step, [one.key for one in went_to(came).notes]


@pytest.mark.parametrize(("draft", "said"), [(TEMPLATE, OURS), (OWN, THEIRS)])
def test_words_under_a_picture_do_not_go_along_and_that_is_said(draft: AlertDraft, said: str) -> None:
    photo = {"media": "photo", "reference": "r"}
    came = went_to(lead_alert.taken(draft, turn("awas calo", **photo)))
    assert went(came) == ("fetching", [said])
    assert [one.kind for one in came.errands] == [FETCH]
    assert went(lead_alert.taken(draft, turn(**photo))) == ("fetching", [])


@pytest.mark.parametrize("words", ["tambah: awas calo", "awas"])
def test_nothing_goes_out_before_it_was_said_that_words_beside_the_choice_stay_behind(words: str) -> None:
    came = went_to(lead_alert.preview(TEMPLATE, turn(f"1 {words}", choices=("send",), words=words)))
    assert went(came) == ("preview", [OURS]) and came.errands == ()
    assert went_to(lead_alert.preview(TEMPLATE, turn("1", choices=("send",)))).errands != ()
    chosen = lead_alert.what(TEMPLATE, turn(f"1 {words}", choices=("loker-luar-negeri",), words=words))
    assert went(chosen) == ("picture", [OURS])
    assert went(lead_alert.picture(TEMPLATE, turn(f"1 {words}", choices=("none",), words=words))) == ("preview", [OURS])


def test_a_word_that_may_mean_an_answer_is_asked_for_once_more() -> None:
    for step in (lead_alert.preview, lead_alert.picture):
        name, said = went(step(TEMPLATE, turn("besok", words="besok")))
        assert (name, said) == (step.__name__, ["front.choose"])


def test_a_text_written_where_a_template_is_chosen_is_their_own() -> None:
    came = lead_alert.what(TEMPLATE, turn(OWN.text, words=OWN.text))
    assert isinstance(came, Go) and came.step == "picture"
    assert came.draft is not None and (came.draft.text, came.draft.template) == (OWN.text, "")
    assert went(lead_alert.what(TEMPLATE, turn("apa saja", words="apa saja"))) == ("what", ["front.choose"])


@pytest.mark.parametrize("repeated", [True, False])
def test_what_is_said_before_sending_is_what_the_store_will_do(repeated: bool) -> None:
    came = lead_alert.picture(TEMPLATE, turn("1", choices=("none",), repeated=repeated))
    assert isinstance(came, Go) and came.draft is not None
    assert at_once(came.draft) is not repeated
    assert lead_alert.next_of(came.draft) == ("repeated" if repeated else "at_once")
    pictured = replace(came.draft, files=({"id": "x", "kind": "photo"},))
    assert (at_once(pictured), lead_alert.next_of(pictured)) == (False, "looked_at")


@pytest.mark.parametrize(
    ("result", "send_at", "now", "said"),
    [
        ("ready", 0, EVENING, "ready"),
        ("ready", 0, NIGHT, "night"),
        ("ready", NIGHT + 9 * 3_600, NIGHT, "planned"),
        ("waiting", 0, NIGHT, "waiting"),
        ("waiting", NIGHT + 9 * 3_600, EVENING, "waiting_planned"),
        ("few", NIGHT + 9 * 3_600, EVENING, "few"),
    ],
)
def test_after_sending_one_sentence_says_what_comes_next(result: str, send_at: int, now: int, said: str) -> None:
    ended = Event("e", {"ok": True, "result": result})
    came = went_to(lead_alert.sending(replace(TEMPLATE, send_at=send_at), turn(now=now, event=ended)))
    assert went(came) == ("lead.home", [f"lead_alert.sent.{said}"])
    assert all("{" not in shelf().text(one) for one in came.notes)


def test_who_is_revoked_meanwhile_comes_to_no_leaders_menu() -> None:
    came = lead_alert.sending(TEMPLATE, turn(event=Event("e", {"ok": True, "result": "revoked"})))
    assert went(came) == ("lead.ended", [])


@pytest.mark.parametrize(("letters", "said"), [(601, "long"), (1_200, "long"), (1_201, "far"), (10_000, "far")])
def test_a_text_that_is_far_too_long_is_not_sent_back(letters: int, said: str) -> None:
    (note,) = went_to(lead_alert.write(OWN, turn("a" * letters))).notes
    assert note.key == f"lead_alert.write.{said}"
    assert len(shelf().text(note)) < 1_400


@pytest.mark.parametrize("state", ACTS)
def test_where_each_stands_is_told_with_its_time_or_reason(state: str) -> None:
    said = shelf().text(told({"state": state, "reason": "Belum jelas.", "send_at": NIGHT}))
    assert "{" not in said
    assert ("jam 22.40" in said) is (state in {"later", "waiting"})
    assert ("Belum jelas." in said) is (state == "refused")


def test_a_row_from_before_has_no_time() -> None:
    assert told({"state": "waiting"}) == Say("lead_mine.told.waiting")


def test_what_was_told_for_a_caseworker_stays_beside_alerts_and_cards() -> None:
    told = ("tetangga saya bilang anaknya hilang",)
    for chosen in ("loker-luar-negeri", "own"):
        came = went_to(lead_alert.what(replace(TEMPLATE, story=told), turn("1", choices=(chosen,))))
        assert isinstance(came.draft, AlertDraft) and came.draft.story == told
    draft = Lead("rt", story=(*told, "Dicari admin"), advert="Dicari admin")
    again = lead_card.ready(draft, turn("1", choices=("again",)))
    assert isinstance(again, Go) and again.draft is not None and again.draft.story == told
