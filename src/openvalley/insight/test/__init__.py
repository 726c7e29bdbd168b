"""Test: where a study or a pilot could run - sites by their experience with the condition, phase and kind of sponsor.

Reads trials and their linked sites, and the region pack's capabilities; gives an `Answer` whose items are
organisations. `openvalley.insight.test.backtest` holds the order against trials that started later. Next:
questions.py.
"""

from openvalley.insight.test.answering import test
from openvalley.insight.test.request import TestRequest

__all__ = ["TestRequest", "test"]
