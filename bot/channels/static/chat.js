// The chat with a script: no reload, nothing typed is lost, and nothing of it stays when the page is left.
(() => {
  "use strict";
  const root = document.documentElement;
  const form = document.getElementById("chat");
  if (!window.fetch || !window.AbortController || !window.crypto) return;

  const log = document.getElementById("percakapan");
  const end = document.getElementById("akhir");
  const box = document.getElementById("tulis");
  const status = document.getElementById("kabar");
  const leave = document.getElementById("keluar");
  const words = form.dataset;
  const RETRY = [2, 4, 8, 15, 30]; // seconds; a phone in a lift comes back soon

  let token = form.elements.token.value;
  let seen = 0;
  let pending = null; // what was sent and not yet taken: the same id goes again
  let busy = false;
  let timer = 0;
  let tries = 0;
  let listening = false;

  root.classList.add("js");
  history.replaceState(null, "", "/"); // a page made by sending a form must not offer to send it again
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  const freshId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const say = (text) => { if (status.textContent !== text) status.textContent = text; };
  const fit = () => { box.style.height = "auto"; box.style.height = `${box.scrollHeight + 2}px`; };
  const post = (path, body, signal) => fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(Object.assign({ token, seen }, body)),
    cache: "no-store",
    credentials: "omit",
    keepalive: path === "/sudah",
    signal,
  });

  function own(text) {
    const bubble = document.createElement("p");
    const name = document.createElement("span");
    bubble.className = "bubble own";
    name.className = "unseen";
    name.textContent = `${words.you} `;
    bubble.append(name, text);
    log.insertBefore(bubble, end);
    return bubble;
  }

  // Puts new answers in; gives back the first of them.
  function show(piece) {
    seen = Math.max(seen, piece.seen);
    if (!piece.html) return null;
    const made = document.createElement("template");
    made.innerHTML = piece.html; // our own template's work, escaped there
    const first = made.content.querySelector(".bubble");
    log.insertBefore(made.content, end);
    post("/sudah", {}).catch(() => {}); // the next message says it again
    return first;
  }

  const reveal = (bubble) => bubble && bubble.scrollIntoView({ block: "start" });

  function forget() {
    clearTimeout(timer);
    timer = 0;
    tries = 0;
    pending = null;
  }

  function send(text, pressed, label, typed) {
    if (busy) return say(words.sending);
    clearTimeout(timer);
    if (!text.trim() && !pressed.length) return say(words.empty);
    if (text.length > Number(words.limit) && Array.from(text).length > Number(words.limit)) {
      return say(words.long.replace("#", Array.from(text).length.toLocaleString("id")));
    }
    const same = pending && pending.text === text && pending.pressed.join() === pressed.join();
    if (!same) {
      tries = 0;
      pending = { id: freshId(), text, pressed, label, typed };
    }
    deliver();
  }

  async function deliver() {
    const sent = pending;
    const stop = new AbortController();
    const late = setTimeout(() => stop.abort(), 25000);
    const slow = setTimeout(() => say(words.sending), 500);
    busy = true;
    box.readOnly = sent.typed;
    form.setAttribute("aria-busy", "true");
    try {
      const answer = await post("/pesan", { id: sent.id, text: sent.text, pressed: sent.pressed }, stop.signal);
      const told = await answer.json();
      if (answer.ok) arrived(sent, told);
      else refused(answer.status, told);
    } catch (lost) {
      again(words.offline, RETRY[Math.min(tries, RETRY.length - 1)]);
    } finally {
      clearTimeout(late);
      clearTimeout(slow);
      busy = false;
      box.readOnly = false;
      form.removeAttribute("aria-busy");
      if (status.textContent === words.sending) say("");
    }
  }

  function arrived(sent, told) {
    const atChoice = document.activeElement && document.activeElement.closest(".choices");
    forget();
    say("");
    if (sent.typed) {
      box.value = "";
      fit();
    }
    if (told.quiet) log.querySelectorAll(".bubble, .choices").forEach((said) => said.remove()); // somebody looks
    const mine = told.quiet ? null : own(told.covered || [sent.label, sent.text.trim()].filter(Boolean).join("\n"));
    log.querySelectorAll(".choices").forEach((old) => old.remove());
    const first = show(told);
    if (log.querySelector(".back[value=menu]")) cover();
    if (atChoice && first) first.focus({ preventScroll: true });
    reveal(mine);
    if (told.waits) {
      say(words.sealing);
      listen();
    }
  }

  // The talk has ended: the code was written down, and need not stay in sight of the next one who looks.
  function cover() {
    log.querySelectorAll("[data-copy]").forEach((button) => {
      const code = button.dataset.copy;
      button.parentElement.querySelectorAll("strong").forEach((words) => {
        if (words.textContent === code) words.textContent = "\u2022 \u2022 \u2022";
      });
      button.remove();
    });
  }

  function refused(code, told) {
    if (told.token) {
      token = told.token;
      seen = 0;
      pending = null;
    }
    if (told.wait) return again(told.say, told.wait);
    if (code >= 500) return again(told.say || words.down, RETRY[Math.min(tries + 1, RETRY.length - 1)]);
    return say(told.say || words.down);
  }

  function again(text, seconds) {
    tries += 1;
    say(text);
    timer = setTimeout(() => pending && !busy && deliver(), seconds * 1000);
  }

  // What takes longer than a page waits for comes by itself; a stream that breaks off is opened again.
  async function listen() {
    if (listening) return;
    listening = true;
    let done = false; // also when the page has become too old to ask
    try {
      const headers = { "X-Suar-Token": token, "Last-Event-ID": String(seen) };
      const answer = await fetch("/arus", { headers, cache: "no-store", credentials: "omit" });
      const data = (await answer.text()).split("\n").filter((row) => row.startsWith("data: ")).map((row) => row.slice(6).trim());
      if (answer.ok && data.length) {
        const piece = JSON.parse(data.join("\n"));
        reveal(show(piece));
        done = !piece.waits;
      } else {
        done = answer.status === 403;
      }
    } catch (lost) {
      done = false; // the net comes back, and what waits for us waits on
    }
    listening = false;
    if (done) say("");
    else setTimeout(listen, 2000);
  }

  function exit() {
    document.title = "";
    document.body.replaceChildren();
    location.replace(leave.href);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const ticks = Array.from(form.querySelectorAll("input[name=pick]:checked"));
    send(box.value, ticks.map((tick) => tick.value), ticks.map((tick) => tick.parentElement.textContent.trim()).join(", "), true);
  });

  log.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.name === "press") {
      event.preventDefault();
      if (box.value.trim() && !button.classList.contains("back")) { // a report must not go without its words
        box.focus();
        return say(words.unsent);
      }
      send("", [button.value], button.textContent.trim(), false);
    } else if (button.dataset.copy) {
      copy(button);
    }
  });

  async function copy(button) {
    const label = button.querySelector("span");
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch (refusal) {
      const range = document.createRange(); // an old phone: marked, so that a long press copies it
      range.selectNodeContents(button.parentElement);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      if (!document.execCommand || !document.execCommand("copy")) return;
    }
    label.textContent = button.dataset.done;
  }

  box.addEventListener("input", () => {
    fit();
    if (pending && pending.typed && !busy) { // other words are another message
      forget();
      say("");
    }
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit ? form.requestSubmit() : form.querySelector(".send").click();
    }
  });

  let escape = -Infinity;
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.repeat) return;
    if (event.timeStamp - escape < 1500) exit();
    escape = event.timeStamp;
  });
  leave.addEventListener("click", (event) => {
    event.preventDefault();
    exit();
  });
  addEventListener("online", () => {
    if (pending && !busy) {
      clearTimeout(timer);
      deliver();
    }
  });
  fit();
  reveal(log.querySelector(".bubble.own:last-of-type"));
})();
