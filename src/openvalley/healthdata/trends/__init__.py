"""Months of a cohort, and rises in them: reads counts that may leave, writes series with alarms, next hub/ and cli.

`months` cuts a cohort into months, `surveillance` tells a rise from chance, and `observations` turns FHIR bundles of
home monitoring into measurements that a node can follow.
"""
