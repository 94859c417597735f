// A rehype plugin: collects what a lesson says under each heading, as plain text, for the search. Runs after rehype-slug, before headings become links.
import type { Element, ElementContent, Root, RootContent } from 'hast'
import type { ConsoleBlock } from '../spec/lesson.ts'
import type { LessonSection } from '../spec/search.ts'

interface JsxElement {
  type: 'mdxJsxFlowElement' | 'mdxJsxTextElement'
  name: string | null
  attributes: { name?: string; value?: unknown }[]
  children: ElementContent[]
}
type Node = Root | RootContent | ElementContent | JsxElement

/** A transcript is worth finding by its commands; what they print differs from lab to lab. */
function commandsOf(node: JsxElement): string {
  const block = node.attributes.find(({ name }) => name === 'block')?.value
  return typeof block === 'string' ? (JSON.parse(block) as ConsoleBlock).commands.map(({ command }) => command).join(' ') : ''
}

function textOf(node: Node): string {
  if (node.type === 'text') return node.value
  if ('name' in node && node.name === 'Console') return ` ${commandsOf(node as JsxElement)} `
  if (!('children' in node)) return ''
  const text = node.children.map((child) => textOf(child as Node)).join('')
  return node.type === 'element' && ['p', 'li', 'tr', 'td', 'th', 'pre', 'aside'].includes(node.tagName) ? `${text} ` : text
}

const isHeading = (node: RootContent): node is Element => node.type === 'element' && /^h[2-4]$/.test(node.tagName)

export function rehypeSections({ onSections }: { onSections(sections: LessonSection[]): void }) {
  return (tree: Root) => {
    const sections: LessonSection[] = [{ text: '' }]
    for (const node of tree.children) {
      if (isHeading(node)) sections.push({ id: String(node.properties.id), heading: textOf(node).trim(), text: '' })
      else {
        const last = sections.at(-1)
        if (last) last.text = `${last.text} ${textOf(node)}`.replace(/\s+/g, ' ').trim()
      }
    }
    onSections(sections)
  }
}
