// Hostile HTML, shown by an app on a page of the group: no script runs, with the page's policy and
// without it. The same pieces raw show that the browser would run them.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { becomeAdmin } from "../newcomer.mjs";
import { batches, publish, ranOnPages, runRaw, watched } from "../hostile.mjs";

/** Our own pieces: the tricks that the full table varies. Most of them run in a browser as they are. */
const OWN = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "<img src=/ onload=alert(1) onerror=alert(1)>",
  "<svg onload=alert(1)></svg>",
  "<svg><script>alert(1)</script></svg>",
  "<svg><a href='javascript:alert(1)'><text y=20>x</text></a></svg>",
  "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
  "<math><mtext><img src=x onerror=alert(1)></mtext></math>",
  "<body onload=alert(1)>",
  "<body onpageshow=alert(1)>",
  "<details open ontoggle=alert(1)>x</details>",
  "<input autofocus onfocus=alert(1)>",
  "<select autofocus onfocus=alert(1)></select>",
  "<textarea autofocus onfocus=alert(1)></textarea>",
  "<button onclick=alert(1)>x</button>",
  "<a href=javascript:alert(1)>x</a>",
  "<a href='java\nscript:alert(1)'>x</a>",
  "<a href='&#106;avascript:alert(1)'>x</a>",
  "<a href='\u0001javascript:alert(1)'>x</a>",
  "<p onmouseover=alert(1)>x</p>",
  "<p contenteditable onblur=alert(1) onfocus=alert(1)>x</p>",
  "<div onpointerdown=alert(1)>x</div>",
  "<form onsubmit=alert(1)><input type=submit></form>",
  "<video><source onerror=alert(1) src=x></video>",
  "<audio src=x onerror=alert(1)></audio>",
  "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
  "<iframe src='javascript:parent.alert(1)'></iframe>",
  "<object data='javascript:alert(1)'></object>",
  "<embed src='javascript:alert(1)'>",
  "<style>@keyframes a{}p{animation:a}</style><p onanimationstart=alert(1)>x</p>",
  "<p title='</p><img src=x onerror=alert(1)>'>x</p>",
  "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>x</noscript>",
  "<title><img src=x onerror=alert(1)></title><img src=x onerror=alert(1)>",
  "<textarea></textarea><img src=x onerror=alert(1)>",
  "<!--><img src=x onerror=alert(1)>-->",
  "<![CDATA[<img src=x onerror=alert(1)>]]>",
  "<scr<script>ipt>alert(1)</scr</script>ipt>",
  "<math><mi><style><img src=x onerror=alert(1)></style></mi></math>",
  "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=alert(1)>",
  "<svg></p><style><a id='</style><img src=x onerror=alert(1)>'>",
  "<table><td><form></table><img src=x onerror=alert(1)>",
  "<template><script>alert(1)</script></template><img src=x onerror=alert(1)>",
  "[x](javascript:alert(1))",
  "![x](x\"onerror=alert(1) \")",
  "`<img src=x onerror=alert(1)>`",
  "<http://x.example/\" onclick=alert(1) x=\">",
].map((payload, id) => ({ id: `own ${id}`, payload }));

/** Of our own pieces, how many must run raw: fewer, and the browser is not watched as it should be. */
const OWN_RAW_MIN = 30;

/** Of the full table, how many must run raw. */
const TABLE_RAW_MIN = 190;

/** How long a story over the full table may take. */
const TABLE_MS = 40 * 60_000;

const tables = process.env.ALLOT_TABLES;

export const patience = tables ? TABLE_MS : undefined;

async function nothingRuns({ browser, visit, welcome, ...group }, pieces) {
  await becomeAdmin(await visit(), welcome);
  const all = batches(pieces);
  await publish(group, all);
  for (const bypassCSP of [false, true]) {
    const context = await browser.newContext({ baseURL: group.origin, bypassCSP });
    const asked = [];
    await context.route((url) => url.origin !== group.origin && url.protocol !== "data:", (route) => {
      asked.push(route.request().url());
      return route.abort();
    });
    const ran = new Set();
    const page = await watched(context, ran);
    const places = await ranOnPages(page, ran, all.length);
    assert.deepEqual(places, [], bypassCSP ? "without the policy" : "with the policy");
    assert.deepEqual(asked, [], "nobody else is asked for anything");
    await page.goto("/");
    await page.evaluate(() => globalThis.alert("x"));
    assert.equal(ran.size, 1, "the browser notes what runs");
    await context.close();
  }
}

async function theFullTable() {
  const text = await readFile(join(tables, "html_corpus.jsonl"), "utf8");
  return text.split("\n").filter(Boolean).map((line) => JSON.parse(line));
}

export const stories = {
  "no hostile HTML of our own runs": (given) =>
    nothingRuns(given, OWN),

  "raw it does": async ({ browser }) => {
    const ran = await runRaw(browser, OWN);
    assert.ok(ran >= OWN_RAW_MIN, `only ${ran} of ${OWN.length} pieces run raw`);
  },

  ...(tables && {
    "nothing of the full table of hostile HTML runs": async (given) =>
      nothingRuns(given, await theFullTable()),

    "raw enough of it does": async ({ browser }) => {
      const pieces = await theFullTable();
      const ran = await runRaw(browser, pieces);
      console.log(`${ran} of ${pieces.length} pieces of the full table run raw`);
      assert.ok(ran >= TABLE_RAW_MIN, `only ${ran} of ${pieces.length} pieces run raw`);
    },
  }),
};
