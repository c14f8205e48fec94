"""All-zero weights: all units of a layer stay the same"""

from kit.catalogue import Answer, Claim, Control, Notes, Quiz
from kit.catalogue.block_experiments import EPOCHS
from kit.catalogue.nine_networks import GLOROT
from kit.figures.initialization._zeros import draw_zeros, measure_zeros

LECTURES = ("Guillot", "Das", "Sridharan", "Makhmutova")
PLAY = {"activation": "tanh", "initializer": "zeros"}
CAPTION = (
    "BLOCK, our network of five hidden layers of 100 units, with sigmoid after "
    f"{EPOCHS} epochs; {{networks}} networks each, on the left that of seed {{seed}}. Started at "
    "zero, any two units of a layer still have the same weights, to rounding: "
    "{most_apart_zero:.0g} apart at most. The 100 weights from h5 to the output have "
    "{distinct_zero} value between them ({output_zero:.3f}): all units do the work of one. Started "
    "with Glorot, they have {distinct_glorot} values. With tanh and ReLU nothing moves but the "
    "output's bias: before training every other gradient is exactly 0."
)
ALT = (
    "Left, the 100 weights from h5 to the output after training: on one level at {output_zero:.3f} "
    "for all-zero initialization, scattered for Glorot. Right, the largest difference between "
    "units of each layer, median of {networks} networks: {most_apart_zero:.0g} for all-zero, "
    "{apart_glorot[h1]:.2g} in h1 for Glorot. Below, the largest gradient of each layer before "
    "training: 0 in h1 to h5 with sigmoid, tanh and ReLU; in the output "
    "{gradients[sigmoid][o]:.2f} with sigmoid alone."
)
NOTES = Notes(
    look="All weights of BLOCK, our network of five hidden layers, begin at zero. Does training "
    "change them at all? Take a vote, then look at the weights from h5 to the output.",
    point="They did move, to {output_zero:.3f}, and all hundred of them to the very same number. "
    "Units that begin alike get the same gradient at every step, so a layer of a hundred does the "
    "work of one. With tanh and ReLU not even that: their activations are 0, and so is every "
    "weight's gradient.",
    misconception="The trouble with zeros is not that nothing can be learned: the output's weights "
    "moved. It is that nothing tells one unit from another. Biases may begin at zero, as long as "
    "the weights do not: from Glorot's start there are {distinct_glorot} different weights.",
)
CLAIMS = (
    Claim("most_apart_zero", "<", 1e-6, "all-zero: units of a layer have the same weights, within "
          "{limit}"),
    Claim("activation_apart", "<", 1e-6, "all-zero: units of h5 have the same activation for every "
          "sample, within {limit}"),
    Claim("weights_of_two", "==", 0, "all-zero, tanh and ReLU: every weight's gradient is {limit}"),
    Claim("hidden_of_sigmoid", "==", 0, "all-zero, sigmoid: that of h1 to h5 is {limit}"),
    Claim("biases", ">", 0.05, "and the output's bias has one over {limit} with all three"),
    Claim("output_zero", "!=", 0, "all-zero: the output's weights did move"),
    Claim("distinct_glorot", "==", 100, "Glorot: all {limit} output weights differ"),
)  # fmt: skip
CONTROL = Control(
    initializer="glorot_normal",
    refutes=("most_apart_zero", "activation_apart", "weights_of_two", "hidden_of_sigmoid"),
    words="Glorot's initialization",
)
QUIZ = Quiz(
    "Which initialization is (1), which (2)?",
    (Answer("all zero", r"\b[Aa]ll[- ]zero\b"), GLOROT),
)

measure = measure_zeros
draw = draw_zeros
