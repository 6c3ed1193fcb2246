"""One invented penalty case: people, act, days that agree with the law, and the fault that is put in."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from scoring_rules import work_calendar
from tests.casegen.story import upper
from tests.casegen.variety_words import FIRMS, PLACES, STREETS, TRADES, Style, credit_code, people

NEW_LAW = date(2021, 7, 15)
FAULTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    # fault: rules that must be breached, rules that may be as well
    "one_officer": (("P04",), ("P13",)),
    "one_inspector": (("P04",), ("P13",)),
    "early": (("P24",), ()),
    "slow": (("P37",), ()),
    "late_service": (("P51",), ("P59", "P55")),
    "late_public": (("T01",), ()),
    "words": (("P54",), ()),
    "other_party": (("P12",), ()),
    "late_review": (("P32", "T06"), ("P59", "P33")),
    "no_filing": (("P08",), ("A03", "T04", "A01")),
    "no_statement_right": (("P23",), ("P24",)),
    "no_remedies": (("P38", "P49"), ("P50",)),
    "old_body": (("P50",), ("P49",)),
    "heavier": (("P26",), ("P54",)),
    "reviewer": (("P34",), ()),
    "voting": (("P35",), ()),
    "old_articles": (("P41",), ("P40",)),
    "late_payment": (("P55",), ()),
    "too_much": (("P43", "F02"), ("F03", "F04")),
    "no_warning": (("F01",), ("P42",)),
    "no_report": (("P21",), ("A03", "A01")),
    "account": (("P56",), ()),
    "unread_rights": (("P06",), ()),
    "late_approval": (("P36",), ("P32",)),
    "no_closing": (("P58",), ("A03", "A01", "T04")),
}


def wd(day: date, count: int) -> date:
    """``count`` working days after ``day``."""
    later = work_calendar().add(day, count)
    if later is None:
        raise ValueError(day)
    return later


@dataclass
class Case:
    """Everything the papers are written from. ``act``: 48 or 49; ``heard``: waived, none, statement, hearing."""

    seed: int
    rng: random.Random
    style: Style
    act: int = 48
    heard: str = "waived"
    fault: str = ""
    old: bool = False
    days: dict[str, date] = field(default_factory=dict)
    notice_title: str = ""
    order_title: str = ""
    matter: str = ""

    def __post_init__(self) -> None:
        rng = self.rng
        self.office, self.prefix, self.government, self.court, self.area_name = rng.choice(PLACES)
        (
            self.head,
            self.chief,
            self.reviewer,
            self.deputy,
            self.deputy2,
            self.clerk,
            self.boss,
            self.host,
            *rest,
        ) = people(rng, 10)
        self.officers = rest[:2]
        if "foreign" in self.style.habits:
            self.boss = "阿依古丽·买买提"
        self.cards = [
            f"{rng.choice('吉豫辽')}{rng.choice('ABCDEFGH')}{rng.randrange(10**7, 10**8)}" for _ in (1, 2)
        ]
        self.firm = f"{self.area_name}{''.join(rng.sample(FIRMS, 2))}{rng.choice(TRADES)}"
        self.firm2 = f"{self.area_name}{''.join(rng.sample(FIRMS, 3))}{rng.choice(TRADES)}"
        self.code, self.code2 = credit_code(rng), credit_code(rng)
        self.place = f"{self.area_name}{rng.choice(STREETS)}{rng.randrange(2, 2000)}号"
        self.home = f"{self.area_name}{rng.choice(STREETS)}{rng.randrange(2, 2000)}号{rng.randrange(1, 20)}层"
        self.serial = rng.randrange(1, 40)
        self.bank = f"{rng.choice(('中国建设银行', '中国农业银行', '吉林银行', '中国工商银行'))}{self.government[:2]}{rng.choice(('解放路', '人民', '新城', '站前'))}支行"
        self.payee = f"{self.government.removesuffix('人民政府')}财政局{rng.choice(('（国库）', '非税收入专户', '国库', '财政专户'))}"
        if self.fault == "account":
            self.payee = self.office
        self.project = f"{''.join(rng.sample(FIRMS, 2))}{rng.choice(('·滨江府', '花园', '国际广场', '商务中心', '新城'))}{rng.randrange(1, 9)}号楼"
        self.area = rng.choice((640, 812, 937, 1080, 1180, 1265, 1490))
        self.cost = self.area * 2500
        self.fine = (
            min(self.area * 40, 70000)
            if self.act == 48
            else rng.choice((10000, 12000, 18500, 20000, 26000, 35000, 48000))
        )
        if self.fault == "too_much":
            self.fine = 120000 if self.act == 48 else 62000
        self.days = self._days()
        self.year = self.days["decided"].year

    def _days(self) -> dict[str, date]:
        r = self.rng.randint
        years = (
            (2019, 2020)
            if self.old
            else (2024, 2025)
            if self.fault == "old_body"
            else (2022, 2023, 2024, 2025)
        )
        year = self.rng.choice(years)
        d: dict[str, date] = {"registered": wd(date(year, 1, 5) + timedelta(r(0, 200)), r(1, 3))}
        d["filed"] = wd(d["registered"], r(1, 4))
        d["inspected"] = wd(d["filed"], r(1, 3))
        d["ordered"] = wd(d["inspected"], r(0, 1)) if r(0, 1) else d["inspected"]
        d["due"] = d["ordered"] + timedelta(r(14, 20))
        d["interviewed"] = wd(d["inspected"], r(1, 4))
        d["rechecked"] = wd(d["due"], r(1, 2))
        d["report"] = wd(d["rechecked"], r(1, 4))
        slow = self.fault == "slow"
        base = d["report"]
        if slow:
            base = d["report"] = d["filed"] + timedelta(r(88, 100))
            base = d["report"] = wd(base, 1)
        if self.heard == "hearing":
            d["notified"] = wd(base, r(1, 2))
        else:
            d["reviewed"] = wd(base, r(1, 2))
            d["notified"] = wd(d["reviewed"], r(1, 2))
        d["served"] = wd(d["notified"], r(0, 1)) if r(0, 1) else d["notified"]
        base = self._heard(d)
        d["discussed"] = wd(base, r(1, 2))
        d["approved"] = wd(d["discussed"], 1)
        d["decided"] = wd(d["approved"], r(0, 1)) if r(0, 1) else d["approved"]
        if self.fault == "late_review":
            d["reviewed"] = wd(d["decided"], 2)
        if self.fault == "late_approval":
            d["approved"] = wd(d["decided"], 3)
        d["decision_served"] = wd(d["decided"], r(8, 11) if self.fault == "late_service" else r(1, 3))
        d["published"] = wd(d["decided"], r(9, 14) if self.fault == "late_public" else r(2, 6))
        late = self.fault == "late_payment"
        d["paid"] = wd(d["decision_served"] + timedelta(r(20, 30) if late else r(2, 9)), 1)
        d["closed"] = wd(max(d["paid"], d["published"]), r(2, 6))
        d["archived"] = wd(d["closed"], 3)
        return d

    def _heard(self, d: dict[str, date]) -> date:
        """The step that follows the notice; the last day before which nothing may be decided."""
        served, r = d["served"], self.rng.randint
        if self.fault == "early":
            return served
        if self.heard == "waived":
            d["waived"] = wd(served, r(1, 2))
            return d["waived"]
        if self.heard == "statement":
            d["stated"] = wd(served, r(1, 3))
            d["answered"] = wd(d["stated"], r(1, 2))
        if self.heard == "hearing":
            d["requested"] = served + timedelta(r(1, 2)) if self.old else wd(served, r(1, 3))
            d["invited"] = wd(d["requested"], 1)
            d["heard"] = wd(d["invited"], 9)
            d["heard_report"] = wd(d["heard"], 1)
            d["reviewed"] = wd(d["heard_report"], r(1, 2))
            return d["reviewed"]
        return wd(served, 6)

    @property
    def party(self) -> str:
        """The party as the decision names it."""
        return self.firm2 if self.fault == "other_party" else self.firm

    @property
    def title(self) -> str:
        if self.matter:
            return self.matter
        return f"{self.firm}{'未依法修建防空地下室' if self.act == 48 else '擅自拆除人民防空工程设备设施'}案"

    @property
    def proposed(self) -> int:
        return self.fine // 2 // 1000 * 1000 + 5000 if self.fault == "heavier" else self.fine

    @property
    def words(self) -> str:
        return upper(self.fine + 300) if self.fault == "words" else upper(self.fine)

    @property
    def warns(self) -> bool:
        return self.fault != "no_warning"

    def number(self, kind: str, serial: int | None = None) -> str:
        step = {
            "filing": "filed",
            "order": "ordered",
            "notice": "notified",
            "decision": "decided",
            "review": "reviewed",
        }[kind]
        year = self.days.get(step, self.days["decided"]).year
        place = f"（{self.area_name[-3:]}）" if "place" in self.style.habits else ""
        return (
            self.prefix
            + place
            + self.style.words[kind]
            + self.style.number.format(year, serial or self.serial)
        )

    def signed(self, count: int = 2) -> str:
        return "、".join(self.hand(name) for name in self.officers[:count])

    def hand(self, name: str) -> str:
        return name if self.style.typed else f"⟦{name}⟧"

    def cards_of(self, count: int = 2) -> str:
        form = self.rng_form
        return ("；" if form % 2 else "、").join(
            (f"{n}（执法证号：{c}）", f"{n}（{c}）", f"{n}（证号{c}）")[form % 3]
            for n, c in zip(self.officers[:count], self.cards, strict=False)
        )

    @property
    def rng_form(self) -> int:
        return self.seed % 6

    @property
    def deed(self) -> str:
        if self.act == 48:
            return f"新建{self.project}应当修建防空地下室{self.area}平方米而未修建，也未办理易地建设审批"
        return "未经批准拆除人民防空工程防护密闭门2樘并封堵通风口1处"

    @property
    def found(self) -> str:
        if self.act == 48:
            return f"位于{self.place}的{self.project}主体已完工，地下未修建防空地下室，应建面积{self.area}平方米，工程造价{self.cost}元。"
        return f"{self.place}地下人民防空工程1号口部防护密闭门2樘被拆除，西侧通风口1处被砖墙封堵，危害人民防空工程的安全和使用效能。"

    @property
    def law(self) -> str:
        return "《中华人民共和国人民防空法》"

    @property
    def local(self) -> str:
        one, two = self.style.bracket[0], self.style.bracket[1]
        return f"《吉林省实施{one}中华人民共和国人民防空法{two}办法》"

    @property
    def violated(self) -> str:
        if "short" in self.style.habits:
            return f"{self.law}（以下简称《人防法》）第{'二十二' if self.act == 48 else '二十七'}条"
        return f"{self.law}第二十二条、{self.local}第十二条" if self.act == 48 else f"{self.law}第二十七条"

    @property
    def penal(self) -> str:
        if "short" in self.style.habits:
            return "《人防法》第四十八条" if self.act == 48 else "《人防法》第四十九条第（三）项"
        if self.act == 48:
            return f"{self.law}第四十八条、{self.local}第三十一条"
        return f"{self.law}第四十九条第{self.rng.choice(('（三）', '三', '(三)'))}项"

    @property
    def remedy(self) -> str:
        return "补建防空地下室或者缴纳易地建设费" if self.act == 48 else "恢复安装防护密闭门、拆除封堵墙体"
