// An AssemblyScript program: strings, a Map, sorting with a closure-free comparator, floats as text, 64-bit arithmetic
// and the garbage collector. Compiled by asc in the test, which runs it natively and in the JavaScript engine.

@external("wasi_snapshot_preview1", "fd_write")
declare function fd_write(fd: i32, vectors: usize, count: i32, written: usize): i32;

const vector = memory.data(16);

function print(line: string): void {
  const bytes = String.UTF8.encode(line + "\n");
  store<usize>(vector, changetype<usize>(bytes));
  store<i32>(vector, bytes.byteLength, 4);
  fd_write(1, vector, 1, vector + 8);
}

function fail(message: string | null, _file: string | null, _line: u32, _column: u32): void {
  print("abort: " + (message ? message : ""));
  unreachable();
}

class Word {
  constructor(public text: string, public count: i32) {}
}

class Shape {
  area(): f64 {
    return 0;
  }
}

class Circle extends Shape {
  constructor(private radius: f64) {
    super();
  }
  area(): f64 {
    return Math.PI * this.radius * this.radius;
  }
}

class Square extends Shape {
  constructor(private side: f32) {
    super();
  }
  area(): f64 {
    return this.side * this.side;
  }
}

function countWords(): void {
  let state: u32 = 12345;
  const counts = new Map<string, i32>();
  for (let i = 0; i < 200000; i++) {
    state = state * 1664525 + 1013904223;
    const key = "w" + ((state >>> 16) % 3000).toString(36);
    counts.set(key, counts.has(key) ? counts.get(key) + 1 : 1);
  }
  const keys = counts.keys();
  const words: Word[] = [];
  for (let i = 0; i < keys.length; i++) words.push(new Word(keys[i], counts.get(keys[i])));
  words.sort((a, b) => (a.count != b.count ? b.count - a.count : a.text < b.text ? -1 : 1));
  for (let i = 0; i < 10; i++) print(words[i].text + " " + words[i].count.toString());
  print(words.length.toString() + " words");
}

function main(): void {
  countWords();
  let hash: u64 = 0xcbf29ce484222325;
  for (let i = 0; i < 1000000; i++) hash = (hash ^ (i & 255)) * 0x100000001b3;
  print(hash.toString(16));
  print((<i64>hash / 1000003).toString() + " " + (<i64>hash % 1000003).toString() + " " + (hash >> 7).toString());
  let sum: f64 = 0;
  for (let i = 1; i <= 100000; i++) sum += Math.sin(i) / Math.sqrt(i) + Math.pow(i, -1.5);
  print(sum.toString());
  const shapes: Shape[] = [new Circle(1.5), new Square(2.25), new Shape()];
  let area: f64 = 0;
  for (let i = 0; i < 9; i++) area += shapes[i % 3].area();
  print(area.toString());
  print(popcnt<u64>(hash).toString() + " " + clz<u64>(hash >> 9).toString() + " " + rotl<u32>(<u32>hash, 11).toString());
  print(f32.nearest(<f32>2.5).toString() + " " + (<u32>(<f64>4e9)).toString() + " " + Math.fround(0.1).toString());
  print("bäume 🌳".toUpperCase() + " " + "a,b,,c".split(",").length.toString());
}

main();
