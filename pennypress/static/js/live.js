/* Live updates of a story or discussion that is open: new comments wait behind a button, so that
   nothing moves under the reader's eyes; counts and the meter change in place. All tabs of a browser
   share one stream, which is open only while one of them is in sight. No word shown to a reader is
   written here: the page brings them. Without the means that this needs, a reload does the same. */

const NAMES = ["discussion", "meter"];
const MOST_TOPICS = 12;
const GATHER = 100; // milliseconds in which tabs tell the one that leads what they want
const RETRY = 30_000; // milliseconds, doubled with each failure in a row
const MOST_FAILURES = 5;
const AGAIN = 250; // milliseconds before an answer that was too old is asked for again, doubled
const LONGEST_PAUSE = 2_000;

const region = document.getElementById("discussion");
const language = document.documentElement.lang;

/* The page ------------------------------------------------------------------------------------ */

const { topic, address, order, after } = region?.dataset ?? {};
const words = JSON.parse(region?.dataset.words ?? "{}");
let seen = region?.dataset.latest ?? ""; // what became visible later is news
let state = null; // of the discussion, as last told
let news = []; // comments behind the button

const parsePage = (text) => new DOMParser().parseFromString(text, "text/html");
const child = (element, selector) => [...element.children].find((one) => one.matches(selector));

/** “3 new comments”, in the words of the page. */
function phrase(forms, number) {
  const form = forms[new Intl.PluralRules(language).select(number)] ?? forms.other;
  return form.replace("{n}", new Intl.NumberFormat(language, { numberingSystem: "latn" }).format(number));
}

function receive({ name, data }) {
  const told = JSON.parse(data);
  if (name === "meter") return showMeter(told);
  if (told.topic !== topic) return;
  state = told;
  const title = document.getElementById("discussion-title");
  const count = told.count ? phrase(words.count, told.count) : words.none;
  if (title.textContent !== count) title.textContent = count;
  showNews();
}

function showNews() {
  // A comment that is just being sent from here is no news: its place on the page is on the way.
  if (!state || region.querySelector(".inplace [aria-busy=true]")) return;
  news = state.latest.filter(({ id, at }) => at > seen && !document.getElementById(`comment-${id}`));
  const place = region.querySelector(".arrived");
  if (!news.length) return place.replaceChildren();
  let button = place.querySelector("button");
  if (!button) {
    button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.addEventListener("click", () => openNews(button));
    place.append(button);
  }
  // An event names only so many: when all it names are news, there may be more.
  const all = news.length === state.latest.length && state.count > news.length;
  const text = all ? words.many : phrase(words.new, news.length);
  if (button.textContent !== text) button.textContent = text;
}

async function openNews(button) {
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  const fresh = await fetchDiscussion();
  if (!news.length) return; // taken back meanwhile, and so was the button
  const missing = news.filter(({ id }) => !fresh?.querySelector(`#comment-${id}`));
  if (!fresh || missing.length) return goTo(missing);
  seen = latestOf(news);
  mergeComments(fresh);
  showNews();
}

const latestOf = (comments) => comments.reduce((latest, { at }) => (at > latest ? at : latest), seen);

/** The discussion with all that was told of it; null when it cannot be had. A server that is just
    rendering a page for one reader hands others the one before: such an answer is asked for again. */
async function fetchDiscussion() {
  const query = new URLSearchParams(after ? { order, after } : { order });
  for (let pause = AGAIN; ; pause *= 2) {
    let fresh = null;
    try {
      const answer = await fetch(`${address}?${query}`, { headers: { Accept: "text/html" } });
      fresh = answer.ok ? parsePage(await answer.text()).getElementById("discussion") : null;
    } catch { /* the plain way, in the end */ }
    if (fresh?.dataset.latest >= latestOf(news) || pause > LONGEST_PAUSE) return fresh;
    await new Promise((done) => setTimeout(done, pause));
  }
}

/** Comments without a place on this page: to the one, or to where the latest stand. */
function goTo(missing) {
  const page = missing.length === 1 || order === "newest" ? `${address}${missing[0].id}/` : `${address}?order=newest`;
  location.assign(`${page}#${missing.length === 1 ? `comment-${missing[0].id}` : "discussion"}`);
}

/** Put what is new into its places, and bring the rest up to date. */
function mergeComments(fresh) {
  for (const item of region.querySelectorAll("[data-arrived]")) delete item.dataset.arrived;
  let thread = child(region, "ol.thread");
  if (!thread) {
    thread = document.createElement("ol");
    thread.className = "thread";
    region.append(thread);
  }
  const items = [...fresh.querySelectorAll("li[id^=comment-]")];
  for (const item of items) {
    const here = document.getElementById(item.id);
    if (here) refresh(here, item);
    else place(item, thread);
  }
  // Where all stand on the page, one that is missing has lost its place.
  if (!fresh.querySelector(".more, .onward")) {
    const left = new Set(items.map((item) => item.id));
    for (const item of region.querySelectorAll("li[id^=comment-]"))
      if (!left.has(item.id) && !item.querySelector(".inplace")) item.remove();
  }
  const title = fresh.querySelector("#discussion-title");
  if (title) document.getElementById("discussion-title").textContent = title.textContent;
  const first = region.querySelector("[data-arrived]");
  if (!first) return;
  first.tabIndex = -1;
  first.focus({ preventScroll: true });
  first.scrollIntoView({ block: "center" });
}

function place(item, thread) {
  const copy = document.importNode(item, false);
  for (const part of item.children) if (!part.matches("ol")) copy.append(document.importNode(part, true));
  copy.dataset.arrived = "";
  const before = item.previousElementSibling && document.getElementById(item.previousElementSibling.id);
  if (before) return before.after(copy);
  const parent = item.parentElement.closest("li");
  (parent ? repliesOf(document.getElementById(parent.id)) : thread).prepend(copy);
}

function repliesOf(item) {
  let list = child(item, "ol");
  if (!list) {
    list = document.createElement("ol");
    (child(item, ".inplace") ?? child(item, "article")).after(list);
  }
  return list;
}

function refresh(here, item) {
  const [old, now] = [child(here, "article"), child(item, "article")];
  if (old.dataset.state !== now.dataset.state) old.replaceWith(document.importNode(now, true));
  const [more, next] = [child(here, ".more"), child(item, ".more")];
  if (next && more?.textContent !== next.textContent) {
    more?.remove();
    here.append(document.importNode(next, true));
  } else if (!next) more?.remove();
}

function showMeter(told) {
  const meter = document.querySelector(`#meter[data-topic="${told.topic}"]`);
  const fresh = parsePage(told.html).getElementById("meter");
  if (meter && fresh) morph(meter, fresh);
}

/** Make a node like another, changing no more than what differs: focus stays where it is. */
function morph(node, model) {
  const parts = [...node.childNodes];
  const models = [...model.childNodes];
  if (node.nodeName !== model.nodeName || parts.length !== models.length) return node.replaceWith(document.importNode(model, true));
  if (node.nodeType === Node.TEXT_NODE && node.data !== model.data) node.data = model.data;
  for (const { name, value } of model.attributes ?? []) if (node.getAttribute(name) !== value) node.setAttribute(name, value);
  for (const { name } of [...(node.attributes ?? [])]) if (!model.hasAttribute(name)) node.removeAttribute(name);
  parts.forEach((part, index) => morph(part, models[index]));
}

/* One stream for all tabs --------------------------------------------------------------------- */

const me = Math.random().toString(36).slice(2);
const topics = [topic, document.getElementById("meter")?.dataset.topic].filter(Boolean);
let since = Number(region?.dataset.since); // all changes up to this one are on the page
let tabs = null; // the channel to the other tabs of this language
let waiting = null; // what ends the wait for the lead, or the lead itself
let leader = null; // in the tab that leads

const want = () => ({ tab: me, topics, since });

/** Lead: keep the one stream open, for what the tabs in sight want, and tell them what it says. */
function lead() {
  const wants = new Map([[me, want()]]);
  const last = new Map(); // what was told last, by topic
  let source = null, open = [], from = Infinity, timer = 0, failures = 0;

  const close = () => {
    source?.close();
    source = null;
  };
  const tell = (event) => {
    failures = 0;
    const id = Number(event.lastEventId);
    const covered = [...wants.values()].filter((one) => one.covered);
    for (const one of covered) one.since = Math.max(one.since, id);
    const told = { name: event.type, data: event.data, id, tabs: covered.map((one) => one.tab) };
    last.set(JSON.parse(event.data).topic, told);
    tabs.postMessage({ told });
    hear(told);
  };
  const listen = () => {
    const all = [...new Set([...wants.values()].reverse().flatMap((one) => one.topics))].slice(0, MOST_TOPICS);
    const start = Math.min(...[...wants.values()].map((one) => one.since));
    const same = source && all.length === open.length && all.every((one) => open.includes(one));
    for (const one of wants.values()) one.covered = one.topics.every((name) => all.includes(name));
    if (same && start >= from) return;
    close();
    [open, from] = [all, start];
    const query = new URLSearchParams([...all.map((one) => ["topic", one]), ["lang", language], ["since", start]]);
    source = new EventSource(`/live/?${query}`);
    for (const name of NAMES) source.addEventListener(name, tell);
    source.addEventListener("error", () => {
      // A lost connection is taken up again by the browser; after a refusal it is for us to ask.
      if (source?.readyState !== EventSource.CLOSED) return;
      close();
      if (failures < MOST_FAILURES) timer = setTimeout(listen, RETRY * 2 ** failures++ * (1 + Math.random()));
    });
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(listen, GATHER);
  };
  soon();
  return {
    want(other) {
      wants.delete(other.tab);
      wants.set(other.tab, other);
      for (const one of other.topics) if (last.has(one)) tabs.postMessage({ told: { ...last.get(one), tabs: [] } });
      soon();
    },
    gone(tab) {
      if (wants.delete(tab)) soon();
    },
    stop() {
      clearTimeout(timer);
      close();
    },
  };
}

function hear(told) {
  if (told.tabs.includes(me)) since = Math.max(since, told.id);
  receive(told);
}

function comeIntoSight() {
  if (document.visibilityState !== "visible" || waiting) return;
  const asked = (waiting = new AbortController());
  navigator.locks.request(`pennypress-live-${language}`, { signal: asked.signal }, () => {
    if (asked.signal.aborted) return undefined;
    leader = lead();
    tabs.postMessage({ who: true });
    return new Promise((done) => asked.signal.addEventListener("abort", done));
  }).catch(() => { /* out of sight before it was this tab's turn */ });
  tabs.postMessage({ want: want() });
}

function goOutOfSight() {
  leader?.stop();
  leader = null;
  waiting?.abort();
  waiting = null;
  tabs.postMessage({ gone: me });
}

if (topic && window.EventSource && window.BroadcastChannel && navigator.locks && Intl.PluralRules
    && location.protocol.startsWith("http")) {
  tabs = new BroadcastChannel(`pennypress-live-${language}`);
  tabs.addEventListener("message", ({ data }) => {
    if (data.told) hear(data.told);
    else if (data.want) leader?.want(data.want);
    else if (data.gone) leader?.gone(data.gone);
    else if (data.who && waiting) tabs.postMessage({ want: want() });
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") comeIntoSight();
    else goOutOfSight();
  });
  addEventListener("pagehide", goOutOfSight);
  addEventListener("pageshow", comeIntoSight);
  document.addEventListener("pennypress:sent", showNews);
  comeIntoSight();
}
