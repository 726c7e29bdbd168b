"""Records of organisations, and what became of them, for tests of who is who."""

import pyarrow as pa

from openvalley.resolve.judgement import Judgement
from openvalley.vocabulary.records import ORGANISATION
from worlds import ror_id

NO_IDS = pa.table({"id": pa.array([], pa.string()), "target": pa.array([], pa.string())})


def record(source, key, *names, country="BE", city=None, domain=None, relations=(), state="active", **numbers):
    """Return a record of an organisation with its names; those that begin with ``acronym:`` are acronyms."""
    listed = {"ror": numbers.get("ror") or (key if source == "ror" else None),
              "pic": numbers.get("pic") or (key if source == "cordis" else None),
              "vat": numbers.get("vat"), "kbo": numbers.get("kbo"), "isni": numbers.get("isni"),
              "grid": numbers.get("grid")}
    kinds = ["alias" if place else "label" for place in range(len(names))]
    return {
        **dict.fromkeys(ORGANISATION.schema.names), "source": source, "source_id": key, "source_version": "v1",
        "name": names[0] if names else None, "country": country, "state": state,
        "names": [{"value": name.removeprefix("acronym:"), "language": None,
                   "kind": "acronym" if name.startswith("acronym:") else kind}
                  for name, kind in zip(names, kinds, strict=True)],
        "identifiers": [{"scheme": scheme, "value": value} for scheme, value in listed.items() if value],
        "domains": [domain] if domain else [], "locations": [{"city": city}] if city else [],
        "relations": [{"kind": kind, "scheme": "ror", "value": value} for kind, value in relations],
    }


def ids_of(resolved):
    """Return the public id of every record."""
    return {row["record"]: row["id"] for row in resolved.members.to_pylist()}


def redirects_of(resolved):
    """Return where every earlier id leads."""
    return {row["id"]: row["target"] for row in resolved.redirects.to_pylist()}


def decision_on(resolved, left, right):
    """Return what was decided about two records, and None where nothing was."""
    return next((row for row in resolved.decisions.to_pylist() if {row["left"], row["right"]} == {left, right}), None)


def human(left, right, decision):
    """Return what a person decided about two records on New Year of 2026."""
    return Judgement(*sorted((left, right)), decision, "an", "asked them", "2026-01-01T00:00:00+00:00")


def pic(number):
    """Return a participant's number that no register has given out."""
    return str(990000000 + number)


#: Two records of one name, and how they are called.
PAIR = [record("ror", ror_id(1), "Alpha Institute"), record("cordis", pic(1), "Alpha Institute")]
LEFT, RIGHT = f"ror/{ror_id(1)}", "cordis/990000001"
