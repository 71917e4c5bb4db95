// A reader of ELF files for the tests, written from the specification and not from the writer: file header,
// program headers, sections, symbols, and the memory that the kernel would build.

export interface Segment {
  type: number;
  flags: number;
  offset: number;
  address: number;
  fileBytes: number;
  memoryBytes: number;
  align: number;
}

export interface Section {
  name: string;
  type: number;
  flags: number;
  address: number;
  offset: number;
  bytes: number;
}

export interface Symbol {
  name: string;
  address: number;
  bytes: number;
}

export class Elf {
  readonly view: DataView;
  readonly type: number;
  readonly machine: number;
  readonly entry: number;
  readonly segments: Segment[] = [];
  readonly sections: Section[] = [];
  readonly symbols: Symbol[] = [];

  constructor(readonly file: Uint8Array) {
    this.view = new DataView(file.buffer, file.byteOffset, file.length);
    const magic = this.view.getUint32(0, true);
    if (magic !== 0x464c457f || file[4] !== 2 || file[5] !== 1 || file[6] !== 1) throw new Error("not an ELF64 file");
    this.type = this.u16(16);
    this.machine = this.u16(18);
    this.entry = this.u64(24);
    if (this.u16(52) !== 64 || this.u16(54) !== 56) throw new Error("sizes of headers");
    const at = this.u64(32);
    for (let i = 0; i < this.u16(56); i++) this.segments.push(this.segment(at + 56 * i));
    this.readSections();
  }

  u16(at: number): number {
    return this.view.getUint16(at, true);
  }

  u32(at: number): number {
    return this.view.getUint32(at, true);
  }

  u64(at: number): number {
    return Number(this.view.getBigUint64(at, true));
  }

  text(at: number): string {
    return new TextDecoder().decode(this.file.subarray(at, this.file.indexOf(0, at)));
  }

  get loads(): Segment[] {
    return this.segments.filter((s) => s.type === 1);
  }

  /** File offset of a mapped address. */
  offsetOf(address: number): number {
    const s = this.loads.find((l) => address >= l.address && address < l.address + l.fileBytes);
    if (s === undefined) throw new Error(`address ${address.toString(16)} is not in the file`);
    return s.offset + (address - s.address);
  }

  private segment(at: number): Segment {
    return {
      type: this.u32(at),
      flags: this.u32(at + 4),
      offset: this.u64(at + 8),
      address: this.u64(at + 16),
      fileBytes: this.u64(at + 32),
      memoryBytes: this.u64(at + 40),
      align: this.u64(at + 48),
    };
  }

  private readSections(): void {
    const at = this.u64(40);
    const count = this.u16(60);
    if (at === 0) return;
    if (this.u16(58) !== 64) throw new Error("size of section headers");
    const names = this.u64(at + 64 * this.u16(62) + 24);
    for (let i = 0; i < count; i++) {
      const row = at + 64 * i;
      this.sections.push({
        name: this.text(names + this.u32(row)),
        type: this.u32(row + 4),
        flags: this.u64(row + 8),
        address: this.u64(row + 16),
        offset: this.u64(row + 24),
        bytes: this.u64(row + 32),
      });
      if (this.u32(row + 4) === 2) this.readSymbols(row, at);
    }
  }

  private readSymbols(row: number, sections: number): void {
    const offset = this.u64(row + 24);
    const strings = this.u64(sections + 64 * this.u32(row + 40) + 24);
    for (let i = 1; i < this.u64(row + 32) / 24; i++) {
      const at = offset + 24 * i;
      this.symbols.push({
        name: this.text(strings + this.u32(at)),
        address: this.u64(at + 8),
        bytes: this.u64(at + 16),
      });
    }
  }
}
