"""Educate: which occupations of the value chain are in shortage, and who trains people for them.

Reads the shortage lists of the Regions, ESCO's occupation groups and the region pack's programmes; gives an `Answer`
whose items are occupation groups (ISCO-08), those that nobody trains for first. Next: questions.py.
"""

from openvalley.insight.educate.answering import educate
from openvalley.insight.educate.request import EducateRequest

__all__ = ["EducateRequest", "educate"]
