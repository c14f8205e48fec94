"use strict";
/* How numbers of a value stand in the panel: grids, sums, lists of the largest. */
Kit.layerGrids = (() => {
  const { html } = Kit.draw;
  const number = (value) => Kit.numbers.format(value, 3);
  const signed = (value) => (value < 0 ? `− ${number(-value)}` : `+ ${number(value)}`);

  /* How the numbers of a grid are written: all with as many decimals, so that the largest has three
     figures; of very small and very large ones in a power of ten, which the grid's name tells. */
  function common(most) {
    if (!(most > 0) || !Number.isFinite(most)) return { unit: "", write: number };
    const exponent = Math.floor(Math.log10(most));
    const power = exponent < -2 || exponent > 3 ? exponent : 0;
    const decimals = Math.max(0, 2 - (exponent - power));
    const write = (value) => {
      if (value === 0) return "0";
      const text = Math.abs(value / 10 ** power).toFixed(decimals);
      return value < 0 && Number(text) !== 0 ? `${Kit.numbers.MINUS}${text}` : text;
    };
    return { unit: power ? `, in units of ${Kit.numbers.power(power)}` : "", write };
  }

  /* A number on a ground of its sign: stronger, the larger it is beside the largest of its grid. */
  function cell(value, most, write, attributes = {}) {
    const share = most > 0 ? Math.min(1, Math.abs(value) / most) : 0;
    const strength = Math.round(8 + 30 * share);
    const name = value < 0 ? "--series-2" : "--series-1";
    const style =
      value && share > 0 ? `background: color-mix(in srgb, var(${name}) ${strength}%, var(--back))` : null;
    return html("td", { style, ...attributes }, write(value));
  }

  /* A grid of numbers under its name; `of(cell)` gives the number, null leaves the place empty. */
  function grid(name, { rows, columns, cells }, of, classOf = () => null) {
    const values = cells.map(of);
    const most = Math.max(...values.map((value) => Math.abs(value || 0)));
    const { unit, write } = common(most);
    const line = (row) =>
      html(
        "tr",
        {},
        ...Array.from({ length: columns }, (_, column) => {
          const k = row * columns + column;
          if (values[k] === null) return html("td", { class: "outside", title: "outside of the image" }, "–");
          return cell(values[k], most, write, { class: classOf(cells[k]) });
        }),
      );
    return html(
      "div",
      { class: "grid", tabindex: 0, role: "group", "aria-label": name },
      html(
        "table",
        {},
        html("caption", {}, name + unit),
        html("tbody", {}, ...Array.from({ length: rows }, (_, row) => line(row))),
      ),
    );
  }

  const formula = (...parts) => html("p", { class: "formula" }, ...parts);
  const note = (...parts) => html("p", { class: "quiet" }, ...parts);

  /* The choice of one map of the layer before. */
  function chooser({ parts, before, chosen, choose }) {
    if (parts.length === 1) return null;
    const options = [...parts]
      .sort((one, other) => one.map - other.map)
      .map(({ map }) => html("option", { value: map, selected: map === chosen }, `map ${map + 1}`));
    return html(
      "label",
      { class: "row" },
      `Of ${before} look at `,
      html(
        "select",
        { onchange: (event) => choose(Number(event.target.value)), "data-focus": "map" },
        ...options,
      ),
    );
  }

  const LARGEST = 5;

  /* What the maps of the layer before add to the sum, the largest parts as bars that can be pressed. */
  function partsList({ parts, before, chosen, choose }) {
    if (parts.length === 1) return null;
    const most = Math.abs(parts[0].sum) || 1;
    const button = ({ map, sum }) =>
      html(
        "button",
        {
          type: "button",
          class: "part",
          "aria-pressed": String(map === chosen),
          onclick: () => choose(map),
          "data-focus": `part${map}`,
        },
        html("span", {}, `map ${map + 1}`),
        html(
          "span",
          { class: "bar", "aria-hidden": "true" },
          html("span", {
            class: sum < 0 ? "negative" : "positive",
            style: `width: ${(100 * Math.abs(sum)) / most}%`,
          }),
        ),
        html("span", { class: "figure" }, number(sum)),
      );
    const rest = parts.slice(LARGEST).reduce((sum, one) => sum + one.sum, 0);
    return html(
      "div",
      { class: "parts" },
      html("p", {}, `The sum has a part from each of the ${parts.length} maps of ${before}:`),
      ...parts.slice(0, LARGEST).map(button),
      parts.length > LARGEST ? note(`the other ${parts.length - LARGEST} together: ${number(rest)}`) : null,
    );
  }

  const SHOWN = 12; // terms of a dense layer

  /* The largest terms of a dense layer's unit. */
  function termTable(context, head, row, key) {
    const { terms, previous } = context;
    const first = [...terms].sort((one, other) => key(other) - key(one)).slice(0, SHOWN);
    return html(
      "div",
      { class: "grid", tabindex: 0, role: "group", "aria-label": "largest terms" },
      html(
        "table",
        {},
        html(
          "caption",
          {},
          terms.length > SHOWN
            ? `the ${SHOWN} largest of ${terms.length.toLocaleString("en")} terms`
            : "all terms",
        ),
        html(
          "thead",
          {},
          html(
            "tr",
            {},
            html("th", { scope: "col" }, "from"),
            ...head.map((one) => html("th", { scope: "col" }, one)),
          ),
        ),
        html(
          "tbody",
          {},
          ...first.map((one) =>
            html(
              "tr",
              {},
              html("th", { scope: "row" }, previous(one.input)),
              ...row(one).map((value) => html("td", {}, number(value))),
            ),
          ),
        ),
      ),
    );
  }

  return { number, signed, grid, formula, note, chooser, partsList, termTable, SHOWN };
})();
