"""Places: where a value of a candidate stands among those of all candidates of one asker.

Counts grow with the years that a register covers, so that trees which learnt from a short past misread a longer one.
Places do not: the first of all candidates is the first whatever the past.
"""

from collections.abc import Collection, Mapping

import numpy as np

from openvalley.insight.connect.past import Floats

#: Mark before the name of a column that holds places, and columns that have none: the same for all candidates of an
#: asker, or in proportion to another one.
PLACE, _PLACELESS = "%", ("a_", "act_a", "r_")


def placed(columns: Mapping[str, Floats], candidates: Mapping[str, Floats],
           wanted: Collection[str] | None = None) -> dict[str, Floats]:
    """Return the places (0 to 1, the highest value last; equal values share the middle of theirs) of some candidates.

    Args:
        columns: of those who are placed, at least one.
        candidates: the same columns of all candidates, among whom they are.
        wanted: names of the columns that are needed; all where it is None.

    """
    found = {}
    for name, column in columns.items():
        if not name.startswith(_PLACELESS) and (wanted is None or PLACE + name in wanted):
            ordered = np.sort(candidates[name])
            low, high = (np.searchsorted(ordered, column, side) for side in ("left", "right"))
            found[PLACE + name] = (low + high) / (2 * len(ordered))
    return found
