"""Whether a cited provision exists in the text then in force, and whether it is cited precisely enough.

Reads the structure that the law register keeps: for each article the items of each of its paragraphs.
"""

from datetime import date

from scoring_rules import law_register


def check_citation(
    name: str, article: int | None, paragraph: int | None, item: int | None, day: date | None
) -> tuple[bool | None, bool | None]:
    """(exists, precise) of a provision on a day; ``None`` where the register cannot tell."""
    law = law_register().find(name)
    if law is None or article is None or day is None:
        return None, None
    text = law.on(day)
    if text is None or not text.structure:
        return law_register().has_article(name, article, day), None
    paragraphs = text.structure.get(article)
    if paragraphs is None:
        return False, None
    if paragraph is not None and paragraph > len(paragraphs):
        return False, None
    within = paragraphs[(paragraph or 1) - 1] if paragraph or len(paragraphs) == 1 else max(paragraphs)
    if item is not None and item > within:
        return False, None
    needs_paragraph = (
        len(paragraphs) > 1 and paragraph is None and not (item and sum(map(bool, paragraphs)) == 1)
    )
    needs_item = item is None and within > 0 and (paragraph is not None or len(paragraphs) == 1)
    return True, not (needs_paragraph or needs_item)
