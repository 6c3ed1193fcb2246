"""Search finds every two-character word, across punctuation, in what one may see, on both databases."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session

from casefiles import CaseFile, StoredFile
from casefiles.engines import Engine as Index
from casefiles.grams import grams, plain, snippet, words
from casefiles.search import case_ids, engine_for, enter_pages, page_rows, rebuild, remove_files, search
from foundation import db, settings

Login = Callable[..., FlaskClient]
PAGES = (
    (1, "本机关依法告知当事人享有陈述、申辩的权利，并可以要求听证。"),
    (2, "法制审核意见：同意。罚款人民币叁万圆（30000元）。"),
)


@pytest.fixture
def index(config: settings.Settings) -> Index:
    return engine_for(config)


def put(session: Session, index: Index, stored: StoredFile) -> None:
    rows = page_rows(stored, PAGES)
    index.publish([stored.id], rows)
    enter_pages(session, [stored.id], rows)


@pytest.fixture
def searchable(engine: Engine, case: CaseFile, index: Index) -> StoredFile:
    with db.session_scope(engine) as session:
        stored = StoredFile(case_id=case.id, name="告知书.pdf", sha256="0" * 64, media="pdf", state="read")
        session.add(stored)
        session.flush()
        put(session, index, stored)
        return stored


@pytest.mark.parametrize(
    ("query", "pages"),
    [
        ("听证", [1]),
        ("陈述申辩", [1]),
        ("罚款", [2]),
        ("法制审核 叁万圆", [2]),
        ("３００００", [2]),
        ("30000元", [2]),
        ("陈述 罚款", []),
        ("审核法制", []),
        ("证", [1]),
        ("，。", []),
    ],
)
def test_words_are_found(
    engine: Engine, searchable: StoredFile, index: Index, query: str, pages: list[int]
) -> None:
    with db.session_scope(engine, reading=True) as session:
        found = search(session, index, query, [])
        assert sorted(hit.page for item in found for hit in item.hits) == pages


def test_a_removed_file_is_gone_and_a_rebuilt_index_is_the_same(
    engine: Engine, searchable: StoredFile, index: Index, case: CaseFile
) -> None:
    with db.session_scope(engine) as session:
        assert rebuild(session, index) == 2
        assert case_ids(session, index, "听证") == [case.id]
        remove_files(session, index, [searchable.id])
    with db.session_scope(engine, reading=True) as session:
        assert case_ids(session, index, "听证") == []


def test_indexing_twice_gives_one_hit(engine: Engine, searchable: StoredFile, index: Index) -> None:
    with db.session_scope(engine) as session:
        stored = session.get_one(StoredFile, searchable.id)
        put(session, index, stored)
    with db.session_scope(engine, reading=True) as session:
        assert len(search(session, index, "听证", [])[0].hits) == 1


def test_nobody_finds_another_offices_pages(login: Login, searchable: StoredFile) -> None:
    own = login(None, "clerk_jilin").get("/search?q=听证").get_data(as_text=True)
    foreign = login(None, "clerk_siping").get("/search?q=听证").get_data(as_text=True)
    province = login(None, "supervisor").get("/search?q=听证").get_data(as_text=True)
    assert "<mark>听证</mark>" in own and "<mark>听证</mark>" in province
    assert "告知书.pdf" not in foreign and "没有找到" in foreign


def test_the_list_filters_by_words_inside(login: Login, searchable: StoredFile, case: CaseFile) -> None:
    clerk = login(None, "clerk_jilin")
    assert f"/cases/{case.id}" in clerk.get("/cases?q=叁万圆").get_data(as_text=True)
    assert f"/cases/{case.id}" not in clerk.get("/cases?q=查无此语").get_data(as_text=True)


@given(st.text(max_size=40))
def test_grams_cover_the_run(text: str) -> None:
    run = plain(text)
    assert len(grams(run)) == max(len(run) - 1, 1 if run else 0)
    assert plain(run) == run


@given(st.text(max_size=60), st.integers(0, 59), st.integers(1, 8))
def test_any_piece_of_a_text_is_shown(text: str, at: int, size: int) -> None:
    """Whatever stands in the text is found in it again, and the passage marks it."""
    piece = plain(text[at : at + size])
    passages = snippet(text, [piece]) if piece else []
    if piece and piece in plain(text):
        assert any(passage.hit for passage in passages)
        assert piece in plain("".join(passage.text for passage in passages)) or len(plain(text)) > 20


def test_a_query_is_cut_and_deduplicated() -> None:
    assert words("听证　听证 " + "字" * 500)[0] == "听证"
    assert len(words("字" * 500)[0]) == 200
