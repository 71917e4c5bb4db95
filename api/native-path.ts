// Where the native wx is: in the package for this platform, an optional dependency of the main one.

import { accessSync, constants } from "node:fs";
import { createRequire } from "node:module";

/** Path of the native wx, or null where there is none for this platform. */
export function nativePath(): string | null {
  if (process.platform != "linux" || process.arch != "x64") return null;
  try {
    const path = createRequire(import.meta.url).resolve("wx-wasm-linux-x64/wx");
    accessSync(path, constants.X_OK);
    return path;
  } catch {
    return null;
  }
}
