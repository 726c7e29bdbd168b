"""Questions as pages: a form made from what can be asked, and the answer with its evidence, pictures and data.

Reads questions.py through the dataclass of each request; a question that is added there has its page as soon as
`openvalley.site.pages.questions.words` has words for it. Next: views/question.py.
"""
