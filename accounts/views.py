"""Pages of the accounts room: signing in and out, the desk, one's password and sessions."""

from flask import (
    Blueprint,
    Response,
    flash,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask import session as cookie
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from accounts import views_admin, views_system
from accounts.access import current_user
from accounts.admin import change_password
from accounts.forms import LoginForm, PasswordForm
from accounts.models import Office
from accounts.sign_in import COOKIE, authenticate, end_logins, open_login, open_logins, safe_goal
from foundation import audit, errors, web

bp = Blueprint("accounts", __name__)
ROUTES: tuple[web.Route, ...] = (
    ("GET", "/", "home"),
    ("GET POST", "/login", "login"),
    ("POST", "/logout", "logout"),
    ("GET POST", "/password", "password"),
    ("GET", "/logins", "logins"),
    ("POST", "/logins/end", "end_login"),
    ("GET", "/health", "health"),
)


def health() -> ResponseReturnValue:
    """For load balancers: the process answers and reaches its database."""
    with web.reading() as session:
        session.connection().execute(text("SELECT 1"))
    return jsonify(ok=True)


def home() -> ResponseReturnValue:
    """The desk: what this member has to do now."""
    session = web.session()
    duties = web.duties_of(session, current_user())
    office = session.get(Office, current_user().office_id)
    return render_template("accounts/home.html", duties=duties, office=office)


def login() -> ResponseReturnValue:
    """Sign in; the session's cookie is new at every sign-in."""
    form = LoginForm()
    goal = safe_goal(request.args.get("next"), url_for("accounts.home"))
    if not form.validate_on_submit():
        return render_template("accounts/login.html", form=form)
    address = request.remote_addr or ""
    try:
        name = (form.login.data or "").strip()
        user = authenticate(web.engine(), web.settings(), name, form.password.data or "", address)
    except errors.AnhengError as refused:
        return render_template("accounts/login.html", form=form, refused=refused), refused.status
    agent = request.user_agent.string
    token = open_login(web.session(), user=user, address=address, agent=agent)
    cookie.clear()
    return _with_cookie(make_response(redirect(goal)), token)


def logout() -> ResponseReturnValue:
    """Sign out: the session ends on the server, the cookie goes."""
    end_logins(web.session(), current_user().id, why="退出", only=g.login_session_id)
    cookie.clear()
    response = make_response(redirect(url_for("accounts.login")))
    response.delete_cookie(COOKIE)
    return response


def password() -> ResponseReturnValue:
    """Change one's own password, by choice or because it is due."""
    form = PasswordForm()
    refused = None
    if form.validate_on_submit():
        config = web.settings()
        try:
            change_password(
                web.session(), user=current_user(), old=form.old.data or "", new=form.new.data or "",
                least=config.sign_in.password_length, keep=g.login_session_id, quick=config.testing,
            )  # fmt: skip
        except errors.AnhengError as error:
            refused = error
        else:
            flash("密码已修改，其他登录已退出。", "success")
            return redirect(url_for("accounts.home"))
    page = render_template("accounts/password.html", form=form, refused=refused)
    return page, 400 if refused else 200


def logins() -> ResponseReturnValue:
    """One's own sessions, with the means to end any of them."""
    rows = open_logins(web.session(), current_user().id)
    return render_template("accounts/logins.html", rows=rows, here=g.login_session_id, browser=browser_name)


def end_login() -> ResponseReturnValue:
    """End one of one's own sessions, or all but this one; they stop working at once."""
    only = request.form.get("login_id", "")
    but = "" if only else g.login_session_id
    user = current_user()
    count = end_logins(web.session(), user.id, why="本人退出", only=only, but=but)
    audit.record(web.session(), actor=user, action="account.logins_ended", target=f"user:{user.id}",
                 office_id=user.office_id, text=f"{user.name} 结束了自己的 {count} 个登录")  # fmt: skip
    flash(f"已退出 {count} 个登录。", "success")
    return redirect(url_for("accounts.logins"))


def browser_name(agent: str) -> str:
    """A user-agent text as people know it: the browser and the system."""
    browsers = {
        "Edg/": "Edge",
        "MicroMessenger": "微信",
        "QQBrowser": "QQ 浏览器",
        "Firefox/": "Firefox",
        "Chrome/": "Chrome",
    }
    systems = {
        "Windows": "Windows",
        "Android": "Android",
        "iPhone": "iPhone",
        "Mac OS": "macOS",
        "Linux": "Linux",
    }
    found = [
        next((name for mark, name in names.items() if mark in agent), "") for names in (browsers, systems)
    ]
    return " · ".join(filter(None, found)) or "其他程序"


def _with_cookie(response: Response, token: str) -> Response:
    hours = web.settings().sign_in.absolute_hours
    secure = web.settings().secure_cookies or request.is_secure
    response.set_cookie(COOKIE, token, max_age=hours * 3600, secure=secure, httponly=True, samesite="Lax")
    return response


web.add_routes(bp, ROUTES, globals())
web.add_routes(bp, views_admin.ROUTES, vars(views_admin))
web.add_routes(bp, views_system.ROUTES, vars(views_system))
