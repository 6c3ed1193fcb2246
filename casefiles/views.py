"""The web room of case files. All routes stand in one table; the views themselves live beside it by page."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts import Role, current_user, offices_in_view
from casefiles import views_bound, views_check, views_desk, views_files, views_uploads
from casefiles.access import reach
from casefiles.cases import create_case, edit_case
from casefiles.duties import duties
from casefiles.forms import CaseForm, ReturnForm
from casefiles.listing import Filters, list_cases, years
from casefiles.overview import overview
from casefiles.search import case_ids, engine_for, search
from casefiles.wording import words_of_the_room
from foundation import web
from scoring_rules import load_standard

OFFICE = (Role.CLERK, Role.HEAD)
PROVINCE = (Role.LEADER, Role.ADMINISTRATOR, Role.SUPERVISOR)
bp = Blueprint("casefiles", __name__)
OWN = "/cases/<case_id>"
ROUTES: tuple[web.Route, ...] = (
    ("GET", "/cases", "list"),
    ("GET POST", "/cases/new", "new"),
    ("GET", "/search", "search"),
    ("GET", OWN, "case"),
    ("GET POST", f"{OWN}/edit", "edit"),
    ("GET", f"{OWN}/history", "history"),
    ("GET", f"{OWN}/bound", "bound"),
    # files and uploads (tus 1.0)
    ("GET", f"{OWN}/files", "files"),
    ("GET", f"{OWN}/files/list", "file_list"),
    ("GET", f"{OWN}/progress", "progress"),
    ("POST", f"{OWN}/retry", "retry"),
    ("POST", f"{OWN}/files/<file_id>/remove", "remove_file"),
    ("GET", f"{OWN}/files/<file_id>/original", "original"),
    ("GET", f"{OWN}/files/<file_id>/page/<int:number>", "page"),
    ("GET", f"{OWN}/files/<file_id>/pages/<int:page>.png", "page_image"),
    ("GET", f"{OWN}/files/<file_id>/words", "words"),
    ("POST OPTIONS", f"{OWN}/uploads", "uploads"),
    ("GET HEAD PATCH DELETE", f"{OWN}/uploads/<upload_id>", "upload"),
    # the desk
    ("GET", f"{OWN}/desk", "desk"),
    ("GET", f"{OWN}/desk/documents", "desk_documents"),
    ("GET", f"{OWN}/desk/facts", "desk_facts"),
    ("GET", f"{OWN}/pulse", "pulse"),
    ("POST", f"{OWN}/documents/order", "order"),
    ("POST", f"{OWN}/documents/<document_id>/<action>", "document"),
    ("POST", f"{OWN}/files/<file_id>/rotate", "rotate"),
    ("POST", f"{OWN}/facts/<name>", "fact"),
    # what the rules say
    ("GET", f"{OWN}/timeline", "timeline"),
    ("GET", f"{OWN}/systems", "systems"),
    ("GET", f"{OWN}/check", "check"),
    ("POST", f"{OWN}/check/run", "run_check"),
    ("POST", f"{OWN}/sign-off", "sign_off"),
    ("POST", f"{OWN}/submit", "submit"),
    ("POST", f"{OWN}/return", "give_back"),
    ("GET", f"{OWN}/check/<rule>", "evidence"),
)
NAVIGATION = (
    ("案卷", "案卷列表", "casefiles.list", (*OFFICE, *PROVINCE), "按单位、类型、年度、等次、状态查找案卷"),
    ("案卷", "新建案卷", "casefiles.new", OFFICE, "登记一件案卷并上传扫描件、Word 文档或压缩包"),
    ("案卷", "全文检索", "casefiles.search", (*OFFICE, *PROVINCE), "在卷内文书的文字中查找"),
)


def case_list() -> ResponseReturnValue:
    """The case files one may see, narrowed by filters, fifty at a time."""
    session, user = web.session(), current_user()
    filters = Filters.from_args(request.args)
    names, everything = offices_in_view(session, user)
    offices = None if everything else list(names)
    found = case_ids(session, engine_for(web.settings()), filters.text) if filters.text else []
    listed = list_cases(
        session, filters, offices=offices, found=found, after=request.args.get("after") or None
    )
    return render_template(
        "casefiles/list.html",
        listed=listed,
        filters=filters,
        offices=names,
        own=user.office_id,
        years=years(session, offices),
        grades=[name for name, _ in load_standard().grades],
        may_create=user.has(Role.CLERK, Role.HEAD),
    )


def new() -> ResponseReturnValue:
    """Open a case file; the form sent twice opens one."""
    form = CaseForm()
    if form.validate_on_submit():
        user = current_user()
        case = create_case(
            web.session(), office_id=user.office_id, by=user, data=form.data, form_key=form.form_key.data
        )
        return redirect(url_for("casefiles.files", case_id=case.id))
    return render_template("casefiles/edit.html", form=form, case=None)


def edit(case_id: str) -> ResponseReturnValue:
    """Change the registration; whoever comes second is told, nothing is overwritten."""
    case = reach(case_id, "own_case")
    form = CaseForm(obj=case)
    if form.validate_on_submit():
        seen = int(form.seen.data or 0) if str(form.seen.data).isdigit() else 0
        edit_case(web.session(), case=case, data=form.data, seen=seen, by=current_user())
        return redirect(url_for("casefiles.case", case_id=case.id))
    if request.method == "GET":
        form.seen.data = str(case.version)
    return render_template("casefiles/edit.html", form=form, case=case)


def detail(case_id: str) -> ResponseReturnValue:
    """One truth per file: registration, catalogue, gaps, score, what to do next."""
    case = reach(case_id)
    shown = overview(web.session(), case, current_user())
    may_return = case.status == "submitted" and current_user().has(Role.LEADER, Role.ADMINISTRATOR)
    return_form = ReturnForm() if may_return else None
    return render_template(
        "casefiles/overview.html", case=case, tab="case", shown=shown, return_form=return_form
    )


def find() -> ResponseReturnValue:
    """Words over all pages one may see, with the passage about each hit."""
    session = web.session()
    text = request.args.get("q", "").strip()[:200]
    names, everything = offices_in_view(session, current_user())
    offices = None if everything else list(names)
    filters = Filters.from_args(request.args)
    conditions = filters.conditions(offices)
    found = search(session, engine_for(web.settings()), text, conditions) if text else []
    return render_template(
        "casefiles/search.html",
        text=text,
        found=found,
        filters=filters,
        names=names,
        years=years(session, offices),
    )


VIEWS = {
    "list": case_list,
    "new": new,
    "search": find,
    "case": detail,
    "edit": edit,
    **{name: getattr(views_files, name) for name in views_files.VIEWS},
    **{name: getattr(views_uploads, name) for name in views_uploads.VIEWS},
    **{name: getattr(views_desk, name) for name in views_desk.VIEWS},
    **{name: getattr(views_check, name) for name in views_check.VIEWS},
    **{name: getattr(views_bound, name) for name in views_bound.VIEWS},
}
web.add_routes(bp, ROUTES, VIEWS)
bp.record_once(lambda state: state.app.jinja_env.globals.update(words_of_the_room()))
web.register_duties(duties)
for item in NAVIGATION:
    web.register_nav(*item)
