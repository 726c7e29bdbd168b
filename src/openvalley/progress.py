"""Progress: how long work tells how far it is. Whoever starts the work gives a `Report`, and shows what comes."""

from collections.abc import Callable

#: Called with what is being done (or of which file it is), how much is done, and how much there is (None: unknown).
#: What is counted - rows, tables, bytes - is for whoever calls to say.
Report = Callable[[str, int, int | None], None]
