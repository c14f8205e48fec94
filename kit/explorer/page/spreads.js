"use strict";
/*
 * Distributions: what an array's values are, in a few numbers and in bins, for violins and profiles.
 *
 * Values are counted by the upper 16 bits of their float32 pattern (sign, exponent, 7 bits of
 * mantissa): bins over every magnitude whose edges are a relative 1/128 apart, so that quantiles are
 * good to that; few values, and values far from 0, are counted more finely. As in kit/stats: Sketch
 * and UnitEvidence.
 */
Kit.spreads = (() => {
  const QUANTILES = { q05: 0.05, q25: 0.25, median: 0.5, q75: 0.75, q95: 0.95 };
  const HALF = 1 << 15; // bins of one sign
  const INFINITE = 0x7f80; // the bin of infinity
  const FEW = 256;
  const EVEN = 512;
  const CLOSE = 16;
  const counts = new Uint32Array(2 * HALF);
  const word = new Uint32Array(1);
  const asFloat = new Float32Array(word.buffer);

  /* The magnitudes at which bins begin, by their rank counted from zero. */
  const EDGES = Float64Array.from({ length: INFINITE + 1 }, (_, rank) => {
    word[0] = rank << 16;
    return rank === INFINITE ? 2 ** 128 : asFloat[0];
  });

  /*
   * {count, mean, std, rms, min, max, zeros, nonfinite, q05 ... q95, bins}; `zeros` is a share,
   * std has the divisor n. NaN where nothing is finite.
   */
  function of(array) {
    const moments = momentsOf(array);
    const spread = { ...moments, bins: binsOf(array, moments) };
    const found = quantiles(spread, Object.values(QUANTILES));
    Object.keys(QUANTILES).forEach((name, k) => { spread[name] = found[k]; });
    return spread;
  }

  function momentsOf(array) {
    const { count, sum, min, max } = Kit.tallies.sums(array);
    const nonfinite = array.length - count;
    if (!count) {
      return { count, mean: NaN, std: NaN, rms: NaN, min: NaN, max: NaN, zeros: NaN, nonfinite };
    }
    const mean = min === max ? min : sum / count;
    const std = Math.sqrt(Kit.tallies.squares(array, mean) / count);
    const zeros = Kit.tallies.zeros(array) / count;
    return { count, mean, std, rms: Math.hypot(mean, std), min, max, zeros, nonfinite };
  }

  /*
   * The bins that hold something, in the order of their values: {lower, upper, counts}. Exact zeros
   * are a bin of their own, from 0 to 0. Of few values each is one; of many far from 0, where bins by
   * magnitude would be wider than they are spread, the bins are evenly wide.
   */
  function binsOf(array, moments) {
    const { min, max } = moments;
    if (array.length <= FEW) return eachAlone(array);
    const [near, far] = [Math.min(Math.abs(min), Math.abs(max)), Math.max(Math.abs(min), Math.abs(max))];
    if ((min > 0 || max < 0) && far < CLOSE * near) return evenBins(array, moments);
    return binsByMagnitude(array, moments);
  }

  function eachAlone(array) {
    const values = Float64Array.from(array).filter((value) => value - value === 0).sort();
    return { lower: values, upper: values, counts: new Float64Array(values.length).fill(1) };
  }

  function evenBins(array, { min, max }) {
    const width = (max - min) / EVEN || 1;
    const counts = new Float64Array(EVEN);
    for (let k = 0; k < array.length; k++) {
      const value = array[k];
      if (value - value === 0) counts[Math.min(Math.floor((value - min) / width), EVEN - 1)] += 1;
    }
    const lower = counts.map((_, k) => min + k * width);
    const upper = counts.map((_, k) => Math.min(min + (k + 1) * width, max));
    const used = (some) => some.filter((_, k) => counts[k] > 0);
    return { lower: used(lower), upper: used(upper), counts: used(counts) };
  }

  function binsByMagnitude(array, moments) {
    const source = array instanceof Float32Array ? array : Float32Array.from(array);
    Kit.tallies.byMagnitude(source, counts);
    const found = gathered(moments);
    counts.fill(0);
    return found;
  }

  /* The rank of the bin of a magnitude. */
  function rankOf(size) {
    asFloat[0] = size;
    return word[0] >>> 16;
  }

  const room = [0, 1, 2].map(() => new Float64Array(2 * HALF)); // for the bins of one array

  /* From place `many` on, the bins of one sign, whose magnitudes have ranks up to `last`. */
  function addBins(many, last, negative) {
    const [lower, upper, found] = room;
    const first = negative ? HALF : 0;
    for (let k = 1; k <= last; k++) {
      const rank = negative ? last + 1 - k : k;
      const number = counts[first + rank];
      if (number === 0) continue;
      lower[many] = negative ? -EDGES[rank + 1] : EDGES[rank];
      upper[many] = negative ? -EDGES[rank] : EDGES[rank + 1];
      found[many++] = number;
    }
    return many;
  }

  function gathered({ min, max, zeros, count }) {
    const exact = Math.round(zeros * count) || 0;
    const nought = counts[0] + counts[HALF] - exact; // subnormal ones, beside 0 and -0
    const lastRank = (size) => (size > 0 ? Math.min(rankOf(size), INFINITE - 1) : 0);
    const [lower, upper, found] = room;
    let many = addBins(0, lastRank(-min), true);
    for (const [low, high, number] of [[0, 0, exact], [-EDGES[1], EDGES[1], nought]]) {
      if (number <= 0) continue;
      lower[many] = min < 0 ? low : 0;
      upper[many] = max > 0 ? high : 0;
      found[many++] = number;
    }
    many = addBins(many, lastRank(max), false);
    if (many) { // the outermost bins end where the values do
      lower[0] = Math.max(lower[0], min);
      upper[many - 1] = Math.min(upper[many - 1], max);
    }
    const [low, high, numbers] = room.map((some) => some.slice(0, many));
    return { lower: low, upper: high, counts: numbers };
  }

  /* Values below which these shares lie; within a bin as if its values were evenly spread. */
  function quantiles({ bins, count, min, max }, shares) {
    if (!count) return shares.map(() => NaN);
    const { lower, upper, counts: found } = bins;
    return shares.map((share) => {
      let left = share * (count - 1);
      for (let k = 0; k < found.length; k++) {
        if (left < found[k]) {
          const within = found[k] > 1 ? left / (found[k] - 1) : 0.5;
          const value = lower[k] + (upper[k] - lower[k]) * Math.min(within, 1);
          return Math.min(Math.max(value, min), max);
        }
        left -= found[k];
      }
      return max;
    });
  }

  /* The spread of the magnitudes that are not 0: for a logarithmic axis. Bins of both signs go in the
     order of their magnitudes, those of the same range as one. */
  function magnitudes({ bins, min, max }) {
    const { lower, upper, counts: numbers } = bins;
    const [low, high, found] = room;
    let [many, count] = [0, 0];
    const add = (from, to, number) => {
      count += number;
      if (many && low[many - 1] === from && high[many - 1] === to) {
        found[many - 1] += number;
        return;
      }
      low[many] = from;
      high[many] = to;
      found[many++] = number;
    };
    let right = 0;
    while (right < numbers.length && lower[right] < 0) right += 1;
    let left = right - 1; // going down, towards larger magnitudes
    while (right < numbers.length && upper[right] === 0) right += 1; // exact zeros
    while (left >= 0 || right < numbers.length) {
      const from = left >= 0 ? Math.abs(upper[left]) : Infinity;
      const to = left >= 0 ? Math.abs(lower[left]) : Infinity;
      const isLeft = right >= numbers.length || from < lower[right] || (from === lower[right] && to <= upper[right]);
      if (isLeft) {
        add(from, to, numbers[left]);
        left -= 1;
      } else {
        add(lower[right], upper[right], numbers[right]);
        right += 1;
      }
    }
    const most = Math.max(Math.abs(min), Math.abs(max));
    const arrays = room.map((one) => one.slice(0, many));
    const least = many ? arrays[0][0] : NaN;
    return { bins: { lower: arrays[0], upper: arrays[1], counts: arrays[2] }, count, min: least, max: most };
  }

  /*
   * The two parts of a layer's std: across samples (root of the mean of the units' variances) and
   * between units (std of their means); std² is the sum of their squares. Also each unit's mean and
   * std, the share of the samples for which it is not 0, and with `beyond` the share of all values
   * whose magnitude is larger. Values that are NaN or infinite make the unit's numbers NaN. `array` is
   * a Float32Array, (n, units).
   */
  function parts(array, n, units, beyond = null) {
    const [mean, std, active] = [0, 0, 0].map(() => new Float64Array(units));
    const saturated = Kit.tallies.columns(array, units, mean, active, beyond);
    for (let j = 0; j < units; j++) {
      mean[j] = sameInColumn(array, n, units, j) ? array[j] : mean[j] / n;
      active[j] /= n;
    }
    Kit.tallies.columnSquares(array, units, mean, std);
    const variance = std.reduce((sum, one) => sum + one, 0) / (n * units);
    for (let j = 0; j < units; j++) std[j] = Math.sqrt(std[j] / n);
    return {
      samples: Math.sqrt(variance),
      units: stdOf(mean),
      saturated: beyond === null ? NaN : saturated / (n * units),
      of: { mean, std, active },
    };
  }

  /* Rounding of a mean gives equal numbers a deviation that is not quite 0. */
  function sameInColumn(array, n, units, j) {
    for (let i = 1; i < n; i++) if (array[i * units + j] !== array[j]) return false;
    return true;
  }

  function stdOf(values) {
    const first = values[0];
    let [sum, squares] = [0, 0];
    for (const value of values) {
      sum += value - first;
      squares += (value - first) ** 2;
    }
    const mean = sum / values.length;
    let m2 = 0;
    for (const value of values) m2 += (value - first - mean) ** 2;
    return squares === 0 ? 0 : Math.sqrt(m2 / values.length);
  }

  const SLOPE = 0.05; // of the largest: under it, a unit has stopped learning
  const BOUNDS = {
    sigmoid: 2 * Math.atanh(Math.sqrt(1 - SLOPE)),
    tanh: Math.atanh(Math.sqrt(1 - SLOPE)),
  };

  /* The |z| beyond which an activation's slope is under 5 % of its largest; null without one. */
  const saturationBound = (activation) => BOUNDS[activation] ?? null;

  /*
   * What the views show of a network at one moment: {loss, accuracy, perSample, layers}, a layer
   * {name, activation, z, a, delta, weight, gradient, bias}, each a spread; z, a and delta with `parts`
   * too. The arrays themselves are in `pass` and `back`, for who looks closer.
   */
  function snapshot(network, x, y, n) {
    const pass = Kit.engine.forward(network, x, n);
    const back = Kit.engine.backward(network, x, y, n, pass);
    const layers = network.layers.map((layer, k) => {
      const units = layer.outSize;
      const bound = saturationBound(layer.activation);
      const ofSamples = (array, beyond = null) => ({
        ...of(array),
        parts: parts(array, n, units, beyond),
      });
      return {
        name: layer.name,
        activation_name: layer.activation,
        z: ofSamples(pass.z[k], bound),
        activation: ofSamples(pass.a[k]),
        delta: ofSamples(back.delta[k]),
        weight: of(layer.W),
        gradient: of(back.gW[k]),
        bias: of(layer.b),
      };
    });
    const accuracy = Kit.engine.accuracy(network, x, y, n, pass);
    return { loss: back.loss, accuracy, layers, pass, back };
  }

  return {
    magnitudes, of, parts, quantiles, saturationBound,
    snapshot,
  };
})();
