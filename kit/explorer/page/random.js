"use strict";
/*
 * Random numbers: those that NumPy and Keras draw from a seed, so that what a page shows can be had in
 * Python, and the other way round.
 *
 * NumPy's: SeedSequence (M. E. O'Neill, "Developing a seed_seq alternative", 2015) seeds PCG64
 * (O'Neill, "PCG: a family of simple fast space-efficient statistically good algorithms for random
 * number generation", HMC-CS-2014-0905). A whole number below a bound is as many bits as the bound
 * has, drawn again until it is below.
 *
 * Keras's on TensorFlow: Philox 4x32-10 (J. K. Salmon et al., "Parallel random numbers: as easy as
 * 1, 2, 3", SC 2011), normal numbers by G. E. P. Box and M. E. Muller, "A note on the generation of
 * random normal deviates", 1958. Everything is float32, where TensorFlow's is.
 */
Kit.random = (() => {
  const f32 = Math.fround;

  /* Entropy as 32-bit words, the low ones first: of a whole number, or of a list of them. */
  function words(seed) {
    if (Array.isArray(seed)) return seed.flatMap(words);
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new RangeError(`\`seed\` must be a whole number of at least 0; got ${seed}`);
    }
    const high = Math.floor(seed / 4294967296);
    return high ? [seed >>> 0, high >>> 0] : [seed >>> 0];
  }

  const POOL = 4;

  function mixed(x, y) {
    const value = (Math.imul(0xca01f9dd, x) - Math.imul(0x4973f715, y)) >>> 0;
    return (value ^ (value >>> 16)) >>> 0;
  }

  /* NumPy's SeedSequence(seed): a function that gives `count` words. */
  function seedSequence(seed) {
    const entropy = words(seed);
    let constant = 0x43b0d7e5;
    const hashed = (value) => {
      value = (value ^ constant) >>> 0;
      constant = Math.imul(constant, 0x931e8875) >>> 0;
      value = Math.imul(value, constant) >>> 0;
      return (value ^ (value >>> 16)) >>> 0;
    };
    const pool = Array.from({ length: POOL }, (_, k) => hashed(entropy[k] ?? 0));
    for (let from = 0; from < POOL; from++) {
      for (let to = 0; to < POOL; to++) {
        if (from !== to) pool[to] = mixed(pool[to], hashed(pool[from]));
      }
    }
    for (const word of entropy.slice(POOL)) {
      for (let to = 0; to < POOL; to++) pool[to] = mixed(pool[to], hashed(word));
    }
    return (count) => {
      let next = 0x8b51f9dd;
      return Array.from({ length: count }, (_, k) => {
        let value = (pool[k % POOL] ^ next) >>> 0;
        next = Math.imul(next, 0x58f38ded) >>> 0;
        value = Math.imul(value, next) >>> 0;
        return (value ^ (value >>> 16)) >>> 0;
      });
    };
  }

  /* A seed for each layer, as kit.models.initializers.layer_seeds gives them. */
  function layerSeeds(seed, count) {
    return seedSequence(seed)(count).map((word) => word >>> 1);
  }

  const LOW_64 = (1n << 64n) - 1n;
  const LOW_128 = (1n << 128n) - 1n;
  const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n;

  /* NumPy's default_rng(seed): `below(n)` for whole numbers, `uniform(low, high)` for float64. */
  function generator(seed) {
    const state32 = seedSequence(seed)(8).map(BigInt);
    const [s0, s1, i0, i1] = [0, 2, 4, 6].map((k) => state32[k] | (state32[k + 1] << 32n));
    const increment = ((((i0 << 64n) | i1) << 1n) | 1n) & LOW_128;
    let state = (increment + ((s0 << 64n) | s1)) & LOW_128;
    const step = () => { state = (state * MULTIPLIER + increment) & LOW_128; };
    step();
    const next64 = () => {
      step();
      const turns = state >> 122n;
      const value = (state >> 64n) ^ (state & LOW_64);
      return ((value >> turns) | (value << (64n - turns))) & LOW_64;
    };
    let kept = -1; // the upper half of a number whose lower half has gone out
    const next32 = () => {
      if (kept >= 0) {
        const half = kept;
        kept = -1;
        return half;
      }
      const value = next64();
      kept = Number(value >> 32n);
      return Number(value & 0xffffffffn);
    };
    const below = (bound) => {
      if (bound === 1) return 0;
      const mask = 2 ** (32 - Math.clz32(bound - 1)) - 1;
      for (;;) {
        const value = (next32() & mask) >>> 0;
        if (value < bound) return value;
      }
    };
    const uniform = (low = 0, high = 1) =>
      low + (high - low) * (Number(next64() >> 11n) / 9007199254740992);
    return { below, uniform };
  }

  /* The whole numbers from 0 to n - 1 in the order of NumPy's default_rng(seed).permutation(n). */
  function permutation(n, seed) {
    const order = Int32Array.from({ length: n }, (_, k) => k);
    const { below } = generator(seed);
    for (let k = n - 1; k > 0; k--) {
      const other = below(k + 1);
      [order[k], order[other]] = [order[other], order[k]];
    }
    return order;
  }

  /* Ten rounds of Philox on the four words of `counter`, in place. */
  function philox(counter, key0, key1) {
    let [c0, c1, c2, c3] = counter;
    for (let round = 0; round < 10; round++) {
      const [high0, low0] = product(0xd2511f53, c0);
      const [high1, low1] = product(0xcd9e8d57, c2);
      [c0, c1, c2, c3] = [high1 ^ c1 ^ key0, low1, high0 ^ c3 ^ key1, low0];
      key0 = (key0 + 0x9e3779b9) | 0;
      key1 = (key1 + 0xbb67ae85) | 0;
    }
    counter[0] = c0;
    counter[1] = c1;
    counter[2] = c2;
    counter[3] = c3;
    return counter;
  }

  /* Upper and lower word of the product of two words. */
  function product(x, y) {
    const xl = x & 0xffff, xh = x >>> 16, yl = y & 0xffff, yh = y >>> 16;
    const middle = xh * yl + ((xl * yl) >>> 16);
    const other = xl * yh + (middle & 0xffff);
    const high = xh * yh + Math.floor(middle / 65536) + Math.floor(other / 65536);
    return [high | 0, Math.imul(x, y)];
  }

  /* TensorFlow's stream of [seed, 0]: the words of block `index`, four at a time. */
  function stream(seed) {
    const known = seed % 2147483646; // as Keras narrows it to int32
    const mix = philox(new Uint32Array([known, 0, 0, 0]), 0x3ec8f720, 0x02461e29);
    const block = new Uint32Array(4);
    return (index) => {
      block[0] = index;
      block[1] = Math.floor(index / 4294967296);
      block[2] = mix[2];
      block[3] = mix[3];
      return philox(block, mix[0] | 0, mix[1] | 0);
    };
  }

  /* 23 bits of a word as a number in [0, 1). */
  const unit = (word) => (word & 0x7fffff) / 8388608;

  const LEAST = f32(1e-7);

  /* Two normal numbers of two words. */
  function boxMuller(word0, word1, pair) {
    const radius = f32(Math.sqrt(f32(-2 * f32(Math.log(Math.max(unit(word0), LEAST))))));
    const angle = f32(2 * Math.PI * unit(word1));
    pair[0] = f32(Math.sin(angle)) * radius;
    pair[1] = f32(Math.cos(angle)) * radius;
  }

  /* Numbers of keras.random.normal((size,), mean, std, seed=seed). */
  function normal(size, seed, { mean = 0, std = 1 } = {}) {
    const numbers = new Float32Array(size);
    const words4 = stream(seed);
    const pair = new Float32Array(2);
    for (let k = 0; k < size; k += 4) {
      const block = words4(k / 4);
      for (let half = 0; half < 4; half += 2) {
        boxMuller(block[half], block[half + 1], pair);
        numbers[k + half] = pair[0]; // beyond the end nothing is written
        numbers[k + half + 1] = pair[1];
      }
    }
    return spread(numbers, mean, std);
  }

  const APART = 256; // blocks that TensorFlow reserves for four truncated numbers
  const CUT = 2;

  /* Numbers of keras.random.truncated_normal((size,), mean, std, seed=seed): none beyond 2 std. */
  function truncatedNormal(size, seed, { mean = 0, std = 1 } = {}) {
    const numbers = new Float32Array(size);
    const words4 = stream(seed);
    const pair = new Float32Array(2);
    for (let group = 0; group * 4 < size; group++) {
      let found = 0;
      for (let one = group * APART; found < 4; one++) {
        const block = words4(one);
        for (let half = 0; half < 4 && found < 4; half += 2) {
          boxMuller(block[half], block[half + 1], pair);
          for (let k = 0; k < 2 && found < 4; k++) {
            if (Math.abs(pair[k]) < CUT) numbers[group * 4 + found++] = pair[k];
          }
        }
      }
    }
    return spread(numbers, mean, std);
  }

  /* Numbers of keras.random.uniform((size,), low, high, seed=seed). */
  function uniform(size, seed, { low = 0, high = 1 } = {}) {
    const numbers = new Float32Array(size);
    const words4 = stream(seed);
    for (let k = 0; k < size; k += 4) {
      const block = words4(k / 4);
      for (let one = 0; one < 4; one++) numbers[k + one] = unit(block[one]);
    }
    return spread(numbers, f32(low), f32(f32(high) - f32(low)));
  }

  function spread(numbers, mean, factor) {
    const [by, from] = [f32(factor), f32(mean)];
    for (let k = 0; k < numbers.length; k++) numbers[k] = f32(numbers[k] * by) + from;
    return numbers;
  }

  return { generator, layerSeeds, normal, permutation, seedSequence, truncatedNormal, uniform };
})();
