"""The rule book: every rule has a page, in Chinese words, for those who work with files and nobody else."""

import html
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask import render_template
from flask.testing import FlaskClient

from accounts import User
from casefiles import rulebook
from foundation import web
from scoring_rules import load_pack, load_standard
from scoring_rules.lawimport import import_folder

Login = Callable[..., FlaskClient]
SAMPLE = ("P01", "P25", "P37", "P43", "P55", "S02", "F04", "L06", "C12", "I05", "G01", "T01", "A01", "D4")
LAW = """# 中华人民共和国行政处罚法

2021年1月22日修订

## 第一章 总则

第一条 为了规范行政处罚的设定和实施，制定本法。

第二条 行政处罚是指惩戒的行为。

其二款。

## 第二章 附则

第六十条 行政机关应当自行政处罚案件立案之日起九十日内作出行政处罚决定。

第八十六条 本法自2021年7月15日起施行。
"""


def visible(page: str) -> str:
    """The words of the main part of a page, without hashes and file names."""
    main = re.sub(
        r'<(dd|div) class="mono">[^<]*</\1>', "", "<main" + page.split("<main")[1].split("</main>")[0]
    )
    return html.unescape(re.sub(r"<[^>]+>", " ", main))


def shown_rules(page: str) -> set[str]:
    return set(re.findall(r'href="/rules/([A-Z][0-9]+)\?', page))


@pytest.fixture
def clerk(login: Login) -> FlaskClient:
    return login(None, "clerk_jilin")


def test_the_list_holds_every_rule(clerk: FlaskClient) -> None:
    page = clerk.get("/rules").get_data(as_text=True)
    rules = {rule.id for rule in load_pack().rules}
    assert shown_rules(page) == rules
    assert len([id for id in rules if not id.startswith("D")]) == 134
    assert len([id for id in rules if id.startswith("D")]) == 8
    assert load_pack().id in page
    assert load_standard().full_id in page


def test_filters_narrow_the_list(clerk: FlaskClient) -> None:
    every = {rule.id: rule for rule in load_pack().rules}
    recording = shown_rules(clerk.get("/rules?system=recording").get_data(as_text=True))
    assert recording == {id for id, rule in every.items() if rule.system == "recording"} != set()
    sure = shown_rules(clerk.get("/rules?confirmed=yes").get_data(as_text=True))
    old = shown_rules(clerk.get("/rules?confirmed=old").get_data(as_text=True))
    unsure = shown_rules(clerk.get("/rules?confirmed=no").get_data(as_text=True))
    assert sure | old | unsure == set(every)
    assert len(sure) + len(old) + len(unsure) == len(every)
    assert "P37" in shown_rules(clerk.get("/rules?q=第六十条").get_data(as_text=True))
    assert "没有符合条件的规则" in clerk.get("/rules?q=没有这样的字").get_data(as_text=True)


def test_another_standard_prices_otherwise(clerk: FlaskClient) -> None:
    page = clerk.get("/rules?standard=eco-structure-2024").get_data(as_text=True)
    assert load_standard("eco-structure-2024").full_id in page
    assert load_standard().full_id in clerk.get("/rules?standard=none").get_data(as_text=True)


@pytest.mark.parametrize("rule_id", SAMPLE)
def test_a_rule_has_a_page(clerk: FlaskClient, rule_id: str) -> None:
    answer = clerk.get(f"/rules/{rule_id}")
    rule = load_pack().rule(rule_id)
    page = html.unescape(answer.get_data(as_text=True))
    assert answer.status_code == 200
    assert rule.title in page
    assert rule.tests[0].name in page
    assert page.count("分项") >= len([check for check in rule.checks if check.id][:1])


def test_every_rule_renders_without_codes(app: web.Application, seeded: dict[str, User]) -> None:
    """No name of the rule language reaches a reader; ids of rules and one-letter limbs are not names."""
    with app.test_request_context("/rules"):
        for rule in load_pack().rules:
            page = rulebook.page_of(rule, load_standard(), date(2026, 6, 1))
            text = render_template(
                "rulebook/rule.html",
                rule=page,
                subject="",
                neighbours=(None, None),
                pack=load_pack(),
                standard=load_standard(),
                standards=[],
                verdicts=rulebook.VERDICT_WORDS,
                today="2026-06-01",
            )
            words = re.sub(r"[a-z]\.mp4", "", visible(text))
            assert not re.search(r"[a-z]{2,}", words), rule.id


@pytest.mark.parametrize("address", ["/rules", "/rules/P37", "/rules/P59", "/rules/D4", "/laws"])
def test_pages_are_in_chinese(clerk: FlaskClient, address: str) -> None:
    words = visible(clerk.get(address).get_data(as_text=True)).replace("anheng laws import", "")
    assert re.findall(r"[A-Za-z]{3,}", words) == []


def test_a_dated_parameter_shows_its_values(clerk: FlaskClient) -> None:
    words = visible(clerk.get("/rules/P37").get_data(as_text=True))
    assert "90日" in words
    assert "立案日" in words
    assert "第六十条" in words


def test_strangers_are_sent_away(client: FlaskClient) -> None:
    for address in ("/rules", "/rules/P01", "/laws", "/laws/administrative-penalties"):
        assert client.get(address).status_code in (302, 401)


@pytest.mark.parametrize("who", ["sysadmin", "secadmin", "auditor"])
def test_those_who_run_the_system_are_refused(login: Login, who: str) -> None:
    browser = login(None, who)
    for address in ("/rules", "/rules/P01", "/laws", "/laws/administrative-penalties"):
        assert browser.get(address).status_code == 403


@pytest.mark.parametrize("address", ["/rules/P99", "/rules/x", "/laws/none", "/laws/.."])
def test_what_is_not_there_is_said(clerk: FlaskClient, address: str) -> None:
    assert clerk.get(address).status_code in (404, 308)


def test_without_texts_the_remedy_is_said(clerk: FlaskClient) -> None:
    for address in ("/laws", "/laws/administrative-penalties"):
        assert "本机未导入条文" in clerk.get(address).get_data(as_text=True)


def test_an_imported_text_opens_at_the_article(
    app: web.Application, clerk: FlaskClient, tmp_path: Path
) -> None:
    source = tmp_path / "texts"
    source.mkdir()
    (source / "行政处罚法(2021-01-22).md").write_text(LAW, encoding="utf-8")
    report = import_folder(source, app.anheng_settings.var / "laws")
    assert [(entry["law"], entry["text"], entry["kept"]) for entry in report] == [
        ("administrative-penalties", "2021", True)
    ]
    page = clerk.get("/laws/administrative-penalties?text=2021").get_data(as_text=True)
    article = page.split('id="article-60"')[1].split("</section>")[0]
    assert "九十日内作出行政处罚决定" in article
    assert "/rules/P37" in article
    assert "其二款。" in page.split('id="article-2"')[1].split("</section>")[0]
    assert "第二章 附则" in page
    assert "/laws/administrative-penalties?text=2021#article-60" in html.unescape(
        clerk.get("/rules/P37").get_data(as_text=True)
    )
    assert "本机未导入条文" in clerk.get("/laws/administrative-penalties?text=2017").get_data(as_text=True)


def test_an_amended_law_is_known_by_the_year_passed(tmp_path: Path) -> None:
    """The text of 2019 still says that the law took effect in 2004."""
    words = "# 中华人民共和国行政许可法\n\n第八十三条 本法自2004年7月1日起施行。\n"
    (tmp_path / "行政许可法(2019-04-23).md").write_text(words, encoding="utf-8")
    assert import_folder(tmp_path)[0]["text"] == "2019"
    assert not import_folder(tmp_path)[0]["kept"]


def test_a_rule_page_shows_its_versions_and_history(clerk: FlaskClient) -> None:
    page = clerk.get("/rules/P53").get_data(as_text=True)
    assert "沿革" in page and "2022-01-01 起" in page and "适用民事诉讼法(2021)第九十五条" in page
    assert "规则包 1.1.0" in page and "公告期限只按公告之日选用" in page


def test_a_rule_page_shows_every_test_as_an_example(clerk: FlaskClient) -> None:
    page = clerk.get("/rules/P29").get_data(as_text=True)
    assert "a项施行前一日（2021年7月14日）" in page
    assert page.count('class="example-name"') == len(load_pack().rule("P29").tests)
