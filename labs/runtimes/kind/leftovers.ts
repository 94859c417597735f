// Removes everything of a kind lab that is outside its own processes: containers, networks, programs that still make some. Used when a lab
// ends, when its creation fails, by the reaper for labs whose process was killed, and by `podwire kind delete`.
import { setTimeout as delay } from 'node:timers/promises'
import { LabError } from '../../spec/errors.ts'
import { signalProcess, waitUntilGone } from '../../system/processes.ts'
import { type Engine, isMissing } from './engine.ts'
import { findMakers } from './makers.ts'
import { clusterName, kindClusterLabel, labLabel } from './names.ts'

const askMs = 30_000
const removeMs = 60_000
/** All of it. The reaper's patience is longer. */
const wholeMs = 100_000
/** What a killed `docker run` had asked for comes to be so much later, on a busy machine. */
const lateMs = 300
const quietLooks = 2

/** Whether there were any. */
async function endMakers(labId: string): Promise<boolean> {
  const makers = findMakers(labId)
  for (const { identity } of makers) signalProcess(identity, 'SIGKILL')
  await Promise.all(makers.map(({ identity }) => waitUntilGone(identity, 5000)))
  return makers.length > 0
}

const lines = (text: string) => text.split('\n').filter(Boolean)

/** Ids of the lab's containers, those that are only created too. */
export async function findContainers(engine: Engine, labId: string): Promise<string[]> {
  const list = (filter: string) => engine.run(['ps', '-aq', '--no-trunc', '--filter', filter], { timeoutMs: askMs })
  const [nodes, others] = await Promise.all([list(`label=${kindClusterLabel}=${clusterName(labId)}`), list(`label=${labLabel}=${labId}`)])
  return [...new Set(lines(`${nodes}\n${others}`))]
}

export async function findNetworks(engine: Engine, labId: string): Promise<string[]> {
  return lines(await engine.run(['network', 'ls', '-q', '--filter', `label=${labLabel}=${labId}`], { timeoutMs: askMs }))
}

const isInUse = (error: unknown) => /has active endpoints|is being used|in use/.test(String(error))
const tolerate = (error: unknown) => {
  // removed by its own --rm, or by another reaper
  if (!isMissing(error) && !/is already in progress/.test(String(error))) throw error
}

async function removeNetwork(engine: Engine, id: string): Promise<void> {
  try {
    await engine.run(['network', 'rm', id], { timeoutMs: askMs })
  } catch (error) {
    if (!isInUse(error)) return tolerate(error)
    // a stranger's container, or one that a crash of the engine has left on it
    const names = await engine.run(['network', 'inspect', '-f', '{{range .Containers}}{{.Name}}\n{{end}}', id], { timeoutMs: askMs })
    for (const name of lines(names)) await engine.run(['network', 'disconnect', '-f', id, name], { timeoutMs: askMs }).catch(tolerate)
  }
}

/**
 * Removes them all, and looks again until nothing comes any more: a `docker run` of a killed kind may still be under way in the daemon.
 * Throws LabError command-failed when the engine refuses, timeout when it does not answer, cluster-failed when it only seems to remove.
 */
export async function removeLeftovers(engine: Engine, labId: string): Promise<void> {
  const deadline = performance.now() + wholeMs
  for (let quiet = 0; quiet < quietLooks; ) {
    const wereMade = await endMakers(labId)
    const [containers, networks] = await Promise.all([findContainers(engine, labId), findNetworks(engine, labId)])
    // with their anonymous volumes: a node's /var is one
    if (containers.length) await engine.run(['rm', '-f', '-v', ...containers], { timeoutMs: removeMs }).catch(tolerate)
    for (const network of networks) await removeNetwork(engine, network)
    quiet = wereMade || containers.length || networks.length ? 0 : quiet + 1
    if (quiet === 0 && performance.now() > deadline)
      throw new LabError(
        'cluster-failed',
        `${engine.name} still has ${containers.length} containers and ${networks.length} networks of lab ${labId}.`,
      )
    if (quiet < quietLooks) await delay(quiet ? lateMs : 0)
  }
}

/** Labs of which the engine still has something, by the labels and names we give. */
export async function findLabsInEngine(engine: Engine): Promise<string[]> {
  const ask = (...args: string[]) => engine.run(args, { timeoutMs: askMs })
  const [nodes, others, networks] = await Promise.all([
    ask('ps', '-a', '--filter', `label=${kindClusterLabel}`, '--format', `{{.Label "${kindClusterLabel}"}}`),
    ask('ps', '-a', '--filter', `label=${labLabel}`, '--format', `{{.Label "${labLabel}"}}`),
    ask('network', 'ls', '--filter', `label=${labLabel}`, '--format', '{{.Name}}'),
  ])
  const prefix = clusterName('')
  const ofNames = lines(`${nodes}\n${networks}`)
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length))
  return [...new Set([...ofNames, ...lines(others)])].sort()
}
