"use strict";
/*
 * The activation functions that the page offers, with Keras's names and defaults.
 *
 * `f` and `slope` are a = f(z) and f'(z), number by number, in float64. `kept(z)` is f(z) as a layer
 * of TensorFlow computes it in float32: ELU's e^z is rounded before 1 is subtracted. `back(z, a)` is
 * f'(z) of an activation that was kept: where tanh has rounded to 1, the slope that a training program
 * computes is 1 - a² = 0, and so it is here.
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
  const tanh = (z) => (Math.abs(z) < 0.1 ? Math.tanh(z) : 1 - 2 / (Math.exp(2 * z) + 1)); // quicker
  const density = (z) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  const normalShare = (z) => (1 + erf(z * Math.SQRT1_2)) / 2;
  const square = (x) => x * x;
  const LEAK = 0.2;

  /* 1 / cosh² of z, which does not overflow. */
  function sech2(z) {
    const small = Math.exp(-2 * Math.abs(z));
    return (4 * small) / square(1 + small);
  }

  const ALL = [
    {
      name: "sigmoid",
      label: "sigmoid",
      formula: "1 / (1 + e^(−z))",
      f: sigmoid,
      slope: (z) => sech2(z / 2) / 4,
      back: (z, a) => a * (1 - a),
      kinks: [0],
      bounded: [0, 1],
      maxSlope: 0.25,
      saturates: "both",
    },
    {
      name: "tanh",
      label: "tanh",
      formula: "tanh z",
      f: tanh,
      slope: sech2,
      back: (z, a) => 1 - a * a,
      kinks: [0],
      bounded: [-1, 1],
      maxSlope: 1,
      saturates: "both",
    },
    {
      name: "relu",
      label: "ReLU",
      formula: "max(0, z)",
      f: (z) => (z < 0 ? 0 : z),
      slope: (z) => (z > 0 ? 1 : 0),
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
      f: (z) => (z > 0 ? z : LEAK * z),
      slope: (z) => (z > 0 ? 1 : LEAK),
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
      kept: (z) => (z > 0 ? z : Math.fround(Math.exp(z)) - 1),
      back: (z, a) => (a < 0 ? a + 1 : 1),
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
