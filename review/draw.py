"""The verifiable draw: who is drawn follows from two public things, a frozen list and a later seed.

1. `freeze` turns the submitted catalogue into one canonical text and its SHA-256, published at once.
2. A seed that nobody could know then (lottery number, dice thrown in public, a number drawn by an outsider)
   is written down afterwards.
3. `draw` ranks the entries of each stratum (office x case kind) by SHA-256 over list hash, seed and case id
   and takes the quota. Cases that must be drawn (D1: court or reconsideration outcome, complaint, order from
   above ...) come first and do not use up random places.

`static/verify_draw.py` repeats all this with the standard library alone. Source of the conditions: D1, D2
(at least n per office or all, spread over kinds and officer pairs).
"""

import hashlib
import itertools
import json
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

FORMAT = "anheng-draw-1"
MINIMUM_SEED = 6  # characters: fewer could be tried out beforehand


class DrawError(ValueError):
    """The list or the seed cannot be used; the message (Chinese) says which part and what to do."""


@dataclass(frozen=True, order=True)
class Entry:
    """One submitted case. `team`: pseudonym of the officer pair, `must`: the D1 reason; '' if none."""

    case: str
    office: str
    office_name: str
    kind: str
    number: str
    team: str = ""
    must: str = ""


@dataclass(frozen=True)
class Plan:
    """`per_office`: random places per office (0 = all); `per_kind`: at least so many of each case kind."""

    per_office: int = 10
    per_kind: int = 1


@dataclass(frozen=True)
class Frozen:
    """The canonical list (UTF-8 JSON, sorted keys, entries by case id) and its SHA-256 in hex."""

    text: str
    sha256: str

    @property
    def content(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.text)
        return content


def canonical(value: object) -> str:
    """One text for one content: sorted keys, no blanks, Chinese characters as they are."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def freeze(*, round_id: str, title: str, entries: Iterable[Entry], plan: Plan, seed_source: str) -> Frozen:
    """The list as it will be published, whatever the order the entries came in.

    Raises DrawError for an empty list, a case listed twice, or a missing announcement of the seed's source.
    """
    listed = sorted(entries)
    if not listed:
        raise DrawError("抽样名单为空：本次活动范围内还没有已报送的案卷。请先催报，再冻结名单。")
    for first, second in itertools.pairwise(listed):
        if first.case == second.case:
            raise DrawError(f"案卷 {first.number or first.case} 在名单中出现两次。请删去重复的一条后再冻结。")
    if not seed_source.strip():
        raise DrawError(
            "没有写明随机种子从何而来。请先写明日后公布的公开数（如某期彩票号码、当众掷骰），再冻结名单。"
        )
    if plan.per_office < 0 or plan.per_kind < 0:
        raise DrawError("抽取数量不能为负。请填 0（全部抽取）或正整数。")
    text = canonical(
        {
            "format": FORMAT,
            "round": round_id,
            "title": title,
            "plan": asdict(plan),
            "seed_source": seed_source.strip(),
            "entries": [asdict(entry) for entry in listed],
        }
    )
    return Frozen(text, digest(text))


def clean_seed(seed: str) -> str:
    """The seed as it enters the ranking: NFKC, blanks removed. Raises DrawError when too short."""
    cleaned = "".join(unicodedata.normalize("NFKC", seed).split())
    if len(cleaned) < MINIMUM_SEED:
        raise DrawError(f"随机种子只有 {len(cleaned)} 位，至少要 {MINIMUM_SEED} 位。请照公布的号码完整填写。")
    return cleaned


def quotas(sizes: Mapping[str, int], plan: Plan) -> dict[str, int]:
    """Random places per case kind of one office: the minimum of each kind, the rest in proportion.

    Largest remainder, ties by kind; never more than there are. Sum >= per_office unless the office has fewer.
    """
    if not plan.per_office:
        return dict(sizes)
    given = {kind: min(size, plan.per_kind) for kind, size in sizes.items()}
    left = {kind: size - given[kind] for kind, size in sizes.items()}
    places, total = plan.per_office - sum(given.values()), sum(left.values())
    if places <= 0:
        return given
    if places >= total:
        return dict(sizes)
    share = {kind: divmod(places * size, total) for kind, size in left.items()}
    spare = places - sum(whole for whole, _ in share.values())
    lucky = sorted(share, key=lambda kind: (-share[kind][1], kind))[:spare]
    return {kind: given[kind] + share[kind][0] + (kind in lucky) for kind in sizes}


def _rank(list_sha256: str, seed: str, entry: Mapping[str, str]) -> str:
    return digest("\n".join((FORMAT, list_sha256, seed, entry["office"], entry["kind"], entry["case"])))


def _ordered(pool: Sequence[dict[str, str]], ranks: Mapping[str, str]) -> list[dict[str, str]]:
    """By rank, but first one case of each officer pair, then a second of each, and so on."""
    seen: dict[str, int] = defaultdict(int)
    keyed = []
    for entry in sorted(pool, key=lambda item: ranks[item["case"]]):
        turn = seen[entry["team"]] if entry["team"] else 0
        seen[entry["team"]] += 1
        keyed.append((turn, ranks[entry["case"]], entry))
    return [entry for _, _, entry in sorted(keyed, key=lambda item: item[:2])]


def draw(frozen: Frozen, *, seed: str, how: str, frozen_at: str, fixed_at: str) -> dict[str, Any]:
    """The record of the draw: list, hash, seed, strata and selected cases in order; same input, same record.

    `frozen_at` and `fixed_at` are ISO 8601 times; the seed must be the later one.
    """
    if digest(frozen.text) != frozen.sha256:
        raise DrawError("名单与已公布的哈希值不符，不能抽取。请从备份恢复冻结名单，或重新冻结并公布。")
    if fixed_at <= frozen_at:
        raise DrawError("随机种子的确定时间不在名单冻结之后。请在冻结名单、公布哈希值之后再确定种子。")
    seed = clean_seed(seed)
    content = frozen.content
    strata, selected = _select(content, frozen.sha256, seed)
    return {
        "format": FORMAT,
        "list": content,
        "list_sha256": frozen.sha256,
        "frozen_at": frozen_at,
        "seed": {"value": seed, "how": how.strip(), "fixed_at": fixed_at},
        "strata": strata,
        "selected": selected,
    }


def _select(
    content: Mapping[str, Any], list_sha256: str, seed: str
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """(strata with their places, selected cases in order)."""
    plan = Plan(**content["plan"])
    ranks = {entry["case"]: _rank(list_sha256, seed, entry) for entry in content["entries"]}
    offices: dict[str, dict[str, list[dict[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for entry in content["entries"]:
        offices[entry["office"]][entry["kind"]].append(entry)
    strata: list[dict[str, Any]] = []
    selected: list[dict[str, Any]] = []
    for office, kinds in sorted(offices.items()):
        pools = {kind: [e for e in kinds[kind] if not e["must"]] for kind in kinds}
        places = quotas({kind: len(pool) for kind, pool in pools.items()}, plan)
        for kind, listed in sorted(kinds.items()):
            must = sorted((e for e in listed if e["must"]), key=lambda e: ranks[e["case"]])
            lucky = _ordered(pools[kind], ranks)[: places[kind]]
            stratum = {"office": office, "kind": kind, "size": len(listed)}
            strata.append(stratum | {"must": len(must), "random": places[kind]})
            for why, taken in (("must", must), ("random", lucky)):
                for e in taken:
                    order = len(selected) + 1
                    selected.append({"case": e["case"], "why": why, "rank": ranks[e["case"]], "order": order})
    return strata, selected
