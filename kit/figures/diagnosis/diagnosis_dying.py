"""A high rate kills ReLU units: a lower one mends that, leaky ReLU leaps"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.diagnosis._remedies import MENDED_SIDES, measure_remedy
from kit.figures.diagnosis._remedies_drawn import draw_dead_shares, draw_remedy

LECTURES = ("Olteanu", "Sridharan")
PLAY = {
    "activation": "relu", "initializer": "he_normal", "optimizer": "adam", "width": 50,
    "rate": 0.3,
}  # fmt: skip
CAPTION = (
    "Five hidden layers of {units} ReLU units, Adam with a rate of {rate[fast]:g}, {points} "
    "points of the ball. Left: before training {dead[before]:.0%} of the units are 0 for all "
    "points, after {began} epochs {dead[early]:.0%}, after {epochs} {dead[fast]:.0%}. The "
    "diagnosis names the rate first, and {rate[lower]:g} in its place; so trained, "
    "{dead[lower]:.0%} are dead and the loss is {end[lower]:.3f} in place of {end[fast]:.2f}. "
    "Leaky ReLU has no dead units: at the high rate its loss leaps to {top[leaky]:,.0f}, and ends "
    "over that of one answer for all in {leaky_over} of {networks} networks."
)
ALT = (
    "Left, the share of dead units over the epochs: at the high rate it leaps to "
    "{dead[early]:.0%} and stays there, at the low one it stays at {dead[lower]:.0%}. Right, the "
    "loss on a logarithmic axis: ReLU at the high rate lies on the line of one answer for all, "
    "{constant:.2f}, at the low one it falls to {end[lower]:.3f}; leaky ReLU leaps to "
    "{top[leaky]:,.0f}."
)
NOTES = Notes(
    look="Two thirds of the units are dead: what do you change? The activation, so that none can "
    "die, or the rate? Guess first where each of the two ends, then look at the right.",
    point="Dead units are the sign, the rate is the cause: a first step changes a kernel by up to "
    "{step:.1f} times its size. A diagnosis names the rate first in {named_in} of {networks} "
    "networks, and the rate it names leaves {dead[lower]:.0%} dead. With leaky ReLU units cannot "
    "die, so nothing stops the steps: the loss leaps over {constant:.2f} in all networks.",
    misconception="Leaky ReLU does not make any rate a good one. It takes away the sign and leaves "
    "the cause. Some networks come back from their leap and learn after all, and others end far "
    "above where they began: at this rate that is chance. It helps where units die for another "
    "reason.",
)
CLAIMS = (
    Claim(
        "named",
        "==",
        1,
        "a diagnosis names the rate first, and a lower one as remedy, with {share} seeds",
    ),
    Claim("dead.before", "<", 0.1, "before training under {percent:g} % of the units are dead"),
    Claim("dead.early", ">", 0.4, "at the high rate over {percent:g} % at the first look"),
    Claim("dead.fast", ">", 0.4, "and as many at the end"),
    Claim("dead.lower", "<", 0.1, "at the lower rate under {percent:g} %"),
    Claim("mended", "<", 0.1, "and under {percent:g} % of the loss of one answer for all"),
    Claim("top.leaky", ">", 100, "leaky ReLU at the high rate: the loss leaps to over {limit}"),
)
CONTROL = Control(remedy="another start", refutes="mended", words="the high rate once more")
QUIZ = Quiz(
    "What was changed in (1), and what in (2)?",
    (
        Answer("the learning rate", r"(?i:lower rate)"),
        Answer("the activation, to leaky ReLU", r"(?i:leaky ReLU)"),
    ),
    caption="ReLU units, Adam with a high rate: dead units, and the loss with two remedies.",
    alt="Left, the share of dead units over the epochs; right, the loss of three networks.",
)


def measure(lab: Lab, seed: int, remedy: str = "lower") -> tuple[Any, Facts]:
    def also(sides: Any) -> Facts:
        shares = sides["fast"]["dead"].mean(axis=1)
        dead = {"before": shares[0], "early": shares[1], "fast": shares[-1]}
        dead["lower"] = sides["lower"]["dead"][-1].mean()
        return {
            "dead": {name: float(one) for name, one in dead.items()},
            "top": {side: float(sides[side]["loss"].max()) for side in ("fast", "leaky")},
            "step": MENDED_SIDES["adam"]["fast"][2] / float(sides["fast"]["weight"].min()),
        }

    data, facts = measure_remedy(lab, seed, "fast", remedy, also, "learning-rate-high")
    over = [one["loss"][-1] > facts["constant"] for one in data["leaky"]]
    return data, facts | {"leaky_over": int(sum(over)), "began": int(data["at"][1])}


def draw(data: Any, facts: Facts) -> Any:
    names = {"lower": "lower rate", "fast": "high rate", "leaky": "leaky ReLU"}
    note = "Leaky ReLU: at the high rate; it has no dead units. Losses under 0.0001 stand there."
    return draw_remedy(data, facts, draw_dead_shares, names, note)
