// The options that confine a program: what the kernel enforces, on what it listens, how long it runs, how much it has.
// Each function takes the option's value and returns what is wrong with it, or an empty text.

import { pushByteText } from "../base/text";
import { MOST_FDS, Sandbox } from "../link/info";
import { LinkOptions } from "../link/options";
import { pushListenAddress } from "./listen-address";

const LONGEST_SECONDS: i32 = 100_000_000;
const LISTENERS: i32 = 100;

export function setSandbox(options: LinkOptions, value: string): string {
  if (value == "on") options.sandbox = Sandbox.On;
  else if (value == "off") options.sandbox = Sandbox.Off;
  else if (value == "strict") options.sandbox = Sandbox.Strict;
  else return `--sandbox takes on, off or strict, not '${value}'`;
  return "";
}

export function setMemory(options: LinkOptions, value: string): string {
  if (value != "guard" && value != "checked") return `--memory takes guard or checked, not '${value}'`;
  options.checkedMemory = value == "checked";
  return "";
}

export function addListener(options: LinkOptions, value: string): string {
  if (options.listenerCount == LISTENERS) return `--tcp-listen can be given ${LISTENERS} times`;
  if (!pushListenAddress(value, options.listenerAddresses)) {
    return `--tcp-listen takes ADDRESS:PORT with a numeric address, as 127.0.0.1:8080 or [::1]:8080, not '${value}'`;
  }
  pushByteText(options.listenerTexts, value);
  options.listenerCount++;
  return "";
}

export function setMaxFds(options: LinkOptions, value: string): string {
  let count: i32 = 0;
  for (let i: i32 = 0; i < value.length && count <= MOST_FDS; i++) {
    const digit = value.charCodeAt(i) - 48;
    count = digit < 0 || digit > 9 ? MOST_FDS + 1 : count * 10 + digit;
  }
  if (count < 3 || count > MOST_FDS) return `--max-fds takes a number from 3 to ${MOST_FDS}, not '${value}'`;
  options.maxFds = count;
  return "";
}

/** Seconds, with up to six digits behind a point. */
export function setTimeout(options: LinkOptions, value: string): string {
  let seconds: i32 = 0;
  let micros: i32 = 0;
  let unit: i32 = 0;
  let isNumber = value.length != 0 && value != ".";
  for (let i: i32 = 0; i < value.length && isNumber; i++) {
    const digit = value.charCodeAt(i) - 48;
    if (digit == 46 - 48 && unit == 0) {
      unit = 1_000_000;
      continue;
    }
    isNumber = digit >= 0 && digit <= 9 && seconds < LONGEST_SECONDS && unit != 1;
    if (unit == 0) {
      seconds = seconds * 10 + digit;
    } else {
      unit = (unit / 10) | 0;
      micros = micros + digit * unit;
    }
  }
  if (!isNumber || (seconds == 0 && micros == 0) || seconds > LONGEST_SECONDS) {
    return `--timeout takes seconds, as 10 or 0.5, not '${value}'`;
  }
  options.timeoutSeconds = seconds;
  options.timeoutMicroseconds = micros;
  return "";
}

/** What is wrong with the options together, or an empty text. */
export function checkLimits(options: LinkOptions): string {
  const needed = 3 + options.grantCount + options.listenerCount;
  if (needed <= options.maxFds) return "";
  return `--max-fds ${options.maxFds} is too few: streams, granted directories and listening sockets are ${needed}`;
}
