"""Permuted units: as deep a minimum, and a ridge on the straight way"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Claim, Control, Lab, Notes
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import DENSE, block_of, medians
from kit.figures.backpropagation._permuted import draw_ridge, surfaces

LECTURES = ("Sridharan", "Guillot")
CAPTION = (
    "A trained network of 12 tanh units (A), and the same with its units in another order (B, "
    "C): what it computes is the same, and so is the loss, {end:.3f}. On the straight way from A "
    "to B it rises to {ridge:.2f}, {times:.0f} times as high. Left, seed {seed}, the plane "
    "through all three, dark where the loss is low; right, median and range of {networks} "
    "networks. Of 12 units there are 12!, or 479,001,600, such orders."
)
ALT = (
    "Left, a map of the loss with three dark wells, A, B and C, and brighter, higher ground "
    "between them. On the right the loss on the way from A to B: {end:.3f} at both ends, "
    "{ridge:.2f} at the top."
)
NOTES = Notes(
    look="Swap two units of a layer, with all their weights. What does the network answer now? And "
    "what lies between the two, if you walk from one to the other in a straight line?",
    point="Both ends have the loss {end:.3f}, to the last digit that counts. In between it rises "
    "to {ridge:.2f}: half of one network and half of the other is no network at all.",
    misconception="Many minima do not mean many solutions: these are one and the same, written in "
    "different orders. And a ridge on the straight line does not prove that there is no way "
    "around; this is a slice, and there are many more directions.",
)
CLAIMS = (
    Claim("ends_apart", "<", 1e-9, "the permuted network has the same loss, within {limit}"),
    Claim("times", ">", 5, "between them it rises to over {limit} times as much"),
)
CONTROL = Control(permuted=False, refutes="times", words="the same order of units")


def measure(lab: Lab, seed: int, permuted: bool = True) -> tuple[Any, Facts]:
    seeds = lab.seeds(seed, of=DENSE)
    first = block_of(seed, DENSE)[0]
    found = lab.run(surfaces, first=first, permuted=permuted)
    each = []
    for one in seeds:
        ends, ridge = found[one]["ends"], float(found[one]["line"].max())
        apart = abs(ends[0] - ends[1])
        facts = {"end": ends[0], "ends_apart": apart, "ridge": ridge, "times": ridge / ends[0]}
        each.append(facts)
    lines = [found[one]["line"] for one in seeds]
    data = {"plane": found[first]["plane"], "lines": lines}
    return data, {"networks": len(seeds), "seed": first, **medians(each)}


def draw(data: Any, facts: Facts) -> Any:
    return draw_ridge(data, facts["networks"])
