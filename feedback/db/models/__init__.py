"""Which tables are there? One file a stage."""

from feedback.db.models.account import (
    AccountRoleRow,
    AccountRow,
    FailureRow,
    StaffSessionRow,
)
from feedback.db.models.action import ActionRow, ActionStepRow
from feedback.db.models.alert import AlertEventRow, AlertRow, DutyContactRow
from feedback.db.models.attention import AttentionRow
from feedback.db.models.audit import AuditEventRow
from feedback.db.models.base import Base
from feedback.db.models.conversation import ConversationRow
from feedback.db.models.delivery import (
    BreakerRow,
    DeliveryDecisionRow,
    ReplyStopRow,
    TemplatePauseRow,
)
from feedback.db.models.grading import (
    ConcernRow,
    DraftGradeRow,
    EvidenceItemRow,
    GradingRow,
    SynthesisRow,
)
from feedback.db.models.key import KeyringRow, ReviewKeyRow
from feedback.db.models.message import (
    AttemptRow,
    DeliveryPauseRow,
    HeartbeatRow,
    InboundRow,
    MessageRow,
    ProviderEventRow,
    SuppressionRow,
)
from feedback.db.models.moderation import (
    AgreedDraftRow,
    ConsideredRow,
    FirstCommentRow,
    MeetingRow,
    ModeratedFindingRow,
    ModeratedVoiceRow,
    RecommendationRow,
    SeatRow,
)
from feedback.db.models.questionnaire import QuestionnaireRow
from feedback.db.models.report import ReportRow
from feedback.db.models.response import (
    AnswerRow,
    CodingRow,
    RespondentSessionRow,
    ResponseRow,
)
from feedback.db.models.review import (
    ContactRow,
    InvitationRow,
    MemberRow,
    ParticipantRow,
    ReviewRow,
    ReviewStepRow,
)

__all__ = [
    "AccountRoleRow",
    "AccountRow",
    "ActionRow",
    "ActionStepRow",
    "AgreedDraftRow",
    "AlertEventRow",
    "AlertRow",
    "AnswerRow",
    "AttemptRow",
    "AttentionRow",
    "AuditEventRow",
    "Base",
    "BreakerRow",
    "CodingRow",
    "ConcernRow",
    "ConsideredRow",
    "ContactRow",
    "ConversationRow",
    "DeliveryDecisionRow",
    "DeliveryPauseRow",
    "DraftGradeRow",
    "DutyContactRow",
    "EvidenceItemRow",
    "FailureRow",
    "FirstCommentRow",
    "GradingRow",
    "HeartbeatRow",
    "InboundRow",
    "InvitationRow",
    "KeyringRow",
    "MeetingRow",
    "MemberRow",
    "MessageRow",
    "ModeratedFindingRow",
    "ModeratedVoiceRow",
    "ParticipantRow",
    "ProviderEventRow",
    "QuestionnaireRow",
    "RecommendationRow",
    "ReplyStopRow",
    "ReportRow",
    "RespondentSessionRow",
    "ResponseRow",
    "ReviewKeyRow",
    "ReviewRow",
    "ReviewStepRow",
    "SeatRow",
    "StaffSessionRow",
    "SuppressionRow",
    "SynthesisRow",
    "TemplatePauseRow",
]
