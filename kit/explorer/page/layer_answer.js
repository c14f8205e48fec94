"use strict";
/* What the network says: the classes with their shares, and what it costs. */
Kit.layerAnswer = (() => {
  const { html } = Kit.draw;
  const MOST = 12; // classes in their order; of more the likeliest ten

  function rows({ pass, classes }) {
    const shares = Array.from(pass.probabilities || pass.output);
    const all = shares.map((share, k) => ({ k, share, name: classes[k] }));
    const shown =
      all.length > MOST ? [...all].sort((one, other) => other.share - one.share).slice(0, 10) : all;
    const most = pass.probabilities ? 1 : Math.max(...shares.map(Math.abs));
    return { shown, best: shares.indexOf(Math.max(...shares)), most };
  }

  const written = (share, isShare) => (isShare ? percent(share) : Kit.numbers.format(share));
  /* To a tenth of a per cent; never 100 for what is less, nor 0 for what is more. */
  function percent(share) {
    if (share > 0 && share < 0.0005) return "< 0.1 %";
    return share < 1 && share > 0.9995 ? "> 99.9 %" : Kit.numbers.percent(share, 1);
  }

  function chooser({ classes, label, chosen, given, onLabel }) {
    const automatic = given === null ? "its own answer" : `as given: ${classes[given]}`;
    const select = html(
      "select",
      {
        id: "label",
        "data-focus": "label",
        onchange: (event) => onLabel(event.target.value === "" ? null : Number(event.target.value)),
      },
      html("option", { value: "" }, automatic),
      ...classes.map((name, k) => html("option", { value: k, selected: k === chosen }, name)),
    );
    if (chosen === null) select.value = "";
    return html("label", { class: "row" }, "The right answer: ", select);
  }

  const KINDS = { categorical: "cross-entropy", binary: "cross-entropy", squared: "squared error" };

  function lossWords({ loss, cost, classes, label }) {
    const parts = [`Cost ${Kit.numbers.format(cost)} where ${classes[label]} is right: ${KINDS[loss.kind]}`];
    if (!loss.compiled) parts.push(", as the model has no loss that this page knows");
    if (loss.penalties) parts.push(", without its penalties on weights");
    return `${parts.join("")}.`;
  }

  /* The elements of the answer. */
  function elements(given) {
    const { pass, classes, label } = given;
    const isShare = Boolean(pass.probabilities);
    const { shown, best, most } = rows(given);
    const right = label === best;
    const known = given.chosen !== null || given.given !== null; // what is right was said
    const verdict = html(
      "p",
      { class: "verdict", id: "verdict" },
      "It says ",
      html("b", {}, classes[best]),
      isShare ? ` with ${percent(rowOf(shown, best).share).replace(">", "more than")}` : "",
      right ? "" : `; right would be ${classes[label]}`,
      ".",
    );
    const list = html(
      "dl",
      { class: "answers" },
      ...shown.flatMap(({ k, share, name }) => [
        html("dt", { class: k === best ? "first" : null, title: name }, name, k === label && known ? " ✓" : ""),
        html(
          "dd",
          {},
          html(
            "span",
            { class: "bar", "aria-hidden": "true" },
            html("span", {
              class: share < 0 ? "negative" : "positive",
              style: `width: ${(100 * Math.abs(share)) / (most || 1)}%`,
            }),
          ),
        ),
        html("dd", { class: k === best ? "first" : null }, written(share, isShare)),
      ]),
    );
    return [verdict, list, chooser(given), html("p", { class: "quiet", id: "cost" }, lossWords(given))];
  }

  const rowOf = (rows_, k) => rows_.find((one) => one.k === k);

  return { elements };
})();
