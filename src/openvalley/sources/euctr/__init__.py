"""EU Clinical Trials Register: trials of medicines in the EU under the directive that CTIS followed, up to 2023.

Reads the tables of EU Trials Tracker, writes trial records. Next: resolve/, which links sponsors.
"""
