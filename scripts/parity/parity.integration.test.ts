// The same transcript on two embedded clusters differs in nothing: what the normaliser leaves is a difference of the runtimes.
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type StagedCluster, stageCluster } from '../../labs/runtimes/embedded/testing/staged-cluster.ts'
import { createCluster } from './clusters.ts'
import { compare } from './compare.ts'
import { play } from './play.ts'
import { readTranscript } from './transcript.ts'

let staged: StagedCluster
beforeAll(async () => {
  staged = await stageCluster()
})
afterAll(() => staged?.remove())

test('embedded is like embedded', { timeout: 180_000 }, async () => {
  const sections = readTranscript(join(import.meta.dirname, 'transcript')).filter(({ name }) =>
    ['fresh', 'nodes', 'reading', 'dns'].includes(name),
  )
  const record = async () => {
    const { cluster, end } = await createCluster('embedded', staged.assets, new AbortController().signal)
    try {
      return await play('embedded', cluster, sections)
    } finally {
      await end()
    }
  }
  const [first, second] = await Promise.all([record(), record()])
  expect([...first.troubles, ...second.troubles]).toEqual([])
  expect(compare(first, second).differences).toEqual([])
})

test('the transcript has at least 150 commands', () => {
  const typed = readTranscript(join(import.meta.dirname, 'transcript')).flatMap(({ commands }) => commands.filter(({ quiet }) => !quiet))
  expect(typed.length).toBeGreaterThanOrEqual(150)
})
