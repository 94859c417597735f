// The same faults on a real kind cluster: no verdict is wrong there either. Run by `npm run test:kind`.
import { describe, expect, test } from 'vitest'
import { oneKindCluster } from '../runtimes/testing/one-kind-cluster.ts'
import { type Fault, faults } from './testing/faults.ts'
import { gradeVerdict, judgeFault } from './testing/judge-faults.ts'

const lab = oneKindCluster('pathkind')

/** how long kindnetd takes at most to forget a policy that was deleted */
const forgetMs = 3000
let held = false

/** kindnetd puts routes and rules back within seconds, so it is held; but policies are its work. */
async function holdKindnet(fault: Fault): Promise<void> {
  if (fault.objects && held) await lab.cluster.release()
  if (!fault.objects && !held) {
    await new Promise((resolve) => setTimeout(resolve, forgetMs))
    await lab.cluster.hold(['worker', 'worker2'].map((node) => ({ agent: 'kindnet' as const, node })))
  }
  held = fault.objects === undefined
}

const able = faults.filter(({ notOnKind }) => notOnKind === undefined)
const grades: string[] = []

describe.each(able)('$id', (fault) => {
  test('the verdict is not wrong', async () => {
    await holdKindnet(fault)
    const result = await judgeFault(lab.cluster, fault)
    const grade = gradeVerdict(fault, result)
    grades.push(grade)
    if (process.env.PODWIRE_PATH_SHOW) console.log(fault.id, grade, Math.round(result.ms), 'ms', JSON.stringify(result.verdict))
    expect(grade, JSON.stringify(result.verdict)).not.toBe('wrong')
  })
})

test('at most one verdict in ten is unknown', () => {
  expect(grades.length).toBe(able.length)
  expect(grades.filter((grade) => grade === 'unknown').length).toBeLessThanOrEqual(able.length / 10)
})
