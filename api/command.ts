#!/usr/bin/env node
// The command `wx` of the npm package: the native wx where it is installed for this platform, otherwise the compiler in
// JavaScript.

import { replaceProcess } from "../host/replace";
import { nativePath } from "./native-path.js";

const path = nativePath();
if (path == null) {
  const program = "./wx.js";
  await import(program);
} else {
  replaceProcess(path, "wx", process.argv.slice(2), () => {});
}
