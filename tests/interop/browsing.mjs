// The demonstration in a real browser: what a newcomer does, and what they must see come of it.
//
//   node browsing.mjs ADDRESS FOLDER     the pictures go to the folder

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { chromium } from "playwright-core";

const [address, folder] = process.argv.slice(2);
const PATIENCE = 45_000;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: [
    ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"],
    ...["--disable-background-networking", "--disable-component-update"],
  ],
});
// axe is put into the page, whose own policy lets no other scripts in: that is looked at apart.
const context = await browser.newContext({ viewport: { width: 1400, height: 1000 }, bypassCSP: true });
const page = await context.newPage();
page.setDefaultTimeout(PATIENCE);
const faults = [];
page.on("pageerror", (error) => faults.push(error.message));
page.on("console", (said) => said.type() === "error" && faults.push(said.text()));

const balance = async (device) =>
  Number(await page.locator(`#${device} [data-balance]`).first().getAttribute("data-balance"));
const until = async (what, holds) => {
  for (const end = Date.now() + PATIENCE; Date.now() < end; ) {
    if (await holds()) return;
    await page.waitForTimeout(50);
  }
  assert.fail(`never: ${what}`);
};
const picture = (name) => page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });

async function accessible(where) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  const told = violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target).join(", ")}`);
  assert.deepEqual(told, [], `what axe finds ${where}`);
}

// The keyboard alone: the first stop leads to the buttons, and focus is seen.
await page.goto(address);
await page.locator("body[data-ready=true]").waitFor();
await page.keyboard.press("Tab");
assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
await page.keyboard.press("Enter");
await page.keyboard.press("Tab");
const focused = await page.evaluate(() => {
  const style = getComputedStyle(document.activeElement);
  return [document.activeElement.dataset.play, style.outlineStyle];
});
assert.deepEqual(focused, ["run-9-km", "solid"]);

// The watch signs in by a code that the phone approves.
await page.getByRole("button", { name: "Yes, sign it in" }).click();
await page.locator("#ada-watch [data-balance]").waitFor();

// A real file becomes points on phone and watch, and completes a challenge.
await page.getByRole("button", { name: "Join it" }).click();
await page.locator("#ada-phone [data-challenge=ACTIVE], #ada-phone [data-challenge=JOINED]").waitFor();
const [before, began] = [await balance("ada-phone"), Date.now()];
await page.getByRole("button", { name: "Run 9 km" }).press("Enter");
await page.locator("#ada-phone [data-push]").filter({ hasText: "Points earned" }).waitFor();
await page.locator("#ada-watch [data-push]").first().waitFor();
const seconds = (Date.now() - began) / 1000;
await page.locator("#ada-phone [data-challenge=COMPLETED]").waitFor();
await until("the points are there", async () => (await balance("ada-phone")) >= before + 90 + 40);

// Points to a friend, seen on the friend's phone; and back, accepted by one tap on the wrist.
const had = await balance("bruno-phone");
await page.getByRole("button", { name: "Ada sends 20 to Bruno" }).click();
await page.locator("#bruno-phone [data-push]").filter({ hasText: "Ada Berger sent you 20" }).waitFor();
await until("Bruno has them", async () => (await balance("bruno-phone")) === had + 20);
await page.getByRole("button", { name: "Bruno sends 10 to Ada" }).click();
const held = await balance("ada-phone");
const tap = page.locator("#ada-watch").getByRole("button", { name: "Accept" });
await tap.waitFor();
assert.match(await page.locator("#ada-watch .haptic").innerText(), /haptic: (?!none)\w+/);
await tap.click();
await until("Ada has them", async () => (await balance("ada-phone")) === held + 10);
await page.locator("#bruno-phone [data-push]").filter({ hasText: "accepted 10" }).waitFor();

// A bonus on the way, and something to drink at the end, with a code for the till.
await page.getByRole("button", { name: "Start a run" }).click();
await page.locator("#ada-watch [data-push]").filter({ hasText: "Bonus" }).waitFor();
await page.getByRole("button", { name: "Finish near the shop" }).click();
await page.locator("#ada-phone .timely").filter({ hasText: "Stride Bar" }).first().waitFor();
await page.locator("#ada-watch [data-push]").filter({ hasText: "Stride Bar" }).waitFor();
await page.getByRole("button", { name: "Show the code" }).click();
assert.match(await page.locator("#ada-phone .code").innerText(), /^[\d ]{12,}$/);
await page.locator("#ada-phone img").evaluate((image) => image.decode());

// The till takes the code, so the next activity may bring something else: what fits the gym.
const till = page.locator("[data-till=ok]");
await page.getByRole("button", { name: "Scan Ada's phone" }).click();
await till.filter({ hasText: "Hand over: A cold drink" }).waitFor();
await page.getByRole("button", { name: "Start strength training" }).click();
await until("it is under way", async () => page.getByRole("button", { name: "Finish near the shop" }).isEnabled());
await page.getByRole("button", { name: "Finish near the shop" }).click();
await page.locator("#ada-phone .timely").filter({ hasText: "A protein drink" }).first().waitFor();

// Offers with reasons: what is refused is gone at once, and what is accepted counts at the till.
const offers = page.locator("#ada-phone [data-offer]");
const titles = async () => (await offers.locator("b").allInnerTexts()).sort();
await offers.first().waitFor();
for (const why of await offers.locator(".why").allInnerTexts()) assert.ok(why.length > 5, `no reason: ${why}`);
const unwanted = await offers.last().locator("b").innerText();
await offers.last().getByRole("button", { name: /^No/ }).click();
await until("what was refused is gone", async () => !(await titles()).includes(unwanted));
const drink = page.locator("#ada-phone").getByRole("button", { name: "A cold brew for 30" });
const could = await balance("ada-phone");
await drink.click();
await page.locator("#ada-phone .till-code").waitFor();
await page.locator("#ada-phone .waiting img").evaluate((image) => image.decode());
await page.locator("#ada-phone .waiting").evaluate((part) => part.scrollIntoView());
await picture("demo-code");
await page.getByRole("button", { name: "Scan Ada's phone" }).click();
await till.filter({ hasText: "Hand over: A cold brew" }).waitFor();
await until("it is paid", async () => (await balance("ada-phone")) < could);
await page.getByRole("button", { name: "Take it back" }).click();
await till.filter({ hasText: "taken back" }).waitFor();
await until("the points are back", async () => (await balance("ada-phone")) === could);

await page.locator("#ada-phone .screen").evaluate((screen) => screen.scrollTo(0, 0));
await accessible("in the light");
await picture("demo");
await page.getByRole("button", { name: "Dark" }).click();
await accessible("in the dark");
await picture("demo-dark");

// On a small phone nothing is cut off at the side.
await page.setViewportSize({ width: 360, height: 740 });
const widths = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
assert.ok(widths[0] <= widths[1], `wider than the screen: ${widths}`);
await accessible("on a small phone");
await picture("demo-small");

// Looked at again, what happened is still there, and the watch asks anew.
await page.reload();
await page.locator("body[data-ready=true]").waitFor();
assert.equal(await balance("bruno-phone"), had + 10);
await page.locator("#ada-phone [data-challenge=COMPLETED]").waitFor();

assert.deepEqual(faults, []);
await browser.close();
console.log(JSON.stringify({ seconds }));
