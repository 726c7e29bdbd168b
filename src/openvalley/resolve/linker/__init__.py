"""Who is meant: lists and mentions linked to organisations by what names, places and kinds have in common."""
