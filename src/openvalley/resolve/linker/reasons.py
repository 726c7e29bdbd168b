"""Why a row was linked, in words made of the features that were compared."""

from openvalley.resolve.linker.kernel import Best

#: From these shares on, words are told as shared; from that likeness on, letters as the same.
_MOST, _HALF, _ALIKE = 0.95, 0.5, 0.9


def reason(best: Best) -> str:
    """Return what speaks for the best organisation, and what against it, as one line."""
    said = best.said
    told = [_of_name(best)]
    if said["part"]:
        told.append(f"a part of the row: {best.text}")
    if said["town"] > 0:
        told.append("same town")
    elif said["town"] < 0:
        told.append("another town")
    elif said["town_named"]:
        told.append("the town stands in the name")
    if said["kinds_differ"]:
        told.append("the names say different kinds of organisation")
    if said["numbers_differ"]:
        told.append("a number differs")
    if said["abroad"]:
        told.append("in a territory of the row's country")
    return "; ".join(told)


def _of_name(best: Best) -> str:
    """Return the first of these that holds."""
    said, name = best.said, best.name
    ways = (
        (said["initials"], f"the acronym {name} is the row's first letters"),
        (said["acronym"] and said["order"] >= _ALIKE, f"same acronym {name}"),
        (said["same_words"], f"the same words as {name}"),
        (min(said["text_told"], said["name_told"]) >= _MOST, f"all telling words of {name}"),
        (said["letters"] >= _ALIKE, f"nearly the letters of {name}"),
        (said["name_told"] >= _MOST, f"holds the name {name}"),
        (max(said["text_told"], said["name_told"]) >= _HALF, f"shares words with {name}"),
    )
    return next((words for holds, words in ways if holds), f"somewhat like {name}")
