"""The one table of who may reach what: endpoint × role × kind of object. Deny by default.

An endpoint that is not here answers 403 to everyone and fails the build (``tests/test_permissions.py``).
``on`` names the kind of object the view must check with ``check_object`` before it answers: a view that
forgets fails loudly. Each room keeps its own section; the object rules are predicates the rooms register.
"""

from dataclasses import dataclass

from accounts.models import Role

CLERK, HEAD, REVIEWER, LEADER = Role.CLERK, Role.HEAD, Role.REVIEWER, Role.LEADER
ADMINISTRATOR, SUPERVISOR = Role.ADMINISTRATOR, Role.SUPERVISOR
SYSADMIN, SECADMIN, AUDITOR = Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR

OFFICE = (CLERK, HEAD)
PANEL = (REVIEWER, LEADER)
PROVINCE = (LEADER, ADMINISTRATOR, SUPERVISOR)
EVERYONE = tuple(Role)
READERS = (CLERK, HEAD, REVIEWER, LEADER, ADMINISTRATOR, SUPERVISOR)


@dataclass(frozen=True)
class Access:
    """Who may reach an endpoint: ``public`` without signing in, else the holders of ``roles``.

    ``on``: the kind of object the view checks. ``pending``: also open while a password change is due.
    """

    roles: frozenset[Role] = frozenset()
    on: str | None = None
    public: bool = False
    pending: bool = False


def allow(*roles: Role, on: str | None = None, pending: bool = False) -> Access:
    """Access for holders of any of ``roles``; with ``on``, to objects the predicate of that kind lets them."""
    return Access(frozenset(roles), on=on, pending=pending)


PUBLIC = Access(public=True, pending=True)

ACCESS: dict[str, Access] = {
    # --- application ---------------------------------------------------------------------------------
    "static": PUBLIC,
    "bootstrap.static": PUBLIC,
    "accounts.health": PUBLIC,
    # --- accounts ------------------------------------------------------------------------------------
    "accounts.login": PUBLIC,
    "accounts.logout": allow(*EVERYONE, pending=True),
    "accounts.password": allow(*EVERYONE, pending=True),
    "accounts.home": allow(*EVERYONE),
    "accounts.logins": allow(*EVERYONE),
    "accounts.end_login": allow(*EVERYONE),
    "accounts.users": allow(SYSADMIN, SECADMIN),
    "accounts.new_user": allow(SYSADMIN),
    "accounts.user": allow(SYSADMIN, SECADMIN, on="user"),
    "accounts.user_active": allow(SYSADMIN, on="user"),
    "accounts.user_reset": allow(SYSADMIN, on="user"),
    "accounts.user_unlock": allow(SECADMIN, on="user"),
    "accounts.offices": allow(SYSADMIN),
    "accounts.office": allow(SYSADMIN, on="office"),
    "accounts.system": allow(SYSADMIN),
    "accounts.job_act": allow(SYSADMIN, on="job"),
    "accounts.audit_log": allow(AUDITOR),
    "accounts.audit_verify": allow(AUDITOR),
    "accounts.audit_export": allow(AUDITOR),
    # --- registers -----------------------------------------------------------------------------------
    "registers.index": allow(*READERS),
    "registers.listing": allow(*READERS),
    "registers.export": allow(*READERS),
    "registers.create": allow(CLERK, HEAD, ADMINISTRATOR),
    "registers.take_in": allow(CLERK, HEAD, ADMINISTRATOR),
    "registers.edit": allow(CLERK, HEAD, ADMINISTRATOR, on="register"),
    "registers.end": allow(CLERK, HEAD, ADMINISTRATOR, on="register"),
    # --- casefiles -----------------------------------------------------------------------------------
    "casefiles.list": allow(*OFFICE, *PROVINCE),
    "casefiles.search": allow(*OFFICE, *PROVINCE),
    "casefiles.new": allow(*OFFICE),
    "casefiles.case": allow(*OFFICE, *PROVINCE, on="case"),
    "casefiles.history": allow(*OFFICE, *PROVINCE, on="case"),
    "casefiles.bound": allow(*OFFICE, *PROVINCE, on="case"),
    "casefiles.files": allow(*OFFICE, *PROVINCE, on="case"),
    "casefiles.file_list": allow(*OFFICE, *PROVINCE, on="case"),
    "casefiles.progress": allow(*OFFICE, *PROVINCE, on="case"),
    "casefiles.page": allow(*OFFICE, *PROVINCE, on="case"),
    "casefiles.desk": allow(*OFFICE, *PROVINCE, on="case"),
    "casefiles.desk_documents": allow(*OFFICE, *PROVINCE, on="case"),
    "casefiles.desk_facts": allow(*OFFICE, *PROVINCE, on="case"),
    "casefiles.pulse": allow(*OFFICE, *PROVINCE, on="case"),
    "casefiles.timeline": allow(*OFFICE, *PROVINCE, on="case"),
    "casefiles.systems": allow(*OFFICE, *PROVINCE, on="case"),
    "casefiles.check": allow(*OFFICE, *PROVINCE, on="case"),
    "casefiles.evidence": allow(*OFFICE, *PROVINCE, on="case"),
    "casefiles.page_image": allow(*READERS, on="case_page"),
    "casefiles.words": allow(*READERS, on="case_page"),
    "casefiles.original": allow(*READERS, on="case_page"),
    "casefiles.edit": allow(*OFFICE, on="own_case"),
    "casefiles.retry": allow(*OFFICE, on="own_case"),
    "casefiles.remove_file": allow(*OFFICE, on="own_case"),
    "casefiles.uploads": allow(*OFFICE, on="own_case"),
    "casefiles.upload": allow(*OFFICE, on="own_case"),
    "casefiles.order": allow(*OFFICE, on="own_case"),
    "casefiles.document": allow(*OFFICE, on="own_case"),
    "casefiles.rotate": allow(*OFFICE, on="own_case"),
    "casefiles.fact": allow(*OFFICE, on="own_case"),
    "casefiles.run_check": allow(*OFFICE, on="own_case"),
    "casefiles.sign_off": allow(*OFFICE, on="own_case"),
    "casefiles.submit": allow(*OFFICE, on="own_case"),
    "casefiles.give_back": allow(LEADER, ADMINISTRATOR, on="case"),
    # --- review --------------------------------------------------------------------------------------
    "review.rounds": allow(*PANEL, ADMINISTRATOR, SUPERVISOR, AUDITOR),
    "review.new_round": allow(LEADER, ADMINISTRATOR),
    "review.round_page": allow(*PANEL, ADMINISTRATOR, SUPERVISOR, AUDITOR, on="round"),
    "review.edit_round": allow(LEADER, ADMINISTRATOR, on="round_lead"),
    "review.move": allow(LEADER, ADMINISTRATOR, on="round_lead"),
    "review.change_panel": allow(LEADER, ADMINISTRATOR, on="round_lead"),
    "review.set_due": allow(LEADER, ADMINISTRATOR, on="round_lead"),
    "review.draw_page": allow(*PANEL, ADMINISTRATOR, SUPERVISOR, AUDITOR, on="round"),
    "review.draw_record": allow(*PANEL, ADMINISTRATOR, SUPERVISOR, AUDITOR, on="round"),
    "review.must_draw": allow(LEADER, ADMINISTRATOR, on="round_lead"),
    "review.freeze_list": allow(LEADER, ADMINISTRATOR, on="round_lead"),
    "review.fix_seed": allow(LEADER, ADMINISTRATOR, on="round_lead"),
    "review.seats_page": allow(LEADER, ADMINISTRATOR, on="round_lead"),
    "review.assign": allow(LEADER, ADMINISTRATOR, on="round_lead"),
    "review.change_seat": allow(LEADER, ADMINISTRATOR, on="round_lead"),
    "review.queue": allow(REVIEWER),
    "review.recuse": allow(REVIEWER, on="round"),
    "review.desk": allow(REVIEWER, on="seat"),
    "review.page_image": allow(REVIEWER, on="seat"),
    "review.words": allow(REVIEWER, on="seat"),
    "review.save_line": allow(REVIEWER, on="seat"),
    "review.affirm": allow(REVIEWER, on="seat"),
    "review.submit_sheet": allow(REVIEWER, on="seat"),
    "review.gaps_page": allow(*PANEL, ADMINISTRATOR, on="round"),
    "review.settle_page": allow(*PANEL, ADMINISTRATOR, on="panel_file"),
    "review.agreement_page": allow(LEADER, ADMINISTRATOR, SUPERVISOR, on="round"),
    "review.results_page": allow(*PANEL, ADMINISTRATOR, SUPERVISOR, on="round"),
    "review.results_json": allow(*PANEL, ADMINISTRATOR, SUPERVISOR, AUDITOR, on="round"),
    "review.freeze_results": allow(LEADER, ADMINISTRATOR, on="round_lead"),
    "review.resolution_page": allow(*PANEL, ADMINISTRATOR, on="panel_file"),
    "review.replies_page": allow(*OFFICE, *PANEL),
    "review.reply_page": allow(*OFFICE, on="own_file"),
    "review.decide": allow(*PANEL, on="panel_file"),
    "review.sheet_print": allow(*OFFICE, *PANEL, ADMINISTRATOR, SUPERVISOR, on="sheet_print"),
    # --- notices -------------------------------------------------------------------------------------
    "notices.index": allow(*OFFICE, *PROVINCE),
    "notices.start": allow(ADMINISTRATOR),
    "notices.show": allow(*OFFICE, *PROVINCE, on="circular"),
    "notices.section": allow(ADMINISTRATOR, on="circular"),
    "notices.details": allow(ADMINISTRATOR, on="circular"),
    "notices.proof": allow(ADMINISTRATOR, LEADER, on="circular"),
    "notices.back": allow(ADMINISTRATOR, LEADER, on="circular"),
    "notices.sign": allow(ADMINISTRATOR, on="circular"),
    "notices.pdf": allow(*OFFICE, *PROVINCE, on="circular"),
    "notices.word": allow(ADMINISTRATOR, LEADER, on="circular"),
    "notices.receive": allow(*OFFICE, on="circular"),
    "notices.demand": allow(*OFFICE, *PROVINCE, on="circular"),
    "notices.letter": allow(*OFFICE, *PROVINCE, on="letter"),
    "notices.ledger": allow(*OFFICE, *PROVINCE),
    "notices.analysis": allow(*PROVINCE),
    "notices.round_workbook": allow(*PROVINCE, on="round"),
    "notices.answer": allow(*OFFICE, on="rectification"),
    "notices.check": allow(ADMINISTRATOR, on="rectification"),
    "notices.proof_file": allow(*OFFICE, *PROVINCE, on="rectification"),
    # --- rules ---------------------------------------------------------------------------------------
    "rules.index": allow(*READERS),
    "rules.rule": allow(*READERS),
    "rules.laws": allow(*READERS),
    "rules.law": allow(*READERS),
}
