"""The questions as the edges call them: each takes an atlas and a request, and gives an `Answer`.

What needs two questions is composed here: Fund asks Connect for missing partners. The command line, the API, the pages
and the Python API all call these functions, so all four give the same answer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from openvalley.atlas.reader import Atlas
from openvalley.insight.answer import Answer
from openvalley.insight.chain import ChainRequest, chain
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


__all__ = ["QUESTIONS", "Question", "chain", "discover", "educate", "fund", "rank", "test"]

#: Every question by its name; the edges make a verb, a route and a page of each.
QUESTIONS: Mapping[str, Question] = {question.name: question for question in (
    Question("chain", ChainRequest, chain),
    Question("discover", DiscoverRequest, discover),
    Question("educate", EducateRequest, educate),
    Question("fund", FundRequest, fund),
    Question("rank", RankRequest, rank),
    Question("test", TestRequest, test),
)}
