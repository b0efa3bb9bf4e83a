/* Drafts: what a reader writes under a story is kept in this browser until it is sent or discarded,
   and comes back after a reload or a crash. It is sent nowhere. No word shown to a reader is written
   here: the form and the discussion bring them.

   Each page writes drafts of its own. It takes one over that another page left, and none that
   another one still has open; so two tabs never write over each other's words. */

const PREFIX = "pennypress-draft:";
const MOST = 50;
const OLDEST = 30 * 86_400_000; // milliseconds
const PAUSE = 300; // milliseconds between two writes while somebody types
const FORM = "form[data-reply-form]";

/** Storage may be full, switched off or forbidden: then no draft is kept, and nothing else happens. */
function attempt(work) {
  try { return work(); } catch { return undefined; }
}

const read = (id) => attempt(() => localStorage.getItem(id)) ?? null;
const remove = (id) => attempt(() => localStorage.removeItem(id));

/** The page that is discussed and the comment that is answered: the story may move, these do not. */
const placeOf = (page, address) => `${page}/${/\/discussion\/(\d+)\/reply\/$/.exec(new URL(address, location).pathname)?.[1] ?? 0}`;

/** All drafts in this browser, the latest first. Those that are too old or too many go. */
function readDrafts() {
  const ids = attempt(() => Object.keys(localStorage)) ?? [];
  const drafts = [];
  for (const id of ids.filter((key) => key.startsWith(PREFIX))) {
    const draft = attempt(() => ({ ...JSON.parse(read(id)), id }));
    if (typeof draft?.text === "string" && Date.now() - draft.at < OLDEST) drafts.push(draft);
    else remove(id);
  }
  drafts.sort((one, other) => other.at - one.at);
  for (const { id } of drafts.splice(MOST)) remove(id);
  return drafts;
}

/* One form ------------------------------------------------------------------------------------ */

// Of each form: the `id` of this page's own draft, the one in whose place it comes (`from`), the words
// that were `sent`, perhaps in vain, and the `key` that went with them: with it they post once.
const UNKEPT = { id: null, from: null, sent: null, key: undefined, timer: 0, dirty: false };
const NOTHING = () => {};
const states = new Map(); // by place

function stateOf(form) {
  const place = placeOf(form.dataset.page, form.action);
  if (!states.has(place)) states.set(place, { place, release: NOTHING, ...UNKEPT });
  return Object.assign(states.get(place), { form });
}

const keyOf = (form) => form.elements.namedItem("key");

/** Give a form the key of a draft that was sent before, or its own again. */
function setKey(form, key) {
  form.dataset.key ??= keyOf(form).value;
  keyOf(form).value = key ?? form.dataset.key;
}

const fieldsOf = (form) => [form.elements.namedItem("text"), form.elements.namedItem("name")];

/** The draft that this tab wrote last at a place: after a reload it goes before others. */
const lastKey = (state) => `${PREFIX}${state.place}`;

/** Let other tabs know that a draft is open here; the one before is so no more. */
function hold(state, id) {
  state.release();
  let done = null;
  let open = true;
  state.release = () => { open = false; done?.(); };
  if (id) navigator.locks?.request(id, { ifAvailable: true }, () => open && new Promise((end) => { done = end; })).catch(NOTHING);
}

/** The drafts of a form's place that no other tab has open, the latest first. */
async function findDrafts(form) {
  const locks = await navigator.locks?.query().catch(NOTHING);
  const held = new Set(locks?.held.map(({ name }) => name));
  const { place, id, from } = stateOf(form);
  return readDrafts().filter((one) => one.place === place && one.id !== (id ?? from?.id) && !held.has(one.id));
}

function save(form) {
  const state = stateOf(form);
  clearTimeout(state.timer);
  [state.timer, state.dirty] = [0, false];
  const [text, name] = fieldsOf(form).map((field) => field.value);
  if (!text.trim()) return forget(form);
  if (!state.id) {
    readDrafts(); // makes room
    state.id = PREFIX + Math.random().toString(36).slice(2);
    hold(state, state.id);
  }
  const { place, key } = state;
  const { pathname: address } = new URL(form.action);
  const draft = { place, text, name, key, address, title: form.dataset.title, at: Date.now() };
  if (attempt(() => localStorage.setItem(state.id, JSON.stringify(draft)) ?? true)) leave(state);
  attempt(() => sessionStorage.setItem(lastKey(state), state.id));
}

/** The draft that was brought back goes, unless another tab may have it or went on writing it. */
function leave(state, isDiscarded = false) {
  const { from, sent } = state;
  if (!from?.free && !isDiscarded && from?.text !== sent) return;
  if (from && read(from.id) === from.stored) remove(from.id);
  state.from = null;
}

function forget(form, isDiscarded) {
  const state = stateOf(form);
  clearTimeout(state.timer);
  leave(state, isDiscarded);
  if (state.id) remove(state.id);
  letGo(state);
}

/** The form has no draft open any more; what is kept stays. */
function letGo(state) {
  hold(state, null);
  Object.assign(state, UNKEPT);
}

/** Sent words are no draft any more; those that were typed while they were on their way are one. */
function finish(form) {
  const state = stateOf(form);
  if (fieldsOf(form)[0].value === state.sent) return forget(form);
  state.key = undefined;
  save(form);
}

function flush() {
  for (const { dirty, form } of states.values()) if (dirty) save(form);
}

/** Bring words back into a form that has none; what the site gave back itself stands, and is kept. */
async function begin(form) {
  const state = stateOf(form);
  if (form.dataset.returned !== undefined) {
    if (!state.id) takeOver(form, readDrafts().find(({ id }) => id === lastId(state)));
    state.key = undefined; // it may bring another
    save(form);
  } else if (!fieldsOf(form)[0].value) {
    const drafts = await findDrafts(form);
    const draft = drafts.find(({ id }) => id === lastId(state)) ?? drafts[0];
    if (draft && !fieldsOf(form)[0].value) bringBack(form, draft, drafts.length > 1);
  }
  markLinks();
}

const lastId = (state) => attempt(() => sessionStorage.getItem(lastKey(state)));

function takeOver(form, draft) {
  const state = stateOf(form);
  // Without locks nobody knows whether another tab has it open.
  const free = Boolean(navigator.locks) || draft?.id === lastId(state);
  const from = draft ? { id: draft.id, text: draft.text, stored: read(draft.id), free } : null;
  Object.assign(state, { id: null, from, key: draft?.key });
  hold(state, draft?.id);
}

function bringBack(form, draft, more) {
  takeOver(form, draft);
  const [text, name] = fieldsOf(form);
  text.value = draft.text;
  if (!name.value) name.value = draft.name;
  setKey(form, draft.key);
  say(form, "restored", more);
  if (form.contains(document.activeElement)) document.activeElement.scrollIntoView({ block: "nearest" });
}

/** Words of the form's own about its draft: at once, so that nothing moves later; and once more,
    for those to whom changes are read out. */
function say(form, which, more) {
  const place = form.querySelector(".draft");
  const write = () => {
    place.replaceChildren(form.querySelector(`template[data-${which}]`).content.cloneNode(true));
    if (!more) place.querySelector("[data-other]")?.remove();
  };
  write();
  setTimeout(() => { if (!place.contains(document.activeElement)) write(); }, 60);
}

function discard(form) {
  forget(form, true);
  setKey(form);
  for (const field of fieldsOf(form)) field.value = "";
  say(form, "discarded");
  fieldsOf(form)[0].focus();
  markLinks();
}

/** One after the other, from the latest to the oldest and round again. */
async function showOther(form) {
  const state = stateOf(form);
  if (state.dirty) save(form);
  const drafts = await findDrafts(form);
  const { at } = JSON.parse(read(state.id ?? state.from?.id) ?? "{}");
  const next = drafts.find((draft) => draft.at < at) ?? drafts[0];
  fieldsOf(form)[0].focus();
  if (!next) return;
  fieldsOf(form)[1].value = "";
  bringBack(form, next, true);
}

/* The page ------------------------------------------------------------------------------------ */

/** Say beside a link that opens a form that words wait there. */
function markLinks() {
  for (const mark of document.querySelectorAll(".unsent")) mark.remove();
  const region = document.getElementById("discussion");
  if (!region?.dataset.unsent) return;
  const places = new Set(readDrafts().map(({ place }) => place));
  if (!places.size) return;
  for (const link of region.querySelectorAll("a[data-reply]:not([aria-expanded=true])")) {
    if (!places.has(placeOf(region.dataset.page, link.href))) continue;
    const mark = document.createElement("span");
    mark.className = "unsent";
    mark.textContent = region.dataset.unsent;
    link.after(mark);
  }
}

/** List all drafts, also those whose form is no longer there: to copy, to go on with, to discard. */
function listDrafts(region) {
  const drafts = readDrafts();
  for (const item of region.querySelectorAll("article")) item.remove();
  for (const draft of drafts) {
    const item = document.importNode(region.querySelector("template").content, true).firstElementChild;
    const [link, words, button] = item.children;
    link.textContent = draft.title;
    link.href = new URL(draft.address, location).pathname;
    words.textContent = draft.text;
    button.addEventListener("click", () => {
      remove(draft.id);
      region.firstElementChild.focus();
      listDrafts(region);
    });
    region.append(item);
  }
  region.hidden = !drafts.length;
}

function showDrafts() {
  markLinks();
  for (const region of document.querySelectorAll("[data-drafts]")) listDrafts(region);
}

const formOf = (event) => (event.target instanceof Element ? event.target.closest(FORM) : null);

document.addEventListener("input", (event) => {
  const form = formOf(event);
  if (!form) return;
  const state = stateOf(form);
  state.dirty = true;
  state.timer ||= setTimeout(() => save(form), PAUSE);
});
document.addEventListener("submit", (event) => {
  const form = formOf(event);
  if (!form) return;
  Object.assign(stateOf(form), { sent: fieldsOf(form)[0].value, key: keyOf(form).value });
  save(form);
}, true);
document.addEventListener("click", (event) => {
  const form = formOf(event);
  if (form && event.target.closest("[data-discard]")) discard(form);
  else if (form && event.target.closest("[data-other]")) showOther(form);
});
document.addEventListener("pennypress:form", (event) => begin(event.target));
document.addEventListener("pennypress:closed", () => {
  flush();
  for (const state of states.values()) if (!state.form.isConnected) letGo(state);
  markLinks();
});
document.addEventListener("pennypress:posted", (event) => { finish(event.target); markLinks(); });
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") flush(); });
addEventListener("pagehide", () => {
  flush();
  for (const state of states.values()) state.release();
});

// Other tabs begin and end drafts, and a page may come back as it was left.
addEventListener("storage", ({ oldValue, newValue }) => { if (!oldValue || !newValue) showDrafts(); });
addEventListener("pageshow", ({ persisted }) => {
  if (!persisted) return;
  for (const state of states.values()) hold(state, state.id ?? state.from?.id);
  showDrafts();
});

for (const form of document.querySelectorAll(FORM)) begin(form);
showDrafts();
