"use strict";
/* Who answers messages: the trainer, and the thinker. The data come first, and are waited for. */
Kit.worker = (() => {
  /* A function that takes messages; what is to be said goes to `post`. */
  function make(post) {
    const later = (todo) => setTimeout(todo, 0);
    const trainer = Kit.trainer.make(post, later);
    const thinker = Kit.thinker.make(post, later);
    let ready = null;

    function receive(message) {
      if (message.do === "provide") {
        for (const [name, raw] of Object.entries(message.datasets)) Kit.datasets.provide(name, raw);
        Kit.findings.provide(message.rules);
        ready = Kit.datasets.ready.then(() => { ready = null; });
      } else if (ready) ready.then(() => receive(message));
      else (message.do === "think" ? thinker : trainer).receive(message);
    }

    return receive;
  }

  if (typeof WorkerGlobalScope !== "undefined" && globalThis instanceof WorkerGlobalScope) {
    const receive = make((message) => globalThis.postMessage(message));
    globalThis.onmessage = ({ data }) => receive(data);
    globalThis.postMessage({ is: "here" });
  }

  return { make };
})();
