// The word somebody probably meant. Used for commands, flags and labs; pure.

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      next[j] = Math.min((row[j] as number) + 1, (next[j - 1] as number) + 1, (row[j - 1] as number) + same)
    }
    row = next
  }
  return row[b.length] as number
}

/** The nearest of `words`, if it is near: at most a third of its letters differ, or it begins with what was typed. */
export function nearest(typed: string, words: readonly string[]): string | undefined {
  const ranked = words
    .map((word) => ({ word, far: word.startsWith(typed) && typed.length > 1 ? 0 : distance(typed, word) / Math.max(word.length, 3) }))
    .sort((a, b) => a.far - b.far)
  const best = ranked[0]
  return best && best.far <= 0.4 ? best.word : undefined
}
