"""Sigmoid with Glorot: the gradient shrinks about four times a layer"""

from kit.catalogue import Claim, Control, Notes, Quiz
from kit.catalogue.nine_networks import RELU, SIGMOID, TANH
from kit.figures.vanishing._depths import draw_depths, measure_depths

LECTURES = ("Makhmutova", "Olteanu")
PLAY = {"depth": 20, "initializer": "glorot_normal", "view": "profile", "quantity": "gradient"}
CAPTION = (
    "Layers of 100 units before training, random inputs, medians and ranges of {networks} "
    "networks: by how much the gradient of h2 is smaller than that of the last hidden layer. With "
    "sigmoid and Glorot by {fall[sigmoid][d3]:.1f} at depth 3, by {fall[sigmoid][d7]:,.0f} at 7, "
    "by {fall[sigmoid][d20]:.1e} at 20. Theory, dashed, says {each:.2f} for each layer and "
    "{predicted[d20]:.1e} for 20. With tanh and Glorot it stays, with ReLU and He nearly."
)
ALT = (
    "Gradient of h2 over that of the last hidden layer, on a logarithmic axis over the depth, 3 to "
    "20. Sigmoid falls on a straight line from 1/{fall[sigmoid][d3]:.1f} to "
    "1/{fall[sigmoid][d20]:.1e}, with theory's dashed line upon it. At depth 20 tanh is at "
    "1/{fall[tanh][d20]:.1f}, ReLU at 1/{fall[ReLU][d20]:.1f}."
)
NOTES = Notes(
    look="We take the initialization that is said to suit sigmoid, Glorot's, and make the network "
    "deeper. The axis is logarithmic. How much is left in h2 with ten hidden layers? A tenth?",
    point="Every layer costs a factor of {each:.1f}, so ten layers leave one part in "
    "{fall[sigmoid][d10]:.0e}. A straight line on this axis is a power of the depth. tanh and "
    "ReLU, each with its own rule, lose next to nothing.",
    misconception="Sigmoid's slope is at most a quarter, so the factor seems to be exactly four. "
    "It is {each:.2f}: the units do not all sit at the steepest point. And it is not the slope "
    "alone: wider weights make up for it.",
)
CLAIMS = (
    Claim("fall.sigmoid.d20", ">", 1e10, "sigmoid, 20 layers: it falls over {limit:g}-fold"),
    Claim("over_predicted", "within", (0.25, 4), "as in theory, within a factor of {high}"),
    Claim("fall.tanh", "within", (0.1, 10), "tanh with Glorot stays within a factor of {high}"),
    Claim("fall.ReLU", "within", (0.1, 10), "ReLU with He stays within a factor of {high}"),
)  # fmt: skip
CONTROL = Control(sigmoid="tanh", refutes=("fall.sigmoid.d20", "over_predicted"), words="tanh")
QUIZ = Quiz("Which activations are (1), (2), (3)?", (SIGMOID, TANH, RELU))

measure = measure_depths
draw = draw_depths
