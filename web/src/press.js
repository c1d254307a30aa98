// Buttons and forms of apps: sent without leaving the page. Whatever goes wrong, what was typed stays.

import { moved } from "./live.js";
import { morph, sent } from "./morph.js";
import { hush, say } from "./said.js";
import { TAB } from "./tab.js";

/** How long a press is silent before its button says that it works. */
const WORKING_MS = 400;
const WORKING = "Working…";
const UNREACHED = "Could not reach the group. Your text is still here.";

/** Handles the submit of a form. */
export async function press(event) {
  const form = event.target;
  const button = event.submitter ?? form.querySelector("button:not([tabindex='-1'])");
  const action = event.submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? "";
  // On other pages an app is only shown, and its buttons lead to its own page.
  const own = form.closest("#main > .apparea") && action.endsWith("/act");
  if (event.defaultPrevented || !own) return;
  event.preventDefault();
  if (form.ariaBusy === "true") return; // a double click
  const data = new FormData(form, event.submitter);
  // Tabs that were told of the same page have the same buttons; each of them counts.
  if (data.has("_n")) data.set("_n", `${data.get("_n")} ${TAB}`);
  const whole = form.getAttribute("enctype") === "multipart/form-data";
  hush();
  const rest = work(form, button);
  let answer = await ask(action, { method: "POST", body: whole ? data : new URLSearchParams(data) });
  while (answer?.job) {
    const { said, job, again } = answer.job;
    say(said);
    await new Promise((later) => setTimeout(later, 1000 * again));
    answer = await ask(job);
  }
  rest();
  if (answer) show(answer, form);
}

/** Marks a form and its button as at work; the answer ends that. */
function work(form, button) {
  const label = button?.textContent;
  form.ariaBusy = "true";
  if (button) button.ariaBusy = "true";
  const late = setTimeout(() => button && (button.textContent = WORKING), WORKING_MS);
  return () => {
    clearTimeout(late);
    form.ariaBusy = null;
    if (!button) return;
    button.ariaBusy = null;
    if (button.textContent === WORKING) button.textContent = label;
  };
}

/** Asks the group; nothing if it could not be reached, which was said then. */
async function ask(address, how = {}) {
  try {
    const answer = await fetch(address, { ...how, headers: { "x-allotment-script": "1" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    // A press that takes its time is looked after until it is over.
    const job = page.querySelector("#main [data-again]")?.dataset;
    return { url: answer.url, ok: answer.ok, status: answer.status, page, job };
  } catch {
    say(UNREACHED, "bad");
    return null;
  }
}

/** Puts the answer to a press in the place of the page. */
function show({ url, ok, status, page }, form) {
  const fresh = page.getElementById("main");
  if (!fresh) return say(`The group could not answer (${status}). Your text is still here.`, "bad");
  const toast = fresh.querySelector(".toast");
  hush();
  if (toast) {
    say(toast.lastChild.textContent, toast.dataset.tone);
    toast.remove();
  }
  if (ok) sent(form);
  document.title = page.title;
  const there = new URL(url);
  const inside = !/\/(act|job\/[^/]*)$/.test(there.pathname);
  if (inside && there.href !== location.href) history.pushState(null, "", there.href);
  const within = form.contains(document.activeElement);
  morph(document.getElementById("main"), fresh, !(ok && within));
  moved();
  if (!ok) document.querySelector("#main .errors")?.focus();
}

// A step back leads to a page that this one was changed from.
addEventListener("popstate", () => location.reload());
