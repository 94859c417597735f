// `{ip:host/partner}` in a scenario's probes, scripts and texts: the address that place has in this lab. Read by grading, labd and pages.
import { formatTarget, type Target } from './target.ts'

export const placeholder = /\{ip:([^}]+)\}/g

/** The text with the addresses that are known, by the text of their target. A place without one stays named. */
export const fillKnown = (text: string, known: ReadonlyMap<string, string>): string =>
  text.replace(placeholder, (_, target: string) => known.get(target) ?? target)

/** Addresses of outside hosts as a scenario writes them, before there is a lab: those of the embedded runtime. */
export const writtenAddresses = (hosts: readonly { name: string; address: string }[]): ReadonlyMap<string, string> =>
  new Map(hosts.map(({ name, address }) => [formatTarget({ kind: 'host', name } satisfies Target), address]))
