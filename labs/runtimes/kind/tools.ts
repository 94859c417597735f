// Finds the programs that labs on kind need: a container engine of this machine, kind, and the node image. Called by the kind runtime and the CLI.
import { dirname } from 'node:path'
import { LabError } from '../../spec/errors.ts'
import { cacheFolder } from '../../system/folders.ts'
import { type EngineName, gatherToolFacts, type ToolFacts, type ToolPlaces } from './tool-facts.ts'
import { judgeTools } from './tool-findings.ts'

export interface KindTools {
  engine: { name: EngineName; program: string; version: string }
  kind: { program: string; version: string }
  /** undefined: kind's own default */
  image: string | undefined
}

/** Where to look when nothing else is said: this process's environment and the project's cache. */
export function toolPlaces(given: Partial<ToolPlaces> = {}): ToolPlaces {
  const env = given.env ?? process.env
  return { env, cache: given.cache ?? cacheFolder(), path: given.path ?? env.PATH ?? '' }
}

/** Throws LabError runtime-unavailable with the command that mends what is missing. */
export async function findKindTools(places: Partial<ToolPlaces> = {}): Promise<KindTools> {
  return decideTools(await gatherToolFacts(toolPlaces(places)))
}

/** Throws LabError runtime-unavailable. Only an engine is needed to load an image or to list clusters. */
export async function findEngine(places: Partial<ToolPlaces> = {}): Promise<KindTools['engine']> {
  return decideEngine(await gatherToolFacts(toolPlaces(places)))
}

/** Pure: the same of recorded facts. */
export function decideTools(facts: ToolFacts): KindTools {
  const { kind, findings } = judgeTools(facts)
  const engine = decideEngine(facts)
  const missing = findings.find(({ ok, required }) => required && !ok)
  if (missing || !kind?.version) throw unavailable(missing?.found ?? 'kind is not installed', missing?.mend)
  return { engine, kind: { program: kind.program, version: kind.version }, image: facts.image?.name }
}

/** Pure. */
export function decideEngine(facts: ToolFacts): KindTools['engine'] {
  const { engine, findings } = judgeTools(facts)
  if (engine) return { name: engine.name, program: engine.program, version: engine.version ?? '' }
  const missing = findings.find(({ ok }) => !ok)
  throw unavailable(missing?.found ?? 'there is no container engine', missing?.mend)
}

const unavailable = (found: string, mend: string | undefined) =>
  new LabError('runtime-unavailable', `Labs on kind cannot run here: ${found}.`, mend ? { hint: mend } : {})

/** What kind's environment must hold, so that it drives the very engine that was found. */
export const kindEnvironment = ({ engine }: Pick<KindTools, 'engine'>, path = process.env.PATH ?? ''): Record<string, string> => ({
  KIND_EXPERIMENTAL_PROVIDER: engine.name,
  PATH: `${dirname(engine.program)}:${path}`,
})
