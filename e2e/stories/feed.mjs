// Somebody new forks the feed keeper, names a feed, and sees it saved; somebody signed out tries an app.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { bar, becomeAdmin, join, openApp } from "../newcomer.mjs";

/** The feed of these stories is served on this machine. */
export const serve = ["--allow-private", "127.0.0.1"];

/** A feed server; returns its address and how often it was asked. */
async function feed() {
  let asked = 0;
  const server = createServer((_, answer) => {
    asked += 1;
    answer.setHeader("Content-Type", "application/rss+xml");
    answer.end("<rss version='2.0'><channel><title>Garden</title></channel></rss>");
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const url = `http://127.0.0.1:${server.address().port}/feed.xml`;
  return { url, asked: () => asked, stop: () => server.close() };
}

/** Signs out the admin's browser by being another one: a person who joins by the open door. */
async function newcomer(visit, handle) {
  const page = await visit();
  await page.goto("/join");
  await join(page, handle);
  await page.getByRole("heading", { level: 1 }).waitFor();
  return page;
}

async function forkAs(page, title, name) {
  await openApp(page, title);
  await bar(page, "Fork").click();
  await page.getByLabel("Name of your copy").fill(name);
  await page.getByRole("button", { name: "Make my own copy" }).click();
  await page.getByLabel("Text of main.lua").waitFor();
}

export const stories = {
  "somebody new keeps a feed, and reads why it is not pushed yet": async ({ visit, welcome }) => {
    await becomeAdmin(await visit(), welcome);
    const kept = await feed();
    try {
      const page = await newcomer(visit, "ben");
      await forkAs(page, "Feed to git", "my-feed");
      await page.getByRole("button", { name: /^Publish/ }).click();

      await page.goto("/@ben/my-feed/settings");
      await page.getByLabel("Feed to keep").fill(kept.url);
      await page.getByLabel("Allow Feed to git to read from this address").check();
      const words = await page.getByRole("main").innerText();
      assert.match(words, /member/i, "what a new account may not do yet is said with the way to get it");
      await page.getByRole("button", { name: "Save" }).first().click();

      await page.goto("/@ben/my-feed");
      await page.getByRole("button", { name: "Save now" }).click();
      await page.getByText(/Last saved/).waitFor();
      await page.goto("/@ben/my-feed");
      const said = await page.getByText(/Last saved/).innerText();
      assert.doesNotMatch(said, /never/);
      assert.equal(kept.asked(), 1, "the feed was read once");
    } finally {
      kept.stop();
    }
  },

  "a missing grant is asked for at the moment it is needed": async ({ visit, welcome }) => {
    const page = await visit();
    await becomeAdmin(page, welcome);
    const kept = await feed();
    try {
      await page.goto("/@ana/feed-to-git/settings");
      await page.getByLabel("Feed to keep").fill(kept.url);
      await page.getByLabel(/to read from this address/).uncheck();
      await page.getByRole("button", { name: "Save" }).first().click();
      await page.goto("/@ana/feed-to-git");
      await page.getByRole("button", { name: "Save now" }).click();
      assert.equal(kept.asked(), 0, "nothing is read without a grant");
      await page.getByRole("button", { name: "Allow", exact: true }).first().click();
      await page.goto("/@ana/feed-to-git");
      await page.getByRole("button", { name: "Save now" }).click();
      await page.getByText(/Last saved/).waitFor();
      assert.equal(kept.asked(), 1);
    } finally {
      kept.stop();
    }
  },

  "somebody signed out forks a public app, changes and runs it, and keeps it by joining": async (
    { visit, welcome },
  ) => {
    await becomeAdmin(await visit(), welcome);
    const page = await visit();
    await forkAs(page, "Poll", "mine");
    const text = page.getByLabel("Text of main.lua");
    await text.fill((await text.inputValue()).replace("Picnic on Sunday?", "Tea at five?"));
    await page.getByRole("button", { name: "Run" }).click();
    await page.getByRole("heading", { name: "Tea at five?" }).waitFor();

    await page.goto("/join");
    await join(page, "cleo");
    await page.goto("/@cleo/mine/edit");
    assert.match(await page.getByLabel("Text of main.lua").inputValue(), /Tea at five\?/);
    await page.getByRole("button", { name: /^Publish/ }).click();
    await page.goto("/@cleo/mine");
    await page.getByRole("heading", { level: 1, name: "Tea at five?" }).waitFor();
  },
};
