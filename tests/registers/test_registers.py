"""The registers: dated entries, three-valued look-ups, workbooks without live formulas."""

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlmodel import Session, select

import registers
from accounts import User
from foundation import db, errors
from registers import KINDS, RegisterEntry, put_text, read_draft, save_entry

OFFICER = KINDS["officer"]


def add(
    session: Session, by: User, kind: str, key: str, name: str, start: str, end: str = "", **data: str
) -> RegisterEntry:
    register = KINDS[kind]
    labels = {column.name: column.label for column in register.columns}
    raw = {register.key: key, register.name: name, "有效期自": start, "有效期至": end}
    draft = read_draft(register, raw | {labels[name]: value for name, value in data.items()})
    return save_entry(session, office_id=by.office_id, kind=register, draft=draft, by=by)


def test_certificate_is_judged_on_the_day(session: Session, seeded: dict[str, User]) -> None:
    clerk = seeded["clerk_jilin"]
    add(session, clerk, "officer", "22020001", "韩冰", "2022-01-01", "2023-12-31")
    ask = registers.certificate_valid
    assert ask(session, clerk.office_id, "韩冰", "22020001", date(2022, 1, 1)) is True
    assert ask(session, clerk.office_id, "韩 冰", "22020001", date(2023, 12, 31)) is True
    assert ask(session, clerk.office_id, "韩冰", "22020002", date(2023, 1, 1)) is False
    assert ask(session, clerk.office_id, "韩冰", "22020001", date(2024, 1, 1)) is None
    assert ask(session, clerk.office_id, "韩冰", "22020001", date(2021, 12, 31)) is None
    assert ask(session, seeded["clerk_siping"].office_id, "韩冰", "22020001", date(2022, 1, 1)) is None


def test_a_province_register_holds_for_its_cities(session: Session, seeded: dict[str, User]) -> None:
    add(session, seeded["administrator"], "document", "吉防办发〔2020〕1号", "裁量办法", "2020-01-01", "2022-06-30",
        issuer="省人防办", status="有效")  # fmt: skip
    office = seeded["clerk_jilin"].office_id
    assert registers.document_valid(session, office, "吉防办发(2020)1号", date(2022, 6, 30)) is True
    assert registers.document_valid(session, office, "裁量办法", date(2022, 7, 1)) is False
    assert registers.document_valid(session, office, "别的文件", date(2022, 1, 1)) is None


def test_a_new_entry_closes_the_earlier(session: Session, seeded: dict[str, User]) -> None:
    clerk = seeded["clerk_jilin"]
    first = add(
        session, clerk, "matter", "A1", "防空地下室", "2020-01-01", matter_kind="行政处罚", basis="旧"
    )
    add(session, clerk, "matter", "A1", "防空地下室", "2023-05-01", matter_kind="行政处罚", basis="新")
    assert first.valid_to == date(2023, 4, 30)
    assert registers.matter_listed(session, clerk.office_id, "防空地下室", date(2023, 5, 1)) is True
    assert registers.matter_listed(session, clerk.office_id, "别的", date(2023, 5, 1)) is False
    assert registers.matter_listed(session, clerk.office_id, "别的", date(2023, 5, 1), "行政许可") is None


def test_review_threshold_decides_only_upwards(session: Session, seeded: dict[str, User]) -> None:
    clerk = seeded["clerk_jilin"]
    add(session, clerk, "legal_review", "1", "较大数额罚款", "2020-01-01", matter_kind="行政处罚",
        fine_organisation="50000", condition="对单位五万元以上")  # fmt: skip
    ask, day = registers.legal_review_needed, date(2023, 1, 1)
    assert ask(session, clerk.office_id, day, fine=Decimal(50000), individual=False) is True
    assert ask(session, clerk.office_id, day, fine=Decimal("49999.99"), individual=False) is None
    assert ask(session, clerk.office_id, day, fine=Decimal(50000), individual=True) is None


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("有效期自", "2023-02-30", "不是有效日期"),
        ("有效期自", "", "不是有效日期"),
        ("有效期至", "2021-01-01", "早于"),
        ("姓名", "  ", "必须填写"),
        ("法制审核人员", "也许", "应填是或否"),
    ],
)
def test_a_faulty_value_is_named(field: str, value: str, fault: str) -> None:
    good = {"执法证号": "1", "姓名": "甲", "有效期自": "2022-01-01"}
    with pytest.raises(ValueError, match=fault):
        read_draft(OFFICER, good | {field: value})


def test_workbook_round_trip(login: Callable[..., FlaskClient], app: object, config: object) -> None:
    client = login(None, "clerk_jilin")
    book = openpyxl.load_workbook(io.BytesIO(client.get("/registers/officer/export").data))
    titles = [cell.value for cell in book.active[1]]
    assert titles == [
        "执法证号",
        "姓名",
        "职务",
        "执法区域",
        "法律职业资格证号",
        "法制审核人员",
        "有效期自",
        "有效期至",
        "来源文件",
    ]
    book.active.append(["22020001", "=1+1", "科员", "吉林市", None, "是", date(2022, 1, 1), None, "名录"])
    book.active["B2"].data_type = "s"
    book.active.append(["22020002", "李四", None, None, None, None, "2022年3月1日", "2024/1/1", None])
    answer = client.post("/registers/officer/import", data={"file": (save(book), "名录.xlsx")})
    assert answer.status_code == 302
    page = client.get("/registers/officer?on=").get_data(as_text=True)
    assert "李四" in page and "=1+1" in page
    again = openpyxl.load_workbook(io.BytesIO(client.get("/registers/officer/export").data)).active
    assert again["B2"].data_type == "s" and again["B2"].value == "=1+1" and again["B2"].quotePrefix
    assert [again["G3"].value, again["H3"].value] == ["2022-03-01", "2024-01-01"]


def test_a_faulty_workbook_changes_nothing(
    login: Callable[..., FlaskClient], app: object, engine: object, seeded: dict[str, User]
) -> None:
    client = login(None, "clerk_jilin")
    book = openpyxl.load_workbook(io.BytesIO(client.get("/registers/officer/export").data))
    book.active.append(["1", "甲", None, None, None, None, "2022-01-01"])
    book.active.append(["2", None, None, None, None, None, "不知道"])
    answer = client.post("/registers/officer/import", data={"file": (save(book), "a.xlsx")})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "第 3 行" in text and "“姓名”必须填写" in text
    with db.session_scope(engine, reading=True) as session:  # type: ignore[arg-type]
        assert session.exec(select(RegisterEntry)).all() == []


@pytest.mark.parametrize("raw", [b"", b"no zip", b"PK\x03\x04broken"])
def test_what_is_no_workbook_is_refused(login: Callable[..., FlaskClient], raw: bytes) -> None:
    answer = login(None, "clerk_jilin").post(
        "/registers/officer/import", data={"file": (io.BytesIO(raw), "a.xlsx")}
    )
    assert answer.status_code == 400
    assert "不是可读的 .xlsx" in answer.get_data(as_text=True) or "没有收到" in answer.get_data(as_text=True)


def test_formula_in_an_import_is_refused(login: Callable[..., FlaskClient]) -> None:
    client = login(None, "clerk_jilin")
    book = openpyxl.load_workbook(io.BytesIO(client.get("/registers/officer/export").data))
    book.active.append(["1", "=HYPERLINK(1)", None, None, None, None, "2022-01-01"])
    answer = client.post("/registers/officer/import", data={"file": (save(book), "a.xlsx")})
    assert answer.status_code == 400 and "含公式" in answer.get_data(as_text=True)


@hypothesis_settings(max_examples=40)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_no_text_becomes_a_formula(text: str) -> None:
    book = openpyxl.Workbook()
    for lead in ("", "=", "+", "-", "@", "\t", "＝"):
        put_text(book.active.cell(1, 1), lead + text)
        target = io.BytesIO()
        book.save(target)
        cell = openpyxl.load_workbook(target).active["A1"]
        assert cell.data_type != "f"


def test_editing_belongs_to_the_own_office(
    login: Callable[..., FlaskClient], engine: object, seeded: dict[str, User]
) -> None:
    with db.session_scope(engine) as session:  # type: ignore[arg-type]
        entry = add(session, seeded["clerk_jilin"], "officer", "1", "甲", "2022-01-01")
        with pytest.raises(errors.Refused):
            registers.entries.end_entry(
                session, entry=entry, kind=OFFICER, on=date(2021, 1, 1), by=seeded["clerk_jilin"]
            )
    mine, other = login(None, "clerk_jilin"), login(None, "clerk_siping")
    assert mine.get(f"/register-entries/{entry.id}").status_code == 200
    foreign, absent = other.get(f"/register-entries/{entry.id}"), other.get("/register-entries/00000000")
    assert foreign.status_code == absent.status_code == 404
    assert foreign.data == absent.data
    form = {"key": "1", "name": "甲乙", "valid_from": "2022-01-01"}
    assert mine.post(f"/register-entries/{entry.id}", data=form).status_code == 302
    assert other.post(f"/register-entries/{entry.id}/end", data={"on": "2023-01-01"}).status_code == 404
    assert mine.post(f"/register-entries/{entry.id}/end", data={"on": "2023-01-01"}).status_code == 302
    assert "甲乙" in mine.get("/registers/officer?on=2023-01-01").get_data(as_text=True)
    assert "甲乙" not in mine.get("/registers/officer?on=2023-01-02").get_data(as_text=True)


def save(book: openpyxl.Workbook) -> io.BytesIO:
    target = io.BytesIO()
    book.save(target)
    target.seek(0)
    return target
