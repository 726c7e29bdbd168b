"""The past: who took part in which project before a day, as arrays and one sparse matrix."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc
from scipy import sparse

from openvalley.atlas.reader import Atlas
from openvalley.atlas.remembering import remembered
from openvalley.errors import BadInput

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

#: Participants of a project that tell of working together: one has no partner, and above this few know each other.
LEAST, MOST = 2, 60
DAYS_A_YEAR = 365.25
#: A month belongs to the data when it holds at least this share of a usual (median) month's participations.
_FULL_MONTH = 0.1
_ACTIVITIES = ("HES", "REC", "PRC", "PUB", "OTH")

_QUERY = """
    SELECT a.organisation_record AS pic, a.project_id AS project, p.start_date AS began, max(p.end_date) AS ended,
           bool_or(a.role = 'coordinator') AS coordinates, max(a.activity_type) AS activity,
           max(a.eu_contribution) AS money, max(p.eu_contribution) AS granted, max(p.total_cost) AS cost,
           max(o.country) AS country, max(o.name) FILTER (o.named) AS name
    FROM participation AS a JOIN project AS p ON p.id = a.project_id
    JOIN organisation AS o ON o.id = a.organisation_id
    WHERE a.source = 'cordis' AND p.start_date < DATE '{cut}'
    GROUP BY a.organisation_record, a.project_id, p.start_date ORDER BY p.start_date, project, pic
"""
_PROGRAMMES = """
    SELECT DISTINCT project_id AS project, code FROM project_code WHERE scheme = 'legal_basis' ORDER BY project, code
"""


@dataclass(frozen=True)
class Past:
    """Participations before a day; one entry a row, the oldest first.

    Attributes:
        cut: the day; nothing that began on it or later is in here.
        pics: the participants by number; ``row_pic`` holds numbers.
        projects: the projects by number; ``row_project`` holds numbers.
        age: years from the project's start to the cut.
        open: whether the project runs on after the cut.
        coordinates: whether the participant coordinates the project.
        money: euro that the participant gets; 0 where the register is silent.
        rate: share (0 to 1) of the project's costs that the EU pays.
        size: participants of each project.
        together: participant x project, 1 where it takes part, projects of `LEAST` to `MOST` participants alone.
        programme: project x programme part, rows adding up to 1 (or 0 where the register names none).
        programmes: the programme parts by number.
        country: number of each participant's country.
        activity: number of each participant's activity type, as its newest row says.
        name: name of each participant; empty where no register has one.

    """

    cut: date
    pics: npt.NDArray[np.str_]
    projects: npt.NDArray[np.str_]
    row_pic: Whole
    row_project: Whole
    age: Floats
    open: npt.NDArray[np.bool_]
    coordinates: npt.NDArray[np.bool_]
    money: Floats
    rate: Floats
    size: Floats
    together: sparse.csr_matrix
    programme: sparse.csr_matrix
    programmes: tuple[str, ...]
    country: Whole
    activity: Whole
    name: tuple[str, ...]

    def joint(self) -> npt.NDArray[np.bool_]:
        """Say of each row whether its project has as many participants as tells of working together."""
        size = self.size[self.row_project]
        return (size >= LEAST) & (size <= MOST)

    def project_age(self) -> Floats:
        """Return the years from each project's start to the cut."""
        found = np.zeros(len(self.projects))
        found[self.row_project] = self.age
        return found


def past(atlas: Atlas, cut: date) -> Past:
    """Return what the atlas holds of participations before a day; read once.

    Raises:
        BadInput: the atlas has none.

    """
    return remembered(atlas, ("connect.past", cut), lambda: _read(atlas, cut))


def end_of_data(atlas: Atlas) -> date:
    """Return the first day after the last month that the register fills: stray later rows do not count.

    Raises:
        BadInput: the atlas has no dated participations.

    """
    return remembered(atlas, "connect.end", lambda: _end(atlas))


def _end(atlas: Atlas) -> date:
    rows = atlas.rows("""
        SELECT date_trunc('month', p.start_date)::DATE AS month, count(*) AS amount
        FROM participation AS a JOIN project AS p ON p.id = a.project_id
        WHERE a.source = 'cordis' AND p.start_date IS NOT NULL GROUP BY ALL ORDER BY month
    """)
    if not rows:
        raise BadInput("This atlas has no projects to learn partners from.",
                       hint="Run: openvalley sync cordis, then openvalley build.")
    usual = float(np.median([row["amount"] for row in rows]))
    last: date = max(row["month"] for row in rows if row["amount"] >= _FULL_MONTH * usual)
    return (last + timedelta(days=31)).replace(day=1)


def _read(atlas: Atlas, cut: date) -> Past:
    rows = atlas.table(_QUERY.format(cut=cut.isoformat()))
    if not rows.num_rows:
        raise BadInput(f"No participation of this atlas began before {cut}.", hint="Give a later cut.")
    pics, row_pic = np.unique(rows["pic"].to_numpy(zero_copy_only=False).astype(str), return_inverse=True)
    projects, row_project = np.unique(rows["project"].to_numpy(zero_copy_only=False).astype(str), return_inverse=True)
    began = rows["began"].to_numpy().astype("datetime64[D]")
    ended = rows["ended"].to_numpy(zero_copy_only=False).astype("datetime64[D]")
    day = np.datetime64(cut)
    size = np.bincount(row_project).astype(float)
    joint = (size[row_project] >= LEAST) & (size[row_project] <= MOST)
    together = sparse.csr_matrix((np.ones(int(joint.sum())), (row_pic[joint], row_project[joint])),
                                 (len(pics), len(projects)))
    money = rows["money"].to_numpy(zero_copy_only=False).astype(float)
    granted = rows["granted"].to_numpy(zero_copy_only=False).astype(float)
    cost = rows["cost"].to_numpy(zero_copy_only=False).astype(float)
    unknown_rate = 0.9  # between the 70 and the 100 % that Horizon 2020 pays (Regulation (EU) 1290/2013, article 28)
    rate = np.nan_to_num(np.clip(granted / np.maximum(cost, 1), 0, 1), nan=unknown_rate)
    newest = np.zeros(len(pics), int)
    newest[row_pic] = np.arange(len(row_pic))  # rows stand oldest first: the newest one stays
    _, country = np.unique(pc.fill_null(rows["country"], "").to_numpy(zero_copy_only=False).astype(str)[newest],
                           return_inverse=True)
    kinds = {code: number for number, code in enumerate(_ACTIVITIES)}
    activity = [kinds.get(code, len(kinds) - 1) for code in rows["activity"].take(newest).to_pylist()]
    programme, programmes = _programme(atlas, projects)
    return Past(cut, pics, projects, row_pic, row_project, (day - began).astype(int) / DAYS_A_YEAR,
                np.isnat(ended) | (ended > day), pc.fill_null(rows["coordinates"], fill_value=False).to_numpy(
                    zero_copy_only=False).astype(bool), np.nan_to_num(money), rate, size, together, programme,
                programmes, country, np.array(activity),
                tuple(pc.fill_null(rows["name"], "").take(newest).to_pylist()))


def _programme(atlas: Atlas, projects: npt.NDArray[np.str_]) -> tuple[sparse.csr_matrix, tuple[str, ...]]:
    rows = atlas.table(_PROGRAMMES)
    named = rows["project"].to_numpy(zero_copy_only=False).astype(str)
    codes, column = np.unique(rows["code"].to_numpy(zero_copy_only=False).astype(str), return_inverse=True)
    place = np.minimum(np.searchsorted(projects, named), len(projects) - 1)
    known = projects[place] == named if len(named) else np.zeros(0, bool)
    counts = sparse.csr_matrix((np.ones(int(known.sum())), (place[known], column[known])),
                               (len(projects), len(codes)))
    total = np.maximum(np.asarray(counts.sum(axis=1)).ravel(), 1)
    return (sparse.diags(1 / total) @ counts).tocsr(), tuple(codes)
