"use strict";
/*
 * How weights are drawn: the numbers that Keras 3 on TensorFlow draws with the same seed.
 *
 * Glorot: variance 2 / (fan_in + fan_out) (X. Glorot and Y. Bengio, AISTATS 2010); He: 2 / fan_in
 * (K. He et al., ICCV 2015); LeCun: 1 / fan_in (Y. LeCun et al., "Efficient BackProp", 1998). The
 * normal ones are cut at two standard deviations and widened, so that the variance is as it says.
 */
Kit.initializers = (() => {
  const SHRUNK = 0.87962566103423978; // std of a standard normal that is cut at ±2
  const KERAS_LIMIT = 0.05; // of keras.initializers.RandomUniform

  const SCALES = {
    glorot: (fanIn, fanOut) => 2 / (fanIn + fanOut),
    he: (fanIn) => 2 / fanIn,
    lecun: (fanIn) => 1 / fanIn,
  };

  const KINDS = [
    "normal",
    "uniform",
    ...Object.keys(SCALES).flatMap((one) => [`${one}_normal`, `${one}_uniform`]),
    "zeros",
  ];

  /*
   * Variance of a weight. `std` is that of "normal", and of "uniform" where it is given; without it
   * "uniform" is Keras's, from -0.05 to 0.05.
   */
  function variance(kind, fanIn, fanOut, std) {
    if (!KINDS.includes(kind)) throw unknown(kind);
    if (kind === "zeros") return 0;
    if (kind === "uniform" && std === undefined) return (KERAS_LIMIT * KERAS_LIMIT) / 3;
    if (kind === "normal" || kind === "uniform") return checkedStd(std) ** 2;
    return SCALES[kind.split("_")[0]](fanIn, fanOut);
  }

  /* Weights (fanIn, fanOut), row-major. */
  function draw({ kind, std }, fanIn, fanOut, seed) {
    const size = fanIn * fanOut;
    const spread = variance(kind, fanIn, fanOut, std);
    if (kind === "zeros") return new Float32Array(size);
    if (kind === "normal") return Kit.random.normal(size, seed, { std });
    if (kind.endsWith("uniform")) {
      const limit = Math.sqrt(3 * spread);
      return Kit.random.uniform(size, seed, { low: -limit, high: limit });
    }
    return Kit.random.truncatedNormal(size, seed, { std: Math.sqrt(spread) / SHRUNK });
  }

  function checkedStd(std) {
    if (!(Number.isFinite(std) && std >= 0)) {
      throw new RangeError(`\`std\` must be a number of at least 0; got ${std}`);
    }
    return std;
  }

  function unknown(kind) {
    return new RangeError(`\`kind\` must be one of ${KINDS.join(", ")}; got ${kind}`);
  }

  return { draw, variance };
})();
