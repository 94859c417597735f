// The embedded runtime passes the contract, with real namespaces. Skips only where no sandbox can be started; the sandbox's own test says why.
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentLog } from '../../system/log.ts'
import { runtimeContract } from '../contract.ts'
import { embeddedRuntime } from './runtime.ts'
import { findProcesses, processesBelow, until } from './testing/machine.ts'
import { type StagedCluster, stageCluster } from './testing/staged-cluster.ts'

const commandOf = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, 'latin1')

let staged: StagedCluster
beforeAll(async () => {
  staged = await stageCluster()
})
afterAll(() => staged?.remove())

runtimeContract('embedded', {
  runtime: () => embeddedRuntime({ assets: staged.assets, log: silentLog }),

  settleMs: 10_000,
  // every process of a sandbox descends from a bwrap that names the lab; namespaces, mounts and links go with their processes
  async leftovers(labId) {
    const find = () => findProcesses(`podwire-${labId}`)
    await until(() => find().length === 0, 3000)
    return find().map((pid) => `process ${pid}`)
  },
})

test('a cluster whose sandbox or control plane is killed from outside says that it died, and is gone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'podwire-died-'))
  const options = { signal: new AbortController().signal, onStep: () => {} }
  for (const [labId, victim] of [
    ['diedbwrp', (id: string) => findProcesses(`podwire-${id}`)],
    [
      'diedctrl',
      (id: string) =>
        findProcesses(`podwire-${id}`)
          .flatMap(processesBelow)
          .filter((pid) => commandOf(pid).startsWith('/lab/node')),
    ],
  ] as const) {
    const cluster = await embeddedRuntime({ assets: staged.assets, log: silentLog }).create(
      { labId, hosts: [], privileged: false, folder },
      options,
    )
    const pids = victim(labId)
    expect(pids.length).toBeGreaterThan(0)
    for (const pid of pids) process.kill(pid, 'SIGKILL')
    expect(await cluster.died).toMatch(/./)
    await until(() => findProcesses(`podwire-${labId}`).length === 0, 3000)
    expect(findProcesses(`podwire-${labId}`)).toEqual([])
    await expect(cluster.api({ method: 'GET', path: '/api' })).rejects.toMatchObject({ code: 'connection-lost' })
    await cluster.destroy()
  }
  await rm(folder, { recursive: true, force: true })
})
