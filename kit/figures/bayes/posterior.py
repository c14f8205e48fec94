"""Every point makes the posterior narrower, and the prior matters less"""

from __future__ import annotations

from typing import Any

import numpy as np

from kit.catalogue import Answer, Claim, Control, Lab, LectureAnimation, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.bayes._normal_means import (
    COUNTS,
    MEAN_OF_POINTS,
    MOST_POINTS,
    animate_posterior,
    draw_posteriors,
    drawn_points,
    log_densities,
    log_evidence,
    normal_density,
    updated,
)

LECTURES = ("Makhmutova",)
CAPTION = (
    "The mean μ of points with σ = 1, which is {truth:g}; before any point it is thought to be "
    "N(0, {tau:g}²). Prior times likelihood (drawn with area 1), divided by the evidence, is the "
    "posterior: after 1 point {mean[n1]:.2f} ± {std[n1]:.2f}, after 5 {mean[n5]:.2f} ± "
    "{std[n5]:.2f}, after 50 {mean[n50]:.2f} ± {std[n50]:.2f}. The evidence, how probable the "
    "points are over all μ, falls from {evidence[n1]:.2g} to {evidence[n50]:.1g}."
)
ALT = (
    "Four panels over the mean μ, after 0, 1, 5, 50 points. Without points the posterior is the "
    "prior, a wide bell at 0. Then it moves to the likelihood and gets narrower, of σ "
    "{std[n1]:.2f}, {std[n5]:.2f}, {std[n50]:.2f}; at last both lie on each other, near the truth."
)
NOTES = Notes(
    look="The dotted curve stays: what was thought before. After how many points would you no "
    "longer see it in the posterior?",
    point="This prior weighs as much as one point: after one the posterior is half-way, after "
    "fifty, {away:.2f} of its own widths from the mean of the points. It has become narrower with "
    "each of them: {std[n1]:.2f}, {std[n5]:.2f}, {std[n50]:.2f}.",
    misconception="Fifty points do not always win. A prior that is too sure, twenty times as "
    "narrow, keeps the mean at {stuck:.2f} and is as sure of that. The width tells how sure the "
    "model is, if prior and noise are what was said, and not how far the truth is.",
)
CLAIMS = (
    Claim("widths", "falls", words="each point makes the posterior narrower"),
    Claim("away", "<", 0.6, "after 50 points its mean is under {limit} of its σ from the points'"),
    Claim("off", "<", 1e-9, "integrated numerically, evidence and posterior are the same, within "
          "{limit}"),
    Claim("in_turn", "<", 1e-12, "point after point gives the same as all at once, within {limit}"),
    Claim("held", "<", 2, "the truth lies within {limit} σ after 50 points with {share} seeds"),
)  # fmt: skip
CONTROL = Control(tau=0.05, refutes="away", words="a prior of σ = 0.05")
QUIZ = Quiz(
    "Which curve is (1), which (2), which (3)?",
    (Answer("the prior", r"\bprior\b"), Answer("the likelihood", r"\blikelihood(, area 1)?"),
     Answer("the posterior", r"\bposterior\b")),
    caption="What is thought of a mean, after 0, 1, 5, 50 points with σ = 1.",
    alt="Four panels over the mean μ, after 0, 1, 5, 50 points, with three curves each.",
)  # fmt: skip


def measure(lab: Lab, seed: int, tau: float = 1.0) -> tuple[Any, Facts]:
    points, means = drawn_points(seed, MOST_POINTS), np.linspace(-8, 8, 3_201)
    prior, step = normal_density(means, 0, tau), float(means[1] - means[0])
    found = [updated(points[:n], 0, tau) for n in range(MOST_POINTS + 1)]
    curves = {"likelihood": [np.full(len(means), np.nan)], "posterior": [prior]}
    in_turn, off, evidence = [(0.0, tau)], [], [1.0]
    for n in range(1, MOST_POINTS + 1):
        likelihood = np.exp(log_densities(points[:n], means))
        in_turn.append(updated(points[n - 1 : n], *in_turn[-1]))
        evidence.append(float(np.exp(log_evidence(points[:n], 0, tau))))
        off.append(abs(float((prior * likelihood).sum()) * step / evidence[-1] - 1))
        curves["likelihood"].append(likelihood / (likelihood.sum() * step))
        curves["posterior"].append(prior * likelihood / evidence[-1])
        off.append(float(np.abs(curves["posterior"][-1] - normal_density(means, *found[n])).max()))
    facts: Facts = {"truth": MEAN_OF_POINTS, "tau": tau, "widths": [std for _, std in found]}
    facts |= {"off": max(off), "in_turn": float(np.abs(np.subtract(in_turn, found)).max())}
    for name, values in (("mean", [one for one, _ in found]), ("std", facts["widths"]),
                         ("evidence", evidence)):  # fmt: skip
        facts[name] = {f"n{n}": values[n] for n in COUNTS}
    mean, std = found[-1]
    facts |= {"away": abs(mean - float(points.mean())) / std, "stuck": updated(points, 0, 0.05)[0]}
    facts["held"] = abs(mean - MEAN_OF_POINTS) / std
    return {"means": means, "prior": prior} | {k: np.array(v) for k, v in curves.items()}, facts


def draw(data: Any, facts: Facts) -> Any:
    return draw_posteriors(data, facts)


ANIMATION = LectureAnimation(
    animate=animate_posterior,
    alt="Prior, likelihood and posterior after every point from 0 to 50: the posterior leaves the "
    "prior, follows the likelihood, and narrows to σ = {std[n50]:.2f}.",
    fps=5.0,
)
