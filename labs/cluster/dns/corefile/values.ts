// Numbers and durations of a Corefile, with Go's words for what is none.
import { CorefileError } from './dispenser.ts'

/** Throws CorefileError. */
export function goInteger(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new CorefileError(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`)
  return Number(text)
}

const unitMs: Record<string, number> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** 5s, 1m30s, 500ms, as milliseconds. Throws CorefileError. */
export function goDuration(text: string): number {
  const [, sign, rest] = /^([+-]?)(.*)$/.exec(text) as unknown as [string, string, string]
  if (rest === '0') return 0
  const parts = [...rest.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)/g)]
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== rest) {
    const why = /^(\d+\.?\d*|\.\d+)$/.test(rest) ? 'missing unit in duration' : 'invalid duration'
    throw new CorefileError(`time: ${why} ${JSON.stringify(text)}`)
  }
  const ms = parts.reduce((sum, [, number, unit]) => sum + Number(number) * (unitMs[unit as string] as number), 0)
  return sign === '-' ? -ms : ms
}

/** As Go prints it: 500ms, 5s, 1m30s, 2h0m0s. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return ms === 0 ? '0s' : `${ms}ms`
  const [hours, minutes, seconds] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60, (ms % 60_000) / 1000]
  return `${hours ? `${hours}h` : ''}${hours || minutes ? `${minutes}m` : ''}${seconds}s`
}

/** Go's regular expressions, as far as JavaScript has them: named groups and flags are spelled differently. Undefined for what is none. */
export function goPattern(text: string): RegExp | undefined {
  const [, flags = '', source = ''] = /^(?:\(\?([ims]+)\))?(.*)$/s.exec(text) ?? []
  try {
    return new RegExp(source.replaceAll('(?P<', '(?<').replace(/^\\A/, '^').replace(/\\z$/, '$'), flags)
  } catch {
    return undefined
  }
}

/** `:8080` or `0.0.0.0:8080` as a port. Throws CorefileError. */
export function portOf(address: string): number {
  const port = /^(?:\[.*\]|[^:]*):(\d+)$/.exec(address)?.[1]
  if (port === undefined) throw new CorefileError(`address ${address}: missing port in address`)
  return Number(port)
}
