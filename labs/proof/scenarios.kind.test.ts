// Proofs on kind: of the scenarios that the last change touches and some in rotation, within a time. Run by `npm run test:kind`;
// `npm run prove -- --all --runtime kind` proves all of them.
import { createBudget, describeProofs, proveOne, readChoice } from './testing/prove-scenarios.ts'

const { choice } = await readChoice('kind')
const budget = createBudget(12)

describeProofs('proof on kind', choice.ids, 900_000, async (id, context) => {
  if (!budget.allows()) return context.skip(`left out: the ${budget.minutes} minutes for proofs on kind are over`)
  return budget.spend(() => proveOne(id, { runtimes: ['kind'] }))
})
