"""A little dropout lowers the loss on few digits; too much hurts"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import DENSE, block_of, medians
from kit.figures.overfitting._rates import DROP_EPOCHS, INPUT_RATE, train_dropped
from kit.figures.overfitting._rates_drawn import draw_rates

LECTURES = ("Sridharan", "Guillot", "Makhmutova", "Olteanu", "Das")
CAPTION = (
    "A network of {units} ReLU units learns {train} digits ({source}, half size) over {epochs} "
    "epochs; medians and ranges of {networks} networks, each with digits of its own. With all "
    "units it has {wrong[units][r0]:.1%} of {test:,} test digits wrong, with a fifth of the units "
    "dropped {wrong[units][r2]:.1%}, with half {wrong[units][r5]:.1%}, with four fifths "
    "{wrong[units][r8]:.1%}. With a fifth of the inputs dropped as well it is "
    "{wrong[both][r0]:.1%}, {wrong[both][r2]:.1%}, {wrong[both][r5]:.1%} and "
    "{wrong[both][r8]:.1%}."
)
ALT = (
    "Left, the loss of test digits over {epochs} epochs. With nothing dropped it falls and rises "
    "again, to {end[units][r0]:.2f}; with half of the units and a fifth of the inputs dropped it "
    "falls to {end[both][r5]:.2f}. Right, the share of wrong test digits over the rate, from "
    "{wrong[units][r0]:.1%} down to {wrong[both][r2]:.1%} and up to {wrong[both][r8]:.1%}."
)
NOTES = Notes(
    look="Left: which curve turns round, and when? Right: where is the lowest point, and would you "
    "have guessed that rate? One lecture takes a tenth, one a fifth, one a half.",
    point="With nothing dropped the loss rises by {rise:.0%} from its lowest. With a fifth of "
    "units and inputs dropped {wrong[both][r2]:.1%} of the test digits are wrong, in place of "
    "{wrong[units][r0]:.1%}. With four fifths of "
    "the units gone as well, more are wrong than with none dropped.",
    misconception="More dropout is not more of a good thing. And dropout is slow: at four fifths "
    "the loss is still falling at the end, and a longer training would mend some of it. Nor does "
    "it fit better: on the training digits the loss is {fit[units][r0]:.3f} with nothing dropped, "
    "{fit[both][r5]:.3f} with half of the units and a fifth of the inputs.",
)
CLAIMS = (
    Claim("less", "<", 0.97, "a fifth of units and inputs dropped: loss under {percent:g} % of "
    "that with nothing dropped"),
    Claim("gain", ">", 0, "and fewer wrong digits, with {share} seeds"),
    Claim("most_costs", ">", 0, "four fifths of the units and a fifth of the inputs: more wrong "
    "than with a fifth of both"),
    Claim("most_over_none", ">", 0, "and more than with nothing dropped, with {share} seeds"),
    Claim("rise", ">", 0.02, "nothing dropped: the loss rises over {percent:g} % from its lowest"),
    Claim("fit_rises", "rises", words="the more units are dropped, with a fifth of the inputs, the "
    "larger the training loss"),
)  # fmt: skip
CONTROLS = (
    Control(some="r0 units", refutes=("less", "gain"), words="nothing dropped"),
    Control(most="r2", refutes="most_costs", words="a fifth in place of four fifths"),
)
QUIZ = Quiz(
    "What was dropped in (1), (2), (3)?",
    (
        Answer("nothing", r"nothing dropped"),
        Answer("half of the units", r"½ of the units(?!,)"),
        Answer("half of the units and a fifth of the inputs", r"½ of the units,\s⅕ of the inputs"),
    ),
    caption="A network of {units} ReLU units learns {train} digits.",
    alt="Left, the loss of test digits over {epochs} epochs; right, wrong digits over the rate.",
)


def measure(lab: Lab, seed: int, some: str = "r2 both", most: str = "r8") -> tuple[Any, Facts]:
    every = lab.run(train_dropped, first=block_of(seed, DENSE)[0])
    found = {one: every["found"][one] for one in lab.seeds(seed, of=DENSE)}
    rate, inputs = some.split()
    each = []
    for by in found.values():
        of: Any = {
            fact: {k: {name: one[fact] for name, one in rates.items()} for k, rates in by.items()}
            for fact in ("wrong", "end", "fit")
        }
        none, loss = of["wrong"]["units"]["r0"], by["units"]["r0"]["loss"]
        of["less"] = of["end"][inputs][rate] / of["end"]["units"]["r0"]
        of["gain"] = none - of["wrong"][inputs][rate]
        of["most_costs"] = of["wrong"]["both"][most] - of["wrong"]["both"]["r2"]
        of["most_over_none"] = of["wrong"]["both"]["r8"] - none
        of["rise"] = float(loss[-1] / loss.min() - 1)
        of["fit_rises"] = {r: of["fit"]["both"][r] for r in ("r2", "r5", "r8")}
        each.append(of)
    facts: Facts = {**every["facts"], "networks": len(found), "epochs": DROP_EPOCHS}
    return found, facts | {"input_rate": INPUT_RATE, **medians(each)}


def draw(found: Any, facts: Facts) -> Any:
    return draw_rates(found, facts)
