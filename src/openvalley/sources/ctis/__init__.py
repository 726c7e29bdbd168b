"""EU Clinical Trials Information System: trials of medicines in the EU under Regulation (EU) 536/2014.

Reads the CSV file of a search in the portal, writes trial records. Next: resolve/, which links sponsors.
"""
