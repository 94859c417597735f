// Makes up wrong fixes for a scenario from what its lab holds. Called by try-mutations.ts; pure.
import type { Check, Scenario } from '../../spec/scenario.ts'
import type { LabObjects } from './lab-objects.ts'
import { type Mutation, onLaptop } from './mutation.ts'
import { policyMutations } from './policies.ts'
import { routeMutations } from './routes.ts'
import { hardCodedMutations, serviceMutations } from './services.ts'
import { tableMutations } from './tables.ts'
import { hostNetworkMutations, restartMutation, scaleMutations } from './workloads.ts'

/** Something was done, and it has nothing to do with anything. */
const nonsense: Mutation = {
  id: 'nonsense',
  steps: [onLaptop('kubectl annotate namespace default tried=everything', 'kubectl get pods -A > /tmp/pods', 'sleep 0.1')],
}

/** `failing`: the checks that fail in the broken lab. The quick ones first. Questions are answered as the solution answers them, so that they do not hide what the checks let through. */
export function generateMutations(lab: LabObjects, scenario: Scenario, failing: readonly Check[]): Mutation[] {
  const answers = scenario.solution.filter((step) => 'answer' in step)
  const mutations = [
    nonsense,
    ...policyMutations(lab),
    ...tableMutations(lab),
    ...routeMutations(lab),
    ...hardCodedMutations(lab, scenario),
    ...serviceMutations(lab, scenario),
    ...scaleMutations(lab),
    ...hostNetworkMutations(lab, failing),
    restartMutation(lab),
  ]
  return mutations.map((mutation) => ({ ...mutation, steps: [...mutation.steps, ...answers] }))
}
