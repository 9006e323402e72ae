"""Every word of the console is translated, and no placeholder is lost on the way."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from bot.locale import FOLDER, load_words, mark

BOT = Path(__file__).resolve().parent.parent / "bot"
METHODS = [("console/templates/**.html", "jinja2.ext:babel_extract"), ("**.py", "python")]
LANGUAGES = [path.name for path in sorted(FOLDER.iterdir()) if path.is_dir()]
HOLE = re.compile(r"%(?!%)(?:\((\w+)\)s)?")


def used() -> set[str]:
    found = extract_from_dir(BOT, METHODS, keywords={"_": None, "mark": None})
    return {message for _, _, message, _, _ in found if isinstance(message, str)}


def catalog(language: str) -> Catalog:
    with (FOLDER / language / "LC_MESSAGES" / "suar.po").open("rb") as file:
        return read_po(file, locale=language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_msgid_is_translated_and_none_is_left_over(language: str) -> None:
    translated = {str(one.id): str(one.string) for one in catalog(language) if one.id}
    assert set(translated) == used()
    assert [msgid for msgid, words in translated.items() if not words.strip()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_are_named_and_the_same(language: str) -> None:
    for one in catalog(language):
        if one.id:
            before, after = (sorted(HOLE.findall(str(text))) for text in (one.id, one.string))
            assert before == after and "" not in before, one.id


def test_indonesian_has_one_plural_form() -> None:
    assert catalog("id").plural_forms == "nplurals=1; plural=0;"


def test_words_are_said_with_their_values() -> None:
    words = load_words("id")
    assert words.say("Sign in") == "Masuk"
    assert words.say("%(count)s minutes", count=12) == "12 menit"
    assert words.say("100 % of what is not in the catalog") == "100 % of what is not in the catalog"


def test_english_needs_no_file() -> None:
    assert load_words("en").say("%(count)s minutes", count=12) == "12 minutes"
    assert mark("Sign in") == "Sign in"
