// Compares what a lesson prints with what a command really printed. Used by the transcript runner; pure.

const placeholders: Record<string, string> = {
  any: '.*?',
  ip: '\\d{1,3}(?:\\.\\d{1,3}){3}',
  age: '\\d+[smhd](?:\\d+[smhd])?',
}
const number = /^(n|\d+)±(\d+)$/

/** One printed line as a regular expression. Runs of spaces match runs of spaces: column widths follow the values. */
function lineMatcher(printed: string): { pattern: RegExp; numbers: { centre: number; spread: number }[] } {
  const numbers: { centre: number; spread: number }[] = []
  const source = printed
    .trimEnd()
    .split(/(<[^<>\s]+>)/)
    .map((part) => {
      const name = /^<(.+)>$/.exec(part)?.[1]
      const range = name ? number.exec(name) : null
      if (range) {
        numbers.push({ centre: range[1] === 'n' ? Number.NaN : Number(range[1]), spread: Number(range[2]) })
        return '(\\d+)'
      }
      if (name && placeholders[name]) return placeholders[name]
      return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/ +/g, ' +')
    })
    .join('')
  return { pattern: new RegExp(`^${source}$`), numbers }
}

export interface TranscriptDifference {
  /** 1-based line of the output */
  line: number
  printed: string | undefined
  real: string | undefined
}

/**
 * Differences between printed and real output, placeholders aside; empty when the lesson tells the truth.
 * `<any>` any text in the line, `<ip>` an IPv4 address, `<age>` a kubectl age, `<3±2>` a number in that range, `<n±0>` any number.
 */
export function compareTranscript(printed: string, real: string): TranscriptDifference[] {
  const lines = (text: string) => (text.trim() === '' ? [] : text.replace(/\r/g, '').replace(/\s+$/, '').split('\n'))
  const want = lines(printed)
  const got = lines(real)
  const differences: TranscriptDifference[] = []
  for (let i = 0; i < Math.max(want.length, got.length); i++) {
    const printedLine = want[i]
    const realLine = got[i]
    if (printedLine !== undefined && realLine !== undefined) {
      const { pattern, numbers } = lineMatcher(printedLine)
      const match = pattern.exec(realLine.trimEnd())
      if (match && numbers.every(({ centre, spread }, n) => Number.isNaN(centre) || Math.abs(Number(match[n + 1]) - centre) <= spread))
        continue
    }
    differences.push({ line: i + 1, printed: printedLine, real: realLine })
  }
  return differences
}
