"""The CNN for digits learns nearly all there is in a few epochs"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Hidden, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.cnn._curves import draw_training_and_test, over_epochs
from kit.figures.cnn._digits_cnn import ON_DIGITS

LECTURES = ("Makhmutova",)
CAPTION = (
    f"Two 5x5 convolutions with pooling, {{parameters:,}} parameters, Adam; {ON_DIGITS}; medians "
    "of {networks} networks. Test accuracy is {first_val_accuracy:.1%} after the first epoch and "
    "{val_accuracy:.1%} after the last, where the training loss is {loss:.3f}."
)
ALT = (
    "Left, the cross-entropy of training and test digits ({source}) falling over {epochs} "
    "epochs, from {first_loss:.2f} to {loss:.3f} in training; right, the share recognised, at the "
    "end {accuracy:.1%} in training and {val_accuracy:.1%} in the test."
)
NOTES = Notes(
    look="How much of its final accuracy does the network have after a single pass over {train:,} "
    "digits? Let them guess, then look at the first epoch and at the last.",
    point="After one epoch it reads {first_val_accuracy:.1%} of the test digits, after {epochs} "
    "epochs {val_accuracy:.1%}. These are medians of {networks} networks with {parameters:,} "
    "parameters each.",
    misconception="In the first epochs the test digits come out better than the training digits, "
    "and that is no leak. Training is measured with dropout and while the network is still "
    "learning, the test without it and afterwards. And do not argue over the last decimal: it is a "
    "matter of very few digits.",
)
CLAIMS = (
    Claim("val_accuracy", ">=", 0.96, "at least {percent:g} % of the test digits are right"),
    Claim("loss_over_first", "<", 1 / 3, "the loss falls to under a third of the first epoch's"),
)
QUIZ = Quiz(
    "On which digits were (1) and (2) measured?",
    (
        Answer("those of the training", r"\b[Tt]raining\b"),
        Answer("those for testing", r"\b[Tt]est\b"),
    ),
    (Hidden(r" Training with dropout, test without;"),),
    caption="The CNN for digits: {parameters:,} parameters, Adam, {source}, {epochs} epochs.",
    alt="Left, two curves of the cross-entropy ({source}) falling over {epochs} epochs; right, "
    "two curves of the share recognised, rising.",
)


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    trained = lab.train_each_on_digits("cnn", seed)
    metrics = ("loss", "accuracy", "val_loss", "val_accuracy")
    curves = {name: over_epochs(trained, name) for name in metrics}
    facts: Facts = {
        **trained[0].facts,
        "parameters": trained[0].parameters,
        "networks": len(trained),
        **{name: float(curve["middle"].iloc[-1]) for name, curve in curves.items()},
        "first_val_accuracy": float(curves["val_accuracy"]["middle"].iloc[0]),
        "first_loss": float(curves["loss"]["middle"].iloc[0]),
    }
    facts["loss_over_first"] = facts["loss"] / facts["first_loss"]
    return curves, facts


def draw(found: Any, facts: Facts) -> Any:
    return draw_training_and_test(found, facts, dotted=0.97)
