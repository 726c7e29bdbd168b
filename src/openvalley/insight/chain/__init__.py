"""Chain: who does what along the value chain, by which technology and where, and where the chain is thin.

Reads the roles that a region pack gives (tags, capabilities, sites) and, for comparing regions, only what registers
know of all of them (research projects, trial sites, hospitals). Gives an `Answer` whose items are the links of the
chain, the thinnest first, and tables for a heat map and a flow picture. Next: questions.py.
"""

from openvalley.insight.chain.answering import chain
from openvalley.insight.chain.request import ChainRequest

__all__ = ["ChainRequest", "chain"]
