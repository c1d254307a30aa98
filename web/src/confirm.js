// Questions before something is done, as a dialog. Without a script the question unfolds in its place.

/** Handles a click on a button that asks first. */
export function ask(event) {
  const summary = event.target.closest?.("details.confirm > summary");
  const doIt = summary?.parentElement.querySelector("button");
  if (!doIt) return;
  event.preventDefault();
  const dialog = document.createElement("dialog");
  const question = document.createElement("p");
  question.textContent = summary.parentElement.querySelector("p").textContent;
  dialog.ariaLabel = question.textContent;
  const no = button("Cancel", "btn");
  const yes = button(doIt.textContent, doIt.className);
  no.onclick = () => dialog.close();
  yes.onclick = () => {
    dialog.close();
    doIt.form.requestSubmit(doIt);
  };
  dialog.onclose = () => {
    dialog.remove();
    summary.focus();
  };
  const row = document.createElement("div");
  row.className = "actions";
  row.append(no, yes);
  dialog.append(question, row);
  document.body.append(dialog);
  dialog.showModal();
}

function button(label, kind) {
  const it = document.createElement("button");
  it.type = "button";
  it.className = kind;
  it.textContent = label;
  return it;
}
