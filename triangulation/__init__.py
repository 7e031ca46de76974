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

from triangulation.agreement import (
    PREVALENCE_NOTE,
    Agreement,
    Bootstrap,
    Gate,
    NothingToDrawError,
    agreement_of,
    bootstrap,
    falls_in_two_categories,
    gate,
)
from triangulation.cell import (
    Cell,
    CellNote,
    CellStatus,
    NotInvited,
    PlacedAnswer,
    Silence,
)
from triangulation.coefficients import (
    brennan_prediger,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac,
    krippendorff_alpha,
    percent_agreement,
)
from triangulation.convergence import (
    DimensionFinding,
    DimensionStatus,
    Reason,
    ReasonKind,
)
from triangulation.disclosure import (
    LARGEST_HIDDEN,
    Decision,
    DisclosureError,
    EarlierList,
    EarlierTable,
    PublishedList,
    PublishedTable,
    disclose,
    suppress,
    suppress_table,
)
from triangulation.errors import (
    EvidenceError,
    InputError,
    RatingsError,
    TriangulationError,
)
from triangulation.evidence import (
    ASKED_BY_SOME_FORMS,
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
from triangulation.paired import (
    NO_VARIATION_NOTE,
    Coefficient,
    Coefficients,
    PairTable,
    coefficients_of,
)
from triangulation.portfolio import (
    DimensionPortfolio,
    Gaps,
    Portfolio,
    VoicePortfolio,
    WideStance,
    portfolio_of,
    portfolio_of_counts,
)
from triangulation.reading import read_evidence
from triangulation.records import (
    RecordError,
    ReviewRecord,
    VoiceRecord,
    record_of,
)
from triangulation.scales import Interval
from triangulation.stance import Direction, Side
from triangulation.synthesis import (
    RULES_VERSION,
    ModerationPoint,
    PointKind,
    Synthesis,
    synthesise,
)
from triangulation.tallies import Tally, tally_counts, tally_table, tally_units
from triangulation.weights import Metric, UndefinedError, Weighting

__all__ = [
    "ASKED_BY_SOME_FORMS",
    "CHOICES",
    "GRADES",
    "LARGEST_HIDDEN",
    "LIVED_EXPERIENCE",
    "NO_VARIATION_NOTE",
    "PREVALENCE_NOTE",
    "RULES_VERSION",
    "SPEAKERS",
    "AgeBand",
    "Agreement",
    "Answer",
    "Bootstrap",
    "Cell",
    "CellNote",
    "CellStatus",
    "Coefficient",
    "Coefficients",
    "Comment",
    "CommentStance",
    "Decision",
    "Dimension",
    "DimensionFinding",
    "DimensionPortfolio",
    "DimensionStatus",
    "Direction",
    "DisclosureError",
    "EarlierList",
    "EarlierTable",
    "Evidence",
    "EvidenceError",
    "Gaps",
    "Gate",
    "Group",
    "HelpedBy",
    "InputError",
    "Interval",
    "LanguageRoute",
    "Metric",
    "ModerationPoint",
    "NonAnswer",
    "NotInvited",
    "NothingToDrawError",
    "PairTable",
    "Person",
    "PersonStatus",
    "PlacedAnswer",
    "PointKind",
    "Portfolio",
    "PublishedList",
    "PublishedTable",
    "RatingsError",
    "Reason",
    "ReasonKind",
    "RecordError",
    "ReviewRecord",
    "Scale",
    "Share",
    "ShareError",
    "Side",
    "Silence",
    "Synthesis",
    "Tally",
    "TriangulationError",
    "UndefinedError",
    "VoicePortfolio",
    "VoiceRecord",
    "Weighting",
    "WideStance",
    "agreement_of",
    "allowed_values",
    "as_text",
    "bootstrap",
    "brennan_prediger",
    "coefficients_of",
    "cohen_kappa",
    "disclose",
    "falls_in_two_categories",
    "fleiss_kappa",
    "gate",
    "gwet_ac",
    "krippendorff_alpha",
    "may_speak",
    "percent_agreement",
    "portfolio_of",
    "portfolio_of_counts",
    "read_evidence",
    "record_of",
    "share",
    "suppress",
    "suppress_table",
    "synthesise",
    "tally_counts",
    "tally_table",
    "tally_units",
    "wilson",
]
