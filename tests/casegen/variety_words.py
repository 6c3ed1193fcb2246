"""What differs between offices: names, labels, headings, ways to write dates, numbers and amounts.

A ``Style`` is drawn once for a case file and asked for every word that offices choose differently.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from tests.casegen.paper import Break, Grid, Para
from tests.casegen.story import cn_date, han_date, upper

Block = Para | Grid | Break

PLACES = (
    # name of the office, its prefix, its government, its court, region of the provincial body
    ("长春市人民防空办公室", "长人防", "长春市人民政府", "长春市朝阳区人民法院", "长春市朝阳区"),
    ("通化市国防动员办公室", "通国动", "通化市人民政府", "通化市东昌区人民法院", "通化市东昌区"),
    ("敦化市人民防空办公室", "敦人防", "敦化市人民政府", "敦化市人民法院", "敦化市"),
    ("梅河口市人民防空办公室", "梅人防办", "梅河口市人民政府", "梅河口市人民法院", "梅河口市"),
    ("公主岭市国防动员办公室", "公国动办", "公主岭市人民政府", "公主岭市人民法院", "公主岭市"),
    ("松原市人民防空办公室", "松防空", "松原市人民政府", "松原市宁江区人民法院", "松原市宁江区"),
    ("延边朝鲜族自治州人民防空办公室", "延州防", "延边朝鲜族自治州人民政府", "延吉市人民法院", "延吉市"),
    ("吉林市国防动员办公室", "吉市国动", "吉林市人民政府", "吉林市昌邑区人民法院", "吉林市昌邑区"),
    ("白城市人民防空办公室", "白人防", "白城市人民政府", "白城市洮北区人民法院", "白城市洮北区"),
    ("辽源市人民防空办公室", "辽人防", "辽源市人民政府", "辽源市龙山区人民法院", "辽源市龙山区"),
    ("四平市国防动员办公室", "四国动", "四平市人民政府", "四平市铁东区人民法院", "四平市铁东区"),
    ("抚松县人民防空办公室", "抚人防", "抚松县人民政府", "抚松县人民法院", "抚松县"),
)
SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严覃武戚莫孔向汤佟仉宓逄麴隗訾"
DOUBLE = ("欧阳", "司徒", "上官", "诸葛", "夏侯", "尉迟", "令狐", "慕容")
GIVEN = "伟芳娜敏静丽强磊洋艳勇军杰娟涛明超霞平刚桂兰建国志文海波秀英玉华春梅鹏飞宇浩然子轩雨桐佳怡欣妍思远嘉诚永康德胜安宁立新晓东"
RARE = ("喆", "镕", "堃", "赟", "昇", "犇", "翀", "珺", "垚", "淼", "曌", "骉", "炜烜", "芃芃", "祎", "昳")
FIRMS = (
    "恒",
    "泰",
    "鑫",
    "隆",
    "瑞",
    "祥",
    "宏",
    "润",
    "盛",
    "嘉",
    "源",
    "丰",
    "合",
    "嵘",
    "喆",
    "晟",
    "昇",
    "犇",
    "懋",
    "翯",
)
TRADES = ("房地产开发有限公司", "置业有限公司", "商业管理有限公司", "物业服务有限公司", "实业集团有限公司", "酒店管理有限责任公司", "汽车销售服务有限公司", "仓储物流股份有限公司")  # fmt: skip
STREETS = (
    "人民大街",
    "解放西路",
    "新华街",
    "光明路",
    "建设北街",
    "江滨东路",
    "站前路",
    "文化广场南侧",
    "工农大路",
    "长白山大街",
)

LABELS: dict[str, tuple[str, ...]] = {
    "case": ("案由", "案件名称", "案　　由"),
    "party": ("当事人", "行政相对人", "当事人名称", "当事人（姓名或名称）"),
    "code": ("统一社会信用代码", "社会信用代码", "统一社会信用代码证号"),
    "legal": ("法定代表人", "法定代表人（负责人）", "法定代表人或负责人"),
    "address": ("住所", "地址", "住所（地址）", "单位地址", "住　　所"),
    "source": ("案件来源", "案源", "线索来源"),
    "registered": ("登记时间", "登记日期", "受案时间", "受理日期"),
    "officer_opinion": ("承办人意见", "办案人员意见", "承办人员意见", "经办人意见", "执法人员意见"),
    "unit_opinion": ("承办机构意见", "办案机构负责人意见", "科室负责人意见", "承办科室意见", "执法支队意见"),
    "head_opinion": (
        "机关负责人审批意见",
        "负责人意见",
        "领导审批意见",
        "行政机关负责人意见",
        "机关领导意见",
        "审批意见",
        "主管领导审批",
    ),
    "inspect_time": ("检查时间", "勘验时间", "检查起止时间", "时间", "检查（勘验）时间"),
    "inspect_place": ("检查地点", "地点", "检查（勘验）地点"),
    "inspected": ("被检查单位", "被检查人", "当事人", "被检查（勘验）单位"),
    "inspectors": ("检查人员", "执法人员", "检查人", "检查（勘验）人员", "办案人员"),
    "ask_time": ("询问时间", "时间", "调查询问时间", "询问起止时间"),
    "ask_place": ("询问地点", "地点", "询问（调查）地点"),
    "asked": ("被询问人", "被调查人", "被询问（调查）人"),
    "askers": ("询问人", "询问人员", "调查人员", "执法人员", "调查询问人"),
    "recorder": ("记录人", "记录员", "笔录制作人"),
    "recheck_time": ("复查时间", "检查时间", "复查日期"),
    "rechecker": ("复查人员", "执法人员", "复查人"),
    "served_to": ("受送达人", "被送达人", "受送达人名称", "受送达单位"),
    "served_doc": (
        "送达文书名称及文号",
        "送达文书名称、文号",
        "文书名称及编号",
        "送达文书",
        "送达的文书名称和文号",
    ),
    "served_place": ("送达地点", "送达地址", "送达处所"),
    "served_time": ("送达时间", "送达日期", "收到时间", "签收时间"),
    "served_sign": ("受送达人签收", "受送达人（签名或盖章）", "收件人签名或盖章", "受送达人签名", "签收人"),
    "server": ("送达人（签名）", "送达人", "送达人员", "送达人签名"),
    "decision_no": ("决定书文号", "处罚决定书文号", "文号", "处罚决定书编号", "行政处罚决定书文号"),
    "paid": ("缴款日期", "缴费日期", "缴款时间", "交款日期", "收款日期"),
    "payer": ("缴款人", "付款人", "交款人", "缴款单位", "付款人全称"),
    "payee": ("收款人户名", "收款人", "收款单位", "收款人全称"),
    "words": ("金额（大写）", "大写金额", "人民币（大写）", "合计（大写）"),
    "figures": ("金额（小写）", "小写金额", "小写", "合计（小写）"),
    "published": ("公示日期", "公示时间", "公开日期", "发布时间", "上网公示时间"),
    "meeting_time": ("讨论时间", "时间", "会议时间", "时　　间"),
    "meeting_place": ("地点", "讨论地点", "会议地点"),
    "chair": ("主持人", "会议主持人", "主 持 人"),
    "attend": ("出席人员", "参加人员", "参会人员", "参加讨论人员", "出席人员姓名及职务"),
    "review_opinion": ("审核意见", "法制审核意见", "法制机构审核意见", "合法性审核意见"),
    "reviewed_sent": ("送审时间", "送审日期", "提请审核时间", "收到送审材料日期"),
    "closing_state": ("执行情况", "履行情况", "行政处罚执行情况", "处罚决定执行情况"),
}
HEADINGS = (
    ("一、违法事实和证据", "二、行政处罚的依据、种类", "三、履行方式和期限", "四、救济途径和期限"),
    ("一、事实和证据", "二、处罚依据、种类", "三、处罚决定的履行方式和期限", "四、申请行政复议或者提起行政诉讼的途径和期限"),
    ("违法事实及证据：", "处罚依据及内容：", "履行方式和期限：", "权利告知："),
    ("（一）违法事实及证据", "（二）处罚理由和依据", "（三）处罚的履行方式", "（四）不服处罚决定的救济途径"),
    ("", "", "", ""),
)  # fmt: skip
MONEY: tuple[Callable[[int, str], str], ...] = (
    lambda yuan, words: f"罚款人民币{words}（¥{yuan:,}元）",
    lambda yuan, words: f"罚款人民币{yuan}元（大写：{words}）",
    lambda yuan, words: f"罚款{words.replace('元整', '圆整')}（{yuan}.00元）",
    lambda yuan, words: f"罚款¥{yuan}（{words}）",
    lambda yuan, words: f"罚款{yuan:,}.00元（{words}）",
    lambda yuan, words: f"罚款{yuan}元（人民币{words}）",
    lambda yuan, words: (
        f"罚款{yuan / 10000:g}万元（大写{words}）" if yuan % 100 == 0 else f"罚款{yuan}元（大写{words}）"
    ),
)
NUMBERS = ("〔{0}〕{1}号", "[{0}]第{1:03d}号", "（{0}）第{1}号", "〔{0}〕第{1:04d}号", "[{0}]{1}号", "({0}){1:03d}号", "〔{0}〕{1:05d}号", "﹝{0}﹞{1}号")  # fmt: skip
_DATES: tuple[Callable[[date], str], ...] = (
    cn_date,
    lambda on: f"{on.year}.{on.month}.{on.day}",
    lambda on: on.isoformat(),
    han_date,
    lambda on: f"{on.year} 年 {on.month} 月 {on.day} 日",
    lambda on: f"{on.year}年{on.month:02d}月{on.day:02d}日",
    lambda on: f"{on.year}.{on.month:02d}.{on.day:02d}",
)


def _wide(write: Callable[[date], str]) -> Callable[[date], str]:
    """The same way to write a date in full-width digits."""
    return lambda on: write(on).translate({ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)})


@dataclass
class Style:
    """The habits of one office. ``form``: cells, pairs (two labels a row) or lines."""

    rng: random.Random
    form: str = "cells"
    letterhead: bool = True
    spaced: bool = False
    form_date: Callable[[date], str] = cn_date
    text_date: Callable[[date], str] = cn_date
    seal_date: Callable[[date], str] = cn_date
    number: str = NUMBERS[0]
    words: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    headings: Sequence[str] = HEADINGS[0]
    money: Callable[[int, str], str] = MONEY[0]
    sign: int = 0
    typed: bool = False
    arabic: bool = False
    you: str = "你单位"
    we: str = "本机关"
    bracket: str = "〈〉"
    habits: frozenset[str] = frozenset()
    """Rarer habits, drawn for seeds from 60 (apart, addressee, short, place, split, mail, foreign); from 120 also two of
    a form's own: stacked (labels above their values), blank (no colon after a label), wide (full-width digits in dates),
    banner (a line above the title that names the series of forms), clock (12:05 and 下午), footed (第 n 页 共 n 页)."""

    @classmethod
    def draw(cls, rng: random.Random) -> "Style":
        pick = rng.choice
        return cls(
            rng, pick(("cells", "pairs", "lines", "cells")), rng.random() < 0.7, rng.random() < 0.4,
            pick(_DATES), pick((cn_date, cn_date, _DATES[4], _DATES[5])), pick((cn_date, cn_date, han_date, _DATES[4])), pick(NUMBERS),
            {"decision": pick(("罚决字", "罚字", "罚决", "处字", "罚", "决字")), "notice": pick(("罚告字", "罚先告字", "罚告", "告字", "罚听告字")),
             "filing": pick(("立字", "立", "立案字", "案字")), "order": pick(("责改字", "责改", "责通字", "限改字")), "review": pick(("法审字", "法审", "审字"))},
            {name: pick(options) for name, options in LABELS.items()}, pick(HEADINGS), pick(MONEY), rng.randrange(4), rng.random() < 0.2,
            rng.random() < 0.4, pick(("你单位", "你公司")), pick(("本机关", "我办", "我单位")), pick(("〈〉", "《》", "<>")),
        )  # fmt: skip

    def widen(self) -> None:
        """Full-width digits in dates, where that is a habit."""
        if "wide" in self.habits:
            self.form_date, self.text_date = _wide(self.form_date), _wide(self.text_date)

    def l(self, name: str) -> str:  # noqa: E743 - the word an office has for a label
        return self.labels[name]

    def term(self, days: str) -> str:
        """十五日 or 15日, as the office counts."""
        arabic = {"十五": "15", "六十": "60", "五": "5", "三": "3", "六": "6", "三十": "30"}
        return arabic[days] if self.arabic else days

    def style_number(self, year: int, serial: int) -> str:
        return self.number.format(year, serial)

    def amount(self, yuan: int, words: str = "") -> str:
        return self.money(yuan, words or upper(yuan))

    def head(self, office: str, title: str, number: str = "", *, kind: str = "") -> list[Block]:
        """Letterhead (where the office has one), title (spaced out where it does so), number."""
        short = len(title) <= 6 and self.spaced
        blocks: list[Block] = []
        if "banner" in self.habits:
            blocks.append(
                Para(
                    self.rng.choice(
                        ("行政执法文书式样之三", "（行政执法格式文书）", "吉林省行政执法案卷文书")
                    ),
                    "l",
                    10,
                )
            )
        if office and self.letterhead:
            blocks.append(Para(office, "c", 18, True))
        elif office and self.rng.random() < 0.3:
            title = f"{office}{title}"
            short = False
        if "split" in self.habits and title.startswith("行政处罚") and len(title) > 6:
            blocks.append(Para("行政处罚", "c", 20, True))
            title = title[4:]
        blocks.append(Para(" ".join(title) if short else title, "c", 20, True))
        if number:
            blocks.append(Para(number, self.rng.choice("cr"), 13))
        return blocks

    def rows(self, rows: Sequence[tuple[str, str]]) -> list[Block]:
        """Label and value: a table of two columns, of two pairs a row for what is short, or lines."""
        whole: list[tuple[str, str]] = []
        for label, value in rows:
            text, *signed = value.split("\x1e")
            whole += [(label, text), *zip(("签名", "日期"), signed, strict=False)]
        rows = whole
        if self.form == "lines":
            mark = "　　" if "blank" in self.habits else "："
            return [Para(f"{label}{mark}{value}") for label, value in rows]
        if "stacked" in self.habits:
            return self._stacked(rows)
        if self.form == "cells":
            return [Grid([[label, value] for label, value in rows], (1, 3))]
        blocks: list[Block] = []
        held: list[tuple[str, str]] = []
        for label, value in (*rows, ("", "")):
            if label and len(value) <= 22 and "\n" not in value:
                held.append((label, value))
                continue
            if len(held) % 2:
                held.append(("", ""))
            if held:
                pairs = [[*held[i], *held[i + 1]] for i in range(0, len(held), 2)]
                blocks.append(Grid(pairs, (1, 2, 1, 2)))
                held = []
            if label:
                blocks.append(Grid([[label, value]], (1, 5)))
        return blocks

    def _stacked(self, rows: Sequence[tuple[str, str]]) -> list[Block]:
        """Up to three short labels in a row with their values beneath; what is long has a row of two cells."""
        blocks: list[Block] = []
        held: list[tuple[str, str]] = []
        for label, value in (*rows, ("", "")):
            short = bool(label) and len(value) <= 14 and "\n" not in value
            if held and (not short or len(held) == 3):
                blocks.append(
                    Grid([[name for name, _ in held], [text for _, text in held]], (1,) * len(held))
                )
                held = []
            if short:
                held.append((label, value))
            elif label:
                blocks.append(Grid([[label, value]], (1, 4)))
        return blocks

    def opinion(self, text: str, names: str, on: date) -> str:
        """An opinion with its signature and day."""
        day = self.form_date(on)
        if "apart" in self.habits:
            return f"{text}\x1e{names}\x1e{day}"
        return (
            f"{text}\n{names}　{day}", f"{text}\n签名：{names}　日期：{day}", f"{text}　签字：{names}　{day}", f"{text}\n{names}\n{day}",
        )[self.sign]  # fmt: skip

    def foot(self, office: str, on: date) -> list[Block]:
        mark = "（印章）" if self.rng.random() < 0.2 else ""
        last = [Para("第 1 页 共 1 页", "c", 9)] if "footed" in self.habits else []
        return [Para(""), Para(f"{office}{mark}", "r"), Para(self.seal_date(on), "r"), *last]


def person(rng: random.Random) -> str:
    surname = rng.choice(DOUBLE) if rng.random() < 0.07 else rng.choice(SURNAMES)
    given = rng.choice(RARE) if rng.random() < 0.2 else "".join(rng.sample(GIVEN, rng.choice((1, 2, 2, 2))))
    return surname + given


def people(rng: random.Random, count: int) -> list[str]:
    """``count`` names, none alike."""
    found: list[str] = []
    while len(found) < count:
        name = person(rng)
        if name not in found:
            found.append(name)
    return found


def credit_code(rng: random.Random) -> str:
    """An invented code with its right check character (GB 32100)."""
    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = (
        "9122"
        + "".join(rng.choice("0123456789") for _ in range(4))
        + "MA"
        + "".join(rng.choice(signs) for _ in range(7))
    )
    total = sum(signs.index(char) * pow(3, place, 31) for place, char in enumerate(body))
    return body + signs[(31 - total % 31) % 31]
