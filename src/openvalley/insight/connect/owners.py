"""Owners: which organisation each participant of the past is; one organisation may be several participants (PICs)."""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from openvalley.atlas.reader import Atlas
from openvalley.insight.connect.past import Past
from openvalley.insight.connect.pool import Left, pool


class Owners:
    """The organisations of the participants of a past; ``by_number`` has the id of each participant's."""

    def __init__(self, atlas: Atlas, past: Past) -> None:
        """Read whose participants they are."""
        known = {row["pic"]: row["id"] for row in atlas.rows(
            "SELECT DISTINCT organisation_record AS pic, organisation_id AS id FROM participation "
            "WHERE source = 'cordis'")}
        self.by_number: Sequence[str] = [known[pic] for pic in past.pics.tolist()]
        self._place = {one: place for place, one in enumerate(dict.fromkeys(self.by_number))}
        self._owner = np.array([self._place[one] for one in self.by_number], np.int64)
        self._pool = pool(atlas)
        self._possible = self._are(self._pool)

    def participants(self, organisation: str) -> Sequence[int]:
        """Return the numbers of an organisation's participants."""
        place = self._place.get(organisation)
        return [] if place is None else np.flatnonzero(self._owner == place).tolist()

    def those(self, left: Left) -> npt.NDArray[np.bool_]:
        """Say of each participant whether it is one of those whom filters leave."""
        kept = self._possible if left.among is self._pool else self._are(left.among)
        found: npt.NDArray[np.bool_] = (kept & ~self._are(left.without))[self._owner]
        return found

    def _are(self, organisations: Iterable[str]) -> npt.NDArray[np.bool_]:
        """Say of each organisation that has participants whether it is one of some."""
        are = np.zeros(len(self._place), bool)
        are[[place for one in organisations if (place := self._place.get(one)) is not None]] = True
        return are
