// Draws what bench/results says on the whole: docs/comparison.svg, which the README shows. Bars are geometric means of the
// ratios to wx in compile.md and run.md: how many times as long the others take.
//
//   node bench/picture.mjs

import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

/** Geometric means of the ratios of table `title` in results `name`: by what was compared, how often wx's time it takes. */
function means(name, title) {
  const text = readFileSync(join(here, "results", `${name}.md`), "utf8");
  const table = text.slice(text.indexOf(`## ${title}`));
  const row = (line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim());
  const lines = table.split("\n");
  const head = row(lines.find((line) => line.startsWith("| program")));
  const values = row(lines.find((line) => line.startsWith("| **geometric mean**")));
  const result = new Map();
  head.forEach((cell, i) => {
    if (cell.includes(" / ") && Number(values[i]) > 0) result.set(cell, 1 / Number(values[i]));
  });
  return result;
}

const WIDTH = 720;
const LEFT = 190;
const BAR = 18;
const STEP = 26;
const scale = (WIDTH - LEFT - 70) / 8;
let y = 0;
let body = "";

function text(x, at, content, attributes = "") {
  body += `  <text x="${x}" y="${at}" ${attributes}>${content}</text>\n`;
}

function group(title, bars) {
  y += 34;
  text(0, y, title, 'font-weight="600"');
  y += 12;
  for (const [label, value] of bars) {
    const width = Math.min(value, 8) * scale;
    const isOurs = label.startsWith("wx");
    text(LEFT - 10, y + 13, label, 'text-anchor="end"');
    body += `  <rect x="${LEFT}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" rx="2" fill="${isOurs ? "#2f81f7" : "#8b949e"}"/>\n`;
    text(LEFT + width + 8, y + 13, `${value.toFixed(value < 10 ? 2 : 0)}×`);
    y += STEP;
  }
}

function bars(ours, found, labels) {
  const list = [[ours, 1]];
  for (const [key, label] of labels) if (found.has(key)) list.push([label, found.get(key)]);
  return list;
}

const compile = means("compile", "Compile time");
const run = means("run", "Run time");
group(
  "Compile time, whole process (shorter is better)",
  bars("wx", compile, [
    ["wx / wasmtime", "wasmtime compile"],
    ["wx / wasmer Cranelift", "wasmer, Cranelift"],
    ["wx / wazero", "wazero"],
  ]),
);
group("Compile time without optimization", [
  ...bars("wx -O0", compile, [
    ["wx -O0 / Winch", "wasmtime, Winch"],
    ["wx -O0 / wasmer Singlepass", "wasmer, Singlepass"],
  ]),
]);
group(
  "Run time",
  bars("wx", run, [
    ["wx -O2 / native", "native, clang -O2"],
    ["wx -O2 / wasmtime", "wasmtime"],
    ["wx -O2 / wasmer", "wasmer"],
    ["wx -O2 / wazero", "wazero"],
    ["wx -O2 / node", "node"],
  ]),
);
const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y + 8}" font-family="sans-serif" font-size="13" fill="#768390">
  <title>wx against other engines: how many times as long they take</title>
${body}</svg>
`;
writeFileSync(join(here, "..", "docs", "comparison.svg"), svg);
