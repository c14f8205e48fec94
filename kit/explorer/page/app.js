"use strict";
/* The page: state, session, controls, views and link joined. */
Kit.app = (() => {
  const { html } = Kit.draw;
  const at = (id) => document.getElementById(id);
  const TOLD = 2000; // milliseconds between two sentences for a screen reader
  const WIDE = matchMedia("(min-width: 900px)");

  let session = null;
  let view = null; // {name, view}
  let tabs = null;
  let transport = null;
  let strip = null;
  let drawing = 0;
  let following = false; // the state follows the training, and not the other way round

  const views = () =>
    Object.keys(Kit.state.table.get("view").choices)
      .filter((name) => Kit.views[name])
      .map((name) => [name, Kit.views[name]]);

  /* A line that can be dismissed. */
  function notice(words) {
    const element = html(
      "div",
      { class: "notice" },
      html("p", {}, words),
      html("button", { type: "button", class: "little", onclick: () => element.remove() }, "Dismiss"),
    );
    at("notices").append(element);
    while (at("notices").children.length > 3) at("notices").firstChild.remove();
    announce(words);
  }

  /* Tell a screen reader, politely and not too often. */
  const announce = (() => {
    let [waiting, told] = ["", 0];
    return (words) => {
      waiting = words;
      const rest = Math.max(0, told + TOLD - performance.now());
      setTimeout(() => {
        if (!waiting) return;
        at("live").textContent = waiting;
        [waiting, told] = ["", performance.now()];
      }, rest);
    };
  })();

  const refused = (texts) => {
    if (!texts.length) return;
    const more = texts.length > 5 ? "; …" : "";
    notice(`Left out of the link, as they are no settings: ${texts.slice(0, 5).join("; ")}${more}`);
  };

  const network = () => {
    const all = Kit.state.all();
    return Object.fromEntries([...Kit.recipe.MAKES_NETWORK, ...Kit.recipe.TRAINS].map((name) => [name, all[name]]));
  };

  function chooseView() {
    const settings = Kit.state.all();
    const all = new Map(views());
    const name = all.get(settings.view)?.available(settings) ? settings.view : "panel";
    tabs.show(name, settings);
    if (view && view.name === name) return;
    view?.view.destroy?.();
    const host = at("view");
    host.replaceChildren();
    host.dataset.view = name;
    view = { name, view: all.get(name).make(host) };
    draw();
  }

  /* Draw what is newest, at the next frame. */
  function draw() {
    if (!drawing) drawing = requestAnimationFrame(drawNow);
  }

  function drawNow() {
    cancelAnimationFrame(drawing);
    drawing = 0;
    transport.show(session);
    strip.show(session);
    const { moment } = session;
    if (!moment || !view) return;
    session.history.marks = session.marks;
    view.view.show(moment, { ...Kit.state.all(), ...session.settings }, session.history);
    const { run, epoch, part, samples } = moment;
    Kit.app.drawn = { run, epoch, part, samples, count: (Kit.app.drawn?.count || 0) + 1 };
  }

  function heardMoment(moment) {
    if (!session.training || moment.part === 0) followEpoch(session.wanted() ?? session.last);
    drawNow(); // at once: what a slider asked for has taken its time already
    if (!session.training && told !== `${moment.run} ${moment.epoch}` && session.wanted() === null && moment.epoch) {
      told = `${moment.run} ${moment.epoch}`;
      announce(`${Kit.words.at(moment)}: ${Kit.words.result(moment, session.history.at(-1))}`);
    }
  }
  let told = "";
  let worst = "";

  function heardChange() {
    if (session.failed) {
      notice(`This network could not be computed: ${session.failed}`);
      session.failed = "";
    }
    transport?.show(session); // a button says at once what it does now, a picture waits for its frame
    draw();
  }

  function tellFindings() {
    const [first] = Kit.words.hidden(Kit.state.all()) ? [] : session.findings;
    const now = first ? `${first.severity}: ${Kit.words.named(first.words)}` : "";
    if (now && now !== worst && !session.training) announce(`Finding, ${now}`);
    worst = now;
  }

  function followEpoch(epoch) {
    following = true;
    Kit.state.set({ epoch });
    following = false;
  }

  /* What a change of the state means. */
  function changed(names, cause) {
    const has = (some) => names.some((name) => some.includes(name));
    if (has(Kit.recipe.MAKES_NETWORK)) begin(cause === "link" ? Kit.state.get("epoch") : 0);
    else {
      const tuned = names.filter((one) => Kit.recipe.TRAINS.includes(one));
      if (tuned.length) session.tune(Object.fromEntries(tuned.map((one) => [one, Kit.state.get(one)])));
      if (names.includes("epoch") && !following) goTo(Kit.state.get("epoch"));
    }
    if (names.includes("theme")) theme.paint();
    if (names.includes("titles")) showReveal();
    if (has(["view", "data", "titles"])) chooseView();
    draw();
  }

  /* A network of these settings, trained up to an epoch. */
  function begin(epoch = 0) {
    session.begin(network());
    if (epoch > 0) session.train({ until: epoch });
    else followEpoch(0);
  }

  function goTo(epoch) {
    if (session.training) session.pause();
    if (epoch > session.last) session.train({ until: epoch });
    else session.look(epoch);
  }

  const theme = Kit.theme.make({
    get: () => Kit.state.get("theme"),
    set: (chosen) => Kit.state.set({ theme: chosen }),
    painted: () => session && draw(),
  });

  /* Titles that are hidden can be shown: the answer, once all have guessed. */
  function showReveal() {
    at("reveal").hidden = !Kit.words.hidden(Kit.state.all());
  }

  const acts = {
    toggle: () => (session.training ? session.pause() : session.train({})),
    step: () => session.train({ steps: 1 }),
    epoch: () => session.train({ until: session.last + 1 }),
    restart: () => begin(0),
    look: (epoch) => Kit.state.set({ epoch }),
  };

  function makeTools() {
    const tool = (words, id, act, attributes) =>
      html("button", { type: "button", id, onclick: act, ...attributes }, words);
    at("tools").append(
      tool("Show titles", "reveal", () => Kit.state.set({ titles: "shown" }), { hidden: true }),
      Kit.guessing ? tool("Guess first", "guess", () => Kit.guessing.open(Kit.app)) : "",
      tool("Copy link", "copy", () => {
        writeLink();
        Kit.help.copyLink(notice);
      }),
      theme.button,
      tool("?", "help", Kit.help.show, { "aria-label": "Keys and help" }),
    );
  }

  let writeLink = () => {};

  function foldDrawer() {
    at("drawer").open = WIDE.matches;
  }

  async function start() {
    Kit.state.provide(Kit.data.settings);
    for (const [name, raw] of Object.entries(Kit.data.datasets)) Kit.datasets.provide(name, raw);
    makeTools();
    foldDrawer();
    Kit.link.open(Kit.data.start, refused);
    theme.paint();
    showReveal();
    await Kit.datasets.ready;
    session = Kit.session.make(
      {
        moment(moment) {
          tellFindings();
          heardMoment(moment);
        },
        changed: heardChange,
      },
      Kit.data,
    );
    Kit.app.session = session;
    Kit.controls.make(at("controls"));
    tabs = Kit.tabs.make(at("tabs"), at("view"), views(), (name) => Kit.state.set({ view: name }));
    transport = Kit.transport.make(at("transport"), acts);
    strip = Kit.findingsStrip.make(at("findings"), (change) => Kit.state.set(change));
    Kit.state.listen(changed);
    writeLink = Kit.link.follow(refused);
    begin(Kit.state.get("epoch"));
    chooseView();
    listen();
    Kit.guessing?.begin?.(Kit.app);
  }

  function listen() {
    const names = views().map(([name]) => name);
    Kit.help.listen({
      " ": acts.toggle,
      n: acts.step,
      e: acts.epoch,
      r: acts.restart,
      "?": Kit.help.show,
      view: (k) => names[k] && tabs.pick(names[k]),
    });
    at("skip").addEventListener("click", () => at("view").focus());
    WIDE.addEventListener("change", foldDrawer);
  }

  return { announce, notice, acts, start, session: null, drawn: null };
})();
Kit.app.start();
