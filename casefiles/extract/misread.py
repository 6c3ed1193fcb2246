"""Words that a scan garbled by a character: titles and labels are brought back to the known ones."""

from collections.abc import Iterable
from functools import lru_cache

_WORDS = """
案由 案件名称 案件来源 登记日期 登记编号 当事人 当事人名称 统一社会信用代码 法定代表人 住所
简要案情 立案依据 承办人意见 承办科室意见 承办机构意见 机关负责人审批意见 机关负责人意见
负责人意见 负责人审批 审批意见 询问时间 询问地点 被询问人 工作单位及职务 询问人 检查时间
检查地点 被检查人 被检查单位 检查人员 现场负责人 告知事项 被检查人意见 受送达人 送达地点
送达方式 送达时间 受送达人签收 送达人 代收人及代收理由 送达文书名称及文号 送审日期 送审意见
审核内容 审核依据 审核意见 审核人 主持人 出席人员 列席人员 参加人员 记录人 讨论结论
处罚意见 违法事实 拟处罚意见 执行情况 处罚内容 决定书文号 决定日期 处罚决定日期 公示平台
公示日期 公示期限 行政相对人名称 信息处理 缴款日期 缴款人 收款人全称 收款银行 收入项目
执收单位 保管期限 归档日期 本卷件数 本卷页数 立案日期 结案日期 承办人 处理结果 执法人员
备案时间 备案意见 受理日期 申请事项 申请人 审查情况 审查意见 核查人员 核查情况 收到日期
收件日期 拍摄时间 拍摄人 提供人 收集人 发生地点 调查询问时间 调查询问地点 询问起止时间
检查起止时间
"""
LABELS = tuple(_WORDS.split())


def distance(one: str, other: str, limit: int) -> int:
    """Edits between two words; anything above ``limit`` comes back as ``limit`` + 1."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    row = list(range(len(other) + 1))
    for number, char in enumerate(one, 1):
        before, row[0] = row[0], number
        for column, against in enumerate(other, 1):
            cost = min(row[column] + 1, row[column - 1] + 1, before + (char != against))
            before, row[column] = row[column], cost
        if min(row) > limit:
            return limit + 1
    return row[-1]


def nearest(word: str, known: Iterable[str], limit: int) -> str | None:
    """The one known word within ``limit`` edits, ``None`` where none or several are equally near."""
    best = all_nearest(word, known, limit)
    return best[0] if len(best) == 1 else None


def all_nearest(word: str, known: Iterable[str], limit: int) -> list[str]:
    """The known words that are nearest, within ``limit`` edits."""
    best: list[str] = []
    least = limit + 1
    for candidate in known:
        found = distance(word, candidate, limit)
        if found < least:
            best, least = [candidate], found
        elif found == least <= limit:
            best.append(candidate)
    return best


@lru_cache(maxsize=4096)
def known_label(key: str) -> str:
    """The known label that a label read from a scan stands for; itself where it is known or like none."""
    if key in LABELS or len(key) < 4:
        return key
    return nearest(key, LABELS, 1) or key
