"use strict";
/* The views as tabs (WAI-ARIA, "Tabs pattern"): arrow keys go from one to the next. */
Kit.tabs = (() => {
  const { html } = Kit.draw;

  /* `views` = [[name, {title, available(settings), missing}], ...], where `missing` says why one is not
     there; `choose(name)` is called by a click, a key. */
  function make(host, panel, views, choose) {
    const tabs = new Map(views.map(([name, view]) => [name, html("button", {
      type: "button", role: "tab", id: `tab-${name}`, "aria-controls": panel.id, onclick: () => pick(name),
    }, view.title)]));
    let current = null;
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
        tab.title = there ? "" : view.missing;
        tab.tabIndex = name === chosen ? 0 : -1;
      }
      current = tabs.get(chosen);
      bringIntoSight();
      panel.setAttribute("aria-labelledby", `tab-${chosen}`);
    }

    /* On a phone the tabs may be wider than the page: they are moved, and the page is not. */
    function bringIntoSight() {
      if (!current) return;
      const { offsetLeft, offsetWidth } = current;
      const left = offsetLeft - host.offsetLeft;
      host.scrollLeft = Math.max(left + offsetWidth - host.clientWidth, Math.min(left, host.scrollLeft));
    }

    new ResizeObserver(bringIntoSight).observe(host);
    return { pick, show };
  }

  return { make };
})();
