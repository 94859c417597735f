// Medians, percentiles and rows: what every benchmark prints.

/** The value below which the share `p` (0 to 1) of the sorted values lies; NaN when there are none. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(p * sorted.length) - 1)] ?? Number.NaN
}
export const median = (values: readonly number[]): number => percentile(values, 0.5)
export const ms = (value: number): string =>
  value < 10 ? `${value.toFixed(1)} ms` : value < 10_000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(1)} s`
export const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`

/** One line of docs/benchmarks.md. */
export interface Row {
  what: string
  value: string
  /** the same for programs: ms, bytes or ratios by name */
  numbers: Record<string, number>
}

const round = (value: number) => Math.round(value * 100) / 100

/** A row of durations: median, p95 and the slowest. */
export function durations(what: string, values: readonly number[], unit = 'runs'): Row {
  const numbers = {
    medianMs: round(median(values)),
    p95Ms: round(percentile(values, 0.95)),
    mostMs: round(Math.max(...values)),
    count: values.length,
  }
  return { what, value: `median ${ms(numbers.medianMs)}, p95 ${ms(numbers.p95Ms)} (${values.length} ${unit})`, numbers }
}

/** A row of one duration. */
export const duration = (what: string, value: number): Row => ({ what, value: ms(value), numbers: { ms: Math.round(value) } })
