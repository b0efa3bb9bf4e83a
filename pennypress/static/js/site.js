/* What the pages gain with a script: pictures open in place, replies are written under the comment
   they answer, times say how long ago. Nothing here is needed to read, reply or give, and no word
   shown to a reader is written here: the pages bring them, in their own language. */

/** Plain left clicks only: a new tab, a download or a chosen text stay the browser's affair. */
const isPlainClick = (event) =>
  event.button === 0 && !event.defaultPrevented &&
  !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);

const announcer = document.createElement("p");
announcer.className = "sr";
announcer.setAttribute("role", "status");
announcer.setAttribute("aria-live", "polite");
document.body.append(announcer);

function announce(words) {
  announcer.textContent = "";
  setTimeout(() => { announcer.textContent = words; }, 60);
}

/* Pictures ------------------------------------------------------------------------------------ */

/** The dialog stands as <template id="lightbox"> in pages that have pictures. */
function openPicture(link) {
  const template = document.getElementById("lightbox");
  if (!template || !window.HTMLDialogElement) return false;
  const dialog = template.content.firstElementChild.cloneNode(true);
  const figure = link.closest("figure");
  const small = figure?.querySelector("img");
  const picture = dialog.querySelector("img");
  const caption = dialog.querySelector("p");
  picture.src = link.dataset.fullSize || link.href;
  picture.alt = small?.alt ?? "";
  caption.textContent = [...(figure?.querySelectorAll(".said, .credit") ?? [])]
    .map((part) => part.textContent.trim()).filter(Boolean).join("  ·  ");
  caption.hidden = !caption.textContent;
  if (small) dialog.setAttribute("aria-label", small.alt || caption.textContent);
  picture.addEventListener("click", () => dialog.close());
  picture.addEventListener("error", () => { location.href = link.href; });
  dialog.addEventListener("close", () => { dialog.remove(); link.focus(); });
  document.body.append(dialog);
  dialog.showModal();
  return true;
}

/* Replies ------------------------------------------------------------------------------------- */

const parsePage = (text) => new DOMParser().parseFromString(text, "text/html");

/** Where the form goes: after the comment that it answers, or after the line that invites to write. */
const placeFor = (link) => link.closest("article.comment") ?? link.closest(".write") ?? link.parentElement;

async function openForm(link) {
  if (link.getAttribute("aria-expanded") === "true") return closeForm(link);
  link.setAttribute("aria-expanded", "true");
  try {
    const answer = await fetch(link.href, { credentials: "same-origin", headers: { Accept: "text/html" } });
    const form = parsePage(await answer.text()).querySelector("form[data-reply-form]");
    if (!answer.ok || !form) throw new Error(`no form at ${link.href}`);
    const holder = document.createElement("div");
    holder.className = "inplace";
    showForm(holder, form, link, answer.url);
    placeFor(link).after(holder);
    holder.querySelector("textarea, input:not([type=hidden])")?.focus();
  } catch {
    location.href = link.href;
  }
}

function closeForm(link) {
  link.setAttribute("aria-expanded", "false");
  const holder = placeFor(link).nextElementSibling;
  if (holder?.classList.contains("inplace")) holder.remove();
  link.focus();
}

function showForm(holder, form, link, from) {
  // A page's ids must stay unique when two forms are open.
  const suffix = `-${Math.random().toString(36).slice(2, 7)}`;
  for (const part of form.querySelectorAll("[id]")) part.id += suffix;
  for (const name of ["for", "aria-describedby", "aria-labelledby"])
    for (const part of form.querySelectorAll(`[${name}]`))
      part.setAttribute(name, part.getAttribute(name).split(/\s+/).map((id) => id + suffix).join(" "));
  form.action = new URL(form.getAttribute("action") || from, from).href;
  form.addEventListener("submit", (event) => { event.preventDefault(); send(holder, form, link, event.submitter); });
  form.querySelector("[data-cancel]")?.addEventListener("click", (event) => {
    event.preventDefault();
    closeForm(link);
  });
  holder.replaceChildren(document.adoptNode(form));
}

async function send(holder, form, link, button) {
  if (form.getAttribute("aria-busy") === "true") return;
  form.setAttribute("aria-busy", "true");
  let answer;
  try {
    answer = await fetch(form.action, {
      method: "POST", body: new FormData(form, button), credentials: "same-origin", headers: { Accept: "text/html" },
    });
    const page = parsePage(await answer.text());
    const again = page.querySelector("form[data-reply-form]");
    if (again) {
      // It comes back with what was sent; what was typed since then is not lost.
      for (const field of form.querySelectorAll("textarea, input:not([type=hidden])"))
        again.elements.namedItem(field.name).value = field.value;
      showForm(holder, again, link, answer.url);
      const errors = holder.querySelector(".errors");
      errors?.setAttribute("tabindex", "-1");
      (errors ?? holder.querySelector("textarea"))?.focus();
      return;
    }
    const item = page.querySelector("li[data-focus]");
    const outcome = page.querySelector("[data-outcome]");
    if (answer.ok && item) showComment(holder, item, link, form.dataset.posted);
    else if (answer.ok && outcome) showOutcome(holder, outcome.textContent.trim(), link);
    else throw new Error(`no outcome from ${form.action}`);
  } catch {
    // The words must not be lost. Taken, but not understood here: send them the plain way.
    if (answer?.ok) form.submit();
    else showRefusal(form);
  } finally {
    document.dispatchEvent(new Event("pennypress:sent"));
  }
}

/** Refused without a form in the answer (too much was sent, no connection): the words stay in place. */
function showRefusal(form) {
  form.removeAttribute("aria-busy");
  let note = form.querySelector(".errors");
  if (!note) {
    note = document.createElement("div");
    note.className = "errors";
    note.setAttribute("role", "alert");
    note.tabIndex = -1;
    form.prepend(note);
  }
  const words = document.createElement("p");
  words.textContent = form.dataset.refused;
  note.replaceChildren(words);
  note.focus();
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
  link.setAttribute("aria-expanded", "false");
  holder.remove();
  li.tabIndex = -1;
  li.focus();
  if (words) announce(words);
}

function showOutcome(holder, words, link) {
  const note = document.createElement("p");
  note.className = "posted";
  note.tabIndex = -1;
  note.textContent = words;
  holder.replaceChildren(note);
  link.setAttribute("aria-expanded", "false");
  note.focus();
  announce(words);
}

/* Times --------------------------------------------------------------------------------------- */

const STEPS = [["day", 86400], ["hour", 3600], ["minute", 60]];

/** Pages say the day and hour; pointing at them says how long ago that is. */
function tellHowLongAgo() {
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang || undefined, { numeric: "auto" });
  for (const time of document.querySelectorAll("time[datetime*=T]")) {
    const seconds = (new Date(time.dateTime) - Date.now()) / 1000;
    if (!Number.isFinite(seconds) || Math.abs(seconds) > 30 * 86400) continue;
    const [unit, size] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? STEPS.at(-1);
    time.title = words.format(Math.round(seconds / size), unit);
  }
}

document.addEventListener("click", (event) => {
  if (!isPlainClick(event) || !(event.target instanceof Element)) return;
  const picture = event.target.closest("a[data-full-size]");
  if (picture) {
    if (openPicture(picture)) event.preventDefault();
    return;
  }
  const reply = event.target.closest("a[data-reply]");
  if (reply) {
    event.preventDefault();
    openForm(reply);
  }
});

/* Who is here --------------------------------------------------------------------------------- */

/** Pages are the same for all. Who once wrote or signed in here has a cookie that says just that. */
async function showStrip() {
  const place = document.querySelector("[data-strip]");
  if (!place || !/(^|; )pennypress_known=/.test(document.cookie)) return;
  const answer = await fetch(place.dataset.strip, { credentials: "same-origin" });
  if (!answer.ok) return;
  const strip = parsePage(await answer.text()).querySelector(".strip");
  if (strip) place.replaceChildren(...document.adoptNode(strip).childNodes);
}

function tellTimes() {
  try { tellHowLongAgo(); } catch { /* an unknown language tag: the page's own words stand */ }
}

tellTimes();
document.addEventListener("pennypress:arrived", tellTimes);
showStrip().catch(() => { /* the plain link stands */ });
