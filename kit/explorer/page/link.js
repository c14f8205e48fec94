"use strict";
/* The link holds the whole state, and the state follows the link: when the page opens, and when it is
   another one (back, forward, typed). */
Kit.link = (() => {
  const QUIET = 300; // milliseconds that nothing has changed

  /* What the page opens with: what it was made with, or what its link says. `refused(texts)` is told
     what of the link is no setting. */
  function open(start, refused) {
    const hash = location.hash.slice(1);
    if (!hash) {
      Kit.state.set(start || {}, "link");
      return;
    }
    read(hash, refused);
  }

  function read(text, refused) {
    const found = Kit.state.parse(text);
    Kit.state.set(found.values, "link");
    refused(found.refused);
  }

  /* What keeps the text that `fragment()` makes behind the # of the address: {later, now, never}. A little
     later, as a browser refuses hundreds of changes at once. */
  function keeper(fragment) {
    let timer = null;
    const never = () => clearTimeout(timer);
    function now() {
      never();
      const text = fragment();
      if (text === location.hash.slice(1)) return;
      try {
        const place = location.pathname + location.search;
        history.replaceState(null, "", text ? `#${text}` : place || "#");
      } catch { /* a frame without an address, as in a notebook: there is no link to keep */ }
    }
    function later() {
      never();
      timer = setTimeout(now, QUIET);
    }
    return { later, now, never };
  }

  /* Keep link and state alike; returns what writes the link at once. */
  function follow(refused) {
    const kept = keeper(() => Kit.state.fragment());
    Kit.state.listen(kept.later);
    addEventListener("hashchange", () => {
      kept.never();
      read(location.hash, refused);
    });
    return kept.now;
  }

  return { follow, keeper, open };
})();
