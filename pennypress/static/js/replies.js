/* Replies, written under the comment they answer. Nothing here is needed to reply, and no word shown
   to a reader is written here: the pages bring them, in their own language. */

/** Plain left clicks only: a new tab, a download or a chosen text stay the browser's affair. */
const isPlainClick = (event) =>
  event.button === 0 && !event.defaultPrevented &&
  !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);

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

document.addEventListener("click", (event) => {
  if (!isPlainClick(event) || !(event.target instanceof Element)) return;
  const link = event.target.closest("a[data-reply]");
  if (!link) return;
  event.preventDefault();
  openForm(link);
});
