"""The words of console and command line: catalogs read at the start and compiled in memory."""

from __future__ import annotations

from dataclasses import dataclass
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

import content

FOLDER: Final = Path(content.__file__).parent / "locale"
DOMAIN: Final = "suar"


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language, by their English msgid; placeholders are named: `%(name)s`."""

    language: str
    translations: NullTranslations

    def say(self, msgid: str, **values: object) -> str:
        """The words of a msgid with its values put in; where a translation is missing, the English."""
        text = self.translations.gettext(msgid)
        return text % values if values else text


def mark(msgid: str) -> str:
    """A msgid that stands in a table and is said elsewhere; the extraction looks for this name."""
    return msgid


def load_words(language: str, folder: Path = FOLDER) -> Words:
    """Read `<language>/LC_MESSAGES/suar.po`; English needs no file, the msgids are it."""
    path = folder / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    if language == "en":
        return Words(language, NullTranslations())
    with path.open("rb") as file:
        catalog = read_po(file, locale=language, domain=DOMAIN, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Words(language, Translations(compiled, DOMAIN))
