"""What do independent sources jointly say, and how sure may we be?

Hold what people said about a piece of work against a grade that was locked
before anybody looked, dimension by dimension and group by group. Pure values in,
pure values out, with the standard library only::

    from triangulation import read_evidence, synthesise

    synthesis = synthesise(read_evidence(raw))
    synthesis.finding(Dimension.D3).status

No grade is computed, suggested or changed here, nothing is averaged, and there
is no figure for the whole.
"""

from triangulation.cell import (
    Cell,
    CellNote,
    CellStatus,
    NotInvited,
    PlacedAnswer,
    Silence,
)
from triangulation.convergence import (
    DimensionFinding,
    DimensionStatus,
    Reason,
    ReasonKind,
)
from triangulation.errors import (
    EvidenceError,
    InputError,
    RatingsError,
    TriangulationError,
)
from triangulation.evidence import (
    CHOICES,
    GRADES,
    LIVED_EXPERIENCE,
    SPEAKERS,
    AgeBand,
    Answer,
    Comment,
    CommentStance,
    Dimension,
    Evidence,
    Group,
    HelpedBy,
    LanguageRoute,
    NonAnswer,
    Person,
    PersonStatus,
    Scale,
    allowed_values,
    may_speak,
)
from triangulation.intervals import Share, ShareError, share, wilson
from triangulation.matrix import as_text
from triangulation.reading import read_evidence
from triangulation.scales import Interval
from triangulation.stance import Direction, Side
from triangulation.synthesis import (
    RULES_VERSION,
    ModerationPoint,
    PointKind,
    Synthesis,
    synthesise,
)

__all__ = [
    "CHOICES",
    "GRADES",
    "LIVED_EXPERIENCE",
    "RULES_VERSION",
    "SPEAKERS",
    "AgeBand",
    "Answer",
    "Cell",
    "CellNote",
    "CellStatus",
    "Comment",
    "CommentStance",
    "Dimension",
    "DimensionFinding",
    "DimensionStatus",
    "Direction",
    "Evidence",
    "EvidenceError",
    "Group",
    "HelpedBy",
    "InputError",
    "Interval",
    "LanguageRoute",
    "ModerationPoint",
    "NonAnswer",
    "NotInvited",
    "Person",
    "PersonStatus",
    "PlacedAnswer",
    "PointKind",
    "RatingsError",
    "Reason",
    "ReasonKind",
    "Scale",
    "Share",
    "ShareError",
    "Side",
    "Silence",
    "Synthesis",
    "TriangulationError",
    "allowed_values",
    "as_text",
    "may_speak",
    "read_evidence",
    "share",
    "synthesise",
    "wilson",
]
