// How a page is judged: by axe, and by its width on a narrow screen. It never judges what a page says.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe is asked for: WCAG 2.2 AA and what its authors hold for good practice. */
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** CSS pixels of a narrow screen; WCAG 1.4.10 asks for this width. */
const NARROW = 320;

/** The kinds of browser every page is looked at with, and how it is judged there. */
export const LOOKS = {
  "axe finds nothing in light": [{ colorScheme: "light", scripts: true }, findings],
  "axe finds nothing in dark": [{ colorScheme: "dark", scripts: true }, findings],
  "nothing scrolls sideways at 320 pixels": [{ viewport: { width: NARROW, height: 640 } }, tooWide],
};

/** The same without scripts, for pages that have some. */
export const PLAIN_LOOKS = {
  "axe finds nothing in light without scripts": [{ colorScheme: "light", scripts: true }, findings, withoutScripts],
  "axe finds nothing in dark without scripts": [{ colorScheme: "dark", scripts: true }, findings, withoutScripts],
};

/** Opens each path, and fails with the list of all that was found. */
export async function lookAt(page, paths, judge) {
  const found = [];
  for (const path of paths) {
    await page.goto(path);
    for (const line of await judge(page)) found.push(`${path} ${line}`);
  }
  if (found.length) throw new Error(`${found.length} findings\n${found.join("\n")}`);
}

/** Takes the scripts out of every page before it is shown, as if the browser ran none: axe is a script itself. */
async function withoutScripts(page) {
  await page.route("**/*", async (route) => {
    const request = route.request();
    if (request.resourceType() !== "document" || request.method() !== "GET") return route.continue();
    const response = await route.fetch({ maxRedirects: 0 });
    const text = await response.text();
    const plain = text.replace(/<script[^]*?<\/script>/g, "").replace(/<\/?noscript>/g, "");
    return route.fulfill({ response, body: plain });
  });
}

/** What axe finds on a page, one line each. */
async function findings(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(
    // The gallery lies in files, whose style sheet a script may not fetch; no rule needs that here.
    (tags) => globalThis.axe.run(document, { runOnly: { type: "tag", values: tags }, preload: false }),
    RULES,
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}\n    ${node.html}`)
  );
}

/** Whether the page is wider than the screen, and by what. */
async function tooWide(page) {
  return page.evaluate((narrow) => {
    const width = document.documentElement.scrollWidth;
    if (width <= narrow) return [];
    const wide = [...document.body.querySelectorAll("*")]
      .filter((it) => it.getBoundingClientRect().right > narrow)
      .map((it) => it.outerHTML.slice(0, 120));
    return [`is ${width} pixels wide on a screen of ${narrow}: ${wide[0]}`];
  }, NARROW);
}
