"""``python tests/scoring_rules/release.py``: put the pack in force among the released ones, with golden cases.

Run it once when the version in ``packs/release.yaml`` goes up; what was released is never written again.
"""

import json
import tempfile
import zipfile
from pathlib import Path

from scoring_rules.criteria import graded, keep
from scoring_rules.generate import generate_cases
from scoring_rules.interchange import case_to
from scoring_rules.pack import load_pack
from scoring_rules.standard import DEFAULT

FOLDER = Path(__file__).parent / "released"
_DAY = (2026, 1, 1, 0, 0, 0)  # the same archive from the same content


def release(folder: Path) -> Path:
    """The archive: criteria, cases, and the answers they get today (words may be mended later)."""
    pack = load_pack()
    rules = [rule for rule in pack.rules if rule.stage == "case"]
    cases = [case_to(case) for case in generate_cases(rules, 60, seed=11, filled=0.95)]
    with tempfile.TemporaryDirectory() as place:
        root = keep(Path(place))
        told = list(graded(root, DEFAULT, cases))
        answers = [{key: value for key, value in answer.items() if key != "messages"} for answer in told]
        target = folder / f"{pack.version}-{root.name}.zip"
        with zipfile.ZipFile(target, "x") as archive:
            for path in sorted(path for path in root.rglob("*") if path.is_file()):
                _put(archive, f"criteria/{path.relative_to(root)}", path.read_bytes())
            for name, lines in (("cases.jsonl", cases), ("answers.jsonl", answers)):
                text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
                _put(archive, name, text.encode())
    return target


def _put(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, _DAY)
    entry.compress_type = zipfile.ZIP_LZMA
    archive.writestr(entry, data)


if __name__ == "__main__":
    print(release(FOLDER))
