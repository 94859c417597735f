// Text that must fit into a drawing, where nothing wraps by itself. Pure; used by map-layout.ts.

/** Names differ at their ends: the middle is left out. */
export function fitText(text: string, most: number): string {
  if (text.length <= most) return text
  const kept = Math.max(2, most - 1)
  return `${text.slice(0, Math.ceil(kept / 2))}…${text.slice(text.length - Math.floor(kept / 2))}`
}

/** Broken at spaces; a word that is longer than a line, anywhere. */
export function wrapText(text: string, most: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line ? `${line} ${word}` : word
    if (longer.length <= most) {
      line = longer
      continue
    }
    if (line) lines.push(line)
    line = word
    while (line.length > most) {
      lines.push(line.slice(0, most))
      line = line.slice(most)
    }
  }
  return line ? [...lines, line] : lines
}
