// Compares Kubernetes objects with what a scenario wants of them. Pure. Called by observation.ts.
import { isDeepStrictEqual } from 'node:util'
import { query } from 'json-p3'
import type { z } from 'zod'
import type { kubeProbe } from '../spec/probe.ts'
import { describeDifference, likeliestSuccessor } from './difference.ts'
import { resourceType } from './resource-path.ts'
import { fail, pass, quoteText, type Verdict } from './verdict.ts'
import { judgeWords, type Words } from './words.ts'

export type KubeProbe = z.infer<typeof kubeProbe>['kube']

/** JSON with the keys of every map sorted: objects that are equal have equal texts, however the API ordered them. */
function canonicalText(value: unknown): string {
  const sortKeys = (_key: string, inner: unknown) =>
    inner && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner
  return JSON.stringify(value, sortKeys) ?? ''
}
function byText(values: readonly unknown[]): unknown[] {
  const texts = values.map((value) => ({ value, text: canonicalText(value) }))
  return texts.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0)).map(({ value }) => value)
}

/**
 * What a probe's JSONPath finds, in an order that does not depend on the API's. Endpoints and labels are sets: their order never means anything.
 * `object` undefined (404): nothing.
 */
export function selectValues(probe: KubeProbe, object: unknown): unknown[] {
  if (object === undefined) return []
  return byText(query(probe.path, object as Parameters<typeof query>[1]).values())
}

/** "EndpointSlice lists 0 addresses", "2 pods", "no Service web". */
function describeValues(probe: KubeProbe, values: readonly unknown[], found: boolean, words: Words): string {
  const { kind } = resourceType(probe.get)
  if (!found) return words.noObject(kind, probe.name)
  const noun = /(?:\.|\[')([A-Za-z-]+)(?:'\])?(?:\[[^\]]*\])*$/.exec(probe.path)?.[1]
  if (!noun || noun === 'items') return probe.name ? words.matches(kind, probe.name, values.length) : `${values.length} ${probe.get}`
  return words.lists(`${kind}${probe.name ? ` ${probe.name}` : ''}`, values.length, noun)
}

const showValues = (values: readonly unknown[], words: Words) =>
  values.length === 0
    ? words.nothing
    : quoteText(values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join(', '), 120)

/** What became of the values: fields of one object, else which values went and came. */
function describeChange(kind: string, before: readonly unknown[], values: readonly unknown[], words: Words): string {
  const isIn = (list: readonly unknown[]) => (value: unknown) => list.some((other) => isDeepStrictEqual(other, value))
  const gone = before.filter((value) => !isIn(values)(value))
  const added = values.filter((value) => !isIn(before)(value))
  const fields = gone.length > 0 ? describeDifference(gone[0], likeliestSuccessor(gone[0], added), words) : undefined
  if (fields) return words.objectIs(kind, fields)
  const parts = [gone.length ? words.gone(showValues(gone, words)) : '', added.length ? words.added(showValues(added, words)) : ''].filter(
    Boolean,
  )
  return parts.length > 0 ? words.objectChanged(kind, parts.join(words.semicolon)) : words.objectCount(kind, values.length, before.length)
}

/** Judges values found now; `baseline` is what was found while the lab was healthy (for `unchanged`). */
export function judgeKube(probe: KubeProbe, object: unknown, baseline?: readonly unknown[], words: Words = judgeWords.en): Verdict {
  const values = selectValues(probe, object)
  const counted = describeValues(probe, values, object !== undefined, words)
  if (probe.count !== undefined) return (values.length === probe.count ? pass : fail)(counted, `${probe.count}`)
  if (probe.atLeast !== undefined) return (values.length >= probe.atLeast ? pass : fail)(counted, words.atLeast(probe.atLeast))
  const { kind } = resourceType(probe.get)
  const shown = object === undefined ? counted : words.shows(`${kind}${probe.name ? ` ${probe.name}` : ''}`, showValues(values, words))
  if (probe.unchanged) {
    const before = baseline ?? []
    if (isDeepStrictEqual(values, before)) return pass(words.asBefore)
    return fail(object === undefined ? counted : describeChange(kind, before, values, words), words.asBefore)
  }
  const expected = Array.isArray(probe.equals) && values.length !== 1 ? byText(probe.equals) : [probe.equals]
  const equal = isDeepStrictEqual(values, expected) || (Array.isArray(probe.equals) && isDeepStrictEqual(values, byText(probe.equals)))
  return (equal ? pass : fail)(shown)
}
