import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readEvents, stateAfter } from './event-reader.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pw-events-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('reads whole lines, and goes on where it stopped', () => {
  const file = join(folder, 'events.jsonl')
  const first = `${JSON.stringify({ type: 'started', at: 1, ms: 5 })}\n`
  writeFileSync(file, `${first}{"type":"reset","a`)
  expect(readEvents(folder, 0)).toEqual({ events: [{ type: 'started', at: 1, ms: 5 }], toByte: first.length })
  appendFileSync(file, 't":7}\n')
  expect(readEvents(folder, first.length)).toEqual({ events: [{ type: 'reset', at: 7 }], toByte: first.length + 24 })
})

test('what is not understood is left out, and does not stop what follows', () => {
  writeFileSync(join(folder, 'events.jsonl'), 'garbage\n{"type":"of a later build","at":1}\n{"type":"reset","at":2}\n')
  expect(readEvents(folder, 0).events).toEqual([{ type: 'reset', at: 2 }])
})

test('a lab without a log has no events', () => {
  expect(readEvents(folder, 0)).toEqual({ events: [], toByte: 0 })
})

test('the state follows from the events', () => {
  const at = 1
  expect(stateAfter([])).toBe('starting')
  expect(stateAfter([{ type: 'started', at, ms: 1 }])).toBe('healthy')
  expect(
    stateAfter([
      { type: 'started', at, ms: 1 },
      { type: 'broken', at },
      { type: 'solved', at, ms: 1, hints: 0, resets: 0 },
    ]),
  ).toBe('solved')
  expect(
    stateAfter([
      { type: 'started', at, ms: 1 },
      { type: 'broken', at },
      { type: 'solved', at, ms: 1, hints: 0, resets: 0 },
      { type: 'reset', at },
    ]),
  ).toBe('broken')
  expect(stateAfter([{ type: 'ended', at, reason: 'failed' }])).toBe('failed')
  expect(
    stateAfter([
      { type: 'started', at, ms: 1 },
      { type: 'stopping', at },
    ]),
  ).toBe('stopping')
})
