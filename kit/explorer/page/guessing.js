"use strict";
/*
 * Guess first: from a set of tasks to a file of results. A student hands in an answer, then sees the
 * truth over it, the points, and why. A teacher goes back and forth and shows answers by a button.
 */
Kit.guessing = (() => {
  const { html } = Kit.draw;
  const USUAL = "bars,which-initializer,which-activation,which-layer,tune,mend";
  const MOST = 2 ** 31 - 1;
  let running = null; // {dialog, key}

  /* Tasks in `host`: {tasks, student, role, close}. Returns {rows() so far, destroy()}. */
  function start(host, { tasks = USUAL, student = 0, role = "student", close = null } = {}) {
    const { kinds, refused } = Kit.tasks.parse(tasks);
    const set = (kinds.length ? kinds : Kit.tasks.parse(USUAL).kinds).join(",");
    const teacher = role === "teacher";
    const session = { set, student, name: "", list: [], rows: [], saved: true };
    const body = html("div", { class: "guess-body" });
    const place = html("p", { class: "guess-place" });
    host.classList.add("guess");
    host.replaceChildren(
      html("div", { class: "guess-top" }, html("h2", {}, "Guess first"), place,
        close ? html("button", { type: "button", class: "guess-close", onclick: close }, "Close") : ""),
      body);

    const leave = (event) => { if (!session.saved) event.preventDefault(); };
    addEventListener("beforeunload", leave);

    function show(where, heading, ...parts) {
      place.textContent = where;
      heading.tabIndex = -1;
      body.replaceChildren(heading, ...parts);
      host.scrollTop = 0;
      heading.focus({ preventScroll: true });
    }

    function welcome() {
      const number = html("input", { type: "text", inputmode: "numeric", id: "guess-student", autocomplete: "off", value: session.student || "" });
      const name = html("input", { type: "text", id: "guess-name", maxlength: 100, autocomplete: "off", value: session.name });
      const fault = html("p", { class: "guess-fault", role: "alert" });
      function begin(event) {
        event.preventDefault();
        const text = number.value.trim();
        const found = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
        const right = found >= 1 && found <= MOST;
        number.setAttribute("aria-invalid", String(!right));
        fault.textContent = right ? "" : `The number must be a whole one from 1 to ${MOST.toLocaleString("en")}.`;
        if (!right) { number.focus(); return; }
        if (found !== session.student || !session.list.length) {
          session.list = Kit.tasks.make(set, found);
          session.rows = [];
        }
        Object.assign(session, { student: found, name: name.value.trim() });
        task(0);
      }
      const list = set.split(",").map((kind) => html("li", {}, Kit.tasks.table.titles[kind]));
      show("", html("h3", {}, teacher ? "For the teacher" : "Guess, then see"),
        html("p", {}, teacher
          ? "You can go back and forth, and show the answer of each task for the student whose number you give."
          : "Answer before you see. Then the truth is drawn over your guess, with points and one sentence why."),
        refused.length ? html("p", { class: "guess-fault" }, `Left out, as they are no tasks: ${refused.join(", ")}`) : "",
        html("ol", { class: "guess-list" }, ...list),
        html("form", { class: "guess-form", onsubmit: begin, novalidate: true },
          html("label", { for: "guess-student" }, teacher ? "Student's number" : "Your number (each number has other networks)"), number,
          ...(teacher ? [] : [html("label", { for: "guess-name" }, "Your name (if you like; it goes into your file and nowhere else)"), name]),
          fault,
          html("button", { type: "submit", class: "primary" }, "Begin")),
        teacher ? linkForStudents() : "");
    }

    function linkForStudents() {
      const link = `${location.href.split("#")[0]}#${new URLSearchParams({ task: set })}`;
      return html("div", { class: "guess-form" },
        html("label", { for: "guess-link" }, "The link for your students (add &student=17 for one of them)"),
        html("input", { type: "text", id: "guess-link", readonly: true, value: link, onfocus: (event) => event.target.select() }));
    }

    function task(k) {
      const one = session.list[k];
      const began = performance.now();
      const done = session.rows[k];
      const [asked, result] = [html("div", { class: "guess-asked" }), html("div", { class: "guess-result", role: "status" })];
      const hint = html("p", { class: "guess-hint" });
      const hand = html("button", { type: "button", class: "primary guess-hand", onclick: handIn }, "Hand in, and see");
      const next = html("button", { type: "button", class: "guess-next", onclick: () => forward(k) }, k + 1 < session.list.length ? "Next task" : "To the end");
      const back = html("button", { type: "button", onclick: () => (k ? task(k - 1) : welcome()) }, "Back");
      const answers = html("button", { type: "button", class: "guess-answer", onclick: showAnswer }, "Show the answer");
      const actions = html("div", { class: "guess-actions" }, hand, teacher ? answers : "", teacher ? back : "", next);
      show(`Task ${k + 1} of ${session.list.length}, number ${session.student}`,
        html("h3", {}, one.title), html("p", { class: "guess-question" }, Kit.tasks.question(one)),
        asked, result, hint, actions);
      const kind = Kit.guessKinds[one.kind](asked, one, changed);
      changed();

      function changed() {
        if (!kind) return;
        hint.textContent = kind.hint();
        hand.disabled = kind.answer() === null;
        next.hidden = !teacher;
      }

      function handIn() {
        const answer = kind.answer();
        const tries = kind.tries?.() ?? 1;
        const truth = Kit.tasks.truth(one, answer);
        const score = Kit.tasks.score(one, answer, truth, tries);
        // a second look at a task does not make its points better
        if (!done) session.rows[k] = row(one, answer, truth, score, tries, (performance.now() - began) / 1000);
        session.saved = false;
        settle();
        result.replaceChildren(
          html("p", { class: "guess-score" }, html("strong", {}, `${score}`), " of 100 points", done ? " (your first answer counts)" : ""),
          html("p", { class: "guess-why" }, Kit.tasks.why(one, answer, truth)));
        next.focus({ preventScroll: true });
        result.scrollIntoView({ block: "nearest" });
      }

      function showAnswer() {
        const answer = Kit.tasks.solution(one);
        settle();
        result.replaceChildren(html("p", { class: "guess-why" }, Kit.tasks.why(one, answer, Kit.tasks.truth(one, answer))));
        next.focus({ preventScroll: true });
      }

      function settle() {
        kind.reveal();
        hint.textContent = "";
        hand.hidden = answers.hidden = true;
        next.hidden = false;
        next.classList.add("primary");
      }
    }

    const row = ({ number, kind, parameters }, answer, truth, score, tries, seconds) => ({
      set, student: session.student, name: session.name, number, task: kind, parameters: Kit.tasks.asText(parameters),
      answer, truth, score, tries, seconds: Math.round(seconds),
      date: new Date().toISOString().replace(/\.\d+Z$/, "Z"), version: Kit.data.version || "0",
    });

    const forward = (k) => (k + 1 < session.list.length ? task(k + 1) : end());

    function end() {
      const rows = session.rows.filter(Boolean);
      const mean = rows.reduce((sum, one) => sum + one.score, 0) / (rows.length || 1);
      const line = (one) => html("tr", {}, html("th", { scope: "row" }, `${one.number}. ${Kit.tasks.table.titles[one.task]}`),
        html("td", {}, one.score), html("td", {}, one.tries), html("td", {}, one.seconds));
      show("", html("h3", {}, rows.length ? `${Kit.numbers.format(mean, 3)} points on average` : "Nothing was handed in"),
        html("table", { class: "guess-table" },
          html("thead", {}, html("tr", {}, ...["Task", "Points", "Tries", "Seconds"].map((one) => html("th", { scope: "col" }, one)))),
          html("tbody", {}, ...rows.map(line))),
        html("div", { class: "guess-actions" },
          html("button", { type: "button", class: "primary guess-save", disabled: !rows.length, onclick: () => save(rows) }, "Save my results (CSV)"),
          html("button", { type: "button", onclick: welcome }, "To the beginning")),
        html("p", { class: "guess-hint" }, "The file is for your teacher. Nothing has been sent anywhere."));
    }

    function save(rows) {
      const file = new Blob([Kit.resultsFile.csv(rows)], { type: "text/csv;charset=utf-8" });
      const url = URL.createObjectURL(file);
      html("a", { href: url, download: Kit.resultsFile.fileName(session.student, session.name) }).click();
      setTimeout(() => URL.revokeObjectURL(url), 10000);
      session.saved = true;
    }

    welcome();
    return { rows: () => session.rows.filter(Boolean), destroy: () => removeEventListener("beforeunload", leave) };
  }

  /* The dialog over the page; the same again where the same was asked for. */
  function open() {
    const { task, student, role } = Kit.state.all();
    const tasks = task || USUAL;
    const key = `${tasks} ${student} ${role}`;
    if (running?.key !== key) {
      running?.session.destroy();
      running?.dialog.remove();
      const host = html("section", { class: "guess-host" });
      const dialog = html("dialog", { class: "guess-dialog", "aria-label": "Guess first" }, host);
      const close = () => dialog.close();
      dialog.addEventListener("close", () => Kit.state.set({ task: "" }));
      document.body.append(dialog);
      running = { dialog, key, session: start(host, { tasks, student, role, close }) };
    }
    if (!running.dialog.open) running.dialog.showModal();
    running.dialog.querySelector("h3").focus();
    Kit.state.set({ task: tasks });
  }

  /* Where the link names tasks, begin with them; also when another link is opened later. */
  function begin() {
    Kit.state.listen((names, cause) => { if (cause === "link" && names.includes("task") && Kit.state.get("task")) open(); });
    if (Kit.state.get("task")) open();
  }

  if (Kit.data.guesses) Kit.tasks.provide(Kit.data.guesses);

  return { begin, open, start };
})();
