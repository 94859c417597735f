// The word somebody probably meant. Used for commands, flags and labs; pure.

/** Letters to change, add, take away or swap with their neighbour. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, i) => i)]
  const at = (i: number, j: number) => rows[i]?.[j] as number
  for (let i = 1; i <= a.length; i++) {
    rows[i] = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY
      ;(rows[i] as number[])[j] = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + same, swapped)
    }
  }
  return at(a.length, b.length)
}

/** The nearest of `words`, if it is near: at most a third of its letters differ, or it begins with what was typed. */
export function nearest(typed: string, words: readonly string[]): string | undefined {
  const ranked = words
    .map((word) => ({ word, far: word.startsWith(typed) && typed.length > 1 ? 0 : distance(typed, word) / Math.max(word.length, 3) }))
    .sort((a, b) => a.far - b.far)
  const best = ranked[0]
  return best && best.far <= 0.4 ? best.word : undefined
}
