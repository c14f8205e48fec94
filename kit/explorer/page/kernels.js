"use strict";
/*
 * What theory knows of a layer over many samples: kit.stats.kernels in typed arrays.
 *
 * Over the draws of wide layers a unit's values for the samples are normal with means 0. A kernel
 * is {m, size, mean, apart}: E[u_i²] and E[u_i] by sample, and ½ E[(u_i - u_j)²] by pair i < j, row
 * after row. Through weights both are multiplied by fan_in Var W, and biases add to the first.
 * Through an activation function go Mehler's series, or closed forms where it is straight on both
 * sides of 0 (Y. Cho and L. Saul, "Kernel methods for deep learning", 2009).
 */
Kit.kernels = (() => {
  const LEAST = 1e-300;

  const pairsOf = (m) => (m * (m - 1)) / 2;

  /* Samples x (n, features), or `some` of them, in float64. */
  function rowsOf(x, n, some) {
    const features = x.length / n;
    if (!some) return Float64Array.from(x);
    const rows = new Float64Array(some.length * features);
    some.forEach((row, i) => {
      rows.set(x.subarray(row * features, (row + 1) * features), i * features);
    });
    return rows;
  }

  /* The kernel of samples x (n, features): over the features, in place of the draws. */
  function ofInputs(x, n, some = null) {
    const m = some ? some.length : n;
    const features = x.length / n;
    const rows = rowsOf(x, n, some);
    const size = new Float64Array(m);
    const mean = new Float64Array(m);
    for (let k = 0; k < rows.length; k++) {
      const i = Math.floor(k / features);
      size[i] += (rows[k] * rows[k]) / features;
      mean[i] += rows[k] / features;
    }
    const apart = new Float64Array(pairsOf(m));
    for (let i = 0, at = 0; i < m; i++) {
      for (let j = i + 1; j < m; j++, at++) {
        let both = 0;
        const [a, b] = [i * features, j * features];
        for (let k = 0; k < features; k++) both += rows[a + k] * rows[b + k];
        apart[at] = Math.max((size[i] + size[j]) / 2 - both / features, 0);
      }
    }
    return { m, size, mean, apart };
  }

  /* values × factor + shift; of typed arrays a loop is much faster than their map. */
  function times(values, factor, shift = 0) {
    const found = new Float64Array(values.length);
    for (let k = 0; k < found.length; k++) found[k] = values[k] * factor + shift;
    return found;
  }

  function scaled({ m, size, mean, apart }, factor) {
    const wide = Math.sqrt(factor);
    return { m, size: times(size, factor), mean: times(mean, wide), apart: times(apart, factor) };
  }

  /*
   * Of z = x W + b: `gain` is fan_in times the second moment of a weight, `shift` that of a bias.
   */
  function throughWeights({ m, size, apart }, gain, shift) {
    const mean = new Float64Array(m);
    return { m, size: times(size, gain, shift), mean, apart: times(apart, gain) };
  }

  /* One less the correlation of each pair; 1 with what is always 0. */
  function awayOf({ m, size, apart }) {
    const roots = new Float64Array(m);
    for (let i = 0; i < m; i++) roots[i] = Math.sqrt(Math.max(size[i], LEAST));
    const away = new Float64Array(apart.length);
    for (let i = 0, at = 0; i < m; i++) {
      const first = roots[i];
      for (let j = i + 1; j < m; j++, at++) {
        const between = first - roots[j];
        const found = (apart[at] - (between * between) / 2) / (first * roots[j]);
        const still = size[i] === 0 || size[j] === 0;
        away[at] = still ? 1 : found < 0 ? 0 : found > 2 ? 2 : found;
      }
    }
    return away;
  }

  /* The kernel of activations, and E[f′(u_i) f′(u_j)]: {kernel, slopes: {own, pairs}}. */
  function throughActivation(kernel, f, away = awayOf(kernel)) {
    if (f.below !== null) return straight(kernel, f.below, away);
    const { slopes, ...made } = Kit.series.through(kernel.size, away, f);
    return { kernel: { m: kernel.m, ...made }, slopes };
  }

  /* Of z above 0 and a multiple of it below: half the sum, and half the difference of |z|. */
  function straight(kernel, below, away) {
    const { m, size } = kernel;
    const [line, fold] = [((1 + below) / 2) ** 2, ((1 - below) / 2) ** 2];
    const roots = Float64Array.from(size, (q) => Math.sqrt(Math.max(q, 0)));
    // at the kink itself the slope is that below it
    const steep = Float64Array.from(size, (q) => (q === 0 ? below : (1 + below) / 2));
    const apart = new Float64Array(away.length);
    const pairs = new Float64Array(away.length);
    for (let i = 0, at = 0; i < m; i++) {
      for (let j = i + 1; j < m; j++, at++) {
        const d = away[at];
        const angle = Math.asin(1 - d);
        const folded = (2 / Math.PI) * (Math.sqrt(d * (2 - d)) + (1 - d) * angle);
        const unequal = (roots[i] - roots[j]) ** 2 / 2;
        const turned = folded < 1 ? roots[i] * roots[j] * (1 - folded) : 0;
        apart[at] = line * kernel.apart[at] + fold * (unequal + turned);
        const still = size[i] === 0 || size[j] === 0;
        pairs[at] = still ? steep[i] * steep[j] : line + ((fold * 2) / Math.PI) * angle;
      }
    }
    const mean = times(roots, ((1 - below) / 2) * Math.sqrt(2 / Math.PI));
    const made = { m, size: times(size, line + fold), mean, apart };
    const own = Float64Array.from(size, (q) => (q === 0 ? below * below : line + fold));
    return { kernel: made, slopes: { own, pairs } };
  }

  return { ofInputs, scaled, throughWeights, throughActivation, awayOf };
})();
