"""Coverage: what others quote of the region, beside what the atlas can show name by name."""

from collections.abc import Mapping
from typing import Any

from openvalley.atlas.headline import COMPANY_KINDS
from openvalley.atlas.model import Figures
from openvalley.atlas.pack_rows import CuratedRow, curated_rows
from openvalley.atlas.reader import Atlas
from openvalley.site.pages import addresses, wording


def quoted(atlas: Atlas) -> list[tuple[str, CuratedRow]]:
    """Return the figures that others quote about the region, each with what it counts in the page's language."""
    return [(row.name_in(wording.language()), row) for row in curated_rows(atlas, "figure")]


def coverage(region: Mapping[str, Any], figures: Figures) -> list[dict[str, Any]]:
    """Return, by kind, the count that others quote beside the counts that the atlas holds: verified, and not yet."""
    rows = []
    for kind, claimed in region.get("claimed", {}).items():
        kinds = COMPANY_KINDS if kind == "company" else (kind,)
        url = addresses.counted_url(kind=kinds)
        rows.append({"kind": kind, "label": wording.term("kind", kind), "claimed": claimed,
                     "held": sum(figures.kinds.get(code, 0) for code in kinds), "url": url,
                     "unverified": sum(figures.unverified_kinds.get(code, 0) for code in kinds)})
    return rows
