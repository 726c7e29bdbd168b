"""What asks all nodes: reads the list of nodes and a cohort, writes one answer with every node's part, next the edges.

`nodes` reads the list, `asking` asks all at once, `judging` says which answers can be used and why others cannot, and
`adding` makes the total and the estimate of different patients.
"""
