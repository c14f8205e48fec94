"use strict";
/*
 * Sums and counts over long arrays, as distributions need them.
 *
 * Each loop stands in a function of its own that is called for a part of an array at a time: an engine of
 * JavaScript makes good code of what it calls often, and leaves the good code of one long call again
 * and again at its end.
 */
Kit.tallies = (() => {
  const PART = 512;

  function byParts(length, work) {
    for (let from = 0; from < length; from += PART) work(from, Math.min(from + PART, length));
  }

  /* Onto totals [count, sum, min, max] what these finite values add. */
  function addSums(array, from, to, totals) {
    let count = 0;
    let sum = 0;
    let min = totals[2];
    let max = totals[3];
    for (let k = from; k < to; k++) {
      const value = array[k];
      if (value - value !== 0) continue; // NaN or infinite
      count += 1;
      sum += value;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    totals[0] += count;
    totals[1] += sum;
    totals[2] = min;
    totals[3] = max;
  }

  function squaresApart(array, from, to, mean) {
    let sum = 0;
    for (let k = from; k < to; k++) {
      const apart = array[k] - mean;
      if (apart - apart === 0) sum += apart * apart;
    }
    return sum;
  }

  /* {count, sum, min, max} of the finite values; Infinity and -Infinity where there is none. */
  function sums(array) {
    const totals = Float64Array.of(0, 0, Infinity, -Infinity);
    byParts(array.length, (from, to) => addSums(array, from, to, totals));
    const [count, sum, min, max] = totals;
    return { count, sum, min, max };
  }

  /* Σ (value - mean)² over the finite values. */
  function squares(array, mean) {
    let sum = 0;
    byParts(array.length, (from, to) => { sum += squaresApart(array, from, to, mean); });
    return sum;
  }

  /* The bits of float32 numbers. */
  const patternsOf = (array) => new Uint32Array(array.buffer, array.byteOffset, array.length);

  /* 1 where they are those of 0 or -0, else 0. Zeros and others take turns at random, in an activation
     of a ReLU for one, so that asking with an `if` takes several times as long. */
  const isZero = (pattern) => ((pattern & 0x7fffffff) - 1) >>> 31;

  function countZeros(patterns, from, to) {
    let zeros = 0;
    for (let k = from; k < to; k++) zeros += isZero(patterns[k]);
    return zeros;
  }

  /* How many values are 0. */
  function zeros(array) {
    if (!(array instanceof Float32Array)) return array.reduce((sum, one) => sum + (one === 0), 0);
    const patterns = patternsOf(array);
    let found = 0;
    byParts(array.length, (from, to) => { found += countZeros(patterns, from, to); });
    return found;
  }

  function countUpper(patterns, from, to, counts) {
    for (let k = from; k < to; k++) counts[patterns[k] >>> 16] += 1;
  }

  /* Onto `counts` by the upper 16 bits of the values of a Float32Array. */
  function byMagnitude(array, counts) {
    const patterns = patternsOf(array);
    byParts(array.length, (from, to) => countUpper(patterns, from, to, counts));
  }

  function addRow(array, patterns, from, mean, active) {
    for (let j = 0, at = from; j < mean.length; j++, at++) {
      mean[j] += array[at];
      active[j] += 1 - isZero(patterns[at]);
    }
  }

  function addSquares(array, from, mean, squares) {
    for (let j = 0, at = from; j < mean.length; j++, at++) {
      const apart = array[at] - mean[j];
      squares[j] += apart * apart;
    }
  }

  function countBeyond(array, from, units, bound) {
    let found = 0;
    for (let at = from; at < from + units; at++) found += Math.abs(array[at]) > bound ? 1 : 0;
    return found;
  }

  /*
   * Of values (n, units) in a Float32Array, for each unit: onto `sums` their sum, onto `active` how many
   * are not 0. Returns the number of all whose magnitude is beyond a bound, null for none.
   */
  function columns(array, units, sums, active, bound) {
    const patterns = patternsOf(array);
    let beyond = 0;
    for (let from = 0; from < array.length; from += units) {
      addRow(array, patterns, from, sums, active);
      if (bound !== null) beyond += countBeyond(array, from, units, bound);
    }
    return beyond;
  }

  /* Onto `squares`, for each unit, Σ (value - its mean)². */
  function columnSquares(array, units, mean, squares) {
    for (let from = 0; from < array.length; from += units) addSquares(array, from, mean, squares);
  }

  return { byMagnitude, columnSquares, columns, squares, sums, zeros };
})();
