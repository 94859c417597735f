// Says errors and reasons in a page's language. They are thrown in English; their sentences are known by heart (chinese.ts). Pure; used by the gateway
// and, for the first look at the machine, by scripts/web.ts.
import type { ErrorBody, ErrorCode } from '../spec/errors.ts'
import type { LabSnapshot } from '../spec/lab.ts'
import type { Locale } from '../spec/scenario.ts'
import type { MachineStatus, RuntimeChoice } from '../spec/status.ts'
import { codesInChinese, sentencesInChinese } from './chinese.ts'

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
const patterns = sentencesInChinese.map(([english, chinese]) => ({
  pattern: new RegExp(`^${english.split('{}').map(escaped).join('(.+?)')}$`, 's'),
  parts: chinese.split('{}'),
}))

/** Undefined for a sentence that is not known. What stands in its gaps may be a sentence too. */
function inChinese(text: string): string | undefined {
  for (const { pattern, parts } of patterns) {
    const gaps = pattern.exec(text)?.slice(1)
    if (gaps) return parts.map((part, index) => part + (gaps[index] === undefined ? '' : (inChinese(gaps[index]) ?? gaps[index]))).join('')
  }
  return undefined
}

/** A sentence that is not known stays in English, after what its code means. What is said in Chinese already stays. */
export function sayMessage({ code, message }: { code: ErrorCode; message: string }, locale: Locale): string {
  if (locale === 'en' || /\p{Script=Han}/u.test(message)) return message
  return inChinese(message) ?? `${codesInChinese[code]}：${message}`
}
const sayReason = (text: string, locale: Locale): string => (locale === 'en' ? text : (inChinese(text) ?? text))

export function sayError<E extends ErrorBody>(error: E, locale: Locale): E {
  return { ...error, message: sayMessage(error, locale), ...(error.hint ? { hint: sayReason(error.hint, locale) } : {}) }
}

export const saySnapshot = (snapshot: LabSnapshot, locale: Locale): LabSnapshot =>
  snapshot.failure ? { ...snapshot, failure: sayError(snapshot.failure, locale) } : snapshot

export function sayRuntimes(choice: RuntimeChoice, locale: Locale): RuntimeChoice {
  const options = choice.options.map((option) => ({ ...option, ...(option.reason ? { reason: sayReason(option.reason, locale) } : {}) }))
  return { ...choice, options }
}

export function sayStatus(status: MachineStatus, locale: Locale): MachineStatus {
  const { pool } = status
  if (!pool) return status
  const failures = pool.failures.map(({ at, error }) => ({ at, error: sayError(error, locale) }))
  return { ...status, pool: { ...pool, failures, ...(pool.waiting ? { waiting: sayReason(pool.waiting, locale) } : {}) } }
}
