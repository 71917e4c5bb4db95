// The Itanium C++ ABI's mangling (itanium-cxx-abi, section 5.1), printed as c++filt prints it.
//
// A recursive-descent parser whose results are ranges of text in a pool: a type is two of them, left and right of
// where a declared name or a pointer's star would stand ("int (" and ")(char)"). Every result that the grammar
// numbers for substitution stays in the pool, so a reference to it is a copy of its text. Nesting and the size of
// the pool are bounded: a symbol beyond is not explained. Rare things (most expressions) are not either.

import { Char } from "./chars";
import { I32Column, U8Column } from "./columns";
import {
  cppAbbreviation,
  cppAbbreviationBase,
  cppBuiltin,
  cppBuiltinD,
  cppOperator,
  cppOperatorText,
  isCppUnary,
} from "./demangle-words";
import { CppText, isDigit, Kind, NONE } from "./demangle-text";
import { pushUtf8 } from "./text";

/** Bytes of the pool for a byte of the symbol. */
const EXPANSION: i32 = 256;

export class CppDemangler extends CppText {
  /** Nodes that S_, S0_, … stand for (or -2 - n: template parameter n), and T_, T0_, … */
  private substitutions: I32Column = new I32Column();
  private templateArgs: I32Column = new I32Column();

  // Of the encoding's name that was read last.
  private endsWithArgs: boolean = false;
  /** Constructors, destructors and conversions have no return type. */
  private noReturn: boolean = false;
  /** Qualifiers behind the parameters: bits 0 const, 1 volatile, 2 restrict, 3 &, 4 &&. */
  private qualifiers: i32 = 0;

  /** Element of packs that is meant while one is expanded; -1: all. packSize: elements seen, -1 none. */
  private packIndex: i32 = NONE;
  private packSize: i32 = NONE;
  /** Inside the parameters of a lambda, template parameters are `auto`. */
  private lambdas: i32 = 0;

  /** Appends the name whose part behind "_Z" is `bytes` from `start` to `end`; false if it is not explained. */
  demangle(bytes: U8Column, start: i32, end: i32, out: U8Column): boolean {
    this.reset(bytes, start, end, (end - start) * EXPANSION + 1024);
    this.substitutions.clear();
    this.templateArgs.clear();
    this.packIndex = NONE;
    this.packSize = NONE;
    this.lambdas = 0;
    const node = this.takeEncoding(true);
    if (this.failed || node < 0) return false;
    const length = out.length;
    out.append(this.pool, this.left.get(node), this.leftEnd.get(node));
    out.append(this.pool, this.right.get(node), this.rightEnd.get(node));
    if (this.putClones(out)) return true;
    out.length = length;
    return false;
  }

  /** Appends what compilers add to copies of functions: ".isra.0" as " [clone .isra.0]"; false for anything else. */
  private putClones(out: U8Column): boolean {
    while (this.at < this.end) {
      if (this.peek() != Char.Dot || !isWord(this.peekAt(1))) return false;
      pushUtf8(out, " [clone ");
      do {
        out.push(this.take());
      } while (isWord(this.peek()));
      while (this.peek() == Char.Dot && isDigit(this.peekAt(1))) {
        do {
          out.push(this.take());
        } while (isDigit(this.peek()));
      }
      out.push(Char.RightBracket);
    }
    return true;
  }

  private substitute(node: i32): i32 {
    if (!this.failed) this.substitutions.push(node);
    return node;
  }

  // Encodings.

  /** A function with its parameters, an object, or something special; the outermost shows its return type. */
  private takeEncoding(outer: boolean): i32 {
    if (!this.enter()) return this.leave(NONE);
    if (this.peek() == Char.T || (this.peek() == Char.G && this.peekAt(1) != Char.D0))
      return this.leave(this.takeSpecial());
    // An encoding inside another has template arguments and lambdas of its own.
    const outerLambdas = this.lambdas;
    const outerArgs = new I32Column();
    outerArgs.append(this.templateArgs, 0, this.templateArgs.length);
    this.lambdas = 0;
    const name = this.takeName(true);
    const c = this.peek();
    let result = name;
    if (!this.failed && c >= 0 && c != Char.E && c != Char.Dot) result = this.takeSignature(name, outer);
    this.lambdas = outerLambdas;
    this.templateArgs.clear();
    this.templateArgs.append(outerArgs, 0, outerArgs.length);
    return this.leave(result);
  }

  private takeSignature(name: i32, outer: boolean): i32 {
    const qualifiers = this.qualifiers;
    const hasReturn = this.endsWithArgs && !this.noReturn;
    const returned = hasReturn ? this.takeType() : NONE;
    if (this.failed) return NONE;
    const list = new I32Column();
    this.takeParameters(list);
    const start = this.pool.length;
    const shown = outer ? returned : NONE;
    if (shown >= 0) {
      this.copyLeft(shown);
      if (this.right.get(shown) == this.rightEnd.get(shown)) this.text(" ");
    }
    this.copyNode(name);
    this.text("(");
    this.copyList(list, 0);
    this.text(")");
    this.copyRight(shown);
    this.putQualifiers(qualifiers);
    return this.plain(start);
  }

  /** Parameter types up to the end; a single void is none. */
  private takeParameters(list: I32Column): void {
    if (this.peek() == Char.v) {
      const after = this.peekAt(1);
      if (after < 0 || after == Char.E || after == Char.Dot) {
        this.at++;
        return;
      }
    }
    while (!this.failed && this.peek() >= 0 && this.peek() != Char.E && this.peek() != Char.Dot) {
      list.push(this.takeType());
    }
  }

  private putQualifiers(qualifiers: i32): void {
    if ((qualifiers & 1) != 0) this.text(" const");
    if ((qualifiers & 2) != 0) this.text(" volatile");
    if ((qualifiers & 4) != 0) this.text(" __restrict");
    if ((qualifiers & 8) != 0) this.text(" &");
    if ((qualifiers & 16) != 0) this.text(" &&");
  }

  /** Qualifiers in front of a nested name or a type: bits 0 const, 1 volatile, 2 restrict. */
  private takeQualifiers(): i32 {
    let qualifiers: i32 = 0;
    if (this.eat(Char.r)) qualifiers |= 4;
    if (this.eat(Char.V)) qualifiers |= 2;
    if (this.eat(Char.K)) qualifiers |= 1;
    return qualifiers;
  }

  /** Tables, guards and thunks. */
  private takeSpecial(): i32 {
    const first = this.take();
    const second = this.take();
    if (first == Char.G) {
      if (second == Char.V) return this.describe("guard variable for ", this.takeName(false));
      if (second == Char.T && this.eat(Char.t))
        return this.describe("transaction clone for ", this.takeEncoding(false));
      if (second != Char.R) return this.fail();
      const name = this.takeName(false);
      const number = this.peek() < 0 ? 0 : this.takeIndex(36);
      return this.describe(`reference temporary #${number} for `, name);
    }
    switch (second) {
      case Char.V:
        return this.describe("vtable for ", this.takeType());
      case Char.T:
        return this.describe("VTT for ", this.takeType());
      case Char.I:
        return this.describe("typeinfo for ", this.takeType());
      case Char.S:
        return this.describe("typeinfo name for ", this.takeType());
      case Char.W:
        return this.describe("TLS wrapper function for ", this.takeName(false));
      case Char.H:
        return this.describe("TLS init function for ", this.takeName(false));
      case Char.h:
      case Char.v:
        this.at--;
        this.takeCallOffset();
        return this.describe(
          second == Char.h ? "non-virtual thunk to " : "virtual thunk to ",
          this.takeEncoding(false),
        );
      case Char.c:
        this.takeCallOffset();
        this.takeCallOffset();
        return this.describe("covariant return thunk to ", this.takeEncoding(false));
      case Char.C: {
        const derived = this.takeType();
        this.takeNumber();
        this.expect(Char.Underscore);
        const part = this.takeType();
        const start = this.pool.length;
        this.text("construction vtable for ");
        this.copyNode(part);
        this.text("-in-");
        this.copyNode(derived);
        return this.plain(start);
      }
    }
    return this.fail();
  }

  private describe(what: string, node: i32): i32 {
    if (this.failed) return NONE;
    const start = this.pool.length;
    this.text(what);
    this.copyNode(node);
    return this.plain(start);
  }

  /** h <number> _ or v <number> _ <number> _ */
  private takeCallOffset(): void {
    const kind = this.take();
    if (kind != Char.h && kind != Char.v) this.failed = true;
    this.eat(Char.n);
    this.takeNumber();
    this.expect(Char.Underscore);
    if (kind != Char.v) return;
    this.eat(Char.n);
    this.takeNumber();
    this.expect(Char.Underscore);
  }

  // Names.

  /** A name; `own` says that it is an encoding's: its template arguments are what T_ means from here on. */
  private takeName(own: boolean): i32 {
    if (!this.enter()) return this.leave(NONE);
    const c = this.peek();
    if (c == Char.N) return this.leave(this.takeNestedName(own));
    if (c == Char.Z) return this.leave(this.takeLocalName(own));
    let name = NONE;
    if (c == Char.S && this.peekAt(1) != Char.t) {
      name = this.takeSubstitution();
      if (this.peek() != Char.I) return this.leave(this.fail());
    } else {
      const isStd = this.eatTwo(Char.S, Char.t);
      name = this.takeUnqualified(NONE);
      if (isStd) name = this.qualify(this.word("std"), name);
      if (this.peek() == Char.I) this.substitute(name);
    }
    const hasArgs = this.peek() == Char.I && !this.failed;
    if (hasArgs) name = this.takeTemplateArgs(name, own);
    if (own) {
      this.endsWithArgs = hasArgs;
      this.noReturn = false;
      this.qualifiers = 0;
    }
    return this.leave(name);
  }

  /** scope::name */
  private qualify(scope: i32, name: i32): i32 {
    if (this.failed) return NONE;
    const start = this.pool.length;
    this.copyNode(scope);
    this.text("::");
    this.copyNode(name);
    const n = this.plain(start);
    this.setBase(n, name);
    return n;
  }

  private takeNestedName(own: boolean): i32 {
    this.expect(Char.N);
    let qualifiers = this.takeQualifiers();
    if (this.eat(Char.R)) qualifiers |= 8;
    else if (this.eat(Char.O)) qualifiers |= 16;
    let scope = NONE;
    let endsWithArgs = false;
    let noReturn = false;
    let added = false;
    while (!this.failed && !this.eat(Char.E)) {
      const c = this.peek();
      const isArgs = c == Char.I;
      added = true;
      noReturn = noReturn && isArgs;
      if (c == Char.S && scope < 0) {
        if (this.eatTwo(Char.S, Char.t)) scope = this.word("std");
        else scope = this.takeSubstitution();
        added = false;
      } else if (isArgs && scope >= 0) {
        scope = this.takeTemplateArgs(scope, own);
      } else if (c == Char.T && scope < 0) {
        scope = this.takeTemplateParamType();
        added = false;
      } else if (c == Char.D && (this.peekAt(1) == Char.t || this.peekAt(1) == Char.T)) {
        this.fail();
      } else {
        const isSpecial = c == Char.C || (c == Char.D && isDigit(this.peekAt(1)));
        const isConversion = c == Char.c && this.peekAt(1) == Char.v;
        const name = this.takeUnqualified(scope);
        scope = scope < 0 ? name : this.qualify(scope, name);
        noReturn = isSpecial || isConversion;
      }
      endsWithArgs = isArgs;
      if (added && this.peek() != Char.E) this.substitute(scope);
      // Data members that lambdas initialise.
      this.eat(Char.M);
    }
    if (scope < 0) return this.fail();
    if (own) {
      this.qualifiers = qualifiers;
      this.endsWithArgs = endsWithArgs;
      this.noReturn = noReturn;
    }
    return scope;
  }

  /** Something inside a function: "f()::x". */
  private takeLocalName(own: boolean): i32 {
    this.expect(Char.Z);
    const scope = this.takeEncoding(false);
    this.expect(Char.E);
    if (this.failed) return NONE;
    if (this.eat(Char.s)) {
      this.takeDiscriminator();
      return this.qualify(scope, this.word("string literal"));
    }
    let inner = scope;
    if (this.eat(Char.d)) {
      const number = this.takeNegatableIndex();
      inner = this.qualify(scope, this.word(`{default arg#${number + 1}}`));
    }
    const name = this.takeName(own);
    this.takeDiscriminator();
    return this.qualify(inner, name);
  }

  private takeNegatableIndex(): i32 {
    this.eat(Char.n);
    return this.takeIndex(10);
  }

  /** _ digit, or __ number _ */
  private takeDiscriminator(): void {
    if (this.peek() != Char.Underscore) return;
    if (this.peekAt(1) == Char.Underscore) {
      this.at += 2;
      this.takeNumber();
      this.expect(Char.Underscore);
    } else if (isDigit(this.peekAt(1))) {
      this.at += 2;
    }
  }

  /** One component; `scope` is what it is in, for the names of constructors. */
  private takeUnqualified(scope: i32): i32 {
    if (!this.enter()) return this.leave(NONE);
    this.eat(Char.L);
    const c = this.peek();
    let name = NONE;
    if (isDigit(c)) name = this.takeSourceName();
    else if (c == Char.U && this.peekAt(1) == Char.l) name = this.takeLambda();
    else if (c == Char.U && this.peekAt(1) == Char.t) name = this.takeUnnamed();
    else if (c == Char.C && scope >= 0) name = this.takeConstructor(scope);
    else if (c == Char.D && scope >= 0 && isDigit(this.peekAt(1))) {
      this.at += 2;
      const start = this.pool.length;
      this.text("~");
      this.copyBase(scope);
      name = this.plain(start);
    } else name = this.takeOperatorName();
    while (!this.failed && this.eat(Char.B)) {
      const tag = this.takeSourceName();
      const start = this.pool.length;
      this.copyNode(name);
      this.text("[abi:");
      this.copyNode(tag);
      this.text("]");
      const tagged = this.plain(start);
      // Constructors do not repeat the tag.
      if (!this.failed) this.setBase(tagged, name);
      name = tagged;
    }
    return this.leave(name);
  }

  private takeConstructor(scope: i32): i32 {
    this.at++;
    const inherits = this.eat(Char.I);
    if (!isDigit(this.take())) return this.fail();
    if (inherits) this.takeType();
    const start = this.pool.length;
    this.copyBase(scope);
    return this.plain(start);
  }

  private takeSourceName(): i32 {
    const length = this.takeNumber();
    if (this.failed || length > this.end - this.at || length == 0) return this.fail();
    const start = this.pool.length;
    const from = this.at;
    this.at += length;
    const isAnonymous = length >= 10 && isAnonymousName(this.bytes, from);
    if (isAnonymous) this.text("(anonymous namespace)");
    else this.pool.append(this.bytes, from, this.at);
    return this.plain(start);
  }

  private takeLambda(): i32 {
    this.at += 2;
    this.lambdas++;
    const list = new I32Column();
    this.takeParameters(list);
    this.lambdas--;
    this.expect(Char.E);
    const number = this.takeIndex(10) + 1;
    const start = this.pool.length;
    this.text("{lambda(");
    this.copyList(list, 0);
    this.text(`)#${number}}`);
    return this.plain(start);
  }

  private takeUnnamed(): i32 {
    this.at += 2;
    return this.word(`{unnamed type#${this.takeIndex(10) + 1}}`);
  }

  private takeOperatorName(): i32 {
    const first = this.take();
    const second = this.take();
    if (first == Char.c && second == Char.v) {
      return this.describe("operator ", this.takeType());
    }
    if (first == Char.l && second == Char.i) return this.describe('operator"" ', this.takeSourceName());
    const operator = cppOperator(first, second);
    if (operator < 0) return this.fail();
    const text = cppOperatorText(operator);
    const isWordLike = text.charCodeAt(0) >= Char.a && text.charCodeAt(0) <= Char.z;
    return this.word(isWordLike ? `operator ${text}` : `operator${text}`);
  }

  // Substitutions and templates.

  private takeSubstitution(): i32 {
    this.expect(Char.S);
    const c = this.peek();
    if (c >= Char.a && c <= Char.z) {
      this.at++;
      const isFull = this.peek() == Char.C || (this.peek() == Char.D && isDigit(this.peekAt(1)));
      const text = cppAbbreviation(c, isFull);
      if (text.length == 0) return this.fail();
      const base = this.word(cppAbbreviationBase(c));
      const node = this.word(text);
      this.setBase(node, base);
      return node;
    }
    const index = this.takeIndex(36);
    if (this.failed || index >= this.substitutions.length) return this.fail();
    const node = this.substitutions.get(index);
    return node < NONE ? this.resolveParam(NONE - 1 - node) : node;
  }

  private takeTemplateParam(): i32 {
    this.expect(Char.T);
    return this.resolveParam(this.takeIndex(10));
  }

  /** What a template parameter means here. */
  private resolveParam(index: i32): i32 {
    if (this.failed) return NONE;
    if (this.lambdas != 0) return this.word(`auto:${index + 1}`);
    if (index >= this.templateArgs.length) return this.fail();
    const node = this.templateArgs.get(index);
    if (this.kind.get(node) != Kind.Pack || this.packIndex < 0) return node;
    const count = this.packCount.get(node);
    this.packSize = count;
    if (this.packIndex >= count) return this.word("");
    return this.packs.get(this.packStart.get(node) + this.packIndex);
  }

  /** name<…>; `own`: these are the arguments that T_ means. */
  private takeTemplateArgs(name: i32, own: boolean): i32 {
    this.expect(Char.I);
    const list = new I32Column();
    if (own) this.templateArgs.clear();
    while (!this.failed && !this.eat(Char.E)) {
      const arg = this.takeTemplateArg();
      list.push(arg);
      if (own) this.templateArgs.push(arg);
    }
    if (this.failed) return NONE;
    const start = this.pool.length;
    this.copyNode(name);
    this.text(this.lastByte() == Char.Less ? " <" : "<");
    this.copyList(list, 0);
    if (this.lastByte() == Char.Greater) this.text(" ");
    this.text(">");
    const node = this.plain(start);
    this.setBase(node, name);
    return node;
  }

  private takeTemplateArg(): i32 {
    if (!this.enter()) return this.leave(NONE);
    const c = this.peek();
    if (c == Char.L) return this.leave(this.takeLiteral());
    if (c == Char.J) return this.leave(this.takePack());
    if (c != Char.X) return this.leave(this.takeType());
    this.at++;
    const node = this.takeExpression();
    this.expect(Char.E);
    return this.leave(node);
  }

  private takePack(): i32 {
    this.at++;
    const list = new I32Column();
    while (!this.failed && !this.eat(Char.E)) list.push(this.takeTemplateArg());
    if (this.failed) return NONE;
    const start = this.pool.length;
    this.copyList(list, 0);
    const node = this.node(start, this.pool.length, Kind.Pack);
    this.packStart.set(node, this.packs.length);
    this.packCount.set(node, list.length);
    this.packs.append(list, 0, list.length);
    return node;
  }

  /** Dp: the pattern once for each element of the packs in it. */
  private takeExpansion(): i32 {
    const from = this.at;
    const outerIndex = this.packIndex;
    const outerSize = this.packSize;
    this.packIndex = 0;
    this.packSize = NONE;
    const list = new I32Column();
    list.push(this.takeType());
    const size = this.packSize;
    const after = this.at;
    const substitutions = this.substitutions.length;
    for (let i: i32 = 1; i < size && !this.failed; i++) {
      this.at = from;
      this.packIndex = i;
      list.push(this.takeType());
      this.substitutions.length = substitutions;
    }
    this.at = after;
    this.packIndex = outerIndex;
    this.packSize = outerSize;
    if (this.failed) return NONE;
    const start = this.pool.length;
    if (size != 0) this.copyList(list, 0);
    if (size < 0) this.text("...");
    return this.plain(start);
  }

  /** L <type> <value> E, or L _Z <encoding> E */
  private takeLiteral(): i32 {
    this.expect(Char.L);
    if (this.eatTwo(Char.Underscore, Char.Z)) {
      const keep = this.saveName();
      const node = this.takeEncoding(true);
      this.restoreName(keep);
      this.expect(Char.E);
      return node;
    }
    const c = this.peek();
    const type = this.takeType();
    if (this.failed) return NONE;
    const start = this.pool.length;
    if (c == Char.b && (this.peek() == Char.D0 || this.peek() == Char.D0 + 1) && this.peekAt(1) == Char.E) {
      this.text(this.take() == Char.D0 ? "false" : "true");
      this.at++;
      return this.plain(start);
    }
    const suffix = literalSuffix(c);
    if (suffix == "?") {
      this.text("(");
      this.copyNode(type);
      this.text(")");
    }
    if (this.eat(Char.n)) this.text("-");
    if (c == Char.f || c == Char.d || c == Char.e) this.text("[");
    while (!this.failed && this.peek() != Char.E) this.pool.push(this.take());
    if (c == Char.f || c == Char.d || c == Char.e) this.text("]");
    this.expect(Char.E);
    if (suffix != "?") this.text(suffix);
    return this.plain(start);
  }

  /** What an encoding inside a name would overwrite. */
  private saveName(): i32 {
    return (this.endsWithArgs ? 1 : 0) | (this.noReturn ? 2 : 0) | (this.qualifiers << 2);
  }

  private restoreName(saved: i32): void {
    this.endsWithArgs = (saved & 1) != 0;
    this.noReturn = (saved & 2) != 0;
    this.qualifiers = saved >> 2;
  }

  /** The commonest expressions: parameters, literals, operators. */
  private takeExpression(): i32 {
    if (!this.enter()) return this.leave(NONE);
    const c = this.peek();
    if (c == Char.T) return this.leave(this.takeTemplateParam());
    if (c == Char.L) return this.leave(this.takeLiteral());
    if (this.eatTwo(Char.s, Char.r)) return this.leave(this.takeUnresolvedName());
    const operator = cppOperator(c, this.peekAt(1));
    const text = operator < 0 ? "" : cppOperatorText(operator);
    if (operator < 5 || text == "()" || text == "?" || text == "[]") return this.leave(this.fail());
    this.at += 2;
    const first = this.takeExpression();
    const second = isCppUnary(operator) ? NONE : this.takeExpression();
    if (this.failed) return this.leave(NONE);
    const start = this.pool.length;
    if (second < 0) {
      this.text(text);
      this.putOperand(first);
    } else {
      if (text == ">") this.text("(");
      this.putOperand(first);
      this.text(text);
      this.putOperand(second);
      if (text == ">") this.text(")");
    }
    return this.leave(this.plain(start));
  }

  /** Behind "sr": a type or a scope, and a member of it: "A<int>::value". */
  private takeUnresolvedName(): i32 {
    let scope = NONE;
    const isNested = this.eat(Char.N);
    if (isNested || !isDigit(this.peek())) scope = this.takeType();
    if (isNested || isDigit(this.peek())) {
      const hasScopes = isNested || scope < 0;
      while (hasScopes && !this.failed && !this.eat(Char.E)) scope = this.takeUnresolvedPart(scope);
    }
    return this.takeUnresolvedPart(scope);
  }

  private takeUnresolvedPart(scope: i32): i32 {
    if (this.failed) return NONE;
    const name = isDigit(this.peek()) ? this.takeSourceName() : this.takeOperatorName();
    const full = scope < 0 ? name : this.qualify(scope, name);
    return this.peek() == Char.I && !this.failed ? this.takeTemplateArgs(full, false) : full;
  }

  private putOperand(node: i32): void {
    this.text("(");
    this.copyNode(node);
    this.text(")");
  }

  // Types.

  private takeType(): i32 {
    if (!this.enter()) return this.leave(NONE);
    return this.leave(this.takeTypeInside());
  }

  private takeTypeInside(): i32 {
    const c = this.peek();
    const builtin = cppBuiltin(c);
    if (builtin.length != 0) {
      this.at++;
      return this.word(builtin);
    }
    switch (c) {
      case Char.r:
      case Char.V:
      case Char.K:
        return this.takeQualifiedType();
      case Char.P:
        this.at++;
        return this.substitute(this.pointTo(this.takeType(), "*", Kind.Plain));
      case Char.R:
        this.at++;
        return this.substitute(this.referTo(this.takeType(), false));
      case Char.O:
        this.at++;
        return this.substitute(this.referTo(this.takeType(), true));
      case Char.C:
      case Char.G: {
        this.at++;
        const part = this.takeType();
        const start = this.pool.length;
        this.copyNode(part);
        this.text(c == Char.C ? " _Complex" : " _Imaginary");
        return this.substitute(this.plain(start));
      }
      case Char.F:
        return this.substitute(this.takeFunctionType(0));
      case Char.A:
        return this.substitute(this.takeArrayType());
      case Char.M:
        return this.substitute(this.takeMemberPointer());
      case Char.D:
        return this.takeTypeD();
      case Char.T:
        return this.takeTemplateParamType();
      case Char.S:
        return this.takeSubstitutedType();
      case Char.u:
        this.at++;
        return this.substitute(this.takeSourceName());
      case Char.U:
        return this.peekAt(1) == Char.l || this.peekAt(1) == Char.t ? this.takeClassType() : this.takeVendorType();
    }
    return this.takeClassType();
  }

  private takeClassType(): i32 {
    return this.substitute(this.takeName(false));
  }

  private takeVendorType(): i32 {
    this.at++;
    const qualifier = this.takeSourceName();
    const inner = this.takeType();
    if (this.failed) return NONE;
    const start = this.pool.length;
    this.copyLeft(inner);
    this.text(" ");
    this.copyNode(qualifier);
    const middle = this.pool.length;
    this.copyRight(inner);
    return this.substitute(this.node(start, middle, Kind.Plain));
  }

  private takeQualifiedType(): i32 {
    const qualifiers = this.takeQualifiers();
    // The qualifiers of a member function's type stand behind its parameters.
    if (this.peek() == Char.F) return this.substitute(this.takeFunctionType(qualifiers));
    const inner = this.takeType();
    if (this.failed) return NONE;
    const start = this.pool.length;
    this.copyLeft(inner);
    if (this.kind.get(inner) == Kind.Array) this.pool.length--;
    // What a template parameter stands for may be const already.
    this.putQualifiers(this.isConst() ? qualifiers & -2 : qualifiers);
    if (this.kind.get(inner) == Kind.Array) this.text(" ");
    const middle = this.pool.length;
    this.copyRight(inner);
    const kind = this.kind.get(inner);
    return this.substitute(this.node(start, middle, kind == Kind.Pack ? Kind.Plain : kind));
  }

  /** Whether the text built last ends in const. */
  private isConst(): boolean {
    const word = " const";
    const at = this.pool.length - word.length;
    for (let i: i32 = 0; i < word.length; i++) {
      if (at < 0 || this.pool.get(at + i) != word.charCodeAt(i)) return false;
    }
    return true;
  }

  /** A pointer (or what looks like one: `mark`) to a type: functions and arrays need parentheses. */
  private pointTo(inner: i32, mark: string, kind: i32): i32 {
    if (this.failed) return NONE;
    const innerKind = this.kind.get(inner);
    const start = this.pool.length;
    const wraps = innerKind == Kind.Function || innerKind == Kind.Array;
    this.copyLeft(inner);
    this.text(wraps ? `(${mark}` : mark);
    const middle = this.pool.length;
    if (wraps) this.text(innerKind == Kind.Array ? ") " : ")");
    this.copyRight(inner);
    return this.node(start, middle, kind);
  }

  /** References to references collapse: only && to && stays &&. */
  private referTo(inner: i32, isRight: boolean): i32 {
    if (this.failed) return NONE;
    const kind = this.kind.get(inner);
    if (kind == Kind.LeftReference || (kind == Kind.RightReference && isRight)) return inner;
    if (kind == Kind.RightReference) {
      const start = this.pool.length;
      this.copy(this.left.get(inner), this.leftEnd.get(inner) - 1);
      const middle = this.pool.length;
      this.copyRight(inner);
      return this.node(start, middle, Kind.LeftReference);
    }
    return this.pointTo(inner, isRight ? "&&" : "&", isRight ? Kind.RightReference : Kind.LeftReference);
  }

  private takeFunctionType(qualifiers: i32): i32 {
    const isNoexcept = this.eatTwo(Char.D, Char.o);
    this.expect(Char.F);
    this.eat(Char.Y);
    const returned = this.takeType();
    const list = new I32Column();
    let behind = qualifiers;
    if (this.eatTwo(Char.v, Char.E)) {
      this.at--;
    } else {
      while (!this.failed && this.peek() != Char.E) {
        if (this.peekAt(1) == Char.E && (this.peek() == Char.R || this.peek() == Char.O)) {
          behind |= this.take() == Char.R ? 8 : 16;
        } else if (this.eatTwo(Char.v, Char.R) || this.eatTwo(Char.v, Char.O)) {
          this.at--;
        } else {
          list.push(this.takeType());
        }
      }
    }
    this.expect(Char.E);
    if (this.failed) return NONE;
    const start = this.pool.length;
    this.copyLeft(returned);
    if (this.right.get(returned) == this.rightEnd.get(returned)) this.text(" ");
    const middle = this.pool.length;
    this.text("(");
    this.copyList(list, 0);
    this.text(")");
    this.putQualifiers(behind);
    if (isNoexcept) this.text(" noexcept");
    this.copyRight(returned);
    return this.node(start, middle, Kind.Function);
  }

  private takeArrayType(): i32 {
    this.expect(Char.A);
    const from = this.at;
    let size = NONE;
    if (isDigit(this.peek())) this.takeNumber();
    else if (this.peek() != Char.Underscore) size = this.takeExpression();
    const to = this.at;
    this.expect(Char.Underscore);
    const element = this.takeType();
    if (this.failed) return NONE;
    const start = this.pool.length;
    this.copyLeft(element);
    if (this.kind.get(element) != Kind.Array) this.text(" ");
    const middle = this.pool.length;
    this.text("[");
    if (size >= 0) this.copyNode(size);
    else this.pool.append(this.bytes, from, to);
    this.text("]");
    this.copyRight(element);
    return this.node(start, middle, Kind.Array);
  }

  private takeMemberPointer(): i32 {
    this.expect(Char.M);
    const owner = this.takeType();
    const member = this.takeType();
    if (this.failed) return NONE;
    const start = this.pool.length;
    const kind = this.kind.get(member);
    const wraps = kind == Kind.Function || kind == Kind.Array;
    this.copyLeft(member);
    this.text(wraps ? "(" : " ");
    this.copyNode(owner);
    this.text("::*");
    const middle = this.pool.length;
    if (wraps) this.text(kind == Kind.Array ? ") " : ")");
    this.copyRight(member);
    return this.node(start, middle, Kind.Plain);
  }

  private takeTypeD(): i32 {
    const c = this.peekAt(1);
    const builtin = cppBuiltinD(c);
    if (builtin.length != 0) {
      this.at += 2;
      return this.word(builtin);
    }
    if (c == Char.p) {
      this.at += 2;
      return this.substitute(this.takeExpansion());
    }
    if (c == Char.o) return this.substitute(this.takeFunctionType(0));
    if (c == Char.F) {
      this.at += 2;
      const bits = this.takeNumber();
      this.expect(Char.Underscore);
      return this.word(`_Float${bits}`);
    }
    if (c == Char.v) {
      this.at += 2;
      const size = this.takeNumber();
      this.expect(Char.Underscore);
      const element = this.takeType();
      const start = this.pool.length;
      this.copyNode(element);
      this.text(` __vector(${size})`);
      return this.substitute(this.plain(start));
    }
    if (c != Char.t && c != Char.T) return this.fail();
    this.at += 2;
    const expression = this.takeExpression();
    this.expect(Char.E);
    const start = this.pool.length;
    this.text("decltype (");
    this.copyNode(expression);
    this.text(")");
    return this.substitute(this.plain(start));
  }

  /** A substitution for a parameter is what the parameter means where the substitution stands. */
  private takeTemplateParamType(): i32 {
    this.expect(Char.T);
    const index = this.takeIndex(10);
    const node = this.resolveParam(index);
    this.substitute(NONE - 1 - index);
    if (this.peek() != Char.I || this.failed) return node;
    return this.substitute(this.takeTemplateArgs(node, false));
  }

  private takeSubstitutedType(): i32 {
    if (this.peekAt(1) == Char.t) return this.takeClassType();
    const node = this.takeSubstitution();
    if (this.peek() != Char.I || this.failed) return node;
    return this.substitute(this.takeTemplateArgs(node, false));
  }
}

function isWord(c: i32): boolean {
  return (c >= Char.a && c <= Char.z) || c == Char.Underscore;
}

/** Whether the name at `at`, of at least 10 bytes, is that of an unnamed namespace: _GLOBAL_ and [._$] and N. */
function isAnonymousName(bytes: U8Column, at: i32): boolean {
  const prefix = "_GLOBAL_";
  for (let i: i32 = 0; i < prefix.length; i++) {
    if (bytes.get(at + i) != prefix.charCodeAt(i)) return false;
  }
  const c = bytes.get(at + 8);
  return (c == Char.Underscore || c == Char.Dot || c == Char.Dollar) && bytes.get(at + 9) == Char.N;
}

/** How a literal of the builtin type with this letter shows its type: "?" if in front, in parentheses. */
function literalSuffix(c: i32): string {
  switch (c) {
    case Char.i:
      return "";
    case Char.j:
      return "u";
    case Char.l:
      return "l";
    case Char.m:
      return "ul";
    case Char.x:
      return "ll";
    case Char.y:
      return "ull";
  }
  return "?";
}
