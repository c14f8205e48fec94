"""Binary cross-entropy charges wrong classes too, categorical does not"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.saturation._one_hot import FOUR_OUTPUTS, draw_losses, losses_along, losses_of

LECTURES = ("Guillot", "Das")
CAPTION = (
    "Four classes, the first is right, and the network says {said}. One lecture's cross-entropy, "
    "the categorical, asks the right class alone: {loss[softmax]:.3f}. Another's, the binary one, "
    "takes every output for a yes-or-no question of its own and adds what the wrong ones cost: "
    "{loss[outputs]:.3f}. The squared error is {loss[squared]:.3f}. All three are 0 when the first "
    "output is 1; at {low:g} the first two are {at_low[softmax]:.1f} and {at_low[outputs]:.1f}, "
    "the squared error {at_low[squared]:.1f}."
)
ALT = (
    "Left, four outputs as bars, with what each adds to the loss of K outputs: {terms}. Right, "
    "three losses over the first output, from {low:g} to 1: both cross-entropies rise without end "
    "toward 0, the squared error does not."
)
NOTES = Notes(
    look="Two lectures write down the cross-entropy, and the formulas are not the same. What does "
    "each give for these four outputs? Let them compute both before you show the bars.",
    point="With the right class alone it is {loss[softmax]:.3f}, with all outputs "
    "{loss[outputs]:.3f}. The difference, {difference:.3f}, is what the three wrong outputs add.",
    misconception="The larger number is not the worse network, and the two cannot be compared. The "
    "first belongs to a softmax, whose outputs share one whole; the second to sigmoid outputs, "
    "each of which may be right or wrong by itself. Keras has a name for each.",
)
CLAIMS = (
    Claim("loss.softmax", "near", (0.462, 5e-4), "of the right class alone: {value}"),
    Claim("loss.outputs", "near", (0.861, 5e-4), "of all four outputs: {value}"),
    Claim("off_keras", "<", 1e-6, "Keras's losses give the same, within {limit}"),
    Claim("squared_most", "<", 2, "the squared error stays under {limit}, however wrong"),
    Claim("at_low.softmax", ">", 4, "the cross-entropy does not: over {limit} at the lower end"),
)
CONTROL = Control(low=0.1, refutes="at_low.softmax", words="0.1 as the lower end")
QUIZ = Quiz(
    "Which loss is (1), (2), (3)?",
    (
        Answer("the binary cross-entropy, of all outputs", r"\b[Bb]inary\b"),
        Answer("the categorical, of the right class alone", r"\b[Cc]ategorical\b"),
        Answer("the squared error", r"\b[Ss]quared error\b"),
    ),
    alt="Left, four outputs as bars; right, three losses over the first output.",
)


def measure(lab: Lab, seed: int, low: float = 0.01) -> tuple[Any, Facts]:
    found, terms, keras_off = losses_of(FOUR_OUTPUTS)
    first, along = losses_along(low)
    facts: Facts = {"loss": found, "terms": ", ".join(f"{one:.3f}" for one in terms)}
    facts |= {
        "said": ", ".join(f"{one:g}" for one in FOUR_OUTPUTS),
        "low": low,
        "off_keras": keras_off,
    }
    facts["difference"] = found["outputs"] - found["softmax"]
    facts["at_low"] = {name: float(curve[0]) for name, curve in along.items()}
    facts["squared_most"] = float(along["squared"].max())
    return {"terms": terms, "first": first, "along": along}, facts


def draw(data: Any, facts: Facts) -> Any:
    return draw_losses(data, facts["loss"])
