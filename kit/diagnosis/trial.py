"""Trials of the rules: each recipe trained with several seeds, and what is named first.

What came of them stands in ``trials.json`` beside this file, which the table of the docs quotes.
``python -m benchmarks.rules_tried`` writes it anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from kit.diagnosis.diagnosing import Diagnosis, diagnose
from kit.diagnosis.recipe import Recipe, data_of, network_of
from kit.training import train_together

__all__ = ["TRIALS_FILE", "diagnose_recipe", "kept_trials", "trial_of", "trials"]

TRIALS_FILE = Path(__file__).with_name("trials.json")
"""What the last trials found."""

_PROBED, _BEFORE = 250, 3  # samples that are probed; networks diagnosed before training


def diagnose_recipe(
    recipe: Recipe, seeds: Sequence[int]
) -> tuple[list[Diagnosis], list[Diagnosis]]:
    """What is said of a recipe's first networks before training, and of the training of all.

    Parameters
    ----------
    recipe
        Which is trained.
    seeds
        Of weights and batches; the data are those of the first.
    """
    data = data_of(recipe, seeds[0])
    models = [network_of(recipe, seed) for seed in seeds]
    probed = data.x[:_PROBED], data.y[:_PROBED]
    before = [diagnose(model, *probed) for model in models[:_BEFORE]]
    runs = train_together(
        models,
        data.x,
        data.y,
        epochs=recipe.epochs,
        batch_size=recipe.batch_size,
        seed=list(seeds),
        validation_data=data.validation,
        probe=probed,
        every=max(recipe.epochs // 5, 1),
        verbose=False,
    )
    return before, [diagnose(runs[name]) for name in runs.names]


def trial_of(recipe: Recipe, seeds: Sequence[int]) -> dict[str, Any]:
    """How often which rule is named first, and how often there is more than a hint."""
    before, after = diagnose_recipe(recipe, seeds)
    return {
        "root": recipe.root,
        "runs": len(after),
        "first": _counted(one.findings[0].name for one in after if one.findings),
        "above_hint": sum(map(bool, after)),
        "before": len(before),
        "first_before": _counted(one.findings[0].name for one in before if one.findings),
        "above_hint_before": sum(map(bool, before)),
    }


def _counted(names: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in names:
        found[name] = found.get(name, 0) + 1
    return found


def kept_trials() -> dict[str, dict[str, Any]]:
    """What the last trials found, by recipe; empty where there were none."""
    if not TRIALS_FILE.exists():
        return {}
    found: dict[str, dict[str, Any]] = json.loads(TRIALS_FILE.read_text("utf-8"))
    return found


def trials() -> pd.DataFrame:
    """How the rules did on all recipes: a row each, those that are broken first.

    Returns
    -------
    DataFrame
        ``recipe``; ``root``, what is wrong, empty of a healthy one; ``runs``; ``right``, those in
        which the root is named first, and of a healthy one nothing but hints; ``first``, what is
        named first and how often.

    Examples
    --------
    >>> trials().columns.tolist()
    ['recipe', 'root', 'runs', 'right', 'first']
    """
    rows = []
    for name, one in kept_trials().items():
        root = one["root"] or ""
        right = one["first"].get(root, 0) if root else one["runs"] - one["above_hint"]
        first = ", ".join(f"{rule} {n}" for rule, n in one["first"].items())
        rows.append([name, root, one["runs"], right, first])
    found = pd.DataFrame(rows, columns=["recipe", "root", "runs", "right", "first"])
    return found.sort_values("root", key=lambda roots: roots == "", kind="stable")
