// All that the pages do by script: they work without it, and with it they are up to date, copy, and keep what was typed.
"use strict";

const REST = 400; // milliseconds between two looks, however much happens
const PATIENCE = 3000; // milliseconds until somebody who sent the page away is asked again

// Live: when something happened, the page is fetched again, and its regions (`data-live`, with an id) that differ take the
// place of the old ones. What a person is typing into, or holds open, stays as it is.

function follow() {
  const sign = document.getElementById("live");
  let wanted = false;
  let resting = false;

  async function look() {
    if (resting) { wanted = true; return; }
    wanted = false;
    resting = true;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (answer.ok) take(new DOMParser().parseFromString(await answer.text(), "text/html"));
      else if (answer.status === 404) say("gone: reload to see why", false);
    } catch { /* the next news, or the reader, tries again */ }
    setTimeout(() => { resting = false; if (wanted) look(); }, REST);
  }

  function say(sentence, isLive) {
    sign.hidden = false;
    sign.textContent = sentence;
    sign.classList.toggle("off", !isLive);
  }

  let news = null;

  // The address says what the page has seen, so what it missed until it is connected comes first.
  function open() {
    news = new EventSource(document.body.dataset.news);
    news.addEventListener("open", () => { say("live", true); });
    news.addEventListener("news", look);
    news.addEventListener("error", () => {
      // A browser tries again by itself where nobody answers, but not where the answer is no stream: the workspace was
      // deleted, and may be made again.
      const isOver = news.readyState === EventSource.CLOSED;
      say(isOver ? "ended: reload to see why" : "not connected", false);
      if (isOver) setTimeout(attend, PATIENCE);
    });
  }

  // A browser opens few connections to one host: a page that nobody sees keeps none.
  function attend() {
    news?.close();
    if (!document.hidden) open();
  }

  document.addEventListener("visibilitychange", attend);
  attend();
}

const written = new WeakMap(); // regions as the server wrote them: opened details and shown buttons are no news

function regions(page) {
  return page.querySelectorAll("[data-live][id]");
}

function take(fresh) {
  document.body.dataset.news = fresh.body.dataset.news ?? document.body.dataset.news; // it says what is seen now
  for (const now of regions(fresh)) {
    const before = document.getElementById(now.id);
    if (!before || written.get(before) === now.innerHTML || isInUse(before)) continue;
    const known = new Set([...before.querySelectorAll("[id]")].map((each) => each.id));
    const held = before.contains(document.activeElement) ? placeOf(document.activeElement) : null;
    prepare(now);
    for (const row of now.querySelectorAll("[data-row][id]")) if (!known.has(row.id)) row.classList.add("fresh");
    before.replaceWith(now);
    if (held) focusOn(held);
  }
}

// What has the focus is known by its place in the nearest part with an id: a row keeps it when others come before it.

const FOCUSABLE = "a, button, summary";

function placeOf(element) {
  const home = element.closest("[id]");
  return { id: home.id, place: [...home.querySelectorAll(FOCUSABLE)].indexOf(element) };
}

function focusOn({ id, place }) {
  const home = document.getElementById(id);
  (place < 0 ? home : home?.querySelectorAll(FOCUSABLE)[place])?.focus();
}

function isInUse(region) {
  return region.querySelector("input:focus, select:focus, textarea:focus, details[open], form[aria-busy=true]") !== null;
}

function prepare(region) {
  written.set(region, region.innerHTML);
  offerCopies(region);
}

// Copying

function offerCopies(part) {
  for (const button of part.querySelectorAll("[data-copy]")) button.hidden = false;
}

async function copy(button) {
  const sign = button.querySelector(".sign");
  const label = (button.dataset.label ??= sign.textContent); // or a second press would keep "Copied"
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    sign.textContent = "Copied";
  } catch {
    sign.textContent = "Not allowed";
  }
  setTimeout(() => { sign.textContent = label; }, 1500);
}

// Forms: what was refused is said beside the form, which keeps what was typed.

async function send(form, button) {
  if (form.ariaBusy === "true") return; // pressed twice; a disabled button would lose the focus
  const fields = new URLSearchParams(new FormData(form, button));
  form.ariaBusy = "true";
  try {
    const answer = await fetch(form.action, { method: "POST", body: fields, headers: { Accept: "application/json" } });
    const told = await answer.json();
    if (told.to) { location.assign(told.to); return; }
    complain(form, told.error);
  } catch {
    complain(form, "The server does not answer.");
  }
  form.ariaBusy = "false";
}

// A region may be replaced at any time, so it is said behind the whole of it.
function complain(form, sentence) {
  const part = form.closest("[data-live]") ?? form;
  let place = part.nextElementSibling;
  if (!place?.classList.contains("problem")) {
    place = document.createElement("p");
    place.className = "problem";
    place.setAttribute("role", "alert");
    part.after(place);
  }
  place.textContent = sentence;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || !form.action.includes("/do/")) return; // a search, or the token
  event.preventDefault();
  send(form, event.submitter);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") for (const open of document.querySelectorAll("details.switcher[open]")) open.open = false;
  if (event.key === "/" && !event.target.closest("input, select, textarea")) {
    const search = document.querySelector("input[type=search]");
    if (search) { event.preventDefault(); search.focus(); }
  }
});

// At phone width the sections do not all fit: the one that is shown is scrolled to.
document.querySelector(".sections [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

regions(document).forEach(prepare);
offerCopies(document);
// A page without live regions, like a search that takes its time, is not looked at again.
if (document.body.dataset.news && regions(document).length) follow();
