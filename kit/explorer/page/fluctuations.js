"use strict";
/*
 * How far single draws of a network lie from theory, to first order in 1/units:
 * kit.stats.fluctuations.
 *
 * A layer of n units shows the mean of n draws where an infinitely wide one shows its expectation.
 * So the relative variance of a mean square over its units is that of one unit, over n; it is
 * carried on by the slope of the recursion, and that of the next layer is added (B. Hanin, "Which
 * neural net architectures give rise to exploding and vanishing gradients?", 2018).
 */
Kit.fluctuations = (() => {
  const SURE = 2.2; // standard deviations: 1.96 for 95 of 100, and more, as it is a first order
  const DEGREES = 12;
  const FEW = 200; // samples whose pairs' powers are summed

  /*
   * The mean over all pairs of samples, those of one with itself too, from means over m of them:
   * own of a sample with itself, pairs of two, twins of neighbours, of which each two stand for as
   * many that are like them.
   */
  function overPairs(own, pairs, twins, m, samples) {
    if (m < 2) return own;
    if (m === samples || m % 2) return own / samples + (pairs * (samples - 1)) / samples;
    return own / samples + (pairs * (m - 1)) / m + twins * (1 / m - 1 / samples);
  }

  function average(values) {
    let sum = 0;
    for (let k = 0; k < values.length; k++) sum += values[k];
    return sum / values.length;
  }

  function averageSquare(values) {
    let sum = 0;
    for (let k = 0; k < values.length; k++) sum += values[k] * values[k];
    return sum / Math.max(values.length, 1);
  }

  /* The mean over neighbours, the first with the second and so on, of what is above a diagonal. */
  function averageOfTwins(pairs, m, value = (one) => one) {
    let sum = 0;
    for (let i = 0; i + 1 < m; i += 2) sum += value(pairs[i * m - (i * (i + 1)) / 2]);
    return sum / Math.max(Math.floor(m / 2), 1);
  }

  /* The same of a matrix, given as its diagonal and what stands above it. */
  function meanOverPairs(own, pairs, samples) {
    const [m, others] = [own.length, pairs.length ? average(pairs) : 0];
    return overPairs(average(own), others, averageOfTwins(pairs, m), m, samples);
  }

  /* The factor of 95 of 100 draws of a std, from the relative variance of its square. */
  function factorOf(doubt) {
    return Math.exp((SURE * Math.sqrt(Math.log1p(Math.max(doubt, 0)))) / 2);
  }

  /* Mean square over pairs ÷ square of the mean size: 1 where all samples are the same. */
  function likeness(own, pairs, samples) {
    const size = average(own);
    const m = own.length;
    const twins = averageOfTwins(pairs, m, (one) => one * one);
    const both = overPairs(averageSquare(own), averageSquare(pairs), twins, m, samples);
    return both / Math.max(size * size, 1e-300);
  }

  /* Means over pairs of cᵏ, k from 0 to 12: of some samples, as the range is told roughly. */
  function powersOf(m, away, samples) {
    const step = Math.max(1, Math.floor(m / FEW));
    const sums = new Float64Array(DEGREES + 1);
    const twins = new Float64Array(DEGREES + 1);
    let count = 0;
    for (let i = 0; i < m; i += step) {
      const start = i * m - (i * (i + 1)) / 2 - i - 1; // and j: where the pair stands
      for (let j = i + step; j < m; j += step) {
        const c = 1 - away[start + j];
        let power = 1;
        const areTwins = j === i + step && (i / step) % 2 === 0;
        for (let k = 0; k <= DEGREES; k++) {
          sums[k] += power;
          if (areTwins) twins[k] += power;
          power *= c;
        }
        count++;
      }
    }
    // one less its own distance of 0, a sample goes with itself wholly
    const kept = Math.ceil(m / step);
    return Array.from(sums, (sum, k) => {
      const others = count ? sum / count : 0;
      const near = twins[k] / Math.max(Math.floor(kept / 2), 1);
      return Math.max(overPairs(1, others, near, kept, samples), 0);
    });
  }

  function varyOf(points, values, powers) {
    const { w, n, rows } = points;
    let total = 0;
    for (let p = 0; p < n; p++) total += w[p] * values[p] * values[p];
    const a = new Float64Array(DEGREES + 1);
    for (let k = 0; k <= DEGREES; k++) {
      for (let p = 0; p < n; p++) a[k] += rows[k * n + p] * w[p] * values[p];
    }
    const left = total - a.reduce((sum, one) => sum + one * one, 0);
    let found = Math.max(left, 0) * Math.max(powers[DEGREES], 0);
    for (let k = 1; k <= DEGREES; k++) found += a[k] * a[k] * powers[k];
    return found / Math.max(a[0] * a[0], 1e-300);
  }

  function moments(f, q, points) {
    const mean = (g) => Kit.quadrature.mean(g, q, points);
    const less = mean(f.f) ** 2;
    if (f.below !== null) {
      const both = (1 + f.below ** 2) / 2;
      return { size: q * both, slope: both, less };
    }
    return { size: mean((u) => f.f(u) ** 2), slope: mean((u) => f.slope(u) ** 2), less };
  }

  /*
   * That of an activation function, from the kernel of z of a layer of so many units, and one less
   * the correlation of its pairs: relative variances of a unit's mean f², (f - its mean)², f′² and
   * of f² of a single sample; and by how many percent each mean changes where q does by one.
   */
  function of(kernel, away, f, samples, units) {
    const q = Math.max(average(kernel.size), 1e-20);
    const points = Kit.quadrature.grid(q);
    const powers = powersOf(kernel.m, away, samples);
    powers[2] += 1 / units;
    const at = points.z.map((z) => Math.sqrt(q) * z);
    const values = at.map(f.f);
    const middle = points.w.reduce((sum, w, p) => sum + w * values[p], 0);
    const squares = values.map((one) => one * one);
    const [low, high] = [q / 1.01, (q * 1.02) / 1.01];
    const wide = Kit.quadrature.grid(high);
    const [a, b] = [moments(f, low, wide), moments(f, high, wide)];
    const bend = (first, second) => Math.log(second / first) / Math.log(1.02);
    const std = (one) => Math.max(one.size - one.less, 1e-300);
    return {
      size: varyOf(points, squares, powers),
      std: varyOf(points, values.map((one) => (one - middle) ** 2), powers),
      slope: varyOf(points, at.map((u) => f.slope(u) ** 2), powers),
      alone: varyOf(points, squares, new Array(DEGREES + 1).fill(1)),
      bend: bend(a.size, b.size),
      bendStd: bend(std(a), std(b)),
      bendSlope: bend(a.slope, b.slope),
    };
  }

  return { average, meanOverPairs, factorOf, likeness, of };
})();
