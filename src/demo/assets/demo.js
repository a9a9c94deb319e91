// The server renders whole pages; this fetches them anew when something changed and swaps the parts that differ.
"use strict";

const $ = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const phone = matchMedia("(max-width: 900px)");
const LOST = "The demo isn't answering. Is it still running?";

let pinned = true;
// How far a part was scrolled: one that is hidden does not know.
const tops = { log: 0, panel: 0 };
let busy = 0;
let wanted = false;
let returnTo = null;
// Whoever has gone elsewhere meanwhile is not brought back by an answer that is late.
let turn = 0;

const heard = new Map();

function pane(name) {
  document.body.dataset.pane = name;
  all(".phone [data-show]").forEach((button) => button.setAttribute("aria-pressed", button.dataset.show === name));
  all("[data-scroll]").forEach((part) => (part.scrollTop = tops[part.id]));
  if (name === "behind") guide(true);
  end();
}

// To the last words, unless whoever reads has left them.
function end() {
  const log = $("#log");
  if (pinned && !$(".app-home", log)) log.scrollTop = log.scrollHeight;
}

// On a phone the guide is out of sight: said once.
function guide(known) {
  try {
    if (known) localStorage.setItem("guide", "known");
    $("#guide").hidden = localStorage.getItem("guide") === "known";
  } catch {
    $("#guide").hidden = true;
  }
}

// Keeps focus, scroll, open details and what is being typed.
function swap(text) {
  const next = new DOMParser().parseFromString(text, "text/html");
  document.title = next.title;
  const focused = document.activeElement;
  const part = focused?.closest("[data-part]");
  all("[data-part]").forEach((old) => {
    const fresh = next.getElementById(old.id);
    // Whoever is asked once more is not interrupted.
    if (!fresh || $("dialog.confirm[open]", old)) return;
    const keyed = old.dataset.key !== undefined;
    if (keyed ? old.dataset.key === fresh.dataset.key : old.dataset.raw === fresh.outerHTML) return;
    const raw = fresh.outerHTML;
    const moved = old.dataset.place !== fresh.dataset.place;
    const top = moved ? 0 : old.clientHeight ? old.scrollTop : tops[old.id];
    old.replaceWith(fresh);
    fresh.dataset.raw = raw;
    if (!moved && !keyed) keep(old, fresh);
    if (fresh.dataset.scroll !== undefined) fresh.scrollTop = tops[fresh.id] = top;
    if (fresh.id === "log") {
      if (moved) pinned = true;
      listen(fresh, moved);
    }
    if (fresh.id === "modals") modal(fresh, focused);
  });
  end();
  if (part && document.activeElement === document.body) refocus(focused, part);
}

function keep(old, fresh) {
  all("details[id]", fresh).forEach((details) => {
    const before = byId(details.id, old);
    if (before) details.open = before.open;
  });
  all("textarea[id], input[type=text][id]", fresh).forEach((field) => {
    const before = byId(field.id, old);
    if (before && before.value !== before.defaultValue) field.value = before.value;
  });
}

// The same control in a part that was swapped.
function again(old) {
  if (old.id) return byId(old.id);
  if (old.matches("summary")) return byId(old.parentElement.id)?.firstElementChild;
  return old.href && all("a").find((link) => link.href === old.href);
}

// What was pressed may be gone: whoever uses the keyboard goes on from where it was.
function refocus(old, part) {
  for (const next of [again(old), byId(part.id), $("#log"), $("#panel"), $(".phone [aria-pressed=true]")]) {
    next?.focus({ preventScroll: true });
    if (document.activeElement !== document.body) return;
  }
}

// Read aloud once.
function listen(log, moved) {
  const key = log.dataset.place;
  const last = heard.get(key) || 0;
  const messages = all("[data-number]", log);
  const fresh = messages.filter((m) => Number(m.dataset.number) > last);
  if (messages.length) heard.set(key, Math.max(...messages.map((m) => Number(m.dataset.number))));
  if (!moved && fresh.length) $("#announce").textContent = fresh.slice(-3).map((m) => m.dataset.aloud).join(". ");
}

function modal(host, focused) {
  const dialog = $("dialog[data-modal]", host);
  if (!dialog) {
    const back = returnTo && (returnTo.isConnected ? returnTo : again(returnTo) || $("#log"));
    (back || $("#composer"))?.focus({ preventScroll: true });
    returnTo = null;
    return;
  }
  if (!returnTo && focused && focused !== document.body) returnTo = focused;
  dialog.removeAttribute("open");
  dialog.showModal();
  const wrong = $(".wrong input:not([type=hidden]), .wrong select, .wrong textarea", dialog);
  (wrong || $("#modal-title", dialog)).focus();
}

// What went wrong, in sight: above the page, or in the form before it.
function trouble(words) {
  const shown = $("#trouble");
  if ((shown?.textContent || "") === words) return;
  shown?.remove();
  if (!words) return;
  const note = Object.assign(document.createElement("p"), { id: "trouble", className: "note", textContent: words });
  note.setAttribute("role", "alert");
  const form = $("dialog[data-modal] .modal-body");
  if (form) form.prepend(note);
  else $("#stage").before(note);
  end();
}

const byId = (id, root) => $("#" + CSS.escape(id), root);

function here(name, value) {
  const url = new URL(location.href);
  url.searchParams.set(name, value);
  return url.pathname + url.search;
}

async function ask(url, options) {
  let response, text;
  try {
    response = await fetch(url, options);
    text = await response.text();
  } catch {
    throw new Error(LOST);
  }
  if (!response.ok) throw new Error(text.slice(0, 300) || `The demo answered with an error (${response.status}).`);
  if (options || $("#trouble")?.textContent === LOST) trouble("");
  return { url: new URL(response.url), text };
}

async function get(url, push) {
  if (push) history.pushState(null, "", url);
  const mine = push ? ++turn : turn;
  const { text } = await ask(url);
  if (mine === turn) swap(text);
}

// One look at a time.
async function look() {
  if (busy) {
    wanted = true;
    return;
  }
  busy += 1;
  try {
    await get(here("again", "1"));
  } catch (error) {
    trouble(error.message);
  } finally {
    busy -= 1;
    if (wanted) {
      wanted = false;
      look();
    }
  }
}

async function send(form, submitter) {
  const data = new URLSearchParams(new FormData(form, submitter));
  data.delete("file");
  // The form may be older than the panel beside it.
  data.set("panel", new URLSearchParams(location.search).get("panel") || $("#panel").dataset.place);
  if (data.has("csv") && isTooLong(data.get("csv").length)) return;
  const action = submitter?.getAttribute("formaction") || form.getAttribute("action");
  const typed = $("#composer", form)?.value;
  if (typed !== undefined) say("");
  const mine = turn;
  submitter?.setAttribute("aria-busy", "true");
  busy += 1;
  try {
    const { url, text } = await ask(action, { method: "POST", body: data });
    if (mine === turn) {
      if (url.pathname === "/") history.replaceState(null, "", url);
      swap(text);
    }
  } catch (error) {
    trouble(error.message);
    if (typed && !$("#composer")?.value) say(typed);
  } finally {
    busy -= 1;
    submitter?.removeAttribute("aria-busy");
    wanted = false;
    look();
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-live]")) return;
  event.preventDefault();
  send(form, event.submitter);
  event.submitter?.closest("dialog.confirm")?.close();
  if (event.submitter?.closest(".more")) shut(event.submitter.closest(".more"));
});

// Three dots, and what is behind them.
function shut(menu) {
  if (menu.contains(document.activeElement)) $("summary", menu).focus({ preventScroll: true });
  menu.open = false;
}

function leave(target) {
  all(".more[open]").filter((menu) => !menu.contains(target)).forEach((menu) => (menu.open = false));
}

document.addEventListener("focusin", (event) => leave(event.target));
document.addEventListener("close", (event) => event.target.matches("dialog.confirm") && look(), true);

document.addEventListener("click", (event) => {
  leave(event.target);
  const target = event.target.closest("a, button, .more > summary");
  if (!target) return;
  if (target.matches("summary")) requestAnimationFrame(() => target.nextElementSibling.scrollIntoView({ block: "nearest" }));
  if (target.dataset.press) act(target.closest("form"), "press", target.dataset.press);
  if (target.dataset.confirm) {
    event.preventDefault();
    byId(target.dataset.confirm).showModal();
  } else if (target.dataset.dismiss === "guide") {
    guide(true);
    end();
  } else if (target.dataset.dismiss !== undefined) {
    target.closest("dialog").close();
  } else if (target.dataset.show) {
    pane(target.dataset.show);
  } else if (target.matches("a[data-live]") && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    $("#switch")?.removeAttribute("open");
    if (phone.matches) pane(target.dataset.pane || "talk");
    trouble("");
    get(target.getAttribute("href"), true).then(() => {
      const part = target.hash && byId(target.hash.slice(1));
      part?.scrollIntoView();
      if (target.hash) ($("summary", part || undefined) || $("#panel")).focus({ preventScroll: true });
      else if (target.closest("#tabs")) $("#tabs [aria-current]")?.focus();
      else if (!phone.matches) $("#composer")?.focus({ preventScroll: true });
    }, (error) => trouble(error.message));
  }
});

document.addEventListener("change", (event) => {
  const field = event.target;
  if (field.id === "file" && field.files[0]) read(field.files[0]);
});

// What is no button, and is heard of by the bot all the same.
function act(form, name, value) {
  const button = Object.assign(document.createElement("button"), { name, value, hidden: true, formNoValidate: true });
  button.setAttribute("formaction", "/act");
  form.append(button);
  form.requestSubmit(button);
}

// Esc closes as the button does: the bot may want to know.
document.addEventListener("cancel", (event) => {
  if (!event.target.matches("dialog[data-modal]")) return;
  event.preventDefault();
  $("[data-close]", event.target).click();
}, true);

document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (field.id === "composer") return suggestKeys(event);
  if (event.key === "Enter" && field.matches("dialog[data-modal] input")) {
    event.preventDefault();
    $("[data-submit]", field.closest("dialog"))?.click();
  }
  if (event.key === "Escape") all(".more[open]").forEach(shut);
  if (event.key === "Escape" && $("#switch[open]")) {
    $("#switch").removeAttribute("open");
    $("#switch summary").focus();
  }
});

let chosen = -1;

function hush() {
  $("#suggest").hidden = true;
  $("#composer").setAttribute("aria-expanded", "false");
  $("#composer").removeAttribute("aria-activedescendant");
  chosen = -1;
}

function say(words) {
  $("#composer").value = words;
  hush();
}

function suggest(field) {
  const list = $("#suggest");
  const text = field.value;
  const at = text.lastIndexOf("@");
  const part = text.startsWith("/") && at < 0 ? text : at >= 0 ? text.slice(at) : "";
  const options = part ? all("li", $("#commands").content).filter((li) => li.dataset.text.toLowerCase().startsWith(part.toLowerCase()) && li.dataset.text !== part).slice(0, 12) : [];
  list.replaceChildren(...options.map((li, index) => {
    const option = li.cloneNode(true);
    Object.assign(option, { id: "option" + index, role: "option", ariaSelected: "false" });
    return option;
  }));
  list.hidden = options.length === 0;
  field.setAttribute("aria-expanded", String(options.length > 0));
  field.removeAttribute("aria-activedescendant");
  chosen = -1;
}

function pick(field, option) {
  const at = field.value.lastIndexOf("@");
  const words = option.dataset.text.replace(/ (\[.*|@colleague)$/, " ");
  field.value = words.startsWith("@") && at >= 0 ? field.value.slice(0, at) + words + " " : words;
  hush();
  field.focus();
}

function suggestKeys(event) {
  const options = $("#suggest").hidden ? [] : all("#suggest li");
  if (event.key === "Escape") hush();
  if (!options.length) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    chosen = (chosen + (event.key === "ArrowDown" ? 1 : -1) + options.length) % options.length;
    options.forEach((option, index) => (option.ariaSelected = String(index === chosen)));
    options[chosen].scrollIntoView({ block: "nearest" });
    event.target.setAttribute("aria-activedescendant", options[chosen].id);
  } else if ((event.key === "Enter" || event.key === "Tab") && chosen >= 0) {
    event.preventDefault();
    pick(event.target, options[chosen]);
  }
}

document.addEventListener("input", (event) => {
  const field = event.target;
  if (field.id === "composer") return suggest(field);
  if (!field.dataset.search) return;
  const query = new URLSearchParams({ as: new URLSearchParams(new FormData(field.form)).get("as"), field: field.dataset.search, typed: field.value });
  fetch("/options?" + query).then((r) => r.text()).then((text) => {
    field.list?.replaceChildren(...text.split("\n").filter(Boolean).map((words) => new Option(words, words)));
  });
});

document.addEventListener("mousedown", (event) => {
  const option = event.target.closest("#suggest li");
  if (!option) return;
  event.preventDefault();
  pick($("#composer"), option);
});

function isTooLong(length) {
  const most = Number($("#csv")?.dataset.most || Infinity);
  if (length > most) trouble(`This is too long: a people file can have at most ${most / 1e6} MB.`);
  return length > most;
}

async function read(file) {
  const text = await file.text();
  if (!$("#csv")) {
    await get(here("panel", "people"), true);
  }
  pane("behind");
  if (isTooLong(file.size)) return;
  trouble("");
  $("#csv").value = text;
  $("#csv").focus();
}

document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  if (event.dataTransfer.files[0]) read(event.dataTransfer.files[0]);
});

// A picture that comes late does not push the last words out of sight: only whoever scrolls up leaves the end.
document.addEventListener("scroll", (event) => {
  const part = event.target;
  if (part.dataset?.scroll === undefined || !part.clientHeight) return;
  if (part.id === "log") {
    if (part.scrollHeight - part.scrollTop - part.clientHeight < 60) pinned = true;
    else if (part.scrollTop < tops.log) pinned = false;
  }
  tops[part.id] = part.scrollTop;
}, true);
document.addEventListener("load", (event) => event.target.closest?.("#log") && end(), true);
addEventListener("resize", end);

addEventListener("popstate", () => { turn += 1; look(); });

all("[data-part]").forEach((part) => (part.dataset.raw = part.outerHTML));
guide(false);
pane("talk");
listen($("#log"), true);
modal($("#modals"), null);
const events = new EventSource("/events");
events.addEventListener("changed", look);
events.onerror = () => trouble(LOST);
events.onopen = () => $("#trouble")?.textContent === LOST && look();
document.documentElement.dataset.ready = "yes";
