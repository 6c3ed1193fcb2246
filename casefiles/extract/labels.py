"""What a label is: its words, how it is marked off from its value, whether it asks for a signature."""

import re
from collections.abc import Iterator

from casefiles.extract.flat import fold
from casefiles.extract.misread import LABELS

_SIGNED = re.compile(r"（(?=[^）]*(?:签名|签字|盖章|签收|公章|捺印|手印|签章|章）))[^（）]{1,14}）")
_SIGNED_END = re.compile(r"(?<=[一-鿿]{2})(?:签名|签字|签章|盖章|或者?|、|及)+$")
_NUMBERING = re.compile(
    r"^(?:[0-9]{1,2}[.、]|[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十0-9]{1,3}）)"
)
_LABEL = re.compile(r"^[一-鿿（）、/／·]{2,18}$")
_FIELD_NAME = re.compile(
    "[一-鿿（）、/或]{0,10}(?:案由|案源|来源|时间|日期|期限|地点|地址|住所|处所|人|人员|单位|名称|文书|姓名|对象|事项|方式|情况|内容|摘要|案情"
    "|代码|证号|编号|文号|依据|理由|意见|结论|结果|金额|大写|小写|签收|签名|签章|户名|银行|平台|备注|职务|电话|面积|造价|机关|部门|机构|类型|种类|类别|数量|件数|页数|页码)(?:（[^（）]{1,10}）)?"
)
_UNMARKED = re.compile(
    r"([一-鿿](?:[ 　][一-鿿]){2,3}(?=[ 　]{2})|[一-鿿][ 　]{1,4}[一-鿿]|[一-鿿（）、/]{2,18})[ 　]+(?=[^ 　])"
)
"""A label at the head of a paragraph that only a gap parts from its value."""
_COLON = re.compile(r"(?<![0-9])[：:](?!//)|[：:](?![0-9])|(?<=[）)])[_|;；]")
_NO_LABELS = frozenset({"问", "答", "如下"})


def label_key(text: str) -> str:
    """A label without blanks, numbering, colon and （签名）."""
    return _SIGNED_END.sub("", _bare(text)) or _bare(text)


def _bare(text: str) -> str:
    text = re.sub(r"[\s　]", "", fold(text)).rstrip("：:")
    return _NUMBERING.sub("", _SIGNED.sub("", text))


def asks_signature(text: str) -> bool:
    """Whether a label asks for a signature: 询问人（签名）, 执法人员签名."""
    return bool(_SIGNED.search(fold(text)) or re.search(r"签名|签字|签章", _bare(text)))


def names_a_field(text: str) -> bool:
    """Whether the words are those of a label by themselves, not only by where they stand."""
    return bool(_FIELD_NAME.fullmatch(label_key(text)))


def is_label(text: str) -> bool:
    key = label_key(text)
    return 1 < len(key) <= 20 and bool(re.match(r"^[一-鿿（）、/／·及和]+$", key))


def heads_of(text: str, begin: int, end: int) -> Iterator[tuple[int, int, str, bool]]:
    """Labels of a paragraph: start, end of the colon, key, and whether it asks for a signature."""
    heads = list(_marked_heads(text, begin, end))
    gap = _UNMARKED.match(text, begin, heads[0][0] if heads else end)
    if gap and names_a_field(gap[1]):
        yield begin, gap.end(), label_key(gap[1]), asks_signature(gap[1])
    yield from heads


def _marked_heads(text: str, begin: int, end: int) -> Iterator[tuple[int, int, str, bool]]:
    previous = begin
    for colon in _COLON.finditer(text, begin, end):
        segment = text[previous : colon.start()]
        if re.search(r"[（(][^）)]*$", segment):
            continue
        start = previous + _label_start(segment, previous == begin)
        label = text[start : colon.start()]
        key = label_key(label)
        if _LABEL.match(key) and key not in _NO_LABELS and not key.endswith("如下"):
            yield start, colon.end(), key, asks_signature(label)
            previous = colon.end()
        elif previous == begin and len(segment) > 20:
            return  # a colon inside a sentence: what follows is prose


_RUN_IN = re.compile(
    r"[^\s：:（(及和与或、](性别|年龄|职务|职业|民族|联系电话|电话|身份证号码?|公民身份号码|统一社会信用代码|法定代表人|住所|住址|地址"
    r"|(?:检查|询问|勘验|讨论|听证|送达|拍摄|处罚|复查)?地点|(?:列席|出席|参加|参会|汇报)人员|记录人|主持人|听证员|书记员|笔录制作人"
    r"|收件人|联系人|出生日期|工作单位|(?<=日)(?:检查|询问|执法|调查|复查|勘验|核查)人员?)(?:（[^（）]{0,8}）)?$"
)


def _label_start(segment: str, first: bool) -> int:
    """Where the label begins that ends ``segment``: its last word, or its last run of single characters."""
    words = [(match.start(), match.end()) for match in re.finditer(r"[^\s　；;。]+", segment)]
    if not words:
        return len(segment)
    index = len(words) - 1
    last = segment[words[index][0] : words[index][1]]
    bare = re.sub(r"（.*", "", fold(last))
    while index and last.count("）") + last.count(")") > last.count("（") + last.count("("):
        index -= 1  # a blank inside brackets
        last = segment[words[index][0] : words[-1][1]]
        bare = re.sub(r"（.*", "", fold(last))
    joined = len(bare) == 1
    while joined and index:
        before = words[index - 1][1] - words[index - 1][0]
        if before > 3 or (before > 1 and len(bare) > 1):
            break
        index, bare = index - 1, bare + "　"
    if first and index == 1 and words[0][1] - words[0][0] == 1 and label_key(segment) in LABELS:
        index = 0  # a scan in which the first character was read apart: 主 持人
    begin = words[index][0] if not first or words[index][0] else 0
    run_in = _RUN_IN.search(segment, begin)
    return run_in.start(1) if run_in else begin
