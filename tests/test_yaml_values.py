"""Values of a YAML text: as PyYAML reads them, or refused with the line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yaml import safe_dump, safe_load

from content.faults import Fault
from content.rows import read_yaml

SCALARS = st.none() | st.booleans() | st.integers() | st.dates() | st.text()
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=12
)


@given(TREES)
def test_any_tree_is_read_as_pyyaml_reads_it(tree: object) -> None:
    text = safe_dump(tree, allow_unicode=True)
    assert read_yaml("x.yaml", text) == safe_load(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# only a comment",
        "- yes\n- no\n- ~\n- 1.5\n- '1'\n- 0x1f\n- 12:30\n- 2026-11-21\n- .inf\n- yesterday\n- !!str 5",
        "a: &x [1, 2]\nb: *x\nc: &y {d: e}\nf: *y\n&z g: *z",
        "a: |\n  one\n  two\nb: >\n  one\n  two\nc: ''\nd:\n",
        "a: 1\na: 2",
        "? a\n: b",
    ],
)
def test_it_reads_as_pyyaml_does(text: str) -> None:
    assert repr(read_yaml("x.yaml", text)) == repr(safe_load(text))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: b\nc: d: e", "near line 2"),
        ("a: [b", "near line"),
        ("a: b\nc: *nothing", "near line 2"),
        ("a: b\n---\nc: d", "near line 2"),
        ("a: b\n[c]: d", "near line 2"),
        ("a: !!python/name:os.system x", "near line 1"),
        ("a: b\nc: !!set {d}", "near line 2"),
        ("a: b\n<<: {c: d}", "near line 2"),
        ("[" * 9_000, "near line 1"),
        ("a: \x01", "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text: str, says: str) -> None:
    with pytest.raises(Fault, match=says):
        read_yaml("x.yaml", text)
