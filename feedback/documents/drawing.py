"""Which PNG does a picture come to, the same on every machine?

The drawing is the one of the pages: the same template, filled by an environment of
its own, and set in a font that is installed with us. Fonts of the machine are left
aside, so that a report looks the same wherever it is built.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Final

import typst
from jinja2 import Environment, FileSystemLoader, StrictUndefined

TEMPLATES: Final = Path(__file__).resolve().parents[2] / "templates"
FONT: Final = "Source Sans Pro"
PIXELS_PER_INCH: Final = 200
SMALL_MULTIPLES: Final = "small_multiples"
COLUMNS: Final = 2
# As wide as its words need to be read on paper, and no wider than the paper.
WIDTHS: Final[Mapping[str, float]] = {
    "funnel": 5.2,
    "movement": 5.2,
    SMALL_MULTIPLES: 6.5,
}


def png_width(picture: Mapping[str, Any]) -> float:
    """Tell how wide a picture is to stand on paper, in inches."""
    return WIDTHS[picture["kind"]]


def png(picture: Mapping[str, Any]) -> bytes:
    """Draw a picture as PNG; its words for those who do not see it are its `alt`.

    Args:
        picture: As a report keeps it: id, kind, title, alt, data.
    """
    parts = _drawings(picture)
    columns = COLUMNS if picture["kind"] == SMALL_MULTIPLES else 1
    source = (
        f"#set page(width: {png_width(picture)}in, height: auto, margin: 0pt)\n"
        f"#grid(columns: (1fr,) * {columns}, gutter: 10pt, ..range({len(parts)}).map("
        'n => image(bytes(sys.inputs.at(str(n))), format: "svg", width: 100%)))\n'
    )
    drawn = typst.compile(
        source.encode(),
        font_paths=_fonts(),
        format="png",
        ppi=PIXELS_PER_INCH,
        sys_inputs={str(n): part for n, part in enumerate(parts)},
    )
    if not isinstance(drawn, bytes):  # a page more would be a list of them
        raise TypeError(type(drawn))
    return drawn


def _drawings(picture: Mapping[str, Any]) -> tuple[str, ...]:
    macros = _environment().get_template("components/charts.html").module
    if picture["kind"] != SMALL_MULTIPLES:
        return (str(macros.drawing(picture, font=FONT)),)  # type: ignore[attr-defined]  # a macro of the template
    panels = range(len(picture["data"]["panels"]))
    return tuple(
        str(macros.panel(picture, n, font=FONT))  # type: ignore[attr-defined]  # a macro of the template
        for n in panels
    )


@cache
def _fonts() -> typst.Fonts:
    with as_file(files("font_source_sans_pro") / "files") as fonts:
        return typst.Fonts(include_system_fonts=False, font_paths=[fonts])


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # Documents are written in English, as the pages of staff are.
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]  # brought by the extension
    # A page draws each mark once; a drawing is none.
    environment.globals["once_a_page"] = lambda macro: macro
    return environment
