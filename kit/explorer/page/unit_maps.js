"use strict";
/*
 * What each unit of a layer sees: small maps of its activation over the plane, twenty to a page. They are
 * one list to choose from; arrow keys move the choice, and what is chosen is the setting `unit`.
 */
Kit.unitMaps = (() => {
  const { html } = Kit.draw;
  const { write } = Kit.parts;
  const PAGE = 20;
  const FLAT = 1e-6; // of the largest value: what varies less is no picture but rounding

  const SHADES = { layer: "the same for all", unit: "each unit its own" };

  /* make(): {element, show({network, layer, unit, field, side}), tabulate()}; `field` as Kit.plane.pass gives it. */
  function make() {
    let [now, page, shown, ranges] = [null, 0, "", []];
    const options = Array.from({ length: PAGE }, (_, k) => option(() => choose(page * PAGE + k)));
    const list = html("div", { class: "maps", role: "listbox", "aria-orientation": "horizontal", onkeydown: press });
    list.append(...options.map((one) => one.element));
    const kind = html(
      "select",
      { "aria-label": "Shades of the maps", onchange: () => draw() },
      ...Object.entries(SHADES).map(([value, text]) => html("option", { value }, text)),
    );
    const turn = (step, text, name) =>
      html("button", { type: "button", "aria-label": name, onclick: () => turnTo(page + step) }, text);
    const [before, after] = [turn(-1, "‹", "Units before these"), turn(1, "›", "Units after these")];
    const which = html("span", { class: "of" });
    const pages = html("div", { class: "stepper" }, before, which, after);
    const scale = html("p", { class: "small" });
    const table = html("div", { class: "visually-hidden" });
    const element = html(
      "div",
      {},
      html(
        "div",
        { class: "row" },
        html("div", { class: "stepper" }, html("span", { class: "name", "aria-hidden": "true" }, "Shades"), kind),
        pages,
      ),
      list,
      scale,
      table,
    );

    const choose = (unit) => Kit.state.set({ unit: unit + 1 });

    function turnTo(to) {
      const last = Math.ceil(now.field.units / PAGE) - 1;
      page = Math.min(last, Math.max(0, to));
      draw();
    }

    function press(event) {
      const step = stepOf(event.key, list);
      if (step === null || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const last = now.field.units - 1;
      const to = Math.min(last, Math.max(0, step === -Infinity ? 0 : now.unit + step));
      choose(to);
      options[to % PAGE].element.focus();
    }

    function show(given) {
      now = given;
      const where = `${now.layer}/${now.unit}/${now.field.units}`;
      if (where !== shown) page = Math.floor(now.unit / PAGE); // a page turned by hand stays while it trains
      shown = where;
      draw();
    }

    function draw() {
      const { network, layer, unit, field, side } = now;
      const { units } = field;
      const first = page * PAGE;
      const last = Math.min(units, first + PAGE);
      list.setAttribute("aria-label", `What the units of ${Kit.parts.layerName(network, layer)} see`);
      pages.hidden = units <= PAGE;
      write(which, `${first + 1} to ${last} of ${units}`);
      before.setAttribute("aria-disabled", String(page === 0));
      after.setAttribute("aria-disabled", String(last === units));
      const most = Math.max(...Kit.plane.range(field.a).map(Math.abs));
      const palette = Kit.plane.shades(...["map-low", "map-none", "map-high"].map(Kit.draw.colour));
      const holder = unit >= first && unit < last ? unit : first; // where Tab enters the list
      const rows = options.map((one, k) => {
        const j = first + k;
        one.element.hidden = j >= units;
        if (j >= units) return null;
        const [low, high] = Kit.plane.range(field.a, units, j);
        const shade = kind.value === "layer" ? (value) => value / (most || 1) : own(low, high);
        Kit.plane.paint(one.canvas, field.a, side, palette, shade, units, j);
        write(one.name, String(j + 1));
        write(one.range, rangeWords(low, high, "…"));
        one.element.setAttribute(
          "aria-label",
          `${Kit.parts.unitName(network, layer, j)}: ${rangeWords(low, high, " to ")}`,
        );
        one.element.setAttribute("aria-selected", String(j === unit));
        one.element.tabIndex = j === holder ? 0 : -1;
        return [low, high, j];
      });
      write(scale, scaleWords(kind.value, most, Kit.plane.range(field.a)));
      ranges = rows.filter(Boolean);
    }

    /* Put into words what is drawn; seldom, as it takes longer than to draw it. */
    const tabulate = () => table.replaceChildren(tableOf(now, ranges));

    return { element, show, tabulate };
  }

  function option(choose) {
    const canvas = html("canvas", { "aria-hidden": "true" });
    const [name, range] = [html("span", { class: "number" }), html("span", { class: "range" })];
    const element = html("div", { class: "map", role: "option", onclick: choose }, canvas, name, range);
    return { element, canvas, name, range };
  }

  /* How far a key moves the choice; null for a key that does not. */
  function stepOf(key, list) {
    const columns = getComputedStyle(list).gridTemplateColumns.split(" ").length;
    const steps = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -columns,
      ArrowDown: columns,
      PageUp: -PAGE,
      PageDown: PAGE,
      Home: -Infinity,
      End: Infinity,
    };
    return Object.hasOwn(steps, key) ? steps[key] : null;
  }

  const isFlat = (low, high) => high - low <= FLAT * Math.max(Math.abs(low), Math.abs(high));

  /* Shades from -1 at a unit's lowest to 1 at its highest value; none for a constant. */
  function own(low, high) {
    if (isFlat(low, high)) return () => 0;
    return (value) => (2 * value - low - high) / (high - low);
  }

  function rangeWords(low, high, joint) {
    const digit = 10 ** Math.floor(Math.log10(Math.max(-low, high)) - 1); // two of the larger one's figures
    const number = (value) => Kit.numbers.format(Math.round(value / digit) * digit, 2);
    if (low === 0 && high === 0) return "0 everywhere";
    return isFlat(low, high) ? `always ${Kit.numbers.format(low)}` : `${number(low)}${joint}${number(high)}`;
  }

  function scaleWords(kind, most, [low]) {
    if (kind === "unit") return "Shades from each unit's lowest to its highest activation, written below its map.";
    const least = low < 0 ? `from ${Kit.numbers.format(-most)} (bluest) by 0 (grey)` : "from 0 (grey)";
    return `One scale of shades for the layer: ${least} to ${Kit.numbers.format(most)} (most orange).`;
  }

  /* Of each unit its range and its values at the middle of the four sides. */
  function tableOf({ network, layer, field, side }, rows) {
    const middle = Math.floor(side / 2);
    const places = [middle * side, middle * side + side - 1, (side - 1) * side + middle, middle];
    const number = Kit.numbers.format;
    return Kit.draw.table(
      `Activations of ${Kit.parts.layerName(network, layer)} over the plane`,
      ["Unit", "Lowest", "Highest", "At the left", "At the right", "At the bottom", "At the top"],
      rows.map(([low, high, j]) => [
        String(j + 1),
        number(low),
        number(high),
        ...places.map((at) => number(field.a[at * field.units + j])),
      ]),
    );
  }

  return { make };
})();
