// Renders the small Markdown of scenario texts: paragraphs, lists, fenced code, `code`, **bold**, *emphasis*, [links](https://…). React elements only, never HTML.
import { Fragment, type ReactNode } from 'react'

const inlinePattern = /(`[^`]+`|\*\*[^*]+\*\*|\*[^*\s][^*]*\*|\[[^\]]+\]\(https?:\/\/[^)\s]+\))/

/** One line of text with its marks. */
export function Inline({ text }: { text: string }): ReactNode {
  return text.split(inlinePattern).map((part, index) => {
    // The parts of one text never change places, so their position names them.
    const key = `${index}:${part}`
    if (index % 2 === 0) return <Fragment key={key}>{part}</Fragment>
    if (part.startsWith('`')) return <code key={key}>{part.slice(1, -1)}</code>
    if (part.startsWith('**'))
      return (
        <b key={key}>
          <Inline text={part.slice(2, -2)} />
        </b>
      )
    if (part.startsWith('*')) return <em key={key}>{part.slice(1, -1)}</em>
    const link = /^\[([^\]]+)\]\((.+)\)$/.exec(part)
    return (
      <a key={key} href={link?.[2]} target="_blank" rel="noreferrer">
        {link?.[1]}
      </a>
    )
  })
}

/** A few paragraphs, lists and fenced blocks. */
export function Prose({ text }: { text: string }) {
  return blocksOf(text.trim()).map((block) => <Block key={block} text={block} />)
}

/** Fences first: they may hold blank lines; the rest is cut at blank lines. */
const blocksOf = (text: string): string[] =>
  text
    .split(/(^```[\s\S]*?^```$)/m)
    .flatMap((part) => (part.startsWith('```') ? [part] : part.split(/\n{2,}/)))
    .map((block) => block.trim())
    .filter((block) => block !== '')

function Block({ text }: { text: string }) {
  const fence = /^```\w*\n([\s\S]*?)\n?```$/.exec(text)
  if (fence) return <pre>{fence[1]}</pre>
  const lines = text.split('\n')
  const bullet = /^(?:[-*]|\d+\.)\s+/
  if (lines.every((line) => bullet.test(line))) {
    const List = /^\d/.test(lines[0] ?? '') ? 'ol' : 'ul'
    return (
      <List>
        {lines.map((line) => (
          <li key={line}>
            <Inline text={line.replace(bullet, '')} />
          </li>
        ))}
      </List>
    )
  }
  return (
    <p>
      <Inline text={lines.join(' ')} />
    </p>
  )
}
