"""Names on an organisation's page: which one heads it in the reader's language, and which stand beneath."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from openvalley.atlas.model import Claim, Organisation
from openvalley.site.pages.facts import Fact, Value

#: Names that stand beneath the heading; all are listed further down.
_BENEATH = 4


def own_name(organisation: Organisation, claims: Sequence[Claim], sources: Mapping[str, Mapping[str, Any]],
             language: str) -> str:
    """Return an organisation's name in a language, else its main name.

    Where its main name is not one of several in that language, the curators' comes before those of registers.
    """
    given = [claim for claim in claims if (claim.property, claim.qualifier) == ("other_name", f"label:{language}")]
    curated = [claim.value for claim in given if sources.get(claim.source, {}).get("region_pack")]
    if not curated or organisation.name in {claim.value for claim in given}:
        return organisation.name_in(language)
    return curated[0]


def names_beneath(names: Fact | None, organisation: Organisation, shown: str) -> list[Value]:
    """Return the names that stand beneath the heading `shown`: the main name, and the own names in other languages."""
    own = {(name.value, name.language) for name in organisation.names if name.kind == "label" and name.language}
    listed = names.values if names else ()
    beneath = {value.text: value for value in listed
               if value.text != shown and (value.text == organisation.name or (value.text, value.language) in own)}
    return sorted(beneath.values(), key=lambda value: value.text != organisation.name)[:_BENEATH]


def backed_name(main: Fact | None, names: Fact | None, shown: str) -> Fact | None:
    """Return the fact whose one value is the heading: `main`, or the one of `names` that is shown in its place."""
    if main is None or names is None or main.values[0].text == shown:
        return main
    return next((replace(names, values=[value]) for value in names.values if value.text == shown), main)
