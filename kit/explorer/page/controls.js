"use strict";
/* The controls, made from the table of settings: a slider with a field beside it, a choice of words.
   They show what the state says, whoever changed it. */
Kit.controls = (() => {
  const { html } = Kit.draw;
  const GROUPS = { network: "Network", data: "Data", training: "Training" };
  const STEPS = 240; // of a logarithmic slider
  const NEAR = 0.02; // a round number as near as this is taken
  const LONGEST = 400; // wholes up to which a slider has a step for each

  /* From a slider's place to a value, and back. */
  function scaleOf({ low, high, log, whole }) {
    if (!log) return { min: low, max: high, step: whole ? 1 : (high - low) / LONGEST, value: Number, place: Number };
    const [a, b] = [Math.log10(low), Math.log10(high)];
    return {
      min: 0,
      max: STEPS,
      step: "any",
      value: (place) => rounded(10 ** (a + (place / STEPS) * (b - a)), whole),
      place: (value) => ((Math.log10(value) - a) / (b - a)) * STEPS,
    };
  }

  /* Three figures, or a round number that is near. */
  function rounded(value, whole) {
    if (whole) return Math.round(value);
    const power = 10 ** Math.floor(Math.log10(value));
    const round = [1, 2, 3, 5, 10].map((one) => Number((one * power).toPrecision(3)));
    return round.find((one) => Math.abs(one / value - 1) < NEAR) ?? Number(value.toPrecision(3));
  }

  function rowOf(setting) {
    if (setting.choices) return choiceOf(setting);
    return setting.name === "seed" ? seedOf(setting) : sliderOf(setting);
  }

  const helpOf = (setting) =>
    setting.help ? html("span", { id: `help-${setting.name}`, class: "visually-hidden" }, setting.help) : "";

  const described = (setting) => (setting.help ? `help-${setting.name}` : null);

  function choiceOf(setting) {
    const options = Object.entries(setting.choices).map(([value, label]) => html("option", { value }, label));
    const select = html("select", { id: `set-${setting.name}`, "aria-describedby": described(setting) }, ...options);
    select.addEventListener("change", () => Kit.state.set({ [setting.name]: select.value }));
    const element = html(
      "div",
      { class: "setting choice", title: setting.help || null },
      html("label", { for: select.id }, setting.label),
      select,
      helpOf(setting),
    );
    return {
      element,
      show: (value) => {
        select.value = value;
      },
      fields: [select],
    };
  }

  function fieldOf(setting) {
    const field = html("input", {
      type: "number",
      id: `field-${setting.name}`,
      min: setting.low,
      max: setting.high,
      step: setting.whole ? 1 : "any",
      "aria-label": `${setting.label}, as a number`,
    });
    field.addEventListener("change", () => {
      if (field.value.trim() !== "") Kit.state.set({ [setting.name]: field.value });
      show(Kit.state.get(setting.name)); // what was refused, or cut off at an end
    });
    function show(value) {
      if (field.value !== String(value)) field.value = value;
    }
    return { field, show };
  }

  function sliderOf(setting) {
    const { min, max, step, value, place } = scaleOf(setting);
    const slider = html("input", {
      type: "range",
      id: `set-${setting.name}`,
      min,
      max,
      step,
      "aria-describedby": described(setting),
    });
    const { field, show } = fieldOf(setting);
    slider.addEventListener("input", () => Kit.state.set({ [setting.name]: value(slider.value) }, "slide"));
    if (step === "any") slider.addEventListener("keydown", (event) => nudge(event, slider, setting, value));
    const element = html(
      "div",
      { class: "setting slider", title: setting.help || null },
      html("label", { for: slider.id }, setting.label),
      field,
      slider,
      helpOf(setting),
    );
    return {
      element,
      show(number) {
        show(number);
        if (value(slider.value) !== number) slider.value = place(number);
        slider.setAttribute("aria-valuetext", Kit.numbers.format(number));
      },
      fields: [slider, field],
    };
  }

  /* Arrow keys on a logarithmic slider: a step that is seen, also where a whole number stays the same. */
  function nudge(event, slider, setting, value) {
    const steps = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 24, PageDown: -24 }[event.key];
    if (!steps) return;
    event.preventDefault();
    const before = Kit.state.get(setting.name);
    let place = Number(slider.value);
    do place = Math.min(STEPS, Math.max(0, place + steps));
    while (value(place) === before && place > 0 && place < STEPS);
    Kit.state.set({ [setting.name]: value(place) }, "slide");
  }

  function seedOf(setting) {
    const { field, show } = fieldOf(setting);
    field.id = "set-seed";
    field.removeAttribute("aria-label");
    const next = html("button", { type: "button", class: "little", "aria-label": "Another seed" }, "another");
    next.addEventListener("click", () => Kit.state.set({ seed: (Kit.state.get("seed") + 1) % 2 ** 31 }));
    const element = html(
      "div",
      { class: "setting choice", title: setting.help },
      html("label", { for: field.id }, setting.label),
      html("span", { class: "pair" }, field, next),
      helpOf(setting),
    );
    return { element, show, fields: [field, next] };
  }

  /* Put all controls into a host; they follow the state from then on. */
  function make(host) {
    const rows = new Map();
    for (const [group, title] of Object.entries(GROUPS)) {
      const inside = [...Kit.state.table.values()].filter((one) => one.group === group);
      const made = inside.map((one) => {
        rows.set(one.name, rowOf(one));
        return rows.get(one.name).element;
      });
      host.append(html("fieldset", { class: "group" }, html("legend", {}, title), ...made));
    }
    const show = (names) => {
      for (const name of names) rows.get(name)?.show(Kit.state.get(name));
      for (const name of Kit.recipe.TITLED) rows.get(name).element.hidden = Kit.words.hidden(Kit.state.all());
      const plain = ["normal", "uniform"].includes(Kit.state.get("initializer"));
      for (const field of rows.get("std").fields) field.disabled = !plain;
      rows.get("std").element.classList.toggle("off", !plain);
    };
    show([...rows.keys()]);
    Kit.state.listen(show);
  }

  return { make, scaleOf };
})();
