// Every page of the group in every state it can be in, with made-up data: what axe and a narrow screen say.

import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { LOOKS, lookAt } from "../look.mjs";

/** The pages are drawn without a server. */
export const needsGroup = false;

const DRAW = fileURLToPath(new URL("../../target/debug/examples/gallery", import.meta.url));

async function everyPage(visit, browser, judge) {
  const folder = await mkdtemp(join(tmpdir(), "allotment-gallery-"));
  try {
    await promisify(execFile)(DRAW, [folder]);
    const names = (await readdir(folder)).filter((it) => it.endsWith(".html") && it !== "index.html");
    const page = await visit(browser);
    await lookAt(page, names.map((name) => pathToFileURL(join(folder, name)).href), judge);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export const stories = Object.fromEntries(
  Object.entries(LOOKS).map(([name, [browser, judge]]) => [
    `in the gallery of all pages ${name}`,
    ({ visit }) => everyPage(visit, browser, judge),
  ]),
);
