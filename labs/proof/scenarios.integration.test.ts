// The proof of every scenario, on the embedded runtime: the written states of all, made-up fixes for those that the last change touches and some in
// rotation, as long as time suffices. Needs a built dist/ and network namespaces, nothing else; `podwire prove` is the same by hand.
import { afterAll } from 'vitest'
import { createBudget, describeProofs, proveOne, readChoice, skipWithoutPrograms } from './testing/prove-scenarios.ts'

const { all, choice } = await readChoice('embedded')
const budget = createBudget(6)
const leftOut: string[] = []

// the chosen ones first, while there is time
const ids = [...choice.ids, ...all.filter((id) => !choice.ids.includes(id))]
describeProofs('proof on embedded', ids, 240_000, async (id, context) => {
  await skipWithoutPrograms(id, context)
  const prove = (mutations: boolean) => proveOne(id, { runtimes: ['embedded'], mutations })
  if (!choice.ids.includes(id)) return prove(false)
  if (budget.allows()) return budget.spend(() => prove(true))
  leftOut.push(id)
  return prove(false)
})
afterAll(() => {
  if (leftOut.length) console.log(`no made-up fixes, since ${budget.minutes} minutes are over: ${leftOut.join(', ')}`)
})
