"use strict";
/* Numbers as they are printed in books, 1.6×10⁻¹¹ and −0.5, as kit/numerals.py prints them. */
Kit.numbers = (() => {
  const MINUS = "−";
  const RAISED = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

  const raised = (exponent) => [...String(exponent)].map((one) => RAISED[one]).join("");

  /* A number with `digits` figures at most, in Python's "g" form, typeset. */
  function format(value, digits = 3) {
    if (value === null || value === undefined || Number.isNaN(value)) return "–";
    if (value === 0) return "0";
    if (!Number.isFinite(value)) return value > 0 ? "∞" : `${MINUS}∞`;
    const sign = value < 0 ? MINUS : "";
    const [mantissa, power] = Math.abs(value)
      .toExponential(digits - 1)
      .split("e");
    const exponent = Number(power);
    const shorter = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
    if (exponent >= -4 && exponent < Math.max(digits, 5)) {
      return sign + shorter(Math.abs(value).toFixed(Math.max(0, digits - 1 - exponent)));
    }
    const front = shorter(mantissa);
    return `${sign}${front === "1" ? "" : `${front}×`}10${raised(exponent)}`;
  }

  /* A power of ten, as at a logarithmic axis. */
  const power = (exponent) => (exponent === 0 ? "1" : `10${raised(exponent)}`);

  /* A share as per cent. */
  const percent = (share, digits = 0) => (Number.isFinite(share) ? `${(100 * share).toFixed(digits)} %` : "–");

  /* "1 layer", "2 layers". */
  const count = (number, one, many = `${one}s`) => `${number.toLocaleString("en")} ${number === 1 ? one : many}`;

  return { MINUS, format, power, percent, count };
})();
