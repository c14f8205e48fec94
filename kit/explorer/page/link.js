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

  /* Keep link and state alike. */
  function follow(refused) {
    let timer = null;
    const write = () => {
      const text = Kit.state.fragment();
      if (text === location.hash.slice(1)) return;
      try {
        const place = location.pathname + location.search;
        history.replaceState(null, "", text ? `#${text}` : place || "#");
      } catch { /* a frame without an address, as in a notebook: there is no link to keep */ }
    };
    Kit.state.listen(() => {
      clearTimeout(timer);
      timer = setTimeout(write, QUIET);
    });
    addEventListener("hashchange", () => {
      clearTimeout(timer);
      read(location.hash, refused);
    });
    return () => {
      clearTimeout(timer);
      write();
    };
  }

  return { follow, open };
})();
