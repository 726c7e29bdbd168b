"""Conflicts: judgements that cannot all be true are named, with the way between."""

import pytest

from openvalley.resolve.conflicts import conflicts
from openvalley.resolve.judgement import Decision, Judgement


def _judged(pair, decision=Decision.SAME):
    return Judgement(f"x/{pair[0]}", f"x/{pair[1]}" if len(pair) > 1 else "", decision, "an", "why",
                     "2026-01-01T00:00:00+00:00")


@pytest.mark.parametrize(("same", "different", "found"), [
    (["ab", "bc"], ["ac"], {"ac": ["ab", "bc"]}), (["ab", "bc", "cd", "ad"], ["ad"], {"ad": ["ad"]}),
    (["ab", "cd"], ["ac", "bd"], {}), (["ab"], [], {}), ([], ["ab"], {}),
    (["ab", "bc"], ["ac", "ab"], {"ac": ["ab", "bc"], "ab": ["ab"]}),
])
def test_the_shortest_way_between_two_that_differ_is_told(same, different, found):
    judgements = [*map(_judged, same), *(_judged(pair, Decision.DIFFERENT) for pair in different),
                  _judged("e", Decision.NO_MATCH)]
    told = {conflict.apart.pair: [one.pair for one in conflict.same] for conflict in conflicts(judgements)}
    assert told == {_judged(pair).pair: [_judged(step).pair for step in way] for pair, way in found.items()}
