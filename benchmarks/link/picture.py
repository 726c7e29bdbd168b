"""The reliability plot: how often answers of a score are right."""

from collections.abc import Mapping, Sequence

import altair as alt
import vl_convert

_SIDE = 220


def reliability_plot(lists: Mapping[str, Sequence[Mapping[str, float]]]) -> str:
    """Return the plot as SVG: for each list the share of right answers by mean score of ten ranges.

    The line is perfect calibration; a point is as large as the number of answers in its range.
    """
    points = [{"list": name, **part} for name, ranges in lists.items() for part in ranges]
    share = alt.Scale(domain=[0, 1])
    line = alt.Chart(alt.Data(values=[{"at": 0}, {"at": 1}])).mark_line(color="#888", strokeDash=[4, 3]).encode(
        x=alt.X("at:Q", scale=share), y=alt.Y("at:Q", scale=share))
    dots = alt.Chart().mark_circle(opacity=0.9, color="#005f73").encode(
        x=alt.X("score:Q", scale=share, title="score"), y=alt.Y("right:Q", scale=share, title="share that is right"),
        size=alt.Size("n:Q", title="answers", scale=alt.Scale(range=[20, 600])))
    chart = alt.layer(line, dots, data=alt.Data(values=points)).properties(width=_SIDE, height=_SIDE).facet(
        facet=alt.Facet("list:N", title=None, sort=list(lists)), columns=2)
    return str(vl_convert.vegalite_to_svg(chart.to_dict()))
