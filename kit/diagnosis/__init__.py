"""What is wrong with a network, why, and what helps.

`diagnose` asks the rules of `RULEBOOK` about a model, a snapshot or a recording. `layer_evidence`
counts dead, saturated, constant and equal units and the directions that a layer spans;
`gradient_noise` tells how much of a minibatch's gradient is noise; `constant_loss` is what a
network has to beat. `RECIPES` are networks of which it is known what is wrong with them, made by
`network_of` and `data_of`; `trials` tells how the rules did on them.
"""

from kit.diagnosis.constant_answers import constant_loss
from kit.diagnosis.diagnosing import Diagnosis, diagnose
from kit.diagnosis.findings import RULEBOOK, Finding, Rule
from kit.diagnosis.noise_scale import gradient_noise
from kit.diagnosis.recipe import Recipe, data_of, network_of
from kit.diagnosis.recipe_list import RECIPES
from kit.diagnosis.trial import trials
from kit.diagnosis.units_of_layers import layer_evidence

__all__ = [
    "RECIPES",
    "RULEBOOK",
    "Diagnosis",
    "Finding",
    "Recipe",
    "Rule",
    "constant_loss",
    "data_of",
    "diagnose",
    "gradient_noise",
    "layer_evidence",
    "network_of",
    "trials",
]
