// Tries the made-up fixes in the lab: each from a reset, each must leave the lab unsolved for a reason that a learner is told, unless its author has
// listed it as right. Called by scenario-proof.ts.
import { LabError } from '../../spec/errors.ts'
import type { Check } from '../../spec/scenario.ts'
import { isTurnedDown, type Look, turnedDownBy } from '../expectation.ts'
import type { Task } from '../lanes.ts'
import type { PhaseResult } from '../proof-report.ts'
import type { ProofRun } from '../proof-run.ts'
import { generateMutations } from './generate.ts'
import { readLabObjects } from './lab-objects.ts'
import type { Mutation } from './mutation.ts'

/** Breaks the lab anew to see what it holds; none when that does not come out as it should. */
export async function planMutations(run: ProofRun): Promise<Task[]> {
  const { scenario, pace, phase, move, lookBroken } = run
  let failing: Check[] = []
  const look = async () => {
    const seen = await lookBroken()
    failing = scenario.checks.filter(({ id }) => seen.results.some((result) => result.id === id && result.state === 'fail'))
    return seen
  }
  const { ok } = await phase({ name: 'mutations', patience: pace.change, before: () => move('reset'), look })
  if (!ok) return []
  const makeUp = async ({ lab }: ProofRun) =>
    generateMutations(await readLabObjects(lab.client, scenario, pace.rolloutSeconds), scenario, failing)
  const mutations = await makeUp(run)
  return mutations.map(
    (mutation): Task =>
      (lane) =>
        tryMutation(lane, mutation, () => makeUp(lane)),
  )
}

/** `makeUp` again gives the same with the Pods of the moment. */
async function tryMutation(run: ProofRun, { id, steps, namesPods }: Mutation, makeUp: () => Promise<Mutation[]>): Promise<void> {
  const { scenario, lab, pace, phase, move, lookUnsolved } = run
  const accepted = scenario.acceptedMutations.find((each) => each.id === id)
  await phase({
    name: 'mutation',
    of: id,
    patience: pace.standstill,
    async before() {
      await move('reset')
      const now = namesPods ? (await makeUp()).find((each) => each.id === id)?.steps : steps
      if (!now) throw new LabError('command-failed', 'the lab does not always hold what it is made of')
      await lab.client.request({ op: 'proof.steps', steps: { kind: 'given', given: now } })
    },
    look: () => lookUnsolved(isTurnedDown),
    describe: (seen) => (accepted ? asListed(seen, accepted.because) : judged(seen)),
  })
}

function judged(seen: Look): Partial<PhaseResult> {
  // what cannot be done is no way to cheat
  if (seen.undone) return { ok: true, problem: undefined, evidence: undefined, note: `it cannot be done here: ${seen.problem}` }
  const judge = turnedDownBy(seen.results)
  return seen.problem === undefined && judge ? { by: judge.id, sentence: judge.sentence } : {}
}

function asListed(seen: Look, because: string): Partial<PhaseResult> {
  const judge = turnedDownBy(seen.results)
  const note = seen.problem === undefined ? `listed as right, and turned down here by ${judge?.id}` : `listed as right: ${because}`
  return { ok: true, problem: undefined, evidence: undefined, note }
}
