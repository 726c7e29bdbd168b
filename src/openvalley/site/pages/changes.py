"""Changes: what is new, gone or different in the region since the atlas before this one, in the order of the page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from openvalley.atlas.clinical import trial_name
from openvalley.atlas.diff import Difference, difference
from openvalley.atlas.publish import read_manifest
from openvalley.atlas.reader import Atlas
from openvalley.atlas.remembering import remembered
from openvalley.errors import BadInput
from openvalley.site.pages import addresses, wording
from openvalley.site.pages.listed import project_name
from openvalley.site.pages.wording import Text
from openvalley.site.shelf import home_settings

TITLES: Mapping[str, Text] = {
    "new_organisations": _("New organisations"), "gone_organisations": _("Organisations that are no longer named"),
    "merged_organisations": _("Organisations that were joined with another"),
    "changed_states": _("Organisations whose life state changed"),
    "renamed_organisations": _("Organisations with another name"), "new_projects": _("New projects"),
    "new_trials": _("New trials"), "changed_trials": _("Trials whose state changed"), "new_calls": _("New calls"),
}
#: Rows of each kind that the page lists, and the home page.
LISTED, FEW = 100, 4


@dataclass(frozen=True)
class Row:
    """One thing that changed: its name, where it stands now (empty where it is gone), and how it changed."""

    name: str
    url: str
    how: str = ""


@dataclass(frozen=True)
class Kind:
    """One kind of change: its name, how many there are, and the first of them."""

    key: str
    title: str
    total: int
    rows: Sequence[Row]


@dataclass(frozen=True)
class Changes:
    """What changed since an earlier atlas, built on a day (ISO 8601)."""

    since: str
    version: str
    kinds: Sequence[Kind]


def changed(atlas: Atlas) -> Difference | None:
    """Return what changed from the atlas before this one; None where there is none, or none that can be compared."""
    return remembered(atlas, "changes", lambda: _changed(atlas))


def summary(found: Difference | None, rows: int = FEW) -> Changes | None:
    """Return changes as a page says them, the kinds without any left out; None where nothing is compared."""
    if found is None:
        return None
    kinds = [Kind(key, str(TITLES[key]), change.total, [_ROWS[key](row) for row in in_order(change.rows)[:rows]])
             for key, change in found.changes.items() if change.total and key in TITLES]
    built = read_manifest(home_settings().atlases / found.old)["built_at"]
    return Changes(str(built)[:10], found.old, kinds)


def in_order(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return changes by name, as people look for them; those without one by their id."""
    return sorted(rows, key=lambda row: (str(row.get("name") or row.get("acronym") or row.get("title") or row["id"])
                                         .casefold(), row["id"]))


def told(kind: str, row: Mapping[str, Any]) -> Row:
    """Return one change as a page says it, in the page's language."""
    return _ROWS[kind](row)


def _changed(atlas: Atlas) -> Difference | None:
    try:
        return difference(home_settings(), new=atlas.version)
    except BadInput:
        return None


def _organisation(row: Mapping[str, Any]) -> Row:
    return Row(row["name"], addresses.organisation_url(row["id"]),
               ", ".join(filter(None, (wording.term("kind", row["kind"]), row["city"]))))


def _gone(row: Mapping[str, Any]) -> Row:
    return Row(row["name"], "", ", ".join(filter(None, (wording.term("kind", row["kind"]), row["city"]))))


def _merged(row: Mapping[str, Any]) -> Row:
    return Row(row["name"], addresses.organisation_url(row["target"]),
               f"\u2192 {row['target_name'] or row['target']}")


def _state(row: Mapping[str, Any]) -> Row:
    states = [wording.term("state", row[name]) if row[name] else "?" for name in ("old_state", "new_state")]
    return Row(row["name"], addresses.organisation_url(row["id"]), " \u2192 ".join(states))


def _renamed(row: Mapping[str, Any]) -> Row:
    return Row(row["name"], addresses.organisation_url(row["id"]), f"{row['old_name']} \u2192 {row['name']}")


def _project(row: Mapping[str, Any]) -> Row:
    name = project_name({**row, "source_id": row["id"].partition(":")[2]})
    return Row(name, addresses.project_url(row["id"]), wording.PROGRAMMES.get(row["programme"], row["programme"] or ""))


def _trial(row: Mapping[str, Any]) -> Row:
    return Row(trial_name(row["acronym"], row["title"], row["source_id"]), addresses.trial_url(row["id"]),
               row["source_id"])


def _trial_state(row: Mapping[str, Any]) -> Row:
    states = [wording.term("trial_state", row[name]) if row[name] else "?" for name in ("old_state", "new_state")]
    return Row(trial_name(row["acronym"], row["title"], row["source_id"]), addresses.trial_url(row["id"]),
               " \u2192 ".join(states))


def _call(row: Mapping[str, Any]) -> Row:
    return Row(row["title"] or row["id"].partition(":")[2], addresses.call_url(row["id"]), row["programme"] or "")


_ROWS: Mapping[str, Callable[[Mapping[str, Any]], Row]] = {
    "new_organisations": _organisation, "gone_organisations": _gone, "merged_organisations": _merged,
    "changed_states": _state, "renamed_organisations": _renamed, "new_projects": _project, "new_trials": _trial,
    "changed_trials": _trial_state, "new_calls": _call,
}
