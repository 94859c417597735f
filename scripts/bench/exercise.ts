// How quick the lab answers a learner's work, and how long its proof takes.
import { runProofs } from '../../labs/proof/run-proofs.ts'
import { readOutput, startLab, until } from './labs.ts'
import { durations, ms, type Row } from './numbers.ts'

const runs = 20
const fix = ['kubectl', 'patch', 'service', 'web', '-p', '{"spec":{"selector":{"app":"web"}}}']

/** From the end of the command that mends the lab to the snapshot that says so. */
export async function flip(): Promise<Row[]> {
  const lab = await startLab('sd-selector-typo', 'bench')
  const times: number[] = []
  try {
    for (let i = 0; i < runs; i++) {
      await until(lab.client, (s) => s.state === 'broken' && s.tasks[0]?.state === 'fail')
      const flipped = until(lab.client, (s) => s.tasks[0]?.state === 'pass').then(() => performance.now())
      await readOutput(lab.client, fix)
      const fixedAt = performance.now()
      times.push(Math.max(0, (await flipped) - fixedAt))
      await lab.client.request({ op: 'reset' })
    }
  } finally {
    await lab.stop()
  }
  return [durations('Task flips after the fix: end of kubectl patch to the snapshot that says so', times)]
}

export async function reset(): Promise<Row[]> {
  const lab = await startLab('sd-selector-typo', 'bench')
  const times: number[] = []
  try {
    for (let i = 0; i < runs; i++) {
      const began = performance.now()
      await lab.client.request({ op: 'reset' })
      await until(lab.client, (s) => s.state === 'broken')
      times.push(performance.now() - began)
    }
  } finally {
    await lab.stop()
  }
  return [durations('Reset: request to broken again', times)]
}

export async function proof(): Promise<Row[]> {
  const report = await runProofs({ scenarios: 'all' })
  return report.scenarios.map((s) => ({
    what: `Proof of ${s.scenarioId}, ${s.phases.length} phases`,
    value: `${ms(s.ms)}, ${s.ok ? 'proved' : 'NOT proved'}`,
    numbers: { ms: Math.round(s.ms), proved: Number(s.ok) },
  }))
}
