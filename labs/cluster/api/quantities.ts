// Resource quantities (cpu 0.5 → 500m) in upstream's canonical form. Used by defaulting.
import type { Json } from './json-value.ts'

const binary: Record<string, number> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 }
const decimal: Record<string, number> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 }
const pattern = /^([+-]?)(\d*)(?:\.(\d*))?(?:(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E)|[eE]([+-]?\d+))?$/

/** The magnitude in nano units, exact: a quantity is an integer times 10^-9. */
function parseQuantity(value: string | number): { sign: string; nano: bigint; unit: string; exponent: string | undefined } | undefined {
  const m = pattern.exec(String(value))
  if (!m || (!m[2] && !m[3])) return undefined
  const [, sign = '', whole = '', fraction = '', unit = '', exponent] = m
  const power = (exponent !== undefined ? Number(exponent) : (decimal[unit] ?? 0)) + 9 - fraction.length
  let nano = BigInt((whole || '0') + fraction)
  if (binary[unit] !== undefined) nano <<= BigInt(binary[unit])
  if (power >= 0) nano *= 10n ** BigInt(power)
  else {
    const divisor = 10n ** BigInt(-power)
    nano = (nano + divisor - 1n) / divisor
  }
  return { sign, nano, unit, exponent }
}

/** In nano units, for comparing; 0 when it is no quantity. */
export function quantityValue(value: string | number): bigint {
  const parsed = parseQuantity(value)
  return parsed ? (parsed.sign === '-' ? -parsed.nano : parsed.nano) : 0n
}

/** Adds lists of resources, in the form of the first. */
export function sumQuantities(lists: readonly Record<string, string>[]): Record<string, string> {
  const sums = new Map<string, { nano: bigint; unit: string }>()
  for (const list of lists) {
    for (const [name, value] of Object.entries(list)) {
      const before = sums.get(name)
      const unit = before?.unit ?? parseQuantity(value)?.unit ?? ''
      sums.set(name, { nano: (before?.nano ?? 0n) + quantityValue(value), unit })
    }
  }
  return Object.fromEntries([...sums].map(([name, { nano, unit }]) => [name, formatQuantity(nano, unit)]))
}

/** The canonical text, or undefined when it is not a quantity. */
export function canonicalQuantity(value: string | number): string | undefined {
  const parsed = parseQuantity(value)
  return parsed && formatQuantity(parsed.nano, parsed.unit, parsed.sign, parsed.exponent)
}

/** `unit` and `exponent` say which of the forms it was written in. */
function formatQuantity(given: bigint, unit: string, sign = '', exponent?: string): string {
  let nano = given
  const minus = sign === '-' && nano !== 0n ? '-' : ''
  if (nano === 0n) return '0'
  if (binary[unit] !== undefined && nano % (1024n * 10n ** 9n) === 0n) {
    let n = nano / 10n ** 9n
    let step = 0
    while (step < 6 && n % 1024n === 0n) {
      n /= 1024n
      step++
    }
    return `${minus}${n}${['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'][step]}`
  }
  let scale = -9
  while (scale < 18 && nano % 1000n === 0n) {
    nano /= 1000n
    scale += 3
  }
  if (exponent !== undefined) return scale === 0 ? `${minus}${nano}` : `${minus}${nano}e${scale}`
  const suffix = Object.keys(decimal).find((key) => decimal[key] === scale) ?? ''
  return `${minus}${nano}${suffix}`
}

/** Requests and limits in place: canonical text, and limits copied to requests where those are missing. */
export function canonicalResources(resources: Json): void {
  for (const kind of ['limits', 'requests']) {
    const list = resources[kind]
    for (const name of Object.keys(list ?? {})) list[name] = canonicalQuantity(list[name]) ?? list[name]
  }
}
