"""The questions as the edges call them: each takes an atlas and a request, and gives an `Answer`.

The command line, the API and programs in Python call these functions, so all give the same answer. Questions never call
each other: what needs two of them is composed here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from openvalley.atlas.reader import Atlas
from openvalley.insight.answer import Answer
from openvalley.insight.chain import ChainRequest, chain
from openvalley.insight.connect import ConnectRequest, connect
from openvalley.insight.discover import DiscoverRequest, discover
from openvalley.insight.educate import EducateRequest, educate
from openvalley.insight.fund import FundRequest, fund
from openvalley.insight.rank import RankRequest, rank
from openvalley.insight.test import TestRequest, test


@dataclass(frozen=True)
class Question:
    """A question: its name, the dataclass of what can be asked, and the function that answers.

    The fields of ``request`` carry a ``help`` in their metadata, which the command line and the API print.
    """

    name: str
    request: type[Any]
    answer: Callable[[Atlas, Any], Answer]


__all__ = [
    "QUESTIONS", "ChainRequest", "ConnectRequest", "DiscoverRequest", "EducateRequest", "FundRequest", "Question",
    "RankRequest", "TestRequest", "chain", "connect", "discover", "educate", "fund", "rank", "test",
]

#: Every question by its name; the edges make a verb, a route and a page of each.
QUESTIONS: Mapping[str, Question] = {question.name: question for question in (
    Question("chain", ChainRequest, chain),
    Question("connect", ConnectRequest, connect),
    Question("discover", DiscoverRequest, discover),
    Question("educate", EducateRequest, educate),
    Question("fund", FundRequest, fund),
    Question("rank", RankRequest, rank),
    Question("test", TestRequest, test),
)}
