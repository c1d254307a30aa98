// What a browser does beyond HTML on the group's pages. Everything works without it; with it a press
// needs no new page, and pages follow what others do.

import { press } from "./press.js";
import { ask } from "./confirm.js";
import { follow } from "./live.js";
import { typed } from "./morph.js";
import { refresh } from "./refresh.js";
import { tellTimes } from "./times.js";

document.addEventListener("submit", press);
document.addEventListener("click", ask);
document.addEventListener("input", (event) => typed(event.target));
document.addEventListener("change", (event) => {
  // A choice that sends itself need not wait for its button.
  const form = event.target.form;
  if (form?.matches("form.fields.small")) form.requestSubmit();
});
follow();
refresh();
tellTimes();
