"""Without gradients: one method keeps up with 21 weights, none with 1,001"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import block_of, medians
from kit.figures.optimizers._search_curves import draw_searches
from kit.figures.optimizers._searches import (
    CAP,
    HIDDEN_OF,
    OF_GRADIENT,
    SCALES_TRIED,
    SEEDS_OF_SEARCH,
    search_all,
)

LECTURES = ("Makhmutova",)
CAPTION = (
    "Networks with one layer of ReLU units learn a wave over a square: the least error so far, as "
    "a share of guessing's, over the evaluations; medians and ranges of {networks} networks. A "
    "gradient counts as {of_gradient}. After {cap:,} Nelder-Mead is at "
    "{end[n21][NelderMead]:.2f} with 21 weights, descent at {end[n21][descent]:.2f}. With "
    "101 it is {end[n101][NelderMead]:.2f} to {end[n101][descent]:.2f}; with 1,001 "
    "{end[n1001][NelderMead]:.2f} to {end[n1001][descent]:.2f}, annealing "
    "{end[n1001][annealing]:.2f}, evolution {end[n1001][evolution]:.2f}, the swarm "
    "{end[n1001][swarm]:.2f}. Each is the best of {tried} settings with other networks."
)
ALT = (
    "Three panels of the error over {cap:,} evaluations, on logarithmic axes, for 21, 101 and "
    "1,001 weights, with curves for gradient descent, Nelder-Mead, annealing, evolution and a "
    "swarm. With 21 weights descent and Nelder-Mead end together, the others above; with 1,001 "
    "descent is at {end[n1001][descent]:.2f}, the next at {next[n1001]:.2f}, Nelder-Mead last."
)
NOTES = Notes(
    look="Four methods that only ask how large the error is, and one that asks for the slope. From "
    "left to right the network grows. Who wins on the left, and who on the right?",
    point="With 21 weights Nelder-Mead nearly keeps up, {end[n21][NelderMead]:.2f} to "
    "{end[n21][descent]:.2f}, and with some networks it wins. With 1,001 descent is at "
    "{end[n1001][descent]:.2f} when the next best is at {next[n1001]:.2f}: one gradient says where "
    "to go for all 1,001 weights at once.",
    misconception="It is not that descent is the cleverer rule. It gets 1,001 slopes for the price "
    "of {of_gradient} evaluations. Let it find them by differences, one weight after the other, "
    "and it takes {steps} step in the same time and ends at {differences[n1001]:.2f}.",
)
CLAIMS = (
    Claim("behind.n21", "within", (0.5, 2), "with 21 weights the best without gradients is within "
          "a factor of {high} of descent"),
    Claim("behind.n101", ">", 1.5, "with 101 its error is over {limit} times descent's"),
    Claim("behind.n1001", ">", 2, "with 1,001 over {limit} times"),
    Claim("end.n1001.NelderMead", ">", 1, "Nelder-Mead is then no better than guessing"),
)  # fmt: skip
CONTROL = Control(
    by="differences", refutes=("behind.n101", "behind.n1001"), words="gradients by differences"
)
QUIZ = Quiz(
    "Which curves are (1) and (2)?",
    (Answer("gradient descent", r"\bgradient descent\b"), Answer("Nelder-Mead", r"Nelder-Mead")),
    caption="Five ways to train a network, four of them without gradients.",
    alt="Three panels of the error over {cap:,} evaluations, for 21, 101 and 1,001 weights.",
)
KEYS = ("descent", "NelderMead", "annealing", "evolution", "swarm")


def measure(lab: Lab, seed: int, by: str = "backpropagation") -> tuple[Any, Facts]:
    seeds, block = lab.seeds(seed, of=SEEDS_OF_SEARCH), block_of(seed, SEEDS_OF_SEARCH)
    chosen = [block.index(one) for one in seeds]
    found = {
        size: {
            name: least[chosen]
            for name, least in lab.run(search_all, first=block[0], weights=size).items()
        }
        for size in HIDDEN_OF
    }
    each = []
    for k in range(len(seeds)):
        ends: Any = {}
        differences = {}
        for size, some in found.items():
            at = f"n{size}"
            ends[at] = {
                key: float(least[k, -1]) for key, least in zip(KEYS, some.values(), strict=True)
            }
            steps = CAP // (size + 1)  # a loss for each weight, and one where it stands
            differences[at] = float(some["gradient descent"][k, OF_GRADIENT * steps])
        rest = {
            at: min(e for key, e in one.items() if key != "descent") for at, one in ends.items()
        }
        own = {at: one["descent"] for at, one in ends.items()}
        beside = own if by == "backpropagation" else differences
        each.append(
            {
                "end": ends,
                "differences": differences,
                "next": rest,
                "behind": {at: rest[at] / beside[at] for at in ends},
            }
        )
    facts: Facts = {"networks": len(seeds), "cap": CAP, "of_gradient": OF_GRADIENT}
    facts |= {"tried": len(SCALES_TRIED["swarm"]), "steps": CAP // 1002}
    return found, facts | medians(each)


def draw(found: Any, facts: Facts) -> Any:
    return draw_searches(found, facts["networks"])
