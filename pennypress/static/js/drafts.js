/* Drafts: what a reader writes under a story is kept in this browser until it is sent or discarded,
   and comes back after a reload or a crash. It is sent nowhere. No word shown to a reader is written
   here: the form and the discussion bring them.

   Each page writes drafts of its own. One that it brings back stays until the page has written its
   own in its place; so two tabs never write over each other's words. */

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
const states = new Map(); // by place

function stateOf(form) {
  const place = placeOf(form.dataset.page, form.action);
  if (!states.has(place)) states.set(place, { place, ...UNKEPT });
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

function save(form) {
  const state = stateOf(form);
  clearTimeout(state.timer);
  [state.timer, state.dirty] = [0, false];
  const [text, name] = fieldsOf(form).map((field) => field.value);
  if (!text.trim()) return forget(form);
  if (!state.id) {
    readDrafts(); // makes room
    state.id = PREFIX + Math.random().toString(36).slice(2);
  }
  const draft = JSON.stringify({ place: state.place, text, name, key: state.key, at: Date.now() });
  if (attempt(() => localStorage.setItem(state.id, draft) ?? true)) leave(state);
  attempt(() => sessionStorage.setItem(lastKey(state), state.id));
}

/** The draft that was brought back goes, unless another tab went on writing it. */
function leave(state) {
  if (state.from && read(state.from.id) === state.from.stored) remove(state.from.id);
  state.from = null;
}

function forget(form) {
  const state = stateOf(form);
  clearTimeout(state.timer);
  leave(state);
  if (state.id) remove(state.id);
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
function begin(form) {
  if (form.dataset.returned !== undefined) {
    if (!stateOf(form).id) takeOver(form, lastOf(form));
    stateOf(form).key = undefined; // it may bring another
    save(form);
  } else if (!fieldsOf(form)[0].value) bringBack(form, lastOf(form) ?? draftsAt(form)[0]);
  markLinks();
}

const draftsAt = (form) => readDrafts().filter(({ place }) => place === stateOf(form).place);

function lastOf(form) {
  const last = attempt(() => sessionStorage.getItem(lastKey(stateOf(form))));
  return draftsAt(form).find(({ id }) => id === last);
}

function takeOver(form, draft) {
  const from = draft ? { id: draft.id, stored: read(draft.id) } : null;
  Object.assign(stateOf(form), { id: null, from, key: draft?.key });
}

function bringBack(form, draft) {
  if (!draft) return;
  takeOver(form, draft);
  const [text, name] = fieldsOf(form);
  text.value = draft.text;
  if (!name.value) name.value = draft.name;
  setKey(form, draft.key);
  say(form, "restored");
}

/** Words of the form's own about its draft: at once, so that nothing moves later; and once more,
    for those to whom changes are read out. */
function say(form, which) {
  const place = form.querySelector(".draft");
  const write = () => {
    place.replaceChildren(form.querySelector(`template[data-${which}]`).content.cloneNode(true));
    if (draftsAt(form).length < 2) place.querySelector("[data-other]")?.remove();
  };
  write();
  setTimeout(() => { if (!place.contains(document.activeElement)) write(); }, 60);
}

function discard(form) {
  forget(form);
  setKey(form);
  for (const field of fieldsOf(form)) field.value = "";
  say(form, "discarded");
  fieldsOf(form)[0].focus();
  markLinks();
}

function showOther(form) {
  const state = stateOf(form);
  if (state.dirty) save(form);
  const drafts = draftsAt(form);
  const now = drafts.findIndex(({ id }) => id === (state.id ?? state.from?.id));
  fieldsOf(form)[1].value = "";
  bringBack(form, drafts[(now + 1) % drafts.length]);
  fieldsOf(form)[0].focus();
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
document.addEventListener("pennypress:closed", () => { flush(); markLinks(); });
document.addEventListener("pennypress:posted", (event) => { finish(event.target); markLinks(); });
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") flush(); });
addEventListener("pagehide", flush);

for (const form of document.querySelectorAll(FORM)) begin(form);
markLinks();
