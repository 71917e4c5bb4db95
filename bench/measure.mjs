// What the comparisons share: where other engines are, and what is made of many times.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..");
export const shared = join(root, "..", "shared");

/** The path of a program in ../shared/peers or on PATH; empty if it is in neither. */
export function find(name) {
  const peer = join(shared, "peers", name);
  if (existsSync(peer)) return peer;
  const found = spawnSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" });
  return found.status == 0 ? found.stdout.trim() : "";
}

/** Of what succeeded (is not NaN); NaN if nothing did. */
export function median(list) {
  const sorted = list.filter((x) => !Number.isNaN(x)).sort((a, b) => a - b);
  return sorted.length ? sorted[sorted.length >> 1] : Number.NaN;
}

export function geometricMean(list) {
  const good = list.filter((x) => !Number.isNaN(x));
  return Math.exp(good.reduce((sum, x) => sum + Math.log(x), 0) / good.length);
}
