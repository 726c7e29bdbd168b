"""What changed between two atlases of one home: who and what is new, gone, or changed its name or state.

Of the region only: organisations in scope, life-science projects and trials that it takes part in; calls are for all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from openvalley.atlas.publish import DATABASE, versions
from openvalley.errors import BadInput
from openvalley.quoting import text
from openvalley.settings import Settings
from openvalley.storage import CURRENT


@dataclass(frozen=True)
class Change:
    """One kind of change: how many there are, and which."""

    total: int
    rows: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Difference:
    """What changed from the older to the newer atlas, by kind of change."""

    old: str
    new: str
    changes: Mapping[str, Change]


_SHOWN = "{alias}.id, {alias}.name, {alias}.kind, {alias}.country, {alias}.city"
_IN_SCOPE = "{alias}.in_region AND {alias}.in_scope AND {alias}.named"

#: Query of each kind of change; `new` and `old` are the attached atlases. Redirected ids are the same organisation. A
#: state has changed when its code has: another date of the same state, or another source that says it, is no news.
_QUERIES = {
    "new_organisations": f"""
        SELECT {_SHOWN.format(alias='n')} FROM new.organisation AS n WHERE {_IN_SCOPE.format(alias='n')}
            AND n.id NOT IN (SELECT id FROM old.organisation)
            AND n.id NOT IN (SELECT target FROM new.redirect WHERE id IN (SELECT id FROM old.organisation)
                             AND target IS NOT NULL)""",
    "gone_organisations": f"""
        SELECT {_SHOWN.format(alias='o')} FROM old.organisation AS o WHERE {_IN_SCOPE.format(alias='o')}
            AND o.id NOT IN (SELECT id FROM new.organisation)
            AND o.id NOT IN (SELECT id FROM new.redirect WHERE target IS NOT NULL)""",
    "merged_organisations": f"""
        SELECT {_SHOWN.format(alias='o')}, r.target, s.name AS target_name
        FROM old.organisation AS o JOIN new.redirect AS r ON r.id = o.id
        LEFT JOIN new.organisation AS s ON s.id = r.target
        WHERE {_IN_SCOPE.format(alias='o')} AND r.target IS NOT NULL
            AND o.id NOT IN (SELECT id FROM new.organisation)""",
    "changed_states": f"""
        SELECT {_SHOWN.format(alias='n')}, o.state AS old_state, n.state AS new_state, n.state_date
        FROM new.organisation AS n JOIN old.organisation AS o ON o.id = n.id
        WHERE {_IN_SCOPE.format(alias='n')} AND o.state IS DISTINCT FROM n.state""",
    "renamed_organisations": f"""
        SELECT {_SHOWN.format(alias='n')}, o.name AS old_name FROM new.organisation AS n
        JOIN old.organisation AS o ON o.id = n.id WHERE {_IN_SCOPE.format(alias='n')} AND o.name <> n.name""",
    "new_projects": """
        SELECT n.id, n.acronym, n.title, n.programme, n.start_date FROM new.project AS n
        WHERE n.id NOT IN (SELECT id FROM old.project) AND n.id IN (
            SELECT a.project_id FROM new.participation AS a JOIN new.organisation AS o ON o.id = a.organisation_id
            WHERE o.in_region) AND n.id IN (SELECT project_id FROM new.life_science_project)""",
    "new_trials": """
        SELECT n.id, n.source_id, n.acronym, n.title, n.sponsor, n.state, n.phases, n.start_date FROM new.trial AS n
        WHERE n.in_region AND n.id NOT IN (SELECT id FROM old.trial)""",
    "changed_trials": """
        SELECT n.id, n.source_id, n.acronym, n.title, o.state AS old_state, n.state AS new_state FROM new.trial AS n
        JOIN old.trial AS o ON o.id = n.id WHERE n.in_region AND o.state IS DISTINCT FROM n.state""",
    "new_calls": """
        SELECT n.id, n.title, n.programme, n.opens, n.deadline FROM new.call AS n
        WHERE n.id NOT IN (SELECT id FROM old.call)""",
}

#: Kinds of change whose rows are trials.
TRIALS = ("new_trials", "changed_trials")


def difference(settings: Settings, old: str | None = None, new: str | None = None) -> Difference:
    """Compare two published atlases of the home.

    Args:
        settings: whose atlases.
        old: version of the older one; by default the one before `new`.
        new: version of the newer one; by default the current one.

    Raises:
        BadInput: a version is not kept (any more), or there is no earlier one.

    """
    kept = [path.name for path in versions(settings)]
    newer = new or (settings.atlases / CURRENT).resolve().name
    earlier = [version for version in kept if version != newer]
    older = old or (earlier[-1] if earlier else None)
    if older is None:
        raise BadInput("There is no earlier atlas to compare with.", hint="After the next build there is.")
    for version in (older, newer):
        if version not in kept:
            raise BadInput(f"The atlas {version!r} is not kept.", hint=f"Kept are: {', '.join(kept) or 'none'}.")
    return _compare(settings.atlases / older, settings.atlases / newer)


def _compare(old: Path, new: Path) -> Difference:
    with duckdb.connect() as connection:
        for name, folder in (("old", old), ("new", new)):
            connection.execute(f"ATTACH {text((folder / DATABASE).resolve())} AS {name} (READ_ONLY)")
        try:
            changes = {name: _change(connection, query) for name, query in _QUERIES.items()}
        except (duckdb.CatalogException, duckdb.BinderException) as problem:
            raise BadInput("The two atlases were built by different versions of the program and cannot be compared.",
                           hint="Compare atlases that were built since the last upgrade.") from problem
    return Difference(old.name, new.name, changes)


def _change(connection: duckdb.DuckDBPyConnection, query: str) -> Change:
    cursor = connection.execute(f"SELECT * FROM ({query}) ORDER BY ALL")
    columns = [column[0] for column in cursor.description]
    rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    return Change(len(rows), rows)
