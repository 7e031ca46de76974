"""How does a Word file become the same bytes each time, whatever stands in it?"""

import io
import zipfile
from datetime import datetime
from typing import Final
from unicodedata import category

from docx.document import Document

# The oldest day a zip file can tell: files inside have no age of their own.
NO_DAY: Final = (1980, 1, 1, 0, 0, 0)
JOINERS: Final = "\u200c\u200d"
KEPT: Final = frozenset("\n\t" + JOINERS)
# Controls, formats, halves of characters: Word refuses or hides them.
HIDDEN: Final = frozenset({"Cc", "Cf", "Cs"})
# A Word file cannot hold these two, although they are characters.
NEVER: Final = frozenset("\ufffe\uffff")
LEFT_OUT: Final = ("thumbnail", "customXml", "stylesWithEffects")


def visible(words: str) -> str:
    """Show what would be invisible, or could not be kept, as its code."""
    return "".join(_shown(one) for one in words)


def write(document: Document) -> bytes:
    """Write a document: the same for the same content, on any day."""
    _drop_unused(document)
    once = io.BytesIO()
    document.save(once)
    again = io.BytesIO()
    with (
        zipfile.ZipFile(once) as old,
        zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in sorted(old.namelist(), key=_content_types_first):
            entry = zipfile.ZipInfo(name, NO_DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            new.writestr(entry, old.read(name))
    return again.getvalue()


def describe(
    document: Document, *, title: str, author: str, subject: str, at: datetime
) -> None:
    """Fill what a file says about itself."""
    about = document.core_properties
    about.title = visible(title)[:255]
    about.author = visible(author)[:255]
    about.last_modified_by = visible(author)[:255]
    about.subject = visible(subject)[:255]
    about.comments = ""
    about.keywords = ""
    about.language = "en-GB"
    about.created = about.modified = at.replace(microsecond=0, tzinfo=None)
    about.revision = 1


def _drop_unused(document: Document) -> None:
    """Leave out what came with the template: a picture of it, and spare styles."""
    for owner in (document.part.package, document.part):
        for key, relation in list(owner.rels.items()):
            if relation.reltype.rpartition("/")[2] in LEFT_OUT:
                del owner.rels[key]


def _shown(character: str) -> str:
    is_hidden = category(character) in HIDDEN and character not in KEPT
    if is_hidden or character in NEVER:
        return f"\u2039U+{ord(character):04X}\u203a"
    return character


def _content_types_first(name: str) -> tuple[bool, str]:
    return name != "[Content_Types].xml", name
