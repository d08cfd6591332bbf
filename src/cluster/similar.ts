/** Which of `known` somebody who wrote `given` probably meant: two slips away at most, or one in six letters, and fewer than half of them; else the only one that it is the beginning of. */
export function similarTo(given: string, known: readonly string[]): string | undefined {
  // No name is longer; a text of megabytes is no slip of one.
  if (given.length > 100) return undefined;
  const word = given.toLowerCase();
  let best: string | undefined;
  let least = Math.min(Math.max(3, Math.floor(word.length / 6) + 1), Math.ceil(word.length / 2));
  for (const candidate of known) {
    const slips = slipsBetween(word, candidate.toLowerCase());
    if (slips >= least) continue;
    best = candidate;
    least = slips;
  }
  return best ?? cutShort(word, known);
}

/** The one name that begins with what was given: `initialDelay` for `initialDelaySeconds`. */
function cutShort(word: string, known: readonly string[]): string | undefined {
  const longer = word.length < 5 ? [] : known.filter((candidate) => candidate.toLowerCase().startsWith(word));
  return longer.length === 1 ? longer[0] : undefined;
}

/** To stand behind a sentence: ` Did you mean x?`; nothing where `given` is no text, or like none of them. */
export function didYouMean(given: unknown, known: readonly string[]): string {
  const meant = typeof given === 'string' ? similarTo(given, known) : undefined;
  return meant === undefined ? '' : ` Did you mean ${meant}?`;
}

/** Letters that were left out, put in or taken for another (Levenshtein's distance). */
function slipsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const other = a[i - 1] === b[j - 1] ? 0 : 1;
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + other));
    }
    row = next;
  }
  return row[b.length]!;
}
