// Every main page for every eye: axe in light and dark, and no sideways scrolling on a narrow screen.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { PASSWORD, becomeAdmin } from "../newcomer.mjs";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe is asked for: WCAG 2.2 AA and what its authors hold for good practice. */
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** CSS pixels; WCAG 1.4.10 asks for this width. */
const NARROW = 320;

/** Pages that everybody sees. */
const OUTSIDE = ["/", "/apps", "/join", "/sign-in", "/@ana/poll", "/no-such-page"];

/** Pages of somebody who is signed in and owns the app. */
const INSIDE = [
  "/",
  "/apps",
  "/me",
  "/me/usage",
  "/admin",
  ...["poll", "feed-to-git"].flatMap((app) =>
    ["", "/source", "/fork", "/edit", "/settings", "/grants", "/receipts", "/log"].map((rest) =>
      `/@ana/${app}${rest}`
    )
  ),
];

/** What axe finds on a page, one line each. */
async function findings(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(
    (tags) => globalThis.axe.run(document, { runOnly: { type: "tag", values: tags } }),
    RULES,
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}\n    ${node.html}`)
  );
}

async function lookAt(page, paths, judge) {
  const found = [];
  for (const path of paths) {
    await page.goto(path);
    for (const line of await judge(page)) found.push(`${path} ${line}`);
  }
  assert.equal(found.length, 0, `\n${found.join("\n")}`);
}

async function signIn(page) {
  await page.goto("/sign-in");
  await page.getByLabel("Your name here").fill("ana");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
}

/** Looks at the pages as a visitor and as the admin, each time with a browser of this kind. */
async function everyPage({ visit, welcome }, options, judge) {
  await becomeAdmin(await visit(), welcome);
  const visitor = await visit({ scripts: true, ...options });
  await lookAt(visitor, OUTSIDE, judge);
  await signIn(visitor);
  await lookAt(visitor, INSIDE, judge);
}

async function tooWide(page) {
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  return width > NARROW ? [`is ${width} pixels wide on a screen of ${NARROW}`] : [];
}

export const stories = {
  "axe finds nothing in light": (group) => everyPage(group, { colorScheme: "light" }, findings),
  "axe finds nothing in dark": (group) => everyPage(group, { colorScheme: "dark" }, findings),
  "nothing scrolls sideways at 320 pixels": (group) =>
    everyPage(group, { viewport: { width: NARROW, height: 640 } }, tooWide),
};
