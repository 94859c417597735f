// Programs that make or hold something of a kind lab in the engine: kind, the engine's clients it started, the toolbox's. Used by leftovers.ts, and
// to tell whether a lab lives whose folder is elsewhere.
import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { identify, isAlive, type ProcessIdentity } from '../../system/processes.ts'
import { clusterName } from './names.ts'

export interface Maker {
  identity: ProcessIdentity
  parent: number
}

const programs = new Set(['kind', 'docker', 'podman'])

function readWords(pid: number | string): string[] {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1)
}

function readParent(pid: number | string): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
}

function eachProcess<T>(read: (pid: string) => T | undefined): T[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return []
    try {
      return read(pid) ?? []
    } catch {
      return [] // it has just ended
    }
  })
}

/** Those of this lab, whoever their parent is now: a killed kind leaves its `docker run` behind. */
export function findMakers(labId: string): Maker[] {
  const named = new RegExp(`(^|=)${clusterName(labId)}(-[a-z0-9-]+)?$`)
  return eachProcess((pid) => {
    const words = readWords(pid)
    // a script's name is its interpreter's first word
    const isOurs = words.slice(0, 2).some((word) => programs.has(basename(word))) && words.some((word) => named.test(word))
    return isOurs && Number(pid) !== process.pid ? { identity: identify(Number(pid)), parent: readParent(pid) } : undefined
  })
}

/** What adopts orphans. */
const isReaper = (pid: number) => pid <= 1 || /^(systemd|init|tini|dumb-init)$/.test(readFileSync(`/proc/${pid}/comm`, 'utf8').trim())

/** Whether somebody holds the lab: its lab process, or another program that waits for what makes it. */
export function isHeld(labId: string): boolean {
  const isLabProcess = (words: string[]) => words.some((word) => /(^|\/)labd\.mjs$/.test(word)) && basename(words.at(-1) ?? '') === labId
  if (eachProcess((pid) => (isLabProcess(readWords(pid)) && isAlive({ pid: Number(pid) }) ? pid : undefined)).length) return true
  const makers = findMakers(labId)
  const own = new Set(makers.map(({ identity }) => identity.pid))
  return makers.some(({ parent }) => {
    try {
      return !own.has(parent) && !isReaper(parent)
    } catch {
      return false // its parent has just ended
    }
  })
}
