"use strict";
/*
 * The rules that ask about training: rates, what one step changes, losses. As those of
 * kit.diagnosis, whose thresholds and words come from Python; `rules.js` has the others.
 */
Kit.trainingRules = (() => {
  const { isFinite } = Number;
  const told = (value) => (Number.isNaN(value) ? "NaN" : Kit.numbers.format(value));
  const share = (value) => Kit.numbers.percent(value);
  const OVERSHOT = 1.05; // by so much a loss has risen over its first, and over a constant's
  const SIGNED = ["adam", "rmsprop"]; // each number moves by about the rate
  const MOMENTUM = 0.9;

  const nonfiniteOf = (moment) => moment.layers.reduce((sum, one) => sum + one.nonfinite, 0);

  /* The largest of some by a number; the first of equals. */
  function largestOf(values, size) {
    return values.reduce((a, b) => (a === null || size(b) > size(a) ? b : a), null);
  }

  /* What one step of the optimizer changes of a kernel, by its size; NaN if not known. */
  function stepOf({ optimizer }, layer) {
    if (!optimizer || !layer.weight || !isFinite(layer.weight)) return NaN;
    const { name, rate } = optimizer;
    if (SIGNED.includes(name)) return rate / layer.weight;
    return (rate * layer.gradient) / layer.weight / (1 - (name === "momentum" ? MOMENTUM : 0));
  }

  /* The largest step of some moments, and whose it is; null where none is known. */
  function largestStep(view, moments) {
    const steps = moments.flatMap(({ layers }) =>
      layers.map((layer) => ({ layer: layer.name, step: stepOf(view.facts, layer) })),
    );
    return largestOf(steps.filter(({ step }) => isFinite(step)), ({ step }) => step);
  }

  const rounded = (rate) => Number(rate.toPrecision(1));

  function rateHigh(view) {
    const found = largestStep(view, view.moments.filter((one) => !nonfiniteOf(one)));
    if (!found || found.step <= view.limit("learning-rate-high")) return [];
    const { step, layer } = found;
    const change = { rate: rounded((view.facts.optimizer.rate * 0.01) / step) };
    let words = `a step changes ${layer} by ${told(step)} of its size`;
    let severity = step > 1 ? "warning" : "hint"; // before training gradients are at their largest
    if (view.trainedLong) {
      const { constant } = view.facts;
      const [start, end] = [view.moments[0].loss, view.moments[view.moments.length - 1].loss];
      const above = OVERSHOT * Math.max(start, constant || 0);
      // it learns, or never went up: where nothing can be learned, no rate helps
      if (end < 0.95 * Math.min(start, constant ?? Infinity) || view.peak <= above) return [];
      severity = "fault";
      words += `, and the loss went from ${told(start)} up to ${told(view.peak)}`;
      words += `, and ends at ${told(end)}`;
    }
    return [{ severity, words, layer, measured: step, predicted: 1e-3, change }];
  }

  function rateLow(view) {
    const found = largestStep(view, view.moments);
    if (!found || found.step >= view.limit("learning-rate-low") || !found.step) return [];
    const { step, layer } = found;
    let words = `a step changes no kernel by more than ${told(step)} of its size (${layer})`;
    let severity = "warning";
    if (view.trainedLong) {
      const [start, end] = [view.moments[0].loss, view.moments[view.moments.length - 1].loss];
      if (!(end > 0.95 * Math.min(start, view.facts.constant ?? Infinity))) return [];
      severity = "fault";
      words += `, and the loss ends at ${told(end)}, after ${told(start)} at the start`;
    }
    const change = { rate: rounded((view.facts.optimizer.rate * 1e-3) / step) };
    return [{ severity, words, layer, measured: step, predicted: 1e-3, change }];
  }

  function overfitting(view) {
    const isKnown = ({ valLoss }) => valLoss !== undefined && !Number.isNaN(valLoss);
    const history = view.epochs.filter(isKnown);
    const values = history.map(({ valLoss }) => valLoss);
    const least = Math.min(...values);
    if (!view.trainedLong || values.length < 2 || !values.every(isFinite) || least <= 0) return [];
    const [best, last] = [history[values.indexOf(least)], history[history.length - 1]];
    const rise = last.valLoss / least - 1;
    if (rise <= view.limit("overfitting") || last.loss >= best.loss) return [];
    const { constant } = view.facts;
    let words = `the validation loss has risen by ${share(rise)} since epoch ${best.epoch}, to `;
    words += `${told(last.valLoss)}, while the training loss fell to ${told(last.loss)}`;
    const worse = constant !== null && last.valLoss > constant;
    if (worse) words += `; one answer for all has ${told(constant)}`;
    const severity = worse ? "fault" : "hint";
    const width = Math.max(4, Math.ceil(view.spec.width / 2)); // a smaller network
    const change = view.spec.width > width ? { width } : null;
    return [{ severity, words, measured: rise, began: best.epoch, change }];
  }

  function constantAnswer(view) {
    const { constant } = view.facts;
    const judged = view.trainedLong || !(view.isRun || view.untrained);
    if (!judged || !constant || constant <= 0) return [];
    const { loss } = view.moments[view.moments.length - 1];
    const part = loss / constant;
    if (!isFinite(part) || part < view.limit("constant-answer")) return [];
    let words = `the loss is ${told(loss)}, and the best constant answer has ${told(constant)}`;
    const falling = view.isRun && loss < 0.99 * view.moments[view.moments.length >> 1].loss;
    if (falling) words += "; it still falls";
    return [{ severity: falling ? "hint" : "warning", words, measured: part, predicted: 1 }];
  }

  return { largestOf, nonfiniteOf, rounded, rateHigh, rateLow, overfitting, constantAnswer };
})();
