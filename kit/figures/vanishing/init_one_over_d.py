"""N(0, 1/D) keeps the spread of z, but not through layers of ReLU"""

from kit.catalogue import Answer, Claim, Control, Notes, Quiz
from kit.figures.vanishing._inputs import draw_inputs, measure_inputs

LECTURES = ("Olteanu",)
PLAY = {
    "activation": "relu", "initializer": "lecun_normal", "depth": 20, "view": "profile",
    "quantity": "z",
}  # fmt: skip
CAPTION = (
    "Left, one layer: with weights from N(0, 1/D) the std of z is {std[d10]:.2f} with 10 inputs "
    "and {std[d10000]:.2f} with 10,000, with N(0, 1) {unscaled[d10]:.1f} and "
    "{unscaled[d10000]:.0f}. Right, the rule that one lecture gives for sigmoid and ReLU alike, "
    "through {layers} layers of 100 ReLU units, medians of {networks} networks: z in the last is "
    "{one:.0e} times the first's, since each layer halves the mean square. With 2/D, He's rule, it "
    "is {two:.1f} times."
)
ALT = (
    "Left, std of z over the inputs D, both axes logarithmic: level at {std[d10]:.1f} for N(0, "
    "1/D), rising to {unscaled[d10000]:.0f} for N(0, 1). Right, z by layer up to {layers}: a "
    "straight fall to {one:.0e} of the first with N(0, 1/D), level with N(0, 2/D)."
)
NOTES = Notes(
    look="On the left, a unit with ten inputs and one with ten thousand. What must we do to the "
    "weights, for both to have the same z? Then ask whether the same rule holds for layer upon "
    "layer of ReLU.",
    point="Divide the variance by the number of inputs, and z stays at {std[d10000]:.2f}. But "
    "behind a ReLU half of the mean square is gone, at each layer. After {layers} of them "
    "{one:.0e} is left. Twice the variance makes up for it.",
    misconception="One over D is not wrong, it is one layer's rule: it keeps z if the inputs have "
    "a variance of one and a mean of zero. What ReLU hands on has neither. In a network of three "
    "layers you would hardly notice.",
)
CLAIMS = (
    Claim("std", "near", (1, 0.1), "N(0, 1/D): the std of z is {value} ± {tolerance}, whatever D"),
    Claim("over_root", "near", (1, 0.1), "N(0, 1): it is √D, within {tolerance:.0%}"),
    Claim("one", "<", 1e-5, "50 layers of ReLU with 1/D: z falls to under {limit}"),
    Claim("halvings", "near", (49, 8), "its mean square is halved {value} ± {tolerance} times"),
    Claim("two", "within", (0.1, 10), "with 2/D z stays within a factor of {high}"),
)  # fmt: skip
CONTROL = Control(shrink=0.0, refutes="std", words="weights from N(0, 1)")
QUIZ = Quiz(
    "Which variance have the weights in (1), (2), (3)?",
    (
        Answer("N(0, 1/D)", r"N\(0, 1/D\)|\b1/D\b"),
        Answer("N(0, 1)", r"N\(0, 1\)"),
        Answer("N(0, 2/D), He's", r"N\(0, 2/D\)|\b2/D\b"),
    ),
)

measure = measure_inputs
draw = draw_inputs
