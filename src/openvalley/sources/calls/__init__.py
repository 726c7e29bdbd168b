"""Calls: the topics of the EU's funding programmes, with their openings and deadlines.

Reads the Funding & Tenders portal's search API or a table of topics, writes call records. Next: atlas/ and the question
fund, which decides by the dates what is open.
"""
