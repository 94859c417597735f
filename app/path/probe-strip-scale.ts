// The strip of the last probes: which are kept, how many answered, and where a duration stands on its logarithmic scale. Pure; used by probe-strip.tsx and path-session.ts.
import type { PathResult } from '../../labs/spec/path.ts'

export interface Probe {
  /** 1 is the first of this page's session */
  number: number
  /** epoch ms */
  at: number
  answered: boolean
  ms: number
}

export const shownProbes = 20

/** The probes with one more, the oldest beyond twenty forgotten. */
export function addProbe(probes: readonly Probe[], result: PathResult): Probe[] {
  const probe = {
    number: (probes.at(-1)?.number ?? 0) + 1,
    at: result.at,
    answered: result.outcome === 'answered' && result.verdict.state === 'delivered',
    ms: result.outcomeMs,
  }
  return [...probes, probe].slice(-shownProbes)
}

export interface Scale {
  /** ms at the top */
  top: number
  /** ms values that get a line, lowest first; the first is the bottom */
  ticks: number[]
  /** 0 at the bottom, 1 at the top */
  share(ms: number): number
}

/** A probe that gives up after 2 s ends a little later. */
const twoSeconds = 2200

/** From 1 ms to 2 s as long as that is enough, then to the next power of ten. */
export function stripScale(probes: readonly Probe[]): Scale {
  const longest = Math.max(1, ...probes.map((probe) => probe.ms))
  const top = longest <= twoSeconds ? 2000 : 10 ** Math.ceil(Math.log10(longest))
  const ticks = [1, 10, 100, 1000, 10_000].filter((tick) => tick <= top / 5)
  return {
    top,
    ticks: [...ticks, top],
    share: (ms) => Math.log10(Math.min(top, Math.max(1, ms))) / Math.log10(top),
  }
}

/** 3.4 → `3 ms`, 1 000 → `1 s`, 2 013 → `2.0 s`. */
export function shortMs(ms: number): string {
  if (ms < 1) return '< 1 ms'
  if (Math.round(ms) < 1000) return `${Math.round(ms)} ms`
  const rounded = Math.round(ms)
  return `${rounded % 1000 === 0 ? rounded / 1000 : (ms / 1000).toFixed(1)} s`
}
