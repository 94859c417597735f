// `podwire kind delete`: removes what the container engine still has of labs whose folder is lost.
import { defineCommand } from 'citty'
import { createEngine, type Engine } from '../../runtimes/kind/engine.ts'
import { findLabsInEngine, removeLeftovers } from '../../runtimes/kind/leftovers.ts'
import { isHeld } from '../../runtimes/kind/makers.ts'
import { findEngine } from '../../runtimes/kind/tools.ts'
import { isLabAlive } from '../../sessions/sessions.ts'
import { LabError } from '../../spec/errors.ts'
import { jsonFlag } from '../flags.ts'
import { createOutput } from '../output.ts'

const isAlive = (labId: string) => isLabAlive(labId) || isHeld(labId)

/** Labs that the engine has something of, though nobody runs them. Throws runtime-unavailable when no engine answers. */
export async function findStrays(): Promise<{ engine: Engine; strays: string[]; alive: string[] }> {
  const { name, program } = await findEngine()
  const engine = createEngine(name, program)
  const labs = await findLabsInEngine(engine)
  return { engine, strays: labs.filter((labId) => !isAlive(labId)), alive: labs.filter(isAlive) }
}

export const kindDelete = defineCommand({
  meta: { name: 'delete', description: 'Remove what the container engine still has of labs that nobody runs' },
  args: {
    lab: { type: 'positional', required: false, description: 'id of the lab; podwire kind status shows podwire-<id>' },
    all: { type: 'boolean', description: 'of every lab that nobody runs' },
    ...jsonFlag,
  },
  async run({ args }) {
    const output = createOutput(args.json === true)
    if (Boolean(args.lab) === Boolean(args.all))
      throw new LabError('bad-request', 'Name a lab, or say --all.', { hint: 'podwire kind status shows the clusters.' })
    const { engine, strays, alive } = await findStrays()
    const wanted = args.all ? strays : [chooseStray(args.lab as string, { engine, strays, alive })]
    for (const labId of wanted) {
      await removeLeftovers(engine, labId)
      output.say(`Removed what ${engine.name} had of lab ${labId}.`)
    }
    output.data({ deleted: wanted })
    if (wanted.length === 0) output.say(`${engine.name} has nothing of a lab that nobody runs.`)
  },
})

/** Pure. Throws lab-state for a lab that runs, lab-unknown. */
export function chooseStray(
  given: string,
  { engine, strays, alive }: { engine: Pick<Engine, 'name'>; strays: string[]; alive: string[] },
): string {
  const labId = given.replace(/^podwire-/, '')
  if (strays.includes(labId)) return labId
  if (alive.includes(labId)) throw new LabError('lab-state', `Lab ${labId} is running.`, { hint: `Stop it: npx podwire lab stop ${labId}` })
  throw new LabError('lab-unknown', `${engine.name} has nothing of a lab ${labId}.`, {
    hint: strays.length ? `It has something of ${strays.join(', ')}.` : 'podwire kind status shows the clusters.',
  })
}
