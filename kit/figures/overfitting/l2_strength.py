"""Too small a λ does nothing, too large a λ leaves nothing"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import DENSE, block_of, medians
from kit.figures.overfitting._ridge import (
    RIDGE_DIGITS,
    RIDGE_STEPS,
    STRENGTHS,
    draw_strengths,
    solve_strengths,
)

LECTURES = ("Sridharan", "Makhmutova")
CAPTION = (
    "Ten outputs on all pixels of {digits} digits ({source}), ½ squared error + ½λΣW², solved "
    "exactly; medians and ranges of {sets} sets of digits. On test digits the loss is "
    "{test[none]:.2f} with the smallest λ, {test[best]:.2f} with {best:.2g}, the best on other "
    "digits, and {test[most]:.2f} with the largest: nearly that of no weights, {guess:.2f}. With "
    "steps of rate {rate:g} the weights do not go to 0 there: from λ = {diverges:.0f} on they "
    "diverge."
)
ALT = (
    "Two panels over λ from {low:.0e} to {high:.0f}. Left, the loss: on training digits it rises "
    "from 0; on test digits it falls from {test[none]:.2f} to {test[best]:.2f} and rises to "
    "{test[most]:.2f}. Right, the length of the weights falls from {length[none]:.1f} to "
    "{length[most]:.2f}; by gradient descent it shoots up beyond λ = {diverges:.0f}."
)
NOTES = Notes(
    look="Six decades of λ. Where does it begin to do anything, and where is too much? Find both "
    "in the left picture, and then what has become of the weights there.",
    point="Without a penalty the weights are worse on new digits than none at all: "
    "{test[none]:.2f} against {guess:.2f}. At λ = {best:.2g} it is {test[best]:.2f}; and three "
    "times that λ, or a third of it, is nearly as good. On the right, where λ is small, descent "
    "has not arrived after {steps} steps, and its weights are shorter, too.",
    misconception="A slide says that too large a λ sets the weights to zero. In the minimum they "
    "get small and never zero, and gradient descent does not even get there: where rate times λ is "
    "over 2, each step overshoots, and the weights grow. And no number is typical: the same "
    "strength is called λ/2, λ or λ/n, depending on who writes the loss.",
)
CLAIMS = (
    Claim("over.none", "<", 0.7, "the best λ leaves under {percent:g} % of the smallest's loss"),
    Claim("over.most", "<", 0.7, "and under {percent:g} % of the largest's"),
    Claim("over.free", "near", (1, 0.05), "the smallest does nothing, within {tolerance:.0%}"),
    Claim("over.guess", "within", (0.95, 1), "the largest λ is nearly as bad as no weights"),
    Claim("shorter", "<", 0.01, "its weights have under {percent:g} % of their length"),
    Claim("length.most", ">", 0, "but are not 0"),
    Claim("grown", ">", 1e6, "with steps of rate 0.1 they grow beyond {limit:.0e}"),
)
CONTROL = Control(rate=0.005, refutes="grown", words="a rate of 0.005")
QUIZ = Quiz(
    "The loss on which digits is (1), which (2)?",
    (Answer("test digits", r"\btest\s+digits\b"),
     Answer("training ones", r"\btraining\s+digits\b")),
    caption="Ten outputs on all pixels of {digits} digits ({source}), with L2 of every strength.",
    alt="Two panels over λ: two losses, and the length of the weights.",
)  # fmt: skip


def measure(lab: Lab, seed: int, rate: float = 0.1) -> tuple[Any, Facts]:
    seeds = lab.seeds(seed, of=DENSE)
    found = lab.run(solve_strengths, first=block_of(seed, DENSE)[0], rate=rate)
    runs, best = {one: found["runs"][one] for one in seeds}, found["best"]
    each = []
    for run in runs.values():
        test, length = (
            {"none": float(one[0]), "best": float(one[best]), "most": float(one[-1])}
            for one in (run["test"], run["length"])
        )
        over: Facts = {name: test["best"] / test[name] for name in ("none", "most")}
        over["free"] = test["none"] / run["free"]
        over["guess"] = test["most"] / run["guess"]
        grows = STRENGTHS[run["descent"] > 100 * run["length"]]
        one: Facts = {"test": test, "length": length, "over": over, "guess": run["guess"]}
        one |= {"shorter": length["most"] / length["none"], "grown": float(run["descent"][-1])}
        each.append(one | {"diverges": float(grows[0]) if len(grows) else 0.0})
    facts: Facts = {"digits": RIDGE_DIGITS, "source": found["source"], "sets": len(seeds)}
    facts |= {"best": float(STRENGTHS[best]), "rate": rate, "steps": RIDGE_STEPS}
    facts |= {"low": float(STRENGTHS[0]), "high": float(STRENGTHS[-1])}
    return {"runs": runs}, facts | medians(each)


def draw(data: Any, facts: Facts) -> Any:
    return draw_strengths(data, facts)
