// The same page as page.lua makes.
const escapes = { "<": "&lt;", ">": "&gt;", "&": "&amp;", '"': "&quot;" };
const escape = (text) => text.replace(/[<>&"]/g, (it) => escapes[it]);

function page(n) {
  const parts = ["<!doctype html><title>Ten rows</title><h1>Ten rows</h1><table>"];
  for (let i = 1; i <= 10; i++) {
    const name = escape(`<row> & "${i}" of ten rows that somebody typed`);
    parts.push(`<tr><td>${name}</td><td>${n + i}</td></tr>`);
  }
  parts.push("</table>");
  return parts.join("\n");
}

export default {
  fetch(request) {
    const n = Number(new URL(request.url).pathname.slice(1));
    return new Response(page(n), { headers: { "content-type": "text/html" } });
  },
};
