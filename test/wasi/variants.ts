// The test builds of wx that build-variant.ts makes, on first use and then kept below build/.

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../programs/wx";
import type { Compile } from "./run";

export type Variant = "walk" | "naive";

/** What the build depends on. */
function fingerprint(variant: Variant): string {
  const hash = createHash("sha256")
    .update(variant)
    .update(readFileSync(join(import.meta.dirname, "build-variant.ts")))
    .update(readFileSync(join(repository, "test/programs/in-process.ts")));
  for (const folder of ["runtime", "runtime/host", "src", "host", "host/js", "host/native/host", "tools"]) {
    const files = readdirSync(join(repository, folder), { recursive: folder == "src", encoding: "utf8" }).sort();
    for (const file of files) {
      if (/\.(ts|mjs)$/.test(file)) hash.update(file).update(readFileSync(join(repository, folder, file)));
    }
  }
  return hash.digest("hex").slice(0, 16);
}

/** The compiler with a changed runtime. */
export async function loadVariant(variant: Variant): Promise<Compile> {
  const file = join(repository, `build/variants/${variant}-${fingerprint(variant)}.js`);
  if (!existsSync(file)) {
    const command = [process.execPath, join(import.meta.dirname, "build-variant.ts"), variant, file];
    const { exitCode, stderr } = Bun.spawnSync(command, { cwd: repository });
    if (exitCode != 0) throw new Error(`${variant}: ${stderr}`);
  }
  return ((await import(file)) as { compileInProcess: Compile }).compileInProcess;
}
