"""A circular's life on the database and in the browser's protocol: bound, checked, numbered once, seen by whom it is for."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlmodel import Session, select

from accounts import Office, User
from foundation import audit, blobs, db, errors
from notices.current import sections_of
from notices.fonts import Faces
from notices.issue import draft, edit_section, inspect, issue, proofread, send_back
from notices.models import Circular, Letter, Receipt, Rectification
from notices.rectify import answer, check
from review import Round

DAY = date(2026, 1, 25)


@pytest.fixture
def issued(
    session: Session, seeded: dict[str, User], circular: Circular, store: blobs.BlobStore, faces: Faces
) -> Circular:
    proofread(session, circular=circular, confirmed=[], faces=faces, by=seeded["leader"])
    issue(session, circular=circular, store=store, faces=faces, by=seeded["administrator"], on=DAY)
    session.commit()
    return circular


def test_a_round_has_one_circular(
    session: Session, seeded: dict[str, User], review_round: Round, circular: Circular
) -> None:
    with pytest.raises(errors.Refused, match="已有通报稿"):
        draft(session, review_round=review_round, by=seeded["administrator"])


def test_results_that_are_not_frozen_give_no_circular(
    session: Session, seeded: dict[str, User], review_round: Round
) -> None:
    review_round.frozen_sha256 = ""
    with pytest.raises(errors.Refused, match="尚未冻结"):
        draft(session, review_round=review_round, by=seeded["administrator"])


def test_an_edit_is_kept_with_what_stood_before(
    session: Session, seeded: dict[str, User], circular: Circular
) -> None:
    before = sections_of(circular)[1]
    edit_section(
        session,
        circular=circular,
        key="overview",
        heading="概况",
        text="共抽取【抽取卷数】卷。",
        by=seeded["administrator"],
    )
    after = sections_of(circular)[1]
    assert (after.heading, after.text) == ("概况", "共抽取【抽取卷数】卷。")
    assert before.text != after.text
    with pytest.raises(errors.Refused, match="没有的数字：优良率"):
        edit_section(
            session,
            circular=circular,
            key="overview",
            heading="",
            text="【优良率】",
            by=seeded["administrator"],
        )


def test_the_drafter_may_not_proofread(
    session: Session, seeded: dict[str, User], circular: Circular, faces: Faces
) -> None:
    with pytest.raises(errors.Refused, match="拟稿人不能核"):
        proofread(session, circular=circular, confirmed=[], faces=faces, by=seeded["administrator"])


def test_a_typed_number_must_be_confirmed_by_name(
    session: Session, seeded: dict[str, User], circular: Circular, faces: Faces
) -> None:
    edit_section(
        session,
        circular=circular,
        key="demands",
        heading="要求",
        text="请于15日内报告。",
        by=seeded["administrator"],
    )
    with pytest.raises(errors.Refused, match="未绑定数据的数字：15"):
        proofread(session, circular=circular, confirmed=[], faces=faces, by=seeded["leader"])
    proofread(session, circular=circular, confirmed=["15"], faces=faces, by=seeded["leader"])
    assert (circular.status, circular.confirmed_numbers) == ("proofread", ["15"])


def test_a_change_of_the_frozen_text_stops_everything(
    session: Session,
    seeded: dict[str, User],
    circular: Circular,
    review_round: Round,
    faces: Faces,
    store: blobs.BlobStore,
) -> None:
    proofread(session, circular=circular, confirmed=[], faces=faces, by=seeded["leader"])
    review_round.frozen_text = review_round.frozen_text.replace('"96.0"', '"99.0"')
    session.add(review_round)
    session.flush()
    assert inspect(session, circular, faces).stale
    with pytest.raises(errors.Refused, match="有变化"):
        issue(session, circular=circular, store=store, faces=faces, by=seeded["administrator"], on=DAY)


def test_issuing_numbers_keeps_and_distributes(
    session: Session, issued: Circular, store: blobs.BlobStore
) -> None:
    assert issued.number == "吉人防通〔2026〕1号"
    letters = session.exec(select(Letter).order_by(Letter.number)).all()
    assert [letter.number for letter in letters] == [f"吉人防评意〔2026〕{n}号" for n in (1, 2, 3, 4)]
    for digest in (issued.full_sha256, issued.public_sha256, *(letter.full_sha256 for letter in letters)):
        assert store.path(digest).read_bytes()[:5] == b"%PDF-"
    assert len(session.exec(select(Receipt)).all()) == 2
    assert len(session.exec(select(Rectification)).all()) == 4
    assert audit.verify(session)["ok"]


def test_an_issued_circular_is_never_issued_or_changed_again(
    session: Session, seeded: dict[str, User], issued: Circular, store: blobs.BlobStore, faces: Faces
) -> None:
    with pytest.raises(errors.Refused):
        issue(session, circular=issued, store=store, faces=faces, by=seeded["administrator"], on=DAY)
    with pytest.raises(errors.Refused):
        edit_section(
            session, circular=issued, key="overview", heading="", text="改", by=seeded["administrator"]
        )
    with pytest.raises(errors.Refused):
        send_back(session, circular=issued, reason="退", by=seeded["leader"])


def test_a_number_rolled_back_is_given_again(
    engine: Any, seeded: dict[str, User], circular: Circular, store: blobs.BlobStore, faces: Faces
) -> None:
    for keep in (False, True):
        with db.open_session(engine) as session:
            mine = session.get_one(Circular, circular.id)
            proofread(session, circular=mine, confirmed=[], faces=faces, by=seeded["leader"])
            issue(session, circular=mine, store=store, faces=faces, by=seeded["administrator"], on=DAY)
            assert mine.number == "吉人防通〔2026〕1号"
            session.commit() if keep else session.rollback()


def test_a_curable_fault_needs_proof_and_is_closed_by_the_province(
    session: Session, seeded: dict[str, User], issued: Circular, store: blobs.BlobStore
) -> None:
    item = session.exec(select(Rectification).where(Rectification.curable)).first()
    assert item is not None
    clerk = seeded["clerk_songyuan"]
    with pytest.raises(errors.Refused, match="没有附证明材料"):
        answer(session, item=item, text="已经按要求重新制作文书。", proof=None, store=store, by=clerk)
    answer(
        session,
        item=item,
        text="已经按要求重新制作文书。",
        proof=(io.BytesIO(b"%PDF-1.4"), "证明.pdf"),
        store=store,
        by=clerk,
    )
    with pytest.raises(errors.Refused, match="没有填写原因"):
        check(session, item=item, accepted=False, remark=" ", by=seeded["administrator"])
    check(session, item=item, accepted=False, remark="缺签名", by=seeded["administrator"])
    assert (item.status, item.reopened) == ("open", 1)
    answer(session, item=item, text="已补签名并重新装订入卷。", proof=None, store=store, by=clerk)
    check(session, item=item, accepted=True, remark="", by=seeded["administrator"])
    assert item.status == "closed"


Login = Callable[[FlaskClient, str], Any]


def is_pdf(client: FlaskClient, path: str) -> bool:
    with client.get(path) as response:
        return response.get_data()[:5] == b"%PDF-"


def test_who_sees_which_version(
    client: FlaskClient, login: Login, issued: Circular, session: Session
) -> None:
    letter = session.exec(select(Letter)).first()
    assert letter is not None
    session.commit()
    login(client, "administrator")
    assert is_pdf(client, f"/notices/{issued.id}/full.pdf")
    assert client.get(f"/notices/{issued.id}").status_code == 200
    login(client, "clerk_siping")
    assert client.get(f"/notices/{issued.id}").status_code == 200
    assert client.get(f"/notices/{issued.id}/full.pdf").status_code == 404
    assert is_pdf(client, f"/notices/{issued.id}/public.pdf")
    login(client, "clerk_tonghua")
    for path in (
        f"/notices/{issued.id}",
        f"/notices/{issued.id}/public.pdf",
        f"/letters/{letter.id}/full.pdf",
    ):
        assert client.get(path).status_code == 404


def test_a_form_made_on_an_older_state_overwrites_nothing(
    client: FlaskClient, login: Login, circular: Circular
) -> None:
    login(client, "administrator")
    form = {"heading": "概况", "text": "第一次", "version": str(circular.version)}
    assert client.post(f"/notices/{circular.id}/sections/overview", data=form).status_code == 302
    form["text"] = "第二次"
    assert client.post(f"/notices/{circular.id}/sections/overview", data=form).status_code == 409


def test_an_office_cannot_answer_for_another(
    client: FlaskClient, login: Login, issued: Circular, session: Session, seeded: dict[str, User]
) -> None:
    office = session.get_one(Office, seeded["clerk_songyuan"].office_id)
    item = session.exec(select(Rectification).where(Rectification.office_id == office.id)).first()
    assert item is not None
    session.commit()
    login(client, "clerk_siping")
    assert (
        client.post(f"/rectifications/{item.id}/answer", data={"text": "与我无关的整改说明"}).status_code
        == 404
    )
