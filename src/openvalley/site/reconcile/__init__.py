"""The reconciliation service below ``/reconcile``: OpenRefine and its kin match their tables with the atlas here.

It speaks the Reconciliation Service API, version 0.2 (W3C community group, https://www.w3.org/community/reports/
reconciliation/CG-FINAL-specs-0.2-20230410/). Reads the published atlas, as far as it is exported; writes nothing.
Next: tables of others.
"""
