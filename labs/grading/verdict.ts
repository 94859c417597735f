// What one probe came to: the words that judges say and the grader keeps. Called by every judge and by grader.ts.

/** `unknown`: the probe could not be taken, which is not the learner's doing. `seen` and `wanted` are plain words for a learner. */
export interface Verdict {
  state: 'pass' | 'fail' | 'unknown'
  seen: string
  wanted?: string
}

export const pass = (seen: string, wanted?: string): Verdict => ({ state: 'pass', seen, ...(wanted ? { wanted } : {}) })
export const fail = (seen: string, wanted?: string): Verdict => ({ state: 'fail', seen, ...(wanted ? { wanted } : {}) })
export const unknown = (seen: string): Verdict => ({ state: 'unknown', seen })

/** Text from inside the lab, made fit for one sentence: one line, at most `max` characters, no control characters. */
export function quoteText(text: string, max = 80): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must go
  const line = text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim()
  return `“${line.length > max ? `${line.slice(0, max - 1)}…` : line}”`
}
