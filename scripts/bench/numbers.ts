// Medians, percentiles and rows: what every benchmark prints.

/** The value below which the share `p` (0 to 1) of the sorted values lies. */
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
}
