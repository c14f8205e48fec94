"""Try the rules of the findings on all recipes: ``python -m benchmarks.rules_tried``.

Each recipe is trained with ten seeds; what is named first, and how often healthy ones are called
ill, is printed and kept in ``kit/diagnosis/trials.json``.
"""

from __future__ import annotations

import argparse
import json
import warnings

from kit.diagnosis.recipe_list import RECIPES
from kit.diagnosis.trial import TRIALS_FILE, kept_trials, trial_of


def main() -> None:
    """Try the recipes that are asked for, all by default."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recipes", nargs="*", help="names; all, where none is given")
    parser.add_argument("--seeds", type=int, default=10, help="how many, from 1 on")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    for name in options.recipes or RECIPES:
        found = trial_of(RECIPES[name], range(1, options.seeds + 1))
        first = ", ".join(f"{one} {n}" for one, n in found["first"].items()) or "nothing"
        print(
            f"{name:26s} {found['root'] or 'healthy':19s} {first}; above a hint "
            f"{found['above_hint']} of {found['runs']}; before: {found['first_before'] or '-'}",
            flush=True,
        )
        kept = kept_trials() | {name: found}  # another process may have written meanwhile
        kept = {one: kept[one] for one in RECIPES if one in kept}
        TRIALS_FILE.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
