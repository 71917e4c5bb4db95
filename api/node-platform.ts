// What a machine provides to programs that run in this engine (run.ts): directories, streams and variables of Node.

import { NodeDirectory } from "../host/js/wasi/node-files";
import { NodeStream } from "../host/js/wasi/node-streams";
import type { Platform } from "./run.js";

export const nodePlatform: Platform = {
  openDirectory: (path) => new NodeDirectory(path),
  stream: (fd) => new NodeStream(fd),
  environment: () => process.env,
};
