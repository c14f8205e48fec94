"use strict";
/* Who computes: a worker made of the page's own scripts, or, where none can start, this thread. */
Kit.labour = (() => {
  /* The text of all scripts of the engine, as they stand in the page. */
  function engineText() {
    return [...document.querySelectorAll("script[data-engine]")].map((one) => one.textContent).join("\n");
  }

  /* What can be sent messages; `hear` is called with what is said, `fail` with what went wrong. */
  function start(hear, fail) {
    const self = { inWorker: true };
    let sent = []; // until it has answered: a worker that never starts is stood in for
    let worker = null;
    let send = (message) => worker.postMessage(message);

    function standIn() {
      self.inWorker = false;
      send = here(hear);
      const before = sent;
      sent = null;
      before.forEach((message) => send(message));
    }

    self.send = (message) => {
      if (sent) sent.push(message);
      send(message);
    };
    self.end = () => worker && worker.terminate();
    try {
      const place = URL.createObjectURL(new Blob([engineText()], { type: "text/javascript" }));
      worker = new Worker(place);
      worker.onmessage = ({ data }) => {
        if (data.is === "here") URL.revokeObjectURL(place);
        sent = null;
        if (data.is !== "here") hear(data);
      };
      worker.onerror = (event) => {
        event.preventDefault();
        if (sent) standIn();
        else fail(event.message || "the computing stopped");
      };
    } catch {
      standIn();
    }
    return self;
  }

  function here(hear) {
    const receive = Kit.worker.make((message) => setTimeout(hear, 0, message));
    return (message) => setTimeout(receive, 0, message);
  }

  return { start };
})();
