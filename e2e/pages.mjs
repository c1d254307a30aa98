// Every page of a group, as a visitor, a person and an admin meet them; and the way in. What looks at all pages takes them from here.

import { PASSWORD } from "./newcomer.mjs";

/** Pages that everybody sees. */
export const OUTSIDE = [
  "/", "/apps", "/apps?q=nothing-like-it", "/reading", "/join", "/sign-in", "/no-such-page",
];

/** Pages of somebody who is signed in. */
export const INSIDE = ["/", "/apps", "/apps/new", "/me", "/me/usage", "/admin", "/welcome"];

/** Pages of an app of one's own, behind its address. */
export const OWN = [
  "", "/source", "/fork", "/edit", "/edit?run=1", "/settings", "/grants", "/receipts", "/log", "/delete",
];

/** Signs in by the form, wherever one was before. */
export async function signIn(page, handle = "ana") {
  await page.goto("/sign-in");
  await page.getByLabel("Your name here").fill(handle);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { level: 1 }).waitFor();
}

/** The addresses of the apps that the directory lists. */
export async function listedApps(page) {
  await page.goto("/apps");
  const links = await page.getByRole("main").getByRole("link").all();
  const paths = await Promise.all(links.map((link) => link.getAttribute("href")));
  return [...new Set(paths.filter((path) => /^\/@[^/]+\/[^/]+$/.test(path)))];
}
