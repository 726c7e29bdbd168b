"""Insight: one package a question, from the published atlas to answers that carry their evidence.

Reads an atlas and writes nothing; every answer is an `openvalley.insight.answer.Answer`. Two questions never import
each other: what needs two of them is composed in questions.py. Next: questions.py, then cli/ and site/.
"""
