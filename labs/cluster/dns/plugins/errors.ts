// `errors`: prints why a query failed. With `consolidate` errors of one kind are counted for a while and then printed as one line.
import { goDuration, goPattern } from '../corefile/values.ts'
import { rcodes } from '../message.ts'
import type { Setup, Site } from '../plugin.ts'
import { typeName } from '../record-types.ts'
import { onlyOnce } from './once.ts'

type Level = Parameters<Site['say']>[0]
interface Rule {
  text: string
  pattern: RegExp
  periodMs: number
  period: string
  level: Level
  showFirst: boolean
  count: number
  cancel?: () => void
}
const levels: Record<string, Level> = { warning: 'WARNING', error: 'ERROR', info: 'INFO' }

export const errors: Setup = (words, { say, environment: { clock } }) => {
  const rules: Rule[] = []
  onlyOnce(words, () => {
    const [target, ...more] = words.remaining()
    if (more.length) throw words.argumentError()
    if (target !== undefined && target !== 'stdout') throw words.error(`invalid log file: ${target}`)
    while (words.nextInBlock()) {
      if (words.value() === 'stacktrace') continue
      if (words.value() !== 'consolidate') throw words.syntaxError(`Unknown field ${words.value()}`)
      const [period, text, ...options] = words.remaining()
      if (period === undefined || text === undefined || options.length > 2) throw words.argumentError()
      const pattern = goPattern(text)
      if (!pattern) throw words.error(`error parsing regexp: ${text}`)
      const unknown = options.find((option) => !(option in levels) && option !== 'show_first')
      if (unknown) throw words.error(`unknown option in consolidate: ${unknown}`)
      const level = levels[options[0] ?? ''] ?? 'ERROR'
      rules.push({ text, pattern, periodMs: goDuration(period), period, level, showFirst: options.includes('show_first'), count: 0 })
    }
  })

  function flush(rule: Rule): void {
    rule.cancel?.()
    if (rule.count > (rule.showFirst ? 1 : 0)) say(rule.level, `${rule.count} errors like '${rule.text}' occurred in last ${rule.period}`)
    rule.count = 0
  }
  function print(line: string, error: string): void {
    const rule = rules.find(({ pattern }) => pattern.test(error))
    if (rule && ++rule.count === 1) rule.cancel = clock.after(rule.periodMs, () => flush(rule))
    if (!rule) say('ERROR', line)
    else if (rule.showFirst && rule.count === 1) say(rule.level, line)
  }

  return {
    handler: (next) => async (request) => {
      const outcome = await next(request)
      if (outcome.error !== undefined) {
        print(`${rcodes[outcome.rcode]} ${request.name} ${typeName(request.question.type)}: ${outcome.error}`, outcome.error)
      }
      return outcome
    },
    stop: () => rules.forEach(flush),
  }
}
