// How quick the lab answers a learner's work, and how long its proof takes.
import { runProofs } from '../../labs/proof/run-proofs.ts'
import { type BenchLab, readOutput, startLab, until } from './labs.ts'
import { durations, ms, type Row } from './numbers.ts'

const runs = 20
const fix = ['kubectl', 'patch', 'service', 'web', '-p', '{"spec":{"selector":{"app":"web"}}}']

/** From the end of the command that mends the lab to the snapshot that says so; each time the lab is reset. */
export async function timeFlips(lab: BenchLab, count: number): Promise<{ flips: number[]; resets: number[] }> {
  const flips: number[] = []
  const resets: number[] = []
  for (let i = 0; i < count; i++) {
    await until(lab.client, (s) => s.state === 'broken' && s.tasks[0]?.state === 'fail')
    const flipped = until(lab.client, (s) => s.tasks[0]?.state === 'pass').then(() => performance.now())
    await readOutput(lab.client, fix)
    const fixedAt = performance.now()
    flips.push(Math.max(0, (await flipped) - fixedAt))
    const began = performance.now()
    await lab.client.request({ op: 'reset' })
    await until(lab.client, (s) => s.state === 'broken')
    resets.push(performance.now() - began)
  }
  return { flips, resets }
}

export async function flip(): Promise<Row[]> {
  const lab = await startLab('sd-selector-typo', 'bench')
  const { flips } = await timeFlips(lab, runs).finally(lab.stop)
  return [durations('Task flips after the fix: end of kubectl patch to the snapshot that says so', flips)]
}

export async function reset(): Promise<Row[]> {
  const lab = await startLab('sd-selector-typo', 'bench')
  const { resets } = await timeFlips(lab, runs).finally(lab.stop)
  return [durations('Reset of a mended lab: request to broken again', resets)]
}

export async function proof(): Promise<Row[]> {
  const report = await runProofs({ scenarios: 'all' })
  return report.scenarios.map((s) => ({
    what: `Proof of ${s.scenarioId}, ${s.phases.length} phases`,
    value: `${ms(s.ms)}, ${s.ok ? 'proved' : 'NOT proved'}`,
    numbers: { ms: Math.round(s.ms), proved: Number(s.ok) },
  }))
}
