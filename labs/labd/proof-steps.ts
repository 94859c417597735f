// Which steps a proof asks for. Pure; used by lab.ts.
import { LabError } from '../spec/errors.ts'
import type { ProofSteps } from '../spec/protocol.ts'
import type { Scenario, Step } from '../spec/scenario.ts'

/** Throws LabError bad-request for a wrong fix or a solution that the scenario does not have. */
export function stepsOf(scenario: Scenario, asked: ProofSteps): readonly Step[] {
  if (asked.kind === 'given') return asked.given
  if (asked.kind === 'solution' && asked.id === undefined) return scenario.solution
  const [what, known] = asked.kind === 'solution' ? ['other solution', scenario.otherSolutions] : ['wrong fix', scenario.wrongFixes]
  const found = known.find(({ id }) => id === asked.id)
  if (found) return found.steps
  throw new LabError('bad-request', `${scenario.id} has no ${what} "${asked.id}".`, {
    hint: known.length ? `It has ${known.map(({ id }) => id).join(', ')}.` : undefined,
  })
}
