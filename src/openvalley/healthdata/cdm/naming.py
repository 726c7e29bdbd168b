"""Finds the concepts of a question in a database's own vocabulary."""

from collections.abc import Mapping

from openvalley.errors import BadCohort
from openvalley.healthdata.cdm.cohorts import OMOP, Criterion, Event, Kind, leaves
from openvalley.healthdata.cdm.engines import Engine

#: The domain that the vocabulary gives what each kind of event is about.
_DOMAINS: Mapping[Kind, str] = {
    Kind.CONDITION: "Condition", Kind.DRUG: "Drug", Kind.PROCEDURE: "Procedure", Kind.MEASUREMENT: "Measurement",
}


def named(engine: Engine, criterion: Criterion) -> dict[str, int]:
    """Return the concept_id of every concept and unit that a cohort names.

    A concept that only stands above others (in concept_ancestor) is known too: cut vocabularies leave its row out.

    Raises:
        BadCohort: a concept is unknown here, or is of another domain than it is asked for as.

    """
    found: dict[str, int] = {}
    for leaf in leaves(criterion):
        if isinstance(leaf, Event):
            found[leaf.concept] = _known(engine, leaf.concept, _DOMAINS[leaf.kind])
            if leaf.unit:
                found[leaf.unit] = _known(engine, leaf.unit, "Unit")
    return found


def domain_of(engine: Engine, concept: str) -> Kind:
    """Return as what kind of event a concept can be asked for.

    Raises:
        BadCohort: it is unknown, or of a domain that cannot be asked for.

    """
    for row in _rows(engine, concept):
        for kind, domain in _DOMAINS.items():
            if row[1] == domain:
                return kind
    raise BadCohort(f"{concept} is no condition, drug, procedure or measurement of this vocabulary.", term=concept,
                    hint="Look the concept up at athena.ohdsi.org.")


def _rows(engine: Engine, concept: str) -> list[tuple[int, str]]:
    vocabulary, _, code = concept.partition(":")
    if vocabulary == OMOP:
        where, given = "c.concept_id = {0}", {"code": int(code)}
        parameters: dict[str, object] = dict(given)
    else:
        where, parameters = "c.vocabulary_id = {1} AND c.concept_code = {0}", {"code": code, "vocabulary": vocabulary}
    mark = "${}" if engine.dialect == "duckdb" else "%({})s"
    found = engine.rows(
        "SELECT c.concept_id, c.domain_id FROM concept AS c WHERE "
        + where.format(mark.format("code"), mark.format("vocabulary"))
        + " ORDER BY CASE WHEN c.standard_concept = 'S' THEN 0 ELSE 1 END, c.concept_id LIMIT 1", parameters)
    return [(int(row[0]), str(row[1])) for row in found]


def _known(engine: Engine, concept: str, domain: str) -> int:
    rows = _rows(engine, concept)
    if rows:
        number, found = rows[0]
        if found != domain:
            raise BadCohort(f"{concept} is of the domain {found}, and is asked for as {domain.lower()}.", term=concept,
                            hint="Ask for it as what it is, or look the concept up at athena.ohdsi.org.")
        return number
    vocabulary, _, code = concept.partition(":")
    if vocabulary == OMOP:
        mark = "$code" if engine.dialect == "duckdb" else "%(code)s"
        if engine.rows(f"SELECT 1 FROM concept_ancestor WHERE ancestor_concept_id = {mark} LIMIT 1",
                       {"code": int(code)}):
            return int(code)
    raise BadCohort(f"{concept} is not in this vocabulary.", term=concept,
                    hint="Look the concept up at athena.ohdsi.org; it may be newer than the vocabulary here.")
