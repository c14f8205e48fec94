"use strict";
/*
 * Theory along a chain of dense layers, as kit.stats.propagation has it: z and activations
 * forwards, deltas and gradients backwards.
 *
 * Backwards E[δ_i δ_j] of a layer's z, over pairs of samples, is that of the next layer times
 * fan_out Var W times E[f′(u_i) f′(u_j)], and the gradient of a weight, a mean over n samples, has
 * the second moment Σ_ij E[a_i a_j] E[δ_i δ_j] / n². Weights that go back are taken as independent
 * of those that went forwards (S. Schoenholz et al., "Deep information propagation", 2017).
 */
Kit.propagation = (() => {
  const { factorOf, likeness, meanOverPairs, average } = Kit.fluctuations;

  const row = (layer, quantity, std, rms, parts, spread) => ({
    layer,
    quantity,
    std,
    rms,
    stdSamples: parts[0],
    stdUnits: parts[1],
    spread,
    low: std / spread,
    high: std * spread,
  });

  /* Std over samples and units, of which there are finitely many; its parts. */
  function rowOf(name, quantity, kernel, units, doubt, samples) {
    const size = average(kernel.size);
    const middle = average(kernel.mean) ** 2; // of the mean, were there infinitely many units
    const across = meanOverPairs(new Float64Array(kernel.m), kernel.apart, samples);
    const between = Math.max(size - across - middle, 0) * (1 - 1 / units);
    const parts = [Math.sqrt(across), Math.sqrt(between)];
    const std = Math.sqrt(across + between);
    return row(name, quantity, std, Math.sqrt(size), parts, factorOf(doubt));
  }

  /* What one layer makes of a kernel, and what its weights and activation leave in doubt. */
  function forwards(step, before, doubt, alone, samples) {
    const z = Kit.kernels.throughWeights(before, step.gain, step.shift);
    const share = 1 - step.shift / Math.max(average(z.size), 1e-300);
    // narrow layers before it make samples alike that theory holds apart
    const alike = likeness(z.size, pairsOf(z), samples) + 1 / step.fanIn;
    const ofZ = doubt * share ** 2 + (2 * alike) / step.units;
    const one = { step, before, z, doubt, alone, inside: doubt * share ** 2 };
    one.rows = [rowOf(step.name, "z", z, step.units, ofZ, samples)];
    const spread = factorOf(2 / (step.units * step.fanIn));
    one.weight = row(step.name, "weight", step.std, step.std, [NaN, NaN], spread);
    if (!step.f) return one;
    const away = Kit.kernels.awayOf(z);
    const passed = Kit.kernels.throughActivation(z, step.f, away);
    const curve = Kit.fluctuations.of(z, away, step.f, samples, step.units);
    const ofA = one.inside * curve.bendStd ** 2 + curve.std / step.units;
    one.rows.push(rowOf(step.name, "activation", passed.kernel, step.units, ofA, samples));
    Object.assign(one, { after: passed.kernel, slopes: passed.slopes, curve });
    one.nextDoubt = one.inside * curve.bend ** 2 + curve.size / step.units;
    one.nextAlone = alone * share ** 2 * curve.bend ** 2 + curve.alone / step.units;
    return one;
  }

  /* E[u_i u_j] by pair, from a kernel. */
  function pairsOf(kernel) {
    const { m, size, apart } = kernel;
    const found = new Float64Array(apart.length);
    for (let i = 0, at = 0; i < m; i++) {
      for (let j = i + 1; j < m; j++, at++) found[at] = (size[i] + size[j]) / 2 - apart[at];
    }
    return found;
  }

  /* Products of the output's deltas (m, units), by sample and by pair. */
  function ofDelta(delta, m, units) {
    const own = new Float64Array(m);
    const pairs = new Float64Array((m * (m - 1)) / 2);
    for (let i = 0, at = 0; i < m; i++) {
      for (let k = 0; k < units; k++) own[i] += delta[i * units + k] ** 2 / units;
      for (let j = i + 1; j < m; j++, at++) {
        for (let k = 0; k < units; k++) {
          pairs[at] += (delta[i * units + k] * delta[j * units + k]) / units;
        }
      }
    }
    return { own, pairs };
  }

  /* Rows of delta and gradient, from the first layer to the last. */
  function backwards(through, delta, samples, chosen) {
    const last = through.length - 1;
    const { step, z } = through[last];
    let { own, pairs } = ofDelta(rowsOf(delta, chosen, step.units), z.m, step.units);
    let doubt = 0;
    for (let k = last; k >= 0; k--) {
      const one = through[k];
      one.delta = deltaRow(one.step, own, pairs, doubt, samples);
      if (k === last) one.delta = knownRow(one.step, delta);
      const alike = likeness(own, pairs, samples);
      one.gradient = gradientRow(one, own, pairs, doubt, alike, samples);
      if (!k) break;
      const earlier = through[k - 1];
      const { back } = one.step;
      const { slopes, curve } = earlier;
      own = passedBack(own, slopes.own, back);
      pairs = passedBack(pairs, slopes.pairs, back);
      doubt += ((1 + 2 * alike) * (1 + curve.slope) - 1) / earlier.step.units;
      doubt += earlier.inside * curve.bendSlope ** 2;
    }
  }

  function passedBack(values, slopes, back) {
    const found = new Float64Array(values.length);
    for (let k = 0; k < found.length; k++) found[k] = values[k] * back * slopes[k];
    return found;
  }

  function deltaRow(step, own, pairs, doubt, samples) {
    const size = average(own);
    const common = meanOverPairs(own, pairs, samples);
    const across = Math.max(size - common, 0);
    const between = Math.max(common, 0) * (1 - 1 / step.units);
    const parts = [Math.sqrt(across), Math.sqrt(between)];
    const std = Math.sqrt(across + between);
    return row(step.name, "delta", std, Math.sqrt(size), parts, factorOf(doubt));
  }

  function rowsOf(values, chosen, units) {
    if (!chosen) return values;
    const found = new Float64Array(chosen.length * units);
    chosen.forEach((row, i) => {
      for (let k = 0; k < units; k++) found[i * units + k] = values[row * units + k];
    });
    const size = (some) => some.reduce((sum, one) => sum + one * one, 0) / some.length;
    const factor = Math.sqrt(size(values) / Math.max(size(found), 1e-300));
    return found.map((one) => one * factor); // those that stand for all are as large
  }

  /* Of the last layer, whose deltas are given: (m, units). */
  function knownRow(step, delta) {
    const { units } = step;
    const m = delta.length / units;
    const means = new Float64Array(units);
    for (let k = 0; k < delta.length; k++) means[k % units] += delta[k] / m;
    const middle = average(means);
    let [across, whole, size] = [0, 0, 0];
    for (let k = 0; k < delta.length; k++) {
      size += delta[k] ** 2 / delta.length;
      across += (delta[k] - means[k % units]) ** 2 / delta.length;
      whole += (delta[k] - middle) ** 2 / delta.length;
    }
    const between = average(means.map((one) => (one - middle) ** 2));
    const parts = [Math.sqrt(across), Math.sqrt(between)];
    return row(step.name, "delta", Math.sqrt(whole), Math.sqrt(size), parts, 1);
  }

  /* Of the weights' gradient, less the square of its mean. */
  function gradientRow(one, own, pairs, doubt, alike, samples) {
    const { step, before } = one;
    const { m, size, mean, apart } = before;
    const square = { own: new Float64Array(m), pairs: new Float64Array(pairs.length) };
    const middle = { own: new Float64Array(m), pairs: new Float64Array(pairs.length) };
    const within = (value, both) => both + (value - both) / step.fanIn;
    for (let i = 0, at = 0; i < m; i++) {
      square.own[i] = size[i] * own[i];
      middle.own[i] = within(size[i], mean[i] ** 2) * own[i];
      for (let j = i + 1; j < m; j++, at++) {
        const value = (size[i] + size[j]) / 2 - apart[at];
        square.pairs[at] = value * pairs[at];
        middle.pairs[at] = within(value, mean[i] * mean[j]) * pairs[at];
      }
    }
    const whole = meanOverPairs(square.own, square.pairs, samples);
    const common = meanOverPairs(middle.own, middle.pairs, samples);
    const std = Math.sqrt(Math.max(whole - common / step.units, 0));
    // samples pull together, so that what one direction loses is not made up by others
    const more = one.alone + ((2 * alike) / step.units) * (step.units > 1 ? 1 : 0);
    const rms = Math.sqrt(Math.max(whole, 0));
    return row(step.name, "gradient", std, rms, [NaN, NaN], factorOf(doubt + more));
  }

  /*
   * Predict every layer of a chain of dense layers.
   *
   * inputs   the kernel of some of the samples
   * steps    [{name, gain, back, shift, units, fanIn, std, f}]; f is null of an output of which
   *          nothing is said
   * samples  how many there are
   * delta    of the last layer, (samples, units), or null, and nothing is said of what goes back
   * chosen   which samples the kernel is of; null of all
   *
   * Returns of each layer {rows: [z, activation], delta, weight, gradient, chi}, those rows of a table.
   */
  function propagate(inputs, steps, samples, delta, chosen = null) {
    const through = [];
    let [kernel, doubt, alone] = [inputs, 0, 0];
    for (const step of steps) {
      const one = forwards(step, kernel, doubt, alone, samples);
      through.push(one);
      [kernel, doubt, alone] = [one.after, one.nextDoubt, one.nextAlone];
    }
    if (delta) backwards(through, delta, samples, chosen);
    for (let k = 0; k + 1 < through.length; k++) {
      through[k].chi = through[k + 1].step.back * average(through[k].slopes.own);
    }
    return through;
  }

  return { propagate };
})();
