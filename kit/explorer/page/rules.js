"use strict";
/*
 * The rules, asked: each of these functions is one of kit.diagnosis's, and returns what it finds.
 *
 * Sizes of gradients are compared between layers, never with a number; shares are counted by unit.
 * What is there at the first moment and not at the last has passed, and is a hint. Thresholds come
 * from Python, with the rules' words.
 */
Kit.rules = (() => {
  const { isFinite } = Number;
  const { largestOf, nonfiniteOf, rounded } = Kit.trainingRules;
  const told = (value) => (Number.isNaN(value) ? "NaN" : Kit.numbers.format(value));
  const share = (value) => Kit.numbers.percent(value);
  const ENTROPIES = ["binary_crossentropy", "categorical_crossentropy"];

  const hiddenOf = (moment) => moment.layers.filter((one) => !one.output);
  const isWhole = (moment) => !nonfiniteOf(moment) && isFinite(moment.loss);
  const severityOf = (view) => (view.learns ? "warning" : "fault");
  const entry = (view, name) => view.facts.layers.find((one) => one.name === name);

  function nonFinite(view) {
    const moment = view.moments.find((one) => !isWhole(one));
    if (!moment) return [];
    const layer = moment.layers.find((one) => one.nonfinite);
    const count = nonfiniteOf(moment);
    const what = count
      ? `${count.toLocaleString("en")} values are NaN or infinite`
      : `the loss is ${moment.loss}`;
    const first = layer ? `, first in ${layer.name}` : "";
    const words = `${what}${first}, from epoch ${moment.epoch} on`;
    const later = moment.epoch > view.moments[0].epoch && view.facts.optimizer;
    const change = later ? { rate: rounded(view.facts.optimizer.rate / 10) } : null;
    const where = { layer: layer ? layer.name : null, began: moment.epoch };
    return [{ severity: "fault", words, ...where, measured: count, change }];
  }

  function output(view) {
    const { output: made, loss, targets } = view.facts;
    const wrong = wrongOutput(made, loss, targets).map(([measured, words]) => {
      return { severity: "fault", words, layer: made.layer, measured };
    });
    const limit = view.limit("inputs");
    const far = made.activation === "linear" && !ENTROPIES.includes(loss) && targets.rms > limit;
    if (wrong.length || !far) return wrong;
    const begins = "and a network begins with answers of about 1";
    const words = `targets have an rms of ${told(targets.rms)}, ${begins}`;
    const severity = view.learns ? "hint" : "warning";
    const numbers = { measured: targets.rms, predicted: 1, threshold: limit };
    return [{ severity, words, layer: made.layer, ...numbers }];
  }

  function wrongOutput({ activation, units }, loss, { low, high, beyond }) {
    const found = [];
    if (activation === "softmax" && units === 1) {
      found.push([1, "softmax over one unit is 1, whatever the network computes"]);
    }
    if (ENTROPIES.includes(loss) && !["softmax", "sigmoid"].includes(activation)) {
      found.push([1, `the loss takes probabilities, and ${activation} gives any number`]);
    }
    if (loss === "binary_crossentropy" && (low < 0 || high > 1)) {
      const range = `from ${told(low)} to ${told(high)}`;
      found.push([1, `binary cross-entropy takes targets from 0 to 1, and they go ${range}`]);
    }
    const out = beyond[activation === "softmax" ? "sigmoid" : activation] || 0;
    if (!ENTROPIES.includes(loss) && out) {
      found.push([out, `${share(out)} of the targets are beyond what ${activation} can give`]);
    }
    return found;
  }

  function inputs(view) {
    const { rms, mean, std, largest, features } = view.facts.inputs;
    const limit = view.limit("inputs");
    const ratio = std ? mean / std : Infinity;
    const found = [];
    if (mean > limit * std) found.push([ratio, `their mean is ${told(ratio)} times their std`]);
    if (features > 1 && largest > limit) {
      const times = told(Math.round(largest));
      found.push([largest, `the largest feature is ${times} times the middle one`]);
    }
    if (rms && !(rms >= 1 / limit && rms <= limit)) {
      found.push([Math.max(rms, 1 / rms), `their rms is ${told(rms)}; 1 is meant`]);
    }
    if (!found.length) return [];
    const [measured, words] = largestOf(found, (one) => one[0]);
    const change = { input: "scaled" };
    return [{ severity: severityOf(view), words, measured, predicted: 1, change }];
  }

  /* Layers whose share is beyond a rule's threshold, the worst of them in one finding. */
  function lasting(view, name, say, change, atFirst = null) {
    const limit = view.limit(name);
    const above = view.moments.map((one) => hiddenOf(one).filter((layer) => layer[name] > limit));
    const first = above.findIndex((layers) => layers.length);
    if (first < 0) return [];
    const began = view.moments[first].epoch;
    const shown = above.map((layers) => layers.length > 0);
    const passed = passedAt(view, shown);
    const layers = above[passed === null ? shown.lastIndexOf(true) : first];
    const worst = largestOf(layers, (one) => one[name]);
    let words = `${say(share(worst[name]))} in ${worst.name}`;
    if (layers.length > 1) words += `, and above ${share(limit)} in ${layers.length - 1} more`;
    words += since(began, passed, view);
    const severity = passed === null ? severityOf(view) : "hint";
    const atStart = view.untrained && first === 0 && entry(view, worst.name).bias > 0;
    const tried = atFirst && atStart ? atFirst : change;
    const shownBy = { layer: worst.name, measured: worst[name] };
    return [{ severity, words, ...shownBy, began, passed, change: tried }];
  }

  /* The epoch from which on nothing shows it any more; null where the last one still does. */
  function passedAt(view, shown) {
    const last = shown.lastIndexOf(true);
    const later = view.moments.find((one, k) => k > last && isWhole(one));
    return later ? later.epoch : null;
  }

  function since(began, passed, view) {
    if (!view.isRun) return "";
    const words = began ? `, from epoch ${began} on` : ", from the start";
    return passed === null ? words : `${words}; no more at epoch ${passed}`;
  }

  const fittingOf = (view) => ({ kind: Kit.expected.fittingName(view.facts.layers[0].activation) });
  const noBiases = { bias: 0 };

  function copies(view) {
    const say = (part) => `${part} of the units answer every sample as another one does`;
    return lasting(view, "copies", say, { initializer: fittingOf(view) });
  }

  function dead(view) {
    const say = (part) => `${part} of the units are 0 for all samples`;
    return lasting(view, "dead", say, { activation: "leaky_relu" }, noBiases);
  }

  function saturated(view) {
    const say = (part) => `${part} of z where the activation is flat`;
    return lasting(view, "saturated", say, instead(view), noBiases);
  }

  /*
   * What the page can change where the kit would add batch normalization: weights that fit, or
   * fewer layers where they fit already.
   */
  function instead(view) {
    const { initializer, depth } = view.spec;
    const fitting = fittingOf(view);
    if (initializer && initializer.kind !== fitting.kind) return { initializer: fitting };
    return depth > 1 ? { depth: Math.ceil(depth / 2) } : null;
  }

  /* How much larger a delta is than in an earlier (or later) hidden layer, and in which two. */
  function falls(moment, backwards) {
    const hidden = hiddenOf(moment).filter((one) => isFinite(one.delta));
    let worst = { ratio: 1, small: null, large: null };
    for (let k = 0; k < hidden.length; k++) {
      for (let j = k + 1; j < hidden.length; j++) {
        const [small, large] = backwards ? [hidden[k], hidden[j]] : [hidden[j], hidden[k]];
        const none = large.delta ? Infinity : 1;
        const ratio = small.delta ? large.delta / small.delta : none;
        if (ratio > worst.ratio) worst = { ratio, small: small.name, large: large.name };
      }
    }
    return worst;
  }

  function gradients(view, name) {
    const backwards = name === "vanishing";
    const found = view.moments.map((one) => falls(one, backwards));
    const shown = found.map((one) => one.ratio > view.limit(name));
    const first = shown.indexOf(true);
    if (first < 0) return [];
    const passed = passedAt(view, shown);
    const { ratio, small, large } = found[first];
    const expected = Kit.expected.gradientNorms(view.facts, view.moments[first]);
    const known = expected[small] && large in expected;
    const predicted = known ? expected[large] / expected[small] : null;
    const number = `theory, for these weights: ${told(predicted)}`;
    const theory = predicted ? number : "theory stops here";
    const began = view.moments[first].epoch;
    const words = `the delta of ${large} is ${told(ratio)} times that of ${small} (${theory})`;
    const flat = ["sigmoid", "tanh"].includes(view.facts.layers[0].activation);
    return [
      {
        severity: passed === null ? severityOf(view) : "hint",
        words: words + since(began, passed, view),
        layer: backwards ? small : large,
        measured: ratio,
        predicted,
        began,
        passed,
        change: backwards && flat ? { activation: "relu" } : instead(view),
      },
    ];
  }

  function initialization(view) {
    if (!view.untrained) return [];
    const [moment] = view.moments;
    const limit = view.limit("initialization");
    const isDrawn = (one) => one.weight > 0 && one.kernelStd > 1e-6 * one.weight;
    const drawn = hiddenOf(moment).filter(isDrawn);
    const logs = drawn.map((one) => {
      const layer = entry(view, one.name);
      return { one, layer, log: Math.log(one.weight / Kit.expected.fittingStd(layer)) };
    });
    const total = logs.reduce((sum, { log }) => sum + log, 0);
    if (!logs.length || Math.abs(total) <= Math.log(limit)) return [];
    const shown = symptom(view, moment, total < 0);
    const fitting = withFitting(view, moment);
    // another initialization would not help
    if (shown === null || (fitting !== null && fitting > limit)) return [];
    const { one, layer } = largestOf(logs, ({ log }) => Math.abs(log));
    const name = Kit.expected.fittingName(layer.activation);
    const fits = told(Kit.expected.fittingStd(layer));
    let words = `weights of ${one.name} have std ${told(one.weight)}, ${name} has ${fits} for `;
    words += `${layer.activation}; ${shown}`;
    if (fitting !== null) {
      words += `; with ${name} theory has its gradients within a factor of ${fitting.toFixed(1)}`;
    }
    return [
      {
        severity: severityOf(view),
        words,
        layer: one.name,
        measured: Math.exp(Math.abs(total)),
        predicted: 1,
        began: view.isRun ? moment.epoch : null,
        change: { initializer: { kind: name } },
      },
    ];
  }

  /* What signal and gradient show of weights that are too small, or too large. */
  function symptom(view, moment, small) {
    const limit = view.limit("initialization");
    const says = ({ ratio, small: low, large }) =>
      `the delta of ${large} is ${told(ratio)} times that of ${low}`;
    const back = falls(moment, true);
    if (back.ratio > limit) return says(back);
    const signals = moment.layers.filter((one) => isFinite(one.signal));
    if (signals.length > 1 && signals[0].signal) {
      const change = signals[signals.length - 1].signal / signals[0].signal;
      if (small && change < 1 / limit) {
        return `the signal falls to ${told(change)} of what it is in ${signals[0].name}`;
      }
      if (!small && change > limit) return `the signal grows ${told(change)} times`;
    }
    if (small) return null;
    const flat = largestOf(hiddenOf(moment), (one) => one.saturated || 0);
    if (flat.saturated > view.limit("saturated")) {
      return `${share(flat.saturated)} of z in ${flat.name} is where the activation is flat`;
    }
    const forth = falls(moment, false);
    return forth.ratio > limit ? says(forth) : null;
  }

  /* How far apart theory has the gradients with the initializer that fits; null if it stops. */
  function withFitting(view, moment) {
    const expected = Object.values(Kit.expected.gradientNorms(view.facts, moment, true));
    const least = Math.min(...expected);
    return expected.length && least ? Math.max(...expected) / least : null;
  }

  /* By rule, in the order in which one causes another. */
  const { rateHigh, rateLow, overfitting, constantAnswer } = Kit.trainingRules;
  return {
    "non-finite": nonFinite,
    output,
    inputs,
    copies,
    initialization,
    dead,
    saturated,
    vanishing: (view) => gradients(view, "vanishing"),
    exploding: (view) => gradients(view, "exploding"),
    "learning-rate-high": rateHigh,
    "learning-rate-low": rateLow,
    overfitting,
    "constant-answer": constantAnswer,
  };
})();
