"""Research Organization Registry: who the research organisations of the world are, under which names, and where."""
