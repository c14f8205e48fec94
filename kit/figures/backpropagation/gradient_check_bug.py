"""Four faults planted in backpropagation, and where the check finds them"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.backpropagation._planted import checked, draw_verdicts

LECTURES = ("Das",)
CAPTION = (
    "A network of two hidden layers, its gradients worked out by hand: right, and with four "
    "faults. In the cells, the worst relative error against centred differences. A sum in the "
    "place of the mean, or a wrong sign at the output, spoils everything; a slope left out in "
    "layer 2 what lies below it; a penalty on the biases, the biases alone. Right ones are off by "
    "{worst_right:.0e} at most, wrong ones by {least_wrong:.2f} at least."
)
ALT = (
    "A table: five rows for gradients without a fault and with four, six columns from the "
    "output's weights back to the first layer's. Cells with a cross are wrong: {wrong[0]}, "
    "{wrong[1]}, {wrong[2]}, {wrong[3]} and {wrong[4]} of six."
)
NOTES = Notes(
    look="Each row is one program, with one line wrong. Read from the output backwards. Which line "
    "is it? Ask for every row before you read out the words on the right.",
    point="What is right is off by {worst_right:.0e} at most, what is wrong by {least_wrong:.2f} "
    "or more, and nothing lies between. {named} of the four faults the check also called by name.",
    misconception="That the loss falls proves nothing: with the sum in the place of the mean it "
    "falls too, as if at another learning rate. And a wrong gradient in the first layer does not "
    "mean that the fault is there: it is where the first cross stands, coming back.",
)
CLAIMS = (
    Claim("worst_right", "<", 1e-6, "what is right is off by under {limit}"),
    Claim("least_wrong", ">", 0.01, "what is wrong by over {limit}"),
    Claim("places_off", "==", 0, "a cross stands exactly where the fault reaches"),
    Claim("named", "==", 4, "all {limit} faults are named"),
)
CONTROL = Control(bias=0.0, refutes=("places_off", "named"), words="biases of 0")
QUIZ = Quiz(
    "What is wrong in (1), (2), (3), (4)?",
    (
        Answer("sign", r"\bsign\b"),
        Answer("slope f′ left out", r"slope f′ left out|without f′\(z\) of h2"),
        Answer("penalty on b", r"penalty on b\b|a penalty on a bias: 0\.1 b too much"),
        Answer("sum instead of mean", r"sum instead of mean|20 times as large"),
    ),
    caption="The gradients of a network of two hidden layers: right, and with four faults.",
    alt="A table of six gradients, for a program without a fault and for four with one.",
)  # fmt: skip


def measure(lab: Lab, seed: int, bias: float = 1.0) -> tuple[Any, Facts]:
    found = lab.run(checked, seed=seed, bias=bias)
    cells = [cell for row in found for cell in row["cells"]]
    facts: Facts = {
        "worst_right": max(cell["error"] for cell in cells if not cell["wrong"]),
        "least_wrong": min(cell["error"] for cell in cells if cell["wrong"]),
        "wrong": [sum(cell["wrong"] for cell in row["cells"]) for row in found],
        "places_off": sum(cell["wrong"] != cell["reached"] for cell in cells),
        "named": sum(row["named"] for row in found),
    }
    return found, facts


def draw(found: Any, facts: Facts) -> Any:
    return draw_verdicts(found)
