"""python -m benchmarks NAME [--size N] [--json]"""

from __future__ import annotations

import argparse
import importlib
import json
import sys

# name -> (module, default size)
BENCHMARKS = {
    "import": ("benchmarks.import_", 10_000),
    "mbox": ("benchmarks.mbox", 100_000),
    "pages": ("benchmarks.pages", 10_000),
    "rank": ("benchmarks.rank", 100_000),
    "nightly": ("benchmarks.nightly", 100_000),
    "paths": ("benchmarks.paths", 100_000),
    "memory": ("benchmarks.memory", 100_000),
    "links": ("benchmarks.links", 500),
    "bots": ("benchmarks.bots", 2_000),
    "town": ("benchmarks.town.run", 3_000),
    "curve": ("benchmarks.curve", 1_000_000),
    "answers": ("benchmarks.answers", 1_000),
    "introductions": ("benchmarks.introductions", 10_000),
    "interviews": ("benchmarks.interviews", 10_000),
    "audio": ("benchmarks.audio", 3_600),
    "arrived": ("benchmarks.arrived", 14_340),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", choices=[*BENCHMARKS, "all"])
    parser.add_argument("--size", type=int)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    names = list(BENCHMARKS) if asked.name == "all" else [asked.name]
    passed = True
    for name in names:
        module, size = BENCHMARKS[name]
        result = importlib.import_module(module).run(asked.size or size)
        passed = passed and all(result["pass"].values())
        print(json.dumps(result) if asked.json else _told(result))
    return 0 if passed else 1


def _told(result: dict) -> str:
    lines = [f"{result['name']}, size {result['size']:,}, {result['machine']}"]
    for key, value in result["product"].items():
        lines.append(f"  {key}: {value:.4g}" if isinstance(value, float) else f"  {key}: {value}")
    for peer, ratio in result["ratios"].items():
        lines.append(f"  {ratio:.2f} x {peer}")
    lines += [f"  {'passed' if ok else 'MISSED'}: {bar}" for bar, ok in result["pass"].items()]
    if "harder" in result:
        lines.append(f"  {result['harder']['what']}")
        lines.append(f"    P@10 of trees told the truth: {result['harder']['ceiling_p10']:.3f}")
        lines += [f"    {share:.2f} of that {when}" for when, share in result["harder"]["p10_over_ceiling"].items()]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
