// Removes everything of a kind lab that is outside its own processes: containers, network, a `kind create` that nobody waits for. Used when a lab
// ends, when its creation fails, and by the reaper for labs whose process was killed.
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { identify, type ProcessIdentity, signalProcess, waitUntilGone } from '../../system/processes.ts'
import { type Engine, isMissing } from './engine.ts'
import { clusterName, kindClusterLabel, labLabel } from './names.ts'

/** `kind create` or `delete` for this lab, whoever their parent is now. */
function findKindProcesses(labId: string): ProcessIdentity[] {
  const name = clusterName(labId)
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return []
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
      return /(^|\/)kind$/.test(words[0] ?? '') && words.includes(name) ? [identify(Number(pid))] : []
    } catch {
      return [] // it has just ended
    }
  })
}

async function endKindProcesses(labId: string): Promise<void> {
  for (const process of findKindProcesses(labId)) {
    signalProcess(process, 'SIGKILL')
    await waitUntilGone(process, 5000)
  }
}

/** Ids of the lab's containers, those that are only created too. */
export async function findContainers(engine: Engine, labId: string): Promise<string[]> {
  const list = (filter: string) => engine.run(['ps', '-aq', '--no-trunc', '--filter', filter], { timeoutMs: 30_000 })
  const [nodes, others] = await Promise.all([list(`label=${kindClusterLabel}=${clusterName(labId)}`), list(`label=${labLabel}=${labId}`)])
  return [...new Set(`${nodes}\n${others}`.split('\n').filter(Boolean))]
}

async function findNetworks(engine: Engine, labId: string): Promise<string[]> {
  const found = await engine.run(['network', 'ls', '-q', '--filter', `label=${labLabel}=${labId}`], { timeoutMs: 30_000 })
  return found.split('\n').filter(Boolean)
}

const tolerate = (error: unknown) => {
  // removed by its own --rm, or by another reaper
  if (!isMissing(error) && !/is already in progress|has active endpoints/.test(String(error))) throw error
}

/**
 * Removes them all, and looks again until nothing is there: a `docker run` of a killed kind may still be under way in the daemon.
 * Throws LabError command-failed when the engine refuses, runtime-unavailable or timeout when it does not answer.
 */
export async function removeLeftovers(engine: Engine, labId: string): Promise<void> {
  for (let round = 0; round < 20; round++) {
    await endKindProcesses(labId)
    const containers = await findContainers(engine, labId)
    // with their anonymous volumes: a node's /var is one
    if (containers.length) await engine.run(['rm', '-f', '-v', ...containers], { timeoutMs: 60_000 }).catch(tolerate)
    const networks = containers.length ? [] : await findNetworks(engine, labId)
    if (networks.length) await engine.run(['network', 'rm', ...networks], { timeoutMs: 30_000 }).catch(tolerate)
    if (containers.length === 0 && networks.length === 0) return
    if (round > 1) await delay(200)
  }
}

/** Labs of which the engine still has something, by the labels and names we give. */
export async function findLabsInEngine(engine: Engine): Promise<string[]> {
  const [nodes, others, networks] = await Promise.all([
    engine.run(['ps', '-a', '--filter', `label=${kindClusterLabel}`, '--format', `{{.Label "${kindClusterLabel}"}}`]),
    engine.run(['ps', '-a', '--filter', `label=${labLabel}`, '--format', `{{.Label "${labLabel}"}}`]),
    engine.run(['network', 'ls', '--filter', `label=${labLabel}`, '--format', '{{.Name}}']),
  ])
  const prefix = clusterName('')
  const ofNames = `${nodes}\n${networks}`
    .split('\n')
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length))
  return [...new Set([...ofNames, ...others.split('\n').filter(Boolean)])]
}
