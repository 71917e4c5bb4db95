// AssemblyScript with wasi-shim: its console, its process, and its abort go to WASI.

class Point {
  constructor(public x: f64, public y: f64) {}
  toString(): string {
    return `(${this.x}, ${this.y})`;
  }
}

console.log("arguments: " + process.argv.slice(1).join(" | "));
console.log("MODE: " + process.env.get("MODE"));
const points: Point[] = [];
for (let i = 0; i < 5; i++) points.push(new Point(i * 0.1, Math.sqrt(i)));
points.sort((a, b) => (a.y < b.y ? 1 : -1));
console.log(points.map<string>((p) => p.toString()).join("; "));
const counts = new Map<string, i32>();
const words = "the quick the lazy the dog".split(" ");
for (let i = 0; i < words.length; i++) counts.set(words[i], (counts.has(words[i]) ? counts.get(words[i]) : 0) + 1);
console.log(counts.keys().map<string>((k) => `${k}=${counts.get(k)}`).join(","));
console.error("to standard error");
console.log(`random: ${Math.random() < 1}, time: ${Date.now() > 1600000000000}`);
process.exit(6);
