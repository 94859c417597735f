// What comes from other platforms and from strangers: what is carried over and told of, and that nothing leads out of their folder.
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { lintScenario } from '../authoring/lint.ts'
import { writeNewScenario } from '../authoring/new-scenario.ts'
import { writeDraft } from './draft.ts'
import { importEducates } from './educates.ts'
import { importKillercoda } from './killercoda.ts'
import { withStranger } from './stranger.ts'
import { whatItRuns } from './what-it-runs.ts'

const root = join(import.meta.dirname, '../../..')
let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'podwire-importing-'))
})
afterEach(() => rm(home, { recursive: true }))

async function write(files: Record<string, string>) {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(home, path)), { recursive: true })
    await writeFile(join(home, path), content)
  }
}
const readYaml = async (path: string) => parse(await readFile(path, 'utf8'))

describe('a Killercoda scenario', () => {
  const index = {
    title: 'Network traffic',
    description: 'Look at it',
    difficulty: 'beginner',
    time: '45m',
    details: {
      intro: { text: 'intro.md', background: 'intro/background.sh' },
      steps: [
        { title: 'Create a Pod', text: 'step1/text.md', verify: 'step1/verify.sh', foreground: 'step1/foreground.sh' },
        { title: 'Look', text: '../secret' },
      ],
      finish: { text: 'finish.md' },
      assets: {
        host01: [
          { file: 'conf.yaml', target: '/my/place', chmod: '+w' },
          { file: '*.sh', target: '/' },
        ],
      },
    },
    backend: { imageid: 'kubernetes-kubeadm-2nodes' },
  }
  const files = {
    secret: 'of this machine',
    'Net Traffic/index.json': JSON.stringify(index),
    'Net Traffic/intro.md': 'Run `kubectl get pods`{{exec}} now.',
    'Net Traffic/intro/background.sh': 'kubectl create ns x\n',
    'Net Traffic/step1/text.md': 'Make one.',
    'Net Traffic/step1/verify.sh': 'kubectl get pod x\n',
    'Net Traffic/step1/foreground.sh': 'clear\n',
    'Net Traffic/finish.md': 'Well done.',
    'Net Traffic/assets/conf.yaml': "it's: 'quoted'\n",
  }

  it('becomes what has a place here; the rest is told of', async () => {
    await write(files)
    const draft = await importKillercoda(join(home, 'Net Traffic'))
    const folder = await writeDraft(draft, { root, into: join(home, 'out') })
    expect(await readYaml(join(folder, 'scenario.yaml'))).toMatchObject({
      ...{ version: 1, id: 'net-traffic', level: 'basic', minutes: 45 },
      setup: [{ script: 'setup/assets.sh' }, { script: 'setup/intro-background.sh' }],
      checks: [{ id: 'step-1-create-a-pod', command: { on: 'laptop', run: 'kubectl get pod x\n' } }],
    })
    const text = await readYaml(join(folder, 'text.en.yaml'))
    expect(text.ticket.body).toBe('Run `kubectl get pods` now.\n\n**Create a Pod**\n\nMake one.\n\n**Look**')
    expect([text.debrief.body, text.checks['step-1-create-a-pod'].title]).toEqual(['Well done.', 'Create a Pod'])
    const assets = await readFile(join(folder, 'setup/assets.sh'), 'utf8')
    expect(assets).toContain(`base64 -d > '/my/place/conf.yaml'`)
    expect(Buffer.from(/<<'FILE'\n([^\n]+)\nFILE/.exec(assets)?.[1] ?? '', 'base64').toString()).toBe("it's: 'quoted'\n")
    for (const words of [
      '*.sh',
      'step1/foreground.sh',
      '../secret is outside',
      'kubernetes-kubeadm-2nodes',
      'a fault',
      'wrong fixes',
      'a solution',
    ])
      expect(draft.left.join('\n')).toContain(words)
    expect(await readFile(join(folder, 'text.en.yaml'), 'utf8')).not.toContain('of this machine')
  })
  it('is asked for what it does not have, with the place where it belongs', async () => {
    await write(files)
    const folder = await writeDraft(await importKillercoda(join(home, 'Net Traffic')), { root, into: join(home, 'out') })
    const messages = (await lintScenario(folder)).map(({ file, line, message }) => `${file}:${line} ${message}`)
    for (const key of ['fault', 'symptom', 'solution', 'wrongFixes', 'manifests'])
      expect(messages).toContainEqual(expect.stringMatching(`^scenario.yaml:\\d+ the key "${key}" is missing`))
  })
  it.each([
    ['{', 'is not JSON'],
    ['{"title": 3}', "is not Killercoda's"],
  ])('%s is refused', async (content, words) => {
    await write({ 'x/index.json': content })
    await expect(importKillercoda(join(home, 'x'))).rejects.toThrow(words)
  })
})

it('an Educates workshop becomes what has a place here; the rest is told of', async () => {
  const workshop = `
apiVersion: training.educates.dev/v1beta1
kind: Workshop
metadata: {name: lab-policies}
spec:
  title: Policies
  description: Who may talk to whom
  duration: 1h
  difficulty: advanced
  session:
    applications: {terminal: {enabled: true}, editor: {enabled: true}, docker: {enabled: true}}
    objects:
      - {apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: $(session_namespace)}}
      - {apiVersion: v1, kind: Secret, metadata: {name: b}, stringData: {host: $(session_hostname)}}
`
  await write({
    'w/resources/workshop.yaml': workshop,
    'w/workshop/content/01-first.md':
      '---\ntitle: First\n---\nTry it:\n\n```terminal:execute\ncommand: |-\n  kubectl get pods\n```\n\n```editor:open-file\nfile: x\n```\n',
    'w/workshop/setup.d/10-pods.sh': 'kubectl apply -f x\n',
    'w/workshop/examiner/tests/verify-pod': 'kubectl get pod a\n',
  })
  const draft = await importEducates(join(home, 'w/resources/workshop.yaml'))
  const folder = await writeDraft(draft, { root, into: join(home, 'out') })
  expect(await readYaml(join(folder, 'scenario.yaml'))).toMatchObject({
    ...{ id: 'lab-policies', level: 'hard', minutes: 60, manifests: ['manifests/workshop.yaml'] },
    ...{ setup: [{ script: 'setup/10-pods.sh' }], checks: [{ id: 'verify-pod' }] },
  })
  expect(await readYaml(join(folder, 'manifests/workshop.yaml'))).toMatchObject({ kind: 'ConfigMap', metadata: { namespace: 'default' } })
  expect((await readYaml(join(folder, 'text.en.yaml'))).ticket.body).toBe('Try it:\n\n```\nkubectl get pods\n```')
  for (const words of ['kind Secret: it uses $(session_hostname)', 'editor, docker', 'a fault'])
    expect(draft.left.join('\n')).toContain(words)
})

describe('a stranger’s scenario', () => {
  const make = () => writeNewScenario({ id: 'theirs', title: 'T', topic: 'policy', fault: 'firewall-rule' }, { root, into: home })
  const add = (from = home, path?: string) => withStranger(from, path, ({ accept }) => accept(join(home, 'out')))

  it('is found, shown with all that it runs, and written without what it does not name', async () => {
    const folder = await make()
    await writeFile(join(folder, 'miner.sh'), 'mine\n')
    const runs = await withStranger(home, undefined, async ({ loaded }) => whatItRuns(loaded))
    expect(runs.scripts).toContainEqual({ when: 'fault', on: 'node/worker2', content: expect.stringContaining('--dport 8080') })
    expect(runs.scripts.map(({ when }) => when)).toEqual(
      expect.arrayContaining(['setup', 'guards policies-kept', 'wrong fix move-away (proof only)']),
    )
    expect(runs.privileges.join('\n')).toMatch(/on kind the nodes are privileged containers/)
    expect(runs.images).toContain('docker.io/nicolaka/netshoot:v0.13')
    const added = await add()
    expect((await readdir(added)).sort()).toEqual([
      'manifests',
      'scenario.yaml',
      'solve.sh',
      'text.en.yaml',
      'text.zh-CN.yaml',
      'wrong-fixes',
    ])
    await expect(add()).rejects.toThrow('there are 2 scenarios')
    await expect(add(home, 'theirs')).rejects.toThrow('is there already')
  })
  it.each([
    ['scenario.yaml', 'outside the folder'],
    ['text.en.yaml', 'outside the folder'],
    ['solve.sh', "outside the scenario's folder"],
  ])('%s as a link to a file of this machine is refused', async (name, words) => {
    const folder = await make()
    const target = await mkdtemp(join(tmpdir(), 'podwire-machine-'))
    try {
      await writeFile(join(target, 'file'), await readFile(join(folder, name)))
      await rm(join(folder, name))
      await symlink(join(target, 'file'), join(folder, name))
      await expect(add()).rejects.toThrow(words)
      await expect(readdir(join(home, 'out'))).rejects.toThrow('ENOENT')
    } finally {
      await rm(target, { recursive: true })
    }
  })
  it('asks for the next scenario first, lest the catalogue be broken', async () => {
    const folder = await make()
    const path = join(folder, 'scenario.yaml')
    await writeFile(path, `${await readFile(path, 'utf8')}\nnext: nowhere\n`)
    await expect(add()).rejects.toThrow('names nowhere as the next')
  })
})
