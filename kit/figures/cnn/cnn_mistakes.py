"""The mistakes the CNN is surest of: would you have read them right?"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.cnn._readings import axes_in_rows, read_digits
from kit.plots import plot_images

LECTURES = ("Makhmutova", "Guillot")
PLAY = {"page": "cnn"}
SHOWN_MISTAKES = 12
CAPTION = (
    "{shown} of the {wrong} test digits ({source}) that the trained CNN takes for another, "
    "the surest first, at {surest:.0%}. It is {sure_wrong:.0%} sure on average where it is wrong "
    "and {sure_right:.0%} where it is right."
)
ALT = (
    "{shown} handwritten digits ({source}), each with what the network took it for and what it "
    "is, and how sure it was: {surest:.0%} for the first."
)
NOTES = Notes(
    look="Read every digit aloud, and only then look at what the network said and what is true. "
    "Would you have got them all?",
    point="Of its surest mistake the network is {surest:.0%} sure. On average it is "
    "{sure_wrong:.0%} sure where it is wrong, and {sure_right:.0%} where it is right.",
    misconception="A high probability is not a promise. Softmax shares out exactly one among ten "
    "digits, so the network has no way to say that it does not know. And these are the surest of "
    "{wrong} mistakes, not a fair sample of what it reads.",
)
CLAIMS = (
    Claim(
        "sure_wrong", "<", words="it is less sure where it is wrong, on average", than="sure_right"
    ),
    Claim("share_wrong", "<=", 0.04, "at most {percent:g} % of the test digits are read wrong"),
)
QUIZ = Quiz(
    "How did the CNN read these digits, and what are they?",
    (Answer("{1}, taken for {0}", r"read as (\S+), is (\S+)", each=True),),
)


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    read = read_digits(lab, seed)
    wrong, shown = read.wrong, read.surest_mistakes(SHOWN_MISTAKES)
    facts: Facts = {
        **read.facts,
        "shown": len(shown),
        "sure_wrong": float(read.sure[wrong].mean()) if wrong.any() else 0.0,
        "sure_right": float(read.sure[~wrong].mean()),
        "surest": float(read.sure[shown[:1]].max(initial=0)),
    }
    facts["share_wrong"] = facts["wrong"] / facts["test"]
    return read.of(shown), facts


def draw(data: Any, facts: Facts) -> Any:
    figure, axes = axes_in_rows(facts["shown"], SHOWN_MISTAKES // 2)
    if axes:
        plot_images(data["images"], labels=data["labels"], predicted=data["predicted"], axes=axes)
    for ax, sure in zip(axes, data["sure"], strict=True):
        ax.title.set_text(ax.get_title().replace("✗", "read as"))  # all are wrong: no cross needed
        ax.set_xlabel(f"{sure:.0%} sure")
    return figure
