// `template`: answers made up from the question.
import type { Dispenser } from '../corefile/dispenser.ts'
import { goPattern } from '../corefile/values.ts'
import { type DnsRecord, type Rcode, recordTypes } from '../message.ts'
import { type DnsRequest, emptyReply, type Outcome, rcodeOf, replied, type Setup, type Site } from '../plugin.ts'
import { typeCode, typeName } from '../record-types.ts'
import { parseRecord } from '../zone-record.ts'
import { fallthroughZones, matchZone, zonesFrom } from '../zones.ts'
import { compileTemplate, type Template, type TemplateData } from './template-text.ts'

const sections = ['answer', 'authority', 'additional'] as const

interface Rule {
  zones: string[]
  /** undefined: any */
  type: number | undefined
  typeName: string
  patterns: RegExp[]
  sections: Record<(typeof sections)[number], Template[]>
  rcode: Rcode
  fallthrough: string[]
  /** aliases are followed */
  upstream: boolean
}

function readRule(words: Dispenser, blockZones: readonly string[]): Rule {
  const recordClass = words.argument()
  if (!['IN', 'CH', 'ANY'].includes(recordClass)) throw words.error(`invalid query class ${recordClass}`)
  const name = words.argument()
  const type = typeCode(name)
  if (type === undefined) throw words.error(`invalid RR class ${name}`)
  const rule: Rule = {
    zones: zonesFrom(words.remaining(), blockZones),
    type: type === recordTypes.ANY ? undefined : type,
    typeName: name,
    patterns: [],
    sections: { answer: [], authority: [], additional: [] },
    rcode: 'NOERROR',
    fallthrough: [],
    upstream: false,
  }
  while (words.nextInBlock()) {
    const property = words.value()
    const given = words.remaining()
    switch (property) {
      case 'match':
        if (given.length === 0) throw words.argumentError()
        for (const text of given) {
          const pattern = goPattern(text)
          if (!pattern) throw words.error(`could not parse regex: ${text}, error parsing regexp: ${text}`)
          rule.patterns.push(pattern)
        }
        break
      case 'answer':
      case 'authority':
      case 'additional':
        if (given.length === 0) throw words.argumentError()
        for (const text of given) {
          try {
            rule.sections[property].push(compileTemplate(text))
          } catch (error) {
            throw words.error(`could not compile template: ${text}, ${(error as Error).message}`)
          }
        }
        break
      case 'rcode': {
        const [text] = given
        if (text === undefined) throw words.argumentError()
        const rcode = rcodeOf(text)
        if (!rcode) throw words.error(`unknown rcode ${text}`)
        rule.rcode = rcode
        break
      }
      case 'fallthrough':
        rule.fallthrough = fallthroughZones(given)
        break
      case 'upstream':
        rule.upstream = true
        break
      default:
        throw words.argumentError(property)
    }
  }
  if (rule.patterns.length === 0) rule.patterns.push(/.*/)
  return rule
}

/** `next`: the rule does not apply. `fail`: its names end here. */
function match(rule: Rule, { name, question, client }: DnsRequest): TemplateData | 'next' | 'fail' {
  const zone = matchZone(rule.zones, name)
  if (!zone || (rule.type !== undefined && question.type !== recordTypes.ANY && question.type !== rule.type)) return 'next'
  for (const pattern of rule.patterns) {
    const groups = pattern.exec(name)
    if (!groups) continue
    const type = question.type === recordTypes.ANY ? rule.typeName : typeName(question.type)
    const named = { ...Object.fromEntries(groups.map((group, i) => [String(i), group ?? ''])), ...groups.groups }
    return { Zone: zone, Name: name, Class: 'IN', Type: type, Remote: client.address, Match: groups.map((g) => g ?? ''), Group: named }
  }
  return matchZone(rule.fallthrough, name) ? 'next' : 'fail'
}

async function answer(rule: Rule, data: TemplateData, request: DnsRequest, { lookup }: Site): Promise<Outcome> {
  if (rule.rcode === 'SERVFAIL') return { rcode: 'SERVFAIL' }
  try {
    const records = (section: (typeof sections)[number]): DnsRecord[] =>
      rule.sections[section].map((template) => parseRecord(template(data)))
    const answers: DnsRecord[] = []
    const { type } = request.question
    for (const record of records('answer')) {
      answers.push(record)
      if (!rule.upstream || record.type !== 'CNAME' || (type !== recordTypes.A && type !== recordTypes.AAAA)) continue
      answers.push(...(await lookup(request, { ...request.question, name: record.target })).answers)
    }
    const rest = { answers, authorities: records('authority'), additionals: records('additional') }
    return replied({ ...emptyReply(rule.rcode), authoritative: true, ...rest })
  } catch (error) {
    return { rcode: 'SERVFAIL', error: error instanceof Error ? error.message : String(error) }
  }
}

export const template: Setup = (words, site) => {
  const rules: Rule[] = []
  while (words.next()) rules.push(readRule(words, site.zones))
  return {
    handler: (next) => async (request) => {
      for (const rule of rules) {
        const data = match(rule, request)
        if (data === 'fail') return { rcode: 'SERVFAIL' }
        if (data !== 'next') return answer(rule, data, request, site)
      }
      return next(request)
    },
  }
}
