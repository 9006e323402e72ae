"""A text as the words a place name is looked for in."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from content.gazetteer import Gazetteer, Role

# No full stop: "Kp. Bali" is one name, while "Menteng, dalam gang" is not Menteng Dalam.
TOKEN = re.compile(r"[a-z0-9]+|[,;:!?()/\n]")
PUNCTUATION = frozenset(",;:!?()/\n")
# Words that say that a place follows, and words that are never part of a name.
CUES: tuple[Role, ...] = ("near", "beside", "from", "landmark", "kelurahan", "kecamatan", "kota")
AROUND_NAMES: tuple[Role, ...] = (
    *("near", "beside", "from", "not", "street", "person"),
    *("boundary", "filler", "kelurahan", "kecamatan"),
)
LONGEST = 10_000  # characters read of a text: the longest story that is taken


def tokens_of(text: str) -> list[str]:
    """Words in small plain letters, and the punctuation that parts them."""
    text = text[:LONGEST]
    if not text.isascii():
        letters = unicodedata.normalize("NFKD", text)
        text = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return TOKEN.findall(text.casefold())


def compact(name: str) -> str:
    """A name without what people leave out or put in: "Pulo Gadung" is pulogadung."""
    return "".join(token for token in tokens_of(name) if token not in PUNCTUATION)


@dataclass(frozen=True, slots=True)
class Words:
    """The words around place names: other spellings, and what each word tells about the next."""

    spellings: Mapping[str, str]
    roles: Mapping[str, frozenset[Role]]

    def written(self, token: str) -> str:
        """A word as names are written: kp is kampung."""
        return self.spellings.get(token, token)

    def has(self, token: str, *roles: Role) -> bool:
        """Whether a word has one of the roles."""
        return token in self.roles and not self.roles[token].isdisjoint(roles)

    def begins(self, tokens: list[str], start: int) -> bool:
        """Whether only words like "di kelurahan" stand before a name: it is the answer, or its first part."""
        return all(
            token in PUNCTUATION or self.has(token, "near", "beside", "from", "filler", "kelurahan", "kecamatan")
            for token in tokens[:start]
        )

    def ends(self, tokens: list[str], end: int) -> bool:
        """Whether a name ends where another part of the text begins."""
        last = end == len(tokens) or tokens[end] in PUNCTUATION
        return last or self.has(tokens[end], "near", "beside", "from", "street", "person", "boundary")

    def whole(self, tokens: list[str], start: int, end: int) -> bool:
        """Whether the answer, or its first part, is exactly these words."""
        return self.begins(tokens, start) and self.ends(tokens, end)

    def past_titles(self, tokens: list[str], start: int) -> int:
        """The place after what parts a name from the area it lies in: a comma, "kec", "kota"."""
        while start < len(tokens) and (tokens[start] in PUNCTUATION or self._title(tokens[start])):
            start += 1
        return start

    def _title(self, token: str) -> bool:
        return self.has(token, "kecamatan", "kota")


def words_of(gazetteer: Gazetteer) -> Words:
    """The words of a gazetteer, by role."""
    spellings = {form: group[0] for group in gazetteer.words.get("spelling", ()) for form in group}
    roles: dict[str, set[Role]] = {}
    for role, groups in gazetteer.words.items():
        for form in (form for group in groups for form in group):
            roles.setdefault(form, set()).add(role)
    return Words(spellings, {form: frozenset(found) for form, found in roles.items()})
