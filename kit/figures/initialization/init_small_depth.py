"""With ε = 0.01, each layer takes nine tenths or more, both ways"""

from kit.catalogue import Claim, Control, Notes, Quiz
from kit.catalogue.nine_networks import RELU, SIGMOID, TANH
from kit.figures.initialization._small import draw_small_depth, measure_small_depth

LECTURES = ("Guillot",)
PLAY = {"activation": "tanh", "depth": 10, "view": "profile", "quantity": "delta"}
CAPTION = (
    "The lecture draws weights from N(0, ε²) with ε = {epsilon}, for a network of one hidden "
    "layer. 100 units a layer, before training, on the ball, medians and ranges of {networks} "
    "networks: with tanh each layer more divides the gradient of h1 by {gradient_each[tanh]:.0f}, "
    "with ReLU by {gradient_each[ReLU]:.0f}, with sigmoid by {gradient_each[sigmoid]:.0f}. What "
    "differs from point to point in the output falls as fast: with six layers and tanh from "
    "{output[tanh][d1]:.0e} to {output[tanh][d6]:.0e}."
)
ALT = (
    "Two panels over one to six hidden layers, logarithmic, three straight lines in each, for "
    "sigmoid, tanh and ReLU. Left, the gradient of h1: tanh from {gradient[tanh][d1]:.0e} to "
    "{gradient[tanh][d6]:.0e}, sigmoid to {gradient[sigmoid][d6]:.0e}. Right, how much the "
    "output's z differs between points: tanh from {output[tanh][d1]:.0e} to {output[tanh][d6]:.0e}."
)
NOTES = Notes(
    look="Small random numbers, says the lecture, with a σ of {epsilon}. That is for one hidden "
    "layer. What happens with the second? Guess by which factor the gradient of h1 falls with "
    "each layer.",
    point="With tanh by {gradient_each[tanh]:.0f}, with sigmoid by {gradient_each[sigmoid]:.0f}. "
    "With six layers and tanh {gradient[tanh][d6]:.0e} is left of {gradient[tanh][d1]:.0e}. A sum "
    "over a hundred inputs with weights of {epsilon} is a tenth of them, and sigmoid's slope "
    "takes three quarters of that.",
    misconception="The rule is not wrong, it is a rule for a shallow network. Small weights keep "
    "units from saturating, as it says. It is the product over the layers that it does not speak "
    "of; hence Glorot's rule and He's, which know the number of inputs.",
)
CLAIMS = (
    Claim("gradient_each.tanh", "within", (7, 14), "tanh: each layer divides by {low} to {high}"),
    Claim("gradient_each.sigmoid", "within", (25, 60), "sigmoid: by {low} to {high}"),
    Claim("gradient_fall", ">", 1e4, "six layers: h1's gradient is over {limit:g} times smaller"),
    Claim("output_fall", ">", 1e4, "and so is what differs from point to point in the output"),
)
CONTROL = Control(
    epsilon=0.0, refutes=("gradient_fall", "output_fall"), words="weights that know their inputs"
)
QUIZ = Quiz("Which activations are (1), (2), (3)?", (SIGMOID, TANH, RELU))

measure = measure_small_depth
draw = draw_small_depth
