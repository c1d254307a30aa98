// The first ten seconds of somebody who is not signed in: how little is sent, what stands in the first screen, and that it reacts.

import assert from "node:assert/strict";
import { becomeAdmin } from "../newcomer.mjs";

/** Bytes of the first page with its style sheet, before anything packs them for the way. */
const FIRST_PAGE_BYTES = 30 * 1024;

/** Screens that the running app has to stand in at once. */
const SCREENS = [{ width: 1280, height: 800 }, { width: 768, height: 1024 }, { width: 320, height: 640 }];

/** Opens the first page, and counts the bytes of all it asks for. */
async function opened(page) {
  const asked = [];
  page.on("response", (response) => asked.push(response));
  await page.goto("/");
  const bodies = await Promise.all(asked.map((it) => it.body()));
  return { urls: asked.map((it) => it.url()), bytes: bodies.reduce((sum, it) => sum + it.length, 0) };
}

export const stories = {
  "the first page is small and whole without a script": async ({ visit, welcome }) => {
    await becomeAdmin(await visit(), welcome);
    const page = await visit();
    const { urls, bytes } = await opened(page);
    assert.equal(urls.length, 2, `a page and its style sheet, and not ${urls.join(" ")}`);
    assert.ok(bytes <= FIRST_PAGE_BYTES, `the first page has ${bytes} bytes`);
    await page.getByRole("heading", { name: "Try one now" }).waitFor();
  },

  "a visitor presses a button of a running app on the first screen, and it reacts": async (
    { visit, welcome },
  ) => {
    await becomeAdmin(await visit(), welcome);
    for (const [before, viewport] of SCREENS.entries()) {
      const page = await visit({ viewport });
      await page.goto("/");
      const vote = page.getByRole("button", { name: "Vote for Soup" });
      const { y, height } = await vote.boundingBox();
      assert.ok(y + height <= viewport.height, `at ${viewport.width} pixels it is ${y} pixels down`);
      await vote.click();
      await page.getByText(`Votes: ${before + 1}`).waitFor();
      await page.goto("/");
      await page.getByText(`Votes: ${before + 1}`).waitFor();
    }
  },

  "what a reader chooses stays theirs, without an account": async ({ visit, welcome }) => {
    await becomeAdmin(await visit(), welcome);
    const page = await visit({ colorScheme: "light" });
    const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const size = () => page.evaluate(() => getComputedStyle(document.documentElement).fontSize);
    await page.goto("/");
    const light = await ground();
    await page.getByRole("link", { name: "How pages look for you" }).click();
    await page.getByLabel("Dark").check();
    await page.getByLabel("Larger").check();
    await page.getByRole("button", { name: "Use it" }).click();
    await page.goto("/@ana/supper");
    assert.notEqual(await ground(), light, "dark was chosen");
    assert.equal(await size(), "23.2px");
    const other = await visit({ colorScheme: "light" });
    await other.goto("/");
    const theirs = await other.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    assert.equal(theirs, light, "others have their own");
  },
};
