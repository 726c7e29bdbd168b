"""Rank: where regions stand in the life sciences, by an open composite that says how sure it is.

Reads participations, trials and Eurostat's figures of an atlas; gives an `Answer` whose items are regions. In the
manner of the Handbook on Constructing Composite Indicators (OECD and JRC, 2008): declared indicators
(`Vocabulary.RANKING_INDICATOR`), and every choice that could have been another - normalisation, weights, missing
values, chance in small counts - is drawn anew thousands of times. A rank is therefore an interval. Next: questions.py.
"""

from openvalley.insight.rank.answering import rank
from openvalley.insight.rank.request import RankRequest

__all__ = ["RankRequest", "rank"]
