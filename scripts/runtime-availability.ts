// Which runtimes labs can run on here, and why not on the others. Composed for sessions by the web process and the CLI.

import { findKindTools } from '../labs/runtimes/kind/tools.ts'
import { LabError } from '../labs/spec/errors.ts'
import type { Availability, RuntimeAvailability } from '../labs/spec/status.ts'
import { ebpfObstacle, readEbpfMachine } from '../labs/system/ebpf-needs.ts'
import { lackingPrograms } from '../labs/system/installation.ts'

export interface AvailabilityOptions {
  /** what npm start found about embedded labs, in a sentence; undefined where they can run */
  labsUnavailable?: string | undefined
  /** the address a server listens on; undefined for the CLI, which serves nobody else */
  host?: string | undefined
  /** what embedded labs run from; undefined where nothing is staged */
  assets?: string | undefined
}

const doctor = 'npx podwire doctor shows what is missing and the command that mends it.'

export async function readAvailability({ labsUnavailable, host, assets }: AvailabilityOptions): Promise<Availability> {
  return {
    embedded: embeddedAvailability(labsUnavailable, assets),
    kind: isLoopback(host) ? await kindAvailability() : notForStrangers(host),
    privileged: isLoopback(host) ? privilegedAvailability() : noKernelForStrangers(host),
  }
}

/** Whether kind labs can run on this machine. */
async function kindAvailability(): Promise<RuntimeAvailability> {
  try {
    await findKindTools()
    return { available: true }
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    return { available: false, reason: error.message, hint: error.hint ?? doctor }
  }
}

function embeddedAvailability(labsUnavailable: string | undefined, assets: string | undefined): RuntimeAvailability {
  if (process.platform !== 'linux') return { available: false, reason: 'Embedded labs need Linux.', hint: doctor }
  return labsUnavailable
    ? { available: false, reason: labsUnavailable, hint: doctor }
    : { available: true, ...(assets ? { lacks: lackingPrograms(assets) } : {}) }
}

function privilegedAvailability(): RuntimeAvailability {
  if (process.platform !== 'linux') return { available: false, reason: 'Embedded labs need Linux.', hint: doctor }
  const obstacle = ebpfObstacle(readEbpfMachine())
  return obstacle ? { available: false, ...obstacle } : { available: true }
}

/** Its students reach more of the kernel than those of other labs. */
const noKernelForStrangers = (host: string | undefined): RuntimeAvailability => ({
  available: false,
  reason: `This server listens on ${host}, where others can reach it, and this lab gives its students a part of the kernel's eBPF interface.`,
  hint: 'Serve on 127.0.0.1 to run labs with eBPF.',
})

/** A node of kind is a privileged container: who is root on it can reach the machine that runs it. */
const notForStrangers = (host: string | undefined): RuntimeAvailability => ({
  available: false,
  reason: `This server listens on ${host}, where others can reach it. A student who is root on a node of kind can reach the machine itself.`,
  hint: 'Serve on 127.0.0.1 to run labs on kind.',
})

export const isLoopback = (host: string | undefined): boolean =>
  host === undefined || host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host)
