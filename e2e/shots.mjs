// Takes a picture of every page of a filled group, on three widths, light and dark, for somebody to
// look at. Scripts are off, as in the pages' plainest form; the style sheet is the one that lies
// here, so that a change of it is seen without building anything.
//   node e2e/shots.mjs FOLDER                 all
//   node e2e/shots.mjs FOLDER home 320 light  those whose name has all of these words

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openBrowser, person } from "./browser.mjs";
import { INSIDE, OUTSIDE, OWN, signIn } from "./pages.mjs";
import { fillGroup } from "./sample.mjs";
import { startGroup } from "./server.mjs";

/** CSS pixels: a small telephone, a tablet, a desk. */
const WIDTHS = [320, 768, 1280];

const STYLE = fileURLToPath(new URL("../crates/ui/assets/style.css", import.meta.url));

/** CSS pixels of height: what is below is in the picture as well. */
const HEIGHT = 800;

/** Apps of the sample whose pages are taken; the others look the same. */
const APPS = ["/@ana/poll", "/@ana/tools", "/@ana/feed-to-git"];

/** Pages that need only be looked at as they run. */
const RUNNING = ["/@ana/long-words", "/@ana/guestbook", "/@ana/rain-diary", "/@ben/cake"];

const [folder, ...words] = process.argv.slice(2);
if (!folder) throw new Error("Name a folder for the pictures: node e2e/shots.mjs FOLDER");
await mkdir(folder, { recursive: true });
const group = await startGroup();
const browser = await openBrowser();
const troubles = [];
const visit = (more) => person(browser, group.origin, troubles, more);
let taken = 0;
try {
  await fillGroup({ visit, welcome: group.welcome });
  for (const colorScheme of ["light", "dark"]) {
    for (const width of WIDTHS) await takeAll({ colorScheme, viewport: { width, height: HEIGHT } });
  }
} finally {
  await browser.close();
  await group.stop();
}
console.log(`${taken} pictures in ${folder}`);
if (troubles.length) throw new Error(troubles.join("\n"));

/** Every page in one kind of browser. */
async function takeAll(kind) {
  const end = `${kind.viewport.width}-${kind.colorScheme}`;
  const inside = [...INSIDE, ...RUNNING, ...APPS.flatMap((app) => OWN.map((rest) => app + rest))];
  const all = [
    ...OUTSIDE.map((path) => ({ who: "out", path })),
    ...inside.map((path) => ({ who: "in", path })),
  ].map((it) => ({ ...it, name: `${it.who}${named(it.path)}-${end}` }));
  const wanted = all.filter((it) => words.every((word) => it.name.includes(word)));
  if (!wanted.length) return;
  const page = await visit(kind);
  const style = { path: STYLE, contentType: "text/css" };
  await page.route("**/assets/style.css*", (route) => route.fulfill(style));
  for (const it of wanted.filter((it) => it.who === "out")) await take(page, it);
  if (wanted.some((it) => it.who === "in")) await signIn(page);
  for (const it of wanted.filter((it) => it.who === "in")) await take(page, it);
  await page.context().close();
}

async function take(page, { path, name }) {
  await page.goto(path);
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  taken += 1;
}

/** An address as a part of a file's name. */
function named(path) {
  return path === "/" ? "-front" : path.replaceAll(/[^a-z0-9]+/g, "-");
}
