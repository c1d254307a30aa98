// The real pages of a running group, as a visitor and as its admin sees them.

import { becomeAdmin } from "../newcomer.mjs";
import { LOOKS, PLAIN_LOOKS, lookAt } from "../look.mjs";
import { INSIDE, OUTSIDE, OWN, listedApps, signIn } from "../pages.mjs";

async function everyPage({ visit, welcome }, browser, judge, prepare) {
  await becomeAdmin(await visit(), welcome);
  const page = await visit(browser);
  await prepare?.(page);
  await lookAt(page, OUTSIDE, judge);
  await signIn(page);
  const own = (await listedApps(page)).flatMap((app) => OWN.map((rest) => app + rest));
  if (!own.length) throw new Error("the directory lists no app");
  await lookAt(page, [...INSIDE, ...own], judge);
}

export const stories = Object.fromEntries(
  Object.entries({ ...LOOKS, ...PLAIN_LOOKS }).map(([name, [browser, ...rest]]) => [
    `in a running group ${name}`,
    (group) => everyPage(group, browser, ...rest),
  ]),
);
