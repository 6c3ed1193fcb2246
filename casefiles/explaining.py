"""Why a rule came out as it did on a case file: the engine's explanation with the labels people read."""

from datetime import date
from typing import Any

from sqlmodel import Session

from casefiles.cases import label_of
from casefiles.factbook import book, facts
from casefiles.models import CaseFile, CheckRun
from casefiles.pieces import kinds_present
from casefiles.selfcheck import day_for, latest_check, with_registration
from foundation import clock
from scoring_rules import CaseInput, explain, load_pack, load_standard


def case_input(session: Session, case: CaseFile) -> CaseInput:
    """The case file as the rules read it now."""
    read = with_registration(case, facts(book(session, case.id)))
    signed = case.signed_off_on is not None
    current = latest_check(session, case)
    graded_on = current.result.get("as_of") if current else None
    day = date.fromisoformat(graded_on) if graded_on else day_for(case, read) or clock.today()
    return CaseInput(label_of(case), read, kinds_present(session, case.id), signed, day)


def explained(session: Session, case: CaseFile, run: CheckRun, rule: str) -> dict[str, Any]:
    """The explanation of one rule under the standard of the run; empty when the rule is gone from the pack."""
    pack = load_pack()
    if rule not in {item.id for item in pack.rules}:
        return {}
    standard = load_standard(run.standard_id.split("@", 1)[0])
    told: dict[str, Any] = explain(pack, standard, case_input(session, case), rule)
    return told
