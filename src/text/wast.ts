// Scripts in the text format (.wast: the test suite's README, and the appendix of the specification's interpreter):
// modules and commands about them, as data. A module given as text becomes bytes at once, and what is wrong with it
// is kept; a quoted one stays text.

import { U8Column } from "../base/columns";
import { Diagnostic } from "../base/diagnostics";
import { byteString } from "../base/text";
import { Keyword } from "./keywords";
import { TextModule } from "./module";
import { CommandKind, ScriptAction, ScriptCommand, ScriptModule } from "./script";
import { takeScriptValue } from "./script-values";
import { TokenKind } from "./tokens";
import { beginText, takeBinary, takeNamedFields } from "./wat";

/** Stands between the strings of a quoted module. */
const SEPARATOR: i32 = 0x0a;

export class WastReader {
  commands: Array<ScriptCommand> = [];
  private m: TextModule;
  private diag: Diagnostic = new Diagnostic();
  private bytes: U8Column = new U8Column();

  constructor(m: TextModule) {
    this.m = m;
  }

  /** Reads a script into `commands`; false, with the diagnostic set, if it is none. */
  read(text: U8Column, diag: Diagnostic): boolean {
    const m = this.m;
    this.diag = diag;
    if (!beginText(m, text, diag)) return false;
    if (m.kind == TokenKind.Open && !this.isCommand(m.openKeyword)) this.takeInlineModule();
    while (!m.failed && m.kind != TokenKind.End) this.takeCommand();
    return !m.failed;
  }

  private isCommand(keyword: i32): boolean {
    return keyword == Keyword.Module || (keyword >= Keyword.Register && keyword <= Keyword.Wait);
  }

  /** A script that is the fields of one module. */
  private takeInlineModule(): void {
    const command = this.add(CommandKind.Module);
    const module = new ScriptModule();
    command.module = module;
    takeNamedFields(this.m, -1, module.content);
  }

  private add(kind: i32): ScriptCommand {
    const m = this.m;
    m.known.advance(m.text, m.textAt);
    const command = new ScriptCommand(kind, m.known.line);
    this.commands.push(command);
    return command;
  }

  private takeCommand(): void {
    const m = this.m;
    const keyword = m.openKeyword;
    if (!this.isCommand(keyword)) {
      if (m.kind == TokenKind.Open) m.unexpectedAt(m.at + 1, "a command of a script");
      else m.unexpected("a command of a script");
      return;
    }
    const open = m.at;
    const command = this.add(commandKind(keyword));
    switch (keyword) {
      case Keyword.Module:
        this.takeModuleCommand(command);
        return;
      case Keyword.Invoke:
      case Keyword.Get:
        command.action = this.takeAction();
        return;
      case Keyword.Thread:
      case Keyword.Wait:
        command.text = keyword == Keyword.Thread ? "thread" : "wait";
        m.at = m.behind(open);
        return;
    }
    m.at = open + 2;
    if (keyword == Keyword.Register) {
      command.as = this.takeText("the name for imports");
      command.name = this.takeModuleName();
    } else {
      this.takeAssertion(command);
    }
    m.takeClose("the end of the command");
  }

  /** What an assertion is about, and what is expected. */
  private takeAssertion(command: ScriptCommand): void {
    const m = this.m;
    if (m.isOpen(Keyword.Invoke) || m.isOpen(Keyword.Get)) {
      command.action = this.takeAction();
    } else if (m.isOpen(Keyword.Module)) {
      command.module = this.takeModule(new ScriptCommand(0, 0));
      if (command.kind == CommandKind.AssertTrap) command.kind = CommandKind.AssertUninstantiable;
    } else {
      m.unexpected("an action or a module");
      return;
    }
    if (command.kind == CommandKind.AssertReturn) {
      while (!m.isClose() && !m.failed) {
        const value = takeScriptValue(m);
        if (value != null) command.expected.push(value);
      }
    } else if (m.kind == TokenKind.String) {
      command.text = this.takeText("the message");
    }
  }

  private takeAction(): ScriptAction {
    const m = this.m;
    const action = new ScriptAction();
    action.isGet = m.isOpen(Keyword.Get);
    m.at += 2;
    action.module = this.takeModuleName();
    action.field = this.takeText("the name of an export");
    while (!m.isClose() && !m.failed) {
      const value = takeScriptValue(m);
      if (value != null) action.args.push(value);
    }
    m.takeClose("a value");
    return action;
  }

  /** The identifier of a module if it is next, without `$`. */
  private takeModuleName(): string {
    const word = this.m.takeOptionalId();
    if (word < 0) return "";
    this.bytes.clear();
    this.m.words.interner.appendTo(this.bytes, word);
    return byteString(this.bytes, 0, this.bytes.length);
  }

  private takeText(expected: string): string {
    this.bytes.clear();
    this.m.takeName(this.bytes, expected);
    return byteString(this.bytes, 0, this.bytes.length);
  }

  /** `(module …)`, `(module definition …)` or `(module instance …)`. */
  private takeModuleCommand(command: ScriptCommand): void {
    const m = this.m;
    if (m.tokens.isKeyword(m.at + 2, Keyword.Instance)) {
      m.at += 3;
      command.kind = CommandKind.Instance;
      command.name = this.takeModuleName();
      // The definition that it is made from.
      command.as = this.takeModuleName();
      m.takeClose("the end of the instance");
      return;
    }
    if (m.tokens.isKeyword(m.at + 2, Keyword.Definition)) command.kind = CommandKind.Definition;
    command.module = this.takeModule(command);
  }

  /** A module, whose name goes to `command`. */
  private takeModule(command: ScriptCommand): ScriptModule {
    const m = this.m;
    const module = new ScriptModule();
    const open = m.at;
    m.at = open + 2;
    m.takeKeyword(Keyword.Definition);
    const word = m.kind == TokenKind.Id ? m.tokens.payload(m.at) : -1;
    command.name = this.takeModuleName();
    if (m.takeKeyword(Keyword.Binary)) {
      takeBinary(m, module.content);
    } else if (m.takeKeyword(Keyword.Quote)) {
      module.isText = true;
      while (m.kind == TokenKind.String) {
        m.takeString(module.content, "a string");
        module.content.push(SEPARATOR);
      }
      m.takeClose("a string");
    } else {
      this.takeTextModule(module, word, open);
    }
    return module;
  }

  /** The fields of a module; what is wrong with them does not end the script. */
  private takeTextModule(module: ScriptModule, word: i32, open: i32): void {
    const m = this.m;
    const wrong = new Diagnostic();
    m.diag = wrong;
    takeNamedFields(m, word, module.content);
    m.takeClose("a field of a module");
    m.diag = this.diag;
    if (!wrong.failed) return;
    module.malformed = `${wrong.line}:${wrong.column}: ${wrong.message}`;
    m.failed = false;
    m.at = m.behind(open);
  }
}

function commandKind(keyword: i32): i32 {
  switch (keyword) {
    case Keyword.Module:
      return CommandKind.Module;
    case Keyword.Register:
      return CommandKind.Register;
    case Keyword.Invoke:
    case Keyword.Get:
      return CommandKind.Action;
    case Keyword.AssertReturn:
      return CommandKind.AssertReturn;
    case Keyword.AssertTrap:
      return CommandKind.AssertTrap;
    case Keyword.AssertExhaustion:
      return CommandKind.AssertExhaustion;
    case Keyword.AssertException:
      return CommandKind.AssertException;
    case Keyword.AssertSuspension:
      return CommandKind.AssertSuspension;
    case Keyword.AssertMalformed:
      return CommandKind.AssertMalformed;
    case Keyword.AssertInvalid:
      return CommandKind.AssertInvalid;
    case Keyword.AssertUnlinkable:
      return CommandKind.AssertUnlinkable;
    case Keyword.AssertMalformedCustom:
      return CommandKind.AssertMalformedCustom;
    case Keyword.AssertInvalidCustom:
      return CommandKind.AssertInvalidCustom;
  }
  return CommandKind.Unsupported;
}
