"use strict";
/* One card for each layer: its name, what it does, its maps, and how they are pointed at. */
Kit.layerCards = (() => {
  const { html } = Kit.draw;
  const FEW = { maps: 2, units: 5 }; // rows, before all are asked for
  const MOVES = {
    ArrowLeft: [0, 0, -1],
    ArrowRight: [0, 0, 1],
    ArrowUp: [0, -1, 0],
    ArrowDown: [0, 1, 0],
    PageUp: [-1, 0, 0],
    PageDown: [1, 0, 0],
  };

  /* Where an arrow key leads from a value. `columns` of a vector's rows, as they are drawn. */
  function moved(shape, index, key, columns) {
    const [map, down, right] = MOVES[key];
    const within = (value, count) => Math.min(count - 1, Math.max(0, value));
    if (shape.length === 1) return within(index + right + down * columns + map * 10, shape[0]);
    const place = Kit.layerTerms.placeOf(shape, index);
    return Kit.layerTerms.indexOf(shape, {
      map: within(place.map + map, shape[2]),
      row: within(place.row + down, shape[0]),
      column: within(place.column + right, shape[1]),
    });
  }

  const strongest = (values) => {
    let best = 0;
    values.forEach((value, k) => {
      if (Math.abs(value) > Math.abs(values[best])) best = k;
    });
    return best;
  };

  /* What is drawn of a layer now: {values, what, grey}. */
  function contentOf(layer, context) {
    const { state, data } = context;
    const gradient = state.quantity === "delta";
    if (layer >= 0) {
      return Kit.layerWords.drawn(
        state.quantity,
        context.network.steps[layer],
        context.pass().results[layer],
        gradient ? context.back().steps[layer] : null,
      );
    }
    if (gradient) return { values: context.back().steps[0].into, what: "∂cost/∂x" };
    return { values: context.pass().x[0], what: "x", grey: [data.images.low, data.images.high] };
  }

  function headOf(layer, { network, data }) {
    if (layer < 0)
      return [
        "The image",
        `${Kit.layerWords.size(data.images.shape).replace("map", "channel")}, values from ${Kit.numbers.format(data.images.low)} to ${Kit.numbers.format(data.images.high)}`,
      ];
    const step = network.steps[layer];
    return [
      step.name,
      `${Kit.layerWords.how(step)} · ${Kit.layerWords.size(step.shape)} · ${Kit.layerWords.parameters(step)}`,
    ];
  }

  /* The line below the maps: what is drawn, in which colours. */
  function scaleOf(content, most, own) {
    const { format } = Kit.numbers;
    if (content.grey)
      return [
        html(
          "span",
          {},
          `${content.what}: ${format(content.grey[0])}`,
          html("span", { class: "ramp grey" }),
          format(content.grey[1]),
        ),
      ];
    if (own)
      return [
        html(
          "span",
          {},
          `${content.what}: from its most negative`,
          html("span", { class: "ramp" }),
          "to its most positive, each map for itself",
        ),
      ];
    const positive = content.values.every((value) => value >= 0);
    const low = positive ? "0" : format(-most);
    return [
      html(
        "span",
        {},
        `${content.what}: ${low}`,
        html("span", { class: positive ? "ramp half" : "ramp" }),
        format(most),
      ),
    ];
  }

  function make(layer, context) {
    const shape = context.shapeOf(layer);
    const [name, about] = headOf(layer, context);
    const vector = shape.length === 1;
    const count = vector ? shape[0] : shape[2]; // what can be left out: units, or maps
    const tiles = Kit.layerMaps.make({
      label: `${name}, ${about}. Arrow keys move, Page Up and Page Down change the map, Enter explains.`,
      onPoint: (index) => context.select(layer, index, true),
      onKey: (event) => byKey(event),
    });
    const scale = html("p", { class: "scale quiet" });
    const holder = html("div", {}, tiles.canvas);
    const element = html(
      "article",
      { class: "card", "aria-label": name },
      html("div", { class: "head" }, html("h3", {}, name), html("span", { class: "quiet" }, about)),
      holder,
      scale,
    );
    let all = false;
    let columns = 1;
    const more = html("button", {
      type: "button",
      class: "small",
      onclick: () => {
        all = !all;
        show();
      },
    });

    function byKey(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const { state } = context;
      if (event.key === "Escape" && state.layer !== null) context.unselect();
      else if ((event.key === "Enter" || event.key === " ") && state.layer === layer)
        document.getElementById("value-title").focus();
      else if (MOVES[event.key] || event.key === "Enter" || event.key === " ") {
        const here = state.layer === layer ? state.index : null;
        const index =
          here === null ? strongest(contentOf(layer, context).values) : moved(shape, here, event.key, columns);
        context.select(layer, index, true);
      } else return;
      event.preventDefault();
    }

    function show() {
      const { state } = context;
      const content = contentOf(layer, context);
      const width = holder.clientWidth || 300;
      columns = Kit.layerMaps.tiling(shape, width, count).columns;
      const few = Math.min(count, (vector ? FEW.units : FEW.maps) * columns);
      const selected = state.layer === layer ? state.index : null;
      if (selected !== null && (vector ? selected : selected % count) >= few) all = true;
      const shown = all ? count : few;
      const most = tiles.draw({
        ...content,
        shape,
        width,
        own: state.own,
        shown,
        selected,
        seen: context.seenOf(layer),
      });
      const parts = scaleOf(content, most, state.own && !vector);
      if (few < count) {
        const word = vector ? "units" : "maps";
        more.textContent = all ? `Only ${few} ${word}` : `All ${count.toLocaleString("en")} ${word}`;
        parts.push(more);
      }
      if (!parts.every((part, k) => scale.childNodes[k] === part)) Kit.layerFocus.replaced(scale, parts);
    }

    return { element, show, tiles };
  }

  return { make, moved };
})();
