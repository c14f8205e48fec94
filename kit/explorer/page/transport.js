"use strict";
/* Run, pause, one step, start again, and the slider over the epochs that have been. */
Kit.transport = (() => {
  const { html } = Kit.draw;

  /* `acts` = {toggle, step, epoch, restart, look(epoch)}. */
  function make(host, acts) {
    const button = (id, words, act, keys) =>
      html("button", { type: "button", id, onclick: act, "aria-keyshortcuts": keys }, words);
    const run = button("run", "Run", acts.toggle, "Space");
    run.classList.add("primary");
    const buttons = html("div", { class: "buttons", role: "group", "aria-label": "Training" },
      run, button("step", "One step", acts.step, "n"), button("one-epoch", "One epoch", acts.epoch, "e"),
      button("restart", "Start again", acts.restart, "r"));
    const slider = html("input", { type: "range", id: "epoch", min: 0, max: 0, step: 1, value: 0 });
    slider.addEventListener("input", () => acts.look(Number(slider.value)));
    const words = html("output", { for: "epoch", id: "epoch-words" });
    const readout = html("p", { class: "readout", id: "readout" });
    host.append(buttons,
      html("div", { class: "epochs" }, html("label", { for: "epoch" }, "Epoch"), slider, words), readout);

    function show(session) {
      const { moment, last, training } = session;
      run.textContent = training ? "Pause" : "Run";
      run.setAttribute("aria-label", training ? "Pause" : "Run the training");
      slider.max = last;
      slider.disabled = last === 0;
      if (!moment || moment.run !== session.run) return;
      slider.value = moment.epoch;
      words.textContent = `${moment.epoch} of ${last}`;
      slider.setAttribute("aria-valuetext", `${Kit.words.at(moment)} of ${last}`);
      readout.replaceChildren(...readoutOf(session));
    }

    return { show };
  }

  function readoutOf({ moment, history }) {
    const whole = !moment.part && history.find((one) => one.epoch === moment.epoch);
    const from = whole || moment;
    const pair = (name, value) => html("span", { class: "value" }, `${name} `, html("b", {}, value));
    const held = whole && whole.valLoss !== undefined;
    return [
      pair("loss", Kit.numbers.format(from.loss)),
      pair("accuracy", Kit.numbers.percent(from.accuracy, 1)),
      held ? pair("held out", Kit.numbers.percent(whole.valAccuracy, 1)) : "",
    ].filter(Boolean);
  }

  return { make };
})();
