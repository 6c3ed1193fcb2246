"""The kinds of registers as data: what an office publishes, column by column.

Sources: 行政执法公示制度 (国办发〔2018〕118号: 主体、人员、职责、依据、清单), 行政处罚法 第十九至二十一条,
第三十四条 (裁量基准), 第四十二条 (执法资格), 第五十八条 (法制审核).
"""

from dataclasses import dataclass

TYPES = ("text", "long", "date", "int", "money", "choice", "bool")


@dataclass(frozen=True)
class Column:
    """One typed column: ``money`` is yuan with two decimals, ``choice`` one of ``choices``."""

    name: str
    label: str
    type: str = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    help: str = ""


@dataclass(frozen=True)
class Kind:
    """One register: ``key`` labels what identifies an entry, ``name`` what people call it."""

    code: str
    label: str
    key: str
    name: str
    why: str
    columns: tuple[Column, ...] = ()


def _kinds() -> tuple[Kind, ...]:
    text = Column
    return (
        Kind(
            "authority",
            "执法主体名录",
            "统一社会信用代码",
            "执法主体名称",
            "核对案卷中的执法主体是否合法",
            (
                text(
                    "nature", "主体性质", "choice", True, ("法定行政机关", "法律法规授权组织", "受委托组织")
                ),
                text("scope", "执法权限", "long"),
                text("entrusted_by", "委托机关"),
                text("entrusted_until", "委托期限至", "date"),
            ),
        ),
        Kind(
            "officer",
            "执法人员名录",
            "执法证号",
            "姓名",
            "核对各环节执法人员在办案当日是否持有效证件",
            (
                text("post", "职务"),
                text("area", "执法区域"),
                text("law_licence", "法律职业资格证号", help="法制审核人员填写"),
                text("reviewer", "法制审核人员", "bool"),
            ),
        ),
        Kind(
            "matter",
            "执法事项目录",
            "事项编码",
            "事项名称",
            "核对处罚、许可、强制等事项是否在权责清单内",
            (
                text(
                    "matter_kind",
                    "执法类别",
                    "choice",
                    True,
                    ("行政处罚", "行政许可", "行政强制", "行政检查", "行政确认", "行政征收", "其他"),
                ),
                text("basis", "设定依据", "long", True),
                text("materials", "申请材料", "long", help="许可事项，每行一项"),
                text("days", "承诺办理时限（工作日）", "int"),
            ),
        ),
        Kind(
            "inspection",
            "随机抽查事项清单",
            "事项编码",
            "抽查事项",
            "核对检查事项是否在公布的清单内",
            (
                text("object", "抽查对象", "text", True),
                text("content", "抽查内容", "long"),
                text("share", "抽查比例（%）", "int"),
                text("times", "每年次数", "int"),
            ),
        ),
        Kind(
            "recording",
            "音像记录事项清单",
            "序号",
            "环节",
            "核对应当音像记录的环节是否有记录",
            (
                text(
                    "matter_kind",
                    "执法类别",
                    "choice",
                    True,
                    ("行政处罚", "行政许可", "行政强制", "行政检查", "行政确认"),
                ),
                text("step", "文书种类代码", help="如 inspection_record"),
                text("way", "记录方式", "choice", False, ("录像", "录音", "照相", "录音录像")),
                text("years", "保存年限", "int"),
            ),
        ),
        Kind(
            "legal_review",
            "重大执法决定法制审核目录",
            "序号",
            "审核事项",
            "判断案件是否必须经过法制审核",
            (
                text(
                    "matter_kind",
                    "执法类别",
                    "choice",
                    True,
                    ("行政处罚", "行政许可", "行政强制", "行政检查", "行政确认"),
                ),
                text("fine_individual", "对个人罚款起点（元）", "money"),
                text("fine_organisation", "对单位罚款起点（元）", "money"),
                text("condition", "审核情形", "long", True),
            ),
        ),
        Kind(
            "leniency",
            "包容审慎清单",
            "序号",
            "违法行为",
            "核对免罚、减轻、从轻处罚是否符合公布的清单",
            (
                text("effect", "处理方式", "choice", True, ("不予处罚", "减轻处罚", "从轻处罚", "不予强制")),
                text("conditions", "适用条件", "long", True),
                text("basis", "依据", "long"),
            ),
        ),
        Kind(
            "benchmark",
            "行政处罚裁量基准",
            "序号",
            "违法行为",
            "核对罚款是否在相应裁量档次内",
            (
                text(
                    "tier", "裁量档次", "choice", True, ("不予处罚", "减轻", "从轻", "一般", "较重", "严重")
                ),
                text("conditions", "适用情形", "long", True),
                text("fine_min", "罚款下限（元）", "money"),
                text("fine_max", "罚款上限（元）", "money"),
                text("unit_price", "每平方米罚款（元）", "money"),
                text("basis", "依据", "long"),
            ),
        ),
        Kind(
            "document",
            "规范性文件目录",
            "文号",
            "文件名称",
            "核对引用的规范性文件在办案时是否有效",
            (
                text("issuer", "制定机关", "text", True),
                text("status", "状态", "choice", True, ("有效", "修改", "废止", "失效")),
            ),
        ),
    )


KINDS = {kind.code: kind for kind in _kinds()}
