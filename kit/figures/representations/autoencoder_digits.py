"""With layers around its code an autoencoder beats PCA at each size"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import CONVOLUTIONAL, block_of
from kit.figures.representations._code_sizes import draw_codes, facts_of_codes, train_codes

LECTURES = ("Guillot",)
CAPTION = (
    "{test:,} test digits ({source}, half size) told again from 2, 8 and 32 numbers, by principal "
    "components and by networks with {around} tanh units on each side of the code, trained on "
    "{train:,} digits; medians of {networks}. Mean squared error of a pixel: {pca[n2]:.3f} and "
    "{bent[n2]:.3f} with 2 numbers, {pca[n8]:.3f} and {bent[n8]:.3f} with 8, {pca[n32]:.4f} and "
    "{bent[n32]:.4f} with 32. A network without bends comes to PCA's error, and never below it "
    "on the digits that it was trained on."
)
ALT = (
    "Left, ten digits and below them what 2, 8 and 32 numbers tell of them, by PCA and by a "
    "network: blurred with 2, readable with 8, sharp with 32, and the network's are sharper. "
    "Right, the error over the units of the code, PCA's and the linear network's on each other, "
    "the network's below: with 2 units {beside[n2]:.0%} of PCA's, with 32 {beside[n32]:.0%}."
)
NOTES = Notes(
    look="Compare the rows in pairs. Which digits can you read from two numbers, which from eight? "
    "Whose are better, PCA's or the network's?",
    point="With as many numbers the network has {beside[n2]:.0%}, {beside[n8]:.0%} and "
    "{beside[n32]:.0%} of PCA's error. The same without its bends, and without the layers around "
    "the code, ends within {linear_off:.1%} of PCA's: among linear codes that is the best.",
    misconception="It is not enough that the encoder bends: with a decoder of one linear layer PCA "
    "stays the limit. A lecture says to limit the number of hidden layers; what is limited here "
    "is the width of one of them, and more layers around it make the error smaller.",
)
CLAIMS = (
    Claim("beside", "<", 0.95, "with 2, 8 and 32 units under {percent:g} % of PCA's error"),
    Claim("linear_off", "<", 0.02, "linear networks end less than {percent:g} % above PCA"),
    Claim("linear_least", ">", -1e-4, "and none below it, on the digits it was trained on"),
    Claim("bent", "falls", words="the more units, the smaller the error"),
)
CONTROL = Control(kind="linear", refutes="beside", words="linear layers")
QUIZ = Quiz(
    "Whose are the rows and lines (1), (2)?",
    (
        Answer("principal components", r"\bPCA\b(, and a\nlinear network)?"),
        Answer("the network's", r"(?<!linear )\bnetwork\b(\nwith tanh)?"),
    ),
    caption="Test digits told again from 2, 8 and 32 numbers, in two ways.",
    alt="Left, ten digits and what 2, 8 and 32 numbers tell of them; right, the errors.",
)


def measure(lab: Lab, seed: int, kind: str = "bent") -> tuple[Any, Facts]:
    found = lab.run(train_codes, first=block_of(seed, CONVOLUTIONAL)[0])
    return facts_of_codes(found, lab.seeds(seed, of=CONVOLUTIONAL), kind)


def draw(data: Any, facts: Facts) -> Any:
    return draw_codes(data, facts)
