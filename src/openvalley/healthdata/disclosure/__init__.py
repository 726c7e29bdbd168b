"""What may leave: reads the hospital's policy and who is in a cohort, writes the audit log, next node/.

`gate.Gate` is the one door: it knows the clients, keeps the limits, refuses near-duplicates, suppresses and rounds (or
adds noise from a budget), and writes down every question with its answer before it gives the answer.
"""
