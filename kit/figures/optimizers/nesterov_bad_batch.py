"""A wrong batch: Nesterov gets over it sooner where the rate is high"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.optimizers._batches import BATCH, RUNS, excess_of_a_bad_batch
from kit.figures.optimizers._rules import momentum, nesterov
from kit.figures.optimizers._steps import draw_steps

LECTURES = ("Makhmutova",)
CAPTION = (
    "{runs} logistic regressions, batches of {batch}, momentum {share:g}; batch {bad_at} has all "
    "its labels turned round. What that costs, against the same training without it: medians. At "
    "the rate {slow:g} Nesterov's peak is {peak[slow][nesterov]:.4f} and that of momentum "
    "{peak[slow][momentum]:.4f}. At {fast:g}, {peak[fast][nesterov]:.3f} and "
    "{peak[fast][momentum]:.3f}, and added up over the steps {sum[fast][nesterov]:.2f} and "
    "{sum[fast][momentum]:.2f}."
)
ALT = (
    "Loss in excess over {steps} steps. Left, at a low rate, the two curves lie on each other: "
    "both rise after step {bad_at} and come back slowly. Right, at a high rate, that of momentum "
    "rises to {peak[fast][momentum]:.3f} and swings; that of Nesterov to "
    "{peak[fast][nesterov]:.3f}, and is back sooner."
)
NOTES = Notes(
    look="One batch has all its labels wrong. When do you see it, at once or later? Who is over it "
    "sooner?",
    point="At the high rate Nesterov pays {share_paid:.0%} of what momentum pays. The wrong "
    "push goes on for some steps with both; Nesterov looks where it leads and brakes.",
    misconception="The lecture says that Nesterov mitigates the risk of a bad batch. At the low "
    "rate it does not at all: where the surface bends little within a step, looking ahead "
    "shows the same slope.",
)
CLAIMS = (
    Claim("share_paid", "<", 0.8, "at the high rate Nesterov pays under {percent:g} % of it"),
    Claim("share_at_slow", "near", (1, 0.1), "at the low one as much, within {tolerance:.0%}"),
    Claim("delay", ">", 1, "the worst comes more than {limit} step after the batch"),
)
CONTROLS = (
    Control(fast=0.05, refutes="share_paid", words="the low rate"),
    Control(share=0.0, refutes="delay", words="no momentum"),
)
QUIZ = Quiz(
    "Two ways to keep going, and one wrong batch: which is (1), which (2)?",
    (Answer("momentum", r"\b[Mm]omentum\b"), Answer("Nesterov", r"\bNesterov\b")),
    caption="Logistic regressions; the labels of one batch are turned round.",
    alt="Loss in excess over {steps} steps, in two panels of two curves each.",
)


def measure(lab: Lab, seed: int, fast: float = 1.0, share: float = 0.9) -> tuple[Any, Facts]:
    bad_at, steps, slow = 60, 120, 0.05
    panels = {}
    for name, rate in (("slow", slow), ("fast", fast)):
        rules = {"momentum": momentum(rate, share), "nesterov": nesterov(rate, share)}
        panels[name] = excess_of_a_bad_batch(rules, seed, bad_at, steps, 1.0)
    facts: Facts = {"runs": RUNS, "batch": BATCH, "share": share, "bad_at": bad_at, "steps": steps}
    facts |= {"slow": slow, "fast": fast}
    for name, how in (("peak", max), ("sum", sum)):
        facts[name] = {
            panel: {rule: float(how(one)) for rule, one in some.items()}
            for panel, some in panels.items()
        }
    paid = {name: one["nesterov"] / one["momentum"] for name, one in facts["sum"].items()}
    facts["share_paid"], facts["share_at_slow"] = paid["fast"], paid["slow"]
    # the batch of that number, counted from 0, makes the step after
    facts["delay"] = int(panels["fast"]["momentum"].argmax()) - bad_at - 1
    return panels, facts


def draw(panels: Any, facts: Facts) -> Any:
    names = {"momentum": "momentum", "nesterov": "Nesterov"}
    shown = [{names[rule]: one[40:] for rule, one in some.items()} for some in panels.values()]
    titles = [f"Learning rate {facts[name]:g}" for name in panels]
    figure = draw_steps(shown, titles, "loss in excess", log=False, names=[1], first=40)
    for ax in figure.axes:
        ax.axvline(facts["bad_at"], color=plt.rcParams["text.color"], linestyle=":", linewidth=1.5)
    figure.axes[0].annotate(
        "the wrong\nbatch", (facts["bad_at"], 0.95), xycoords=("data", "axes fraction"),
        xytext=(-8, 0), textcoords="offset points", ha="right", va="top",
    )  # fmt: skip
    return figure
