"""Rprop counts on signs: with minibatches its steps die out"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import DENSE, block_of, medians
from kit.figures.optimizers._signs import (
    ALL,
    FEW,
    FIRST_STEP,
    LOOK,
    RATE_BESIDE,
    SOME,
    UPDATES,
    apart_when_scaled,
    draw_signs,
    train_signs,
)

LECTURES = ("Makhmutova",)
CAPTION = (
    "Two layers of 20 ReLU units on the ball data, {updates} updates, medians and ranges of "
    "{networks} networks. With all {all:,} points in each step Rprop brings the loss to "
    "{after[all]:.3f} in {early} updates and to {end[all]:.0e} in the end; with {some} points to "
    "{end[some]:.2f}, with {few} to {end[few]:.2f}, where SGD with rate {rate:g} gets to "
    "{end[SGD]:.2f}. Every sign that changes halves a step, and with {few} points the median step "
    "of a weight is {shrunk:.1%} of the first after {early} updates. Gradients times 1,000 give "
    "the same weights: the largest difference is {scaled:g}."
)
ALT = (
    "Left, the loss on all data over {updates} updates on a logarithmic axis: Rprop with all "
    "points falls steeply out of the picture, with {some} it levels off at {end[some]:.2f}, with "
    "{few} it is still at {end[few]:.2f}, above SGD, which ends at {end[SGD]:.2f}. Right, the "
    "median step of a weight: with {few} and {some} points it falls to 1e-6, the least there "
    "is."
)
NOTES = Notes(
    look="Rprop looks at the sign of each slope, and at nothing else. What happens to it if the "
    "slope of a weight comes from {few} points, and from {few} others the next time?",
    point="Its sign changes by chance, and each change halves that weight's step, while it takes "
    "four updates without one to double it again. After {early} updates {shrunk:.1%} of the step "
    "is left, and after {updates} the loss is still {end[few]:.2f}. With all points it is at "
    "{end[all]:.0e}.",
    misconception="The lecture says that Rprop uses only the magnitude of the gradient. It is the "
    "other way round: only the sign. And steps that shrink are no fault: with all points they do, "
    "too, but after the weights have arrived.",
)
CLAIMS = (
    Claim("end.all", "<", 0.01, "with all data the loss ends under {limit}"),
    Claim("end.few", ">", 0.1, "with batches of 50 over {limit}"),
    Claim("shrunk", "<", 0.01, "after 50 updates under {percent:g} % of the first step is left"),
    Claim("scaled", "==", 0, "gradients times 1,000 change nothing: {limit}"),
)
CONTROLS = (
    Control(batch=ALL, refutes=("end.few", "shrunk"), words="the whole batch"),
    Control(rule="SGD", refutes="scaled", words="SGD, which sees sizes"),
)
QUIZ = Quiz(
    "How many of the 1,000 points are in each step of Rprop at (1), (2), (3)?",
    (Answer("all 1,000", r"\ball 1,000\b"), Answer("200", r"\b200 points\b"),
     Answer("50", r"\b50 points\b")),
    caption="Rprop on the ball data, with all points in each step, and with fewer.",
    alt="Left, the loss on all data over the updates; right, the median step of a weight.",
)  # fmt: skip


def measure(lab: Lab, seed: int, batch: int = FEW, rule: str = "Rprop") -> tuple[Any, Facts]:
    seeds, block = lab.seeds(seed, of=DENSE), block_of(seed, DENSE)
    found = lab.run(train_signs, first=block[0])
    scaled = lab.run(apart_when_scaled, first=block[0], rule=rule)
    early, each = 50, []
    for one in seeds:
        k = block.index(one)
        names = {"all": f"{ALL}", "some": f"{SOME}", "few": f"{batch}", "SGD": "SGD"}
        losses = {name: found[of]["loss"][:, k] for name, of in names.items()}
        sizes = found[f"{batch}"]["size"][:, k]
        each.append(
            {
                "end": {name: float(loss[-1]) for name, loss in losses.items()},
                "after": {name: float(loss[early // LOOK]) for name, loss in losses.items()},
                "shrunk": float(sizes[early // LOOK] / FIRST_STEP),
                "scaled": scaled[k],
            }
        )
    facts: Facts = {"networks": len(seeds), "updates": UPDATES, "early": early, "rate": RATE_BESIDE}
    facts |= {"all": ALL, "some": SOME, "few": FEW}
    chosen = [block.index(one) for one in seeds]
    shown = {
        name: {what: some[what][:, chosen] if some[what].ndim > 1 else some[what] for what in
               ("loss", "size")}
        for name, some in found.items()
    }  # fmt: skip
    return shown, facts | medians(each)


def draw(data: Any, facts: Facts) -> Any:
    return draw_signs(data, facts["networks"])
