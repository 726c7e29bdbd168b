"""Count how many organisations of ROR have each word in their names, for the linker.

    python tools/count_words.py --home HOME

HOME is a home folder into which ROR has been synced. Words are those that the linker compares
(`openvalley.resolve.linker.wording`), so count anew when these change, and train the scorecards anew then.
"""

import argparse
import textwrap
from collections import Counter, defaultdict
from pathlib import Path

import duckdb

from openvalley.resolve.linker.wording import forms, words

TARGET = Path(__file__).parent.parent / "src/openvalley/resolve/linker/commonness.toml"
#: A word of fewer organisations is not listed.
LEAST = 12
#: Counts are rounded to steps of this ratio: the file stays readable, and a new release of ROR changes little of it.
STEP = 2 ** 0.5


def main() -> None:
    """Count and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True, help="a home folder into which ROR has been synced")
    given = parser.parse_args()
    found = duckdb.execute(
        "SELECT country, name, names FROM read_parquet(?)",
        [str(given.home / "records/ror/current/organisation.parquet")]).fetchall()
    counts: Counter[str] = Counter()
    for country, name, more in found:
        named = {name or "", *(one["value"] for one in more or () if one["kind"] != "acronym")}
        counts.update({word for one in named for form, acronym in forms(one) if not acronym
                       for word in words(form, country or "")})
    steps: dict[int, list[str]] = defaultdict(list)
    for word, count in counts.items():
        if count >= LEAST:
            steps[rounded(count)].append(word)
    lines = ["# How many organisations of ROR have each word in their names, in steps; made by tools/count_words.py.",
             "# Words are as the linker compares them: folded, one for all languages.", f"names = {len(found)}", "",
             "[words]"]
    for count in sorted(steps, reverse=True):
        lines += [f'{count} = """', *textwrap.wrap(" ".join(sorted(steps[count])), 118), '"""']
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")


def rounded(count: int) -> int:
    """Return a count rounded down to a step."""
    step = LEAST
    at = 0
    while (larger := round(LEAST * STEP ** (at + 1))) <= count:
        step, at = larger, at + 1
    return step


if __name__ == "__main__":
    main()
