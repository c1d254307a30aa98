// Live pages: one connection for all tabs of a browser. The tab that holds the lock listens for all
// of them and hands on what it hears; when it is closed, another one takes over.

import { inUse, morph } from "./morph.js";
import { say } from "./said.js";
import { TAB as tab } from "./tab.js";

/** Tabs that come together are connected together. */
const GATHER_MS = 50;
/** How long it waits after the group refused to be listened to. */
const REFUSED_MS = 15_000;
/** A page that was loaded again by itself is not so soon again. */
const SETTLED_MS = 10_000;
const UPDATED = "This app was updated. Open the page again when you are done here.";

const area = () => document.querySelector(".apparea[data-live]");

/** Where each tab is, and which state of it it shows: kept by the tab that listens. */
const tabs = new Map();
let channel, source, soon, told;

/** Follows what this page shows, if it is one that changes. */
export function follow() {
  if (!area() || !window.EventSource) return;
  const name = `allotment live ${area().dataset.for}`;
  channel = new BroadcastChannel(name);
  channel.onmessage = ({ data }) => heard(data);
  if (navigator.locks) {
    navigator.locks.request(name, () => new Promise(listen));
    tell();
  } else {
    listen(); // without TLS a browser has no locks, so that each tab listens for itself
  }
  addEventListener("pagehide", () => channel.postMessage({ tab }));
  addEventListener("pageshow", (event) => event.persisted && tell());
}

/** Tells the others if this page has become another one, or one of another release. */
export function moved() {
  if (!channel) return follow();
  const before = told;
  here();
  if (told === before) return;
  if (source) join(here());
  else tell();
}

function here() {
  const { live, rev } = area()?.dataset ?? {};
  told = `${live} ${parseInt(rev)}`;
  return { tab, live, rev };
}

function tell() {
  channel.postMessage(here());
}

/** What another tab says. */
function heard(said) {
  if (said.event) arrived(said);
  else if (said.ask) tell();
  else if (source && said.live) join(said);
  else tabs.delete(said.tab);
}

/** From now on this tab listens for all. */
function listen() {
  source = { close() {} };
  channel.postMessage({ ask: true });
  join(here());
}

function join(one) {
  if (!one.live) return tabs.delete(one.tab);
  tabs.set(one.tab, one);
  soon ??= setTimeout(connect, GATHER_MS);
}

function connect() {
  soon = null;
  source.close();
  const places = new Map([...tabs.values()].map(({ live, rev }) => [live, rev]));
  const query = [...places].map(([live, rev]) => `p=${encodeURIComponent(live)}&r=${rev}`);
  source = new EventSource(`/live?${query.join("&")}`);
  for (const event of ["view", "gone"]) {
    source.addEventListener(event, ({ data }) => {
      const said = { event, data };
      channel.postMessage(said);
      arrived(said);
    });
  }
  // For people it makes no difference; whoever looks from outside can wait for it.
  source.onopen = () => (document.documentElement.dataset.followed = "yes");
  source.onerror = () => {
    if (source.readyState === EventSource.CLOSED) soon ??= setTimeout(connect, REFUSED_MS);
  };
}

/** Something became new somewhere; perhaps on this page. */
function arrived({ event, data }) {
  const old = area();
  if (event === "gone") {
    if (old?.dataset.live === data) gone();
    return;
  }
  const fresh = new DOMParser().parseFromString(data, "text/html").body.firstElementChild;
  const { live, rev } = fresh.dataset;
  for (const one of tabs.values()) if (one.live === live) one.rev = rev;
  if (old?.dataset.live === live && newer(rev, old.dataset.rev)) morph(old, fresh);
}

/** Whether a state, a release and a version of its data, is newer than another one. */
function newer(rev, than) {
  const [release, version] = rev.split(".").map(Number);
  const [before, last] = than.split(".").map(Number);
  return release > before || (release === before && version > last);
}

function gone() {
  // A page that is gone as soon as it is loaded would be loaded for ever.
  const before = Number(sessionStorage.getItem("allotment reloaded"));
  if (inUse() || Date.now() - before < SETTLED_MS) return say(UPDATED, "info");
  sessionStorage.setItem("allotment reloaded", Date.now());
  location.reload();
}
