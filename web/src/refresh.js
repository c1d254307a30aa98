// A page that asks to be looked at again, and is not told what changes.

import { morph } from "./morph.js";

export function refresh() {
  const seconds = Number(document.querySelector(".apparea[data-refresh]")?.dataset.refresh);
  if (seconds) setInterval(look, 1000 * seconds);
  // The page of a press that takes its time, opened by its address.
  const again = Number(document.querySelector("#main [data-again]")?.dataset.again);
  if (again) setTimeout(() => location.reload(), 1000 * again);
}

async function look() {
  if (document.hidden) return;
  try {
    const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
    const fresh = page.querySelector(".apparea");
    if (fresh) morph(document.querySelector(".apparea"), fresh);
  } catch {
    // The group cannot be reached now; it is asked again.
  }
}
