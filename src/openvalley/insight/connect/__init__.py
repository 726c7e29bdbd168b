"""Connect: with whom an organisation may work next, learnt from who worked together before.

Reads the participations, roles and places of the atlas; gives an `Answer` of partners never worked with, each with what
speaks for it, and rankings for lists of PICs with the backtest that says how often they came true. Next: questions.py.
"""

from openvalley.insight.connect.answering import connect
from openvalley.insight.connect.request import ConnectRequest

__all__ = ["ConnectRequest", "connect"]
