"""ClinicalTrials.gov: trials that run in the region or its peer countries, and the sites where they run.

Reads pages of studies, writes trial and trial site records. Next: resolve/, which links sponsors and sites.
"""
