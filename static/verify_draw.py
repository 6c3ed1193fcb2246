"""案衡抽样复核脚本：只用 Python 标准库，任何人可在自己的电脑上核对一次抽样。

用法：python3 verify_draw.py 抽样记录.json [--list-sha256 抽样前公布的哈希值]

核对四件事：名单与其哈希值相符；（给出时）与抽样前公布的哈希值相符；种子确定在名单冻结之后；
按记载的规则重新抽取，各层名额与抽中案卷逐一相同。全部相符时退出码为 0，否则为 1。

规则：每层（单位 × 案卷类别）内，名次 = SHA-256("anheng-draw-1\\n名单哈希\\n种子\\n单位\\n类别\\n案卷编号")。
必抽案卷全部抽出，不占随机名额。随机名额：每单位 per_office 卷（0 为全部），先给每个类别 per_kind 卷，
余额按剩余卷数比例分配（最大余数法，余数相同的按类别名）。层内先取每组执法人员名次最前的一卷，再取各组第二卷，依此类推。
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path


def sha(text):
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def places(sizes, per_office, per_kind):
    if per_office == 0:
        return dict(sizes)
    first = {k: min(n, per_kind) for k, n in sizes.items()}
    rest = {k: sizes[k] - first[k] for k in sizes}
    free, total = per_office - sum(first.values()), sum(rest.values())
    if free <= 0:
        return first
    if free >= total:
        return dict(sizes)
    result = {k: first[k] + free * rest[k] // total for k in sizes}
    missing = per_office - sum(result.values())
    for k in sorted(sizes, key=lambda k: (-(free * rest[k] % total), k))[:missing]:
        result[k] += 1
    return result


def redraw(listed, list_hash, seed):
    """(strata, selected) computed from the published list, its hash and the seed."""
    ranked = {}
    for e in listed["entries"]:
        parts = ("anheng-draw-1", list_hash, seed, e["office"], e["kind"], e["case"])
        ranked[e["case"]] = sha("\n".join(parts))
    strata, selected = [], []
    for office in sorted({e["office"] for e in listed["entries"]}):
        own = [e for e in listed["entries"] if e["office"] == office]
        kinds = sorted({e["kind"] for e in own})
        sizes = {k: sum(1 for e in own if e["kind"] == k and not e["must"]) for k in kinds}
        quota = places(sizes, listed["plan"]["per_office"], listed["plan"]["per_kind"])
        for kind in kinds:
            here = sorted((e for e in own if e["kind"] == kind), key=lambda e: ranked[e["case"]])
            must = [e["case"] for e in here if e["must"]]
            turns, queue = {}, []
            for e in here:
                if e["must"]:
                    continue
                turn = turns.get(e["team"], 0) if e["team"] else 0
                turns[e["team"]] = turns.get(e["team"], 0) + 1
                queue.append((turn, ranked[e["case"]], e["case"]))
            chance = [case for _, _, case in sorted(queue)[: quota[kind]]]
            strata.append(
                {"office": office, "kind": kind, "size": len(here), "must": len(must), "random": quota[kind]}
            )
            for case, why in [(c, "must") for c in must] + [(c, "random") for c in chance]:
                selected.append({"case": case, "why": why, "rank": ranked[case], "order": len(selected) + 1})
    return strata, selected


def check(record, published=None):
    """List of Chinese sentences, one per discrepancy; empty when everything agrees."""
    wrong = []
    if record["format"] != "anheng-draw-1":
        return ["记录格式不是 anheng-draw-1，本脚本不能核对。"]
    listed = record["list"]
    text = json.dumps(listed, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    list_hash = sha(text)
    if list_hash != record["list_sha256"]:
        wrong.append("名单与记载的哈希值不符：名单冻结后被改动过。")
    if published is not None and published.strip().lower() != list_hash:
        wrong.append("名单与抽样前公布的哈希值不符。")
    cases = [e["case"] for e in listed["entries"]]
    if len(set(cases)) != len(cases):
        wrong.append("名单中有重复的案卷。")
    seed = record["seed"]["value"]
    if "".join(seed.split()) != seed or len(seed) < 6:
        wrong.append("种子含空白或不足 6 位。")
    if record["seed"]["fixed_at"] <= record["frozen_at"]:
        wrong.append("种子确定时间不在名单冻结之后。")
    strata, selected = redraw(listed, list_hash, seed)
    if strata != record["strata"]:
        wrong.append("各层名额与规则不符。")
    if selected != record["selected"]:
        mine, theirs = {s["case"] for s in selected}, {s["case"] for s in record["selected"]}
        numbers = {e["case"]: e["number"] or e["case"] for e in listed["entries"]}
        extra = "、".join(numbers.get(c, c) for c in sorted(theirs - mine)) or "无"
        lacking = "、".join(numbers[c] for c in sorted(mine - theirs)) or "无"
        wrong.append(f"抽中案卷与重新抽取的结果不同：记录多出 {extra}；缺少 {lacking}。")
    return wrong


def main():
    parser = argparse.ArgumentParser(description="核对案衡的抽样记录")
    parser.add_argument("record", help="抽样记录（JSON 文件）")
    parser.add_argument("--list-sha256", default=None, help="抽样前公布的名单哈希值")
    options = parser.parse_args()
    try:
        record = json.loads(Path(options.record).read_text(encoding="utf-8"))
        wrong = check(record, options.list_sha256)
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"无法核对：记录读不出或缺项（{error!r}）。请重新下载抽样记录。")
        return 1
    if wrong:
        print("不一致：")
        for sentence in wrong:
            print(" - " + sentence)
        return 1
    total, drawn = len(record["list"]["entries"]), len(record["selected"])
    print(f"一致：名单 {total} 卷，抽中 {drawn} 卷。")
    print(f"名单哈希值：{record['list_sha256']}；种子：{record['seed']['value']}。")
    return 0


if __name__ == "__main__":
    sys.exit(main())
