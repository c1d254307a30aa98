// What many stories begin with: somebody who opens the link, joins, and names the group.

export const PASSWORD = "correct horse battery";

/** Opens the one-time link and becomes the group's admin. Ends on the first page of the new group. */
export async function becomeAdmin(page, welcome, handle = "ana") {
  await page.goto(welcome);
  await join(page, handle);
  await page.getByLabel("Name of your group").fill("Oak");
  await page.getByRole("button", { name: "Done" }).click();
}

/** Fills in the form of a page that asks people to join. */
export async function join(page, handle) {
  await page.getByLabel("Your name here").fill(handle);
  await page.getByLabel("What people call you").fill(handle.toUpperCase());
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("main").getByRole("button", { name: "Join" }).click();
}

/** Opens one of the apps by its title. */
export async function openApp(page, title) {
  await page.goto("/apps");
  await page.getByRole("main").getByRole("link", { name: title, exact: true }).first().click();
}

/** A place of the bar that the group draws above every page of an app. */
export function bar(page, name) {
  const places = page.getByRole("navigation", { name: "This app" });
  return places.getByRole("link", { name, exact: true });
}
