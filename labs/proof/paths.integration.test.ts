// Where the packet died in every scenario's own fault, asked of a real lab process; and what asking costs. Needs a built dist/ and network namespaces.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { scenarioIds } from '../catalogue/scenario-catalogue.ts'
import type { LabSnapshot } from '../spec/lab.ts'
import { systemClock } from '../system/clock.ts'
import { readInstallation } from '../system/installation.ts'
import { type ProofLab, startProofLab } from './proof-lab.ts'

const scenarios = join(import.meta.dirname, '../scenarios')
const signal = new AbortController().signal

interface Expected {
  from: string
  to: string
  verdict: { state: string; cause: string; place: string | RegExp }
}
/** A scenario without a line here fails: its fault must have been looked at. */
const expected: Record<string, Expected> = {
  'sd-selector-typo': {
    from: 'pod/client',
    to: 'http://web',
    verdict: { state: 'rejected', cause: 'no-endpoints', place: 'node/worker' },
  },
  'nm-ip-forward-off': {
    from: 'pod/client',
    to: 'http://web',
    verdict: { state: 'dropped', cause: 'forwarding-off', place: 'node/worker2' },
  },
  'out-masquerade-missing': {
    from: 'deploy/billing',
    to: 'http://partner',
    verdict: { state: 'misrouted', cause: 'pod-address-outside', place: 'host/partner' },
  },
  // its fault lets in too much: the packet arrives
  'np-and-or-selector': {
    from: 'pod/shop:web',
    to: 'tcp://db.data:5432',
    verdict: { state: 'delivered', cause: 'answered', place: /^pod\/data:db-/ },
  },
}

describe('where the packet died', async () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'podwire-paths-'))
    process.env.PODWIRE_RUNTIME_DIR = join(folder, 'run')
    process.env.PODWIRE_STATE_DIR ??= join(tmpdir(), 'podwire-proof-logs')
  })
  afterAll(() => rm(folder, { recursive: true }))

  it.each(await scenarioIds(scenarios))('%s', async (id) => {
    const question = expected[id]
    if (!question) throw new Error(`${id} is not in the table of this test`)
    const { from, to, verdict } = question
    const lab = await startProofLab({
      installation: readInstallation(),
      scenarioFolder: join(scenarios, id),
      runtime: 'embedded',
      memoryMB: 1024,
      clock: systemClock,
      signal,
    })
    try {
      await lab.reached('healthy', 30_000)
      await lab.client.request({ op: 'break' })
      await lab.reached('broken', 30_000)
      await asksForConsent(lab, { from, to })
      const result = await lab.client.request({ op: 'path', from, to, pay: true, locale: 'en' })
      expect(result.verdict, result.verdict.sentence).toMatchObject({ ...verdict, place: expect.stringMatching(verdict.place) })
      expect(result.verdict.sentence).toMatch(/^[A-Z`].*\.$/)
      const after: LabSnapshot = await lab.client.request({ op: 'snapshot' })
      expect(after.path).toEqual({ rule: 'hint', state: 'open' })
      const chinese = await lab.client.request({ op: 'path', from, to, pay: false, locale: 'zh-CN' })
      expect(chinese.verdict.sentence).toMatch(/[\u4e00-\u9fff].*。$/)
    } finally {
      await lab.stop()
    }
  })
})

/** In an unsolved lab it counts as a hint, and is not done before the learner agrees. */
async function asksForConsent({ client }: ProofLab, question: { from: string; to: string }): Promise<void> {
  const before: LabSnapshot = await client.request({ op: 'snapshot' })
  expect(before.path).toEqual({ rule: 'hint', state: 'costs' })
  await expect(client.request({ op: 'path', ...question, pay: false, locale: 'en' })).rejects.toMatchObject({
    code: 'forbidden',
    hint: expect.stringContaining('--pay'),
  })
}
