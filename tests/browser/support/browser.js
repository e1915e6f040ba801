import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { chromium } from "playwright-core";

const ARGUMENTS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/// Chromium, from THUNDERPUSH_CHROMIUM or its usual place.
export function launch() {
  return chromium.launch({
    executablePath: process.env.THUNDERPUSH_CHROMIUM ?? "/usr/bin/chromium",
    args: ARGUMENTS,
  });
}

/// Writes a picture into the directory THUNDERPUSH_SCREENSHOTS, if it is set.
export async function picture(page, name) {
  const directory = process.env.THUNDERPUSH_SCREENSHOTS;
  if (!directory) return;
  mkdirSync(directory, { recursive: true });
  await page.screenshot({ path: join(directory, `${name}.png`) });
}
