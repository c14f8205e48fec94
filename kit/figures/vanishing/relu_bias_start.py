"""A small positive bias hardly helps ReLU, a negative one may stop it"""

from kit.catalogue import Answer, Claim, Control, Notes, Quiz
from kit.figures.vanishing._dying import draw_bias_start, measure_bias_start

LECTURES = ("Olteanu",)
PLAY = {
    "activation": "relu", "initializer": "he_normal", "depth": 2, "bias": -2.0,
    "view": "curves",
}  # fmt: skip
CAPTION = (
    "Two hidden layers of 100 ReLU units, He, SGD, the ball; medians of {networks} networks with "
    "their range. All biases begin at one number. After {epochs} epochs the loss is "
    "{end[positive]:.3f} with 0.1 and {end[zero]:.3f} with 0: the lecture's small positive "
    "constant hardly matters here. With −1 it is {end[negative]:.3f}. With −2 it stays at "
    "{end[worst]:.3f}, that of guessing, since {dead:.0%} of h2's units answer to no point."
)
ALT = (
    "Training loss over {epochs} epochs for four biases. 0.1 and 0 fall together to "
    "{end[positive]:.3f} and {end[zero]:.3f}, −1 to {end[negative]:.3f}; −2 stays level at "
    "{end[worst]:.3f}, on the dotted line of guessing."
)
NOTES = Notes(
    look="Four networks, alike but for the bias that all their units begin with: a small positive "
    "one, none, and two negative ones. Which curve is which? And can you tell the two that learn "
    "best apart?",
    point="A small positive bias gains {end[zero]:.3f} against {end[positive]:.3f}, next to "
    "nothing. A negative one costs: with −1 the loss is {negative_over_zero:.1f} times that with "
    "0, and with −2 nothing is learned.",
    misconception="That a positive bias keeps units alive is true, but He's weights with a bias of "
    "0 do so too: a unit answers to about half of the points. So the constant is no remedy for "
    "networks that were alive already.",
)
CLAIMS = (
    Claim("positive_over_zero", "within", (0.8, 1.1), "0.1 or 0: the losses' ratio is {low} to "
    "{high}"),
    Claim("negative_over_zero", ">", 2, "−1: the loss ends over {limit} times as high as with 0"),
    Claim("worst_from_guessing", "<", 0.01, "−2: nothing learned, within {limit} of guessing"),
    Claim("dead", ">", 0.9, "−2: over {percent:g} % of h2's units answer to no point at the start"),
)  # fmt: skip
CONTROL = Control(worst=-1.0, refutes=("worst_from_guessing", "dead"), words="biases of −1")
QUIZ = Quiz(
    "Which biases did (1) to (4) begin with?",
    tuple(Answer(one, rf"(?<!\d)(bias )?{one}(?![.\d])") for one in ("0.1", "0", "−1", "−2")),
    caption="Two hidden layers of 100 ReLU units, He, SGD, the ball; all biases begin at one "
    "number.",
    alt="Training loss over {epochs} epochs for four biases, and the dotted line of guessing.",
)

measure = measure_bias_start
draw = draw_bias_start
