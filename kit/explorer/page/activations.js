"use strict";
/*
 * The activation functions that the page offers, with Keras's names and defaults.
 *
 * `f` and `slope` are a = f(z) and f'(z), number by number, in float64. `kept(z)` is f(z) as a layer
 * of TensorFlow computes it in float32: ELU's e^z is rounded before 1 is subtracted. `back(z, a)` is
 * f'(z) of an activation that was kept: where tanh has rounded to 1, the slope that a training program
 * computes is 1 - a² = 0, and so it is here. Both are quick, and good to 1e-10, far beyond float32.
 * `fill(z, a)` sets a whole array of activations, `passBack(d, z, a)` multiplies one by the slopes:
 * each in a loop of its own, as a function that is called for every number makes an object of it.
 *
 * erf by W. J. Cody, "Rational Chebyshev approximations for the error function", Math. Comp. 23, 1969.
 */
Kit.activations = (() => {
  const NEAR = [
    [1.85777706184603153e-1, 3.1611237438705656, 1.13864154151050156e2, 3.77485237685302021e2,
      3.20937758913846947e3],
    [1, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3,
      2.84423683343917062e3],
  ];
  const MIDDLE = [
    [2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594, 6.61191906371416295e1,
      2.98635138197400131e2, 8.8195222124176909e2, 1.71204761263407058e3, 2.05107837782607147e3,
      1.23033935479799725e3],
    [1, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2,
      1.62138957456669019e3, 3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3,
      1.23033935480374942e3],
  ];
  const FAR = 6; // from here on erf is 1 in float64

  function ratio([above, below], x) {
    let [p, q] = [0, 0];
    for (let k = 0; k < above.length; k++) {
      p = p * x + above[k];
      q = q * x + below[k];
    }
    return p / q;
  }

  function erf(x) {
    const size = Math.abs(x);
    if (size < 0.46875) return x * ratio(NEAR, x * x);
    if (size > FAR) return Math.sign(x);
    return Math.sign(x) * (1 - Math.exp(-size * size) * ratio(MIDDLE, size));
  }

  const sigmoid = (z) => 1 / (1 + Math.exp(-z));
  const density = (z) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  const normalShare = (z) => (1 + erf(z * Math.SQRT1_2)) / 2;
  const square = (x) => x * x;
  const LEAK = 0.2;

  /* 1 / cosh² of z, which does not overflow. */
  function sech2(z) {
    const small = Math.exp(-2 * Math.abs(z));
    return (4 * small) / square(1 + small);
  }

  // quick ones, by tables

  const PARTS = 64; // of a power of 2
  const LEAST = -1080;
  const PER = PARTS / Math.LN2;
  const BROKEN = Float64Array.from({ length: PARTS }, (_, k) => 2 ** (k / PARTS));
  const WHOLE = Float64Array.from({ length: 1024 - LEAST }, (_, k) => 2 ** (k + LEAST));

  /* e^x = 2^(k/64) e^r, with five terms of e^r: |r| is under 0.0055. */
  function exp(x) {
    if (!(x > -740 && x < 709)) return Math.exp(x);
    const k = Math.floor(x * PER + 0.5) | 0;
    const r = x - k / PER;
    const near = 1 + r * (1 + r * (1 / 2 + r * (1 / 6 + r / 24)));
    return near * BROKEN[k & (PARTS - 1)] * WHOLE[(k >> 6) - LEAST];
  }

  /* Near 0 by its series, where nothing is lost. */
  function quickTanh(z) {
    if (z > 0.1 || z < -0.1) return 1 - 2 / (exp(2 * z) + 1);
    const s = z * z;
    return z * (1 + s * (-1 / 3 + s * (2 / 15 + s * (-17 / 315 + (s * 62) / 2835))));
  }

  const quickSigmoid = (z) => 1 / (1 + exp(-z));

  const REACH = 9; // beyond it the share is 0 or 1
  const CELLS = 128; // of one standard deviation
  const NODES = Float64Array.from({ length: 2 * REACH * CELLS + 2 }, (_, k) => k / CELLS - REACH);
  const SHARES = NODES.map((z) => (z < 0 ? upperShare(-z) : 1 - upperShare(z)));
  const RISES = NODES.map((z) => density(z) / CELLS);

  /* The normal share above z ≥ 0, without the difference from 1 that loses its digits. */
  function upperShare(z) {
    const x = z * Math.SQRT1_2;
    return x < 0.46875 ? (1 - erf(x)) / 2 : (Math.exp(-x * x) * ratio(MIDDLE, x)) / 2;
  }

  /* Φ(z) between the nodes, by the cubic with their values and slopes. */
  function quickShare(z) {
    if (z >= REACH) return 1;
    if (z <= -REACH) return 0;
    const place = (z + REACH) * CELLS;
    const k = place | 0;
    const t = place - k;
    const change = SHARES[k + 1] - SHARES[k];
    const bend = RISES[k] + RISES[k + 1] - 2 * change;
    return SHARES[k] + t * (RISES[k] + t * (change - RISES[k] - bend + t * bend));
  }

  const quickSlope = (z) => quickShare(z) + (z * exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
  const eluOf = (z) => (z > 0 ? z : Math.fround(exp(z)) - 1);
  const rectified = (z) => (z < 0 ? 0 : z);
  const leaking = (z) => (z > 0 ? z : LEAK * z);
  const gelu = (z) => z * quickShare(z);

  const ALL = [
    {
      name: "sigmoid",
      label: "sigmoid",
      formula: "1 / (1 + e^(−z))",
      f: sigmoid,
      slope: (z) => sech2(z / 2) / 4,
      kept: quickSigmoid,
      back: (z, a) => a * (1 - a),
      fill(z, a) {
        for (let k = 0; k < z.length; k++) a[k] = quickSigmoid(z[k]);
      },
      passBack(d, z, a) {
        for (let k = 0; k < d.length; k++) d[k] *= a[k] * (1 - a[k]);
      },
      kinks: [0],
      bounded: [0, 1],
      maxSlope: 0.25,
      saturates: "both",
    },
    {
      name: "tanh",
      label: "tanh",
      formula: "tanh z",
      f: Math.tanh,
      slope: sech2,
      kept: quickTanh,
      back: (z, a) => 1 - a * a,
      fill(z, a) {
        for (let k = 0; k < z.length; k++) a[k] = quickTanh(z[k]);
      },
      passBack(d, z, a) {
        for (let k = 0; k < d.length; k++) d[k] *= 1 - a[k] * a[k];
      },
      kinks: [0],
      bounded: [-1, 1],
      maxSlope: 1,
      saturates: "both",
    },
    {
      name: "relu",
      label: "ReLU",
      formula: "max(0, z)",
      f: rectified,
      slope: (z) => (z > 0 ? 1 : 0),
      fill(z, a) {
        for (let k = 0; k < z.length; k++) a[k] = rectified(z[k]);
      },
      passBack(d, z) {
        for (let k = 0; k < d.length; k++) d[k] *= z[k] > 0 ? 1 : 0;
      },
      kinks: [0],
      bounded: null,
      maxSlope: 1,
      saturates: "below",
      below: 0,
    },
    {
      name: "leaky_relu",
      label: "leaky ReLU",
      formula: "z for z > 0, else 0.2 z",
      f: leaking,
      slope: (z) => (z > 0 ? 1 : LEAK),
      fill(z, a) {
        for (let k = 0; k < z.length; k++) a[k] = leaking(z[k]);
      },
      passBack(d, z) {
        for (let k = 0; k < d.length; k++) d[k] *= z[k] > 0 ? 1 : LEAK;
      },
      kinks: [0],
      bounded: null,
      maxSlope: 1,
      saturates: null,
      below: LEAK,
    },
    {
      name: "elu",
      label: "ELU",
      formula: "z for z > 0, else e^z − 1",
      f: (z) => (z > 0 ? z : Math.expm1(z)),
      slope: (z) => (z > 0 ? 1 : Math.exp(z)),
      kept: eluOf,
      back: (z, a) => (a < 0 ? a + 1 : 1),
      fill(z, a) {
        for (let k = 0; k < z.length; k++) a[k] = eluOf(z[k]);
      },
      passBack(d, z, a) {
        for (let k = 0; k < d.length; k++) d[k] *= a[k] < 0 ? a[k] + 1 : 1;
      },
      kinks: [0],
      bounded: null,
      maxSlope: 1,
      saturates: "below",
    },
    {
      name: "gelu",
      label: "GELU",
      formula: "z Φ(z), Φ the normal distribution",
      f: (z) => z * normalShare(z),
      slope: (z) => normalShare(z) + z * density(z),
      kept: gelu,
      back: quickSlope,
      fill(z, a) {
        for (let k = 0; k < z.length; k++) a[k] = gelu(z[k]);
      },
      passBack(d, z) {
        for (let k = 0; k < d.length; k++) d[k] *= quickSlope(z[k]);
      },
      kinks: [0],
      bounded: null,
      maxSlope: 1.1289042, // at z = √2
      saturates: "below",
    },
    {
      name: "linear",
      label: "linear",
      formula: "z",
      f: (z) => z,
      slope: () => 1,
      fill(z, a) {
        a.set(z);
      },
      passBack() {},
      kinks: [0],
      bounded: null,
      maxSlope: 1,
      saturates: null,
      below: 1,
    },
  ];

  const named = Object.fromEntries(
    ALL.map((one) => [
      one.name,
      Object.freeze({ below: null, kept: one.f, back: one.slope, ...one }),
    ]),
  );
  const hidden = { erf, names: ALL.map((one) => one.name) };
  for (const [key, value] of Object.entries(hidden)) Object.defineProperty(named, key, { value });
  return Object.freeze(named);
})();
