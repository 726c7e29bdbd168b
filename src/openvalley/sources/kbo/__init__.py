"""KBO/BCE, Belgium's Crossroads Bank for Enterprises: its life-science companies, and those that others speak of.

Reads the open data zip that a person downloads, writes organisation records; natural persons and contact data are never
taken in. Next: resolve/, which finds the same organisations in the other registers by number and name.
"""
