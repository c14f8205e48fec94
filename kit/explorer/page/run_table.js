"use strict";
/* The numbers of one quantity at one capture, a row for each layer, to be read and copied. */
Kit.runTable = (() => {
  const { html } = Kit.draw;
  const { number, row, measured, source, words } = Kit.runData;
  const SHARES = new Set(["zero_fraction", "saturated"]);
  const HEADS = {
    std: "σ",
    std_samples: "σ across samples",
    std_units: "σ between units",
    mean: "mean",
    zero_fraction: "zeros",
    saturated: "saturated",
    update: "‖ΔW‖ / ‖W‖",
    nonfinite: "not finite",
    min: "min",
    q05: "5 %",
    q25: "25 %",
    median: "median",
    q75: "75 %",
    q95: "95 %",
    max: "max",
    count: "values",
  };

  /* Columns of which there is a number for some layer, but those that are always told. */
  function columns(rows) {
    const always = new Set(["std", "mean", "min", "median", "max", "zero_fraction", "nonfinite"]);
    return Object.keys(HEADS).filter(
      (name) => always.has(name) || rows.some((at) => Number.isFinite(number(at, name))),
    );
  }

  function cell(at, name) {
    const value = number(at, name);
    if (name === "count" || name === "nonfinite")
      return Number.isNaN(value) ? "–" : Math.round(value).toLocaleString("en");
    return SHARES.has(name) ? Kit.numbers.percent(value, 1) : Kit.numbers.format(value);
  }

  /* {run, quantity, layers, capture}. */
  function draw({ run, quantity, layers, capture }) {
    const names = layers.filter((name) => measured(row(run, name, quantity, capture)));
    const title = `${source.quantities[quantity].plural} at ${words(run.captures[capture])}`;
    if (!names.length)
      return html("p", { class: "quiet nothing" }, `no ${source.quantities[quantity].label} of these layers here`);
    const rows = names.map((name) => row(run, name, quantity, capture));
    const heads = columns(rows);
    return html(
      "div",
      { class: "wide", tabindex: "0", role: "region", "aria-label": `${title}, ${run.name}` },
      html(
        "table",
        { class: "numbers" },
        html("caption", {}, title, html("span", { class: "quiet" }, `: ${source.quantities[quantity].meaning}`)),
        html(
          "thead",
          {},
          html(
            "tr",
            {},
            html("th", { scope: "col" }, "layer"),
            ...heads.map((name) => html("th", { scope: "col" }, HEADS[name])),
          ),
        ),
        html(
          "tbody",
          {},
          ...names.map((name, k) =>
            html(
              "tr",
              {},
              html("th", { scope: "row" }, name),
              ...heads.map((one) => html("td", { "data-column": one }, cell(rows[k], one))),
            ),
          ),
        ),
      ),
    );
  }

  return { draw };
})();
