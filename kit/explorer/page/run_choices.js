"use strict";
/* What is chosen: runs and parameters, quantity, statistic, layers, axes; as controls and in the link. */
Kit.runChoices = (() => {
  const { html } = Kit.draw;
  const { runs, layers, outputs, source } = Kit.runData;
  const { get, set } = Kit.state;
  const MOST_LAYERS = 12; // side by side: more could not be told apart
  const MOST_RUNS = 12;
  const PANEL = ["z", "weight", "activation", "gradient"];
  const VIEWS = {
    panel: "Panel",
    one: "Violins",
    profile: "Profile",
    course: "Course",
    curves: "Learning",
    table: "Numbers",
  };
  const MODES = { one: "one run", two: "two, side by side", all: "all chosen, small" };
  const names = (some) => Object.fromEntries(some.map((one) => [one, one]));
  const parts = {};

  /* The table of settings, for Kit.state. */
  function settings() {
    const last = Math.max(0, ...runs.flatMap((run) => run.captures.map((one) => one.at)));
    const first = Math.min(...runs.flatMap((run) => run.captures.map((one) => one.at)));
    const run = { default: 1, low: 1, high: runs.length, whole: true };
    return [
      { name: "view", default: "panel", choices: VIEWS },
      {
        name: "quantity",
        default: recorded().includes("gradient") ? "gradient" : recorded()[0],
        choices: names(recorded()),
      },
      { name: "statistic", default: "std", choices: source.statistics },
      { name: "epoch", default: first, low: first, high: last },
      { name: "mode", default: "one", choices: MODES },
      { name: "run", ...run },
      { name: "other", ...run, default: Math.min(2, runs.length) },
      { name: "where", default: "" },
      { name: "layers", default: "" },
      { name: "scale", default: "auto", choices: { auto: "as needed", linear: "linear", log: "logarithmic" } },
      { name: "axis", default: "all", choices: { all: "the same for all epochs", now: "of this epoch" } },
      { name: "theme", default: "auto", choices: { auto: "auto", light: "light", dark: "dark" } },
    ];
  }

  const recorded = () =>
    Object.keys(source.quantities).filter((name) =>
      runs.some((run) => run.layers.some((one) => one.quantities.includes(name))),
    );

  /* The parameters in a link: those that are known, with values that some run has. */
  function wanted() {
    const found = new Map();
    const asked = new URLSearchParams(get("where"));
    for (const one of source.parameters)
      if (one.values.includes(asked.get(one.name))) found.set(one.name, asked.get(one.name));
    return found;
  }

  function chosenRuns() {
    const where = wanted();
    return runs.filter((run) => [...where].every(([name, value]) => (run.parameters[name] ?? `no ${name}`) === value));
  }

  const among = (some, number) => some.find((run) => run.index === number - 1) || some[0];

  /* The runs that are shown, each with what tells it from the others. */
  function shown() {
    const some = chosenRuns();
    if (!some.length) return [];
    if (get("mode") === "all" && runs.length > 1)
      return some.slice(0, MOST_RUNS).map((run, k) => ({ run, prefix: `${k + 1}.` }));
    const first = among(some, get("run"));
    if (get("mode") !== "two" || runs.length < 2) return [{ run: first, prefix: "" }];
    return [
      { run: first, prefix: "A" },
      { run: runs[get("other") - 1], prefix: "B" },
    ];
  }

  /* At most so many of the names, evenly spread. */
  function evenly(some, most = MOST_LAYERS) {
    if (some.length <= most) return some;
    return Array.from({ length: most }, (_, k) => some[Math.round((k * (some.length - 1)) / (most - 1))]);
  }

  const ofShown = () => layers.filter((name) => shown().some(({ run }) => run.layers.some((one) => one.name === name)));

  function chosenLayers() {
    if (get("layers") === "none") return [];
    if (!get("layers")) {
      const there = ofShown();
      const hidden = there.filter((name) => !outputs.has(name));
      return evenly(hidden.length > 1 ? hidden : there);
    }
    const found = new Set();
    for (const part of get("layers").split(",")) {
      const [first, last = first] = part.split("-").map(Number);
      for (let k = Math.max(1, first); k <= Math.min(last, layers.length); k += 1) found.add(layers[k - 1]);
    }
    return layers.filter((name) => found.has(name));
  }

  /* Names as numbers for a link: 1-5,8. */
  function asNumbers(some) {
    const at = some.map((name) => layers.indexOf(name) + 1).sort((a, b) => a - b);
    const spans = [];
    for (const one of at) {
      const last = spans[spans.length - 1];
      if (last && last[1] === one - 1) last[1] = one;
      else spans.push([one, one]);
    }
    return spans.map(([a, b]) => (a === b ? a : `${a}-${b}`)).join(",") || "none";
  }

  const parameterWords = (run) =>
    source.parameters
      .filter((one) => one.values.length > 1 && one.name in run.parameters)
      .map((one) => `${one.name} ${run.parameters[one.name]}`)
      .join(", ");

  function select(name, label, options, change) {
    const element = html("select", { id: `choose-${name}`, onchange: (event) => change(event.target.value) });
    parts[name] = { element, options };
    fillSelect(name, options);
    return html("p", { class: "field" }, html("label", { for: `choose-${name}` }, label), element);
  }

  function fillSelect(name, options) {
    const { element } = parts[name];
    element.replaceChildren(...options.map(([value, text]) => html("option", { value }, text)));
  }

  const setting = (name, label, options = Object.entries(Kit.state.table.get(name).choices)) =>
    select(name, label, options, (value) => set({ [name]: value }));

  function runsPart() {
    const filters = source.parameters.filter((one) => one.values.length > 1);
    return html(
      "fieldset",
      {},
      html("legend", {}, "Runs"),
      ...filters.map((one, k) =>
        select(`where-${k}`, one.name, [["", "any"], ...one.values.map((value) => [value, value])], (value) =>
          filter(one.name, value),
        ),
      ),
      setting("mode", "Show"),
      select("run", "A", [], (value) => set({ run: value })),
      select("other", "B", [], (value) => set({ other: value })),
      (parts.count = html("p", { class: "quiet", role: "status" })),
    );
  }

  function filter(name, value) {
    const where = wanted();
    if (value) where.set(name, value);
    else where.delete(name);
    set({ where: new URLSearchParams([...where]).toString() });
  }

  function layersPart() {
    parts.boxes = layers.map((name) => {
      const box = html("input", { type: "checkbox", onchange: () => tick(name, box.checked) });
      const item = html(
        "label",
        { class: "tick" },
        box,
        html("span", {}, name),
        outputs.has(name) ? html("span", { class: "quiet" }, " output") : null,
      );
      return { name, box, item };
    });
    const search =
      layers.length <= 14
        ? null
        : html("input", {
            type: "search",
            "aria-label": "Find layers",
            placeholder: "find layers",
            oninput: (event) => find(event.target.value),
          });
    const button = (text, some) => html("button", { type: "button", onclick: () => set({ layers: some() }) }, text);
    return html(
      "fieldset",
      {},
      html("legend", {}, "Layers"),
      html(
        "p",
        { class: "row" },
        button("all", () => asNumbers(ofShown())),
        button("none", () => "none"),
        button("usual", () => ""),
      ),
      search,
      html("div", { class: "ticks" }, ...parts.boxes.map((one) => one.item)),
    );
  }

  function tick(name, on) {
    const some = chosenLayers();
    set({ layers: asNumbers(on ? [...some, name] : some.filter((one) => one !== name)) });
  }

  function find(text) {
    for (const { name, item } of parts.boxes) item.hidden = !name.toLowerCase().includes(text.toLowerCase());
  }

  /* All controls, into the part of the page that is theirs. */
  function make(host) {
    const quantities = recorded().map((name) => [name, source.quantities[name].plural]);
    const statistics = Object.entries(source.statistics).map(([name, words]) => [
      name,
      words.replace(" of {}", "").replace("of {} ", "").replace("{}", "values"),
    ]);
    if (runs.length > 1) host.append(runsPart());
    host.append(
      html(
        "fieldset",
        {},
        html("legend", {}, "What"),
        setting("quantity", "Quantity", quantities),
        setting("statistic", "Number", statistics),
      ),
      layersPart(),
      html("fieldset", {}, html("legend", {}, "Axis"), setting("scale", "Scale"), setting("axis", "From, to")),
    );
  }

  /* Bring the controls to what is chosen. */
  function show() {
    const some = chosenRuns();
    for (const name of ["quantity", "statistic", "scale", "axis"]) parts[name].element.value = get(name);
    if (parts.mode) {
      const options = (list) => list.map((run) => [String(run.index + 1), run.name]);
      fillSelect("run", options(some));
      fillSelect("other", options(runs));
      parts.mode.element.value = get("mode");
      parts.run.element.value = some.length ? String(among(some, get("run")).index + 1) : "";
      parts.other.element.value = String(get("other"));
      parts.run.element.closest("p").hidden = get("mode") === "all";
      parts.other.element.closest("p").hidden = get("mode") !== "two";
      const where = wanted();
      source.parameters
        .filter((one) => one.values.length > 1)
        .forEach((one, k) => {
          parts[`where-${k}`].element.value = where.get(one.name) || "";
        });
      const cut = get("mode") === "all" && some.length > MOST_RUNS ? `; the first ${MOST_RUNS} are shown` : "";
      parts.count.textContent = `${Kit.numbers.count(some.length, "run")} of ${runs.length}${cut}`;
    }
    const [chosen, there] = [new Set(chosenLayers()), new Set(ofShown())];
    for (const { name, box } of parts.boxes) {
      box.checked = chosen.has(name);
      box.disabled = !there.has(name);
    }
    const uses = {
      quantity: !["panel", "curves"].includes(get("view")),
      statistic: ["panel", "one", "profile", "course"].includes(get("view")),
    };
    for (const [name, used] of Object.entries(uses)) parts[name].element.closest("p").classList.toggle("unused", !used);
  }

  return { settings, shown, chosenRuns, chosenLayers, ofShown, parameterWords, make, show, PANEL, VIEWS, MOST_RUNS };
})();
