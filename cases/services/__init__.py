"""Everything that changes something: one function for each verb of the trade.

Each holds the case, checks the move, guards the texts, and writes the change, its event and its outbox row in one
transaction.
"""

from cases.services.acting import NOW, Basis, OnBehalf, done_before, payload_key, speaks_for_another
from cases.services.addresses import note_bounce, note_working
from cases.services.answering import acknowledge, answer, mark_unanswered, share
from cases.services.chasing import chase, holds, still_asked
from cases.services.closing import close, dismiss, effect, feedback, refer, reopen, withdraw
from cases.services.confirming import confirm_function
from cases.services.drafts import discard_draft, expire_drafts, save_draft
from cases.services.filing import Concerned, Filed, ForCaller, Report, file, receipt_hash
from cases.services.guarding import guarded
from cases.services.measures import Plan, add_measure, drop_measure, finish_measure, move_measure
from cases.services.meetings import join, lift, recommend
from cases.services.membership import end_member, merge
from cases.services.people import (
    Invited,
    accept_invitations,
    end_grant,
    forget_addresses,
    grant,
    invite,
    may_correct,
    resend_invitation,
    save_person,
)
from cases.services.questions import add, ask, reply
from cases.services.reading import log_export, log_read, original
from cases.services.registers import (
    code_is_kept,
    people_of,
    remove_absence,
    remove_rule,
    resume_member,
    save_absence,
    save_association,
    save_function,
    save_initiative,
    save_member,
    save_place,
    save_rule,
    save_unit,
)
from cases.services.sending import return_, send
from cases.services.triage import add_concern, assign, classify, mask, maskable, note, withdraw_concern

__all__ = [
    "NOW",
    "Basis",
    "Concerned",
    "Filed",
    "ForCaller",
    "Invited",
    "OnBehalf",
    "Plan",
    "Report",
    "accept_invitations",
    "acknowledge",
    "add",
    "add_concern",
    "add_measure",
    "answer",
    "ask",
    "assign",
    "chase",
    "classify",
    "close",
    "code_is_kept",
    "confirm_function",
    "discard_draft",
    "dismiss",
    "done_before",
    "drop_measure",
    "effect",
    "end_grant",
    "end_member",
    "expire_drafts",
    "feedback",
    "file",
    "finish_measure",
    "forget_addresses",
    "grant",
    "guarded",
    "holds",
    "invite",
    "join",
    "lift",
    "log_export",
    "log_read",
    "mark_unanswered",
    "mask",
    "maskable",
    "may_correct",
    "merge",
    "move_measure",
    "note",
    "note_bounce",
    "note_working",
    "original",
    "payload_key",
    "people_of",
    "receipt_hash",
    "recommend",
    "refer",
    "remove_absence",
    "remove_rule",
    "reopen",
    "reply",
    "resend_invitation",
    "resume_member",
    "return_",
    "save_absence",
    "save_association",
    "save_draft",
    "save_function",
    "save_initiative",
    "save_member",
    "save_person",
    "save_place",
    "save_rule",
    "save_unit",
    "send",
    "share",
    "speaks_for_another",
    "still_asked",
    "withdraw",
    "withdraw_concern",
]
