"""Clusters: records that are one organisation, joined one by one, and what must stay apart."""

from collections.abc import Iterable, Mapping

#: Why two clusters stay two although something speaks for one.
KEPT_APART = "a register keeps them apart"
DIFFER = "a person decided that they differ"
#: Why likeness does not make two clusters one.
LISTED_TWICE = "one register lists both"
OTHER_NUMBER = "their numbers differ"

#: What a record has that no other organisation has: the scheme of a number and its value, or its register and its key.
Mark = tuple[str, str]
#: What stands before the register in the scheme of a mark that is a row's key.
LISTED = "row of "


class Clusters:
    """Union-find over record names that knows which clusters must stay apart."""

    def __init__(self, anchors: Mapping[str, str], marks: Mapping[str, Iterable[Mark]] | None = None) -> None:
        """Begin with every record alone.

        Args:
            anchors: the records that a register keeps apart from each other.
            marks: what records have that no other organisation has; likeness does not join what contradicts itself.

        """
        self._parent: dict[str, str] = {}
        self._anchor = dict(anchors)
        self._marks = {record: _by_scheme(its) for record, its in (marks or {}).items()}
        self._apart: dict[str, set[tuple[str, str]]] = {}
        self._alone: dict[str, set[str]] = {}

    def find(self, record: str) -> str:
        """Return the record that stands for a record's cluster."""
        root = record
        while (above := self._parent.get(root, root)) != root:
            root = above
        while record != root:
            above = self._parent.get(record, record)
            self._parent[record] = root
            record = above
        return root

    def one(self, left: str, right: str) -> bool:
        """Tell whether two records are in one cluster."""
        return self.find(left) == self.find(right)

    def keep_apart(self, left: str, right: str) -> None:
        """Never let two records come into one cluster by `hindrance`; both are still alone when this is said."""
        self._apart.setdefault(left, set()).add((left, right))
        self._apart.setdefault(right, set()).add((right, left))

    def keep_alone(self, record: str) -> None:
        """Remember that nothing matches a record, or what it is joined with."""
        self._alone.setdefault(self.find(record), set()).add(record)

    def hindrance(self, left: str, right: str) -> str:
        """Return why the clusters of two records may not become one; empty when they may."""
        one, other = self.find(left), self.find(right)
        if one == other:
            return ""
        if self._anchor.get(one) and self._anchor.get(other):
            return KEPT_APART
        return DIFFER if self.parted(left, right) else ""

    def anchor(self, record: str) -> str:
        """Return the anchor of a record's cluster; empty where it has none."""
        return self._anchor.get(self.find(record), "")

    def contrary(self, left: str, right: str) -> str:
        """Return why likeness may not make one of the clusters of two records; empty when it may.

        They have different numbers of one scheme, or one register lists both: its rows are different organisations
        unless a number says otherwise.
        """
        one, other = (self._marks.get(self.find(record), {}) for record in (left, right))
        schemes = [scheme for scheme in sorted(one.keys() & other.keys()) if one[scheme].isdisjoint(other[scheme])]
        if not schemes:
            return ""
        return LISTED_TWICE if all(scheme.startswith(LISTED) for scheme in schemes) else OTHER_NUMBER

    def parted(self, left: str, right: str) -> list[tuple[str, str]]:
        """Return the pairs that were said to differ, one in each of the clusters of two records, in name order."""
        one, other = self.find(left), self.find(right)
        return sorted({(min(pair), max(pair)) for pair in self._apart.get(one, ()) if self.find(pair[1]) == other})

    def alone(self, left: str, right: str) -> list[str]:
        """Return the records of two clusters that nothing matches; of one cluster none."""
        one, other = self.find(left), self.find(right)
        return [] if one == other else sorted({*self._alone.get(one, ()), *self._alone.get(other, ())})

    def join(self, left: str, right: str) -> None:
        """Make one cluster of those of two records."""
        one, other = sorted((self.find(left), self.find(right)))
        if one == other:
            return
        self._parent[other] = one
        anchor = min(filter(None, (self._anchor.get(one), self._anchor.get(other))), default=None)
        if anchor:
            self._anchor[one] = anchor
        self._apart.setdefault(one, set()).update(self._apart.pop(other, ()))
        self._alone.setdefault(one, set()).update(self._alone.pop(other, ()))
        marks = self._marks.setdefault(one, {})
        for scheme, values in self._marks.pop(other, {}).items():
            marks.setdefault(scheme, set()).update(values)


def _by_scheme(marks: Iterable[Mark]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for scheme, value in marks:
        found.setdefault(scheme, set()).add(value)
    return found
