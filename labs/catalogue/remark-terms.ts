// A remark plugin: the first use of each glossary term in a lesson becomes a link to it, described by the element #term-<id> that the page has.
import type { Link, Parents, Root, RootContent, Text } from 'mdast'
import type { GlossaryTerm } from '../spec/glossary.ts'
import type { Locale } from '../spec/scenario.ts'

export interface RemarkTermsOptions {
  /** those that this lesson does not introduce itself */
  terms: readonly GlossaryTerm[]
  /** of the page, for its addresses */
  locale: Locale
  /** `index`: where in the text its first use begins */
  onTerm(term: GlossaryTerm, text: Text, index: number): void
}

/** What is a name, an address or code already, or has no room for a card. */
const closed = new Set(['heading', 'link', 'linkReference', 'code', 'inlineCode', 'table'])

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
const latin = 'A-Za-z0-9_-'

/** The form as a pattern: a whole word where it is Latin, with a capital too where it is written small. */
function patternOf(form: string): string {
  const first = form[0] as string
  const upper = first.toUpperCase()
  const word = `${upper !== first ? `[${first}${upper}]` : escaped(first)}${escaped(form.slice(1))}`
  return `${/^[A-Za-z]/.test(form) ? `(?<![${latin}])` : ''}${word}${/[A-Za-z]$/.test(form) ? `(?![${latin}])` : ''}`
}

export function remarkTerms({ terms, locale, onTerm }: RemarkTermsOptions) {
  const forms = terms
    .flatMap((term) => [term.term, ...term.also].map((form) => ({ form, term })))
    .filter(({ form }) => form.length > 1)
    .sort((a, b) => b.form.length - a.form.length)
  const any = new RegExp(forms.map(({ form }) => `(${patternOf(form)})`).join('|'), 'g')

  return (tree: Root) => {
    const used = new Set<string>()

    function linked(text: Text): RootContent[] {
      const parts: RootContent[] = []
      let done = 0
      for (const match of text.value.matchAll(any)) {
        const term = forms[match.slice(1).findIndex((group) => group !== undefined)]?.term
        if (!term || used.has(term.id)) continue
        used.add(term.id)
        onTerm(term, text, match.index)
        if (match.index > done) parts.push({ type: 'text', value: text.value.slice(done, match.index) })
        const link: Link = {
          type: 'link',
          url: `/${locale}/glossary#${term.id}`,
          children: [{ type: 'text', value: match[0] }],
          data: { hProperties: { className: ['gloss'], ariaDescribedBy: [`term-${term.id}`] } },
        }
        parts.push(link)
        done = match.index + match[0].length
      }
      if (parts.length === 0) return [text]
      return done < text.value.length ? [...parts, { type: 'text', value: text.value.slice(done) }] : parts
    }

    function walk(parent: Parents): void {
      const children = parent.children.flatMap((child): RootContent[] => {
        if (child.type === 'text') return linked(child)
        if (!closed.has(child.type) && 'children' in child) walk(child)
        return [child]
      })
      parent.children = children as typeof parent.children
    }
    if (forms.length > 0) walk(tree)
  }
}
