"use strict";
/*
 * Violins: on which scale distributions can be seen together, and the curve of each.
 *
 * As kit/plots draws them: "linear" is a ruler; "symlog" linear up to a threshold on both sides of 0
 * and logarithmic beyond; "log" shows magnitudes alone. A curve is the counts of a spread's bins on a
 * regular grid, smoothed with a Gaussian by Silverman's rule (B. W. Silverman, "Density estimation",
 * 1986, eq. 3.31).
 */
Kit.violins = (() => {
  const APART = 100; // widest over narrowest distribution: more does not fit a ruler
  const NARROW = 1 / 40; // of the axis: less is a pancake
  const LEAST = 1e-45;
  const BEGIN = 10 / 9; // where a symmetric logarithm turns: a decade is as long as 0 to the threshold

  /* A scale by its name: {name, threshold, forward(value), inverse(place)}. */
  function scale(name, threshold = 1) {
    if (name === "linear") return { name, threshold, forward: (v) => v, inverse: (u) => u };
    if (name === "log") {
      return { name, threshold, forward: (v) => Math.log10(v), inverse: (u) => 10 ** u };
    }
    if (name !== "symlog") {
      throw new RangeError(`\`name\` must be linear, symlog or log; got ${name}`);
    }
    return {
      name,
      threshold,
      forward(v) {
        const size = Math.abs(v) / threshold;
        return size <= 1 ? (v / threshold) * BEGIN : Math.sign(v) * (BEGIN + Math.log10(size));
      },
      inverse(u) {
        const size = Math.abs(u);
        return size <= BEGIN
          ? (u / BEGIN) * threshold
          : Math.sign(u) * threshold * 10 ** (size - BEGIN);
      },
    };
  }

  /*
   * The scale for spreads that are drawn side by side. "auto" is log where their widths differ over
   * 100-fold, or the middle half of one would fill less than 1/40 of the axis; else linear.
   */
  function choose(spreads, name = "auto") {
    const shown = spreads.filter((spread) => spread.count);
    let widths = shown.map((spread) => spread.std).filter((std) => std > 0);
    if (!widths.length) widths = shown.map((spread) => Math.abs(spread.mean)).filter(Boolean);
    if (name === "auto") name = widths.length && outgrowsARuler(shown, widths) ? "log" : "linear";
    if (!widths.length) return scale("linear");
    if (name !== "symlog") return scale(name);
    return scale(name, 10 ** Math.floor(Math.log10(Math.min(...widths) / 3)));
  }

  function outgrowsARuler(shown, widths) {
    if (shown.some(({ mean, std }) => Math.abs(mean) > 3 * std)) return false;
    const found = shown.map((one) => Kit.spreads.quantiles(one, [0.001, 0.25, 0.75, 0.999]));
    const axis = Math.max(...found.map((one) => one[3])) - Math.min(...found.map((one) => one[0]));
    const narrow = found.some(([, first, third]) => third > first && third - first < axis * NARROW);
    return narrow || Math.max(...widths) > APART * Math.min(...widths);
  }

  const kept = new WeakMap(); // magnitudes of a spread, which its span and its curve both need

  /* What a scale shows of a spread: all of it, or the magnitudes above 0. */
  function shownOf(spread, { name }) {
    if (name !== "log") return spread;
    if (!kept.has(spread)) kept.set(spread, Kit.spreads.magnitudes(spread));
    return kept.get(spread);
  }

  /*
   * Where a violin begins, its quartiles and where it ends: five values, ascending. It spans the middle
   * 99.8 %, zeros left out where they are at an end of it. null where there is nothing to draw.
   */
  function span(spread, chosen) {
    const shown = shownOf(spread, chosen);
    if (!shown.count) return null;
    const zeros = chosen.name === "log" ? 0 : spread.zeros;
    let [least, most] = [0.001, 0.999];
    if (zeros < 1 && spread.min >= 0) least = zeros + (1 - zeros) * least;
    else if (zeros < 1 && spread.max <= 0) most = (1 - zeros) * most;
    const found = Kit.spreads.quantiles(shown, [least, 0.25, 0.5, 0.75, most]);
    const ends = [Math.min(...found), ...found.slice(1, 4), Math.max(...found)];
    return chosen.name === "log" ? ends.map((value) => Math.max(value, LEAST)) : ends;
  }

  /*
   * The curve of a spread between two values: {places, values, density}, arrays over a grid that is
   * regular on the scale; density is a share per unit of the scale. With `zeros` false those are left out.
   */
  function density(spread, chosen, [low, high], { points = 128, zeros = true } = {}) {
    const first = chosen.forward(low);
    const step = (chosen.forward(high) - first) / (points - 1);
    const places = Float64Array.from({ length: points }, (_, k) => first + k * step);
    const values = places.map(chosen.inverse);
    const { bins, count } = shownOf(spread, chosen);
    const mass = new Float64Array(points);
    const place = (value) => (chosen.forward(value) - first) / step;
    const least = chosen.name === "log" ? LEAST : -Infinity;
    let [last, lastPlace] = [NaN, NaN]; // most bins begin where another ended
    for (let k = 0; k < bins.counts.length; k++) {
      const from = Math.max(bins.lower[k], least);
      const to = bins.upper[k];
      if ((bins.lower[k] === 0 && to === 0 && !zeros) || to < low || bins.lower[k] > high) continue;
      const begin = from === last ? lastPlace : place(from);
      const end = to === from ? begin : place(to);
      spreadOver(mass, bins.counts[k], begin, end);
      [last, lastPlace] = [to, end];
    }
    const sigma = bandwidth(mass, count);
    mass[0] *= 2; // the cells at the ends are half as wide
    mass[points - 1] *= 2;
    const smooth = smoothed(mass, sigma);
    return { places, values, density: smooth.map((one) => one / spread.count / step) };
  }

  /* A bin's values on the cells of the grid that it covers, evenly on the scale; places in cells. */
  function spreadOver(mass, number, begin, end) {
    if (!(end - begin > 1e-9)) {
      const cell = Math.round(end);
      if (cell >= 0 && cell < mass.length) mass[cell] += number;
      return;
    }
    const last = mass.length - 1;
    const highest = Math.min(Math.round(end), last);
    for (let c = Math.max(Math.round(begin), 0); c <= highest; c++) {
      const part = Math.min(end, c + 0.5, last) - Math.max(begin, c - 0.5, 0);
      if (part > 0) mass[c] += (number * part) / (end - begin);
    }
  }

  /* Silverman's rule, in cells of the grid; at least one. */
  function bandwidth(mass, count) {
    const inside = mass.reduce((sum, one) => sum + one, 0);
    if (!(inside > 0)) return 1;
    const centre = mass.reduce((sum, one, k) => sum + one * k, 0) / inside;
    const variance = mass.reduce((sum, one, k) => sum + one * (k - centre) ** 2, 0) / inside;
    const middle = cellOf(mass, 0.75 * inside) - cellOf(mass, 0.25 * inside);
    const width = middle > 0 ? Math.min(Math.sqrt(variance), middle / 1.34) : Math.sqrt(variance);
    return Math.max(0.9 * width * count ** -0.2, 1);
  }

  /* Where the running sum reaches a mass, between the cells. */
  function cellOf(mass, wanted) {
    let sum = mass[0];
    for (let k = 1; k < mass.length; k++) {
      if (sum + mass[k] >= wanted && mass[k] > 0) return k - 1 + Math.max(0, (wanted - sum) / mass[k]);
      sum += mass[k];
    }
    return mass.length - 1;
  }

  /* Convolved with a Gaussian; what passes the ends is mirrored at them. */
  function smoothed(mass, sigma) {
    const last = mass.length - 1;
    const reach = Math.min(Math.ceil(4 * sigma), last);
    const kernel = Array.from({ length: reach + 1 }, (_, k) => Math.exp(-0.5 * (k / sigma) ** 2));
    const total = kernel[0] + 2 * kernel.slice(1).reduce((sum, one) => sum + one, 0);
    const at = (k) => mass[k < 0 ? -k : k > last ? 2 * last - k : k];
    return mass.map((one, k) => {
      let sum = one * kernel[0];
      for (let r = 1; r <= reach; r++) sum += kernel[r] * (at(k - r) + at(k + r));
      return sum / total;
    });
  }

  return { choose, density, scale, span };
})();
