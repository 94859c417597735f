// `rewrite name`: how a question's name is changed, and how answers are made to fit the question that was asked.
import { CorefileError } from '../corefile/dispenser.ts'
import { goPattern } from '../corefile/values.ts'
import { type DnsRecord, type Labels, toLabels } from '../message.ts'
import { withQuestion } from '../plugin.ts'
import { nameText, qualified } from '../zones.ts'
import type { Rewrite, RewriteRecord } from './rewrite.ts'

type Change = (name: string) => string

/** `{1}` in `to` is what the first group of `pattern` matched. */
const byPattern =
  (pattern: RegExp, to: string): Change =>
  (name) => {
    const groups = pattern.exec(name)
    return groups ? groups.reduce((text, group, i) => text.replaceAll(`{${i}}`, () => group ?? ''), to) : name
  }

const bySuffix =
  (from: string, to: string): Change =>
  (name) =>
    name.endsWith(from) ? name.slice(0, name.length - from.length) + to : name

/** The name itself and names below it. */
const byMap =
  (from: string, to: string): Change =>
  (name) =>
    name === from ? to : name.endsWith(`.${from}`) ? name.slice(0, -from.length) + to : name

export function usablePattern(from: string, to: string): RegExp {
  const pattern = goPattern(from)
  if (!pattern) throw new CorefileError(`invalid regex matching pattern: ${from}`)
  const groups = (new RegExp(`${pattern.source}|`, pattern.flags).exec('')?.length ?? 1) - 1
  const used = new Set(to.match(/\{\d+\}/g)).size
  if (used > groups)
    throw new CorefileError(
      `the rewrite regex pattern (${to}) uses more subexpressions than its corresponding matching regex pattern (${from})`,
    )
  return pattern
}

const changed = (labels: Labels, change: Change): Labels => {
  const before = nameText(labels)
  const after = change(before)
  return after === before ? labels : toLabels(after)
}
const owner =
  (change: Change): RewriteRecord =>
  (record) => ({ ...record, name: changed(record.name, change) })
const value =
  (change: Change): RewriteRecord =>
  (record): DnsRecord => {
    if (record.type === 'SOA') return { ...record, primary: changed(record.primary, change) }
    return 'target' in record ? { ...record, target: changed(record.target, change) } : record
  }

interface Answers {
  auto: boolean
  rules: RewriteRecord[]
}

/** `answer auto`, `answer name FROM TO`, `answer value FROM TO`, one after the other. */
function parseAnswers(match: string, words: readonly string[]): Answers {
  const answers: Answers = { auto: false, rules: [] }
  if (words.length === 1) throw new CorefileError(`invalid arguments for ${match} rule`)
  let hasNames = false
  for (let at = 0; at < words.length; ) {
    if (at === 0 && words[0] !== 'answer')
      throw new CorefileError(`exceeded the number of arguments for a non-answer rule argument for ${match} rule`)
    if (words[at] === 'answer') at++
    const kind = words[at++]
    if (kind === undefined) throw new CorefileError(`type missing for answer rule for ${match} rule`)
    if (kind === 'auto') {
      answers.auto = true
      continue
    }
    if (kind !== 'name' && kind !== 'value')
      throw new CorefileError(`invalid type ${JSON.stringify(kind)} for answer rule for ${match} rule`)
    const [from, to] = [words[at++], words[at++]]
    if (from === undefined || to === undefined) throw new CorefileError(`${kind} answer rule for ${match} rule: 2 arguments required`)
    const change = byPattern(usablePattern(from, to), qualified(to))
    answers.rules.push(kind === 'name' ? owner(change) : value(change))
    hasNames ||= kind === 'name'
  }
  if (answers.auto && hasNames) throw new CorefileError('auto name answer rule cannot be combined with explicit name anwer rules')
  return answers
}

/** What the question becomes; undefined when it does not match. */
function question(match: string, from: string, to: string): (name: string) => string | undefined {
  switch (match) {
    case 'exact':
      return (name) => (name === from ? to : undefined)
    case 'prefix':
      return (name) => (name.startsWith(from) ? to + name.slice(from.length) : undefined)
    case 'suffix':
      return (name) => (name.endsWith(from) ? name.slice(0, name.length - from.length) + to : undefined)
    case 'substring':
      return (name) => (name.includes(from) ? name.replaceAll(from, () => to) : undefined)
    case 'regex': {
      const pattern = usablePattern(from, to)
      const change = byPattern(pattern, qualified(to))
      return (name) => (pattern.test(name) ? change(name) : undefined)
    }
    default:
      throw new CorefileError(`name rule supports only exact, prefix, suffix, substring, and regex name matching, received: ${match}`)
  }
}

export function nameRule(words: readonly string[]): Rewrite {
  if (words.length < 2) throw new CorefileError('too few arguments for a name rule')
  const [kind, from, to, ...rest] = (words.length === 2 ? ['exact', ...words] : words) as [string, string, string, ...string[]]
  const match = kind.toLowerCase()
  const spell = match === 'regex' ? (text: string) => text : qualified
  const [before, after] = [spell(from), spell(to)]
  const rewrite = question(match, before, after)
  const answers = parseAnswers(match, rest)
  // an exact rule always answers under the name that was asked
  const auto = match === 'exact' || answers.auto
  const back = bySuffix(after, before)
  return (request) => {
    const name = rewrite(request.name)
    if (name === undefined) return undefined
    const change = match === 'suffix' ? back : byMap(name, request.name)
    return {
      request: withQuestion(request, { ...request.question, name: toLabels(name) }),
      records: [...(auto ? [owner(change), value(change)] : []), ...answers.rules],
    }
  }
}
