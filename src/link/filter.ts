// The program that decides which system calls an executable may make (seccomp(2); classic BPF over struct seccomp_data:
// number, architecture, instruction, six arguments of 64 bits): those that its reached functions make, with the
// arguments that system-calls.ts requires, of this architecture. Anything else kills the process. Written into the file,
// so that start-up only hands it to the kernel.
//
//   architecture and x32 checks
//   one comparison for each call: allow, or go to the block that looks at its arguments; behind the last: kill
//   blocks
//   kill
//   allow

import { I32Column } from "../base/columns";
import { GUEST_BASE } from "./layout";
import { Rule, systemCall } from "./system-calls";

/** Fields of an instruction: 16 bits of code, two jump distances, 32 bits of constant. */
const enum Bpf {
  Load = 0x20,
  JumpEqual = 0x15,
  JumpGreaterEqual = 0x35,
  JumpSet = 0x45,
  Return = 0x06,
}

const NUMBER: i32 = 0;
const ARCHITECTURE: i32 = 4;
const ARGUMENTS: i32 = 16;
const X86_64: i32 = -0x3fff_ffc2; // 0xc000003e
const X32_BIT: i32 = 0x4000_0000;
const KILL_PROCESS: i32 = -2147483648;
const ALLOW: i32 = 0x7fff_0000;

/** Instructions before the comparisons. */
const HEAD: i32 = 4;

const PROT_READ_WRITE: i32 = 3;
/** MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, as the runtime maps (runtime/start.ts) */
const MAP_FLAGS: i32 = 0x0010_4022;
const FIONREAD: i32 = 0x541b;
const F_GETFL: i32 = 3;
const F_SETFL: i32 = 4;
const F_DUPFD_CLOEXEC: i32 = 1030;

/** Where a jump goes: the next instruction, or one of two places that are known in the end. */
const enum To {
  Next = 0,
  Allow = -1,
  Kill = -2,
}

export class Filter {
  /** The instructions, two words each. */
  words: I32Column = new I32Column();
  /** Byte offset of the constant that is to be the process's number; 0 if there is none. */
  pidOffset: i32 = 0;
  /** A call that system-calls.ts does not know (-1 if not even its number is known): our bug. */
  unknown: i32 = 0;

  // By instruction: where its jumps go (To, or an instruction), resolved at the end.
  private ifTrue: I32Column = new I32Column();
  private ifFalse: I32Column = new I32Column();

  /** Writes the filter for a program that makes the calls `numbers`, with or without granted directories; false if one
   *  of them is unknown. */
  build(numbers: I32Column, hasDirectories: boolean): boolean {
    const calls = new I32Column();
    for (let i: i32 = 0; i < numbers.length; i++) {
      const call = systemCall(numbers.get(i));
      if (call == null) {
        this.unknown = numbers.get(i);
        return false;
      }
      if (!call.needsDirectory || hasDirectories) insertSorted(calls, numbers.get(i));
    }
    this.emitAll(calls, hasDirectories);
    return true;
  }

  private emitAll(calls: I32Column, hasDirectories: boolean): void {
    this.emit(Bpf.Load, To.Next, To.Next, ARCHITECTURE);
    this.emit(Bpf.JumpEqual, To.Next, To.Kill, X86_64);
    this.emit(Bpf.Load, To.Next, To.Next, NUMBER);
    this.emit(Bpf.JumpSet, To.Kill, To.Next, X32_BIT);
    for (let i: i32 = 0; i < calls.length; i++) {
      this.emit(Bpf.JumpEqual, To.Allow, i + 1 < calls.length ? To.Next : To.Kill, calls.get(i));
    }
    for (let i: i32 = 0; i < calls.length; i++) {
      const block = this.count;
      this.emitRule(ruleOf(calls.get(i), hasDirectories));
      if (this.count != block) this.ifTrue.set(HEAD + i, block);
    }
    const kill = this.count;
    this.emit(Bpf.Return, To.Next, To.Next, KILL_PROCESS);
    const allow = this.count;
    this.emit(Bpf.Return, To.Next, To.Next, ALLOW);
    for (let i: i32 = 0; i < this.count; i++) {
      const distances =
        (this.distance(i, this.ifTrue.get(i), allow, kill) << 16) |
        (this.distance(i, this.ifFalse.get(i), allow, kill) << 24);
      this.words.set(2 * i, this.words.get(2 * i) | distances);
    }
  }

  get count(): i32 {
    return this.words.length >> 1;
  }

  private emit(code: i32, ifTrue: i32, ifFalse: i32, constant: i32): void {
    this.words.push(code);
    this.words.push(constant);
    this.ifTrue.push(ifTrue);
    this.ifFalse.push(ifFalse);
  }

  private distance(from: i32, to: i32, allow: i32, kill: i32): i32 {
    if (to == To.Next) return 0;
    const target = to == To.Allow ? allow : to == To.Kill ? kill : to;
    // Jumps lead forward alone.
    assert(target > from && target - from <= 256, "Filter: distance of a jump");
    return target - from - 1;
  }

  private loadLow(argument: i32): void {
    this.emit(Bpf.Load, To.Next, To.Next, ARGUMENTS + 8 * argument);
  }

  /** Kills unless the low half of an argument is `value`. */
  private require(argument: i32, value: i32): void {
    this.loadLow(argument);
    this.emit(Bpf.JumpEqual, To.Next, To.Kill, value);
  }

  /** Kills unless argument 0 is an address that the program's own parts lie below. */
  private requireAbove(): void {
    this.emit(Bpf.Load, To.Next, To.Next, ARGUMENTS + 4);
    this.emit(Bpf.JumpEqual, To.Next, this.count + 3, 0);
    this.loadLow(0);
    this.emit(Bpf.JumpGreaterEqual, To.Next, To.Kill, GUEST_BASE);
  }

  /** The rest of a block, which decides: allows if an argument is one of up to three values. */
  private allowOneOf(argument: i32, a: i32, b: i32, c: i32): void {
    this.loadLow(argument);
    this.emit(Bpf.JumpEqual, To.Allow, To.Next, a);
    this.emit(Bpf.JumpEqual, To.Allow, To.Next, b);
    this.emit(Bpf.JumpEqual, To.Allow, To.Kill, c);
  }

  /** Writes the block of a rule, which ends by allowing or killing. */
  private emitRule(rule: i32): void {
    switch (rule) {
      case Rule.Map:
        this.requireAbove();
        this.require(2, PROT_READ_WRITE);
        this.allowOneOf(3, MAP_FLAGS, MAP_FLAGS, MAP_FLAGS);
        break;
      case Rule.Protect:
        this.requireAbove();
        this.allowOneOf(2, PROT_READ_WRITE, PROT_READ_WRITE, PROT_READ_WRITE);
        break;
      case Rule.Unmap:
        this.requireAbove();
        this.emit(Bpf.Return, To.Next, To.Next, ALLOW);
        break;
      case Rule.ReadableBytes:
        this.allowOneOf(1, FIONREAD, FIONREAD, FIONREAD);
        break;
      case Rule.DescriptorFlags:
        this.allowOneOf(1, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC);
        break;
      case Rule.Self:
        this.loadLow(0);
        this.pidOffset = 8 * this.count + 4;
        this.emit(Bpf.JumpEqual, To.Allow, To.Kill, 0);
        break;
      case Rule.Report:
        this.allowOneOf(0, 1, 2, 2);
        break;
      case Rule.NoPath:
        this.require(1, 0);
        this.emit(Bpf.Load, To.Next, To.Next, ARGUMENTS + 12);
        this.emit(Bpf.JumpEqual, To.Allow, To.Kill, 0);
        break;
    }
  }
}

function ruleOf(number: i32, hasDirectories: boolean): i32 {
  const call = systemCall(number);
  if (call == null) return Rule.None;
  return call.rule == Rule.NoPath && hasDirectories ? Rule.None : call.rule;
}

/** Inserts a number into an ascending list unless it is there. */
function insertSorted(list: I32Column, number: i32): void {
  let at: i32 = list.length;
  while (at > 0 && list.get(at - 1) >= number) at--;
  if (at < list.length && list.get(at) == number) return;
  list.push(number);
  for (let i = list.length - 1; i > at; i--) list.set(i, list.get(i - 1));
  list.set(at, number);
}

/** The numbers of the calls that a filter allows, whatever their arguments: reads its comparisons. */
export function allowedCalls(words: I32Column): I32Column {
  const numbers = new I32Column();
  for (let i = HEAD; 2 * i < words.length && (words.get(2 * i) & 0xffff) == Bpf.JumpEqual; i++) {
    numbers.push(words.get(2 * i + 1));
  }
  return numbers;
}

/** What a filter allows, in words, for `wx inspect`. `hasDirectories`: the executable has grants (Info.GrantCount). */
export function allowedCallTexts(words: I32Column, hasDirectories: boolean): Array<string> {
  const numbers = allowedCalls(words);
  const texts: Array<string> = [];
  for (let i: i32 = 0; i < numbers.length; i++) texts.push(allowedCallText(numbers.get(i), hasDirectories));
  return texts;
}

/** A call with what the filter asks of its arguments: `mprotect (memory for data, never executable)`. */
export function allowedCallText(number: i32, hasDirectories: boolean): string {
  const call = systemCall(number);
  if (call == null) return `system call ${number}`;
  switch (ruleOf(number, hasDirectories)) {
    case Rule.Map:
    case Rule.Protect:
      return `${call.name} (memory for data, never executable)`;
    case Rule.Unmap:
      return `${call.name} (memory for data)`;
    case Rule.ReadableBytes:
      return `${call.name} (FIONREAD)`;
    case Rule.DescriptorFlags:
      return `${call.name} (F_GETFL, F_SETFL, F_DUPFD_CLOEXEC)`;
    case Rule.Self:
      return `${call.name} (itself)`;
    case Rule.Report:
      return `${call.name} (standard output and error)`;
    case Rule.NoPath:
      return `${call.name} (open files)`;
  }
  return call.name;
}
