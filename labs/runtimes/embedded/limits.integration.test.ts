// A sandbox in a cgroup, for real: what it takes beyond its limits ends it or is refused, and nothing of the cgroup stays. Skipped where this user may
// make none; labs/labd/memory-watch.ts stands alone there.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Cgroup, type CgroupLimits, makeCgroup, removeCgroups } from '../../system/cgroup.ts'
import { findCgroupHome } from '../../system/cgroup-home.ts'
import { silentLog } from '../../system/log.ts'
import { removeSandboxCgroups } from '../../system/sandbox-cgroups.ts'
import { openLabCgroup } from './limits.ts'
import { type Sandbox, startSandbox } from './sandbox.ts'
import { type StagedAssets, stageForTests } from './testing/driven-sandbox.ts'

const found = findCgroupHome()
const reason = 'reason' in found ? found.reason : undefined
const home = 'folder' in found ? found.folder : ''

const mebibyte = 2 ** 20
let staged: StagedAssets
beforeAll(async () => {
  if (!reason) staged = await stageForTests()
})
afterAll(() => staged?.remove())
beforeEach((context) => {
  if (reason) context.skip(reason)
})

let sandbox: Sandbox | undefined
afterEach(() => sandbox?.kill())

const name = (labId: string) => `podwire-${labId}`
const folderOf = (labId: string) => join(home, 'podwire', name(labId))
const ours = (labId: string) =>
  (existsSync(join(home, 'podwire')) ? readdirSync(join(home, 'podwire')) : []).filter((each) => each.startsWith(name(labId)))

async function startIn(cgroup: Cgroup): Promise<Sandbox> {
  sandbox = await startSandbox({ assets: staged.folder, log: silentLog, cgroup })
  await sandbox.init.createNamespace({ name: 'worker', kind: 'node', hostname: 'worker' })
  await sandbox.init.createNamespace({ name: 'pod', parent: 'worker', kind: 'pod', hostname: 'web-1' })
  return sandbox
}
const start = (labId: string, limits: Partial<CgroupLimits>) =>
  startIn(makeCgroup(home, name(labId), { memoryBytes: 512 * mebibyte, processes: 600, cpus: 2, ...limits }))
const shell = ({ init }: Sandbox, namespace: string, script: string) =>
  init.run({ namespace, view: 'inside', argv: ['bash', '-c', script] })
const hog = (megabytes: number) => `python3 -c "x = b'x' * (${megabytes} << 20); import time; time.sleep(30)"`

test('a pod that takes more memory than the lab may ends the lab, which knows why', async () => {
  const running = await start('testhog1', { memoryBytes: 96 * mebibyte })
  expect(running.ranOutOfMemory()).toBe(false)
  const hungry = shell(running, 'pod', hog(200)).catch(() => undefined)
  await running.exited
  expect(running.ranOutOfMemory()).toBe(true)
  await running.kill()
  await hungry
  expect(running.ranOutOfMemory()).toBe(true)
  expect(ours('testhog1')).toEqual([])
})

test('files in memory count as well', async () => {
  const running = await start('testfile', { memoryBytes: 64 * mebibyte })
  const filling = shell(running, 'worker', 'for d in /run /tmp /dev/shm; do head -c 60M /dev/zero > $d/fill; done; sleep 30').catch(
    () => undefined,
  )
  await running.exited
  expect(running.ranOutOfMemory()).toBe(true)
  await running.kill()
  await filling
})

test('a fork bomb is held, and the lab goes on when it has ended', async () => {
  const processes = 60
  const running = await start('testbomb', { processes })
  const peak = () => Number(readFileSync(join(folderOf('testbomb'), 'pids.current'), 'utf8'))
  const bomb = running.init.spawn({ namespace: 'worker', view: 'inside', argv: ['bash', '-c', 'b() { b | b & }; b; sleep 60'] })
  for (const on of [bomb.onStdout, bomb.onStderr]) on((bytes) => bomb.ack(bytes.length))
  const refused = () => Number(readFileSync(join(folderOf('testbomb'), 'pids.events'), 'utf8').split(/\s/)[1])
  await expect.poll(refused, { timeout: 10_000 }).toBeGreaterThan(0)
  expect(peak()).toBeLessThanOrEqual(processes)
  await running.init.destroyNamespace('worker')
  await running.init.createNamespace({ name: 'worker2', kind: 'node', hostname: 'worker2' })
  expect((await shell(running, 'worker2', 'hostname')).stdout.toString()).toBe('worker2\n')
})

test('students see a root of their own, and cannot lift the limits', async () => {
  const running = await start('testview', {})
  expect((await shell(running, 'worker', "sed -n 's/^0:://p' /proc/self/cgroup")).stdout.toString()).toBe('/\n')
  await shell(
    running,
    'worker',
    'mkdir /tmp/c; unshare -C mount -t cgroup2 none /tmp/c; for f in $(find /tmp/c /sys/fs/cgroup -name "*.max"); do echo max > $f; done',
  )
  expect(readFileSync(join(folderOf('testview'), 'memory.max'), 'utf8')).toBe(`${512 * mebibyte}\n`)
  expect(readFileSync(join(folderOf('testview'), 'pids.max'), 'utf8')).toBe('600\n')
})

test('nothing stays: not after kill(), not of a sandbox that did not start', async () => {
  const running = await start('testgone', {})
  expect(ours('testgone')).toEqual([name('testgone')])
  await running.kill()
  expect(ours('testgone')).toEqual([])
  const cgroup = makeCgroup(home, name('testgone'), { memoryBytes: mebibyte, processes: 600, cpus: 2 })
  await expect(startIn(cgroup)).rejects.toMatchObject({ code: 'lab-limit' })
  expect(ours('testgone')).toEqual([])
})

test('the reaper ends and removes what a dead lab process has left', async () => {
  const lab = { labId: 'testreap', folder: mkdtempSync(join(tmpdir(), 'pw-cgroups-')) }
  const running = await startIn(openLabCgroup({ ...lab, memoryMB: 512 }, silentLog) as Cgroup)
  expect(ours('testreap')).toHaveLength(1)
  await removeSandboxCgroups(lab)
  await running.exited
  expect(running.ranOutOfMemory()).toBe(false)
  expect(ours('testreap')).toEqual([])
  await removeSandboxCgroups(lab)
  await removeCgroups(home, name('testreap'))
  rmSync(lab.folder, { recursive: true })
})
