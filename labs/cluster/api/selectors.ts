// Label and field selectors: parsing and matching, as `-l`, `--field-selector` and LabelSelector objects write them. Pure; used by store, server and controllers.
import type { Json } from './json-value.ts'
import { ApiError, type KubeObject } from './store.ts'

type Labels = Record<string, string> | undefined
type LabelTest = (labels: Labels) => boolean

export interface LabelSelector {
  matchLabels?: Record<string, string>
  matchExpressions?: { key: string; operator: string; values?: string[] }[]
}

const setPattern = /^([^\s=!,()<>]+)\s+(in|notin)\s*\(([^()]*)\)$/
const equalPattern = /^([^\s=!,()<>]+)\s*(==|=|!=)\s*([^\s=!,()]*)$/
const orderPattern = /^([^\s=!,()<>]+)\s*(<|>)\s*(-?\d+)$/
const existsPattern = /^(!?)\s*([^\s=!,()<>]+)$/

/** Splits at commas that are not within parentheses. */
function splitTerms(text: string): string[] {
  const terms: string[] = []
  let depth = 0
  let start = 0
  for (let i = 0; i <= text.length; i++) {
    const c = text[i]
    if (c === '(') depth++
    else if (c === ')') depth--
    else if (c === undefined || (c === ',' && depth === 0)) {
      terms.push(text.slice(start, i).trim())
      start = i + 1
    }
  }
  return terms
}

function parseTerm(term: string): LabelTest {
  let m = setPattern.exec(term)
  if (m) {
    const [, key, operator, list] = m as unknown as [string, string, string, string]
    const values = new Set(list.split(',').map((v) => v.trim()))
    const wanted = operator === 'in'
    return (labels) => {
      const value = labels?.[key]
      return value === undefined ? !wanted : values.has(value) === wanted
    }
  }
  m = equalPattern.exec(term)
  if (m) {
    const [, key, operator, wanted] = m as unknown as [string, string, string, string]
    return operator === '!=' ? (labels) => labels?.[key] !== wanted : (labels) => labels?.[key] === wanted
  }
  m = orderPattern.exec(term)
  if (m) {
    const [, key, operator, bound] = m as unknown as [string, string, string, string]
    return (labels) => {
      const value = labels?.[key]
      if (value === undefined || !/^-?\d+$/.test(value)) return false
      return operator === '<' ? Number(value) < Number(bound) : Number(value) > Number(bound)
    }
  }
  m = existsPattern.exec(term)
  if (m) {
    const [, not, key] = m as unknown as [string, string, string]
    return (labels) => (labels?.[key] !== undefined) !== (not === '!')
  }
  const why =
    term.includes('(') && !term.includes(')')
      ? "found '', expected: ',' or ')'"
      : `found '${term.split(/\s+/)[1] ?? term}', expected: in, notin, =, ==, !=, gt, lt`
  throw new ApiError(400, 'BadRequest', `unable to parse requirement: ${why}`)
}

/** Parses the text of `-l`; throws ApiError BadRequest. The empty text matches everything. */
export function parseLabelSelector(text: string): LabelTest {
  if (text.trim() === '') return () => true
  const tests = splitTerms(text).map(parseTerm)
  return (labels) => tests.every((test) => test(labels))
}

/** Does a LabelSelector object match? The empty selector matches everything, undefined matches nothing (as in Kubernetes). */
export function matchesLabelSelector(selector: LabelSelector | undefined, labels: Labels): boolean {
  if (!selector) return false
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) if (labels?.[key] !== value) return false
  for (const { key, operator, values = [] } of selector.matchExpressions ?? []) {
    const value = labels?.[key]
    const holds =
      operator === 'In'
        ? value !== undefined && values.includes(value)
        : operator === 'NotIn'
          ? value === undefined || !values.includes(value)
          : operator === 'Exists'
            ? value !== undefined
            : operator === 'DoesNotExist'
              ? value === undefined
              : false
    if (!holds) return false
  }
  return true
}

/** A LabelSelector as kubectl prints and queries it: `app=web,tier in (a,b)`. */
export function formatLabelSelector(selector: LabelSelector | undefined): string {
  if (!selector) return '<none>'
  const terms: [string, string][] = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => [key, `${key}=${value}`])
  for (const { key, operator, values = [] } of selector.matchExpressions ?? []) {
    const list = `(${[...values].sort().join(',')})`
    const words: Record<string, string> = { In: `${key} in ${list}`, NotIn: `${key} notin ${list}`, Exists: key, DoesNotExist: `!${key}` }
    terms.push([key, words[operator] ?? key])
  }
  if (terms.length === 0) return '<none>'
  return terms
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, term]) => term)
    .join(',')
}

function fieldText(object: KubeObject, path: string): string {
  let value: Json = object
  for (const step of path.split('.')) value = value?.[step]
  if (value === undefined || value === null) return ''
  return String(value)
}

/** Parses a field selector; `supported` lists the paths besides metadata.name and metadata.namespace. Throws ApiError BadRequest. */
export function parseFieldSelector(
  text: string,
  supported: Record<string, (object: KubeObject) => string>,
): (object: KubeObject) => boolean {
  if (text.trim() === '') return () => true
  const tests = text.split(',').map((term) => {
    const m = /^([^=!]+)(==|!=|=)(.*)$/.exec(term.trim())
    if (!m) throw new ApiError(400, 'BadRequest', `invalid selector: '${text}'; can't understand '${term.trim()}'`)
    const [, path, operator, wanted] = m as unknown as [string, string, string, string]
    const read =
      supported[path] ?? (path === 'metadata.name' || path === 'metadata.namespace' ? (o: KubeObject) => fieldText(o, path) : undefined)
    if (!read) throw new ApiError(400, 'BadRequest', `field label not supported: ${path}`)
    return (object: KubeObject) => (read(object) === wanted) === (operator !== '!=')
  })
  return (object) => tests.every((test) => test(object))
}

/** A reader for a field selector path that is just a path into the object. */
export const field = (path: string) => (object: KubeObject) => fieldText(object, path)
