// What the embedded runtime knows of the world when it is interpreted: the information block that an executable would have
// (link/info.ts) and the process's arguments and environment, laid out as the kernel does. Only natively.

import { I32Column, U8Column } from "../base/columns";
import { endOfText, pushByteText } from "../base/text";
import { GrantRow, Info, INFO_MAGIC, InfoFlag, ListenerRow } from "../link/info";
import { LinkOptions } from "../link/options";
import { addressHi, addressLo, putAddress } from "host/addresses";

export class World {
  private info: U8Column = new U8Column();
  /** Number of arguments, their addresses, 0, addresses of variables, 0. */
  private stack: U8Column = new U8Column();
  /** Texts and rows that the others refer to. */
  private pool: U8Column = new U8Column();
  // Places in a column (0: info, 1: stack, 2: pool) for addresses of places in the pool.
  private fixColumn: I32Column = new I32Column();
  private fixAt: I32Column = new I32Column();
  private fixTarget: I32Column = new I32Column();

  /** `environment` are the process's variables, NUL-ended. */
  constructor(options: LinkOptions, moduleName: string, args: Array<string>, environment: U8Column) {
    this.buildInfo(options, moduleName);
    this.buildStack(args, environment);
    for (let i: i32 = 0; i < this.fixAt.length; i++) {
      const which = this.fixColumn.get(i);
      const column = which == 0 ? this.info : which == 1 ? this.stack : this.pool;
      putAddress(column, this.fixAt.get(i), this.pool, this.fixTarget.get(i));
    }
  }

  /** Address of the information block. */
  get infoLo(): i32 {
    return addressLo(this.info);
  }

  get infoHi(): i32 {
    return addressHi(this.info);
  }

  /** Address of what the kernel would leave on the stack. */
  get stackLo(): i32 {
    return addressLo(this.stack);
  }

  get stackHi(): i32 {
    return addressHi(this.stack);
  }

  private refer(column: i32, at: i32, target: i32): void {
    this.fixColumn.push(column);
    this.fixAt.push(at);
    this.fixTarget.push(target);
  }

  private buildInfo(options: LinkOptions, moduleName: string): void {
    const info = this.info;
    const pool = this.pool;
    info.resize(Info.Bytes);
    info.setI32(Info.Magic, INFO_MAGIC);
    let flags: i32 = options.guestTrusted ? InfoFlag.Trusted : 0;
    if (options.inheritEnvironment) flags = flags | InfoFlag.InheritEnvironment;
    info.setI32(Info.Flags, flags);
    info.setI32(Info.StackSize, options.stackSize);
    info.setI32(Info.InitTrap, -1);
    info.setI32(Info.EnvironmentCount, options.environmentCount);
    this.refer(0, Info.Environment, pool.length);
    pool.append(options.environment, 0, options.environment.length);
    this.refer(0, Info.ModuleName, pool.length);
    pushByteText(pool, moduleName);
    if (options.argv0.length != 0) {
      this.refer(0, Info.Argv0, pool.length);
      pushByteText(pool, options.argv0);
    }
    info.setI32(Info.MaxFds, options.maxFds);
    this.buildGrants(options);
    this.buildListeners(options);
  }

  private buildGrants(options: LinkOptions): void {
    const pool = this.pool;
    const paths = options.grantPaths;
    const count = options.grantReadOnly.length;
    const rows = (pool.length + 7) & -8;
    this.info.setI32(Info.GrantCount, count);
    this.refer(0, Info.GrantTable, rows);
    pool.resize(rows + count * GrantRow.Bytes);
    const start = pool.length;
    pool.append(paths, 0, paths.length);
    let at: i32 = 0;
    for (let i: i32 = 0; i < count; i++) {
      const row = rows + i * GrantRow.Bytes;
      this.refer(2, row + GrantRow.Host, start + at);
      at = endOfText(paths, at);
      this.refer(2, row + GrantRow.Guest, start + at);
      at = endOfText(paths, at);
      pool.setI32(row + GrantRow.Flags, options.grantReadOnly.get(i));
    }
  }

  private buildListeners(options: LinkOptions): void {
    const pool = this.pool;
    const count = options.listenerCount;
    const rows = (pool.length + 7) & -8;
    this.info.setI32(Info.ListenerCount, count);
    this.refer(0, Info.ListenerTable, rows);
    pool.resize(rows + count * ListenerRow.Bytes);
    const texts = pool.length;
    pool.append(options.listenerTexts, 0, options.listenerTexts.length);
    const addresses = options.listenerAddresses;
    let text: i32 = 0;
    let address: i32 = 0;
    for (let i: i32 = 0; i < count; i++) {
      const row = rows + i * ListenerRow.Bytes;
      const length = addresses.get(address);
      this.refer(2, row + ListenerRow.Text, texts + text);
      text = endOfText(options.listenerTexts, text);
      pool.setI32(row + ListenerRow.Length, length);
      for (let k: i32 = 0; k < length; k++) pool.set(row + ListenerRow.Address + k, addresses.get(address + 1 + k));
      address = address + 1 + length;
    }
  }

  private buildStack(args: Array<string>, environment: U8Column): void {
    this.pushWord(args.length);
    for (let i: i32 = 0; i < args.length; i++) {
      this.refer(1, this.stack.length, this.pool.length);
      this.pushWord(0);
      pushByteText(this.pool, args[i]);
    }
    this.pushWord(0);
    const start = this.pool.length;
    this.pool.append(environment, 0, environment.length);
    let at: i32 = 0;
    while (at < environment.length) {
      this.refer(1, this.stack.length, start + at);
      this.pushWord(0);
      at = endOfText(environment, at);
    }
    this.pushWord(0);
  }

  private pushWord(value: i32): void {
    this.stack.pushI32(value);
    this.stack.pushI32(0);
  }
}
