// The commands for authors as a shell meets them. Needs a built dist/; no lab.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { installationRoot } from '../system/installation.ts'

const program = join(installationRoot(), 'bin/podwire.mjs')
let home: string
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'podwire-scenario-'))
})
afterAll(() => rmSync(home, { recursive: true }))

function podwire(...argv: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'scenario', ...argv], { encoding: 'utf8', cwd: home })
  return { status, stdout, stderr }
}
const flags = ['--title', 'Mine', '--topic', 'policy', '--fault', 'network-policy', '--into', '.']

test('new writes a scenario, or says which flag will not do', () => {
  expect(podwire('new', '--id', 'mine', ...flags)).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('npx podwire prove ./mine --mutations'),
  })
  expect(podwire('new', '--id', 'mine', ...flags)).toMatchObject({ status: 2, stderr: expect.stringContaining('is there already') })
  expect(podwire('new', '--id', 'two', '--into', '.')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('--title, --topic, --fault missing'),
  })
})

test('a proof of a scenario that does not run there is refused, not passed', () => {
  const { status, stderr } = spawnSync(process.execPath, [program, 'prove', 'nm-hairpin-off', '--runtime', 'kind'], { encoding: 'utf8' })
  expect({ status, stderr }).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/nm-hairpin-off does not run on kind\. .*bridge.*\n→ podwire prove nm-hairpin-off --runtime embedded/),
  })
})

test('lint passes what is whole, and fails with file, line, column and mend', () => {
  expect(podwire('lint', './mine')).toMatchObject({ status: 0, stdout: expect.stringContaining('1 scenarios, 0 errors, 0 warnings') })
  const path = join(home, 'mine/scenario.yaml')
  const whole = readFileSync(path, 'utf8')
  writeFileSync(path, whole.replace('topic: policy', 'topic: polcy'))
  expect(podwire('lint', './mine')).toMatchObject({
    status: 1,
    stdout: expect.stringMatching(/error: .*mine\/scenario\.yaml:5:8 topic: .*Did you mean "policy"\?/),
  })
  const { findings } = JSON.parse(podwire('lint', './mine', '--json').stdout).scenarios[0]
  expect(findings).toMatchObject([{ level: 'error', file: 'scenario.yaml', line: 5, column: 8 }])
  writeFileSync(path, whole)
})

test('add shows what it would run, and writes nothing before somebody says yes', () => {
  const shown = podwire('add', './mine', '--into', './added')
  expect(shown).toMatchObject({ status: 2, stderr: expect.stringContaining('Nothing was added') })
  for (const words of [
    'Privileges:',
    'privileged containers of your container engine',
    'docker.io/nicolaka/netshoot',
    'kubectl delete networkpolicy web-in',
  ])
    expect(shown.stdout).toContain(words)
  expect(podwire('lint', './added/mine')).toMatchObject({ status: 1 })
  expect(podwire('add', './mine', '--into', './added', '--yes').status).toBe(0)
  expect(podwire('lint', './added/mine').status).toBe(0)
})

test('import says what was carried over, what was not, and what is still to be written', () => {
  cpSync(join(home, 'mine/solve.sh'), join(home, 'kc/verify.sh'), { recursive: true })
  writeFileSync(join(home, 'kc/index.json'), JSON.stringify({ title: 'K', details: { steps: [{ title: 'Do it', verify: 'verify.sh' }] } }))
  const { status, stdout } = podwire('import', 'kc', '--into', 'out')
  expect(status).toBe(0)
  for (const words of [
    'Carried over',
    '1 verify scripts are checks',
    'Not carried over',
    'a fault',
    'Lint asks for',
    'the key "fault" is missing',
  ])
    expect(stdout).toContain(words)
  expect(podwire('import', './mine')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('neither a Killercoda scenario nor an Educates workshop'),
  })
})
