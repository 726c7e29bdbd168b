"""Called: what organisations are called in each language, so that a sentence names them in that of its reader.

A name is a text, the one that the atlas shows everywhere, and knows its forms in other languages. The rule is that of
an organisation's page: the shown name where it is one in that language, else the curators' own, else the register's
first in alphabetical order; without any, the shown name. Reads the atlas; writes nothing. Next: sentences.py.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Self

from openvalley.atlas.reader import Atlas
from openvalley.atlas.remembering import remembered
from openvalley.vocabulary.terms import LANGUAGES

_SHOWN_ALONE: Mapping[str, str] = {}


class Called(str):
    """The shown name of an organisation; ``names`` are those by language that differ from it."""

    __slots__ = ("names",)

    names: Mapping[str, str]

    def __new__(cls, shown: str, names: Mapping[str, str] = _SHOWN_ALONE) -> Self:
        """Make one from the shown name and those of other languages."""
        made = super().__new__(cls, shown)
        made.names = names
        return made

    def in_language(self, language: str) -> str:
        """Return the name in a language, else the shown one."""
        return self.names.get(language) or str(self)

    def within(self, town: "Called") -> "Called":
        """Return the same name with that of a town in brackets behind it, both in each language."""
        known = dict.fromkeys([*self.names, *town.names])
        return Called(f"{self} ({town})", {
            language: f"{self.in_language(language)} ({town.in_language(language)})" for language in known})


def called(atlas: Atlas, organisation: str, shown: str | None) -> Called:
    """Return what an organisation (by its id) is called, given its shown name; its id where it has none."""
    names = remembered(atlas, "called", lambda: _read(atlas))
    return Called(shown or organisation, names.get(organisation, _SHOWN_ALONE))


def town_called(atlas: Atlas, town: str) -> Called:
    """Return what a town of the region is called, by whichever of its names the pack knows it."""
    return Called(town, remembered(atlas, "towns called", lambda: _towns(atlas)).get(town, _SHOWN_ALONE))


def _towns(atlas: Atlas) -> Mapping[str, Mapping[str, str]]:
    named: Mapping[str, Mapping[str, str]] = atlas.manifest["region"].get("town_names") or {}
    return {spelling: names for town, names in named.items() for spelling in (town, *names.values())}


def _read(atlas: Atlas) -> Mapping[str, Mapping[str, str]]:
    """Return the names of organisations by language where they differ from the shown ones (of the mirror 6,000)."""
    packs = [source["name"] for source in atlas.manifest["sources"] if source.get("region_pack")]
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for row in atlas.rows(_NAMES, [packs, list(LANGUAGES)]):
        found[row["id"]][row["language"]] = row["value"]
    return dict(found)


_NAMES = """
WITH curated AS (
    SELECT subject AS id, substr(qualifier, length('label:') + 1) AS language,
        first(value ORDER BY wins DESC, source, value) AS value
    FROM claim WHERE property = 'other_name' AND starts_with(qualifier, 'label:') AND source IN (SELECT unnest(?))
    GROUP BY ALL
)
SELECT n.id, n.language, coalesce(any_value(c.value), min(n.value)) AS value
FROM organisation_name AS n JOIN organisation AS o ON o.id = n.id
LEFT JOIN curated AS c ON c.id = n.id AND c.language = n.language
WHERE n.kind = 'label' AND n.language IN (SELECT unnest(?))
GROUP BY n.id, n.language HAVING NOT coalesce(bool_or(n.value = o.name), false)
"""
