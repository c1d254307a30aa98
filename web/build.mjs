// Builds what browsers get out of `src/` into `crates/ui/assets`; `--check` compares it with what is
// committed there instead. What is built depends on package-lock.json alone.

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const check = process.argv.includes("--check");

const { outputFiles } = await build({
  entryPoints: [here("src/app.js")],
  outdir: here("../crates/ui/assets"),
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  charset: "utf8",
  legalComments: "linked",
  write: !check,
});

let different = 0;
for (const { path, contents } of outputFiles ?? []) {
  const kept = await readFile(path).catch(() => Buffer.alloc(0));
  if (kept.equals(contents)) continue;
  different += 1;
  console.error(`${path} is not what web/ builds. Run   npm run build --prefix web   and commit it.`);
}
const script = await readFile(here("../crates/ui/assets/app.js"));
console.log(`app.js: ${script.length} bytes, ${gzipSync(script).length} compressed`);
process.exit(different ? 1 : 0);
