"""Every report finds a desk: the routing over all facts, all officials, and all sets of open queues."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain, combinations, product
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.queues import Directory, load_directory
from content.routing import (
    OUTSIDE,
    Facts,
    Kind,
    Known,
    Official,
    Reader,
    Role,
    Route,
    Sign,
    Urgency,
    When,
    kind_of,
    route,
    urgency_of,
)
from content.vocabulary import Hours

Item = TypeVar("Item")

DAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # a Monday, ten in the morning in Jakarta
NIGHT = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)  # three in the morning of the same Monday
AREAS = ("31.71", "31.72", "31.73", "31.74", "31.75", "31.01", OUTSIDE)
SUDIN = ("ppapp-", "sosial-", "naker-", "didik-", "sehat-")
UPT, OVERSIGHT = "upt-pppa", "pengawas"
WITNESS = Facts("31.74", Kind.UNKNOWN, Urgency.NORMAL, Known.UNKNOWN, Known.UNKNOWN, Known.UNKNOWN, frozenset())


def subsets(items: Iterable[Item]) -> list[frozenset[Item]]:
    pool = tuple(items)
    return [frozenset(c) for c in chain.from_iterable(combinations(pool, n) for n in range(len(pool) + 1))]


OFFICIALS = subsets(Official)


@pytest.fixture(scope="module")
def directory() -> Directory:
    return load_directory()


def routed(directory: Directory, facts: Facts, open: Iterable[str] | None = None) -> Route:
    found = route(directory, facts, frozenset(directory.queues if open is None else open), NIGHT)
    assert found is not None
    return found


def roles(found: Route) -> dict[str, Role]:
    return {reader.queue: reader.role for reader in found.readers}


def forbidden(facts: Facts) -> tuple[str, ...]:
    """What must not learn of a report, told from the ids alone and not from the table under test."""
    police = Official.POLICE in facts.officials or facts.no_police or facts.about_self
    office = Official.OFFICE in facts.officials
    return (*(("polres-",) if police else ()), *((*SUDIN, "imigrasi") if office else ()))


def local(directory: Directory, area: str, prefix: str) -> list[str]:
    return [id for id, q in directory.queues.items() if id.startswith(prefix) and q.kota_code == area]


def check(facts: Facts, found: Route, open: frozenset[str]) -> None:
    """What holds for every route there is."""
    ids = found.queues
    assert open.issuperset(ids) and len(set(ids)) == len(ids), facts
    assert [reader.role is Role.LEAD for reader in found.readers] == [True] + [False] * (len(ids) - 1)
    assert OVERSIGHT in ids or OVERSIGHT not in open, facts
    lost = forbidden(facts)
    assert not lost or not any(id.startswith(lost) for id in (*ids, *found.handoffs)), facts
    assert not facts.about_self or {UPT, OVERSIGHT}.issuperset(ids), facts
    assert set(found.handoffs).isdisjoint(ids) and len(set(found.handoffs)) == len(found.handoffs), facts
    assert found.escalates_to in ids[1:] or len(ids) == 1, facts
    asleep = [reader.role for reader in found.readers if reader.role not in (Role.LEAD, Role.AWAKE)]
    assert not asleep or Role.NEXT in asleep, facts  # the first time that is over wakes somebody


def test_every_combination_has_readers_when_all_queues_are_open(directory: Directory) -> None:
    everything = frozenset(directory.queues)
    for words in product(AREAS, Kind, Urgency, Known, Known, Known, OFFICIALS):
        facts = Facts(*words)
        found = route(directory, facts, everything, NIGHT)
        assert found is not None, facts
        check(facts, found, everything)
        pressing = facts.urgency is Urgency.IMMEDIATE or facts.child is Known.YES
        assert not pressing or any(id == UPT or id.startswith("polres-") for id in found.queues), facts


@pytest.mark.parametrize("area", AREAS)
def test_every_set_of_open_queues_day_and_night(directory: Directory, area: str) -> None:
    """Kind and abroad change no reader, no more than "no" differs from "unknown": the two tests below."""
    desks = [id for prefix in ("ppapp-", "sosial-", "polres-") for id in local(directory, area, prefix)]
    for urgency, child, man, officials, about_self, no_police in product(
        (Urgency.IMMEDIATE, Urgency.NORMAL),
        (Known.YES, Known.UNKNOWN),
        (Known.YES, Known.UNKNOWN),
        OFFICIALS,
        (True, False),
        (True, False),
    ):
        facts = Facts(area, Kind.UNKNOWN, urgency, child, man, Known.UNKNOWN, officials, about_self, no_police)
        for open in subsets((*desks, UPT, OVERSIGHT)):
            _check_open_set(directory, facts, open)


def _check_open_set(directory: Directory, facts: Facts, open: frozenset[str]) -> None:
    found = route(directory, facts, open, NIGHT)
    assert found == route(directory, facts, open, DAY), (facts, open)
    lost = forbidden(facts)
    left = {id for id in open if not lost or not id.startswith(lost)}
    if facts.about_self:
        left &= {UPT, OVERSIGHT}
    pressing = facts.urgency is Urgency.IMMEDIATE or facts.child is Known.YES
    awake = {id for id in left if pressing and (id == UPT or id.startswith("polres-"))}
    if found is None:
        assert not awake and not {id for id in left if id in (UPT, OVERSIGHT) or "ppapp" in id}
        return
    check(facts, found, open)
    assert not awake or awake.intersection(found.queues), (facts, open)
    ranked = (OVERSIGHT, UPT) if facts.area == OUTSIDE and not facts.about_self else (UPT, OVERSIGHT)
    desk = [id for id in left if id.startswith("ppapp-")]
    assert found.lead == next((id for id in (*desk, *ranked) if id in left), found.lead), (facts, open)


def test_no_is_routed_as_unknown_and_high_like_normal(directory: Directory) -> None:
    everything = frozenset(directory.queues)
    for area, urgency, child, man in product(AREAS, Urgency, Known, Known):
        facts = replace(WITNESS, area=area, urgency=urgency, child=child, man=man)
        as_unknown = {Known.NO: Known.UNKNOWN}
        alike = replace(
            facts,
            child=as_unknown.get(child, child),
            man=as_unknown.get(man, man),
            urgency=Urgency.NORMAL if urgency is Urgency.HIGH else urgency,
        )
        assert routed(directory, facts, everything).readers == routed(directory, alike, everything).readers


@given(st.data())
def test_kind_and_abroad_never_change_a_reader(directory: Directory, data: st.DataObject) -> None:
    facts = data.draw(facts_of_any_kind())
    open = data.draw(st.frozensets(st.sampled_from(sorted(directory.queues))))
    plain = replace(facts, kind=Kind.UNKNOWN, abroad=Known.UNKNOWN)
    one, other = route(directory, facts, open, NIGHT), route(directory, plain, open, NIGHT)
    assert (one and one.readers) == (other and other.readers)
    if one is not None:
        check(facts, one, open)


def facts_of_any_kind() -> st.SearchStrategy[Facts]:
    known = st.sampled_from(Known)
    return st.builds(
        Facts,
        area=st.sampled_from(AREAS),
        kind=st.sampled_from(Kind),
        urgency=st.sampled_from(Urgency),
        child=known,
        man=known,
        abroad=known,
        officials=st.sampled_from(OFFICIALS),
        about_self=st.booleans(),
        no_police=st.booleans(),
    )


@given(facts_of_any_kind(), st.text(max_size=8))
def test_a_place_nobody_knows_still_has_a_desk(directory: Directory, facts: Facts, area: str) -> None:
    found = routed(directory, replace(facts, area=area))
    assert found.lead in {UPT, OVERSIGHT} or area in AREAS


def test_a_neighbour_in_jakarta_selatan(directory: Directory) -> None:
    found = routed(directory, replace(WITNESS, kind=Kind.MIGRANT_SHELTER))
    assert found.readers == (
        Reader("ppapp-jaksel", Role.LEAD),
        Reader(UPT, Role.NEXT),
        Reader(OVERSIGHT, Role.OVERSIGHT),
    )
    assert (found.lead, found.escalates_to, found.due) == ("ppapp-jaksel", UPT, timedelta(days=2))
    assert found.handoffs[:4] == ("naker-jaksel", "bp3mi-jakarta", "polres-jaksel", "imigrasi")


@pytest.mark.parametrize(("urgency", "minutes"), [("immediate", 15), ("high", 360), ("normal", 2880)])
def test_due_times(directory: Directory, urgency: str, minutes: int) -> None:
    facts = replace(WITNESS, urgency=Urgency(urgency))
    assert routed(directory, facts).due == timedelta(minutes=minutes)


@pytest.mark.parametrize("man", Known)
def test_a_child_is_read_at_night_by_the_centre_also_when_a_boy(directory: Directory, man: Known) -> None:
    found = routed(directory, replace(WITNESS, urgency=Urgency.HIGH, child=Known.YES, man=man))
    assert roles(found)[UPT] is Role.AWAKE
    assert {"polres-jaksel", "sosial-jaksel", "didik-jaksel-1", "didik-jaksel-2", "kpai"} <= set(found.handoffs)


@pytest.mark.parametrize("area", AREAS)
def test_an_adult_man_is_never_a_dead_end(directory: Directory, area: str) -> None:
    """The centre serves women and children: he needs another desk, somebody awake, and referrals."""
    for urgency, officials in product(Urgency, OFFICIALS):
        facts = replace(WITNESS, area=area, urgency=urgency, man=Known.YES, officials=officials)
        found = routed(directory, facts)
        assert OVERSIGHT in found.queues and found.handoffs
        if area == OUTSIDE or Official.OFFICE in officials:
            continue
        assert roles(found)[local(directory, area, "sosial-")[0]] is Role.NEXT
        asleep = urgency is Urgency.IMMEDIATE and Official.POLICE not in officials
        assert not asleep or roles(found)[local(directory, area, "polres-")[0]] is Role.AWAKE


def test_an_adult_man_who_wants_no_police_is_read_by_the_centre_at_night(directory: Directory) -> None:
    facts = replace(WITNESS, urgency=Urgency.IMMEDIATE, man=Known.YES, no_police=True)
    assert roles(routed(directory, facts))[UPT] is Role.AWAKE


def test_the_second_police_of_the_north_steps_in(directory: Directory) -> None:
    facts = replace(WITNESS, area="31.72", urgency=Urgency.IMMEDIATE, man=Known.YES)
    found = routed(directory, facts, directory.queues.keys() - {"polres-jakut"})
    assert roles(found)["polres-priok"] is Role.AWAKE


def test_a_named_office_leaves_centre_oversight_and_police(directory: Directory) -> None:
    facts = replace(WITNESS, kind=Kind.MIGRANT_SHELTER, officials=frozenset({Official.OFFICE}))
    found = routed(directory, facts)
    assert found.queues == (UPT, OVERSIGHT)
    assert found.handoffs == ("polres-jaksel", "lpsk")


def test_a_named_neighbourhood_official_costs_no_desk(directory: Directory) -> None:
    """RT, RW and kelurahan have no queue that could be lost."""
    named = routed(directory, replace(WITNESS, officials=frozenset({Official.RT})))
    assert named == routed(directory, WITNESS)
    assert not any("lurah" in id or "camat" in id for id in directory.queues)


def test_ones_own_report_is_proposed_to_no_police(directory: Directory) -> None:
    found = routed(directory, replace(WITNESS, urgency=Urgency.IMMEDIATE, man=Known.YES, about_self=True))
    assert found.readers == (Reader(UPT, Role.LEAD), Reader(OVERSIGHT, Role.NEXT))
    assert found.handoffs == ("sosial-jaksel", "bp3mi-jakarta", "naker-jaksel", "lpsk")


def test_outside_jakarta_goes_to_oversight_for_hand_off(directory: Directory) -> None:
    found = routed(directory, replace(WITNESS, area=OUTSIDE, abroad=Known.YES))
    assert found.readers == (Reader(OVERSIGHT, Role.LEAD), Reader(UPT, Role.NEXT))
    assert found.handoffs == ("kemlu", "bp3mi-jakarta", "lpsk")
    assert found.escalates_to == UPT
    alone = routed(directory, replace(WITNESS, area=OUTSIDE), {OVERSIGHT})
    assert (alone.readers, alone.escalates_to) == ((Reader(OVERSIGHT, Role.LEAD),), None)


def test_a_pilot_in_one_kota(directory: Directory) -> None:
    open = frozenset({"ppapp-jaktim", UPT, OVERSIGHT})
    assert routed(directory, replace(WITNESS, area="31.75"), open).lead == "ppapp-jaktim"
    assert routed(directory, replace(WITNESS, area="31.71"), open).lead == UPT
    assert routed(directory, replace(WITNESS, area="31.71"), {OVERSIGHT}).lead == OVERSIGHT
    assert directory.served(open) == {"31.75"}
    assert route(directory, WITNESS, frozenset({"ppapp-jaktim", "a queue of long ago"}), DAY) is None


def test_a_silent_lead_is_not_followed_by_police_when_the_centre_is_closed(directory: Directory) -> None:
    facts = replace(WITNESS, urgency=Urgency.IMMEDIATE)
    found = routed(directory, facts, directory.queues.keys() - {UPT})
    assert roles(found)["polres-jaksel"] is Role.AWAKE
    assert found.escalates_to == OVERSIGHT


def test_when_the_first_time_is_over_somebody_new_reads(directory: Directory) -> None:
    """The centre that is awake reads at once, so that oversight is the one that a silence must wake."""
    child = routed(directory, replace(WITNESS, child=Known.YES))
    assert roles(child) == {"ppapp-jaksel": Role.LEAD, UPT: Role.AWAKE, OVERSIGHT: Role.NEXT}
    assert roles(routed(directory, WITNESS, {"ppapp-jaksel", OVERSIGHT}))[OVERSIGHT] is Role.NEXT
    assert roles(routed(directory, WITNESS))[OVERSIGHT] is Role.OVERSIGHT


def test_a_centre_that_sleeps_is_stood_in_for_at_night_only(directory: Directory) -> None:
    centre = replace(directory.queues[UPT], hours=Hours.OFFICE)
    sleepy = replace(directory, queues={**directory.queues, UPT: centre})
    facts, everything = replace(WITNESS, child=Known.YES), frozenset(directory.queues)
    night, day = route(sleepy, facts, everything, NIGHT), route(sleepy, facts, everything, DAY)
    assert night is not None and roles(night)["polres-jaksel"] is Role.AWAKE and roles(night)[UPT] is Role.NEXT
    assert day is not None and day.queues == ("ppapp-jaksel", UPT, OVERSIGHT)


def test_a_time_without_a_zone_is_refused(directory: Directory) -> None:
    naive = DAY.replace(tzinfo=None)
    facts = replace(WITNESS, urgency=Urgency.IMMEDIATE)
    with pytest.raises(ValueError, match="zone"):
        route(directory, facts, frozenset(directory.queues), naive)


@pytest.mark.parametrize(
    ("signs", "kind"),
    [
        ((), "unknown"),
        (("locked",), "unknown"),
        (("unsure",), "unknown"),
        (("other",), "other"),
        (("locked", "many_people"), "migrant_shelter"),
        (("child", "many_people"), "migrant_shelter"),
        (("child",), "child_exploitation"),
        (("forced", "child", "many_people"), "child_exploitation"),
        (("afraid", "papers_held"), "forced_labour"),
        (("other", "forced"), "forced_labour"),
    ],
)
def test_signs_to_kind(directory: Directory, signs: tuple[str, ...], kind: str) -> None:
    assert kind_of(signs, directory) == kind


def test_every_set_of_signs_has_a_kind_in_any_order(directory: Directory) -> None:
    for signs in subsets(Sign):
        assert kind_of(sorted(signs), directory) is kind_of(sorted(signs, reverse=True), directory)


@pytest.mark.parametrize(
    ("when", "child", "urgency"),
    [
        ("danger_now", "unknown", "immediate"),
        ("danger_now", "yes", "immediate"),
        ("ongoing", "yes", "high"),
        ("past", "yes", "high"),
        ("ongoing", "no", "normal"),
        ("past", "unknown", "normal"),
        ("unknown", "unknown", "normal"),
    ],
)
def test_urgency(directory: Directory, when: str, child: str, urgency: str) -> None:
    assert urgency_of(when, Known(child), directory) == urgency


def test_answers_that_were_never_offered_are_refused(directory: Directory) -> None:
    with pytest.raises(ValueError, match="digembok"):
        kind_of(["locked", "digembok"], directory)
    with pytest.raises(ValueError, match="kemarin"):
        urgency_of("kemarin", Known.UNKNOWN, directory)
    assert {When(word) for word in directory.table.urgency_when} == set(When)
