// Every page by the keyboard alone: all that can be pressed is reached by Tab, in the order of the page, with a ring around it that one sees.

import assert from "node:assert/strict";
import { becomeAdmin } from "../newcomer.mjs";
import { signIn } from "../pages.mjs";

/** The eight pages, as somebody signed in meets them; the landing page is walked signed out. */
const WALKED = [
  "/", "/@ana/supper", "/@ana/supper/edit", "/@ana/supper/source", "/@ana/supper/settings",
  "/apps", "/me/usage", "/admin", "/me", "/reading",
];

/** Presses that are enough for the longest page. */
const PRESSES_MAX = 250;

/** Walks a page from its top to its end, and says what was not reached or had no ring. */
async function walk(page, path) {
  await page.goto(path);
  const missed = await page.evaluate(() => {
    const all = "a[href], button, input:not([type=hidden], [type=radio]), select, textarea, summary";
    const seen = (it) => it.checkVisibility() && it.tabIndex >= 0 && !it.disabled;
    globalThis.waiting = new Set([...document.querySelectorAll(all)].filter(seen));
    return globalThis.waiting.size;
  });
  assert.ok(missed > 3, `${path} has only ${missed} things to press`);
  const faults = [];
  for (let presses = 0; presses < PRESSES_MAX; presses += 1) {
    await page.keyboard.press("Tab");
    const { ended, fault } = await page.evaluate(step, presses);
    if (fault) faults.push(`${path}: ${fault}`);
    if (ended) break;
  }
  const left = await page.evaluate(() => [...globalThis.waiting].map((it) => it.outerHTML.slice(0, 100)));
  return [...faults, ...left.map((it) => `${path}: Tab never came to ${it}`)];
}

/** What Tab came to: whether that is all, and what is wrong with it. */
function step(presses) {
  const it = document.activeElement;
  if (it === document.body) return { ended: presses > 0 };
  globalThis.waiting.delete(it);
  const { outlineStyle, outlineWidth } = getComputedStyle(it);
  const box = it.getBoundingClientRect();
  const ring = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  const fault = !ring
    ? `no ring around ${it.outerHTML.slice(0, 100)}`
    : presses === 0 && !it.classList.contains("skip")
      ? "the first Tab is not the way past the bar"
      : box.height < 24 && !it.closest("p, li, td, th, dd") && it.type !== "checkbox" && it.type !== "radio"
        ? `only ${box.height} pixels high: ${it.outerHTML.slice(0, 100)}`
        : null;
  return { ended: globalThis.waiting.size === 0, fault };
}

/** Buttons whose targets are smaller than a finger. */
async function small(page, path) {
  await page.goto(path);
  return page.evaluate(() =>
    [...document.querySelectorAll("button, .btn, summary.btn")]
      .filter((it) => it.checkVisibility() && !it.classList.contains("unseen"))
      .filter((it) => it.getBoundingClientRect().height < 44)
      .map((it) => `${location.pathname}: ${it.outerHTML.slice(0, 100)}`)
  );
}

export const stories = {
  "all pages are walked by Tab, with a ring to see": async ({ visit, welcome }) => {
    await becomeAdmin(await visit(), welcome);
    const page = await visit();
    const faults = await walk(page, "/");
    await signIn(page);
    for (const path of WALKED) faults.push(...await walk(page, path));
    assert.deepEqual(faults, []);
  },

  "every button is 44 pixels high on a telephone": async ({ visit, welcome }) => {
    await becomeAdmin(await visit(), welcome);
    const page = await visit({ viewport: { width: 320, height: 640 } });
    const found = await small(page, "/");
    await signIn(page);
    for (const path of WALKED) found.push(...await small(page, path));
    assert.deepEqual(found, []);
  },

  "the way past the bar leads to the content": async ({ visit, welcome }) => {
    await becomeAdmin(await visit(), welcome);
    const page = await visit();
    await page.goto("/");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/#main");
    await page.keyboard.press("Tab");
    const inside = await page.evaluate(() => document.querySelector("main").contains(document.activeElement));
    assert.ok(inside, "the next Tab is inside the content");
  },
};
