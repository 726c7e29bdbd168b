"""The linker's arrays: what they say of many pairs at once is what one would say of each pair alone."""

import gc

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from openvalley.resolve.garbage import uncollected
from openvalley.resolve.linker.kernel import Scored, best_pairs
from openvalley.resolve.linker.namesakes import Namesakes
from openvalley.resolve.linker.overlap import heaviest, meet, overlap, total
from openvalley.resolve.linker.scorecard import Scorecard, read
from openvalley.resolve.linker.worded import MOST_WORDS, Vocabulary

_WORDS = st.sampled_from(["kaai", "schelde", "dike", "university", "hospital", "12"])
_TEXTS = st.lists(st.lists(_WORDS, min_size=1, max_size=MOST_WORDS + 4).map(tuple), min_size=1, max_size=5)
_WEIGHTS = arrays.arrays(np.float32, st.tuples(st.just(MOST_WORDS), st.integers(1, 4)),
                         elements=st.floats(0, 1, width=32))


@given(_TEXTS, _TEXTS, st.sets(_WORDS, min_size=1))
def test_the_words_of_pairs_are_matched_as_sets(texts, names, unheard):
    words = Vocabulary()
    words.add(word for name in names for word in name)
    ours = words.read([tuple(f"{word}x" if word in unheard else word for word in text) for text in texts],
                      [""] * len(texts))
    theirs = words.read(names, [""] * len(names))
    pairs = [(text, name) for text in range(len(texts)) for name in range(len(names))]
    found = overlap(ours, theirs, tuple(np.array(side, np.int32) for side in zip(*pairs, strict=True)))
    for column, (text, name) in enumerate(pairs):
        said, known = (list(dict.fromkeys(worded.texts[number].split()))[:MOST_WORDS]
                       for worded, number in ((ours, text), (theirs, name)))
        assert found.both[:len(said), column].tolist() == [word in known for word in said]
        assert found.back[:len(known), column].tolist() == [word in said for word in known]
        assert found.alone[column] == len(set(said) - set(known))
        assert found.other_alone[column] == len(set(known) - set(said))


@given(_WEIGHTS)
def test_sums_and_largest_numbers_are_numpys(weights):
    assert total(weights).tolist() == np.ascontiguousarray(weights.T).sum(axis=1).tolist()
    most, at = heaviest(weights)
    assert most.tolist() == weights.max(axis=0).tolist()
    assert at.tolist() == weights.argmax(axis=0).tolist()


def test_no_word_meets_no_word():
    assert meet(np.array([[-1, 3, 4]], np.int32), np.array([[-1, 3, 5]], np.int32)).tolist() == [[False, True, False]]


@given(st.lists(st.lists(_WORDS, max_size=6), max_size=4), st.lists(_WORDS, max_size=5))
def test_namesakes_are_found_in_the_order_of_their_numbers(came, asked):
    known: list[str] = []
    found = Namesakes()
    for texts in came:
        found.put(texts, np.arange(len(known), len(known) + len(texts), dtype=np.int32) * 2)
        known += texts
    place, name = found.find(asked)
    assert list(zip(place.tolist(), name.tolist(), strict=True)) == [
        (at, number * 2) for at, text in enumerate(asked) for number, other in enumerate(known) if other == text]
    assert len(found) == len(set(known))


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.sampled_from([-1.0, 0.0, 2.0])), max_size=12))
def test_the_first_of_the_best_pairs_of_a_row_and_an_organisation_is_kept(lines):
    lines.sort(key=lambda line: line[:2])
    row, organisation, points = (np.array([line[at] for line in lines], kind)
                                 for at, kind in enumerate((np.int32, np.int32, float)))
    best = best_pairs(Scored(row, organisation, np.zeros((len(lines), 0)), points,
                             np.arange(len(lines), dtype=np.int32), np.full(len(lines), "", object)))
    firsts: dict[tuple[int, int], int] = {}
    for number, (of, bearer, scored) in enumerate(lines):
        if (of, bearer) not in firsts or scored > lines[firsts[of, bearer]][2]:
            firsts[of, bearer] = number
    assert best.name.tolist() == list(firsts.values())


@given(arrays.arrays(np.float64, (7, 2), elements=st.floats(-1, 30)))
def test_points_are_the_sum_of_the_rules_however_many_thresholds_there_are(seen):
    rules = [read(f"x {at} | y 0.5: 0.1 0.2 | x {at + 1}: {at} -0.4") for at in range(20)]
    points = Scorecard(("x", "y"), 1.0, rules).points(seen).tolist()
    for (one, other), given_ in zip(seen.tolist(), points, strict=True):
        said = 1.0
        for rule in rules:
            branch = rule.branches[0 if one <= rule.most else 1]
            said += branch.points[0 if {"x": one, "y": other}[branch.feature] <= branch.most else 1]
        assert abs(said - given_) < 1e-9


def test_the_collector_of_garbage_rests_only_while_it_is_told_to():
    assert gc.isenabled()
    with uncollected():
        assert not gc.isenabled()
        with uncollected():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
