"""A toy convnet reads most digits, LeNet-5 and the CNN read more"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.cnn._curves import draw_learning, facts_of_training, over_epochs
from kit.figures.cnn._digits_cnn import NOTE, ON_DIGITS

LECTURES = ("Olteanu",)
PLAY = {"page": "lenet"}
WORDS = {"lenet5": "LeNet-5", "cnn": "CNN for digits", "toy": "toy convnet"}
CAPTION = (
    f"{ON_DIGITS}; medians of {{networks}} networks each. LeNet-5, {{lenet5[parameters]:,}} "
    "parameters, gets {lenet5[accuracy]:.1%} of the test digits right, the CNN with ReLU and "
    "max-pooling, {cnn[parameters]:,} parameters, {cnn[accuracy]:.1%}, the toy convnet, with "
    "{toy[parameters]:,} parameters, {toy[accuracy]:.1%}."
)
ALT = (
    "Left, the training loss of three networks over {epochs} epochs on {source}, at the end "
    "{lenet5[loss]:.2f} for LeNet-5, {cnn[loss]:.2f} for the CNN, {toy[loss]:.2f} for the toy "
    "convnet; right, the share of test digits recognised, at the end {lenet5[accuracy]:.1%}, "
    "{cnn[accuracy]:.1%} and {toy[accuracy]:.1%}."
)
NOTES = Notes(
    look="Three networks, and one of them has {toy[parameters]:,} parameters only. How many of a "
    "hundred digits will that one read? Let them write down a number.",
    point="The toy reads {toy[accuracy]:.1%} of the test digits, LeNet-5 {lenet5[accuracy]:.1%}, "
    "the CNN with ReLU and max-pooling {cnn[accuracy]:.1%}.",
    misconception="It is not simply the number of parameters. The three differ in activation, "
    "pooling, filters and depth at once, and nobody has changed one thing at a time. What is shown "
    "are medians of {networks} networks; another set of seeds would move them a little.",
)
CLAIMS = (
    Claim("large", ">=", 0.9, "LeNet-5 and the CNN get at least {percent:g} % right"),
    Claim("toy.accuracy", ">", 0.8, "the toy convnet gets over {percent:g} % right"),
    Claim("ahead", ">", 0, "both get more right than the toy convnet"),
    Claim("toy.parameters", "<", 3_000, "which has under {limit:,} parameters"),
    Claim("cnn_ahead", ">", 0, "the CNN gets more right than LeNet-5 with {share} seeds"),
)
QUIZ = Quiz(
    "Which networks are (1), (2), (3)?",
    (
        Answer("LeNet-5", r"\bLeNet-5( \([\d,]+\))?"),
        Answer("the CNN for digits", r"\bCNN for digits( \([\d,]+\))?|\bthe CNN\b"),
        Answer("the toy convnet", r"(\bthe )?\btoy convnet( \([\d,]+\))?"),
    ),
)


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    trained = {name: lab.train_each_on_digits(name, seed) for name in WORDS}
    facts: Facts = {name: facts_of_training(some) for name, some in trained.items()}
    facts |= {**trained["cnn"][0].facts, "networks": len(trained["cnn"])}
    facts["large"] = {name: facts[name]["accuracy"] for name in ("lenet5", "cnn")}
    facts["cnn_ahead"] = facts["cnn"]["accuracy"] - facts["lenet5"]["accuracy"]
    facts["ahead"] = {name: one - facts["toy"]["accuracy"] for name, one in facts["large"].items()}
    metrics = ("loss", "val_accuracy")
    curves = {name: [over_epochs(some, one) for one in metrics] for name, some in trained.items()}
    return curves, facts


def draw(curves: Any, facts: Facts) -> Any:
    named = {f"{WORDS[name]} ({facts[name]['parameters']:,})": curves[name] for name in WORDS}
    note = f"{NOTE.format(**facts)}; in brackets: parameters"
    return draw_learning(named, ("Training loss", "Test digits"), note)
