"""Steps too small beside the weights: their size names a rate that learns"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.diagnosis._remedies import MENDED_SIDES, measure_remedy
from kit.figures.diagnosis._remedies_drawn import draw_first_steps, draw_remedy

LECTURES = ("Sridharan", "Makhmutova")
PLAY = {
    "activation": "relu", "initializer": "he_normal", "optimizer": "adam", "width": 50,
    "rate": 1e-05,
}  # fmt: skip
CAPTION = (
    "Five hidden layers of {units} ReLU units, Adam, {points} points of the ball, four learning "
    "rates. Left: how far a first step moves each layer's weights, by their size. At "
    "{rate[slow]:.6f} no layer moves by more than {step[slow]:.1e}, at {rate[fast]:g} one by "
    "{step[fast]:.1f}; under {low:g} and over {high:g} a rate is too low or too high, a thousandth "
    "is usual. Right: the rate that the diagnosis names for the slow network, {rate[higher]:g}, "
    "ends at a loss of {end[higher]:.2f} instead of {end[slow]:.2f}, better in {better} of "
    "{networks} networks; one answer for all has {constant:.2f}. Ten times as much, "
    "{rate[lower]:g}, ends at {end[lower]:.3f}."
)
ALT = (
    "Left, the first step by the size of the weights over six layers, logarithmic: four nearly "
    "flat lines, at {rate[slow]:.6f} under a limit of {low:g}, at {rate[fast]:g} over one of "
    "{high:g}, at {rate[higher]:g} between them at a thousandth, at {rate[lower]:g} a hundredth. "
    "Right, the loss over {epochs} epochs: the low rate stays at {end[slow]:.2f}, the named one "
    "falls to {end[higher]:.2f}, ten times that to {end[lower]:.3f}."
)
NOTES = Notes(
    look="The loss stands still. From the loss alone, could you tell whether the rate is too low "
    "or too high? Now look at the left: beside what would you hold the size of a step?",
    point="A rate has no size of its own: what counts is the step beside the weights that it "
    "changes. At {rate[slow]:.6f} it takes a hundred thousand steps to change a weight by its "
    "size, at {rate[fast]:g} not even one. Measured before the first step, that also says which "
    "rate would fit: the diagnosis names the same one in {named_in} of {networks} networks.",
    misconception="The rate that is named is a place to begin at, and not the best one: after "
    "{epochs} epochs its loss is still falling, and ten times that rate ends at "
    "{end[lower]:.3f}. A rule of thumb finds the right thousandth, and not the right factor of "
    "ten.",
)
CLAIMS = (
    Claim("named", "==", 1, "a diagnosis names the low rate first, and the same higher one"),
    Claim("step.slow", "<", 1e-5, "at the low rate no kernel moves by over {limit} of its size"),
    Claim("step.fast", ">", 0.1, "at the high rate one moves by over {limit}"),
    Claim("step.higher", "within", (5e-4, 2e-3), "at the named one by {low} to {high}"),
    Claim("stuck", ">", 1, "the low rate ends over the loss of one answer for all"),
    Claim("mended", "<", 0.9, "the named one under {percent:g} % of it"),
    Claim("better_still", ">", 10, "ten times that rate ends at under 1/{limit} of that"),
)
CONTROL = Control(remedy="another start", refutes="mended", words="the low rate, drawn once more")
QUIZ = Quiz(
    "Which learning rate is (1), which (2), which (3)?",
    (
        Answer("0.000001", r"\b0\.000001\b"),
        Answer("0.0002", r"\b0\.0002\b"),
        Answer("0.002", r"\b0\.002\b"),
    ),
    caption="Adam with several learning rates: the first step beside the weights, and the loss.",
    alt="Left, the first step by the size of the weights over six layers; right, the loss.",
)


def measure(lab: Lab, seed: int, remedy: str = "higher") -> tuple[Any, Facts]:
    def also(sides: Any) -> Facts:
        rates = {side: MENDED_SIDES["adam"][side][2] for side in ("slow", "higher", "fast")}
        steps = {side: rate / float(sides[side]["weight"].min()) for side, rate in rates.items()}
        ends = {side: float(sides[side]["loss"][-1]) for side in ("higher", "lower")}
        return {"step": steps, "better_still": ends["higher"] / ends["lower"]}

    data, facts = measure_remedy(lab, seed, "slow", remedy, also, "learning-rate-low")
    return data, facts | {"low": 1e-5, "high": 0.1}


def draw(data: Any, facts: Facts) -> Any:
    names = {"higher": f"{facts['rate']['higher']:g}", "slow": f"{facts['rate']['slow']:.6f}"}
    names |= {side: f"{facts['rate'][side]:g}" for side in ("lower", "fast")}
    limits = {"under: too low": facts["low"], "usual": 1e-3, "over: too high": facts["high"]}
    note = "Left: dotted, the limits and what is usual; a first step of Adam is the rate."
    return draw_remedy(data, {**facts, "limits": limits}, draw_first_steps, names, note, "fast")
