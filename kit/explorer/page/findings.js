"use strict";
/*
 * What is wrong with a network of the page, why, and what to try: kit.diagnose's findings, worst
 * first.
 *
 * A view is
 *   spec      of Kit.engine.build; initializer, depth and width are what remedies change
 *   data      {x: (n, spec.inputDim), y: (n, spec.outputs), n}: what the moments were measured on
 *   moments   [Kit.moments.of(network, pass, grads, n, epoch)] from epoch 0 on: one before training,
 *             and some, or all, of those after. Or, for the present moment alone,
 *   network, pass, grads
 *             of Kit.engine.build, forward and backward, for the n samples of `data`; and `trained`,
 *             whether that network was trained before (false)
 *   epochs    [{epoch, loss, valLoss}], one for each epoch that was trained, counted from 1; valLoss
 *             where there is one. Empty or left out before training
 *   training  {optimizer: "sgd" | "momentum" | "rmsprop" | "adam", rate}; left out, rates are not
 *             judged
 *
 * All thirteen rules are asked. Two of the kit's questions cannot arise on a page: penalties, which
 * it has not, and logits in place of probabilities. Where the kit's remedy is no control of the
 * page (batch normalization, dropout), another of the rule's own is to be tried.
 */
Kit.findings = (() => {
  const SEVERITIES = ["fault", "warning", "hint"];
  const MOST_MOMENTS = 12; // that are looked at, evenly spread, the first and the last among them
  let book = null;

  /* Take the rules' texts and thresholds, which kit.explorer.rule_texts made: {rules, fitting}. */
  function provide(texts) {
    book = texts;
    Kit.expected.provide(texts.fitting);
  }

  /* Half to even, as NumPy rounds. */
  function evenly(value) {
    const low = Math.floor(value);
    return value - low === 0.5 && low % 2 === 0 ? low : Math.round(value);
  }

  function spreadOver(moments) {
    const many = moments.length;
    if (many <= MOST_MOMENTS) return moments;
    const step = (many - 1) / (MOST_MOMENTS - 1);
    const places = Array.from({ length: MOST_MOMENTS }, (_, k) => evenly(k * step));
    return [...new Set(places)].map((k) => moments[k]);
  }

  /* The largest loss that was seen; infinite where one was no number. */
  function peakOf(moments, epochs) {
    return [...moments, ...epochs].reduce(
      (most, { loss }) => Math.max(most, Number.isFinite(loss) ? loss : Infinity),
      -Infinity,
    );
  }

  /* A view with what the rules ask of it. */
  function completed(view) {
    const { spec, data, network, pass, grads, epochs = [], training = null } = view;
    const moments = view.moments
      ? spreadOver(view.moments)
      : [Kit.moments.of(network, pass, grads, data.n, epochs.length)];
    const isRun = epochs.length > 0;
    const optimizer = training && { name: training.optimizer, rate: training.rate };
    const facts = Kit.moments.factsOf(spec, data, optimizer, moments[0]);
    const untrained = moments[0].epoch === 0 && !view.trained;
    const { loss } = moments[moments.length - 1];
    const known = (isRun || !untrained) && facts.constant;
    return {
      spec,
      facts,
      moments,
      epochs,
      isRun,
      untrained,
      trainedLong: isRun && moments.length > 1,
      learns: known ? loss < facts.constant / 2 : null,
      peak: peakOf(moments, epochs),
      limit: (name) => book.rules[name].threshold,
    };
  }

  /* The data's values that are no numbers, before anything else. */
  function holesOf({ x, y }) {
    for (const [name, values] of [["x", x], ["y", y]]) {
      const count = values.filter((one) => !Number.isFinite(one)).length;
      if (count) {
        const words = `${count.toLocaleString("en")} values of ${name} are NaN or infinite`;
        return [whole("non-finite", { severity: "fault", words, measured: count })];
      }
    }
    return [];
  }

  /* A finding with all that belongs to it. */
  function whole(name, found) {
    const { title, asks, threshold, source, remedy, othersFail } = book.rules[name];
    const rest = { layer: null, predicted: null, began: null, passed: null, change: null };
    const { change, ...told } = { threshold, ...rest, ...found };
    return { name, title, asks, ...told, source, othersFail, remedy: { words: remedy, change } };
  }

  /*
   * The findings of a view, faults first, then warnings, then hints; among equals that first which
   * causes the others: [{name, title, asks, severity: "fault" | "warning" | "hint", layer, words,
   * measured, predicted, threshold, began, passed, source, othersFail, remedy: {words, change}}].
   * `layer` is null for the whole network, `predicted` where theory has nothing; `began` and
   * `passed` are epochs, or null. `change` is in the page's settings, as {initializer: {kind}},
   * {activation}, {bias}, {input}, {rate}, {depth} or {width}; null where the remedy is none of
   * them.
   */
  function of(view) {
    if (!book) throw new Error("`Kit.findings.provide` must be given the rules first");
    const holes = holesOf(view.data);
    if (holes.length) return holes;
    const asked = completed(view);
    const order = Object.keys(Kit.rules);
    const start = asked.moments[0].epoch;
    // what begins in the course of training comes after what was there before, and after its rate
    const late = order.length - 2.5;
    const place = ({ name, began }) =>
      order.indexOf(name) + (began !== null && began > start && name !== "overfitting" ? late : 0);
    const found = order.flatMap((name) => Kit.rules[name](asked).map((one) => whole(name, one)));
    const rank = ({ severity }) => SEVERITIES.indexOf(severity);
    return found.sort((a, b) => rank(a) - rank(b) || place(a) - place(b));
  }

  return { provide, of, severities: SEVERITIES };
})();
