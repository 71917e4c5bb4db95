// What went wrong with an input: at most one diagnostic per input, kept as numbers until it is printed.

/** The first error found in an input. `message` is empty while all is well. */
export class Diagnostic {
  message: string = "";
  /** Byte offset in the input, or -1. */
  offset: i32 = -1;
  /** Index of the function whose body is at fault, or -1. */
  func: i32 = -1;
  /** Place in a text, counted from 1; 0 where the input is none. */
  line: i32 = 0;
  column: i32 = 0;
  /** The line of the text with a caret below the place. */
  excerpt: string = "";

  get failed(): boolean {
    return this.message.length != 0;
  }

  /** Records an error unless one is recorded already; returns false, so that checks can `return fail(…)`. */
  fail(offset: i32, message: string): boolean {
    if (this.message.length == 0) {
      this.message = message;
      this.offset = offset;
    }
    return false;
  }

  clear(): void {
    this.message = "";
    this.offset = -1;
    this.func = -1;
    this.line = 0;
    this.column = 0;
    this.excerpt = "";
  }
}
