// Specification scripts in the form that `wasm-tools json-from-wast` and `wast2json` write: commands and values in
// JSON, modules in files beside it.

import { U8Column } from "../base/columns";
import { IntegerReader, NumberStatus } from "../base/integer-text";
import { JsonReader, JsonValue } from "../base/json";
import { pushByteString } from "../base/text";
import { CommandKind, ScriptAction, ScriptCommand, ScriptModule, ScriptValue, ValueForm } from "../text/script";
import { textWords } from "../text/source";

export class ScriptJsonReader {
  commands: Array<ScriptCommand> = [];
  /** What is wrong; empty if nothing. */
  error: string = "";
  private integers: IntegerReader = new IntegerReader();
  private bytes: U8Column = new U8Column();

  /** Reads a script into `commands`. */
  read(text: U8Column): boolean {
    const reader = new JsonReader(text);
    const script = reader.read();
    this.error = reader.error;
    if (this.error.length != 0) return false;
    const list = script.member("commands");
    if (list == null) {
      this.error = "it has no member 'commands'";
      return false;
    }
    for (let i: i32 = 0; i < list.items.length; i++) this.addCommand(list.items[i]);
    return this.error.length == 0;
  }

  private addCommand(json: JsonValue): void {
    const type = json.memberText("type");
    const line = json.memberText("line");
    const command = new ScriptCommand(commandKind(type), line.length == 0 ? 0 : this.integer(line, 32));
    this.commands.push(command);
    command.name = json.memberText("name");
    command.as = json.memberText("as");
    command.text = command.kind == CommandKind.Unsupported ? type : json.memberText("text");
    if (command.kind == CommandKind.Instance) {
      command.name = json.memberText("instance");
      command.as = json.memberText("module");
    }
    const filename = json.memberText("filename");
    if (filename.length != 0) {
      const module = new ScriptModule();
      module.filename = filename;
      module.isText = json.memberText("module_type") == "text";
      command.module = module;
    }
    const action = json.member("action");
    if (action != null) command.action = this.action(action);
    const expected = json.member("expected");
    if (expected != null) this.addValues(expected, command.expected);
  }

  private action(json: JsonValue): ScriptAction {
    const action = new ScriptAction();
    action.isGet = json.memberText("type") == "get";
    action.module = json.memberText("module");
    action.field = json.memberText("field");
    const args = json.member("args");
    if (args != null) this.addValues(args, action.args);
    return action;
  }

  private addValues(list: JsonValue, values: Array<ScriptValue>): void {
    for (let i: i32 = 0; i < list.items.length; i++) values.push(this.value(list.items[i]));
  }

  private value(json: JsonValue): ScriptValue {
    const type = json.memberText("type");
    if (type == "either") {
      const either = new ScriptValue(ValueForm.Either, 0);
      const choices = json.member("values");
      if (choices != null) {
        for (let i: i32 = 0; i < choices.items.length; i++) either.choices.push(this.simpleValue(choices.items[i]));
      }
      return either;
    }
    return this.simpleValue(json);
  }

  private simpleValue(json: JsonValue): ScriptValue {
    const type = json.memberText("type");
    if (type == "refnull") return new ScriptValue(ValueForm.Null, 0);
    const words = textWords();
    const code = words.valueType(words.number(type));
    const content = json.member("value");
    const laneType = json.memberText("lane_type");
    if (laneType.length != 0) return this.vector(code, laneType, content);
    if (type == "i32" || type == "i64" || type == "f32" || type == "f64") {
      const value = new ScriptValue(ValueForm.Bits, code);
      this.addLane(value, 0, json.memberText("value"), type.endsWith("64") ? 64 : 32);
      setWords(value, this.bytes);
      return value;
    }
    if (content == null) return new ScriptValue(isNullType(code) ? ValueForm.Null : ValueForm.Any, code);
    if (content.text == "null") return new ScriptValue(ValueForm.Null, code);
    const value = new ScriptValue(ValueForm.Host, code);
    value.words.push(this.integer(content.text, 32));
    return value;
  }

  private vector(code: i32, laneType: string, lanes: JsonValue | null): ScriptValue {
    const value = new ScriptValue(ValueForm.Bits, code);
    value.laneBits = this.integer(laneType.substring(1), 32);
    if (lanes == null) return value;
    for (let i: i32 = 0; i < lanes.items.length; i++) this.addLane(value, i, lanes.items[i].text, value.laneBits);
    setWords(value, this.bytes);
    return value;
  }

  /** Appends the bits of one number to `bytes`, or notes that it may be any NaN of a kind. */
  private addLane(value: ScriptValue, lane: i32, text: string, bits: i32): void {
    if (lane == 0) this.bytes.clear();
    let lo: i32 = 0;
    let hi: i32 = 0;
    if (text == "nan:canonical") value.canonicalNans = value.canonicalNans | (1 << lane);
    else if (text == "nan:arithmetic") value.arithmeticNans = value.arithmeticNans | (1 << lane);
    else {
      lo = this.integer(text, bits);
      hi = this.integers.hi;
    }
    for (let i: i32 = 0; i < bits; i += 8) {
      const word = i < 32 ? lo : hi;
      this.bytes.push((word >> (i & 31)) & 255);
    }
  }

  /** The low word of a number; the high one is in the reader. */
  private integer(text: string, bits: i32): i32 {
    const digits = new U8Column();
    pushByteString(digits, text);
    if (this.integers.read(digits, 0, digits.length, bits) != NumberStatus.Ok && this.error.length == 0) {
      this.error = `'${text}' is no number`;
    }
    return this.integers.lo;
  }
}

function setWords(value: ScriptValue, bytes: U8Column): void {
  for (let i: i32 = 0; i + 4 <= bytes.length; i += 4) value.words.push(bytes.getI32(i));
}

/** Whether a reference type has only the null reference: their codes are those of none, noextern, nofunc, noexn. */
function isNullType(code: i32): boolean {
  return code >= 0x71 && code <= 0x74;
}

function commandKind(type: string): i32 {
  if (type == "module") return CommandKind.Module;
  if (type == "module_definition") return CommandKind.Definition;
  if (type == "module_instance") return CommandKind.Instance;
  if (type == "register") return CommandKind.Register;
  if (type == "action") return CommandKind.Action;
  if (type == "assert_return") return CommandKind.AssertReturn;
  if (type == "assert_trap") return CommandKind.AssertTrap;
  if (type == "assert_exhaustion") return CommandKind.AssertExhaustion;
  if (type == "assert_exception") return CommandKind.AssertException;
  if (type == "assert_suspension") return CommandKind.AssertSuspension;
  if (type == "assert_malformed") return CommandKind.AssertMalformed;
  if (type == "assert_invalid") return CommandKind.AssertInvalid;
  if (type == "assert_unlinkable") return CommandKind.AssertUnlinkable;
  if (type == "assert_uninstantiable") return CommandKind.AssertUninstantiable;
  if (type == "assert_malformed_custom") return CommandKind.AssertMalformedCustom;
  if (type == "assert_invalid_custom") return CommandKind.AssertInvalidCustom;
  return CommandKind.Unsupported;
}
