// Runs the stories of `stories/`, each in its own group and browser, and ends with `N passed, N failed`.
//   node e2e/run.mjs            all
//   node e2e/run.mjs poll look  those whose name has one of these words

import { readdir } from "node:fs/promises";
import { openBrowser, person } from "./browser.mjs";
import { startGroup } from "./server.mjs";

/** A story that is not over by then hangs, if it does not say otherwise. */
const STORY_MS = 120_000;

/** Characters of a page that are shown when a story failed before it. */
const SEEN_MAX = 2_000;

const words = process.argv.slice(2);
const folder = new URL("./stories/", import.meta.url);
const names = (await readdir(folder)).filter((name) => name.endsWith(".mjs")).sort();
const chosen = names.filter((name) => !words.length || words.some((word) => name.includes(word)));

const browser = await openBrowser();
let passed = 0;
let failed = 0;
for (const file of chosen) {
  const { stories, needsGroup = true, serve = [], patience = STORY_MS } =
    await import(new URL(file, folder));
  for (const [name, story] of Object.entries(stories)) {
    const begun = Date.now();
    const trouble = await live(story, needsGroup, serve, patience);
    const took = `${((Date.now() - begun) / 1000).toFixed(1)} s`;
    if (trouble) {
      failed += 1;
      console.log(`FAILED ${name} (${took})\n${trouble}`);
    } else {
      passed += 1;
      console.log(`ok     ${name} (${took})`);
    }
  }
}
await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed || !passed ? 1 : 0);

/** Lives one story through, in a group of its own if it needs one, served with more arguments; returns what went wrong, or nothing. */
async function live(story, needsGroup, serve, patience) {
  let group;
  const troubles = [];
  const visit = (options) => person(browser, group?.origin, troubles, options);
  try {
    if (needsGroup) group = await startGroup(serve);
    await within(patience, story({ visit, browser, ...group }));
    if (troubles.length) throw new Error(troubles.join("\n"));
    return null;
  } catch (error) {
    const said = (group?.said || []).slice(-20).join("\n");
    return `${error.stack || error}\n${await whatWasSeen()}--- the group said:\n${said}`;
  } finally {
    for (const context of browser.contexts()) await context.close();
    await group?.stop();
  }
}

/** The page each person had before them when the story failed, as its text. */
async function whatWasSeen() {
  let seen = "";
  for (const page of browser.contexts().flatMap((context) => context.pages())) {
    const text = await page.locator("body").ariaSnapshot({ timeout: 2000 }).catch(() => "(nothing)");
    seen += `--- ${page.url()}\n${text.slice(0, SEEN_MAX)}\n`;
  }
  return seen;
}

function within(ms, promise) {
  let timer;
  const late = new Promise((_, fail) => {
    timer = setTimeout(() => fail(new Error(`the story was not over after ${ms} ms`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
