// The server renders whole pages; this fetches them anew when something changed and swaps the parts that differ.
"use strict";

const $ = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const phone = matchMedia("(max-width: 760px)");

let pinned = true;
let lastTop = 0;
let busy = 0;
let wanted = false;
let returnTo = null;
// Whoever has gone elsewhere meanwhile is not brought back by an answer that is late.
let turn = 0;

const heard = new Map();

function pane(name) {
  document.body.dataset.pane = name;
  all("[data-show]").forEach((button) => button.setAttribute("aria-pressed", button.dataset.show === name));
}

// Keeps focus, scroll, open details and what is being typed.
function swap(text) {
  const next = new DOMParser().parseFromString(text, "text/html");
  document.title = next.title;
  const focused = document.activeElement;
  const focusId = focused && focused.id;
  const hadFocus = focused && focused.closest("[data-part]");
  all("[data-part]").forEach((old) => {
    const fresh = next.getElementById(old.id);
    if (!fresh) return;
    const keyed = old.dataset.key !== undefined;
    if (keyed ? old.dataset.key === fresh.dataset.key : old.dataset.raw === fresh.outerHTML) return;
    const raw = fresh.outerHTML;
    const moved = old.dataset.place !== fresh.dataset.place;
    const top = old.scrollTop;
    const open = moved ? [] : all("details[open][id]", old).map((d) => d.id);
    old.replaceWith(fresh);
    fresh.dataset.raw = raw;
    open.forEach((id) => byId(id, fresh)?.setAttribute("open", ""));
    if (fresh.dataset.scroll !== undefined) {
      fresh.scrollTop = fresh.id === "log" && (moved ? !$(".app-home", fresh) : pinned) ? fresh.scrollHeight : moved ? 0 : top;
    }
    if (fresh.id === "log") listen(fresh, moved);
    if (fresh.id === "modals") modal(fresh, focused);
  });
  if (hadFocus && focusId && !document.contains(focused)) byId(focusId)?.focus({ preventScroll: true });
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
    if (returnTo && document.contains(returnTo)) returnTo.focus();
    else $("#composer")?.focus({ preventScroll: true });
    returnTo = null;
    return;
  }
  if (!returnTo && focused && focused !== document.body) returnTo = focused;
  dialog.removeAttribute("open");
  dialog.showModal();
  const wrong = $(".wrong input:not([type=hidden]), .wrong select, .wrong textarea", dialog);
  (wrong || $("#modal-title", dialog)).focus();
}

const lost = () => ($("#announce").textContent = "The demo does not answer. Is it still running?");
const byId = (id, root) => $("#" + CSS.escape(id), root);

function here(name, value) {
  const url = new URL(location.href);
  url.searchParams.set(name, value);
  return url.pathname + url.search;
}

async function get(url, push) {
  if (push) history.pushState(null, "", url);
  const mine = push ? ++turn : turn;
  const text = await (await fetch(url)).text();
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
  } catch {
    lost();
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
  const action = submitter?.getAttribute("formaction") || form.getAttribute("action");
  const composer = $("#composer", form);
  if (composer) composer.value = "";
  const mine = turn;
  submitter?.setAttribute("aria-busy", "true");
  busy += 1;
  try {
    const response = await fetch(action, { method: "POST", body: data });
    const text = await response.text();
    if (mine === turn) {
      const url = new URL(response.url);
      if (url.pathname === "/") history.replaceState(null, "", url);
      swap(text);
    }
  } catch {
    lost();
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
});

document.addEventListener("click", (event) => {
  const target = event.target.closest("a, button");
  if (!target) return;
  if (target.dataset.press) act(target.closest("form"), "press", target.dataset.press);
  if (target.dataset.confirm) {
    event.preventDefault();
    byId(target.dataset.confirm).showModal();
  } else if (target.dataset.dismiss !== undefined) {
    target.closest("dialog").close();
  } else if (target.dataset.show) {
    pane(target.dataset.show);
  } else if (target.matches("a[data-live]") && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    $("#switch")?.removeAttribute("open");
    if (phone.matches) pane(target.dataset.pane || "talk");
    get(target.getAttribute("href"), true).then(() => {
      if (target.closest("#tabs")) $("#tabs [aria-current]")?.focus();
      else if (!phone.matches) $("#composer")?.focus({ preventScroll: true });
    });
  }
});

// A choice counts at once, as in Slack.
document.addEventListener("change", (event) => {
  const field = event.target;
  if (field.id === "file" && field.files[0]) return read(field.files[0]);
  if (field.dataset.choose) act(field.form, "choose", field.dataset.choose);
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
  if (event.key === "Escape" && $("#switch[open]")) {
    $("#switch").removeAttribute("open");
    $("#switch summary").focus();
  }
});

let chosen = -1;

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
  $("#suggest").hidden = true;
  field.setAttribute("aria-expanded", "false");
  field.focus();
}

function suggestKeys(event) {
  const options = $("#suggest").hidden ? [] : all("#suggest li");
  if (event.key === "Escape") $("#suggest").hidden = true;
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

async function read(file) {
  const text = await file.text();
  if (!$("#csv")) {
    await get(here("panel", "people"), true);
  }
  pane("behind");
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
  const log = event.target;
  if (log.id !== "log") return;
  if (log.scrollHeight - log.scrollTop - log.clientHeight < 60) pinned = true;
  else if (log.scrollTop < lastTop) pinned = false;
  lastTop = log.scrollTop;
}, true);
document.addEventListener("load", (event) => {
  const log = event.target.closest?.("#log");
  if (log && pinned) log.scrollTop = log.scrollHeight;
}, true);

addEventListener("popstate", () => { turn += 1; look(); });

all("[data-part]").forEach((part) => (part.dataset.raw = part.outerHTML));
pane("talk");
listen($("#log"), true);
if (!$(".app-home")) $("#log").scrollTop = $("#log").scrollHeight;
modal($("#modals"), null);
new EventSource("/events").addEventListener("changed", look);
document.documentElement.dataset.ready = "yes";
