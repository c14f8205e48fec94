"""By epoch batch sizes are far apart; by update nearly together"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import DENSE, block_of, medians
from kit.figures.backpropagation._batch_sizes import (
    RATE_OF_SIZES,
    draw_sizes,
    needed,
    train_sizes,
)

LECTURES = ("Guillot", "Das")
CAPTION = (
    "Two layers of 20 ReLU units, n = 1,000 points of the ball, SGD with rate {rate:g} for "
    "minibatches of 1, of 32 and of all n; medians and ranges of {networks} networks. The loss "
    "is half that of guessing, ln 2 (dotted), after {one[epochs]:.1f}, {some[epochs]:.0f} and "
    "{all[epochs]:.0f} epochs, but after {one[updates]:,.0f}, {some[updates]:,.0f} and "
    "{all[updates]:,.0f} updates. An epoch is the same arithmetic for every size; an update of "
    "all n is n times that of one point."
)
ALT = (
    "Two panels of the loss on logarithmic axes, by epoch and by update, for minibatches of 1, 32 "
    "and all data, {networks} networks each. By epoch the curves lie far apart, in the order of "
    "their sizes; by update they lie close together."
)
NOTES = Notes(
    look="Three sizes of minibatches. Which is the fastest? Let them vote, then ask: fastest by "
    "which clock?",
    point="By epoch, one point at a time: {one[epochs]:.1f} against {some[epochs]:.0f} and "
    "{all[epochs]:.0f}. By update, all data at once, with {all[updates]:,.0f} against "
    "{one[updates]:,.0f}, though the 32 need hardly more: {some[updates]:,.0f}.",
    misconception="More data in a step do not make the step much better: from 32 to all data it is "
    "thirty times the arithmetic, for hardly fewer updates. What that is in seconds depends on the "
    "machine, which works on many points at once. And with larger minibatches one would take a "
    "larger rate, which was kept the same here.",
)
CLAIMS = (
    Claim("epochs_saved", ">", 5, "32 at a time take over {limit} times the epochs of 1 at a time"),
    Claim("epochs_more", ">", 10, "all at once takes over {limit} times those of 32"),
    Claim("updates_more", "within", (1.1, 4), "1 takes {low} to {high} times the updates of all"),
    Claim("updates_like", "within", (0.8, 1.25), "32 take {low} to {high} times those of all"),
)
CONTROL = Control(small=32, refutes=("epochs_saved", "updates_more"), words="32 in place of 1")
QUIZ = Quiz(
    "How large are the minibatches of (1), (2), (3)?",
    (Answer("1", r"m = 1\b"), Answer("32", r"m = 32\b"), Answer("all data", r"m = n\b")),
    caption="Two layers of 20 ReLU units, 1,000 points of the ball, SGD, three sizes of "
    "minibatches.",
    alt="Two panels of the loss, by epoch and by update, for three sizes of minibatches.",
)


def measure(lab: Lab, seed: int, small: int = 1) -> tuple[Any, Facts]:
    seeds = lab.seeds(seed, of=DENSE)
    found = lab.run(train_sizes, first=block_of(seed, DENSE)[0])
    losses = {size: {one: by[one] for one in seeds} for size, by in found.items()}
    each = []
    for one in seeds:
        of = {size: needed(by[one], size) for size, by in losses.items()}
        less, some, every = of[small], of[32], of[1_000]
        ratios = {
            "epochs_saved": some["epochs"] / less["epochs"],
            "epochs_more": every["epochs"] / some["epochs"],
            "updates_more": less["updates"] / every["updates"],
            "updates_like": some["updates"] / every["updates"],
        }
        each.append({"one": less, "some": some, "all": every, **ratios})
    facts: Facts = {"networks": len(seeds), "rate": RATE_OF_SIZES, **medians(each)}
    return losses, facts


def draw(losses: Any, facts: Facts) -> Any:
    return draw_sizes(losses, facts["networks"])
