"""Readers of a whole story, built once for the content they read with."""

from __future__ import annotations

from functools import lru_cache

from content.identity import IdentityLexicon
from content.kinds import KindLexicon
from handlers.reading.danger import DangerReader
from handlers.reading.identity import IdentityReader
from handlers.reading.kinds import KindReader

LEXICONS = 2  # one in service, one more while a changed one is tried


@lru_cache(LEXICONS)
def kind_reader(lexicon: KindLexicon) -> KindReader:
    """The reader of what a story is about; making it takes a fifth of a second."""
    return KindReader(lexicon, DangerReader(lexicon.danger))


@lru_cache(LEXICONS)
def identity_reader(lexicon: IdentityLexicon) -> IdentityReader:
    """The reader of what gives its writer away."""
    return IdentityReader(lexicon)
