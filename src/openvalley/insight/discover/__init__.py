"""Discover: research near the market - whose, what, and who to talk to about it.

Reads projects, trials and spin-offs of an atlas; gives an `Answer` whose items are research organisations by an index
of nearness, or, for a topic or an organisation, its results with what speaks for each. `backtest` holds the index
against what came after. Next: questions.py.
"""

from openvalley.insight.discover.answering import discover
from openvalley.insight.discover.request import DiscoverRequest

__all__ = ["DiscoverRequest", "discover"]
