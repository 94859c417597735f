// Resource quantities (cpu 0.5 → 500m) in upstream's canonical form. Used by defaulting.
import type { Json } from './json-value.ts'

const binary: Record<string, number> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 }
const decimal: Record<string, number> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 }
const pattern = /^([+-]?)(\d*)(?:\.(\d*))?(?:(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E)|[eE]([+-]?\d+))?$/

/** The canonical text, or undefined when it is not a quantity. */
export function canonicalQuantity(value: string | number): string | undefined {
  const m = pattern.exec(String(value))
  if (!m || (!m[2] && !m[3])) return undefined
  const [, sign = '', whole = '', fraction = '', unit = '', exponent] = m
  // Exact arithmetic in nano units: a quantity is an integer times 10^-9.
  const digits = BigInt((whole || '0') + fraction)
  let power = exponent !== undefined ? Number(exponent) : (decimal[unit] ?? 0)
  let nano = digits
  power += 9 - fraction.length
  if (binary[unit] !== undefined) nano <<= BigInt(binary[unit])
  if (power >= 0) nano *= 10n ** BigInt(power)
  else {
    const divisor = 10n ** BigInt(-power)
    nano = (nano + divisor - 1n) / divisor
  }
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
