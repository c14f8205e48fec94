"""High rates kill ReLU units in the first epoch, a bias of −2 before it"""

from kit.catalogue import Answer, Claim, Control, LectureAnimation, Notes, Quiz
from kit.figures.vanishing._dying import draw_dying, grow_dying, measure_dying

LECTURES = ("Olteanu",)
PLAY = {"activation": "relu", "initializer": "he_normal", "depth": 2, "rate": 2.0}
CAPTION = (
    "Two hidden layers of 100 units, SGD on the ball, medians and ranges of {networks} networks: "
    "the share of h2's units whose z is above 0 for no point, epoch by epoch. With a learning rate "
    "of {rate[high]:g} it is {dead[rate_first]:.0%} after the first epoch and {dead[rate]:.0%} "
    "after {epochs}, with {rate[low]:g} {dead[usual]:.0%}. A bias of {bias:g} makes it "
    "{dead[bias_before]:.0%} from the start. A unit of leaky ReLU keeps a gradient, {leak} of it, "
    "but is not back so soon: {leaky[bias]:.0%}, at the high learning rate {leaky[rate]:.0%}."
)
ALT = (
    "Two panels over the epochs, the share of h2's units that answer to no point. Left, by "
    "learning rate: near 0 with {rate[low]:g}; with {rate[high]:g} it rises in the first epoch to "
    "{dead[rate_first]:.0%} and ends at {dead[rate]:.0%}. Right, by bias at the start: 0 with 0, "
    "and with {bias:g} {dead[bias]:.0%} all along. A second kind of unit ends at {leaky[rate]:.0%} "
    "and {leaky[bias]:.0%}."
)
NOTES = Notes(
    look="A unit of ReLU that answers to no point gets no gradient, and stays as it is. How many "
    "of a hundred die when we train too fast, and when? And when all biases begin below zero?",
    point="At a learning rate of {rate[high]:g} none are dead before training, "
    "{dead[rate_first]:.0%} after one epoch and {dead[rate]:.0%} after {epochs}. With a bias of "
    "{bias:g}, {dead[bias_before]:.0%} never lived. A lower learning rate is the remedy: at "
    "{rate[low]:g} it is {dead[usual]:.0%}.",
    misconception="Leaky ReLU does not solve it at once. The slope below zero is small, so is the "
    "gradient there, and a unit takes as many times longer to come back: with the bias of "
    "{bias:g} the loss is {loss[leaky]:.2f}, with ReLU {loss[relu]:.2f}.",
)
CLAIMS = (
    Claim("dead.rate", ">", 0.25, "at a learning rate of 2 over {percent:g} % of h2 die"),
    Claim("dead.rate_first", ">", 0.25, "over {percent:g} % are dead after the first epoch"),
    Claim("dead.rate_before", "==", 0, "before training there were {limit}"),
    Claim("dead.usual", "<", 0.02, "at 0.1 under {percent:g} % die"),
    Claim("dead.bias_before", ">", 0.9, "with a bias of −2 over {percent:g} % from the start"),
    Claim("dead.bias", ">", 0.9, "and after training over {percent:g} % still answer to nothing"),
    Claim("leaky.bias", ">", 0.9, "leaky ReLU brings back under a tenth of them: over {percent:g} "
    "% stay"),
)  # fmt: skip
CONTROLS = (
    Control(rate=0.1, refutes=("dead.rate", "dead.rate_first"), words="a learning rate of 0.1"),
    Control(bias=0.0, refutes=("dead.bias", "dead.bias_before"), words="biases that begin at 0"),
)
QUIZ = Quiz(
    "Which activation is (1), which (2)?",
    (Answer("leaky ReLU", r"(?i:leaky\s+ReLU)"), Answer("ReLU", r"\bReLU\b")),
)
ANIMATION = LectureAnimation(
    grow_dying, f"Growing from epoch to epoch: {ALT}", fps=2.0, title="Which units die, and when"
)

measure = measure_dying
draw = draw_dying
