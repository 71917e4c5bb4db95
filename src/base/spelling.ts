// "Did you mean …?": the known word closest to what was typed, by edit distance with swaps of neighbours (optimal
// string alignment; Damerau, CACM 1964). Words are short, so the table of the distance is kept as three rows.

/** Longer words are not compared. */
const LONGEST: i32 = 64;

/** Insertions, deletions, replacements and swaps that lead from `a` to `b`. */
export function computeDistance(a: string, b: string): i32 {
  let twoBack: Array<i32> = [];
  let back: Array<i32> = [];
  for (let k: i32 = 0; k <= b.length; k++) back.push(k);
  for (let i: i32 = 1; i <= a.length; i++) {
    const row: Array<i32> = [];
    row.push(i);
    for (let k: i32 = 1; k <= b.length; k++) {
      const differs = a.charCodeAt(i - 1) != b.charCodeAt(k - 1) ? 1 : 0;
      let best = back[k - 1] + differs;
      if (back[k] + 1 < best) best = back[k] + 1;
      if (row[k - 1] + 1 < best) best = row[k - 1] + 1;
      const isSwap = i > 1 && k > 1 && a.charCodeAt(i - 1) == b.charCodeAt(k - 2);
      if (isSwap && a.charCodeAt(i - 2) == b.charCodeAt(k - 1) && twoBack[k - 2] + 1 < best) best = twoBack[k - 2] + 1;
      row.push(best);
    }
    twoBack = back;
    back = row;
  }
  return back[b.length];
}

/** The first of the closest `words` to `typed`; empty if none is close enough to be meant. */
export function findClosest(typed: string, words: Array<string>): string {
  if (typed.length > LONGEST) return "";
  let closest = "";
  // A third of the word may be wrong, but never all of it.
  let limit: i32 = ((typed.length + 1) / 3) | 0;
  if (limit >= typed.length) limit = typed.length - 1;
  for (let i: i32 = 0; i < words.length; i++) {
    const word = words[i];
    const surplus = word.length - typed.length;
    if (word.length > LONGEST || surplus > limit || surplus < 0 - limit) continue;
    const distance = computeDistance(typed, word);
    if (distance > limit) continue;
    closest = word;
    limit = distance - 1;
  }
  return closest;
}

/** `; did you mean 'WORD'?`, or nothing. */
export function suggestion(typed: string, words: Array<string>): string {
  const closest = findClosest(typed, words);
  return closest.length == 0 ? "" : `; did you mean '${closest}'?`;
}
