"""Fund: which money fits an organisation or a need, and why the rest does not.

Reads the region pack's instruments and investors and the register's calls; gives an `Answer` whose items passed every
rule that can be checked (or wait for a fact that no source gives), with what failed beside them. The other way round,
`members` says which organisations of a list fit one call. Next: questions.py, which adds partners that Connect finds.
"""

from openvalley.insight.fund.answering import fund
from openvalley.insight.fund.request import FundRequest

__all__ = ["FundRequest", "fund"]
