"""CORDIS: projects of the EU's framework programmes and who takes part in them."""
