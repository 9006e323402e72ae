"""Words in which somebody gives themselves away: a name, an address of their own, a role that few people have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from content.identity import IdentityLexicon
from handlers.reading.identity_frames import begins, unknown
from handlers.reading.identity_numbers import Part
from handlers.reading.marked_text import Token

LONGEST_NAME = 3  # words
LONGEST_ROLE = 8  # words after the role itself
LONGEST_ADDRESS = 12  # words and numbers
FAR = 9  # words between "saya tinggal" and where that is
SHORTEST = 3  # letters of a name
BARE = 3  # words from "rumah saya" to a number without "no"
BETWEEN = 5  # words and signs between "saya" and a role
SKIPPED = 4  # words and signs between "saya" and a name
ONLY = frozenset({"2", "nya", "satunya", "only"})  # "satu2nya penyewa"
DONE = ("di", "ter", "ke", "me", "ber", "nge")  # what is done with a name: "nama saya ketahuan", "nama saya dicatat"
SIGNS = frozenset(",:-'’")  # that may stand before a name


class Introduced:
    """Finds what follows "saya": who somebody is, where they live, what they are to whom."""

    def __init__(self, lexicon: IdentityLexicon) -> None:
        self.words = lexicon
        self.skipped = lexicon.linking | lexicon.names | lexicon.self

    def read(self, found: Sequence[Token]) -> Iterator[Part]:
        """The parts of a text that name the writer."""
        shouted = sum(one.raw.isupper() for one in found) * 2 > len(found)
        for place, one in enumerate(found):
            if one.word in self.words.self or one.word in self.words.own:
                yield from self._after_self(found, place, shouted)
            elif one.word in self.words.called or one.word in self.words.signs or one.word == "panggil":
                yield from self._introduced(found, place)
            elif one.word in {"this", "ini"}:
                yield from self._this_is(found, place)
            elif one.word in self.words.reporter and found[place + 1 : place + 2] and found[place + 1].word == ":":
                yield from self._introduced(found, place)
            elif one.word in {"dengan", "dgn"}:
                yield from self._speaking(found, place)

    def _after_self(self, found: Sequence[Token], place: int, shouted: bool) -> Iterator[Part]:
        """At a "saya": the name, address or role that it brings."""
        named = self._named(found, place)
        if named >= 0:
            end = self._name_end(found, self._skip(found, place + 1), True)
            if end:
                yield "name", found[named].start, found[end - 1].end
                yield from self._besides(found, end)
            return
        yield from self._address(found, place)
        if place and found[place - 1].word in self.words.handles:
            end = self._name_end(found, self._skip(found, place + 1), True)
            if end and found[end - 1].word not in self.words.others:
                yield "account", found[place + 1].start, found[end - 1].end
        if self._begins(found, place):
            end = self._name_end(found, self._skip(found, place + 1), False) if not shouted else 0
            if end:
                yield "name", found[place].start, found[end - 1].end
                yield from self._besides(found, end)
            else:
                yield from self._role(found, place)

    def _besides(self, found: Sequence[Token], end: int) -> Iterator[Part]:
        """The role that follows a name: "saya Wati, satpam di situ"."""
        at = end
        while at < len(found) and at - end < BETWEEN and found[at].word in self.words.between | SIGNS:
            at += 1
        if at < len(found) and found[at].word in self.words.roles and self._gives_away(found, at):
            yield "role", found[at].start, found[self._role_end(found, at) - 1].end

    def _named(self, found: Sequence[Token], place: int) -> int:
        """Where "nama saya", "nama lengkap saya", "my name" or "namaku" begins, or -1."""
        words = self.words
        if found[place].word in words.own & words.names:
            return place
        start = place - 1
        while start > max(place - BETWEEN, 0) and found[start].word in words.linking:
            start -= 1
        if start >= 0 and found[start].word in words.names:
            return start
        english = found[place].word == "my" and place + 1 < len(found) and found[place + 1].word in words.names
        return place if english else -1

    def _skip(self, found: Sequence[Token], place: int) -> int:
        """The next place that may begin a name."""
        end = min(place + SKIPPED, len(found))
        while place < end and (found[place].word in SIGNS or found[place].word in self.skipped):
            place += 1
        return place

    def _name_end(self, found: Sequence[Token], place: int, sure: bool) -> int:
        """The place after a name that begins here, or 0. `sure`: small letters make a name too."""
        end = place
        while end < len(found) and (found[end].word in self.words.titles or found[end].word == "."):
            end += 1
        titled, first = end > place, end
        while end < len(found) and end - first < LONGEST_NAME and self._is_name(found[end], sure and end == first):
            end += 1
        return end if end > first and not (titled and found[first].word in self.words.roles) else 0

    def _is_name(self, one: Token, sure: bool) -> bool:
        if one.word in self.words.persons:
            return True
        if not one.word.isalpha() or one.word in self.words.not_names or one.word in self.words.stops:
            return False
        short = len(one.word) < SHORTEST and not (sure and one.raw.istitle())  # "Ni Luh" is a name, "ya" is none
        if short or one.word in self.words.roles or one.word in self.words.kin:
            return False
        made = one.word.startswith(DONE) and not unknown(one.word, self.words)
        return one.raw.istitle() or (sure and not made and one.word not in self.words.after_name)

    def _introduced(self, found: Sequence[Token], place: int) -> Iterator[Part]:
        """After "perkenalkan", "panggil aja", "salam,"."""
        end = self._name_end(found, self._skip(found, place + 1), False)
        if end:
            yield "name", found[place].start, found[end - 1].end

    def _this_is(self, found: Sequence[Token], place: int) -> Iterator[Part]:
        if place + 2 < len(found) and found[place + 1].word == "is":
            end = self._name_end(found, place + 2, False)
            if end:
                yield "name", found[place].start, found[end - 1].end

    def _speaking(self, found: Sequence[Token], place: int) -> Iterator[Part]:
        """As on the telephone: "dengan Bapak Joko di sini"."""
        end = self._name_end(found, place + 1, False)
        here = {one.word for one in found[end : end + 2]} & {"sini", "disini", "here"}
        if end and here and (place == 0 or found[place - 1].ends or found[place - 1].word in self.words.starts):
            yield "name", found[place + 1].start, found[end - 1].end

    def _begins(self, found: Sequence[Token], place: int) -> bool:
        """Whether "saya" begins a clause here: after a noun it says whose that is."""
        if found[place].word in self.words.own or found[place].word in {"my", "me", "mine"}:
            return False
        return begins(found, place, self.words)

    def _address(self, found: Sequence[Token], place: int) -> Iterator[Part]:
        """An exact place beside "saya tinggal", "rumah saya", "rumahku"."""
        words = self.words
        if place and found[place - 1].word in words.others - words.titles:
            return  # "rumah bos saya"
        near = found[max(place - 1, 0) : place + 4]
        beside = {one.word for one in (*found[max(place - 1, 0) : place], *found[place + 1 : place + 2])}
        if not any(one.word in words.live for one in near) and not beside & words.dwelling:
            return
        for spot in range(place + 1, min(place + 1 + FAR, len(found))):
            one = found[spot]
            if one.word in ".!?;\n" or one.word in words.stops - words.live - {"pas"}:  # "rumahku pas di depannya"
                return
            if self._spot(found, spot, place):
                end = self._address_end(found, spot)
                yield "address", found[spot].start, found[end - 1].end
                return

    def _spot(self, found: Sequence[Token], spot: int, place: int) -> bool:
        """Whether a street, a number or a room begins here; a bare number only right after "rumah saya nomor"."""
        one = found[spot]
        if one.word.isdigit():
            counts = spot + 1 < len(found) and found[spot + 1].word in self.words.counted
            twice = one.start == found[spot - 1].end  # "kos2an" is "kos-kosan"
            return spot - place <= BARE and not counts and not twice
        if one.word not in self.words.spot or spot + 1 >= len(found):
            return False
        after = found[min(spot + (2 if found[spot + 1].word == "." else 1), len(found) - 1)]
        if one.word in self.words.dwelling and not after.word.isdigit():
            return after.raw.istitle() or after.word in self.words.titles | self.words.persons
        return not after.ends and after.word not in self.words.stops | self.words.linking

    def _address_end(self, found: Sequence[Token], spot: int) -> int:
        end = spot + 1
        while end < len(found) and end - spot < LONGEST_ADDRESS:
            one = found[end]
            if one.word in ",!?;\n:()" or (one.word in self.words.stops and one.word != "so"):
                break
            end += 1
        return end

    def _role(self, found: Sequence[Token], place: int) -> Iterator[Part]:
        """What somebody is at that place or to that person."""
        words, at = self.words, place + 1
        while at < len(found) and at - place <= BETWEEN and found[at].word in words.between | SIGNS | ONLY:
            if found[at].word in words.roles:
                break
            at += 1
        if at < len(found) and self._gives_away(found, at):
            end = self._role_end(found, at)
            yield "role", found[place].start, found[end - 1].end

    def _gives_away(self, found: Sequence[Token], at: int) -> bool:
        words, word = self.words, found[at].word
        rest = {one.word for one in found[at + 1 : self._role_end(found, at)]}
        if word in {"yang", "yg", "nu", "sing"}:
            return any(one.startswith(tuple(words.who_did)) for one in rest)
        if word.endswith("nya") and word.removesuffix("nya") in words.kin | words.roles:
            return True
        if word in {"pak", "bu"} or word not in words.roles:
            after = found[at + 1].word if at + 1 < len(found) else ","
            post = found[at - 1].word in {"pak", "bu"} or after in {"nya", "di", "sini", ","}
            return post and word in {"rt", "rw"}
        if rest & words.anyone:
            return False
        if word in words.neighbours:
            return bool(rest & words.group("close"))
        whose = any(one.endswith("nya") and one.removesuffix("nya") in words.kin | words.telling for one in rest)
        return word not in words.plain_roles or whose or bool(rest & words.telling)

    def _role_end(self, found: Sequence[Token], at: int) -> int:
        end = at + 1
        while end < len(found) and end - at <= LONGEST_ROLE:
            after = found[end + 1 : end + 2]  # "pas sebelah": right next to it
            close = bool(after) and after[0].word in self.words.group("close")
            if found[end].ends or (found[end].word in self.words.stops and not close):
                break
            end += 1
        return end
