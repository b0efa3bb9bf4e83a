/* Replies, written under the comment they answer. Nothing here is needed to reply, and no word shown
   to a reader is written here: the pages bring them, in their own language. */

/** Plain left clicks only: a new tab, a download or a chosen text stay the browser's affair. */
const isPlainClick = (event) =>
  event.button === 0 && !event.defaultPrevented &&
  !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);

const PATIENCE = 60_000; // milliseconds that an answer may take

const parsePage = (text) => new DOMParser().parseFromString(text, "text/html");

const announcer = document.createElement("p");
announcer.className = "sr";
announcer.setAttribute("role", "status");
announcer.setAttribute("aria-live", "polite");
document.body.append(announcer);

function announce(words) {
  announcer.textContent = "";
  setTimeout(() => { announcer.textContent = words; }, 60);
}

/** The drafts' script listens to what happens to a form. */
const tell = (form, name) => form.dispatchEvent(new Event(`pennypress:${name}`, { bubbles: true }));

/* A form opens ---------------------------------------------------------------------------------- */

/** Where the form goes: after the comment that it answers, or after the line that invites to write. */
const placeFor = (link) => link.closest("article.comment") ?? link.closest(".write") ?? link.parentElement;

function holderOf(link) {
  const next = placeFor(link).nextElementSibling;
  return next?.classList.contains("inplace") ? next : null;
}

async function openForm(link) {
  if (link.getAttribute("aria-expanded") === "true") return closeForm(link);
  holderOf(link)?.querySelector(":scope > .errors")?.parentElement.remove();
  link.setAttribute("aria-expanded", "true");
  const holder = document.createElement("div");
  holder.className = "inplace";
  let answer;
  try {
    answer = await fetch(link.href, { credentials: "same-origin", headers: { Accept: "text/html" } });
    const form = parsePage(await answer.text()).querySelector("form[data-reply-form]");
    if (!answer.ok || !form) throw new Error(`no form at ${link.href}`);
    holder.append(prepare(form, answer.url, link));
    placeFor(link).after(holder);
    tell(form, "form");
    const field = form.querySelector("textarea, input:not([type=hidden])");
    field?.focus();
    field?.scrollIntoView({ block: "nearest" }); // whole, with what was put above it
  } catch {
    if (answer) location.href = link.href; // what stands there instead says why
    else sayOffline(holder, link);
  }
}

/** Without a connection the page stays: in another form there may be words. */
function sayOffline(holder, link) {
  link.setAttribute("aria-expanded", "false");
  placeFor(link).after(holder);
  showProblem(holder, link.closest("[data-offline]")?.dataset.offline ?? "");
}

function closeForm(link) {
  link.setAttribute("aria-expanded", "false");
  holderOf(link)?.remove();
  link.focus();
  document.dispatchEvent(new Event("pennypress:closed"));
}

/** Make a form of another page one of this page. Without a `link` it has this page to itself. */
function prepare(form, from, link) {
  // A page's ids must stay unique when two forms are open.
  const suffix = `-${Math.random().toString(36).slice(2, 7)}`;
  for (const part of form.querySelectorAll("[id]")) part.id += suffix;
  for (const part of form.querySelectorAll("a[href^='#']")) part.setAttribute("href", part.getAttribute("href") + suffix);
  for (const name of ["for", "aria-describedby", "aria-labelledby"])
    for (const part of form.querySelectorAll(`[${name}]`))
      part.setAttribute(name, part.getAttribute(name).split(/\s+/).map((id) => id + suffix).join(" "));
  form.action = new URL(form.getAttribute("action") || from, from).href;
  return enhance(document.adoptNode(form), link);
}

function enhance(form, link) {
  form.addEventListener("submit", (event) => { event.preventDefault(); send(form, link, event.submitter); });
  if (link) form.querySelector("[data-cancel]")?.addEventListener("click", (event) => {
    event.preventDefault();
    closeForm(link);
  });
  return form;
}

/* A form is sent -------------------------------------------------------------------------------- */

async function post(form, button) {
  const address = new URL(form.action);
  address.search = ""; // what sets it apart from the page for those without a script
  const answer = await fetch(address, {
    method: "POST",
    body: new FormData(form, button),
    credentials: "same-origin",
    headers: { Accept: "text/html" },
    signal: AbortSignal.timeout?.(PATIENCE),
  });
  return [answer, parsePage(await answer.text())];
}

/** Send the words. Whatever comes of it, they stay in the form until they are known to be stored. */
async function send(form, link, button) {
  if (form.getAttribute("aria-busy") === "true") return;
  form.setAttribute("aria-busy", "true");
  try {
    const [answer, page] = await post(form, button);
    const again = page.querySelector("form[data-reply-form]");
    if (again) return showAgain(form, prepare(again, answer.url, link));
    if (!answer.ok || !page.querySelector("li[data-focus], [data-own]")) return refuse(form, answer.status);
    tell(form, "posted");
    if (link) showOutcome(form, page, link);
    else leaveFor(answer.url, page.querySelector("li[data-focus]"));
  } catch {
    refuse(form, 0);
  } finally {
    document.dispatchEvent(new Event("pennypress:sent"));
  }
}

/** The form comes back with what was sent; what was typed since then is not lost. */
function showAgain(form, again) {
  for (const field of form.querySelectorAll("textarea, input:not([type=hidden])"))
    again.elements.namedItem(field.name).value = field.value;
  form.replaceWith(again);
  tell(again, "form");
  const errors = again.querySelector(".errors");
  (errors ?? again.querySelector("textarea"))?.focus();
}

/** Refused without a form in the answer; status 0 where there was no answer. */
function refuse(form, status) {
  form.removeAttribute("aria-busy");
  const { refused, offline = refused, gone = refused, large = refused, limited = refused } = form.dataset;
  showProblem(form, { 0: offline, 404: gone, 410: gone, 413: large, 429: limited }[status] ?? refused);
}

function showProblem(place, words) {
  let note = place.querySelector(".errors");
  if (!note) {
    note = document.createElement("div");
    note.className = "errors";
    note.setAttribute("role", "alert");
    note.tabIndex = -1;
    place.prepend(note);
  }
  const text = document.createElement("p");
  text.textContent = words;
  note.replaceChildren(text);
  note.focus();
}

/* A comment is sent ----------------------------------------------------------------------------- */

/** Going back then leads to where the reader came from, and not to a form that was sent. */
const leaveFor = (address, item) => location.replace(item ? `${address}#${item.id}` : address);

function showOutcome(form, page, link) {
  const item = page.querySelector("li[data-focus]");
  const holder = form.closest(".inplace");
  link.setAttribute("aria-expanded", "false");
  if (item) showComment(holder, item, link, form.dataset.posted);
  else showOwn(holder, page);
}

/** A published comment takes its place in the tree, alone: its branch is new. */
function showComment(holder, item, link, words) {
  const li = document.adoptNode(item);
  li.replaceChildren(...[...li.children].filter((child) => child.matches("article")));
  for (const mark of ["data-focus", "aria-current"]) li.removeAttribute(mark);
  const parent = link.closest("li[id^=comment-]");
  let list = parent ? [...parent.children].find((child) => child.matches("ol"))
                    : holder.closest(".talk")?.querySelector("ol.thread");
  if (!list) {
    list = document.createElement("ol");
    if (!parent) list.className = "thread";
    holder.after(list);
  }
  if (parent) list.append(li); else list.prepend(li);
  holder.remove();
  li.tabIndex = -1;
  li.focus();
  if (words) announce(words);
}

/** What the private page of a comment says, where it was written: why it waits, what it says, and
    the way to withdraw it. */
function showOwn(holder, page) {
  const title = document.createElement("h3");
  title.className = "posted";
  title.tabIndex = -1;
  title.textContent = page.querySelector("main h1").textContent.trim();
  const own = document.adoptNode(page.querySelector("[data-own]"));
  holder.replaceChildren(title, own);
  const form = own.querySelector("form");
  form?.addEventListener("submit", (event) => { event.preventDefault(); withdraw(holder, form); });
  title.focus();
  announce(own.querySelector("[data-outcome]").textContent.trim());
}

async function withdraw(holder, form) {
  if (form.getAttribute("aria-busy") === "true") return;
  form.setAttribute("aria-busy", "true");
  try {
    const [answer, page] = await post(form);
    if (page.querySelector("[data-own]")) showOwn(holder, page);
    else refuse(form, answer.status);
  } catch {
    refuse(form, 0);
  }
}

document.addEventListener("click", (event) => {
  if (!isPlainClick(event) || !(event.target instanceof Element)) return;
  const link = event.target.closest("a[data-reply]");
  if (!link) return;
  event.preventDefault();
  openForm(link);
});

// The form's own page.
for (const form of document.querySelectorAll("form[data-reply-form]")) enhance(form, null);
