"use strict";
/*
 * The points of an answer, by the rules of kit/explorer/guess_scores.py, and one sentence why, with the
 * numbers of this very network. Adds to Kit.tasks.
 *
 * Theory: with n units and weights of standard deviation σ, a layer multiplies the rms of its input by
 * σ√n on the way to z, and delta by σ√n times the rms of f'(z) on the way back.
 */
Object.assign(
  Kit.tasks,
  (() => {
    const format = (value) => Kit.numbers.format(value, 2);
    const more = (value) => Kit.numbers.format(value, 3);

    /* 1 up to the ratio `whole`, 0 from `none` on, and between as the logarithm of the ratio. */
    function share(ratio, whole, none) {
      if (!(ratio > whole)) return ratio > 0 ? 1 : 0;
      if (!(ratio < none)) return 0;
      return (Math.log10(none) - Math.log10(ratio)) / (Math.log10(none) - Math.log10(whole));
    }

    const rounded = (points) => Math.floor(points + 0.5);
    const numbersIn = (text) => text.split(" ").map((one) => (one === "inf" ? Infinity : Number(one)));

    /* The points of each bar, from 0 to 1. */
    function barPoints(answer, truth) {
      const { whole, none } = Kit.tasks.rules("bars");
      const bars = numbersIn(truth);
      return numbersIn(answer).map((guess, k) => {
        const bar = bars[k];
        return guess && bar ? share(Math.max(guess / bar, bar / guess), whole, none) : Number(guess === bar);
      });
    }

    /* The settings of "mend" that are not as they were. */
    function changes(task, answer) {
      return Object.entries(Kit.tasks.settingsIn(answer))
        .filter(([name, value]) => String(task.parameters[name]) !== value)
        .map(([name]) => name);
    }

    /* Which conditions of "mend" hold: [ratio, loss]. */
    function conditions(truth) {
      const { ratio, loss } = Kit.tasks.rules("mend");
      const [found, after] = numbersIn(truth);
      return [found <= ratio, after <= loss];
    }

    const choice = (task, answer, truth) => (answer === truth ? Kit.tasks.rules(task.kind).right : 0);

    const SCORES = {
      bars(task, answer, truth) {
        const points = barPoints(answer, truth);
        return rounded(100 * (points.reduce((sum, one) => sum + one, 0) / points.length));
      },
      "which-initializer": choice,
      "which-activation": choice,
      "which-layer"(task, answer, truth) {
        const places = Object.keys(Kit.tasks.options(task));
        const apart = Math.abs(places.indexOf(answer) - places.indexOf(truth));
        const { right, near } = Kit.tasks.rules(task.kind);
        return [right, near, 0][Math.min(apart, 2)];
      },
      tune(task, answer, truth, tries) {
        const rule = Kit.tasks.rules("tune");
        const points = rounded(100 * share(numbersIn(truth)[0], rule.whole, rule.none));
        return Math.max(0, points - rule.try * (tries - 1));
      },
      mend(task, answer, truth, tries) {
        const rule = Kit.tasks.rules("mend");
        const held = conditions(truth);
        if (!held.every(Boolean)) return rule.half * held.filter(Boolean).length;
        const points = 100 - rule.change * Math.max(0, changes(task, answer).length - 1) - rule.try * (tries - 1);
        return Math.max(rule.least, points);
      },
    };

    /* Points from 0 to 100. */
    const score = (task, answer, truth, tries = 1) => SCORES[task.kind](task, answer, truth, tries);

    /* σ of the weights between hidden layers. */
    function stdOf({ weights, width }) {
      const [kind, std] = weights.split(":");
      return Math.sqrt(Kit.initializers.variance(kind, width, width, std === undefined ? undefined : Number(std)));
    }

    const rms = (array, f = (value) => value) => {
      let squares = 0;
      for (const value of array) squares += f(value) ** 2;
      return Math.sqrt(squares / array.length);
    };

    /* What a layer in the middle does: {sigma, root (√n), slope (rms of f'), gain, factor, layer}. */
    function middle(parameters) {
      const found = Kit.tasks.measured(parameters);
      const k = Math.floor(parameters.depth / 2);
      const sigma = stdOf(parameters);
      const root = Math.sqrt(parameters.width);
      const slope = rms(found.pass.z[k], Kit.activations[parameters.activation].slope);
      const size = rms(found.pass.a[k]);
      return { found, k, sigma, root, slope, size, factor: sigma * root * slope, name: `h${k + 1}` };
    }

    /* "σ√n · f′ = 0.02·10·0.25 = 0.05" with words. */
    function backwards(parameters) {
      const { sigma, root, slope, factor, name } = middle(parameters);
      return `on its way back each layer multiplies delta by about σ√n·f′(z) = ${format(sigma)}·${format(root)}·${format(slope)} = ${format(factor)} (f′ as rms in ${name})`;
    }

    function forwards(parameters) {
      const { sigma, root, size, name } = middle(parameters);
      return `forwards z has a standard deviation of about σ√n times the rms of the activations before it, ${format(sigma)}·${format(root)}·${format(size)} = ${format(sigma * root * size)} behind ${name}`;
    }

    const between = (stds, text) =>
      `from h${stds.length} to h1 it goes from ${more(stds.at(-1))} to ${more(stds[0])}${text || ""}`;

    const perLayer = (from, to, depth) => (to / from) ** (1 / (depth - 1));

    function whyBars({ parameters: p }) {
      const stds = Kit.tasks.measured(p).stds(p.quantity);
      if (p.quantity === "delta") return `${backwards(p)}: ${between(stds)}.`;
      if (p.quantity === "gradient") {
        const { pass, back } = Kit.tasks.measured(p);
        const forth = perLayer(rms(pass.a[0]), rms(pass.a[p.depth - 1]), p.depth);
        const home = perLayer(rms(back.delta[p.depth - 1]), rms(back.delta[0]), p.depth);
        return `∂loss/∂W is the activations before a layer times delta behind it: here a layer changes the activations by a factor of ${format(forth)} on the way forth and delta by ${format(home)} on the way back (theory: σ√n·f′(z) = ${format(middle(p).factor)}), so towards the input the gradient changes by about ${format(home)}/${format(forth)} = ${format(home / forth)} a layer; ${between(stds)}.`;
      }
      const far =
        p.activation === "sigmoid"
          ? "; whatever comes in, sigmoid's activations stay near 0.5, so nothing dies out forwards"
          : "";
      return `${forwards(p)}${far}: from h1 to h${stds.length} it goes from ${more(stds[0])} to ${more(stds.at(-1))}.`;
    }

    function whyInitializer(task) {
      const { parameters: p } = task;
      return `It was ${Kit.tasks.weightsInWords(p.weights)}: ${backwards(p)}, and ${between(Kit.tasks.measured(p).stds("delta"), " here")}.`;
    }

    const RANGES = {
      sigmoid: "all activations lie between 0 and 1",
      tanh: "activations lie on both sides of 0 and never beyond ±1",
      relu: "about half of the activations are exactly 0, and none is negative",
      leaky_relu: "negative Z-values are kept, five times smaller",
    };

    function whyActivation({ parameters: p }) {
      const { found, k, name } = middle(p);
      const spread = Kit.spreads.of(found.pass.a[k]);
      const facts =
        p.activation === "relu"
          ? `${Kit.numbers.percent(spread.zeros)} of them are 0`
          : `they go from ${format(spread.min)} to ${format(spread.max)}`;
      return `It was ${Kit.activations[p.activation].label}: ${RANGES[p.activation]}; in ${name} ${facts}, and ${backwards(p)}.`;
    }

    function whyLayer(task) {
      const { parameters: p } = task;
      const truth = Kit.tasks.truth(task);
      if (p.asks === "smallest") {
        const { factor } = middle(p);
        const goes =
          factor < 1
            ? "less than 1, so the first layer gets the least"
            : "more than 1, so it grows towards the first layer and is least in the last";
        return `${truth}: ${backwards(p)}, ${goes}; ${between(Kit.tasks.measured(p).stds("delta"))}.`;
      }
      const shares = Kit.tasks
        .shares(task)
        .map((one) => Kit.numbers.percent(one))
        .join(", ");
      const which = truth === "none" ? "None of them" : truth;
      const { pass } = Kit.tasks.measured(p);
      if (p.asks === "dies") {
        return `${which}: from h1 on the shares of dead units are ${shares}; what is left of the input shrinks (rms of the activations ${more(rms(pass.a[0]))} in h1, ${more(rms(pass.a[1]))} in h2), and the bias of ${Kit.numbers.format(p.bias)} is then more than z can make up for.`;
      }
      const { sigma, root, size } = middle(p);
      const { beyond } = Kit.tasks.table.saturated;
      return `${which}: the shares beyond ±${beyond} are ${shares}; z has a standard deviation of σ√n times the activations' rms, which settles at ${format(sigma)}·${format(root)}·${format(size)} = ${format(sigma * root * size)}, and tanh passes ${beyond} at z = ${more(Math.atanh(beyond))}.`;
    }

    function whyTune(task, answer) {
      const p = Kit.tasks.answered(task, answer);
      const { slope } = middle(p);
      const meant =
        p.activation === "relu"
          ? `√(2/n) = ${more(Math.sqrt(2 / p.width))}, as half of ReLU's slopes are 0`
          : `a little over 1/√n = ${more(1 / Math.sqrt(p.width))}, as tanh's slope is at most 1`;
      return `With σ = ${answer} ${backwards(p)}, and ${between(Kit.tasks.measured(p).stds("delta"))}; it stays where the factor is 1, here at σ = 1/(√n·f′) = ${more(1 / (Math.sqrt(p.width) * slope))} with this f′, and in theory at ${meant}.`;
    }

    const FAULTS = {
      small: (p) => `The weights were too small: ${backwards(p)}`,
      large: (p) => `The weights were too large, and tanh saturated: ${backwards(p)}`,
      zeros: () =>
        "With weights of 0 all activations of ReLU are 0, and so is every gradient of a weight: nothing can begin to learn",
      fast: (p) => `The learning rate of ${p.rate} was too high: each step leaps over the valley`,
      slow: (p) => `The learning rate of ${p.rate} was too low for ${Kit.tasks.table.training.epochs} epochs`,
      sigmoid: (p) => `Sigmoid's slope is at most 0.25: ${backwards(p)}`,
      dead: (p) =>
        `With biases of ${Kit.numbers.format(p.bias)} the ReLU units were dead: their slope is 0, and no gradient gets through`,
      shifted: (p) =>
        `The input was not centred: with a mean of 5 in each of its ten features every unit of h1 got a z of std ${format(Kit.spreads.of(Kit.tasks.measured(p).pass.z[0]).std)}, and was saturated`,
    };

    function whyMend(task, answer, truth) {
      const [ratio, loss] = numbersIn(truth);
      const now = `with your settings the deltas are within a factor of ${more(ratio)}, and the loss after training is ${more(loss)}`;
      return `${FAULTS[task.parameters.fault](task.parameters)}; ${now}.`;
    }

    const WHY = {
      bars: whyBars,
      "which-initializer": whyInitializer,
      "which-activation": whyActivation,
      "which-layer": whyLayer,
      tune: whyTune,
      mend: whyMend,
    };

    /* One sentence why the truth is what it is, of this very network. */
    function why(task, answer, truth) {
      const words = WHY[task.kind](task, answer, truth);
      return /^h\d/.test(words) ? words : words[0].toUpperCase() + words.slice(1);
    }

    /* An answer that has all points, for who shows the answers. */
    function solution(task) {
      if (task.kind === "mend") {
        const cured = { ...task.parameters, ...CURES[task.parameters.fault] };
        return Object.keys(Kit.tasks.table.menu)
          .map((name) => `${name}=${cured[name]}`)
          .join(";");
      }
      if (task.kind !== "tune") return Kit.tasks.truth(task);
      const { width, activation } = task.parameters;
      const first = (activation === "relu" ? Math.SQRT2 : 1.12) / Math.sqrt(width);
      const near = [1, 0.97, 1.03, 0.93, 1.07, 0.89, 1.12].map((by) => Kit.tasks.written(first * by));
      const good = (answer) => numbersIn(Kit.tasks.truth(task, answer))[0] <= Kit.tasks.rules("tune").whole;
      return near.find(good) ?? near[0];
    }

    const CURES = {
      small: { weights: "glorot_normal" },
      large: { weights: "glorot_normal" },
      zeros: { weights: "he_normal" },
      fast: { rate: "0.03" },
      slow: { rate: "0.03" },
      sigmoid: { activation: "tanh" },
      dead: { bias: "0" },
      shifted: { input: "centred" },
    };

    return { barPoints, changes, conditions, numbersIn, score, solution, why };
  })(),
);
