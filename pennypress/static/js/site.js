/* What the pages gain with a script: pictures open in place, times say how long ago. Nothing here is
   needed to read, reply or give, and no word shown to a reader is written here: the pages bring them,
   in their own language. */

/** Plain left clicks only: a new tab, a download or a chosen text stay the browser's affair. */
const isPlainClick = (event) =>
  event.button === 0 && !event.defaultPrevented &&
  !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);

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

/* Times --------------------------------------------------------------------------------------- */

const STEPS = [["day", 86400], ["hour", 3600], ["minute", 60]];

/** Pages say the day and hour; pointing at them says how long ago that is. */
function tellHowLongAgo(time) {
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang || undefined, { numeric: "auto" });
  const seconds = (new Date(time.dateTime) - Date.now()) / 1000;
  if (!Number.isFinite(seconds) || Math.abs(seconds) > 30 * 86400) return;
  const [unit, size] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? STEPS.at(-1);
  time.title = words.format(Math.round(seconds / size), unit);
}

document.addEventListener("click", (event) => {
  if (!isPlainClick(event) || !(event.target instanceof Element)) return;
  const picture = event.target.closest("a[data-full-size]");
  if (picture && openPicture(picture)) event.preventDefault();
});

/* Who is here --------------------------------------------------------------------------------- */

const parsePage = (text) => new DOMParser().parseFromString(text, "text/html");

/** Pages are the same for all. Who once wrote or signed in here has a cookie that says just that. */
async function showStrip() {
  const place = document.querySelector("[data-strip]");
  if (!place || !/(^|; )pennypress_known=/.test(document.cookie)) return;
  const answer = await fetch(place.dataset.strip, { credentials: "same-origin" });
  if (!answer.ok) return;
  const strip = parsePage(await answer.text()).querySelector(".strip");
  if (strip) place.replaceChildren(...document.adoptNode(strip).childNodes);
}

document.addEventListener("pointerover", ({ target }) => {
  const time = target instanceof Element && target.closest("time[datetime*=T]");
  if (!time) return;
  try { tellHowLongAgo(time); } catch { /* an unknown language tag: the page's own words stand */ }
});

showStrip().catch(() => { /* the plain link stands */ });
