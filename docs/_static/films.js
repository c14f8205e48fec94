// Films: play and pause, a slider over the pictures, one picture on or back.
// Without this the browser's own controls stay. A film plays while it is in view, unless less motion
// is asked for or somebody has stopped it.
"use strict";

function setUp(film) {
  const video = film.querySelector("video");
  const controls = film.querySelector(".film-controls");
  const [play, back, on] = ["play", "back", "on"].map((name) => film.querySelector(".film-" + name));
  const slider = film.querySelector("input");
  const output = film.querySelector("output");
  const starts = JSON.parse(film.dataset.starts);
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  let stopped = false;
  let wanted = null;  // a picture that was asked for before the film had arrived

  video.removeAttribute("controls");
  controls.hidden = false;

  function current() {
    if (wanted !== null) return wanted;
    let k = 0;
    while (k + 1 < starts.length && starts[k + 1] <= video.currentTime + 0.001) k += 1;
    return k;
  }

  function tell() {
    const k = current();
    slider.value = k;
    slider.setAttribute("aria-valuetext", `picture ${k + 1} of ${starts.length}`);
    output.textContent = `${k + 1} / ${starts.length}`;
  }

  function tellState() {
    play.textContent = video.paused ? "▶" : "❚❚";
    play.setAttribute("aria-label", video.paused ? "Play" : "Pause");
  }

  function show(k) {
    stopped = true;
    video.pause();
    wanted = Math.min(Math.max(k, 0), starts.length - 1);
    if (video.readyState >= 1) seek();
    else {
      video.preload = "auto";
      video.load();
    }
    tell();
  }

  function seek() {
    if (wanted === null) return;
    const time = starts[wanted] + 0.02;  // within the picture, not at its edge
    wanted = null;
    video.currentTime = time;
  }

  video.addEventListener("loadedmetadata", seek);
  for (const event of ["timeupdate", "seeked"]) video.addEventListener(event, tell);
  for (const event of ["play", "pause"]) video.addEventListener(event, tellState);
  play.addEventListener("click", () => {
    stopped = !video.paused;
    if (stopped) video.pause();
    else video.play();
  });
  back.addEventListener("click", () => show(current() - 1));
  on.addEventListener("click", () => show(current() + 1));
  slider.addEventListener("input", () => show(Number(slider.value)));
  tell();
  tellState();

  new IntersectionObserver((seen) => {
    const visible = seen[seen.length - 1].isIntersecting;
    if (!visible) video.pause();
    else if (!calm.matches && !stopped) video.play().catch(() => {});  // where that is not allowed
  }, { threshold: 0.6 }).observe(video);
  calm.addEventListener("change", () => {
    if (calm.matches) video.pause();
  });
}

document.addEventListener("DOMContentLoaded", () => document.querySelectorAll(".film").forEach(setUp));
