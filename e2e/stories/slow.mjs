// A press that takes its time: the browser is not left waiting, and ends on the page of the app.

import { createServer } from "node:http";
import { becomeAdmin } from "../newcomer.mjs";

/** The feed of these stories is served on this machine. */
export const serve = ["--allow-private", "127.0.0.1"];

/** A feed server that answers when it is told to. */
async function feed() {
  let release;
  const released = new Promise((done) => (release = done));
  const server = createServer(async (_, answer) => {
    await released;
    answer.setHeader("Content-Type", "application/rss+xml");
    answer.end("<rss version='2.0'><channel><title>Garden</title></channel></rss>");
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const url = `http://127.0.0.1:${server.address().port}/feed.xml`;
  return { url, release, stop: () => server.close() };
}

/** The feed keeper's page, with a feed that takes its time. */
async function keeper({ visit, welcome }, scripts, story) {
  const page = await visit({ scripts });
  await becomeAdmin(page, welcome);
  const slow = await feed();
  try {
    await page.goto("/@ana/feed-to-git/settings");
    await page.getByLabel("Feed to keep").fill(slow.url);
    await page.getByLabel(/to read from this address/).check();
    await page.getByRole("button", { name: "Save" }).first().click();
    await page.goto("/@ana/feed-to-git");
    await page.getByText(/Last saved.*never/).waitFor();
    await page.getByRole("button", { name: "Save now" }).click();
    await story(page, slow.release);
    await page.getByText(/Last saved.*(ago|now|\d{4})/).waitFor();
  } finally {
    slow.release();
    slow.stop();
  }
}

export const stories = {
  "a press that takes its time says so, and ends in its page": (group) =>
    keeper(group, true, async (page, release) => {
      await page.getByRole("button", { name: "Working…" }).waitFor();
      await page.getByRole("status").filter({ hasText: "This takes a little longer." }).waitFor();
      release();
    }),

  "the same without a script": (group) =>
    keeper(group, false, async (page, release) => {
      await page.getByRole("heading", { level: 1, name: "Working…" }).waitFor();
      release();
    }),
};
