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
  const limit = Number(form.dataset.limit);
  const RETRY = [2, 4, 8, 15, 30]; // seconds; a phone in a lift comes back soon

  let words = JSON.parse(form.dataset.words);
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
    headers: Object.assign({ "Content-Language": root.lang }, body.photo ? {} : { "Content-Type": "application/json" }),
    body: packed(Object.assign({ token, seen }, body)),
    cache: "no-store",
    credentials: "omit",
    keepalive: path === "/sudah",
    signal,
  });

  // A photo travels as a form, everything else as JSON.
  function packed(body) {
    if (!body.photo) return JSON.stringify(body);
    const form = new FormData();
    Object.keys(body).forEach((name) => form.append(name, body[name]));
    return form;
  }

  // Drawn anew and smaller before it leaves the phone; where that fails the server cleans it, or says what is wrong.
  async function smaller(photo) {
    try {
      const image = await createImageBitmap(photo);
      const scale = Math.min(1, 2048 / Math.max(image.width, image.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.max(1, Math.round(image.width * scale));
      canvas.height = Math.max(1, Math.round(image.height * scale));
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(image, 0, 0, canvas.width, canvas.height);
      return await new Promise((done) => canvas.toBlob((drawn) => done(drawn || photo), "image/jpeg", 0.85));
    } catch (unknown) {
      return photo;
    }
  }

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
    if (piece.words) speak(piece);
    if (piece.wipes) wipe();
    if (!piece.html) return null;
    const made = document.createElement("template");
    made.innerHTML = piece.html; // our own template's work, escaped there
    const first = made.content.querySelector(".bubble");
    log.insertBefore(made.content, end);
    post("/sudah", {}).catch(() => {}); // the next message says it again
    return first;
  }

  // The page's own words follow the language of the newest answer.
  function speak(piece) {
    root.lang = piece.language;
    words = piece.words;
    document.title = words.title;
    document.querySelectorAll("[data-say]").forEach((part) => { part.textContent = words[part.dataset.say]; });
    document.querySelectorAll(".tongue").forEach((button) => { button.hidden = button.lang === root.lang; });
    leave.title = words.exit_hint;
    log.setAttribute("aria-label", words.log);
    box.setAttribute("aria-label", words.box);
    box.placeholder = words.box;
    form.querySelector(".send").setAttribute("aria-label", words.send);
  }

  // Somebody looks, or everything was erased: nothing stays but the answer that says so.
  function wipe() {
    log.querySelectorAll(".bubble, .choices").forEach((said) => said.remove());
    form.elements.history.value = "";
    box.value = "";
    fit();
  }

  const reveal = (bubble) => bubble && bubble.scrollIntoView({ block: "start" });

  function forget() {
    clearTimeout(timer);
    timer = 0;
    tries = 0;
    pending = null;
  }

  function send(text, pressed, label, typed, photo) {
    if (busy) return say(words.sending);
    clearTimeout(timer);
    if (!text.trim() && !pressed.length && !photo) return say(words.empty);
    if (text.length > limit && Array.from(text).length > limit) {
      return say(words.long.replace("#", Array.from(text).length.toLocaleString(root.lang)));
    }
    const same = pending && pending.text === text && pending.pressed.join() === pressed.join() && pending.photo === photo;
    if (!same) {
      tries = 0;
      pending = { id: freshId(), text, pressed, label, typed, photo };
    }
    deliver();
  }

  async function deliver() {
    const sent = pending;
    const stop = new AbortController();
    const late = setTimeout(() => stop.abort(), sent.photo ? 150000 : 25000);
    const slow = setTimeout(() => say(words.sending), 500);
    busy = true;
    box.readOnly = sent.typed;
    form.setAttribute("aria-busy", "true");
    try {
      const said = { id: sent.id, text: sent.text };
      const answer = await post("/pesan", Object.assign(said, sent.photo ? { photo: sent.photo } : { pressed: sent.pressed }), stop.signal);
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
    const mine = own(told.covered || [sent.label, sent.text.trim()].filter(Boolean).join("\n"));
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
    log.querySelectorAll("[data-once]").forEach((words) => { words.textContent = "\u2022 \u2022 \u2022"; });
    log.querySelectorAll("[data-copy]").forEach((button) => button.remove());
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
      const headers = { "X-Suar-Token": token, "Last-Event-ID": String(seen), "Content-Language": root.lang };
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
    sendTicks([]);
  });

  function sendTicks(also) {
    const ticks = Array.from(form.querySelectorAll("input[name=pick]:checked")).concat(also);
    const labels = ticks.map((tick) => (tick.closest("label") || tick).textContent.trim());
    send(box.value, ticks.map((tick) => tick.value), labels.join(", "), true);
  }

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
    } else if (button.name === "pick") {
      event.preventDefault();
      sendTicks([button]);
    } else if (button.dataset.copy) {
      copy(button);
    }
  });

  log.addEventListener("change", async (event) => {
    const input = event.target;
    if (input.name !== "photo" || !input.files.length) return;
    const photo = await smaller(input.files[0]);
    input.value = "";
    if (photo.size > 10 * 1024 * 1024) return say(words.photo_large);
    send(box.value, [], words.photo_own, true, photo);
  });

  document.querySelectorAll(".tongue").forEach((button) => button.addEventListener("click", (event) => {
    event.preventDefault();
    send("", [button.value], button.textContent.trim(), false);
  }));

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
