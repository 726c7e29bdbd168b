"""The benchmark of health data: every bar beside our figure. Parts can be chosen: --only right safe fast many."""

import argparse
from pathlib import Path

from bars import print_bars
from fast import fast
from many import many
from right import right
from safe import safe


def main() -> None:
    """Print the parts that were chosen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mirror", type=Path, required=True, help="the data mirror; Beacon's schemas lie beside it")
    parser.add_argument("--only", nargs="*", choices=("right", "safe", "fast", "many"), default=[])
    arguments = parser.parse_args()
    parts = {"right": lambda: right(arguments.mirror),
             "safe": lambda: safe(arguments.mirror.parent / "reference" / "beacon-v2"), "fast": fast, "many": many}
    for name, part in parts.items():
        if not arguments.only or name in arguments.only:
            print_bars(name, part())


if __name__ == "__main__":
    main()
