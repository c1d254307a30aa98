// The real pages of a running group, as a visitor and as its admin sees them.

import { PASSWORD, becomeAdmin } from "../newcomer.mjs";
import { LOOKS, lookAt } from "../look.mjs";

/** Pages that everybody sees. */
const OUTSIDE = ["/", "/apps", "/join", "/sign-in", "/no-such-page"];

/** Pages of somebody who is signed in. */
const INSIDE = ["/", "/apps", "/apps/new", "/me", "/me/usage", "/admin"];

/** Pages of an app of one's own, behind its address. */
const OWN = ["", "/source", "/fork", "/edit", "/settings", "/grants", "/receipts", "/log"];

async function signIn(page) {
  await page.goto("/sign-in");
  await page.getByLabel("Your name here").fill("ana");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { level: 1 }).waitFor();
}

/** The addresses of the apps that the directory lists. */
async function apps(page) {
  await page.goto("/apps");
  const links = await page.getByRole("main").getByRole("link").all();
  const paths = await Promise.all(links.map((link) => link.getAttribute("href")));
  return [...new Set(paths.filter((path) => /^\/@[^/]+\/[^/]+$/.test(path)))];
}

async function everyPage({ visit, welcome }, browser, judge) {
  await becomeAdmin(await visit(), welcome);
  const page = await visit({ scripts: true, ...browser });
  await lookAt(page, OUTSIDE, judge);
  await signIn(page);
  const own = (await apps(page)).flatMap((app) => OWN.map((rest) => app + rest));
  if (!own.length) throw new Error("the directory lists no app");
  await lookAt(page, [...INSIDE, ...own], judge);
}

export const stories = Object.fromEntries(
  Object.entries(LOOKS).map(([name, [browser, judge]]) => [
    `in a running group ${name}`,
    (group) => everyPage(group, browser, judge),
  ]),
);
