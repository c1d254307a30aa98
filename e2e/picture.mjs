// Takes the picture in the README: the landing page of a new group, and the source beside the app.
//   node e2e/picture.mjs docs/landing.png

import { openBrowser, person } from "./browser.mjs";
import { becomeAdmin } from "./newcomer.mjs";
import { startGroup } from "./server.mjs";

const [file] = process.argv.slice(2);
const group = await startGroup();
const browser = await openBrowser();
const troubles = [];
const ana = await person(browser, group.origin, troubles);
await becomeAdmin(ana, group.welcome);
await ana.goto("/@ana/poll");
await ana.getByRole("button", { name: "Yes" }).click();
const page = await person(browser, group.origin, troubles, { viewport: { width: 1000, height: 720 } });
await page.goto("/");
await page.screenshot({ path: file });
await browser.close();
await group.stop();
if (troubles.length) throw new Error(troubles.join("\n"));
