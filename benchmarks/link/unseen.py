"""Ours on organisations that it has not learnt from: each fifth of them answered by scorecards trained on the rest."""

import sys
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent / "tools"))

import train_linker
from contestants.competing import Said, write_table

from openvalley.atlas.reader import open_atlas


def answered(home: Path, gold: Path, lists: Collection[str], folder: Path) -> bool:
    """Write the answers to labelled lists into a folder, as contestants do.

    Returns:
        Whether there are any: not where scorecards are not trained on all of these lists, or the lists are so short
        that a fifth less would leave nothing to learn from.

    """
    if not set(lists) <= set(train_linker.LISTS):
        return False
    with closing(open_atlas(home)) as atlas:
        lesson = train_linker.read_lesson(atlas, gold)
    if len(lesson.rows) < train_linker.FEW:
        return False
    told = train_linker.answers(lesson, train_linker.cross_validated(lesson))
    folder.mkdir(parents=True)
    for name in lists:
        write_table(folder / f"{name}.csv", [
            Said(said.id or "", said.score, said.decision) for row, said in zip(lesson.rows, told, strict=True)
            if row.list == name and not row.mistyped])
    return True
