"use strict";
/* The views as tabs (WAI-ARIA, "Tabs pattern"): arrow keys go from one to the next. */
Kit.tabs = (() => {
  const { html } = Kit.draw;

  /* `views` = [[name, {title}], ...]; `choose(name)` is called by a click, a key. */
  function make(host, panel, views, choose) {
    const tabs = new Map(views.map(([name, view]) => [name, html("button", {
      type: "button", role: "tab", id: `tab-${name}`, "aria-controls": panel.id, onclick: () => pick(name),
    }, view.title)]));
    host.append(...tabs.values());
    host.addEventListener("keydown", ({ key, target }) => {
      const names = [...tabs.keys()].filter((name) => tabs.get(name).getAttribute("aria-disabled") !== "true");
      const here = names.findIndex((name) => tabs.get(name) === target);
      const to = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: names.length - 1 }[key];
      if (to === undefined || here < 0) return;
      const name = names[(to + names.length) % names.length];
      pick(name);
      tabs.get(name).focus();
    });

    function pick(name) {
      if (tabs.get(name).getAttribute("aria-disabled") !== "true") choose(name);
    }

    /* Which is chosen, and which there are with these settings. */
    function show(chosen, settings) {
      for (const [name, view] of views) {
        const [tab, there] = [tabs.get(name), view.available(settings)];
        tab.setAttribute("aria-selected", String(name === chosen));
        tab.setAttribute("aria-disabled", String(!there));
        tab.title = there ? "" : "Not with these data: it takes two inputs";
        tab.tabIndex = name === chosen ? 0 : -1;
      }
      panel.setAttribute("aria-labelledby", `tab-${chosen}`);
    }

    return { pick, show };
  }

  return { make };
})();
