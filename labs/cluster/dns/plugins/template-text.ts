// The part of Go's text/template that records need: fields, groups and `index`. What else there is, is refused when the Corefile is read.

export interface TemplateData {
  Zone: string
  Name: string
  Class: string
  Type: string
  Remote: string
  Match: readonly string[]
  Group: Readonly<Record<string, string>>
}
export type Template = (data: TemplateData) => string

const texts = ['Zone', 'Name', 'Class', 'Type', 'Remote'] as const
const noValue = '<no value>'

function compileAction(action: string): Template {
  const field = texts.find((name) => action === `.${name}`)
  if (field) return (data) => data[field]
  const group = /^\.Group\.(\w+)$/.exec(action)?.[1] ?? /^index\s+\.Group\s+"([^"]*)"$/.exec(action)?.[1]
  if (group !== undefined) return ({ Group }) => Group[group] ?? noValue
  const index = /^index\s+\.Match\s+(\d+)$/.exec(action)?.[1]
  if (index !== undefined)
    return ({ Match }) => {
      const found = Match[Number(index)]
      if (found === undefined) throw new Error(`template: answer:1: error calling index: index out of range: ${index}`)
      return found
    }
  throw new Error(`template: answer:1: {{${action}}} is not available in this lab`)
}

/** Throws Error for a template that is none. */
export function compileTemplate(text: string): Template {
  const parts: Template[] = []
  let rest = text
  for (let open = rest.indexOf('{{'); open !== -1; open = rest.indexOf('{{')) {
    const close = rest.indexOf('}}', open)
    if (close === -1) throw new Error('template: answer:1: unclosed action')
    let before = rest.slice(0, open)
    let action = rest.slice(open + 2, close)
    rest = rest.slice(close + 2)
    if (action.startsWith('- ')) before = before.trimEnd()
    if (action.endsWith(' -')) rest = rest.trimStart()
    action = action.replace(/^-\s|\s-$/g, '').trim()
    const compiled = compileAction(action)
    const literal = before
    parts.push(() => literal, compiled)
  }
  const end = rest
  return (data) => [...parts.map((part) => part(data)), end].join('')
}
