"""Connect: with whom an organisation may work next, learnt from who worked together before.

Reads the participations of the atlas before a day, and writes rankings of partners never worked with, by PIC, with the
backtest that says how often such rankings came true. Next: cli/.
"""
