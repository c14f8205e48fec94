"""Training changes weights and biases; what it leaves alone was chosen"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import DENSE, block_of, medians
from kit.figures.backpropagation._kept import (
    CHOSEN_ONES,
    FOLLOWING,
    LEARNED_ONES,
    changes_in_training,
    draw_changes,
)

LECTURES = ("Das",)
CAPTION = (
    "Over {epochs} epochs the weights of {networks} small networks change by "
    "{training[weights]:.0%} of their size (medians), the biases, which begin at 0, by "
    "{training[biases]:.0%}: both are learned. Activations are neither one: on other points "
    "they differ by {points[activations]:.0%}, and nothing was trained. What neither changes "
    "somebody chose, such as the number of layers, and of the steps planned."
)
ALT = (
    "Two panels of bars, a row for each of eight things. After the training: weights "
    "{training[weights]:.0%}, biases {training[biases]:.0%}, activations "
    "{training[activations]:.0%}, all others 0. On other points: activations "
    "{points[activations]:.0%}, all others 0."
)
NOTES = Notes(
    look="The lecture's third question lists iterations (A), biases (B), weights (C), layers (D) "
    "and activation values (E). Take a vote on each: is it a hyperparameter?",
    point="Weights change by {training[weights]:.0%} of their size, biases by "
    "{training[biases]:.0%}: they are learned. Activations follow from them and from the points. "
    "The rest is as it was: hyperparameters, so the answers are A and D.",
    misconception="A hyperparameter is not what never changes. A learning rate may decay, and "
    "early stopping chooses the number of steps, but the rule for either was chosen. And chosen "
    "does not mean at will: it is chosen by the loss of data that the weights have not seen.",
)
CLAIMS = (
    Claim("learned", ">", 0.1, "training changes weights and biases by over {percent:g} %"),
    Claim("chosen", "==", 0, "it changes nothing of what was chosen"),
    Claim("learned_on_points", "==", 0, "on other points weights and biases are the same"),
    Claim("points.activations", ">", 0.1, "and activations differ by over {percent:g} %"),
)
CONTROL = Control(epochs=0, refutes="learned", words="no training")
QUIZ = Quiz(
    "What are (1), (2), (3)?",
    (
        Answer("the weights", r"\bweights\b"),
        Answer("the biases", r"\bbiases\b"),
        Answer("the activations", r"\bactivations\b"),
    ),
    caption="Eight things of {networks} small networks, before and after {epochs} epochs.",
    alt="Two panels of bars, a row for each of eight things: after the training three of them are "
    "not 0, on other points one.",
)

EPOCHS_LEARNED = 20


def measure(lab: Lab, seed: int, epochs: int = EPOCHS_LEARNED) -> tuple[Any, Facts]:
    seeds = lab.seeds(seed, of=DENSE)
    found = lab.run(changes_in_training, first=block_of(seed, DENSE)[0], epochs=epochs)
    each = []
    for one in seeds:
        training, points = found[one]["training"], found[one]["points"]
        facts: Facts = {"training": training, "points": points}
        facts["learned"] = {name: training[name] for name in LEARNED_ONES}
        facts["learned_on_points"] = {name: points[name] for name in LEARNED_ONES}
        facts["chosen"] = {name: training[name] + points[name] for name in CHOSEN_ONES}
        each.append(facts)
    causes = {
        cause: {
            name: [found[one][cause][name] for one in seeds]
            for name in (*LEARNED_ONES, *FOLLOWING, *CHOSEN_ONES)
        }
        for cause in ("training", "points")
    }
    return causes, {"networks": len(seeds), "epochs": epochs, **medians(each)}


def draw(causes: Any, facts: Facts) -> Any:
    return draw_changes(causes, facts["networks"])
