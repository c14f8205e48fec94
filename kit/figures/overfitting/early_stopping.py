"""Stop at the first rise after each step, and you stop far too early"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import DENSE, block_of, medians
from kit.figures.overfitting._stopped import (
    BY_CHANCE,
    PATIENCE,
    PER_EPOCH,
    TRAINED,
    WATCHED,
    draw_stopped,
    stop,
    stopped,
    watch,
)

LECTURES = ("Olteanu", "Das")
CAPTION = (
    "{train} digits of 14 × 14 pixels ({source}), {by_chance:.0%} of their labels drawn by chance, "
    "30 ReLU units, steps on {batch} digits; medians of {networks} networks. The loss on "
    "{validated} validation digits is least after {best_step:.0f} steps and ends {u:.2f} times as "
    "high. Looked at after each step, it first rises after {first_step:.0f}: who stops there has a "
    "test loss of {first[e1]:.2f}. With a patience of {epochs:.0f} epochs and the best weights "
    "kept it is {patient[e1]:.2f}; with a look each epoch {patient[e10]:.2f}, with "
    "one every ten epochs {patient[e100]:.2f}. Validation then costs {cost[e1]:.1f}, "
    "{cost[e10]:.1f} and {cost[e100]:.2f} times the training."
)
ALT = (
    "Left, training loss that falls and validation loss that falls and rises again over 400 steps, "
    "with marks at its first rise, its least value and the end of the patience. Right, test loss "
    "by how often one looks: stopped at the first rise {first[e1]:.2f} with a look each step, "
    "{first[e10]:.2f} each epoch, {first[e100]:.2f} every ten; with patience {patient[e1]:.2f}, "
    "{patient[e10]:.2f}, {patient[e100]:.2f}."
)
NOTES = Notes(
    look="Only the two curves first. Where would you stop? Then the rule: stop as soon as the "
    "validation loss does not fall any more, and look after each step. Where does that stop?",
    point="The first rise is after {first_step:.0f} steps, the least loss after {best_step:.0f}. A "
    "step on {batch} digits is noisy. With patience, and the best weights kept, the noise does no "
    "harm, and then there is no need to look after each step: once an epoch costs a tenth of it.",
    misconception="The weights to keep are not the last ones. When the patience is over, the loss "
    "is {gain:.2f} times the least one, so without a copy one waits for nothing but to get worse.",
)
CLAIMS = (
    Claim("early", ">", 1.4, "stopped at the first rise, the test loss is over {limit} times that "
          "with patience, if one looks after each step"),
    Claim("u", ">", 1.05, "the validation loss ends over {limit} times as high as its least"),
    Claim("u_train", "<", 0.5, "while the training loss falls to under {percent:g} % of what it "
          "was there"),
    Claim("by_epoch", "<", 1.2, "with patience, a look each epoch in place of each step makes the "
          "test loss less than {limit} times as high"),
)  # fmt: skip
CONTROL = Control(batch=TRAINED, refutes="early", words="steps on all digits, without noise")
QUIZ = Quiz(
    "Two losses of one network: on which digits is (1) taken, on which (2)?",
    (Answer("training", r"\btraining\b"), Answer("validation", r"\bvalidation\b")),
    caption="A small network on {train} digits, some of their labels wrong: the loss on those it "
    "is trained with, and on others.",
    alt="Left, a loss that falls and one that falls and rises again over 400 steps. Right, test "
    "loss by how often one looks, for two rules.",
)


def measure(lab: Lab, seed: int, batch: int = TRAINED // PER_EPOCH) -> tuple[Any, Facts]:
    seeds = lab.seeds(seed, of=DENSE)
    found = lab.run(watch, first=block_of(seed, DENSE)[0], batch=batch)
    each = []
    for one in seeds:
        curves = found[one]
        loss, kept = curves["loss"], stopped(curves)
        ended, best = stop(loss, PER_EPOCH, PATIENCE // PER_EPOCH)
        at = int(loss.argmin())
        ratios = {
            "early": kept["first"]["e1"] / kept["patient"]["e1"],
            "by_epoch": kept["patient"]["e10"] / kept["patient"]["e1"],
            "u": float(loss[-1] / loss[at]),
            "u_train": float(curves["train"][-1] / curves["train"][at]),
            "gain": float(loss[ended] / loss[best]),
        }
        steps = {"best_step": at + 1, "first_step": stop(loss, 1, 1)[1] + 1}
        each.append({**kept, **ratios, **steps})
    facts: Facts = {"networks": len(seeds), "train": TRAINED, "batch": batch, **medians(each)}
    facts |= {"validated": WATCHED, "by_chance": BY_CHANCE, "epochs": PATIENCE / PER_EPOCH}
    # forwards and backwards a digit costs three products with each matrix, forwards alone one
    facts["cost"] = {f"e{every}": WATCHED / (3 * batch * every) for every in (1, 10, 100)}
    facts["source"] = found["source"]
    return {"one": found[seeds[0]], "kept": [stopped(found[one]) for one in seeds]}, facts


draw = draw_stopped
