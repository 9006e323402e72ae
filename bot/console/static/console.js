// What waits to be read: in the window's title, as a sound, and in a line that screen readers speak.
"use strict";
(() => {
  const poll = document.getElementById("poll");
  const news = document.getElementById("news");
  const sound = document.getElementById("sound");
  const title = document.title.replace(/^\(\d+\) /, "");
  const wanted = "suar-sound";
  let known = null;
  let audio = null;

  function beep() {
    if (!audio || audio.state !== "running") return;
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    const now = audio.currentTime;
    tone.frequency.value = 660;
    volume.gain.setValueAtTime(0.2, now);
    volume.gain.exponentialRampToValueAtTime(0.001, now + 0.5);
    tone.connect(volume).connect(audio.destination);
    tone.start(now);
    tone.stop(now + 0.5);
  }

  function showSound() {
    sound.setAttribute("aria-pressed", String(Boolean(audio && audio.state === "running")));
  }

  // Browsers play nothing before somebody has clicked; only that wish is kept, until the tab is closed.
  function switchSound() {
    if (audio && audio.state === "running") {
      sessionStorage.removeItem(wanted);
      audio.suspend().then(showSound);
      return;
    }
    sessionStorage.setItem(wanted, "1");
    audio = audio || new AudioContext();
    audio.resume().then(showSound).then(beep);
  }

  function renewList() {
    const list = document.getElementById("list");
    // Nobody's ticks or focus are taken away under their hands.
    if (list && !list.contains(document.activeElement) && !list.querySelector(":checked")) {
      htmx.trigger(list, "renew");
    }
  }

  function hear() {
    const heard = poll.querySelector("[data-ids]");
    if (!heard) return;
    const ids = new Set(heard.dataset.ids.split(" ").filter(Boolean));
    if (known && [...ids].some((id) => !known.has(id))) beep();
    if (news.textContent !== heard.textContent) news.textContent = heard.textContent;
    document.title = (ids.size ? `(${ids.size}) ` : "") + title;
    if (known) renewList();
    known = ids;
  }

  if (poll) {
    poll.addEventListener("htmx:afterSwap", hear);
    for (const lost of ["htmx:sendError", "htmx:responseError"]) {
      poll.addEventListener(lost, () => { news.textContent = news.dataset.lost; });
    }
    sound.hidden = false;
    sound.addEventListener("click", switchSound);
    if (sessionStorage.getItem(wanted)) {
      audio = new AudioContext();
      showSound();
      audio.addEventListener("statechange", showSound);
    }
  }
  // Typing is being there; the page's own questions are not. Once in five minutes is enough.
  let told = Date.now();
  document.addEventListener("input", () => {
    if (!poll || Date.now() - told < 300000) return;
    told = Date.now();
    fetch("/konsol/hadir", { method: "POST", body: new URLSearchParams() }).catch(() => { told = 0; });
  });
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  // A second click sends nothing twice; after a moment the button works again, as a lost request needs it.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(() => { delete form.dataset.sent; }, 4000);
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();
