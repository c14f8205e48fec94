"""High learning rates and negative biases kill ReLU units"""

from kit.catalogue import Answer, Claim, Control, Notes, Quiz
from kit.figures.vanishing._dying import draw_dying, measure_dying

LECTURES = ("Olteanu",)
CAPTION = (
    "Two hidden layers of 100 units, SGD, {epochs} epochs on the ball, {networks} networks each: "
    "the share of h2's units whose z is above 0 for no point. With a learning rate of "
    "{rate[high]:g} it is {dead[rate]:.0%}, with {rate[low]:g} it is {dead[usual]:.0%}. A bias of "
    "{bias:g} at the start makes it {dead[bias]:.0%}, and it has been so before training. A unit "
    "of leaky ReLU keeps a gradient, {leak} of it, but is not back so soon: {leaky[bias]:.0%}, at "
    "the high learning rate {leaky[rate]:.0%}."
)
ALT = (
    "Two panels, the share of h2's units that answer to no point. Left, over the learning rate: "
    "{dead[usual]:.0%} at {rate[low]:g}, {dead[rate]:.0%} at {rate[high]:g}. Right, over the bias "
    "at the start: none at 0, {dead[bias]:.0%} at {bias:g}. Squares for leaky ReLU lie at "
    "{leaky[rate]:.0%} and {leaky[bias]:.0%}."
)
NOTES = Notes(
    look="A unit of ReLU that answers to no point gets no gradient, and stays as it is. How many "
    "of a hundred die when we train too fast? And when all biases begin below zero?",
    point="At a learning rate of {rate[high]:g}, {dead[rate]:.0%} are dead after {epochs} epochs, "
    "and none were before. With a bias of {bias:g}, {dead[bias_before]:.0%} never lived. A lower "
    "learning rate is the remedy: at {rate[low]:g} it is {dead[usual]:.0%}.",
    misconception="Leaky ReLU does not solve it at once. The slope below zero is small, so is the "
    "gradient there, and a unit takes as many times longer to come back: with the bias of "
    "{bias:g} the loss is {loss[leaky]:.2f}, with ReLU {loss[relu]:.2f}.",
)
CLAIMS = (
    Claim("dead.rate", ">", 0.25, "at a learning rate of 2 over {percent:g} % of h2 die"),
    Claim("dead.rate_before", "==", 0, "before training there were {limit}"),
    Claim("dead.usual", "<", 0.02, "at 0.1 under {percent:g} % die"),
    Claim("dead.bias", ">", 0.9, "with a bias of −2 over {percent:g} % answer to nothing"),
    Claim("leaky.bias", ">", 0.9, "leaky ReLU brings back under a tenth of them: over {percent:g} "
    "% stay"),
)  # fmt: skip
CONTROLS = (
    Control(rate=0.1, refutes="dead.rate", words="a learning rate of 0.1"),
    Control(bias=0.0, refutes="dead.bias", words="biases that begin at 0"),
)
QUIZ = Quiz(
    "Which activation is (1), which (2)?",
    (Answer("leaky ReLU", r"(?i:leaky\s+ReLU)"), Answer("ReLU", r"\bReLU\b")),
)

measure = measure_dying
draw = draw_dying
